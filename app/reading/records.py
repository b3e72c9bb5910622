"""Records: every row of a table's body given to one of the lines, every word to a column."""

# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)
from itertools import pairwise

from app.reading.body import NAMES, BodyRow, Record, apart, lefts_of, words_by_role
from app.reading.heads import Head
from app.reading.tokens import Token

# A gap between rows parts two records if it is so much wider than the others.
_DISTINCT = 1.22
_NEXT_PAGE = 1e6


def records_of(body: list[BodyRow], anchors: list[int], heads: list[Head], edges: list[float]) -> list[Record]:
    """Give every row between the anchors to one of them, and every word to a column."""
    records = [Record(body[at], dict(body[at].cells), rows=[body[at]]) for at in anchors]
    if not records:
        return []
    texts = [words_by_role(body[at], heads, edges) for at in anchors]
    above = _texts_above(body, anchors, texts, heads, edges)
    # Where nothing stands between the head and the first figures, records begin with their figures.
    rises = any(words_by_role(row, heads, edges).get("description") for row in body[: anchors[0]])
    for number, at in enumerate(anchors):
        start = anchors[number - 1] + 1 if number else 0
        between = body[start:at]
        if number == 0:
            starts = above or _starts_here(between, texts[0], heads, edges) or _leans(between, body[at], texts[0])
            mine = _rising(between, body[at]) if starts else []
            records[0].rows[:0] = mine
        elif above:
            records[number].rows[:0] = _rising(between, body[at])
        else:
            cut = _cut(body[anchors[number - 1]], between, body[at], heads, edges, texts[number], rises=rises)
            records[number - 1].rows.extend(_falling(body[anchors[number - 1]], between[:cut]))
            own = between[cut:]
            records[number].rows[:0] = [] if own and _is_heading(own, body[at], texts[number], heads, edges) else own
    if not above:
        rest = body[anchors[-1] + 1 :]
        records[-1].rows.extend(_falling(body[anchors[-1]], rest))
    lefts = lefts_of([body[at] for at in anchors], heads, edges)
    for record in records:
        for row in record.rows:
            found = words_by_role(row, heads, edges, lefts if row is not record.anchor else None)
            for role, tokens in found.items():
                record.texts.setdefault(role, []).extend(tokens)
            named = next((found[role] for role in ("description", "product") if found.get(role)), None)
            if named:
                record.words.append(named)
            for role, figure in row.cells.items():
                if role not in {"quantity", "unit_price", "amount"}:
                    record.figures.setdefault(role, figure)
    return records


def _falling(anchor: BodyRow, rows: list[BodyRow]) -> list[BodyRow]:
    """The rows under the anchor that still belong to it: no sum, no wide gap, no new page."""
    out: list[BodyRow] = []
    above = anchor
    for row in rows:
        if row.is_sum or apart(above, row):
            break
        out.append(row)
        above = row
    return out


def _rising(rows: list[BodyRow], anchor: BodyRow) -> list[BodyRow]:
    out: list[BodyRow] = []
    below = anchor
    for row in reversed(rows):
        if row.is_sum or apart(row, below):
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
    return bool(words_by_role(body[anchors[0] - 1], heads, edges)) and not body[anchors[0] - 1].is_sum


def _starts_here(between: list[BodyRow], text: dict[str, list[Token]], heads: list[Head], edges: list[float]) -> bool:
    """Whether rows above the first anchor are its own: it lacks words that they have, or its number stands there."""
    if not between:
        return False
    found: dict[str, list[Token]] = {}
    for row in between:
        found.update(words_by_role(row, heads, edges))
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


def _is_heading(
    own: list[BodyRow], anchor: BodyRow, text: dict[str, list[Token]], heads: list[Head], edges: list[float]
) -> bool:
    """Whether the rows over an anchor that has words of its own stand too far off: a heading of a group."""
    if not NAMES & text.keys() or _numbered(words_by_role(own[0], heads, edges)):
        return False
    near = own[-1].row.page == anchor.row.page and anchor.row.middle - own[-1].row.middle < 1.3 * anchor.row.size
    return not near


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
        found = words_by_role(row, heads, edges)
        if _numbered(found) and not {"position"} & (text.keys() | after.cells.keys() | row.cells.keys()):
            return at
    if not rises and (text.get("description") or text.get("product")):
        return len(between)
    chain = [before, *between, after]
    gaps = []
    for one, two in pairwise(chain):
        same = one.row.page == two.row.page
        gaps.append(two.row.middle - one.row.middle if same else _NEXT_PAGE)
    widest = max(range(len(gaps)), key=lambda at: (gaps[at], at))
    others = [gap for at, gap in enumerate(gaps) if at != widest]
    if gaps[widest] >= _DISTINCT * max(min(others), 1.0) and gaps[widest] >= 1.08 * max(others):
        own = between[widest:]
        lacks = not (text.get("description") or text.get("product"))
        # Centred figures have as many rows of words above as below.
        level = len(own) <= widest + 1
        if gaps[widest] >= _NEXT_PAGE and not lacks:
            return len(between)
        return widest if lacks or level or not own else len(between)
    return len(between)
