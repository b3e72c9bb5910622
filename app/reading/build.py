"""Builders: the values of one line while they are gathered from its record."""

from typing import Any

from app.reading import dates
from app.reading.body import Record
from app.reading.dates import DayFirst
from app.reading.details import details_of
from app.reading.draft import Value
from app.reading.figures import Figure
from app.reading.tokens import Seen, Token, seen

#: The score of a value that nothing confirms or contradicts.
LIKELY = 0.9

# Rows of one cell stand closer together than this many heights of print.
_LEADING = 1.9


def first_row(tokens: list[Token]) -> list[Token]:
    """The words of a narrow column up to the end of their first row, or further where a hyphen ends it (CH-220-BK)."""
    out: list[Token] = []
    for token in tokens:
        if out and not _beside(out[-1], token) and not _broken(out[-1], token):
            break
        out.append(token)
    return out


def unbroken(tokens: list[Token]) -> list[str]:
    """The words, with those that the end of a row broke behind a hyphen or a stroke put together again."""
    out: list[str] = []
    for at, token in enumerate(tokens):
        if at and not _beside(tokens[at - 1], token) and _broken(tokens[at - 1], token):
            out[-1] += token.text
        else:
            out.append(token.text)
    return out


def _beside(one: Token, two: Token) -> bool:
    return one.page == two.page and abs(one.middle - two.middle) < two.size / 2


def _broken(one: Token, two: Token) -> bool:
    """Whether a number runs on in the next row."""
    near = one.page == two.page and 0 < two.top - one.top < _LEADING * two.size
    return near and len(one.text) > 1 and one.text[-1] in "-/" and two.text[:1].isalnum()


class Builder:
    """Gathers the values of one line."""

    def __init__(self, record: Record, mark: str | None, first: DayFirst) -> None:
        self.record = record
        self.mark = mark
        self.first = first
        self.values: dict[str, Value] = {}
        self.score = LIKELY
        self.details = details_of(
            row.row.tokens if row is not record.anchor else record.texts.get("description", []) for row in record.rows
        )

    def put(self, name: str, value: Any, place: Seen, score: float | None = None) -> None:
        """Note the value with its place; nothing is noted for an empty one."""
        if value not in (None, "", ()):
            self.values[name] = Value(value, place, score if score is not None else self.score)

    def figure(self, role: str, name: str, score: float | None = None) -> Figure | None:
        """Note the figure of the role's column under the name, and give it back."""
        figure = self.record.figures.get(role)
        if figure is not None:
            self.put(name, figure.value, seen(figure.tokens), score)
        return figure

    def tokens(self, role: str) -> list[Token]:
        """The words under the role's head in the first row that has some, or its figure, or a named detail."""
        figure = self.record.figures.get(role)
        if figure is not None:
            return figure.tokens
        return first_row(self.record.texts.get(role, [])) or self.details.get(role, [])

    def cell(self, role: str) -> list[Token]:
        """All words under the role's head that stand row under row, or a named detail."""
        out: list[Token] = []
        for token in self.record.texts.get(role, []):
            if out and (token.page != out[-1].page or token.top - out[-1].top > _LEADING * token.size):
                break
            out.append(token)
        return out or self.tokens(role)

    def text(self, role: str, name: str, score: float = 0.85) -> str | None:
        """Note the words of the role's column under the name, and give them back."""
        tokens = self.tokens(role)
        if not tokens:
            return None
        text = " ".join(unbroken(tokens)).strip(" |:-")
        self.put(name, text, seen(tokens), score)
        return text

    def day(self, role: str) -> Value | None:
        """The date under the role's head, or that a detail names."""
        tokens = self.record.texts.get(role) or self.details.get(role)
        if not tokens:
            return None
        found = dates.find(" ".join(unbroken(tokens)), self.first)
        return Value(found.value, seen(tokens)) if found else None
