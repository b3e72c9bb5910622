"""Text layers: whether a PDF page has one that can be believed, or has to be looked at as a picture."""

import unicodedata
from ctypes import c_float, c_uint
from typing import Any

import numpy as np
from pypdfium2 import raw

from app.reading.tokens import Page

# Fewer words than this are no text layer by themselves; with fewer than the second on a picture that covers the
# page, the words are a stamp on a scan.
_LEAST_WORDS = 5
_STAMP_WORDS = 40
# Of a page's objects so many are looked at from either end, and so many of a form's.
_LOOKED_AT = 40
_IN_FORM = 5
_MOST_DEPTH = 2
_COVERS = 0.5
# A few sane words are all there is to read, unless there is a picture of this share or print drawn in outlines.
_PICTURE = 0.1
_OUTLINES = 150
# Share of dark pixels above which a page without words shows something.
_INK = 0.0004
_DARK = 190
_SMALL_SCALE = 0.5
_LEAST_LETTERS = 80
_LEAST_VOWELS = 0.2
_VOWELS = frozenset("aeiouyæøœı")
_SAMPLES = 60


def is_blind(page: Any, read: Page) -> bool:
    """Whether the words of the page's text layer are not what the page shows."""
    if is_text(read):
        covered = _covered(page)
        return covered >= _COVERS and (len(read.tokens) < _STAMP_WORDS or _invisible(page))
    if not shows_something(page):
        return False
    few = 0 < len(read.tokens) < _LEAST_WORDS and _is_sane("".join(token.text for token in read.tokens))
    return not few or _covered(page) >= _PICTURE or raw.FPDFPage_CountObjects(page) > _OUTLINES


def is_text(page: Page) -> bool:
    """Whether the text layer is there and is text, not glyph numbers of fonts without a map."""
    text = "".join(token.text for token in page.tokens)
    return len(page.tokens) >= _LEAST_WORDS and _is_sane(text) and not is_cipher(text)


def _is_sane(text: str) -> bool:
    known = sum(letter.isalnum() for letter in text)
    strange = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter < " " for letter in text)
    return known > 0.4 * len(text) and strange < 0.2 * len(text)


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
    """The share of the page under its largest picture, among its first and last objects: a scan is one of them."""
    count = raw.FPDFPage_CountObjects(page)
    area = max(float(page.get_width()) * float(page.get_height()), 1.0)
    looked_at = {*range(min(count, _LOOKED_AT)), *range(max(0, count - _LOOKED_AT), count)}
    objects = (raw.FPDFPage_GetObject(page, at) for at in looked_at)
    largest: float = max((_area(found) for found in objects if found and _is_picture(found, _MOST_DEPTH)), default=0.0)
    return largest / area


def _is_picture(found: Any, depth: int) -> bool:
    """Whether the object is a picture, or a form with one among its first objects."""
    kind = raw.FPDFPageObj_GetType(found)
    if kind != raw.FPDF_PAGEOBJ_FORM or depth == 0:
        return bool(kind == raw.FPDF_PAGEOBJ_IMAGE)
    count = min(raw.FPDFFormObj_CountObjects(found), _IN_FORM)
    return any(_is_picture(raw.FPDFFormObj_GetObject(found, at), depth - 1) for at in range(count))


def _area(found: Any) -> float:
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    if not raw.FPDFPageObj_GetBounds(found, left, bottom, right, top):
        return 0.0
    return float((right.value - left.value) * (top.value - bottom.value))


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
