"""Documents → voucher: select what concerns the invoice, link it, post it, allocate it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.documents.document import Document
from app.documents.money import Money
from app.documents.normal import number_key, tax_key
from app.errors import AppError
from app.linking import offered
from app.linking.allocation import allocate
from app.linking.amounts import charges_of
from app.linking.conventions import Conventions, PriceBasis, ReceiptProof
from app.linking.filed import Filed, Standing
from app.linking.headers import Heading, lines_of
from app.linking.keys import clashes
from app.linking.ledger import Entry, Ledger
from app.linking.link import AllocationKind, Basis, Link
from app.linking.parties import Sameness, same_party
from app.linking.past import PastRun
from app.linking.proofs import Proofs, gather
from app.linking.shelf import Shelf, is_live, order_numbers
from app.linking.voucher import Voucher, VoucherLine
from app.registers import NOTHING, Facts

_ZERO = Fraction(0)
_DEFAULT = Conventions()


def build_voucher(
    invoice: Filed,
    on_file: Iterable[Filed],
    conventions: Conventions = _DEFAULT,
    *,
    as_of: date,
    facts: Facts = NOTHING,
    past: tuple[PastRun, ...] = (),
) -> Voucher:
    """The invoice with what backs it among the documents on file.

    Whatever is on file counts, also what came after the invoice, except later invoices: the match is
    of today's facts. Later credit notes count where they refer to this very invoice.
    """
    if invoice.unread is not None:
        return Voucher(invoice=invoice, as_of=as_of, facts=facts, conventions=conventions)
    shelf = Shelf.of(invoice, on_file, name_similarity=conventions.name_similarity)
    ledger = Ledger(shelf)
    bills = _bills(shelf)
    for bill in bills:
        ledger.post(bill)
    ledger.post(invoice)
    found = ledger.headings[invoice.id]
    own = {order.id for order in found.orders}
    shared = [bill for bill in bills if own & {order.id for order in ledger.headings[bill.id].orders}]
    proofs = gather(found.orders, shelf)
    _let_slips_stand(found.orders, proofs, conventions)
    quotes = offered.quotes(found.orders, shelf, conventions)
    contracts = offered.contracts(invoice, found.orders, shelf)
    listed = offered.partners_on(found.orders, contracts)
    lines = tuple(_line(entry, ledger, proofs, quotes, listed, conventions) for entry in ledger.entries[invoice.id])
    return Voucher(
        invoice=invoice,
        as_of=as_of,
        orders=found.orders,
        quotes=tuple({line.filed.id: line.filed for line, _ in quotes.values()}.values()),
        slips=proofs.papers["packing_slip"],
        receipts=proofs.papers["goods_receipt"],
        licenses=proofs.papers["license_receipt"],
        contracts=contracts,
        earlier=tuple(bill for bill in shared if bill.standing is not Standing.VOID),
        duplicates=_duplicates(shelf),
        links=_links(invoice, found, ledger, proofs, quotes),
        allocations=allocate(shared, invoice, ledger, proofs),
        lines=lines,
        heading=found,
        later_versions=_later_versions(found.orders, shelf),
        key_clashes=clashes(proofs.papers["license_receipt"], shelf.of_kind("license_receipt")),
        history=_history(shelf),
        billed_on_orders=tuple((order.id, _billed_before(order, invoice, ledger)) for order in found.orders),
        offers=offered.offers(found.orders, shelf, conventions),
        costs=_costs(shelf),
        entitlements=tuple(shelf.of_kind("license_receipt")),
        placed=_placed(shelf),
        past=past,
        same_account=_same_account(shelf),
        facts=facts,
        conventions=conventions,
    )


def _billed_before(order: Filed, invoice: Filed, ledger: Ledger) -> Fraction:
    return sum(
        (
            entry.net or _ZERO
            for line in lines_of(order)
            for entry in ledger.account(line).entries
            if entry.line.filed.id != invoice.id
        ),
        _ZERO,
    )


def _history(shelf: Shelf) -> tuple[Filed, ...]:
    """The supplier's earlier bills, void ones too."""
    invoice = shelf.invoice
    return tuple(
        bill
        for bill in shelf.billing
        if _is_before(bill, invoice) and shelf.same_supplier(bill.document, invoice.document) is not Sameness.DIFFERENT
    )


def _placed(shelf: Shelf) -> tuple[Filed, ...]:
    """The orders of the invoice's supplier."""
    bill = shelf.invoice.document
    return tuple(o for o in shelf.orders_in_force if shelf.same_supplier(o.document, bill) is Sameness.SAME)


def _same_account(shelf: Shelf) -> tuple[Filed, ...]:
    """The earlier bills that are to be paid to the invoice's account."""
    iban = tax_key(shelf.invoice.document.supplier.iban)
    return tuple(
        bill
        for bill in shelf.billing
        if iban is not None and _is_before(bill, shelf.invoice) and tax_key(bill.document.supplier.iban) == iban
    )


def _is_before(bill: Filed, invoice: Filed) -> bool:
    return bill.sequence < invoice.sequence


def _bills(shelf: Shelf) -> list[Filed]:
    """The bills that may draw on the same orders: earlier ones, and later credits of these or of this invoice.

    A return that came later counts, and so must its credit. Void bills are replayed too, for the receipts
    that they held once.
    """
    invoice = shelf.invoice
    wanted = _candidate_orders(shelf)
    credited = {number_key(invoice.document.number)}
    chosen: list[Filed] = []
    for bill in shelf.billing:
        if not is_live(bill) and bill.standing is not Standing.VOID:
            continue
        if not (_is_before(bill, invoice) or _credits_one_of(bill, credited, shelf)):
            continue
        if _may_draw(bill, wanted, shelf):
            chosen.append(bill)
            credited.add(number_key(bill.document.number))
    return chosen


def _credits_one_of(bill: Filed, numbers: set[str | None], shelf: Shelf) -> bool:
    number = number_key(bill.document.references.preceding_invoice)
    return (
        bill.document.kind == "credit_note"
        and number is not None
        and number in numbers
        and shelf.same_supplier(bill.document, shelf.invoice.document) is not Sameness.DIFFERENT
    )


def _candidate_orders(shelf: Shelf) -> frozenset[str]:
    """The orders that the invoice names; every order of its supplier where it names none."""
    document = shelf.invoice.document
    numbers = order_numbers(document)
    if numbers:
        return frozenset(order.id for number in numbers for order in shelf.orders_numbered(number, document))
    return frozenset(order.id for order in shelf.orders_in_force)


def _may_draw(bill: Filed, wanted: frozenset[str], shelf: Shelf) -> bool:
    numbers = order_numbers(bill.document)
    if numbers:
        return any(order.id in wanted for number in numbers for order in shelf.orders_numbered(number, bill.document))
    return shelf.same_supplier(bill.document, shelf.invoice.document) is not Sameness.DIFFERENT


def _let_slips_stand(orders: Sequence[Filed], proofs: Proofs, conventions: Conventions) -> None:
    """Where an order has no goods receipt at all, its packing slips stand for them."""
    if conventions.receipt_proof is not ReceiptProof.SLIP_IF_NO_RECEIPT:
        return
    for order in orders:
        keys = [line.key for line in lines_of(order)]
        if not any(key in proofs.receipts or key in proofs.drafts for key in keys):
            for key in keys:
                if key in proofs.slips:
                    proofs.receipts[key] = list(proofs.slips[key])


def _costs(shelf: Shelf) -> tuple[Filed, ...]:
    """The offers, orders and bills by which the invoice's supplier bought: they are addressed to it."""
    seller = shelf.invoice.document.supplier

    def bought(paper: Filed) -> bool:
        buyer = paper.document.buyer
        known = buyer.name is not None or buyer.vat_id is not None
        return known and same_party(buyer, seller, least=shelf.name_similarity) is Sameness.SAME

    papers = (*shelf.of_kind("quote"), *shelf.of_kind("purchase_order"), *shelf.billing)
    return tuple(paper for paper in papers if paper.document.kind != "credit_note" and bought(paper))


def _line(
    entry: Entry,
    ledger: Ledger,
    proofs: Proofs,
    quotes: offered.Offers,
    listed: offered.Offers,
    conventions: Conventions,
) -> VoucherLine:
    key = entry.order.key if entry.order else entry.line.key
    order_line = entry.order.line if entry.order else entry.line.line
    return VoucherLine(
        line=entry.line,
        order=entry.order,
        basis=entry.partner.basis if entry.partner else None,
        ambiguous_with=entry.partner.ambiguous_with if entry.partner else (),
        kind=entry.kind,
        share=entry.share,
        unit=order_line.unit,
        quantity=entry.quantity,
        item=entry.item,
        net=entry.net,
        charges=entry.charges,
        billed_before=entry.before.quantity,
        item_before=entry.before.item,
        net_before=entry.before.net,
        charges_before=entry.before.charges,
        corrected=_corrected(entry, ledger, conventions),
        history=tuple(past for past in _account_entries(entry, ledger) if past.line.filed.id != entry.line.filed.id),
        receipts=tuple(proofs.receipts.get(key, ())),
        drafts=tuple(proofs.drafts.get(key, ())),
        slips=tuple(proofs.slips.get(key, ())),
        licenses=tuple(proofs.licenses.get(key, ())),
        quote=quotes[key][0] if key in quotes else None,
        contract=listed[key][0] if key in listed else None,
        match_way=order_line.match_way or conventions.match_way,
        price_basis=conventions.price_basis,
    )


def _account_entries(entry: Entry, ledger: Ledger) -> Sequence[Entry]:
    return ledger.account(entry.order).entries if entry.order else ()


def _corrected(entry: Entry, ledger: Ledger, conventions: Conventions) -> tuple[Fraction, Fraction] | None:
    """Quantity and amount of what a price correction corrects, or of a line that was corrected; else None."""
    if entry.order is None:
        return None
    entries = _account_entries(entry, ledger)
    if entry.kind is AllocationKind.PRICE_CORR:
        target = entry.refers_to
    elif entry.kind is AllocationKind.BILL and any(
        past.kind is AllocationKind.PRICE_CORR and past.refers_to == entry.number and entry.number for past in entries
    ):
        target = entry.number
    else:
        return None
    bills = [past for past in entries if past.kind is AllocationKind.BILL and target in {None, past.number}]
    fixes = [past for past in entries if past.kind is AllocationKind.PRICE_CORR and target in {None, past.refers_to}]
    quantity = sum((past.quantity or _ZERO for past in bills), _ZERO)
    amount = sum((_priced(past, conventions) for past in (*bills, *fixes)), _ZERO)
    return (quantity, amount) if quantity else None


def _priced(entry: Entry, conventions: Conventions) -> Fraction:
    amount = entry.item or _ZERO
    if conventions.price_basis is PriceBasis.NET and entry.order is not None:
        planned = charges_of(entry.order.line.charges)
        amount += sum((value for code, value in entry.charges.items() if code in planned), _ZERO)
    return amount


def _duplicates(shelf: Shelf) -> tuple[Filed, ...]:
    """Earlier live bills of one supplier's that share the number or the amount."""
    invoice = shelf.invoice.document
    number, gross = number_key(invoice.number), _gross(invoice)
    return tuple(
        bill
        for bill in shelf.billing
        if _is_before(bill, shelf.invoice)
        and is_live(bill)
        and bill.document.kind == invoice.kind
        and (
            (number and number_key(bill.document.number) == number)
            or (gross is not None and _gross(bill.document) == gross)
        )
    )


def _gross(document: Document) -> Money | Decimal | None:
    amount = document.totals.gross if document.totals.gross is not None else document.totals.due
    if amount is None or document.currency is None:
        return amount
    try:
        return Money.of(amount, document.currency)
    except (AppError, ArithmeticError):
        return amount


def _later_versions(orders: Sequence[Filed], shelf: Shelf) -> tuple[Filed, ...]:
    chosen = {order.id for order in orders}
    later: list[Filed] = []
    for versions in shelf.orders:
        at = next((at for at, version in enumerate(versions) if version.id in chosen), None)
        if at is not None:
            later.extend(versions[at + 1 :])
    return tuple(later)


def _links(
    invoice: Filed,
    found: Heading,
    ledger: Ledger,
    proofs: Proofs,
    quotes: offered.Offers,
) -> tuple[Link, ...]:
    heads = [
        Link(
            document=invoice.id,
            line=None,
            to_document=order.id,
            to_line=None,
            basis=found.basis or Basis.INFERRED,
            score=found.score,
            parts=found.parts,
            ambiguous_with=tuple(rival.id for rival in found.ambiguous_with),
        )
        for order in found.orders
    ]
    own = [e.partner.link(e.line, e.order) for e in ledger.entries[invoice.id] if e.partner and e.order]
    backing = [
        partner.link(line, quote)
        for order in found.orders
        for line in lines_of(order)
        if line.key in quotes
        for quote, partner in [quotes[line.key]]
    ]
    return (*heads, *own, *backing, *proofs.links)
