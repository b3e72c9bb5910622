"""Tables: from a head and the rows under it to the records of the lines."""

# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.reading import columns as place
from app.reading import contents, groups
from app.reading import roles as parts
from app.reading.anchors import anchors_of, closes
from app.reading.body import BodyRow, Record, body_row
from app.reading.columns import Column
from app.reading.heads import COUNTED, SUMS, HeadRow
from app.reading.layouts.recall import relabel
from app.reading.lexicon import lexicon, words
from app.reading.records import records_of
from app.reading.rows import Row
from app.reading.tokens import Token

# Roles that a head alone does not give to a column of figures: arithmetic chooses them, or they are words.
_NOT_BY_NAME = frozenset({
    "description", "ignored", "quantity", "unit_price", "amount", "need_by", "start", "end", "date", "period",
})  # fmt: skip
_RIGHTS = frozenset({"packs", "rights", "rights_per_pack"})
_IDENTIFIERS = frozenset({"seller_item", "buyer_item", "gtin", "lot", "serial", "order_number", "license_key"})
_LONG_TEXT = 14
_MOST_LINES = 10_000


@dataclass(slots=True, eq=False)
class Table:
    """A table as read: its head, its records and the rows that belong to them."""

    head: HeadRow
    records: list[Record]
    columns: dict[str, Column]
    used: set[int]
    score: float = 0.0


def read(head: HeadRow, rows: Sequence[Row], mark: str | None) -> Table:
    """Read the rows under the head as a table."""
    body = [body_row(row, mark) for row in rows]
    body = body[_head_rest(body) :]
    head = contents.with_names(head, body)
    contents.free_counts(head.heads, body)
    if any("unit" in entry.roles for entry in head.heads):
        # Units have a column of their own; they don't widen the figures beside it.
        for row in body:
            for figure in row.figures:
                figure.spreads = False
    found = place.merged(place.columns_of([row.figures for row in body], _extent(body)), head.heads)
    place.label(found, head.heads)
    if head.rules:
        relabel(found, head.rules)
    money = any(entry.roles and set(entry.roles) <= SUMS and entry.share >= 0.4 for entry in head.heads)
    counts = any(set(entry.roles) & COUNTED and entry.share >= 0.4 for entry in head.heads)
    chosen = parts.choose(found, money=money or not counts)
    named = _named(found, chosen)
    _sent(named, found)
    for role, column in named.items():
        for at, figure in column.figures.items():
            body[at].cells[role] = figure
    priced = named.get("unit_price")
    if priced is not None and priced.head is not None and priced.head.base is not None:
        for figure in priced.figures.values():
            figure.base = figure.base or Decimal(priced.head.base)
    _lift_lone_amounts(body)
    anchors = anchors_of(body, named, head)
    _free_numbers(body, anchors, named)
    edges = place.borders(head.heads, _parting(body, anchors))
    contents.told(head.heads, [body[at] for at in anchors], edges)
    records = records_of(body, anchors, head.heads, edges)
    contents.split_codes(records)
    groups.told(body, anchors, records)
    used = {id(row.row) for record in records for row in record.rows}
    return Table(head, records, named, used)


def _sent(named: dict[str, Column], found: list[Column]) -> None:
    """Beside what was ordered, a column under an unknown head that never counts more is what was sent."""
    ordered = named.get("ordered")
    if ordered is None or named.keys() & {"despatched", "received", "unit_price", "amount"}:
        return
    for column in found:
        if column in named.values() or any(strength >= 0.4 for strength in column.labels.values()):
            continue
        if column.figures.keys() == ordered.figures.keys() and all(
            0 <= figure.value <= ordered.figures[at].value for at, figure in column.figures.items()
        ):
            named["despatched"] = column
            return


def _free_numbers(body: list[BodyRow], anchors: list[int], named: dict[str, Column]) -> None:
    """Digits under the number of an article or a lot are words: they may begin or end one (CH-220-/310)."""
    column = named.get("position")
    broken = column is not None and _best_label(column) == "seller_item" and not column.figures.keys() & set(anchors)
    roles = {*_IDENTIFIERS, "position"} if broken else _IDENTIFIERS
    for row in body:
        for role in roles & row.cells.keys():
            del row.cells[role]


def _extent(body: list[BodyRow]) -> int:
    """How many rows surely belong to the table: up to its first closing sum, or a long stretch of mere text."""
    bare = 0
    for at, row in enumerate(body):
        bare = 0 if any(figure.free for figure in row.figures) else bare + 1
        if bare > _LONG_TEXT or (row.is_sum and closes(row) and at):
            return at
    return len(body)


def _parting(body: list[BodyRow], anchors: list[int]) -> list[list[Token]]:
    """The rows whose gaps show where columns part: the anchors, and the short texts between them."""
    out = [body[at].row.tokens for at in anchors]
    if anchors:
        first = max(anchors[0] - 2, 0)
        out += [
            row.row.tokens
            for row in body[first : anchors[-1] + 2]
            if not any(figure.free for figure in row.figures) and not row.is_sum and len(row.row.tokens) < 9
        ]
    return out


def _head_rest(body: list[BodyRow]) -> int:
    """How many rows still belong to the head: no figures, only words that name columns."""
    count = 0
    for row in body[:4]:
        text = [word for token in row.row.tokens if token.text[:1] != "(" for word in words(token.text)]
        named = sum(match.stop - match.start for match in lexicon("columns").find(text))
        if row.figures or named < len(text):
            break
        count += 1
    return count


def _named(found: list[Column], chosen: parts.Roles) -> dict[str, Column]:
    """Every column under its role: the three that arithmetic chose, the others after their heads."""
    taken = {id(column) for column in (chosen.quantity, chosen.price, chosen.amount)}
    named: dict[str, Column] = {}
    for role, column in (("quantity", chosen.quantity), ("unit_price", chosen.price), ("amount", chosen.amount)):
        if column is None:
            continue
        own = _best_label(column)
        if own in _RIGHTS or role == "quantity":
            named.setdefault(own or role, column)
        if own not in _RIGHTS or role == "quantity":
            # Packs × rights per pack = rights multiplies too, but is no money.
            named[role] = column
    lines = next((column for column in found if id(column) not in taken and _ascends(column)), None)
    if lines is not None and not lines.labels.keys() & {"order_line"}:
        named["position"] = lines
        taken.add(id(lines))
    free = sorted((column for column in found if id(column) not in taken), key=lambda column: -len(column.figures))
    most = max((len(column.figures) for column in named.values()), default=0)
    for column in free:
        if len(column.figures) < 0.3 * most:
            continue
        ranked = sorted(column.labels.items(), key=lambda entry: -entry[1])
        for role, strength in ranked[:2]:
            if strength >= 0.4 and role not in named and role not in _NOT_BY_NAME:
                named[role] = column
                break
    return named


def _best_label(column: Column) -> str:
    """What the heads call the column, most of all; empty where no head is near."""
    return max(column.labels, key=lambda label: column.labels[label], default="")


def _ascends(column: Column) -> bool:
    """Whether the column counts lines: small whole numbers that grow from row to row."""
    values = [column.figures[row].value for row in sorted(column.figures)]
    if not values or any(value != int(value) or not 0 < value < _MOST_LINES for value in values):
        return False
    labelled = column.labels.get("position", 0.0) >= 0.4 or (column.labels.get("seller_item", 0.0) >= 0.4)
    return labelled and all(one < two for one, two in pairwise(values))


def _lift_lone_amounts(body: list[BodyRow]) -> None:
    """A figure alone on the next half line belongs to the record above it that lacks one."""
    for above, below in pairwise(body):
        lone = {"quantity", "unit_price", "amount"} & set(below.cells)
        held = {"quantity", "unit_price", "amount"} & set(above.cells)
        near = below.row.page == above.row.page and below.row.middle - above.row.middle < 1.5 * above.row.size
        if len(lone) == 1 and held and not lone & held and near and not below.is_sum and not above.is_sum:
            role = lone.pop()
            above.cells[role] = below.cells.pop(role)
