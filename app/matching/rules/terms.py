"""Terms: when the money is due, and whether the dates are plausible."""

from collections.abc import Iterator
from datetime import timedelta

from app.documents.money import Money
from app.linking.voucher import Voucher
from app.matching.payment_terms import has_discount, net_days
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked


@rule(
    "TERMS_MISMATCH",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "PAY", "NIN"),
    x12_426="09",
    uncl_4465="50",
)
def payment_terms_worse_than_ordered(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The invoice is due no sooner than the order says, and leaves out no discount for paying early.

    Compares the days until the whole sum is due, read from the terms or worked out from the dates.
    """
    document = voucher.invoice.document
    if voucher.is_credit:
        return
    for order in voucher.orders:
        ours, theirs = net_days(document), net_days(order.document) if order.document.payment_terms else None
        number = order.document.number
        if ours is not None and theirs is not None and ours < theirs:
            yield Condition(
                order=order,
                expected=f"{theirs} days",
                actual=f"{ours} days",
                at_risk=Money.zero(voucher.currency),
                why=f"Order {number} says due in {theirs} days; the invoice is due in {ours}.",
                evidence=(place(voucher.invoice, "due_date"), place(order, "payment_terms")),
                detail={"about": "days"},
            )
        if has_discount(order.document) and document.payment_terms and not has_discount(document):
            yield Condition(
                order=order,
                expected=order.document.payment_terms,
                actual=document.payment_terms,
                at_risk=Money.zero(voucher.currency),
                why=f"Order {number} gives a discount for paying early ({order.document.payment_terms}); "
                f"the invoice does not ({document.payment_terms}).",
                evidence=(place(voucher.invoice, "payment_terms"), place(order, "payment_terms")),
                detail={"about": "discount"},
            )


@rule(
    "DATE_OUT_OF_RANGE",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.CUTOFF,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "REF", "NIN"),
    x12_426="45",
    uncl_4465="31",
)
def date_is_implausible(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The invoice's date is neither far ahead nor long past.

    Compares it with the day of arrival, within the policy's days on either side.
    """
    issued = voucher.invoice.document.issue_date
    if issued is None:
        return
    first = voucher.as_of - timedelta(days=policy.stale_days)
    last = voucher.as_of + timedelta(days=policy.future_days)
    if first <= issued <= last:
        return
    days = abs((issued - voucher.as_of).days)
    direction = "after" if issued > last else "before"
    yield Condition(
        expected=f"between {first.isoformat()} and {last.isoformat()}",
        actual=issued.isoformat(),
        at_risk=asked(voucher),
        why=f"The invoice is dated {issued.isoformat()}, {days} days {direction} the day it came "
        f"({voucher.as_of.isoformat()}).",
        evidence=(place(voucher.invoice, "issue_date"),),
    )
