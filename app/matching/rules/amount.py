"""Amount: what is billed in all against what was ordered and accepted in all."""

from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.linking.conventions import PriceBasis
from app.linking.link import AllocationKind
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.tolerance import Tolerance, percent_of
from app.matching.wording import amount, money_decimal, share

_ZERO = Fraction(0)
_RECEIPTS = 3


@rule(
    "LINE_TOTAL_OVER_PO",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.CUMULATIVE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.AMOUNT,
    needs=("/quantity", "/net_amount"),
    peppol=("UQ", "PRI", "CNP"),
    x12_426="01",
    uncl_4465="5",
)
def line_billed_beyond_its_amount(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """An order line is billed for no more than its amount.

    Adds up what all live bills ask on the order line, corrections and credits included, and compares it
    with the order line's amount, with the planned charges where prices are net. A line billed by amount
    is held to the tolerance for ordered quantities where none is set for totals.
    """
    for line in voucher.lines:
        billed, ordered = line.billed_amount, line.order_amount
        asks = line.bills or line.kind is AllocationKind.PRICE_CORR
        if billed is None or ordered is None or not asks or voucher.is_credit or billed <= ordered:
            continue
        limit, metric = _limit(voucher, policy, line)
        if not limit.breached_by(billed - ordered, ordered):
            continue
        excess, currency = billed - ordered, voucher.currency
        before = billed - ((line.net if line.price_basis is PriceBasis.NET else line.item) or _ZERO)
        percent = percent_of(excess, ordered)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"at most {amount(ordered, currency)}",
            actual=amount(billed, currency),
            variance=money_decimal(excess, currency),
            percent=percent,
            limit=limit.as_json(metric),
            at_risk=Money.of(min(excess, abs(line.net or _ZERO)), currency),
            supported=max(ordered - before, _ZERO),
            why=f"The order line comes to {amount(ordered, currency)}; billed before are {amount(before, currency)}, "
            f"with this invoice {amount(billed, currency)}: {amount(excess, currency)} ({share(percent)}) more.",
            evidence=(place(line.line, "net_amount"), *((place(line.order, "net_amount"),) if line.order else ())),
        )


def _limit(voucher: Voucher, policy: Policy, line: VoucherLine) -> tuple[Tolerance, str]:
    limit = policy.tolerance("line_total", voucher, line)
    if line.by_amount and not limit.is_checked:
        return policy.tolerance("quantity_ordered", voucher, line), "quantity_ordered"
    return limit, "line_total"


@rule(
    "PO_TOTAL_OVER",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.ORDER,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "FIN", "CNP"),
    x12_426="02",
    uncl_4465="70",
    cure=Cure.ORDER_CHANGE,
)
def order_billed_beyond_its_total(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """All invoices together ask no more than the order's total.

    Adds up what every live bill asks on the order's lines, without tax, and compares it with the order's
    total; unchecked unless the policy sets a tolerance for it.
    """
    if voucher.is_credit:
        return
    for order in voucher.orders:
        total, lines = order.document.totals.net, voucher.lines_of(order)
        limit = policy.tolerance("po_total", voucher)
        if total is None or not lines or not limit.is_checked:
            continue
        before = _billed_before(order.id, voucher)
        now = sum((line.net or _ZERO for line in lines), _ZERO)
        excess, currency = before + now - Fraction(total), voucher.currency
        if excess <= 0 or now <= 0 or not limit.breached_by(excess, Fraction(total)):
            continue
        percent = percent_of(excess, Fraction(total))
        yield Condition(
            order=order,
            expected=f"at most {amount(total, currency)}",
            actual=amount(before + now, currency),
            variance=money_decimal(excess, currency),
            percent=percent,
            limit=limit.as_json("po_total"),
            at_risk=Money.of(min(excess, now), currency),
            supported=max(Fraction(total) - before, _ZERO),
            why=f"Order {order.document.number} comes to {amount(total, currency)}; billed before are "
            f"{amount(before, currency)}, now {amount(now, currency)}: {amount(excess, currency)} "
            f"({share(percent)}) more.",
            evidence=(place(voucher.invoice, "totals/net"), place(order, "totals/net")),
        )


def _billed_before(order: str, voucher: Voucher) -> Fraction:
    return sum((net for of, net in voucher.billed_on_orders if of == order), _ZERO)


@rule(
    "AMT_OVER_ACCEPTED",
    severity=Severity.HOLD,
    owner=Owner.RECEIVING,
    level=Level.CUMULATIVE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "DEL", "CNP"),
    x12_426="59",
    uncl_4465="6",
)
def service_billed_beyond_acceptance(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A service that is billed by amount is billed no further than it was accepted.

    Adds up what all live bills ask on the order line and compares it with the amounts of the acceptances
    posted on it, within the tolerance for received quantities.
    """
    for line in voucher.lines:
        accepted, asked = line.received, line.net_before + (line.net or _ZERO)
        if not line.by_amount or line.order is None or not line.bills or line.match_way < _RECEIPTS:
            continue
        if not line.receipts or accepted is None or asked <= accepted:
            continue
        limit = policy.tolerance("quantity", voucher, line)
        excess, currency = asked - accepted, voucher.currency
        if not limit.breached_by(excess, accepted):
            continue
        yield Condition(
            line=line,
            order=line.order.filed,
            expected=f"at most {amount(accepted, currency)}",
            actual=amount(asked, currency),
            variance=money_decimal(excess, currency),
            percent=percent_of(excess, accepted),
            limit=limit.as_json("quantity"),
            at_risk=Money.of(min(excess, line.net or _ZERO), currency),
            supported=max(accepted - line.net_before, _ZERO),
            why=f"Accepted are {amount(accepted, currency)}; billed with this invoice {amount(asked, currency)}: "
            f"{amount(excess, currency)} more.",
            evidence=(place(line.line, "net_amount"), *(place(proof.line, "net_amount") for proof in line.receipts)),
        )


@rule(
    "OFFSETTING_ERRORS",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.LINE,
    peppol=("UQ", "OTH", "NIN"),
    x12_426="11",
    uncl_4465="9",
)
def two_errors_hide_each_other(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A total that agrees does not hide a wrong quantity behind a wrong price.

    Where the quantity lies beyond its tolerance one way and the price the other way, each on its own,
    looks whether the line's total still agrees with the order.
    """
    for line in voucher.lines:
        agreed, effective = line.price, line.effective
        if line.order is None or not line.bills or agreed is None or effective is None or voucher.is_credit:
            continue
        quantity = line.billed - line.ordered
        each = effective - agreed
        if quantity * each >= 0 or not _both_beyond(voucher, policy, line, quantity, each):
            continue
        billed, ordered = line.billed_amount or _ZERO, line.order_amount or _ZERO
        limit = policy.tolerance("line_total", voucher, line)
        metric = "line_total" if limit.is_checked else "arithmetic"
        limit = limit if limit.is_checked else policy.tolerance("arithmetic", voucher, line)
        if limit.breached_by(billed - ordered, ordered):
            continue
        currency = voucher.currency
        yield Condition(
            line=line,
            order=line.order.filed,
            expected=amount(ordered, currency),
            actual=amount(billed, currency),
            variance=money_decimal(billed - ordered, currency),
            limit=limit.as_json(metric),
            at_risk=Money.of(abs(line.net or _ZERO), currency),
            why=f"The line's total of {amount(billed, currency)} agrees with the order's {amount(ordered, currency)}, "
            "but only because its quantity and its price are wrong in opposite ways.",
            evidence=(place(line.line, "quantity"), place(line.line, "unit_price"), place(line.order, "net_amount")),
        )


def _both_beyond(voucher: Voucher, policy: Policy, line: VoucherLine, quantity: Fraction, each: Fraction) -> bool:
    counts = quantity > 0 or bool(voucher.invoice.document.final)
    agreed = line.price or _ZERO
    return (
        counts
        and policy.tolerance("quantity_ordered", voucher, line).breached_by(quantity, line.ordered)
        and policy.tolerance("price", voucher, line).breached_by(each, agreed, extended=each * (line.quantity or _ZERO))
    )
