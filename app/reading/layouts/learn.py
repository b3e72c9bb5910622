"""Learning: the rules that follow from a correction, derived from where the right value stands on the page."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.documents.corrections import type_of
from app.reading import dates, numbers
from app.reading.figures import figures_of
from app.reading.heads import BODY, Head, HeadRow, blocks, head_rows
from app.reading.layouts import fingerprint
from app.reading.layouts.layout import ColumnRule, FieldRule, Layout, SumRule, TitleRule
from app.reading.layouts.places import shape
from app.reading.lexicon import words
from app.reading.rows import Row, cells, rows_of
from app.reading.tokens import Page, Token

Box = tuple[float, float, float, float]

_SUMS = ("lines", "net", "tax", "gross", "due", "prepaid", "rounding", "charges", "allowances")
_ROLES = {
    "quantity": "quantity", "unit_price": "unit_price", "net_amount": "amount", "description": "description",
    "seller_item_id": "seller_item", "buyer_item_id": "buyer_item", "id": "position", "gtin": "gtin", "unit": "unit",
    "unit_text": "unit", "lot": "lot", "order_line": "order_line", "purchase_order": "order_number",
    "tax_rate": "tax_rate", "outstanding": "outstanding", "received": "received", "accepted": "accepted",
    "rejected": "rejected", "price_base_quantity": "price_base", "need_by": "need_by",
}  # fmt: skip
# What a quantity is called where the kind of paper counts something of its own.
_COUNTED = {"packing_slip": "despatched", "goods_receipt": "received", "license_receipt": "rights"}
_CONTEXT = ("net_amount", "unit_price", "quantity", "description", "seller_item_id", "id")
_FIGURES = frozenset({"quantity", "unit_price", "net_amount"})
_REACH = 24.0
_MOST_ABOVE = 70
_LABEL_GAP = 260.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A value and its place: the pointer it has in the document as corrected, the value, the page and the box."""

    pointer: str
    value: Any
    page: int
    box: Box

    @property
    def name(self) -> str:
        """The field's own name."""
        return self.pointer.rpartition("/")[2]


@dataclass(slots=True)
class _Found:
    """Rules as they are gathered, and the words that they speak of."""

    columns: list[ColumnRule] = field(default_factory=list)
    fields: list[FieldRule] = field(default_factory=list)
    sums: list[SumRule] = field(default_factory=list)
    titles: list[TitleRule] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    firsts: set[bool] = field(default_factory=set)
    telling: list[Token] = field(default_factory=list)


def derived(
    pages: Sequence[Page],
    kind: str,
    taught: Sequence[Spot],
    context: Sequence[Spot],
    before: Mapping[str, tuple[int, Box]],
    *,
    memory: str,
) -> Layout:
    """What the corrected values teach of the paper's layout.

    `context` are the other values of the same lines, `before` where the reader had taken a wrong value from.
    """
    rows = {page.number: rows_of(page) for page in pages}
    found = _Found()
    lines: dict[str, list[Spot]] = {}
    for spot in taught:
        tokens = words_in(rows.get(spot.page, []), spot)
        if not tokens:
            continue
        _habits(found, spot, tokens)
        if spot.pointer.startswith("/lines/"):
            lines.setdefault(spot.pointer.split("/")[2], []).append(spot)
        elif spot.pointer == "/kind":
            found.titles.append(TitleRule(kind=str(spot.value), words=_phrase(tokens)))
        elif spot.pointer.startswith("/totals/") and spot.name in _SUMS:
            _sum(found, spot, tokens, rows, before.get(spot.pointer))
        elif spot.pointer.count("/") <= 2:
            _field(found, spot, tokens, rows[spot.page])
    for index, spots in lines.items():
        others = [spot for spot in context if spot.pointer.startswith(f"/lines/{index}/")]
        _columns(found, kind, spots, others, rows, before)
    every = [row for number in sorted(rows) for row in rows[number]]
    return Layout(
        memory=memory,
        marks=fingerprint.of(every, found.telling),
        columns=tuple(found.columns),
        fields=tuple(found.fields),
        sums=tuple(found.sums),
        titles=tuple(found.titles),
        decimal_mark=found.marks.pop() if len(found.marks) == 1 else None,
        day_first=found.firsts.pop() if len(found.firsts) == 1 else None,
    )


def words_in(rows: Iterable[Row], spot: Spot) -> list[Token]:
    """The words in the box that say the value; empty where they say something else."""
    x0, top, x1, bottom = spot.box
    inside = [
        [token for token in row.tokens if x0 - 1 <= token.center <= x1 + 1 and top - 1 <= token.middle <= bottom + 1]
        for row in rows
    ]
    inside = [tokens for tokens in inside if tokens]
    kind = type_of(spot.pointer)
    if spot.pointer == "/kind":
        return inside[0] if inside else []
    for tokens in inside:
        for run in _runs(tokens):
            if says(run, spot.value, kind):
                return run
    whole = [token for tokens in inside for token in tokens]
    return whole if whole and kind is str and _text(whole) == _plain(str(spot.value)) else []


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    for many in range(len(tokens), 0, -1):
        for start in range(len(tokens) - many + 1):
            yield list(tokens[start : start + many])


def says(tokens: Sequence[Token], value: Any, kind: Any) -> bool:
    """Whether the words are the value, in any of the ways to write it."""
    text = " ".join(token.text for token in tokens)
    if kind is Decimal:
        numbered = (numbers.read(text.strip("*"), mark) for mark in (".", ","))
        return any(number is not None and abs(number.value) == abs(Decimal(str(value))) for number in numbered)
    if kind is date:
        days = (dates.find(text, first, compact=True) for first in (True, False))
        return any(day is not None and day.value.isoformat() == str(value) for day in days)
    return _plain(text) == _plain(str(value)) or _plain(text.strip(" :,;|.#()")) == _plain(str(value))


def _text(tokens: Sequence[Token]) -> str:
    return _plain(" ".join(token.text for token in tokens))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _phrase(tokens: Iterable[Token]) -> tuple[str, ...]:
    return tuple(word for token in tokens for word in words(token.text))


def _habits(found: _Found, spot: Spot, tokens: Sequence[Token]) -> None:
    """The decimal mark, or the order of day and month, if the value is right under one of them only."""
    text = " ".join(token.text for token in tokens)
    if type_of(spot.pointer) is Decimal:
        right = [
            mark
            for mark in (".", ",")
            if (number := numbers.read(text, mark)) and abs(number.value) == abs(Decimal(str(spot.value)))
        ]
        found.marks.update(right if len(right) == 1 else ())
    elif type_of(spot.pointer) is date:
        firsts = [
            first
            for first in (True, False)
            if (day := dates.find(text, first)) and day.value.isoformat() == str(spot.value)
        ]
        found.firsts.update(firsts if len(firsts) == 1 else ())


# ── the head of the document ────────────────────────────────────────────────────────────────────


def _field(found: _Found, spot: Spot, tokens: list[Token], rows: Sequence[Row]) -> None:
    label = label_of(tokens, rows)
    found.telling.extend(label)
    first = label[0] if label else tokens[0]
    found.fields.append(
        FieldRule(
            pointer=spot.pointer,
            words=_phrase(label),
            dx=round(tokens[0].x0 - first.x0, 1),
            dy=round(tokens[0].middle - first.middle, 1),
            x0=round(tokens[0].x0, 1),
            x1=round(tokens[-1].x1, 1),
            middle=round(tokens[0].middle, 1),
            shape=shape(" ".join(token.text for token in tokens).strip(" :,;|")),
            many=len(tokens),
        )
    )


def label_of(tokens: Sequence[Token], rows: Sequence[Row]) -> list[Token]:
    """The words that name the value: left of it in its row, else above it; none where nothing does."""
    row = next((row for row in rows if tokens[0] in row.tokens), None)
    if row is None:
        return []
    left = [token for token in row.tokens if token.x1 <= tokens[0].x0 + 0.5 and token.text.strip(":|·.")]
    for cell in reversed(cells(left, 1.1)):
        named = _label_in(cell)
        if tokens[0].x0 - cell[-1].x1 > _LABEL_GAP:
            break
        if named:
            return named
        if any(letter.isdigit() for token in cell for letter in token.text):
            break
    above = [other for other in rows if 1 < tokens[0].middle - other.middle < 3.2 * tokens[0].size]
    for other in sorted(above, key=lambda other: -other.middle):
        for cell in cells([token for token in other.tokens if token.text != "|"], 1.1):
            near = min(abs(cell[0].x0 - tokens[0].x0), abs(cell[-1].x1 - tokens[-1].x1)) < tokens[0].size
            over = cell[0].x0 < tokens[-1].x1 and cell[-1].x1 > tokens[0].x0
            if (near or over) and (named := _label_in(cell)):
                return named
    return []


def _label_in(cell: list[Token]) -> list[Token]:
    """The last words of the cell that hold no figure: what stands nearest to the value."""
    out: list[Token] = []
    for token in reversed(cell):
        if any(letter.isdigit() for letter in token.text):
            break
        out.insert(0, token)
    return out[-5:] if any(len(word) > 1 for word in _phrase(out)) else []


def _sum(
    found: _Found,
    spot: Spot,
    tokens: list[Token],
    rows: Mapping[int, Sequence[Row]],
    before: tuple[int, Box] | None,
) -> None:
    label = label_of(_figure(tokens, rows[spot.page]), rows[spot.page])
    phrase = _without_figures(label)
    if not phrase:
        return
    found.telling.extend(label)
    found.sums.append(SumRule(role=spot.name, words=phrase))
    wrong = _tokens_at(rows, before) if before is not None else []
    if wrong and not set(map(id, wrong)) & set(map(id, tokens)):
        other = _without_figures(label_of(wrong, rows[before[0]] if before else ()))
        if other and other != phrase and all(rule.words != other for rule in found.sums):
            found.sums.append(SumRule(role="skipped", words=other))


def _figure(tokens: list[Token], rows: Sequence[Row]) -> list[Token]:
    """The value's words with a sign of money before it: the label ends there."""
    row = next((row for row in rows if tokens[0] in row.tokens), None)
    figures = figures_of(row, None) if row is not None else []
    return next((figure.tokens for figure in figures if tokens[0] in figure.tokens), tokens)


def _without_figures(label: Iterable[Token]) -> tuple[str, ...]:
    """The phrase as sums are looked up: without words that are figures."""
    return tuple(word for word in _phrase(label) if word not in {"%", "#"} and not any(c.isdigit() for c in word))


# ── the columns of a table ──────────────────────────────────────────────────────────────────────


def _columns(
    found: _Found,
    kind: str,
    spots: Sequence[Spot],
    context: Sequence[Spot],
    rows: Mapping[int, Sequence[Row]],
    before: Mapping[str, tuple[int, Box]],
) -> None:
    """A rule for each column that a corrected line has a value in."""
    placed = [(spot, tokens) for spot in spots if (tokens := words_in(rows[spot.page], spot))]
    names = {spot.name for spot in spots}
    order = {name: at for at, name in enumerate(_CONTEXT)}
    for spot in sorted(context, key=lambda spot: order.get(spot.name, 99)):
        if spot.name in order and spot.name not in names and spot.page in rows:
            tokens = _tokens_at(rows, (spot.page, spot.box))
            # What was read of a line that is wrong may run over into the columns beside it.
            tokens = cells(tokens, 1.1)[0] if tokens else []
            if tokens:
                placed.append((spot, tokens))
    if not placed:
        return
    head = _head_above(rows, placed[0][0].page, min(tokens[0].middle for _, tokens in placed))
    for spot, tokens in placed:
        role = _ROLES.get(spot.name)
        if role is None:
            continue
        _column(found, _COUNTED.get(kind, role) if role == "quantity" else role, tokens, head)
    for spot in spots:
        wrong = _tokens_at(rows, before[spot.pointer]) if spot.pointer in before else []
        if wrong and spot.name in _FIGURES:
            _column(found, "ignored", wrong, head)


def _column(found: _Found, role: str, tokens: list[Token], head: HeadRow | None) -> None:
    x0, x1 = tokens[0].x0, max(token.x1 for token in tokens)
    over = _nearest(head.heads, x0, x1) if head is not None else None
    rule = ColumnRule(
        role=role,
        words=_phrase(over.tokens) if over is not None else (),
        head_x0=round(over.x0 if over is not None else x0, 1),
        head_x1=round(over.x1 if over is not None else x1, 1),
        x0=round(x0, 1),
        x1=round(x1, 1),
    )
    for known in found.columns:
        one_head = bool(known.words) and (known.words, known.head_x0) == (rule.words, rule.head_x0)
        if one_head or (known.x0 < rule.x1 and known.x1 > rule.x0) or known.role == role != "ignored":
            return
    if over is not None:
        found.telling.extend(over.tokens)
    found.columns.append(rule)


def _nearest(heads: Sequence[Head], x0: float, x1: float) -> Head | None:
    """The head over the value: the one that shares most of its width, else the nearest by an edge."""
    shared = [min(x1, head.x1) - max(x0, head.x0) for head in heads]
    best = max(range(len(heads)), key=lambda at: shared[at], default=None)
    if best is not None and shared[best] > 0:
        return heads[best]
    near = [min(abs(head.x1 - x1), abs(head.x0 - x0), abs(head.center - (x0 + x1) / 2)) for head in heads]
    best = min(range(len(heads)), key=lambda at: near[at], default=None)
    return heads[best] if best is not None and near[best] < _REACH else None


def _head_above(rows: Mapping[int, Sequence[Row]], page: int, middle: float) -> HeadRow | None:
    """The head of the table that the line stands in: a known one, else the row above with the most cells of words."""
    for number in range(page, min(rows, default=page) - 1, -1):
        own = [row for row in rows.get(number, ()) if number < page or row.middle < middle - 1]
        known = [head for head in head_rows(list(rows.get(number, ()))) if head.stop <= len(own)]
        if known and known[0].score > 2:
            return known[0]
        plain = _plainest(own)
        if plain is not None:
            return plain
    return None


def _plainest(rows: Sequence[Row]) -> HeadRow | None:
    best: tuple[int, int] | None = None
    for at in range(len(rows) - 1, max(-1, len(rows) - _MOST_ABOVE), -1):
        count = _cells_of_words(rows[at])
        if count >= 2 and (best is None or count > best[0]):
            best = (count, at)
    if best is None:
        return None
    start, stop = best[1], best[1] + 1
    while stop < len(rows) and _joins(rows[stop - 1], rows[stop]):
        stop += 1
    while start > 0 and _joins(rows[start - 1], rows[start]):
        start -= 1
    heads = blocks(list(rows[start:stop]), list(rows[stop : stop + BODY]))
    return HeadRow(rows[start].page, start, stop, heads, 1.0) if heads else None


def _cells_of_words(row: Row) -> int:
    """How many cells the row has, if none of them holds a figure."""
    if any(letter.isdigit() for token in row.tokens for letter in token.text):
        return 0
    return len(cells(row.tokens, 0.62))


def _joins(above: Row, below: Row) -> bool:
    """Whether the two rows are one head."""
    near = below.middle - above.middle < 1.35 * below.size
    return near and _cells_of_words(above) > 1 and _cells_of_words(below) > 1


def _tokens_at(rows: Mapping[int, Sequence[Row]], place: tuple[int, Box]) -> list[Token]:
    """The words in the first row of a box."""
    page, (x0, top, x1, bottom) = place
    for row in rows.get(page, ()):
        inside = [
            token for token in row.tokens if x0 - 1 <= token.center <= x1 + 1 and top - 1 <= token.middle <= bottom + 1
        ]
        if inside:
            return inside
    return []
