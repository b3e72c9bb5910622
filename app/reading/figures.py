"""Figures: the numbers of a row, each with its sign, currency and unit, and whether it stands free of text."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.reading import numbers, units
from app.reading.rows import Row
from app.reading.tokens import Token

# Closer than this share of the print size, a word and a figure belong to the same text.
_NEAR = 0.45
_GROUP = 0.40
_SIGNS = frozenset({"-", "–", "−", "+", "=", "(", ")", "x", "×", "*", "./.", ":", "@", "à", "~"})
_PER = frozenset({"/", "per", "je", "pro", "par", "por", "pr", "pr.", "à", "za"})
_OF = frozenset({"of", "von", "van", "sur"})
_BASE_GAP = 1.2
_BLANK = 1.05
_PARTS = 4
_THREE = 3
_TWO = 2
_IBAN_GROUP = 4
_LEAST_GROUPS = 3


@dataclass(slots=True, eq=False)
class Figure:
    """One printed number with its words, and what stood directly beside it."""

    number: numbers.Number
    tokens: list[Token]
    free: bool
    unit: Token | None = None
    named: bool = False
    spreads: bool = True
    base: Decimal | None = None

    @property
    def value(self) -> Decimal:
        """The number by the document's decimal mark."""
        return self.number.value

    @property
    def x0(self) -> float:
        """The left edge."""
        return self.tokens[0].x0

    @property
    def x1(self) -> float:
        """The right edge, with a unit that stands directly behind."""
        if self.spreads and self.unit is not None and self.unit.x0 - self.tokens[-1].x1 < _NEAR * self.unit.size:
            return self.unit.x1
        return self.tokens[-1].x1

    @property
    def center(self) -> float:
        """The middle."""
        return (self.x0 + self.x1) / 2


def figures_of(row: Row, mark: str | None) -> list[Figure]:
    """The row's figures from left to right."""
    tokens = row.tokens
    out: list[Figure] = []
    at = 0
    while at < len(tokens):
        length, number = _longest(tokens, at, mark)
        if number is None:
            at += 1
            continue
        used = tokens[at : at + length]
        figure = Figure(number, used, free=True)
        more = _base(figure, tokens, at + length) or _part(figure, tokens, at + length)
        _beside(figure, tokens, at, at + length + more)
        out.append(figure)
        at += length + more
    _runs(out)
    _accounts(out, tokens)
    return out


_CENTS = re.compile(r"(?:ct|cts|cents?|p)(?:/[A-Za-zÄÖÜäöü²³]+)|ct|cts|[Cc]ents?")


def _base(figure: Figure, tokens: list[Token], at: int) -> int:
    """Take the base of a price directly behind it (289,00 / 100 l); gives the number of words it takes."""
    rest = tokens[at : at + _THREE]
    if rest and _CENTS.fullmatch(rest[0].text) and rest[0].x0 - figure.tokens[-1].x1 < _BASE_GAP * rest[0].size:
        # So many cents for one are as many whole units of money for a hundred.
        figure.base, figure.free = Decimal(100), True
        return 1
    if len(rest) < _TWO or rest[0].x0 - figure.tokens[-1].x1 > _BASE_GAP * rest[0].size:
        return 0
    if rest[0].text.casefold() not in _PER or not rest[1].text.isdigit() or rest[1].x0 - rest[0].x1 > rest[1].size:
        return 0
    figure.base = Decimal(rest[1].text) or None
    figure.free = True
    unit = len(rest) > _TWO and units.code_of(rest[2].text) is not None and rest[2].x0 - rest[1].x1 < rest[2].size
    return 3 if unit else 2


def _part(figure: Figure, tokens: list[Token], at: int) -> int:
    """How many words say of how many a count is a part (2 of 8); the count itself stands alone then."""
    rest = tokens[at : at + _TWO]
    if len(rest) < _TWO or rest[0].text.casefold() not in _OF or not rest[1].text.isdigit():
        return 0
    near = all(two.x0 - one.x1 < two.size for one, two in pairwise([figure.tokens[-1], *rest]))
    first = not any(token.x1 > figure.x0 - 2 * token.size for token in tokens if token.x1 <= figure.x0)
    if not near or not first or figure.value > int(rest[1].text):
        return 0
    figure.tokens = [*figure.tokens, *rest]
    return _TWO


def _runs(figures: list[Figure]) -> None:
    """Bare digits close behind each other are one long number (an account, a telephone), not columns."""
    for left, right in pairwise(figures):
        last = left.tokens[-1]
        # The blank within a number is about half a digit wide, two blanks are a whole one.
        near = right.x0 - last.x1 < _BLANK * (last.x1 - last.x0) / max(len(last.text), 1)
        if near and left.tokens[-1].text.isdigit() and right.tokens[0].text.isdigit():
            left.free = right.free = False


def _accounts(figures: list[Figure], tokens: list[Token]) -> None:
    """The groups of four of an IBAN (ISO 13616) are no figures, however wide the blanks between them."""
    for at, token in enumerate(tokens):
        if len(token.text) != _IBAN_GROUP or not (token.text[:2].isupper() and token.text[2:].isdigit()):
            continue
        stop = at + 1
        while (
            stop < len(tokens)
            and len(tokens[stop].text) <= _IBAN_GROUP
            and tokens[stop].text.isalnum()
            and tokens[stop].x0 - tokens[stop - 1].x1 < token.size
        ):
            stop += 1
        if stop - at > _LEAST_GROUPS:
            groups = {id(other) for other in tokens[at:stop]}
            for figure in figures:
                figure.free = figure.free and not any(id(part) in groups for part in figure.tokens)


def _longest(tokens: list[Token], at: int, mark: str | None) -> tuple[int, numbers.Number | None]:
    """The longest run of words from here that is one number: 1 234,56 or - € 5.00 or EUR 12.00."""
    first = tokens[at].text
    if not (
        first[:1].isdigit()
        or first[-1:].isdigit()
        or first in numbers.FRACTIONS
        or first[:1] == "("
        or first in _SIGNS
        or _is_money(first)
        or first[-1:] in "%€$£"
    ):
        return 1, None
    best: tuple[int, numbers.Number | None] = (1, numbers.read(first, mark))
    text = first
    for length in range(2, min(_PARTS, len(tokens) - at) + 1):
        before, token = tokens[at + length - 2], tokens[at + length - 1]
        gap = (token.x0 - before.x1) / max(token.size, 1.0)
        digits = before.text[-1:].isdigit() and token.text[:1].isdigit()
        loose = _GROUP if digits or before.text == "+" else 1.6
        if gap > loose or (digits and len(before.text.strip("-–(€$£")) > _THREE):
            break
        text = f"{text} {token.text}"
        number = numbers.read(text, mark)
        if number is not None and not (best[1] is not None and _is_unit_only(token.text)):
            best = (length, number)
    return best


def _is_money(word: str) -> bool:
    return word.upper() in numbers.CODES or word.lower() in numbers.CURRENCIES


def _is_unit_only(word: str) -> bool:
    return not _is_money(word) and word not in {"%", "-", "–", "−", ")"} and units.code_of(word) is not None


def _beside(figure: Figure, tokens: list[Token], start: int, stop: int) -> None:
    """Look at the neighbours: a unit belongs to the figure, other text close by takes its freedom."""
    size = figure.tokens[0].size
    if stop < len(tokens):
        after = tokens[stop]
        gap = after.x0 - figure.tokens[-1].x1
        if gap < 1.6 * size and not figure.number.percent and units.code_of(after.text) is not None:
            figure.unit = after
        elif gap < _NEAR * size and after.text not in _SIGNS and after.text != "|" and not _follows(figure, after):
            figure.free = figure.number.percent or figure.number.currency is not None
    if start > 0:
        before = tokens[start - 1]
        gap = figure.x0 - before.x1
        figure.named = before.text.endswith(":") and gap < 2 * size
        counted = start > 1 and tokens[start - 2].text[-1:].isdigit()
        if gap < _NEAR * size and not _harmless(before.text, counted=counted):
            figure.free = False


def _follows(figure: Figure, after: Token) -> bool:
    """Whether another figure stands close behind one with decimals: two tight columns."""
    decimals = any(mark in figure.tokens[-1].text[1:-1] for mark in ".,")
    return decimals and after.text[:1].isdigit() and numbers.read(after.text, None) is not None


def _harmless(word: str, *, counted: bool) -> bool:
    """Whether the word before a figure may end another column: a sign, money, or a unit behind its own figure."""
    if any(mark in word[1:-1] for mark in ".,") and numbers.read(word, None) is not None:
        return True
    return (
        word in _SIGNS
        or word == "|"
        or _is_money(word)
        or (counted and units.code_of(word) is not None)
        or word[-1:] == "%"
    )
