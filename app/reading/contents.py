"""Contents: what the words under a head say of the head, where it says little itself."""

import re
from dataclasses import replace

from app.reading.body import NAMES, BodyRow, Record
from app.reading.figures import Figure
from app.reading.heads import GENERIC, Head, HeadRow
from app.reading.lexicon import words
from app.reading.rows import cells
from app.reading.tokens import Token

# Numbers of articles: one word with a digit or a hyphen in it, no measure and no date.
_CODE = re.compile(r"(?=.*\d|.*\w[-/.]\w|.*[-/]$)[\w./+-]{3,24}")
_MOST, _LONG = 0.7, 4
_EDGE, _ROWS, _LETTERS = 12, 2, 4
_FIRST = 40
_NAMING = frozenset({
    "description", "product", "seller_item", "buyer_item", "gtin", "license_key", "entitlement", "publisher",
})  # fmt: skip


def with_names(head: HeadRow, body: list[BodyRow]) -> HeadRow:
    """The head, with one for the names in front where it heads nothing but their figures."""
    roles = {role for entry in head.heads for role in entry.roles}
    if not head.heads or roles & _NAMING:
        return head
    left = head.heads[0].x0
    rows = [row for row in body[:_FIRST] if len(row.figures) > 1]
    starts = [row.row.tokens[0].x0 for row in rows if row.row.tokens[0].text[:1].isalpha()]
    if not starts or 2 * len(starts) < len(rows) or min(starts) > left - 2 * _EDGE:
        return head
    names = Head([], ("description",), 1.0, min(starts), min(min(starts) + 3 * _EDGE, left - _EDGE))
    return replace(head, heads=[names, *head.heads])


def free_counts(heads: list[Head], body: list[BodyRow]) -> None:
    """A whole number that begins a row under the head of quantities is one, however close the name follows."""
    places = [(head.x0 - 2, head.x1 + 2) for head in heads if {"quantity", "position", "ordered"} & set(head.roles)]
    for row in body:
        for count in row.figures:
            count.free = count.free or _counts(count, row, places)
        figure = row.figures[0] if row.figures else None
        if figure is None or figure.free or figure.tokens[0] is not row.row.tokens[0]:
            continue
        whole = len(figure.tokens) == 1 and figure.tokens[0].text.isdigit()
        if whole and any(x0 <= figure.x0 and figure.x1 <= x1 for x0, x1 in places):
            figure.free = True


def _counts(figure: Figure, row: BodyRow, places: list[tuple[float, float]]) -> bool:
    """Whether a whole number and a short word behind it (10 SK), and nothing else, stand under a head of counts."""
    if len(figure.tokens) != 1 or not figure.tokens[0].text.isdigit():
        return False
    if not any(x0 - _EDGE <= figure.x0 and figure.x1 <= x1 + _EDGE for x0, x1 in places):
        return False
    cell = next((part for part in cells(row.row.tokens, 1.1) if figure.tokens[0] in part), [])
    return len(cell) == _ROWS and cell[0] is figure.tokens[0] and cell[1].text.isalpha() and len(cell[1].text) < _LONG


def told(heads: list[Head], anchors: list[BodyRow], edges: list[float]) -> None:
    """Name columns after what stands in them.

    A column without a known head that holds a code in each line holds the number of the article, if none
    else does; one headed Product or Item beside another of names is part of the name unless it holds codes.
    """
    numbered = any("seller_item" in head.roles for head in heads)
    for at, head in enumerate(heads):
        generic = head.roles == ("seller_item",) and words(head.text) in GENERIC
        if head.roles and not generic:
            continue
        share = _codes(anchors, at, edges)
        if generic and share is not None and 1 - share >= _MOST:
            head.roles = ("description",)
        elif not head.roles and not numbered and share is not None and share >= _MOST and len(anchors) > 1:
            head.roles, head.share = ("seller_item",), 0.5
            numbered = True
    _name(heads, anchors, edges)


def _name(heads: list[Head], anchors: list[BodyRow], edges: list[float]) -> None:
    """Where no head names the goods, the column with the most letters does."""
    if any(NAMES & set(head.roles) for head in heads):
        return
    letters = {
        at: sum(
            letter.isalpha()
            for row in anchors
            for token in row.row.tokens
            if _column(token, edges) == at
            for letter in token.text
        )
        for at, head in enumerate(heads)
        if not head.roles
    }
    most = max(letters, key=lambda at: letters[at], default=None)
    if most is not None and letters[most] >= _LETTERS * len(anchors):
        heads[most].roles = ("description",)


def split_codes(records: list[Record]) -> None:
    """Take a code alone in the first row of every name for the number of the article."""
    if not records or any("seller_item" in record.texts or len(record.words) < _ROWS for record in records):
        return
    if not all(len(record.words[0]) == 1 and _is_code(record.words[0][0]) for record in records):
        return
    if len(records) == 1 and records[0].words[0][0].text.isalpha():
        return
    for record in records:
        record.texts["seller_item"] = record.words.pop(0)


def _codes(anchors: list[BodyRow], at: int, edges: list[float]) -> float | None:
    """The share of the lines that have a code, and nothing else, in the column; None where it is empty."""
    filled = coded = 0
    for row in anchors:
        taken = {id(token) for figure in row.cells.values() for token in figure.tokens}
        found = [token for token in row.row.tokens if id(token) not in taken and _column(token, edges) == at]
        filled += bool(found)
        coded += len(found) == 1 and _is_code(found[0])
    return coded / filled if filled * 2 > len(anchors) else None


def _is_code(token: Token) -> bool:
    text = token.text
    return _CODE.fullmatch(text) is not None and (not text.isdigit() or len(text) >= _LONG)


def _column(token: Token, edges: list[float]) -> int:
    place = min(token.center, token.x0 + _EDGE)
    return sum(1 for edge in edges if place > edge)
