"""How the cost of judging an invoice grows with the bills that came before it on the same order.

`python -m bench growth`: a 20-line invoice on an order with 25 to 400 earlier invoices, each with its receipt.
"""

import gc
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from app.documents import canonical
from app.matching.policy import Policy
from app.payment.decision import Verdict
from app.payment.judge import judge
from app.workflow.match import as_filed
from bench._growth import svg

STEPS = (25, 50, 100, 200, 400)
LINES = 20
#: What a doubling may cost: twice as much, and a little for sorting and for a noisy machine.
MOST = 2.3
TIMES = 4
PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "growth.svg"
_SUPPLIER = {"name": "Nordwind Beispiel GmbH", "vat_id": "DE136695976"}
_BUYER = {"name": "Example Werke GmbH"}
_FIRST = date(2025, 1, 6)


def _lines(quantity, **more):
    return [
        {
            "id": str(10 * at),
            "description": f"Part {at} of the frame order",
            "buyer_item_id": f"B-{at:03}",
            "quantity": str(quantity),
            "unit": "C62",
            "unit_price": f"{at}.25",
            "net_amount": f"{quantity * at + quantity * 25 // 100}.00",
        }
        | {name: value(at) for name, value in more.items()}
        for at in range(1, LINES + 1)
    ]


def _paper(kind, number, day, lines, **more):
    return {
        "kind": kind, "number": number, "issue_date": day.isoformat(), "currency": "EUR", "supplier": _SUPPLIER,
        "buyer": _BUYER, "lines": lines, **more,
    }  # fmt: skip


def purchase(earlier):
    """An order, as many receipts and earlier invoices, and the invoice to be judged: all of it is as agreed."""
    each = 4
    papers = [_paper("purchase_order", "PO-1", _FIRST, _lines(each * (earlier + 1)), status="approved")]
    order_line = {"order_line": lambda at: str(10 * at)}
    for at in range(earlier + 1):
        day = _FIRST + timedelta(days=1 + at)
        named = {"references": {"purchase_order": "PO-1"}}
        papers.append(
            _paper("goods_receipt", f"GR-{at}", day, _lines(each, **order_line, received=lambda _: str(each)), **named)
        )
        lines = _lines(each, **order_line)
        net = f"{sum(int(line['net_amount'][:-3]) for line in lines)}.00"
        totals = {"lines": net, "net": net, "tax": "0.00", "gross": net, "due": net}
        papers.append(_paper("invoice", f"NW-{at:04}", day, lines, totals=totals, **named))
    return as_filed([canonical.read(paper) for paper in papers])


def seconds(earlier, *, collector):
    """The processor's time for the last invoice of such a purchase, the best of several."""
    files = purchase(earlier)
    policy = Policy()
    best = None
    for _ in range(TIMES):
        gc.collect()
        if not collector:
            gc.disable()
        began = time.process_time()
        judged = judge(files[-1], files, policy, as_of=files[-1].document.issue_date)
        spent = time.process_time() - began
        gc.enable()
        best = spent if best is None else min(best, spent)
        if judged.decision.kind is not Verdict.PAY:
            raise ValueError([finding.condition.why for finding in judged.findings])
    return best


def main():
    spent = {}
    for earlier in STEPS:
        # The collector of cycles walks all that is on the heap, the bench's own papers too: it is told apart.
        spent[earlier] = seconds(earlier, collector=False)
        whole = seconds(earlier, collector=True)
        before = spent.get(earlier // 2)
        ratio = f", {spent[earlier] / before:.2f} times as much" if before else ""
        print(
            f"{earlier:4} earlier invoices: {1000 * spent[earlier]:6.0f} ms{ratio} "
            f"({1000 * whole:.0f} ms with the collector of cycles)",
            flush=True,
        )
    worst = max(spent[step] / spent[step // 2] for step in STEPS[1:])
    print(f"a doubling costs at most {worst:.2f} times as much (limit {MOST})")
    PICTURE.write_text(svg(spent), encoding="utf-8")
    if worst > MOST:
        sys.exit(1)


if __name__ == "__main__":
    main()
