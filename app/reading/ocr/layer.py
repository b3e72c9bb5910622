"""Text layers: whether a PDF page has one that can be believed, or has to be looked at as a picture."""

import unicodedata
from ctypes import c_uint
from typing import Any

import numpy as np
from pypdfium2 import raw

from app.reading.tokens import Page

# Fewer words than this are no text layer by themselves; with fewer than the second on a picture that covers the
# page, the words are a stamp on a scan.
_LEAST_WORDS = 5
_STAMP_WORDS = 40
# A page with more objects than this was not scanned.
_MOST_OBJECTS = 60
_MOST_DEPTH = 3
_COVERS = 0.5
# Share of dark pixels above which a page without words shows something.
_INK = 0.0015
_DARK = 128
_SMALL_SCALE = 0.5
_LEAST_LETTERS = 80
_LEAST_VOWELS = 0.16
_VOWELS = frozenset("aeiouyæøœı")
_SAMPLES = 60


def is_blind(page: Any, read: Page) -> bool:
    """Whether the words of the page's text layer are not what the page shows."""
    if not is_text(read):
        return shows_something(page)
    if _covered(page) < _COVERS:
        return False
    return len(read.tokens) < _STAMP_WORDS or _invisible(page)


def is_text(page: Page) -> bool:
    """Whether the text layer is there and is text, not glyph numbers of fonts without a map."""
    text = "".join(token.text for token in page.tokens)
    known = sum(letter.isalnum() for letter in text)
    strange = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter < " " for letter in text)
    enough = len(page.tokens) >= _LEAST_WORDS and known > 0.4 * len(text) and strange < 0.2 * len(text)
    return enough and not is_cipher(text)


def is_cipher(text: str) -> bool:
    """Whether Latin letters make no words, as where a font's map is shifted: too few of them are vowels."""
    letters = [letter for letter in unicodedata.normalize("NFKD", text.casefold()) if letter.isalpha()]
    latin = [letter for letter in letters if letter < "\u0250"]
    if len(latin) < _LEAST_LETTERS or len(latin) < 0.6 * len(letters):
        return False
    return sum(letter in _VOWELS for letter in latin) < _LEAST_VOWELS * len(latin)


def shows_something(page: Any) -> bool:
    """Whether a small picture of the page has ink."""
    small = np.asarray(page.render(scale=_SMALL_SCALE, grayscale=True).to_numpy())
    return bool((small < _DARK).mean() > _INK)


def _covered(page: Any) -> float:
    """The share of the page under its largest picture, where few objects make up the page."""
    if raw.FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        return 0.0
    width, height = page.get_width(), page.get_height()
    best = 0.0
    for count, found in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_MOST_DEPTH)):
        if count > _MOST_OBJECTS:
            return 0.0
        left, bottom, right, top = found.get_bounds()
        best = max(best, (right - left) * (top - bottom) / max(width * height, 1.0))
    return best


def _invisible(page: Any) -> bool:
    """Whether most letters are drawn with no ink: a scanner's own reading behind its picture."""
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        hidden = seen = 0
        for index in range(0, count, count // _SAMPLES + 1):
            found = raw.FPDFText_GetTextObject(textpage, index)
            if not found:
                continue
            seen += 1
            hidden += raw.FPDFTextObj_GetTextRenderMode(found) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            hidden += _is_clear(textpage, index)
        return hidden > seen / 2
    finally:
        textpage.close()


def _is_clear(textpage: Any, index: int) -> bool:
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint(255)
    return bool(raw.FPDFText_GetFillColor(textpage, index, red, green, blue, alpha)) and alpha.value == 0
