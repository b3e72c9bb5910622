"""Spelling: letters and figures of like shape told apart in words, and the litre told apart from the one."""

from decimal import Decimal
from itertools import permutations, product

from app.reading import numbers
from app.reading.ocr.engine import Letter
from app.reading.rows import Row, rows_of
from app.reading.tokens import Page, Token

# What may have been read for a small letter: the engine's second thought decides.
_SMALL = {"1": "l", "I": "l", "|": "l", "0": "o", "O": "o", "5": "s", "S": "s", "6": "b", "9": "g", "8": "a"}
_BASES = (Decimal(1), Decimal(10), Decimal(100), Decimal(1000))
_CENT = Decimal("0.005")
_LEAST_PRODUCT = Decimal(10)
# A unit stands behind its figure within this share of the print size.
_BEHIND = 0.9
_MOST_FIGURES = 7


def spelled(page: Page, letters: dict[int, list[Letter]]) -> None:
    """Put right, in place, letters that stand among small letters, and litres that were read as ones."""
    for token in page.tokens:
        _among_small(token, letters.get(id(token), []))
    mark = numbers.decimal_mark(token.text for token in page.tokens)
    for row in rows_of(page):
        _litres(row, mark)


def _among_small(token: Token, found: list[Letter]) -> None:
    """A figure or capital between small letters is a small letter where the engine thought so too."""
    text = token.text
    if len(found) != len(text) or not any(letter.islower() for letter in text):
        return
    out = list(text)
    for at, letter in enumerate(text):
        small = _SMALL.get(letter)
        if small is None or at == 0 or not out[at - 1].islower():
            continue
        after = text[at + 1 : at + 2]
        if after.isupper() or after.isdigit() or small not in {other for other, _ in found[at].others}:
            continue
        out[at] = small
    token.text = "".join(out)


def _litres(row: Row, mark: str | None) -> None:
    """A lone 1 close behind a figure is the litre, where the row's arithmetic needs that figure as it stands."""
    ones = [
        (before, one)
        for before, one in zip(row.tokens, row.tokens[1:], strict=False)
        if one.text == "1"
        and 0 < one.x0 - before.x1 < _BEHIND * one.size
        and before.text[-1:].isdigit()
        and numbers.read(before.text, mark) is not None
    ]
    if not ones:
        return
    needed = _needed(row, [one for _, one in ones], mark)
    for before, one in ones:
        if id(before) in needed:
            one.text = "l"


def _needed(row: Row, ones: list[Token], mark: str | None) -> set[int]:
    """The words that are quantity or price base in: quantity times price, for so many, is the amount."""
    figures: dict[int, Decimal] = {}
    for token in row.tokens:
        read = numbers.read(token.text, mark) if token not in ones else None
        if read is not None and not read.percent and read.value > 1:
            figures[id(token)] = read.value
    if len(figures) > _MOST_FIGURES:
        return set()
    for (quantity, price, amount), base in product(permutations(figures, 3), _BASES):
        if figures[amount] >= _LEAST_PRODUCT and (
            abs(figures[quantity] * figures[price] / base - figures[amount]) <= _CENT
        ):
            bases = {key for key, value in figures.items() if value == base and key not in {price, amount}}
            return {quantity, *bases}
    return set()
