"""Patterns: what looks odd beside the supplier's other papers. Nothing here holds a payment alone but a split."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import log10

from app.documents.money import Money, quantum
from app.documents.normal import number_key
from app.linking.filed import Filed
from app.linking.shelf import is_live
from app.linking.voucher import Voucher
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked
from app.matching.wording import amount, figure

_ZERO = Fraction(0)
_SATURDAY = 5
_ROUND = Decimal(1000)
_JUST_BELOW = Fraction(95, 100)
_MUCH_LARGER = 10
_FEW = 3
_BENFORD_LEAST = 1000
#: Mean absolute deviation of first digits from which a population does not follow Benford's law (Nigrini 2012).
_BENFORD_MAD = 0.015


def _sum_of(paper: Filed) -> Decimal | None:
    totals = paper.document.totals
    return totals.net if totals.net is not None else totals.gross


@rule(
    "SPLIT_UNDER_LIMIT",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.AUTHORISATION,
)
def split_to_avoid_approval(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """What needs approval is not split into parts that do not.

    Adds up the orders that one person placed with the supplier within `split_days` (or, of bills without an
    order, those bills), where each stays within the approval limit, and compares the sum with it. Unchecked
    unless the policy sets the limit.
    """
    limit, days = policy.approval_limit, policy.split_days
    if limit is None or voucher.is_credit:
        return
    for own in voucher.orders or (voucher.invoice,):
        others = [paper for paper in _beside(voucher, own) if _near(paper, own, days) and _is_within(paper, own, limit)]
        if not others or not _is_within(own, own, limit):
            continue
        total = sum((Fraction(_sum_of(paper) or 0) for paper in (own, *others)), _ZERO)
        if total <= Fraction(limit):
            continue
        currency = voucher.currency
        numbers = ", ".join(sorted(paper.document.number or paper.id for paper in (own, *others)))
        yield Condition(
            order=own if voucher.orders else None,
            expected=f"at most {amount(limit, currency)} without approval",
            actual=amount(total, currency),
            variance=Money.of(total - Fraction(limit), currency).amount,
            at_risk=asked(voucher),
            why=f"{numbers} came within {days} days, each within the approval limit of {amount(limit, currency)}; "
            f"together they come to {amount(total, currency)}.",
            evidence=tuple(place(paper, "totals/net") for paper in (own, *others)),
        )


def _beside(voucher: Voucher, own: Filed) -> Sequence[Filed]:
    """The other papers that would have been approved like this one."""
    if voucher.orders:
        return [
            order
            for order in voucher.placed
            if number_key(order.document.number) != number_key(own.document.number)
            and order.document.created_by == own.document.created_by
        ]
    return [
        bill
        for bill in voucher.history
        if is_live(bill) and bill.document.kind == "invoice" and not bill.document.references.purchase_order
    ]


def _near(paper: Filed, own: Filed, days: int) -> bool:
    one, other = paper.document.issue_date, own.document.issue_date
    return one is not None and other is not None and abs((one - other).days) <= days


def _is_within(paper: Filed, own: Filed, limit: Decimal) -> bool:
    total = _sum_of(paper)
    return total is not None and _ZERO < total <= limit and paper.document.currency == own.document.currency


@rule(
    "DUP_SPLIT_SUM",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "OTH", "PIN"),
    x12_426="19",
    uncl_4465="53",
)
def two_bills_make_a_third(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A bill is not sent once as a whole and once in parts.

    Looks among the supplier's live bills on the same order line, within the days for duplicates, for two that
    add up to a third to the cent, this one among them; goods that came for all three are no duplicate.
    """
    own = _sum_of(voucher.invoice)
    if own is None or voucher.is_credit:
        return
    cent = quantum(voucher.currency)
    sharing = _on_the_same_lines(voucher)
    bills = [
        (bill, total)
        for bill in voucher.history
        if bill.id in sharing and is_live(bill) and _near(bill, voucher.invoice, policy.duplicate_days)
        for total in [_sum_of(bill)]
        if total is not None and bill.document.kind == "invoice"
    ]
    for at, (one, first) in enumerate(bills):
        for other, second in bills[at + 1 :]:
            parts, whole = sorted((own, first, second))[:2], max(own, first, second)
            if abs(sum(parts) - whole) <= cent:
                yield Condition(
                    expected="a bill that is sent once",
                    actual=f"{parts[0]:f} + {parts[1]:f} = {whole:f}",
                    at_risk=asked(voucher),
                    why=f"{one.document.number}, {other.document.number} and this invoice bill the same order line; "
                    f"{parts[0]:f} + {parts[1]:f} = {whole:f}: one of them may be the others again.",
                    evidence=tuple(place(paper, "totals/net") for paper in (voucher.invoice, one, other)),
                    detail={"about": f"{one.document.number} {other.document.number}"},
                )
                return


def _on_the_same_lines(voucher: Voucher) -> frozenset[str]:
    """The bills on this invoice's order lines, but for lines where all that is billed has come."""
    shared: set[str] = set()
    for line in voucher.lines:
        backed = bool(line.receipts) and line.received is not None and line.billed <= line.received
        if line.order is not None and not backed:
            shared.update(entry.line.filed.id for entry in line.history)
    return frozenset(shared)


@rule(
    "PATTERN_SCORE",
    severity=Severity.INFO,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.NOTHING,
)
def odd_beside_the_others(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """An invoice looks like the supplier's other invoices.

    Adds up what is odd: a round sum (0.2), just below the approval limit (0.3), dated on a weekend (0.1), the number
    that follows the supplier's last one to us (0.2), ten times the supplier's largest (0.4), the first after a
    long silence (0.2), and first digits of a thousand bills that break Benford's law (0.2). Told from
    `pattern_least` on; it never holds.
    """
    own, least = _sum_of(voucher.invoice), policy.pattern_least
    if least is None or own is None or own <= 0 or voucher.is_credit:
        return
    found = {name: weight for name, weight in _odd(voucher, policy, own) if weight}
    score = sum(found.values(), Decimal(0))
    if score < least or len(found) < len(("one", "two")):
        return
    yield Condition(
        expected="nothing odd",
        actual=", ".join(found),
        variance=score,
        at_risk=asked(voucher),
        why=f"The invoice is odd in {len(found)} ways: {', '.join(found)}. Together they weigh {figure(score)}.",
        evidence=(place(voucher.invoice, "totals/net"), place(voucher.invoice, "number")),
    )


def _odd(voucher: Voucher, policy: Policy, own: Decimal) -> Iterator[tuple[str, Decimal]]:
    bills = [bill for bill in voucher.history if is_live(bill) and bill.document.kind == "invoice"]
    sums = sorted(total for bill in bills if (total := _sum_of(bill)) is not None)
    limit, day = policy.approval_limit, voucher.invoice.document.issue_date
    yield "a round sum", Decimal("0.2") * (own % _ROUND == 0)
    yield (
        "just below the approval limit",
        Decimal("0.3") * (limit is not None and _JUST_BELOW * Fraction(limit) <= Fraction(own) < limit),
    )
    yield "dated on a weekend", Decimal("0.1") * (day is not None and day.weekday() >= _SATURDAY)
    yield "the number after the last one to us", Decimal("0.2") * _follows(voucher.invoice, bills)
    yield "ten times the largest before", Decimal("0.4") * (len(sums) >= _FEW and own >= _MUCH_LARGER * sums[-1])
    yield "the first after a long silence", Decimal("0.2") * _is_dormant(bills, day, policy.dormant_days)
    yield "first digits that break Benford's law", Decimal("0.2") * (_benford(sums) > _BENFORD_MAD)


def _follows(invoice: Filed, bills: Sequence[Filed]) -> bool:
    """Whether each of the last numbers follows the one before: the supplier bills nobody else."""
    numbers = [_running(bill) for bill in (*bills[-_FEW:], invoice)]
    if len(numbers) <= _FEW or None in numbers:
        return False
    known = [number for number in numbers if number is not None]
    return all(later[0] == earlier[0] and later[1] == earlier[1] + 1 for earlier, later in pairwise(known))


def _running(bill: Filed) -> tuple[str, int] | None:
    """A number's front part and the count at its end."""
    key = number_key(bill.document.number) or ""
    digits = key[len(key.rstrip("0123456789")) :]
    return (key[: len(key) - len(digits)], int(digits)) if digits and digits.isascii() else None


def _is_dormant(bills: Sequence[Filed], day: date | None, days: int) -> bool:
    last = max((bill.document.issue_date for bill in bills if bill.document.issue_date), default=None)
    return last is not None and day is not None and (day - last).days > days


def _benford(sums: Sequence[Decimal]) -> float:
    """The mean absolute deviation of the sums' first digits from Benford's law; 0 where they are too few to say."""
    digits = [int(str(total.normalize().as_tuple().digits[0])) for total in sums if total > 0]
    if len(digits) < _BENFORD_LEAST:
        return 0.0
    shares = [digits.count(digit) / len(digits) for digit in range(1, 10)]
    return sum(abs(share - log10(1 + 1 / digit)) for digit, share in enumerate(shares, 1)) / len(shares)
