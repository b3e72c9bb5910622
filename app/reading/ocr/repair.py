"""Repair of figures: letters that OCR mistakes for one another, put right only where the page itself proves it.

A word is suspect if letters stand in a figure, if the engine doubted a letter, or if its ink is wider than what was
read. Two proofs count. The column: every other figure above and below has the same form, and one way only of putting
the word right gives it too. The arithmetic: with one way only of putting the word right, two figures of its row make
the third. A figure that was read without doubt is never touched, however wrong its row's arithmetic: that may be
just what the invoice says. A word that nothing proves stays as it was read.
"""

import re
from collections import Counter
from decimal import Decimal
from itertools import combinations, islice, pairwise, product

from app.reading import numbers
from app.reading.figures import figures_of
from app.reading.ocr.engine import Letter
from app.reading.rows import Row, rows_of
from app.reading.tokens import Page, Token

_DIGITS = {
    "O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "|": "1", "i": "1", "!": "1", "]": "1", "Z": "2",
    "z": "2", "A": "4", "S": "5", "s": "5", "$": "5", "G": "6", "b": "6", "T": "7", "B": "8", "g": "9", "q": "9",
}  # fmt: skip
_MARKS = {"'": ",", ";": ",", ":": ".", "·": ".", "`": ",", "´": ",", "_": ".", ".": ",", ",": "."}
_STRAY = ".,'`´·˙"
_LONGEST = 14
_MOST_WAYS = 64
# A letter less likely than this is in doubt.
_DOUBT = 0.95
# How sure a repaired figure can be, by its proof.
_BY_COLUMN = 0.85
_BY_ARITHMETIC = 0.93
# Figures share a column if their right edges lie within this share of the print size.
_ALIGNED = 0.6
_LEAST_PEERS = 2
_AGREE = 0.8
_NEAR = 0.6
# A word that is so many digits wider than what was read has lost one.
_ROOM = 0.6
_CENT = Decimal("0.005")
_LEAST_PRODUCT = Decimal(10)
_LEAST_DECIMALS = 2
_FORM = re.compile(r"\d{1,3}(?:(?P<group>[.,'’])\d{3})*(?P<mark>[.,])(?P<part>\d{1,4})|\d+")

# The form of a figure: its decimal mark and how many decimals; none for a whole number.
Form = tuple[str, int]
_WHOLE: Form = ("", 0)


def repaired(page: Page, letters: dict[int, list[Letter]]) -> None:
    """Put right, in place, the figures that the page proves."""
    mark = numbers.decimal_mark(token.text for token in page.tokens)
    for row in rows_of(page):
        _join(page, row, mark)
    for row in rows_of(page):
        for token in row.tokens:
            if len(token.text) <= _LONGEST and all(_may_be_figure(letter) for letter in token.text):
                _repair(token, letters.get(id(token), []), row, page, mark)


def _may_be_figure(letter: str) -> bool:
    return letter.isdigit() or letter in _DIGITS or letter in _MARKS or letter in "-+€%"


def _repair(token: Token, found: list[Letter], row: Row, page: Page, mark: str | None) -> None:
    """Give the word the one reading that its row's arithmetic or its column's form proves."""
    peers = _peers(token, page)
    form = _form_of(peers)
    if not any(letter.isdigit() for letter in token.text) and not (len(token.text) == 1 and form == _WHOLE):
        return
    ways = _ways(token, found, form, peers or _figures(page, token))
    if not ways:
        return
    by_row = _nearest({way for way in ways if _makes_product(token, way, row, mark)}, token.text)
    if len(by_row) == 1 and not _makes_product(token, token.text, row, mark):
        token.text, token.score = by_row.pop(), min(token.score, _BY_ARITHMETIC)
        return
    if form is None or _form(token.text) == form:
        return
    fitting = _nearest({way for way in ways if _form(way) == form}, token.text)
    if len(fitting) == 1 and (form != _WHOLE or _is_doubted(token.text, found)):
        token.text, token.score = fitting.pop(), min(token.score, _BY_COLUMN)


def _nearest(ways: set[str], text: str) -> set[str]:
    """The ways that change the fewest letters."""
    changes = {way: sum(new != old for new, old in zip(way, text, strict=False)) for way in ways}
    return {way for way in ways if changes[way] == min(changes.values())}


def _is_doubted(text: str, found: list[Letter]) -> bool:
    """Whether a word among whole numbers may be one: B16 that was read without doubt is B16."""
    strange = [at for at, letter in enumerate(text) if not letter.isdigit()]
    return len(text) == 1 or all(at < len(found) and found[at].score < _DOUBT for at in strange)


def _ways(token: Token, found: list[Letter], form: Form | None, peers: list[Token]) -> set[str]:
    """The other figures that the word may be: by letters mistaken or in doubt, or by one that was lost."""
    text = token.text
    whole = _form(text) is not None
    bare = text.strip(_STRAY)
    choices = [_choices(letter, found[at] if at < len(found) else None, whole) for at, letter in enumerate(text)]
    out = {"".join(made) for made in islice(product(*choices), _MOST_WAYS)}
    if whole:
        room = _width(token, peers) - _units(text)
        if room > _ROOM:
            out.update(text[: at + 1] + text[at:] for at in range(len(text)) if text[at].isdigit())
        elif room > _ROOM / 2 and form and form != _WHOLE and text.isdigit() and len(text) > form[1]:
            out.add(text[: -form[1]] + form[0] + text[-form[1] :])
    if bare != text and (form is not None or not whole):
        # Dirt beside a figure: of ".54,84" and "283,45." the figure stands, ".10" may be a tenth.
        out.add(bare)
    return {way for way in out if way != text and _form(way) is not None}


def _choices(letter: str, found: Letter | None, whole: bool) -> list[str]:  # noqa: FBT001
    """What the letter may be: in a figure only digits and marks, and the engine's second thoughts where in doubt."""
    if letter in _DIGITS:
        return [_DIGITS[letter]]
    doubtful = found is not None and found.score < _DOUBT
    if letter in ".,":
        return [letter, "." if letter == "," else ","] if doubtful or not whole else [letter]
    if letter in _MARKS:
        return [",", "."]
    return [letter, *(other for other, _ in found.others if other.isdigit())] if doubtful and found else [letter]


def _units(text: str) -> float:
    """How wide the text is, in digits."""
    return sum(0.5 if letter in ".,'-:;" else 1.0 for letter in text)


def _width(token: Token, peers: list[Token]) -> float:
    """How many digits wide the word is printed, by the figures it is measured with; none without those."""
    pitches = sorted((peer.x1 - peer.x0) / _units(peer.text) / peer.size for peer in peers if len(peer.text) > 1)
    # Ones are narrow: the word is measured with the wider figures.
    pitch = pitches[(len(pitches) - 1) * 9 // 10] if pitches else 0.0
    return (token.x1 - token.x0) / token.size / pitch if pitch > 0 else 0.0


def _form(text: str) -> Form | None:
    """The form of the figure that the whole text is, without sign and currency; None if it is none."""
    match = _FORM.fullmatch(text.strip("-+€$£%"))
    if match is None or (match["group"] and match["group"] == match["mark"]):
        return None
    return (match["mark"], len(match["part"])) if match["mark"] else _WHOLE


def _figures(page: Page, token: Token) -> list[Token]:
    """The page's other figures that were read without doubt."""
    return [
        other for other in page.tokens if other is not token and other.score > _DOUBT and _form(other.text) is not None
    ]


def _peers(token: Token, page: Page) -> list[Token]:
    """The figures above and below the word, which end where it ends."""
    return [
        other
        for other in page.tokens
        if other is not token
        and abs(other.x1 - token.x1) < _ALIGNED * token.size
        and abs(other.middle - token.middle) > _NEAR * token.size
        and _form(other.text) is not None
    ]


def _form_of(peers: list[Token]) -> Form | None:
    """The form that nearly all of the figures have."""
    forms = Counter(_form(peer.text) for peer in peers)
    if not forms:
        return None
    form, count = forms.most_common(1)[0]
    return form if count >= _LEAST_PEERS and count >= _AGREE * len(peers) else None


def _makes_product(token: Token, text: str, row: Row, mark: str | None) -> bool:
    """Whether the word, read so, and two other figures of its row are factors and product, to the cent.

    Two of the three must have decimals, as price and amount have: 5 times 20 is 100 in many a row.
    """
    read = numbers.read(text, mark)
    if read is None or abs(read.value) in {0, 1}:
        return False
    own = (abs(read.value), _has_decimals(text, mark))
    others = [
        (abs(figure.value), any(_has_decimals(part.text, mark) for part in figure.tokens))
        for figure in figures_of(row, mark)
        if token not in figure.tokens and abs(figure.value) not in {0, 1}
    ]
    for one, two in combinations(others, 2):
        if own[1] + one[1] + two[1] < _LEAST_DECIMALS:
            continue
        if any(
            _is_product(*(value for value, _ in order)) for order in ((own, one, two), (one, own, two), (two, own, one))
        ):
            return True
    return False


def _has_decimals(text: str, mark: str | None) -> bool:
    form = _form(text)
    return form is not None and form != _WHOLE and mark in {None, form[0]}


def _is_product(result: Decimal, one: Decimal, two: Decimal) -> bool:
    return result >= _LEAST_PRODUCT and abs(one * two - result) <= _CENT


def _join(page: Page, row: Row, mark: str | None) -> None:
    """Join "12," and "50" where the column has two decimals, and the two alone are no figures of it."""
    for left, right in pairwise(list(row.tokens)):
        near = 0 <= right.x0 - left.x1 < _NEAR * left.size
        split = left.text[-1:] in {",", "."} and left.text[:-1].isdigit() and right.text.isdigit()
        split = split or (left.text.isdigit() and right.text[:1] in {",", "."} and right.text[1:].isdigit())
        if not (near and split) or mark is None:
            continue
        text = left.text + right.text
        if _form(text) is not None and _form_of(_peers(right, page)) == _form(text):
            right.text, right.x0, right.score = text, left.x0, min(left.score, right.score, _BY_COLUMN)
            page.tokens.remove(left)
            row.tokens.remove(left)
