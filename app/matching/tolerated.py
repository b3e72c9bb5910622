"""What was let through: the differences that lie within a tolerance, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.documents.money import Money
from app.linking.voucher import Voucher, VoucherLine
from app.matching.policy import Policy
from app.matching.tolerance import Tolerance

#: The code under which what was let through is kept with a match.
TOLERATED = "SMALL_DIFF_CLEARED"

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerated:
    """A difference to the buyer's disadvantage that a tolerance let through, in money."""

    line: VoucherLine
    metric: str
    limit: Tolerance
    expected: Fraction
    actual: Fraction
    worth: Money


def tolerated(voucher: Voucher, policy: Policy) -> Iterator[Tolerated]:
    """The prices above the order's and the quantities beyond what was ordered or came, within their tolerances."""
    if voucher.is_credit:
        return
    for line in voucher.lines:
        if line.bills and line.order is not None and not line.by_amount:
            yield from _price(voucher, policy, line)
            yield from _quantity(voucher, policy, line)


def _price(voucher: Voucher, policy: Policy, line: VoucherLine) -> Iterator[Tolerated]:
    agreed, effective, quantity = line.price, line.effective, line.quantity or _ZERO
    if agreed is None or effective is None or effective <= agreed:
        return
    limit, each = policy.tolerance("price", voucher, line), effective - agreed
    worth = Money.of(each * quantity, voucher.currency)
    if worth.amount > 0 and not limit.breached_by(
        each, agreed, extended=max(line.price_variance or _ZERO, each * quantity)
    ):
        yield Tolerated(line=line, metric="price", limit=limit, expected=agreed, actual=effective, worth=worth)


def _quantity(voucher: Voucher, policy: Policy, line: VoucherLine) -> Iterator[Tolerated]:
    """Beyond what was ordered or, where more is missing, beyond what came."""
    price, now = line.price or _ZERO, line.quantity or _ZERO
    bases = [("quantity_ordered", line.ordered)]
    if line.receipts and line.received is not None:
        bases.append(("quantity", line.received))
    metric, base = min(bases, key=lambda one: one[1])
    excess = line.billed - base
    limit = policy.tolerance(metric, voucher, line)
    worth = Money.of(min(excess, now) * price, voucher.currency) if excess > 0 else Money.zero(voucher.currency)
    if worth.amount > 0 and not limit.breached_by(excess, base):
        yield Tolerated(line=line, metric=metric, limit=limit, expected=base, actual=line.billed, worth=worth)
