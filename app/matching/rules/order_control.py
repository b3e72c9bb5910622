"""Order control: whether the order was in force when it was billed."""

from collections.abc import Iterator
from fractions import Fraction

from app.documents.document import OrderStatus
from app.documents.normal import number_key
from app.linking.filed import Filed
from app.linking.ledger import ordered
from app.linking.lines import line_key
from app.linking.link import LineOf
from app.linking.voucher import Voucher
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked
from app.matching.wording import figure, price

_IN_FORCE = frozenset({OrderStatus.APPROVED, OrderStatus.OPEN, OrderStatus.PARTIALLY_RECEIVED, OrderStatus.RECEIVED})


@rule(
    "PO_STATUS_INVALID",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.ORDER,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "UNR", "PIN"),
    x12_426="61",
    cure=Cure.ORDER_CHANGE,
)
def order_is_not_in_force(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The order is approved, and neither cancelled nor closed.

    Looks at the order's status where the order states one.
    """
    if voucher.is_credit:
        return
    for order in voucher.orders:
        found = order.document.status
        if found is None or found in _IN_FORCE:
            continue
        yield Condition(
            order=order,
            expected="approved, open or received",
            actual=found.value,
            at_risk=asked(voucher),
            why=f"Order {order.document.number} is {found.value.replace('_', ' ')}.",
            evidence=(place(order, "status"),),
        )


@rule(
    "PO_AFTER_INVOICE",
    severity=Severity.WARN,
    owner=Owner.AUDIT,
    level=Level.ORDER,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.NOTHING,
    x12_426="61",
)
def order_raised_after_the_fact(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """An order is placed before its goods come and its invoice is written.

    Compares the day the order was created (or else its date) with the dates of the invoice and of the
    first receipt of the order.
    """
    if voucher.is_credit:
        return
    for order in voucher.orders:
        created = order.document.created_at.date() if order.document.created_at else order.document.issue_date
        came = [line.filed for entry in voucher.lines_of(order) for line in (p.line for p in entry.receipts)]
        papers = [paper for paper in (voucher.invoice, *came) if paper.document.issue_date is not None]
        first = min(papers, key=lambda paper: (str(paper.document.issue_date), paper.sequence), default=None)
        day = first.document.issue_date if first is not None else None
        if created is None or first is None or day is None or created <= day:
            continue
        kind = first.document.kind.replace("_", " ")
        yield Condition(
            order=order,
            expected=f"placed by {day.isoformat()}",
            actual=created.isoformat(),
            at_risk=asked(voucher),
            why=f"Order {order.document.number} is of {created.isoformat()}, "
            f"{(created - day).days} days after the {kind} of {day.isoformat()}.",
            evidence=(place(order, "issue_date"), place(first, "issue_date")),
        )


@rule(
    "PO_CHANGED_AFTER_INVOICE",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.ORDER,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.NOTHING,
    x12_426="01",
    uncl_4465="57",
)
def order_raised_to_fit_the_invoice(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """An order is not raised after the invoice has come.

    Compares quantities and prices of later versions with those of the version in force when the invoice
    came, against which it is judged.
    """
    by_number = {number_key(order.document.number): order for order in voucher.orders}
    for later in voucher.later_versions:
        held = by_number.get(number_key(later.document.number))
        changes = _raised(held, later) if held is not None else []
        if not changes or held is None:
            continue
        yield Condition(
            order=held,
            expected=f"version {held.document.version or '1'} as it was",
            actual="; ".join(changes),
            at_risk=asked(voucher),
            why=f"After the invoice came, order {held.document.number} was raised: {'; '.join(changes)}. "
            "The invoice is judged by the version before.",
            evidence=(place(held, "version"), place(later, "version")),
            detail={"about": later.document.version or later.id},
        )


def _raised(held: Filed, later: Filed) -> list[str]:
    old = {line_key(LineOf(held, at).id): line for at, line in enumerate(held.document.lines)}
    changes: list[str] = []
    for at, line in enumerate(later.document.lines):
        number = LineOf(later, at).id
        before = old.get(line_key(number))
        if before is None:
            changes.append(f"line {number} added")
            continue
        if ordered(line) > ordered(before):
            changes.append(f"line {number} from {figure(ordered(before))} to {figure(ordered(line))}")
        if line.unit_price is not None and before.unit_price is not None and line.unit_price > before.unit_price:
            changes.append(f"line {number} from {price(before.unit_price)} to {price(Fraction(line.unit_price))} each")
    return changes
