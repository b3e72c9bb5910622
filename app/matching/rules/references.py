"""References: the order, the lines and the parties that the papers name."""

from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.linking.amounts import charge_of_words
from app.linking.link import Basis
from app.linking.parties import Sameness, same_party, same_seller
from app.linking.shelf import order_numbers
from app.linking.similarity import item_keys, same_item, same_words
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.wording import amount, figure

_ZERO = Fraction(0)


def asked(voucher: Voucher) -> Money:
    """What the invoice asks for, as the money at risk of a finding on the whole of it."""
    totals = voucher.invoice.document.totals
    found = next((sum_ for sum_ in (totals.due, totals.gross, totals.net) if sum_ is not None), None)
    return Money.of(found if found is not None else _ZERO, voucher.currency)


def worth_of(line: VoucherLine, voucher: Voucher) -> Money:
    """What the line asks for."""
    return Money.of(abs(line.net or _ZERO), voucher.currency)


def is_charge(line: VoucherLine) -> bool:
    """Whether a line without an order line is a charge by its words (freight, packing …), billed once."""
    return line.order is None and line.line.line.quantity in {None, 1} and charge_code_of(line) is not None


def charge_code_of(line: VoucherLine) -> str | None:
    """The code of the charge that the line's words name."""
    return charge_of_words(line.line.line.description or "")


@rule(
    "PO_REF_MISSING",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "REF", "NIN"),
    x12_426="61",
    uncl_4465="51",
)
def no_order_named(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Where an order is required, the invoice names one, or one is found for it.

    Looks for an order number on the head and the lines, then for an order of the supplier that the lines fit.
    """
    document = voucher.invoice.document
    if not policy.order_required or voucher.orders or order_numbers(document) or voucher.is_credit:
        return
    yield Condition(
        expected="an order number",
        actual="none",
        at_risk=asked(voucher),
        why="The invoice names no order, and no open order of this supplier fits its lines.",
        evidence=(place(voucher.invoice, "references/purchase_order"),),
    )


@rule(
    "PO_NOT_FOUND",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.DOCUMENT,
    assertion=Assertion.OCCURRENCE,
    peppol=("UQ", "REF", "NIN"),
    x12_426="61",
    uncl_4465="9",
    cure=Cure.ORDER,
)
def order_not_on_file(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """Every order that the invoice names is on file.

    Compares the numbers without case, spaces and punctuation; without leading zeros and the word in front
    only among the same supplier's orders.
    """
    for number in voucher.heading.missing:
        yield Condition(
            expected="an order on file",
            actual=number,
            at_risk=asked(voucher),
            why=f"The invoice names order {number}; there is no such order on file.",
            evidence=(place(voucher.invoice, "references/purchase_order"),),
            detail={"about": number},
        )


@rule(
    "LINE_NOT_ON_PO",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.LINE,
    peppol=("UQ", "ITM", "CNP"),
    x12_426="07",
    uncl_4465="100",
    cure=Cure.ORDER_CHANGE,
)
def line_not_ordered(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Everything billed stands on the order.

    Pairs the lines by the line numbers that the invoice names, then by item numbers, by equal and at last by
    similar descriptions; a line left over that is no charge was not ordered.
    """
    if voucher.is_credit or not (voucher.orders or policy.order_required):
        return
    for line in voucher.lines:
        if line.order is not None or is_charge(line) or (line.net or _ZERO) <= 0:
            continue
        printed = line.line.line
        yield Condition(
            line=line,
            order=voucher.orders[0] if voucher.orders else None,
            expected="a line of the order",
            actual=printed.description or line.id,
            variance=None if printed.quantity is None else printed.quantity,
            at_risk=worth_of(line, voucher),
            why=f"No line of the order fits line {line.id} ({printed.description or 'no description'}): "
            f"{amount(line.net or _ZERO, voucher.currency)} was not ordered.",
            evidence=(place(line.line, "description"), place(line.line, "net_amount")),
        )


@rule(
    "LINK_AMBIGUOUS",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    peppol=("UQ", "REF", "NIN"),
    x12_426="17",
    uncl_4465="43",
)
def more_than_one_link_fits(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The order and the order line that an invoice line belongs to are the only ones that fit.

    Compares the best link found by likeness with the next best; within the margin neither may be taken
    for certain.
    """
    rivals = voucher.heading.ambiguous_with
    if rivals:
        named = ", ".join(order.document.number or order.id for order in (*voucher.orders, *rivals))
        yield Condition(
            order=voucher.orders[0] if voucher.orders else None,
            expected="one order that fits",
            actual=named,
            at_risk=asked(voucher),
            why=f"The invoice names no order; these fit equally well: {named}.",
            evidence=(place(voucher.invoice, "references/purchase_order"),),
            detail={"candidates": named},
        )
    for line in voucher.lines:
        if not line.ambiguous_with or line.order is None:
            continue
        named = ", ".join(other.id for other in (line.order, *line.ambiguous_with))
        yield Condition(
            line=line,
            order=line.order.filed,
            expected="one order line that fits",
            actual=named,
            at_risk=worth_of(line, voucher),
            why=f"Line {line.id} names no order line; these fit equally well: {named}.",
            evidence=(place(line.line, "description"), place(line.order, "description")),
            disputes=Disputes.LINE,
            detail={"candidates": named},
        )


@rule(
    "LINK_INFERRED",
    severity=Severity.WARN,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "REF", "PIN"),
    x12_426="17",
    uncl_4465="43",
)
def link_rests_on_likeness(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The order and its line are named, not guessed.

    Reports each link that rests on likeness alone and is the only one that fits.
    """
    heading = voucher.heading
    if heading.basis is Basis.INFERRED and not heading.ambiguous_with and not voucher.is_credit:
        order = voucher.orders[0]
        number = order.document.number or order.id
        yield Condition(
            order=order,
            expected="an order number",
            actual=f"order {number}, by its lines",
            at_risk=Money.zero(voucher.currency),
            why=f"The invoice names no order; its lines fit order {number} (likeness {figure(heading.score)}).",
            evidence=(place(order, "number"),),
        )
    for line in voucher.lines:
        if line.basis is not Basis.INFERRED or line.ambiguous_with or line.order is None:
            continue
        ours, theirs = line.line.line.description, line.order.line.description
        yield Condition(
            line=line,
            order=line.order.filed,
            expected=theirs,
            actual=ours,
            at_risk=Money.zero(voucher.currency),
            why=f"Line {line.id} names no order line; its words ({ours}) are most like those of "
            f"line {line.order_id} ({theirs}).",
            evidence=(place(line.line, "description"), place(line.order, "description")),
        )


@rule(
    "ITEM_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.LINE,
    peppol=("UQ", "ITM", "CNP"),
    x12_426="07",
    uncl_4465="100",
)
def line_names_another_item(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The order line that the invoice names is for the item that it bills.

    Where the invoice names the order line, compares the item numbers of the same sort on both papers; the
    very same words under two numbers are one item in two numbering schemes.
    """
    for line in voucher.lines:
        if line.order is None or line.basis is not Basis.REFERENCE:
            continue
        billed, ordered = line.line.line, line.order.line
        if same_item(billed, ordered) is not False or same_words(billed, ordered):
            continue
        ours, theirs = item_keys(billed), item_keys(ordered)
        name = next(name for name in ours if name in theirs)
        actual, expected = (getattr(paper.line, name) for paper in (line.line, line.order))
        yield Condition(
            line=line,
            order=line.order.filed,
            expected=expected,
            actual=actual,
            at_risk=worth_of(line, voucher),
            why=f"Line {line.id} refers to order line {line.order_id}, which is for item {expected}; "
            f"the invoice bills item {actual}.",
            evidence=(place(line.line, name), place(line.order, name)),
        )


@rule(
    "SUPPLIER_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.OCCURRENCE,
    peppol=("RE", "REC", "NIN"),
    x12_426="18",
    uncl_4465="52",
)
def seller_differs_from_the_order(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The company that bills is the company that was ordered from.

    Compares tax identifiers, then registration numbers; where neither stands on both papers, the names
    without their legal forms.
    """
    seller = voucher.invoice.document.supplier
    for order in voucher.orders:
        ordered_from = order.document.supplier
        if (
            same_seller(voucher.invoice.document, order.document, least=policy.name_similarity)
            is not Sameness.DIFFERENT
        ):
            continue
        by_id = bool(seller.vat_id and ordered_from.vat_id)
        expected, actual = (f"{p.name or ''} {p.vat_id or ''}".strip() for p in (ordered_from, seller))
        yield Condition(
            order=order,
            expected=expected,
            actual=actual,
            at_risk=asked(voucher),
            why=f"Order {order.document.number} was placed with {expected}; the invoice is from {actual}.",
            evidence=tuple(
                place(paper, "supplier/vat_id" if by_id else "supplier/name") for paper in (voucher.invoice, order)
            ),
        )


@rule(
    "DOC_CHAIN_INCOMPLETE",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.ORDER,
    assertion=Assertion.COMPLETENESS,
    peppol=("UQ", "REF", "PIN"),
    x12_426="44",
    uncl_4465="6",
    cure=Cure.MISSING_PAPER,
)
def required_paper_missing(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Every order has the papers that the policy asks for.

    Looks for each required kind of paper behind the order; nothing is required unless the policy says so.
    """
    present = {
        "quote": voucher.quotes,
        "packing_slip": voucher.slips,
        "goods_receipt": voucher.receipts,
        "license_receipt": voucher.licenses,
        "contract": voucher.contracts,
    }
    if not voucher.orders or voucher.is_credit:
        return
    for kind in policy.required_papers:
        if present.get(kind):
            continue
        name = kind.replace("_", " ")
        yield Condition(
            order=voucher.orders[0],
            expected=f"a {name}",
            actual="none on file",
            at_risk=asked(voucher),
            why=f"The policy asks for a {name} behind order {voucher.orders[0].document.number}; none is on file.",
            evidence=(place(voucher.orders[0], "number"),),
            detail={"about": kind, "class": "receipt" if kind == "goods_receipt" else kind},
        )


@rule(
    "WRONG_ADDRESSEE",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.OCCURRENCE,
    peppol=("RE", "REC", "NIN"),
    x12_426="18",
    uncl_4465="52",
)
def billed_to_another_company(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The invoice is addressed to one of the companies whose purchases are audited.

    Compares the buyer with the policy's list of own companies; unchecked where the list is empty.
    """
    buyer = voucher.invoice.document.buyer
    if not policy.entities or not (buyer.name or buyer.vat_id):
        return
    if any(same_party(buyer, own, least=policy.name_similarity) is Sameness.SAME for own in policy.own_companies):
        return
    named = buyer.name or buyer.vat_id or ""
    yield Condition(
        expected=", ".join(policy.entities),
        actual=named,
        at_risk=asked(voucher),
        why=f"The invoice is addressed to {named}, which is none of the companies audited here.",
        evidence=(place(voucher.invoice, "buyer/name"),),
    )
