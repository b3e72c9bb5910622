"""Tokens: the one stream of words with boxes that all geometry reads, whether from a PDF or from OCR."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Token:
    """A word as printed: text, box in points from the page's top left, size of print, source, score and baseline."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    page: int
    size: float
    source: str = "pdf"
    score: float = 1.0
    base: float = 0.0
    # The font's own size, where it is known: unlike the box's height the same for every letter.
    font: float = 0.0

    @property
    def middle(self) -> float:
        """The height of the word's middle."""
        return (self.top + self.bottom) / 2

    @property
    def center(self) -> float:
        """The word's middle from left to right."""
        return (self.x0 + self.x1) / 2


@dataclass(slots=True, eq=False)
class Page:
    """A page's size in points and its words, in reading order of the file; letters without a meaning are counted."""

    number: int
    width: float
    height: float
    tokens: list[Token] = field(default_factory=list)
    unmapped: int = 0


@dataclass(slots=True, eq=False, frozen=True)
class Seen:
    """Where a value stood: the printed text, the page (from 1) and the box."""

    text: str
    page: int
    box: tuple[float, float, float, float]
    source: str = "pdf"
    score: float = 1.0


def seen(tokens: Iterable[Token]) -> Seen:
    """The place that the tokens cover together (at least one token is needed)."""
    found = list(tokens)
    box = (
        min(token.x0 for token in found),
        min(token.top for token in found),
        max(token.x1 for token in found),
        max(token.bottom for token in found),
    )
    text = " ".join(token.text for token in found)
    return Seen(text, found[0].page, box, found[0].source, min(token.score for token in found))
