"""Quantity: what was billed against what was ordered, received and accepted."""

from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.linking.amounts import charge_of_words
from app.linking.link import LineOf
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.licensing import is_software
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Place, Severity, place, rule
from app.matching.tolerance import Tolerance, percent_of
from app.matching.wording import amount, figure, quantity_decimal, share

_ZERO = Fraction(0)
_RECEIPTS = 3
_ACCEPTANCE = 4


def billed_lines(voucher: Voucher) -> Iterator[VoucherLine]:
    """The lines that bill a quantity of something ordered."""
    for line in voucher.lines:
        if line.order is not None and line.bills and line.quantity is not None and not line.by_amount:
            yield line


def received_lines(voucher: Voucher) -> Iterator[VoucherLine]:
    """Those of them that a receipt must prove: neither software, which its license proves, nor carriage."""
    for line in billed_lines(voucher):
        if line.match_way >= _RECEIPTS and not is_software(line) and not _is_carriage(line):
            yield line


def _services(voucher: Voucher) -> Iterator[VoucherLine]:
    """The lines billed by amount that an acceptance must prove."""
    for line in voucher.lines:
        proven = is_software(line) or _is_carriage(line) or line.match_way < _RECEIPTS
        if line.order is not None and line.bills and line.by_amount and not proven:
            yield line


def _is_carriage(line: VoucherLine) -> bool:
    """An order line for freight, packing or the like: nothing of it ever arrives."""
    ordered = line.order.line if line.order else line.line.line
    return (
        not line.receipts and ordered.quantity in {None, 1} and charge_of_words(ordered.description or "") is not None
    )


def worth(line: VoucherLine, quantity: Fraction, voucher: Voucher) -> Money:
    """What so many of the line's billed units cost: at the billed price, for no more than the line bills."""
    billed = line.quantity or _ZERO
    part = min(max(quantity, _ZERO), billed)
    return Money.of((line.item or _ZERO) * part / billed if billed else _ZERO, voucher.currency)


def unit_of(line: VoucherLine) -> str:
    """The unit's printed word or code, for a sentence."""
    return (line.order.line.unit_text or line.unit or "") if line.order else ""


def already(line: VoucherLine) -> str:
    """What was billed before, for a sentence."""
    if line.billed_before == 0:
        return f"billed {figure(line.quantity or _ZERO)}"
    return (
        f"billed {figure(line.billed_before)} before and {figure(line.quantity or _ZERO)} now, "
        f"{figure(line.billed)} in all"
    )


def _quantities(line: VoucherLine, *others: LineOf) -> tuple[Place, ...]:
    order = (place(line.order, "quantity"),) if line.order else ()
    return (place(line.line, "quantity"), *order, *(place(other, "quantity") for other in others))


@rule(
    "QTY_OVER_ORDERED",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.CUMULATIVE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.QUANTITY,
    needs=("/quantity",),
    peppol=("UQ", "QTY", "CNP"),
    x12_426="06",
    uncl_4465="9",
    cure=Cure.ORDER_CHANGE,
)
def billed_more_than_ordered(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """No more is billed on an order line than was ordered and not cancelled.

    Adds the quantities of all live invoices on the order line, less credits, in the order's unit, and
    compares the sum with the order, within the tolerance for ordered quantities.
    """
    for line in billed_lines(voucher):
        excess = line.billed - line.ordered
        limit = policy.tolerance("quantity_ordered", voucher, line)
        if excess <= 0 or not limit.breached_by(excess, line.ordered):
            continue
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"at most {figure(line.ordered)}",
            actual=figure(line.billed),
            variance=quantity_decimal(excess),
            percent=percent_of(excess, line.ordered),
            limit=limit.as_json("quantity_ordered"),
            at_risk=worth(line, excess, voucher),
            supported=line.ordered - line.billed_before,
            why=f"Ordered are {figure(line.ordered)} {unit_of(line)}; {already(line)}: "
            f"{figure(excess)} more than ordered.".replace(" ;", ";"),
            evidence=_quantities(line),
        )


@rule(
    "QTY_OVER_RECEIVED",
    severity=Severity.HOLD,
    owner=Owner.RECEIVING,
    level=Level.CUMULATIVE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.QUANTITY,
    needs=("/quantity",),
    peppol=("UQ", "QTY", "CNP"),
    x12_426="06",
    uncl_4465="4",
)
def billed_more_than_received(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """No more is billed than the posted receipts confirm, returns taken off.

    Compares all live bills on the order line, less credits, with its receipts, within the tolerance
    for received quantities or, where one is set, for the value of the difference at the order's price.
    """
    for line in received_lines(voucher):
        received = line.received
        if received is None or line.billed <= received:
            continue
        excess = line.billed - received
        limit, metric = _breached(voucher, policy, line, excess, received)
        if limit is None:
            continue
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"at most {figure(received)}",
            actual=figure(line.billed),
            variance=quantity_decimal(excess),
            percent=percent_of(excess, received),
            limit=limit.as_json(metric),
            at_risk=worth(line, excess, voucher),
            supported=received - line.billed_before,
            why=f"Received are {figure(received)}; {already(line)}: {figure(excess)} more than received.",
            evidence=_quantities(line, *(proof.line for proof in line.receipts)),
        )


def _breached(
    voucher: Voucher, policy: Policy, line: VoucherLine, excess: Fraction, base: Fraction
) -> tuple[Tolerance | None, str]:
    """The tolerance that the excess breaches: of the quantity, or of its value at the order's price."""
    limit = policy.tolerance("quantity", voucher, line)
    if limit.breached_by(excess, base):
        return limit, "quantity"
    limit, price = policy.tolerance("quantity_value", voucher, line), line.price
    if price is not None and limit.breached_by(excess * price, base * price):
        return limit, "quantity_value"
    return None, ""


@rule(
    "QTY_OVER_ACCEPTED",
    severity=Severity.HOLD,
    owner=Owner.RECEIVING,
    level=Level.CUMULATIVE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.QUANTITY,
    needs=("/quantity",),
    peppol=("UQ", "QUA", "CNP"),
    x12_426="05",
    uncl_4465="2",
    cure=Cure.CREDIT_NOTE,
)
def billed_rejected_goods(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Where acceptance is agreed, no more is billed than was accepted.

    On four-way lines, compares all live bills with what was received less what was returned or rejected,
    as long as the receipts themselves cover the bills.
    """
    for line in received_lines(voucher):
        accepted, received = line.accepted, line.received
        if line.match_way < _ACCEPTANCE or accepted is None or received is None:
            continue
        excess = line.billed - accepted
        if excess <= 0 or line.billed > received:
            continue
        limit, metric = _breached(voucher, policy, line, excess, accepted)
        if limit is None:
            continue
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"at most {figure(accepted)}",
            actual=figure(line.billed),
            variance=quantity_decimal(excess),
            percent=percent_of(excess, accepted),
            limit=limit.as_json(metric),
            at_risk=worth(line, excess, voucher),
            supported=accepted - line.billed_before,
            why=f"Received are {figure(received)}, accepted {figure(accepted)}; {already(line)}: "
            f"{figure(excess)} more than accepted.",
            evidence=_quantities(line, *(proof.line for proof in line.receipts)),
        )


@rule(
    "RECEIPT_MISSING",
    severity=Severity.HOLD,
    owner=Owner.RECEIVING,
    level=Level.LINE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.QUANTITY,
    needs=("/quantity",),
    peppol=("UQ", "DEL", "PIN"),
    x12_426="59",
    uncl_4465="32",
)
def nothing_received_yet(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """What is billed has come: a receipt is posted where three papers must agree.

    Looks for a posted goods receipt (or, where the order has none at all, a packing slip) on the order line.
    """
    for line in (*received_lines(voucher), *_services(voucher)):
        if line.receipts or (line.billed <= 0 and not line.by_amount):
            continue
        if line.drafts and line.billed <= (line.drafted or _ZERO):
            continue  # It came and waits for posting: RECEIPT_DRAFT_ONLY.
        quantity = line.quantity or _ZERO
        proof = "goods receipt or packing slip" if policy.receipt_proof.value != "receipt" else "goods receipt"
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"a posted {proof}",
            actual="none on file",
            variance=None if line.by_amount else quantity_decimal(line.billed),
            at_risk=Money.of(line.net or _ZERO, voucher.currency) if line.by_amount else worth(line, quantity, voucher),
            supported=_ZERO if line.by_amount else -line.billed_before,
            why=f"No {proof} is on file for this line; billed are "
            f"{amount(line.net or _ZERO, voucher.currency) if line.by_amount else figure(quantity)}.",
            evidence=_quantities(line),
        )


@rule(
    "RECEIPT_DRAFT_ONLY",
    severity=Severity.HOLD,
    owner=Owner.RECEIVING,
    level=Level.CUMULATIVE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.QUANTITY,
    needs=("/quantity",),
    peppol=("UQ", "DEL", "PIN"),
    x12_426="59",
    uncl_4465="6",
)
def receipt_is_not_posted(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The receipts that cover the bill are posted.

    Where posted receipts fall short of what is billed, looks whether receipts in draft would cover the rest.
    """
    for line in received_lines(voucher):
        received, drafted = line.received, line.drafted
        if received is None or drafted is None or not received < line.billed <= received + drafted:
            continue
        excess = line.billed - received
        limit, metric = _breached(voucher, policy, line, excess, received)
        if limit is None:
            continue
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"{figure(line.billed)} received and posted",
            actual=f"{figure(received)} posted, {figure(drafted)} in draft",
            variance=quantity_decimal(excess),
            percent=percent_of(excess, received),
            limit=limit.as_json(metric),
            at_risk=worth(line, excess, voucher),
            supported=received - line.billed_before,
            why=f"Posted receipts confirm {figure(received)}, a draft another {figure(drafted)}; {already(line)}.",
            evidence=_quantities(line, *(proof.line for proof in (*line.receipts, *line.drafts))),
        )


@rule(
    "QTY_UNDER_ORDERED",
    severity=Severity.INFO,
    owner=Owner.BUYING,
    level=Level.CUMULATIVE,
    assertion=Assertion.COMPLETENESS,
    disputes=Disputes.NOTHING,
    needs=("/quantity",),
    x12_426="06",
    uncl_4465="4",
)
def final_invoice_falls_short(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """An invoice that closes the order bills what was ordered.

    On a final invoice, compares all live bills on the order line with the order, within the downward
    tolerance for ordered quantities.
    """
    if not voucher.invoice.document.final:
        return
    for line in billed_lines(voucher):
        short = line.ordered - line.billed
        limit = policy.tolerance("quantity_ordered", voucher, line)
        if short <= 0 or not limit.breached_by(-short, line.ordered):
            continue
        percent = percent_of(-short, line.ordered)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=figure(line.ordered),
            actual=figure(line.billed),
            variance=quantity_decimal(-short),
            percent=percent,
            limit=limit.as_json("quantity_ordered"),
            at_risk=Money.zero(voucher.currency),
            why=f"The invoice closes the order. Ordered are {figure(line.ordered)}; {already(line)}: "
            f"{figure(short)} short ({share(percent)}).",
            evidence=_quantities(line),
        )


@rule(
    "UOM_UNKNOWN",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.LINE,
    needs=("/quantity",),
    peppol=("UQ", "ITM", "NIN"),
    x12_426="06",
    uncl_4465="100",
)
def units_do_not_convert(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The units of the invoice, the receipts and the order convert into each other.

    Looks for the item's own pack size, then for a common family of UN/ECE Recommendation 20.
    """
    for line in voucher.lines:
        if line.order is None or line.by_amount or line.line.line.quantity is None:
            continue
        strange = [proof.line for proof in line.receipts if proof.quantity is None]
        if line.quantity is None:
            strange.insert(0, line.line)
        if not strange or not (line.bills or line.quantity is None):
            continue
        first = strange[0]
        yield Condition(
            line=line,
            order=line.order.filed,
            expected=line.unit,
            actual=first.line.unit,
            at_risk=Money.of(abs(line.net or _ZERO), voucher.currency),
            why=f"No way is known from {first.line.unit_text or first.line.unit} to "
            f"{line.order.line.unit_text or line.unit}: the item has no pack size on file.",
            evidence=(place(first, "unit"), place(line.order, "unit")),
        )
