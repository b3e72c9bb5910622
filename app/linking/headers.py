"""The orders that a document belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.documents.document import Document
from app.documents.kinds import BILLING
from app.documents.normal import number_key
from app.linking.filed import Filed
from app.linking.lines import pair
from app.linking.link import Basis, LineOf
from app.linking.parties import Sameness
from app.linking.shelf import Shelf, order_numbers
from app.linking.similarity import names_of

Open = Callable[[Filed], bool]
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The orders of a document, what says so, and the numbers it names that are not on file.

    `ambiguous_with` are orders that fit as well as the one that was taken (the earliest open one).
    """

    orders: tuple[Filed, ...] = ()
    missing: tuple[str, ...] = ()
    basis: Basis | None = None
    score: Decimal = Decimal(0)
    parts: dict[str, Decimal] = field(default_factory=dict)
    ambiguous_with: tuple[Filed, ...] = ()


def heading(document: Filed, shelf: Shelf, *, is_open: Open) -> Heading:
    """Find the orders: by the numbers it names, by the papers it names, at last by its lines."""
    numbers = order_numbers(document.document)
    if numbers:
        found = {number: shelf.orders_numbered(number, document.document) for number in numbers}
        orders = tuple({entry.id: entry for group in found.values() for entry in group}.values())
        missing = tuple(number for number, group in found.items() if not group)
        return Heading(orders=orders, missing=missing, basis=Basis.REFERENCE, score=_ONE, parts={"reference": _ONE})
    through = _through_papers(document.document, shelf)
    if through:
        return Heading(orders=through, basis=Basis.REFERENCE, score=_ONE, parts={"through": _ONE})
    return _inferred(document, shelf, is_open=is_open)


def _through_papers(document: Document, shelf: Shelf) -> tuple[Filed, ...]:
    """The orders that the slip, receipt, earlier invoice, contract or quote it names belongs to."""
    named = document.references
    wanted = (
        ("packing_slip", {named.despatch_advice, *(line.despatch_advice for line in document.lines)}),
        ("goods_receipt", {named.receiving_advice, *(line.receiving_advice for line in document.lines)}),
        ("invoice", {named.preceding_invoice}),
    )
    for kind, numbers in wanted:
        keys = {number_key(number) for number in numbers} - {None}
        papers = [paper for paper in shelf.of_kind(kind) if number_key(paper.document.number) in keys]
        own = [p for p in papers if shelf.same_supplier(p.document, document) is not Sameness.DIFFERENT]
        orders = {
            order.id: order
            for paper in own
            for number in order_numbers(paper.document)
            for order in shelf.orders_numbered(number, paper.document)
        }
        if orders:
            return tuple(orders.values())
    for name in ("quote", "contract"):
        key = number_key(getattr(named, name))
        found = [
            order
            for order in shelf.orders_in_force
            if key and number_key(getattr(order.document.references, name)) == key
        ]
        if len(found) == 1:
            return tuple(found)
    return ()


def _inferred(document: Filed, shelf: Shelf, *, is_open: Open) -> Heading:
    """The open order of the same supplier and currency whose lines are most like the document's."""
    scored: list[tuple[Decimal, Filed]] = []
    lines = [LineOf(document, at) for at in range(len(document.document.lines))]
    for order in _candidates(document.document, shelf):
        if not lines or not _may_belong(document.document, order.document, shelf) or not is_open(order):
            continue
        partners = pair(lines, lines_of(order), by_reference=False)
        # Most of the lines must be found again, or the likeness is an accident.
        if len(partners) * 2 > len(lines):
            whole = sum((partner.score for partner in partners.values()), Decimal(0)) / len(lines)
            scored.append((whole.quantize(Decimal("0.0001")), order))
    if not scored:
        return Heading()
    scored.sort(key=lambda entry: (-entry[0], entry[1].sequence))
    best, order = scored[0]
    equals = tuple(rival for score, rival in scored[1:] if best - score < _MARGIN)
    return Heading(orders=(order,), basis=Basis.INFERRED, score=best, parts={"lines": best}, ambiguous_with=equals)


_MARGIN = Decimal("0.02")


def _candidates(document: Document, shelf: Shelf) -> Sequence[Filed]:
    """The orders that name any of the document's lines outright; all of them where none does."""
    named = {
        order.id for line in document.lines for name in names_of(line) for order in shelf.orders_by_name.get(name, ())
    }
    return [order for order in shelf.orders_in_force if order.id in named] or shelf.orders_in_force


def _may_belong(document: Document, order: Document, shelf: Shelf) -> bool:
    if document.currency and order.currency and document.currency != order.currency:
        return False
    if document.kind == "license_receipt":
        return True  # Rights often come from the publisher, not from whoever sold them.
    found = shelf.same_supplier(document, order)
    return found is Sameness.SAME or (found is Sameness.UNKNOWN and document.kind not in BILLING)


def lines_of(filed: Filed) -> list[LineOf]:
    """A document's lines in their places."""
    return [LineOf(filed, at) for at in range(len(filed.document.lines))]


def all_lines(files: Sequence[Filed]) -> list[LineOf]:
    """The lines of several documents."""
    return [line for filed in files for line in lines_of(filed)]
