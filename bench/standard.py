"""Clean purchases that must all be paid, and the same with one fault each, which must be found and named.

`python -m bench standard [SETS] [FAULTS EACH]`
"""

import sys
import time
from collections import Counter
from itertools import islice

from app.matching.rule import Severity
from app.payment.judge import judge, judge_all
from bench.purchases.clean import POLICY, clean
from bench.purchases.faults import FAULTS

SETS, EACH = 10_000, 200
#: The share of the faults that must be found under their own name, and with nothing that they do not entail.
LEAST = 0.99
#: Seeds apart from those of the clean sets.
_FIRST = 1_000_000
_MOST_SEEDS = 20


def asking(judgement):
    """The codes of the findings that ask for something."""
    return {f.code for f in judgement.findings if f.suppressed_by is None and f.severity is not Severity.INFO}


def wrong_of(seed):
    """The bills of a clean purchase that are not paid as they are: number, decision, codes."""
    return [
        (judged.voucher.invoice.document.number, judged.decision.kind.value, sorted(asking(judged)))
        for judged in judge_all(clean(seed).filed(), POLICY)
        if judged.decision.kind.value != "pay" or asking(judged)
    ]


def found_of(fault, seed):
    """What is found on the purchase with that fault; None where it has no place for it."""
    purchase = clean(seed)
    if not fault.put(purchase):
        return None
    files = purchase.filed()
    target = files[purchase.target]
    # With all that is on file, as at the payment run: what came after the invoice counts as well.
    return asking(judge(target, files, POLICY, as_of=target.document.issue_date or target.arrived_at.date()))


def is_right(fault, found):
    """Whether the fault was named, and nothing else that it does not entail."""
    return fault.raises <= found <= fault.raises | fault.entails


def main():
    numbers = [int(word) for word in sys.argv[1:]]
    sets, each = (numbers + [SETS, EACH][len(numbers) :])[:2]
    began = time.process_time()
    wrong = [(seed, one) for seed in range(sets) for one in wrong_of(seed)]
    seconds = time.process_time() - began
    print(f"{sets:,} clean purchases: {len(wrong)} bills not paid as they are ({seconds:.0f} s of one core)")
    for seed, (number, decision, codes) in wrong[:10]:
        print(f"   seed {seed}, {number}: {decision} {', '.join(codes)}")
    total, right = 0, 0
    for name, fault in sorted(FAULTS.items()):
        seeds = range(_FIRST, _FIRST + each * _MOST_SEEDS)
        tried = list(islice(((seed, found) for seed in seeds if (found := found_of(fault, seed)) is not None), each))
        good = [seed for seed, found in tried if is_right(fault, found)]
        total, right = total + len(tried), right + len(good)
        others = Counter(", ".join(sorted(found)) or "nothing" for seed, found in tried if seed not in set(good))
        shown = "; ".join(f"{codes} {times}×" for codes, times in others.most_common(3))
        named = f"{' '.join(sorted(fault.raises)):<26}{name.replace('_', ' '):<48}"
        print(f"   {named}{len(good):>4}/{len(tried)}  {shown}")
    print(f"{len(FAULTS)} kinds of faults: {right} of {total} named, and nothing else ({LEAST:.0%})")
    return not wrong and right >= LEAST * total


if __name__ == "__main__":
    main()
