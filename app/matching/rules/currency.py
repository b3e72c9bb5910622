"""Currency: the money that was agreed on."""

from collections.abc import Iterator

from app.linking.voucher import Voucher
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked


@rule(
    "CURRENCY_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    peppol=("UQ", "FIN", "NIN"),
    x12_426="33",
)
def billed_in_another_currency(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The invoice is in the currency of its order.

    Compares the two codes where both papers name one.
    """
    ours = voucher.invoice.document.currency
    for order in voucher.orders:
        theirs = order.document.currency
        if ours is None or theirs is None or ours == theirs:
            continue
        yield Condition(
            order=order,
            expected=theirs,
            actual=ours,
            at_risk=asked(voucher),
            why=f"Order {order.document.number} is in {theirs}; the invoice is in {ours}.",
            evidence=(place(voucher.invoice, "currency"), place(order, "currency")),
        )
