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
        tokens = self.record.texts.get(role, [])
        first = [token for token in tokens if abs(token.middle - tokens[0].middle) < token.size / 2]
        return first or self.details.get(role, [])

    def text(self, role: str, name: str, score: float = 0.85) -> str | None:
        """Note the words of the role's column under the name, and give them back."""
        tokens = self.tokens(role)
        if not tokens:
            return None
        text = " ".join(token.text for token in tokens).strip(" |:-")
        self.put(name, text, seen(tokens), score)
        return text

    def day(self, role: str) -> Value | None:
        """The date under the role's head, or that a detail names."""
        tokens = self.record.texts.get(role) or self.details.get(role)
        if not tokens:
            return None
        found = dates.find(" ".join(token.text for token in tokens), self.first)
        return Value(found.value, seen(tokens)) if found else None
