"""Characters: the text layer of a PDF page as tokens, straight from PDFium's characters."""

import math
from collections import Counter
from ctypes import byref, c_double
from typing import Any

from pypdfium2 import raw

from app.reading.tokens import Page, Token

# A word ends where the next character starts further than this share of the print size away.
_WORD_GAP = 0.28
_CAPITAL_GAP = 0.06
_LEAST_SIZE = 0.5
_HYPHENS = {0x02: "-", 0xAD: "-", 0x2010: "-", 0x2011: "-", 0x2212: "-"}
_BLANKS = frozenset({0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x2007, 0x202F, 0x2009, 0x200A, 0x3000})
_SILENT = frozenset({0x0, 0xFFFE, 0xFFFF, 0x200B, 0x200C, 0x200D, 0xFEFF})


class _Word:
    """A word while its characters still arrive."""

    __slots__ = ("angle", "base", "bottom", "font", "left", "mapped", "right", "size", "text", "top")

    def __init__(self, text: str, box: tuple[float, float, float, float], angle: int, base: float) -> None:
        self.text = text
        self.left, self.top, self.right, self.bottom = box
        self.size = max(box[3] - box[1], _LEAST_SIZE)
        self.angle = angle
        self.base = base
        self.font = 0.0
        self.mapped = True


def page_tokens(page: Any, number: int, most: int) -> Page:
    """The page's size and words; what is printed in a font without a map to letters is only counted.

    Raises:
        ValueError: the page holds more than `most` characters.
    """
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > most:
            raise ValueError(f"page {number} holds more than {most} characters")
        words = _words(textpage, count, placer(page))
    finally:
        textpage.close()
    upright = _upright([word for word in words if word.mapped])
    tokens = [
        Token(
            word.text, word.left, word.top, word.right, word.bottom, number, word.size, base=word.base, font=word.font
        )
        for word in upright
        if word.right > 0 and word.bottom > 0 and word.left < width and word.top < height
    ]
    unmapped = sum(len(word.text) for word in words if not word.mapped)
    return Page(number, width, height, _without_doubles(tokens), unmapped)


def placer(page: Any) -> Any:
    """A function from PDFium's user space to points from the top left of the page as it is shown."""
    left, bottom, right, top = page.get_bbox()
    match page.get_rotation():
        case 90:
            return lambda x0, y0, x1, y1: (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
        case 180:
            return lambda x0, y0, x1, y1: (right - x1, y0 - bottom, right - x0, y1 - bottom)
        case 270:
            return lambda x0, y0, x1, y1: (top - y1, right - x1, top - y0, right - x0)
        case _:
            return lambda x0, y0, x1, y1: (x0 - left, top - y1, x1 - left, top - y0)


def _words(textpage: Any, count: int, place: Any) -> list[_Word]:
    handle = textpage.raw
    rect = raw.FS_RECTF()
    at = byref(rect)
    unicode_of, box_of, angle_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharAngle
    unmapped_at = raw.FPDFText_HasUnicodeMapError
    turn = {90: 1, 180: 2, 270: 3}.get(textpage.page.get_rotation(), 0)
    across, up = c_double(), c_double()
    words: list[_Word] = []
    word: _Word | None = None
    last = 0.0
    for index in range(count):
        code = unicode_of(handle, index)
        if code in _BLANKS:
            word = None
            continue
        if code in _SILENT or not box_of(handle, index, at):
            continue
        x0, y0, x1, y1 = place(rect.left, rect.bottom, rect.right, rect.top)
        letter = _HYPHENS.get(code) or chr(code)
        if (
            word is not None
            and letter != "|"
            # A capital a little apart from a small letter begins the next of two touching words.
            and not (letter.isupper() and word.text[-1:].islower() and x0 - word.right > _CAPITAL_GAP * word.size)
            # The letters of one ligature share a box.
            and (-0.5 * word.size < x0 - word.right < _WORD_GAP * word.size or x0 == last)
            and abs(y1 - word.bottom) < 0.5 * word.size
        ):
            word.text += letter
            word.right = max(word.right, x1)
            word.top, word.bottom = min(word.top, y0), max(word.bottom, y1)
            last = x0
            continue
        angle = (round(angle_of(handle, index) / (math.pi / 2)) + turn) % 4
        word = _Word(letter, (x0, y0, x1, y1), angle, y1)
        if raw.FPDFText_GetCharOrigin(handle, index, byref(across), byref(up)):
            word.base = place(across.value, up.value, across.value, up.value)[1]
        word.font = raw.FPDFText_GetFontSize(handle, index)
        # A font without a map to letters lacks it for the whole word.
        word.mapped = unmapped_at(handle, index) != 1
        last = x0
        words.append(word)
        if letter == "|":
            word = None
    return words


def _upright(words: list[_Word]) -> list[_Word]:
    """Words in the direction that most of the page's text runs; a note along the margin falls away."""
    angles = Counter(word.angle for word in words)
    return words if len(angles) <= 1 else [word for word in words if word.angle in (0, angles.most_common(1)[0][0])]


def _without_doubles(tokens: list[Token]) -> list[Token]:
    """Bold print made by striking the same word twice counts once."""
    kept: list[Token] = []
    places: dict[tuple[str, int, int], Token] = {}
    for token in tokens:
        key = (token.text, round(token.x0 / 3), round(token.top / 3))
        if key in places:
            continue
        places[key] = token
        kept.append(token)
    return kept
