"""The contest: a remembered layout's reading against the generic one, judged by what the paper's arithmetic proves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.documents import canonical
from app.documents.document import Document, Line
from app.reading.layouts.layout import Layout

USED, LOST = "used", "lost"

_CENT = Decimal("0.0051")
_SLACK = Decimal("0.021")
_ONE = Decimal(1)
# A line with quantity or price 1 proves little; a contradiction speaks against a line as much as a proof for it.
_PROOF, _HINT = Decimal(1), Decimal("0.25")
_SUM, _IDENTITY = Decimal(2), Decimal(1)
_MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Match:
    """The document that the contest left, the layout, whether it was used or lost, and which values it gave."""

    document: Document
    layout: Layout
    outcome: str
    gave: tuple[str, ...]


def contest(generic: Document, layout: Layout, read: Callable[[Layout], Document]) -> Match:
    """The layout's reading, unless the arithmetic of the generic one is better; then only what it says of the head."""
    mine, outcome = read(layout), USED
    if proof(mine) < proof(generic):
        outcome, head = LOST, layout.without_body()
        mine = read(head) if head.teaches else generic
        if proof(mine) < proof(generic):
            mine = generic
    return Match(mine, layout, outcome, tuple(different(generic, mine))[:_MOST_TOLD])


def proof(document: Document) -> Decimal:
    """How much of the document its own arithmetic proves, less what it contradicts."""
    return sum((_of_line(line) for line in document.lines), Decimal(0)) + _of_lines(document) + _of_sums(document)


def _of_line(line: Line) -> Decimal:
    if line.quantity is None or line.unit_price is None or line.net_amount is None:
        return Decimal(0)
    exact = line.quantity * line.unit_price / (line.price_base_quantity or _ONE)
    exact = abs(exact) - sum((entry.amount for entry in line.allowances), Decimal(0))
    if abs(exact - abs(line.net_amount)) > _CENT:
        return -_PROOF
    return _HINT if _ONE in {abs(line.quantity), abs(line.unit_price)} else _PROOF


def _of_lines(document: Document) -> Decimal:
    """Whether the lines add up to a printed sum."""
    amounts = [line.net_amount for line in document.lines if line.net_amount is not None]
    printed = [value for value in (document.totals.lines, document.totals.net, document.totals.gross) if value]
    if not amounts or not printed:
        return Decimal(0)
    total = sum(amounts, Decimal(0))
    added = sum((entry.amount for entry in document.charges), Decimal(0))
    added -= sum((entry.amount for entry in document.allowances), Decimal(0))
    agrees = any(abs(found - value) <= _SLACK for found in (total, total + added) for value in printed)
    return _SUM if agrees else -_SUM


def _of_sums(document: Document) -> Decimal:
    """Whether net and tax make the gross sum."""
    totals = document.totals
    if totals.net is None or totals.tax is None or totals.gross is None:
        return Decimal(0)
    return _IDENTITY if abs(totals.net + totals.tax - totals.gross) <= _SLACK else -_IDENTITY


def different(one: Document, two: Document) -> Iterator[str]:
    """The pointers under which the second document says something that the first does not."""
    yield from _different(canonical.write(one, evidence=False), canonical.write(two, evidence=False), "")


def _different(one: Any, two: Any, pointer: str) -> Iterator[str]:
    if isinstance(two, dict):
        known = one if isinstance(one, dict) else {}
        for name, value in two.items():
            yield from _different(known.get(name), value, f"{pointer}/{name}")
    elif isinstance(two, list):
        entries = one if isinstance(one, list) else []
        for at, value in enumerate(two):
            yield from _different(entries[at] if at < len(entries) else None, value, f"{pointer}/{at}")
    elif two is not None and one != two:
        yield pointer
