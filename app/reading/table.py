"""Tables: from a head and the rows under it to the records of the lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.reading import columns as place
from app.reading import roles as parts
from app.reading import sums
from app.reading.columns import Column
from app.reading.figures import Figure, figures_of
from app.reading.heads import Head, HeadRow
from app.reading.lexicon import lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Token

_COUNTS = ("quantity", "ordered", "despatched", "received", "accepted", "rejected", "outstanding", "rights", "packs")
_TEXTS = frozenset(
    {"description", "seller_item", "product", "buyer_item", "gtin", "position", "license_key", "entitlement"}
)
# Roles that a head alone does not give to a column of figures: arithmetic chooses them, or they are words.
_NOT_BY_NAME = frozenset({"description", "ignored", "quantity", "unit_price", "amount"})
_NAMES = frozenset({"description", "product"})
_FAR = 2.6
_LONG_TEXT = 14
_MOST_LINES = 10_000
_DISTINCT = 1.22


@dataclass(slots=True, eq=False)
class BodyRow:
    """A row under the head with its figures and what its words say of a sum."""

    row: Row
    figures: list[Figure]
    label: sums.SumLabel | None
    cells: dict[str, Figure] = field(default_factory=dict)

    @property
    def is_sum(self) -> bool:
        """Whether the words name a sum and hardly anything else."""
        return self.label is not None and self.label.share >= 0.7


@dataclass(slots=True, eq=False)
class Record:
    """One line as it stands on paper: figures by role, words by role, and the rows it takes."""

    anchor: BodyRow
    figures: dict[str, Figure]
    texts: dict[str, list[Token]] = field(default_factory=dict)
    words: list[list[Token]] = field(default_factory=list)
    rows: list[BodyRow] = field(default_factory=list)
    derived: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Whether quantity, price and amount are all printed."""
        return all(name in self.figures for name in ("quantity", "unit_price", "amount"))


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
    if any("unit" in entry.roles for entry in head.heads):
        # Units have a column of their own; they don't widen the figures beside it.
        for row in body:
            for figure in row.figures:
                figure.spreads = False
    found = place.merged(place.columns_of([row.figures for row in body], _extent(body)), head.heads)
    place.label(found, head.heads)
    chosen = parts.choose(found)
    named = _named(found, chosen)
    for role, column in named.items():
        for at, figure in column.figures.items():
            body[at].cells[role] = figure
    _lift_lone_amounts(body)
    anchors = _anchors(body, named, head)
    edges = place.borders(head.heads, _parting(body, anchors))
    records = _records(body, anchors, head.heads, edges)
    used = {id(row.row) for record in records for row in record.rows}
    return Table(head, records, named, used)


def _extent(body: list[BodyRow]) -> int:
    """How many rows surely belong to the table: up to its first closing sum, or a long stretch of mere text."""
    bare = 0
    for at, row in enumerate(body):
        bare = 0 if any(figure.free for figure in row.figures) else bare + 1
        if bare > _LONG_TEXT or (row.is_sum and _closes(row) and at):
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


def body_row(row: Row, mark: str | None) -> BodyRow:
    """The row with its figures and what its words say of a sum."""
    figures = figures_of(row, mark)
    label, _ = sums.split(row, figures)
    return BodyRow(row, figures, sums.label_of(label))


def _named(found: list[Column], chosen: parts.Roles) -> dict[str, Column]:
    """Every column under its role: the three that arithmetic chose, the others after their heads."""
    named: dict[str, Column] = {}
    taken = {id(column) for column in (chosen.quantity, chosen.price, chosen.amount)}
    for role, column in (("quantity", chosen.quantity), ("unit_price", chosen.price), ("amount", chosen.amount)):
        if column is not None:
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


def _ascends(column: Column) -> bool:
    """Whether the column counts lines: small whole numbers that grow from row to row."""
    values = [column.figures[row].value for row in sorted(column.figures)]
    if not values or any(value != int(value) or not 0 < value < _MOST_LINES for value in values):
        return False
    labelled = column.labels.get("position", 0.0) >= 0.4 or (column.labels.get("seller_item", 0.0) >= 0.4)
    return labelled and all(one < two for one, two in zip(values, values[1:], strict=False))


def _lift_lone_amounts(body: list[BodyRow]) -> None:
    """A figure alone on the next half line belongs to the record above it that lacks one."""
    for above, below in zip(body, body[1:], strict=False):
        lone = {"quantity", "unit_price", "amount"} & set(below.cells)
        held = {"quantity", "unit_price", "amount"} & set(above.cells)
        near = below.row.page == above.row.page and below.row.middle - above.row.middle < 1.5 * above.row.size
        if len(lone) == 1 and held and not lone & held and near and not below.is_sum and not above.is_sum:
            role = lone.pop()
            above.cells[role] = below.cells.pop(role)


def _anchors(body: list[BodyRow], named: dict[str, Column], head: HeadRow) -> list[int]:
    """The rows that carry a line: two of quantity, price and amount, or what the table has of them."""
    have = [role for role in ("quantity", "unit_price", "amount") if role in named]
    strong = [at for at, row in enumerate(body) if _is_strong(row, have)]
    summed = [at for at in strong if "amount" in body[at].cells]
    if 2 * len(summed) >= len(strong):
        # A price with a discount under a line is no line of its own.
        strong = summed
    closing = next(
        (at for at, row in enumerate(body) if row.is_sum and _closes(row) and at > min(strong, default=-1)), None
    )
    if len(have) >= 2 and strong:
        anchors = [at for at in strong if closing is None or at < closing or _multiplies(body[at])]
        return sorted({*anchors, *_lone_lines(body, anchors, head, closing)})
    single = _single(body, named, head, closing)
    return single if single else strong


def _is_strong(row: BodyRow, have: list[str]) -> bool:
    held = [role for role in have if role in row.cells]
    if len(held) < 2:
        return False
    if row.is_sum:
        return _multiplies(row) and row.cells["quantity"].value != 0
    return True


def _multiplies(row: BodyRow) -> bool:
    cells = row.cells
    if not all(role in cells for role in ("quantity", "unit_price", "amount")):
        return False
    return parts.any_reading(cells["quantity"], cells["unit_price"], cells["amount"])


def _closes(row: BodyRow) -> bool:
    """Whether the sum ends a table; a carried-forward row or a charge does not."""
    roles = set(row.label.roles) if row.label else set()
    return bool(roles & {"lines", "net", "gross", "tax", "due"}) and bool(row.figures)


def _lone_lines(body: list[BodyRow], anchors: list[int], head: HeadRow, closing: int | None) -> list[int]:
    """Lines that print an amount only, among others that print more."""
    names = [h for h in head.heads if {"description", "product", "seller_item"} & set(h.roles)]
    if not names or not anchors:
        return []
    left = min([min(h.x0 for h in names) - 25, *(body[at].row.tokens[0].x0 - 5 for at in anchors)])
    last = closing if closing is not None else max(anchors) + 1
    out = []
    for at in range(last):
        row = body[at]
        figure = row.cells.get("amount")
        if at in anchors or figure is None or row.label is not None or len(row.cells) > 2:
            continue
        words = [token for token in row.row.tokens if token not in figure.tokens]
        right = max(h.x1 for h in names)
        if words and left <= words[0].x0 <= right and any(letter.isalpha() for letter in words[0].text):
            out.append(at)
    return out


def _single(body: list[BodyRow], named: dict[str, Column], head: HeadRow, closing: int | None) -> list[int]:
    """The rows of a table that has quantities only, or amounts only."""
    counts = [role for role in _COUNTS if role in named]
    role = counts[0] if counts else ("amount" if "amount" in named else None)
    if role is None:
        return _worded(body, head)
    last = closing if closing is not None else len(body)
    out: list[int] = []
    ended = 0
    for at in range(last):
        row = body[at]
        if row.row.page == ended:
            continue
        figure = next((row.cells[name] for name in [*counts, role] if name in row.cells), None)
        if figure is None or row.is_sum or not _says_something(row, figure):
            continue
        above = body[out[-1]].row if out else None
        if above is not None and above.page == row.row.page and row.row.middle - above.middle > 14 * row.row.size:
            # Far below the lines stands the foot of the page; the next page may go on.
            ended = row.row.page
            continue
        out.append(at)
    return out


def _says_something(row: BodyRow, figure: Figure) -> bool:
    """Whether the row has words besides the unit."""
    others = (token for token in row.row.tokens if token is not figure.unit)
    return len(row.cells) > 1 or any(letter.isalpha() for token in others for letter in token.text)


def _worded(body: list[BodyRow], head: HeadRow) -> list[int]:
    """Lines without any figure column (license keys): each row with words under two heads."""
    roles = {role for entry in head.heads for role in entry.roles}
    if not roles & {"license_key", "entitlement", "metric", "publisher", "serial"}:
        return []
    out = []
    for at, row in enumerate(body):
        filled = sum(1 for h in head.heads if any(t.x1 > h.x0 - 4 and t.x0 < h.x1 + 4 for t in row.row.tokens))
        if row.is_sum or filled < max(2, len(head.heads) - 1):
            if out:
                break
            continue
        out.append(at)
    return out


def _apart(above: BodyRow, below: BodyRow) -> bool:
    return above.row.page != below.row.page or below.row.top - above.row.bottom > _FAR * below.row.size


def _records(body: list[BodyRow], anchors: list[int], heads: list[Head], edges: list[float]) -> list[Record]:
    """Give every row between the anchors to one of them, and every word to a column."""
    records = [Record(body[at], dict(body[at].cells), rows=[body[at]]) for at in anchors]
    if not records:
        return []
    texts = [_by_role(body[at], heads, edges) for at in anchors]
    above = _texts_above(body, anchors, texts, heads, edges)
    # Where nothing stands between the head and the first figures, records begin with their figures.
    rises = any(_by_role(row, heads, edges).get("description") for row in body[: anchors[0]])
    for number, at in enumerate(anchors):
        start = anchors[number - 1] + 1 if number else 0
        between = _between(body, start, at)
        if number == 0:
            starts = above or _starts_here(between, texts[0], heads, edges) or _leans(between, body[at], texts[0])
            mine = _rising(between, body[at]) if starts else []
            records[0].rows[:0] = mine
        elif above:
            records[number].rows[:0] = _rising(between, body[at])
        else:
            cut = _cut(body[anchors[number - 1]], between, body[at], heads, edges, texts[number], rises=rises)
            records[number - 1].rows.extend(_falling(body[anchors[number - 1]], between[:cut]))
            records[number].rows[:0] = between[cut:]
    if not above:
        rest = _between(body, anchors[-1] + 1, len(body))
        records[-1].rows.extend(_falling(body[anchors[-1]], rest))
    lefts = _lefts([body[at] for at in anchors], heads, edges)
    for record in records:
        for row in record.rows:
            found = _by_role(row, heads, edges, lefts if row is not record.anchor else None)
            for role, tokens in found.items():
                record.texts.setdefault(role, []).extend(tokens)
            named = next((found[role] for role in ("description", "product") if found.get(role)), None)
            if named:
                record.words.append(named)
            for role, figure in row.cells.items():
                if role not in {"quantity", "unit_price", "amount"}:
                    record.figures.setdefault(role, figure)
    return records


def _between(body: list[BodyRow], start: int, stop: int) -> list[BodyRow]:
    return body[start:stop]


def _falling(anchor: BodyRow, rows: list[BodyRow]) -> list[BodyRow]:
    """The rows under the anchor that still belong to it: no sum, no wide gap, no new page."""
    out: list[BodyRow] = []
    above = anchor
    for row in rows:
        if row.is_sum or _apart(above, row):
            break
        out.append(row)
        above = row
    return out


def _rising(rows: list[BodyRow], anchor: BodyRow) -> list[BodyRow]:
    out: list[BodyRow] = []
    below = anchor
    for row in reversed(rows):
        if row.is_sum or _apart(row, below):
            break
        out.insert(0, row)
        below = row
    return out


def _texts_above(
    body: list[BodyRow], anchors: list[int], texts: list[dict[str, list[Token]]], heads: list[Head], edges: list[float]
) -> bool:
    """Whether records print their words above their figures (two-line records)."""
    bare = [
        at for at, text in zip(anchors, texts, strict=True) if not text.get("description") and not text.get("product")
    ]
    if len(bare) * 2 <= len(anchors) or anchors[0] == 0:
        return False
    if any(at + 1 < len(body) and _half_line(body[at], body[at + 1]) for at in bare):
        # Figures between two rows of words are centred beside them.
        return False
    return bool(_by_role(body[anchors[0] - 1], heads, edges)) and not body[anchors[0] - 1].is_sum


def _starts_here(between: list[BodyRow], text: dict[str, list[Token]], heads: list[Head], edges: list[float]) -> bool:
    """Whether rows above the first anchor are its own: it lacks words that they have, or its number stands there."""
    if not between:
        return False
    found: dict[str, list[Token]] = {}
    for row in between:
        found.update(_by_role(row, heads, edges))
    lacks = not (text.get("description") or text.get("product"))
    return ("description" in found and lacks) or (_numbered(found) and "position" not in text)


def _leans(between: list[BodyRow], anchor: BodyRow, text: dict[str, list[Token]]) -> bool:
    """Whether the row over the first figures runs on into their words: figures centred beside several rows."""
    words = text.get("description") or text.get("product")
    if not between or not words:
        return False
    row = between[-1].row
    near = anchor.row.middle - row.middle < 1.3 * max(row.size, anchor.row.size)
    return near and any(
        abs(token.x0 - words[0].x0) < 2 and abs(token.size - words[0].size) < 0.5 for token in row.tokens
    )


def _half_line(above: BodyRow, below: BodyRow) -> bool:
    return above.row.page == below.row.page and below.row.middle - above.row.middle < 0.85 * below.row.size


def _numbered(found: dict[str, list[Token]]) -> bool:
    """Whether the row has a line number in its place."""
    return any(letter.isdigit() for token in found.get("position", ()) for letter in token.text)


def _cut(
    before: BodyRow,
    between: list[BodyRow],
    after: BodyRow,
    heads: list[Head],
    edges: list[float],
    text: dict[str, list[Token]],
    *,
    rises: bool,
) -> int:
    """How many of the rows between two anchors belong to the upper one."""
    if not between:
        return 0
    for at, row in enumerate(between):
        found = _by_role(row, heads, edges)
        if _numbered(found) and not {"position"} & (text.keys() | after.cells.keys() | row.cells.keys()):
            return at
    if not rises and (text.get("description") or text.get("product")):
        return len(between)
    chain = [before, *between, after]
    gaps = []
    for one, two in zip(chain, chain[1:], strict=False):
        same = one.row.page == two.row.page
        gaps.append(two.row.middle - one.row.middle if same else 1e6)
    widest = max(range(len(gaps)), key=lambda at: (gaps[at], at))
    others = [gap for at, gap in enumerate(gaps) if at != widest]
    if gaps[widest] >= _DISTINCT * max(min(others), 1.0) and gaps[widest] >= 1.08 * sorted(others)[-1]:
        own = between[widest:]
        lacks = not (text.get("description") or text.get("product"))
        level = len(own) <= _below(after, between, widest) + 1
        if gaps[widest] >= 1e6 and not lacks:
            return len(between)
        return widest if lacks or level or not own else len(between)
    return len(between)


def _below(after: BodyRow, between: list[BodyRow], widest: int) -> int:
    """How many rows the upper record has under its anchor: centred figures have as many above as below."""
    return widest


def _lefts(anchors: list[BodyRow], heads: list[Head], edges: list[float]) -> dict[int, float]:
    """Where the words of each column usually begin."""
    starts: dict[int, list[float]] = {}
    for row in anchors:
        figures = {id(token) for figure in row.cells.values() for token in figure.tokens}
        known: set[int] = set()
        for token in row.row.tokens:
            at = _column(token, edges)
            if id(token) not in figures and at not in known:
                known.add(at)
                starts.setdefault(at, []).append(token.x0)
    return {at: sorted(xs)[len(xs) // 2] for at, xs in starts.items() if at < len(heads)}


def _by_role(
    row: BodyRow, heads: list[Head], edges: list[float], lefts: dict[int, float] | None = None
) -> dict[str, list[Token]]:
    """The row's words by the role of the column they stand in.

    In an anchor row (no `lefts`) every word goes where it stands; in a further row a text runs on across
    columns, except where a word begins just where the words of its column begin.
    """
    main = lefts is None
    figures = {id(token): role for role, figure in row.cells.items() for token in figure.tokens}
    for role, figure in row.cells.items():
        if figure.unit is not None and role in {*_COUNTS, "unit_price", "amount"}:
            figures[id(figure.unit)] = "unit" if role in _COUNTS else ""
    out: dict[str, list[Token]] = {}
    for cell in _text_cells(row, figures, main=main):
        home = _column(cell[0], edges)
        for token in cell:
            at = _column(token, edges)
            # Words of one cell stay together unless the gap between them is where a column begins.
            starts = lefts is None or abs(token.x0 - lefts.get(at, -99.0)) < 2.5
            if at != home and starts and _begins(token, cell, edges, at):
                home = at
            role = next(
                (name for name in heads[home].roles if name in _TEXTS),
                heads[home].roles[0] if heads[home].roles else "",
            )
            if role:
                out.setdefault(role, []).append(token)
    return out


def _text_cells(row: BodyRow, figures: dict[int, str], *, main: bool) -> list[list[Token]]:
    """The row's cells without the figures of columns; in further rows a figure within a text stays in it."""
    plain = [token for token in row.row.tokens if token.text != "|"]
    if main:
        return cells([token for token in plain if id(token) not in figures])
    out = []
    for cell in cells(plain):
        rest = [token for token in cell if id(token) not in figures]
        if rest:
            out.append(cell if rest[0] is cell[0] else rest)
    return out


def _runs_over(cell: list[Token], home: int, edges: list[float]) -> bool:
    """Whether a text runs on into further columns: a remark, not a value of the column it begins in."""
    return home < len(edges) and cell[-1].x1 > edges[home] + cell[0].size


def _column(token: Token, edges: list[float]) -> int:
    anchor = min(token.center, token.x0 + 12)
    return sum(1 for edge in edges if anchor > edge)


def _begins(token: Token, cell: list[Token], edges: list[float], at: int) -> bool:
    before = cell[cell.index(token) - 1] if token is not cell[0] else None
    return before is None or (at > 0 and before.x1 <= edges[at - 1] + 1 and token.x0 >= edges[at - 1] - 1)
