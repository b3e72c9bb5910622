"""Fingerprints: the words of heads and labels with their places, by which a layout is known again."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain

from app.reading import fields
from app.reading.heads import head_rows
from app.reading.layouts.layout import MOST, Mark
from app.reading.lexicon import words
from app.reading.rows import Row
from app.reading.tokens import Token

_NEAR = 5.0
_ROUND = 4
#: So much of the fingerprint must stand in its place.
ALIKE = 0.7
_FEWEST = 3


def of(rows: Sequence[Row], telling: Iterable[Token]) -> tuple[Mark, ...]:
    """The marks of a layout: the words that its rules speak of, and the known heads and labels of its first page."""
    first = [row for row in rows if row.page == rows[0].page] if rows else []
    labels = (token for label in fields.labels_of(first) for token in label.tokens)
    heads = (token for found in head_rows(first)[:1] for head in found.heads for token in head.tokens)
    marks: dict[tuple[str, int], Mark] = {}
    for token in chain(telling, heads, labels):
        word = _word(token)
        if word:
            marks.setdefault((word, round(token.x0 / _ROUND)), Mark(word=word, x=round(token.x0, 1)))
    return tuple(marks.values())[:MOST]


def share(marks: Sequence[Mark], rows: Iterable[Row]) -> float:
    """How much of the fingerprint stands in its place on a paper, 0 to 1."""
    if len(marks) < _FEWEST:
        return 0.0
    places: dict[str, list[float]] = {}
    for row in rows:
        for token in row.tokens:
            places.setdefault(_word(token), []).append(token.x0)
    found = sum(1 for mark in marks if any(abs(x - mark.x) < _NEAR for x in places.get(mark.word, ())))
    return found / len(marks)


def digest(marks: Iterable[Mark]) -> str:
    """A name for the fingerprint (SHA-256)."""
    told = sorted(f"{mark.word}@{round(mark.x / _ROUND)}" for mark in marks)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _word(token: Token) -> str:
    """The token's words, if it holds no figure: figures change from paper to paper."""
    return " ".join(words(token.text)) if not any(letter.isdigit() for letter in token.text) else ""
