"""Places: values of the head that a remembered layout finds beside their labels, or where they always stand."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.documents.corrections import type_of
from app.reading import dates, fields
from app.reading.dates import DayFirst
from app.reading.draft import Value
from app.reading.figures import figures_of
from app.reading.layouts.layout import FieldRule, Layout
from app.reading.layouts.recall import located
from app.reading.rows import Row, cells
from app.reading.tokens import Token, seen

_BESIDE, _AT_PLACE = 0.985, 0.93
_NEAR, _ROW, _GAP = 8.0, 0.6, 1.1


def shape(text: str) -> str:
    """The pattern of a text: 9 for each run of digits, A for each run of letters, all else as it is."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", text))


def values(layout: Layout, rows: Sequence[Row], first: DayFirst, mark: str | None) -> Iterator[tuple[str, Value]]:
    """The values that the layout's rules find, by their pointers."""
    for rule in layout.fields:
        for tokens, score in _candidates(rule, rows):
            found = value_of(rule, tokens, first, mark, strict=score < _BESIDE)
            if found is not None:
                yield rule.pointer, Value(found[0], seen(found[1]), score)
                break


def _candidates(rule: FieldRule, rows: Sequence[Row]) -> Iterator[tuple[list[Token], float]]:
    """The words that may be the value, beside its label first."""
    if rule.words:
        for row in rows:
            label = located(row, rule.words)
            if label:
                middle = label[0].middle + rule.dy
                for other in rows:
                    if other.page == row.page and abs(other.middle - middle) < _ROW * other.size:
                        yield from ((run, _BESIDE) for run in _runs(other, label, label[0].x0 + rule.dx, rule))
        return
    for row in rows:
        if row.page == 1 and abs(row.middle - rule.middle) < _ROW * row.size:
            yield from ((run, _AT_PLACE) for run in _runs(row, [], rule.x0, rule))


def _runs(row: Row, label: Sequence[Token], x: float, rule: FieldRule) -> Iterator[list[Token]]:
    """The words of the row from the place on, and the cell that ends where the value ended."""
    skipped = {id(token) for token in label}
    rest = [token for token in row.tokens if id(token) not in skipped and token.text.strip(":|·.")]
    for cell in cells(rest, _GAP):
        for at, token in enumerate(cell):
            if abs(token.x0 - x) < _NEAR:
                yield cell[at:]
                break
        else:
            if abs(cell[-1].x1 - rule.x1) < _NEAR:
                yield cell[-rule.many :]
    if label and abs(label[0].middle - row.middle) < 1:
        after = [token for token in rest if token.x0 >= label[-1].x1 - 1]
        if after:
            yield cells(after, _GAP)[0]


def value_of(
    rule: FieldRule, tokens: list[Token], first: DayFirst, mark: str | None, *, strict: bool
) -> tuple[Any, list[Token]] | None:
    """The value that the words begin with, of the pointer's type; where `strict`, of the pattern that was taught."""
    kind = type_of(rule.pointer)
    if kind is date:
        day = dates.find(" ".join(token.text for token in tokens[:8]), first, compact=True)
        return (day.value, tokens[: rule.many]) if day is not None and day.start <= 2 else None  # noqa: PLR2004 (letters)
    if kind is Decimal:
        row = Row(tokens[0].page, 0, list(tokens), tokens[0].top, tokens[0].bottom)
        figure = next(iter(figures_of(row, mark)), None)
        return (figure.value, figure.tokens) if figure is not None else None
    if kind is not str:
        return None
    taken = tokens[: rule.many]
    text = " ".join(token.text for token in taken).strip(" :,;|")
    if shape(text) == rule.shape:
        return text, taken
    if strict:
        return None
    if "9" in rule.shape:
        return fields.identifier(tokens)
    text = " ".join(token.text for token in tokens).strip(" :,;|")
    return (text, tokens) if text and not any(letter.isdigit() for letter in text) else None
