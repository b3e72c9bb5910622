"""Offered: the quotes and contracts behind an order, and the line of theirs that each order line rests on."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from app.documents.normal import number_key
from app.linking.conventions import Conventions
from app.linking.filed import Filed
from app.linking.headers import all_lines, lines_of
from app.linking.lines import Key, Partner, pair
from app.linking.link import Basis, LineOf
from app.linking.parties import Sameness
from app.linking.shelf import Shelf
from app.linking.similarity import same_item

#: Order lines (by key) with their line on an offer or price list, and what says so.
Offers = dict[Key, tuple[LineOf, Partner]]


def quotes(orders: Sequence[Filed], shelf: Shelf, conventions: Conventions) -> Offers:
    """The quote's line for each order line."""
    found: Offers = {}
    for order in orders:
        found.update(partners_on([order], _quotes_of(order, shelf, conventions)))
    return found


def partners_on(orders: Sequence[Filed], papers: Sequence[Filed]) -> Offers:
    """For each order line its line on the first of these papers that has one."""
    found: Offers = {}
    lines = all_lines(orders)
    for paper in papers:
        partners = pair(lines, lines_of(paper), by_reference=False)
        for line in lines:
            partner = partners.get(line.key)
            if partner is not None and line.key not in found:
                found[line.key] = (_tier(line, paper, partner), partner)
    return found


def _tier(line: LineOf, paper: Filed, partner: Partner) -> LineOf:
    """Of a paper's lines for one item the one whose quantity break the order reaches."""
    same = [
        other
        for other in lines_of(paper)
        if same_item(other.line, partner.pool[0].line) is not False
        and pair([line], [other], by_reference=False)
        and other.line.quantity is not None
        and line.line.quantity is not None
        and other.line.quantity <= line.line.quantity
    ]
    return max(same, key=lambda other: other.line.quantity or Decimal(0)) if len(same) > 1 else partner.pool[0]


def _quotes_of(order: Filed, shelf: Shelf, conventions: Conventions) -> list[Filed]:
    """The quotes that the order or the invoice names; else the latest one of the supplier that fits the order."""
    quotes = shelf.of_kind("quote")
    named = {number_key(paper.document.references.quote) for paper in (order, shelf.invoice)} - {None}
    if named:
        return [quote for quote in quotes if number_key(quote.document.number) in named]
    fitting = [quote for quote in quotes if _fits(quote, order, shelf, conventions)]
    return fitting[-1:]


def offers(orders: Sequence[Filed], shelf: Shelf, conventions: Conventions) -> tuple[Filed, ...]:
    """The quotes of any supplier that offered an item of these orders when the order was placed."""
    return tuple(
        quote
        for quote in shelf.of_kind("quote")
        if any(
            _holds(quote, order, conventions)
            and any(
                partner.basis is not Basis.INFERRED
                for partner in pair(lines_of(order), lines_of(quote), by_reference=False).values()
            )
            for order in orders
        )
    )


def _holds(quote: Filed, order: Filed, conventions: Conventions) -> bool:
    """Whether the quote held on the day of the order; where a day is missing, it is taken to."""
    offered, placed = quote.document, order.document.issue_date
    if offered.issue_date is None or placed is None:
        return True
    end = offered.valid_until or offered.issue_date + timedelta(days=conventions.quote_days)
    return offered.issue_date <= placed <= end


def _fits(quote: Filed, order: Filed, shelf: Shelf, conventions: Conventions) -> bool:
    offered, placed = quote.document, order.document
    if shelf.same_supplier(offered, placed) is not Sameness.SAME:
        return False
    if offered.currency and placed.currency and offered.currency != placed.currency:
        return False
    if not _holds(quote, order, conventions):
        return False
    partners = pair(lines_of(order), lines_of(quote), by_reference=False)
    return bool(placed.lines) and all(
        (partner := partners.get(line.key)) is not None and partner.basis is not Basis.INFERRED
        for line in lines_of(order)
    )


def contracts(invoice: Filed, orders: Sequence[Filed], shelf: Shelf) -> tuple[Filed, ...]:
    """The contracts that the invoice or its orders name."""
    named = {number_key(paper.document.references.contract) for paper in (invoice, *orders)} - {None}
    return tuple(paper for paper in shelf.of_kind("contract") if number_key(paper.document.number) in named)
