"""Text layers: whether a PDF page has one that can be believed, or has to be looked at as a picture, all or in part.

What costs is done last: a page whose words make sense is drawn, small, only where it has a large picture or print in
outlines on it.
"""

from collections.abc import Iterator
from ctypes import c_float, c_uint
from enum import StrEnum
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from pypdfium2 import raw

from app.reading.characters import placer
from app.reading.ocr.cipher import is_cipher
from app.reading.tokens import Page, Token

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
_SMALL_PICTURE = 0.01
_OUTLINES = 150
# Of more objects than this, the share must be curved for the page to be suspected of print in outlines; or one has
# more segments than that.
_SAMPLED = 40
_CURVED_OBJECTS = 60
_CURVED = 0.3
_MOST_SEGMENTS = 1200
_CURVES = 3
_UNMAPPED = 6
# Share of dark pixels above which a page without words shows something.
_INK = 0.0004
_DARK = 190
_SMALL_SCALE = 0.5
# A page with a text layer is drawn at 100 dpi for the print beyond it: so many strokes, in so many lines
# of that height.
_SCALE = 100 / 72
_PRINT_STROKES = 90
_PRINT_LINES = 4
_IN_LINE = 6
_BAND = (3, 18)
_SAMPLES = 60


class Sight(StrEnum):
    """How a page is read: by its text layer, as a picture, or by its layer and what is drawn beside it."""

    TEXT = "text"
    PICTURE = "picture"
    BOTH = "both"


def sight_of(page: Any, read: Page) -> Sight:
    """How the page is to be read: `read` is what its text layer says."""
    if not is_text(read):
        return Sight.PICTURE if _shows_more(page, read) else Sight.TEXT
    pictures = list(_pictures(page))
    covered = _covered(page, pictures)
    if covered >= _COVERS and (len(read.tokens) < _STAMP_WORDS or _invisible(page) or _under(page)):
        return Sight.PICTURE
    if read.unmapped >= _UNMAPPED:
        return Sight.BOTH
    whole = (0.0, 0.0, read.width, read.height)
    suspect = whole if _is_outlined(page) else _around(page, pictures) if covered >= _PICTURE else None
    return Sight.BOTH if suspect and shows_print(page, read, suspect) else Sight.TEXT


def _shows_more(page: Any, read: Page) -> bool:
    """Whether a page with hardly a word, or none that makes sense, shows something to read."""
    if not shows_something(page):
        return False
    few = 0 < len(read.tokens) < _LEAST_WORDS and _is_sane("".join(token.text for token in read.tokens))
    if not few or read.unmapped >= _UNMAPPED:
        return True
    return _covered(page, list(_pictures(page))) >= _PICTURE or raw.FPDFPage_CountObjects(page) > _OUTLINES


def is_text(page: Page) -> bool:
    """Whether the text layer is there and is text, not glyph numbers of fonts without a map."""
    if len(page.tokens) < _LEAST_WORDS:
        return False
    texts = [token.text for token in page.tokens]
    return _is_sane("".join(texts)) and not is_cipher(texts)


def _is_sane(text: str) -> bool:
    known = sum(letter.isalnum() for letter in text)
    strange = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter < " " for letter in text)
    return known > 0.4 * len(text) and strange < 0.2 * len(text)


def shows_something(page: Any) -> bool:
    """Whether a small picture of the page has ink."""
    small = np.asarray(page.render(scale=_SMALL_SCALE, grayscale=True).to_numpy())
    return bool((small < _DARK).mean() > _INK)


def shows_print(page: Any, read: Page, part: tuple[float, float, float, float]) -> bool:
    """Whether the page shows, in that part (points from the top left), print that its text layer does not have."""
    x0, top, x1, bottom = part
    crop = (x0, read.height - bottom, read.width - x1, top)
    picture = page.render(scale=_SCALE, crop=crop, grayscale=True).to_pil().convert("L")
    ink = np.asarray(without(picture, read.tokens, _SCALE, (x0, top))) < _DARK
    half = ink.shape[1] // 2
    # Lines side by side need not stand level: the halves are looked at too.
    return any(_is_print(part) for part in (ink, ink[:, :half], ink[:, half:]))


def _is_print(ink: np.ndarray[Any, np.dtype[np.bool_]]) -> bool:
    """Whether bands of rows with many strokes, as tall as print, lie between rows with few."""
    strokes = (ink[:, 1:] & ~ink[:, :-1]).sum(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], strokes >= _IN_LINE, [False])).astype(np.int8)))
    low, high = _BAND
    found = [
        int(strokes[start:stop].max())
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if low <= stop - start <= high
    ]
    return len(found) >= _PRINT_LINES and sum(found) >= _PRINT_STROKES


def without(
    picture: Image.Image, tokens: list[Token], scale: float, corner: tuple[float, float] = (0.0, 0.0)
) -> Image.Image:
    """The picture of a page, or of the part that begins at a corner, with its text layer's words painted over."""
    out = picture.copy()
    draw = ImageDraw.Draw(out)
    for token in tokens:
        around = 0.1 * token.size
        left, right = ((side - corner[0]) * scale for side in (token.x0 - around, token.x1 + around))
        top, bottom = ((side - corner[1]) * scale for side in (token.top - around, token.bottom + around))
        draw.rectangle((left, top, right, bottom), fill=_ground(picture, left, (top + bottom) / 2))
    return out


def _ground(picture: Image.Image, x: float, y: float) -> int:
    """The grey beside a word."""
    at = (min(max(int(x) - 1, 0), picture.width - 1), min(max(int(y), 0), picture.height - 1))
    level = picture.getpixel(at)
    return int(level) if isinstance(level, int | float) else 255


def _pictures(page: Any) -> Iterator[Any]:
    """The pictures among the page's first and last objects: a scan is one of them, or a few."""
    count = raw.FPDFPage_CountObjects(page)
    for at in sorted({*range(min(count, _LOOKED_AT)), *range(max(0, count - _LOOKED_AT), count)}):
        found = raw.FPDFPage_GetObject(page, at)
        if found and _is_picture(found, _MOST_DEPTH):
            yield found


def _covered(page: Any, pictures: list[Any]) -> float:
    """The share of the page under its pictures: a scan may be cut into stripes."""
    area = max(float(page.get_width()) * float(page.get_height()), 1.0)
    return min(sum(_area(found) for found in pictures) / area, 1.0)


def _is_picture(found: Any, depth: int) -> bool:
    """Whether the object is a picture, or a form with one among its first objects."""
    kind = raw.FPDFPageObj_GetType(found)
    if kind != raw.FPDF_PAGEOBJ_FORM or depth == 0:
        return bool(kind == raw.FPDF_PAGEOBJ_IMAGE)
    count = min(raw.FPDFFormObj_CountObjects(found), _IN_FORM)
    return any(_is_picture(raw.FPDFFormObj_GetObject(found, at), depth - 1) for at in range(count))


def _area(found: Any) -> float:
    left, bottom, right, top = _bounds(found)
    return (right - left) * (top - bottom)


def _bounds(found: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right and top in the page's own space."""
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    if not raw.FPDFPageObj_GetBounds(found, left, bottom, right, top):
        return 0.0, 0.0, 0.0, 0.0
    return left.value, bottom.value, right.value, top.value


def _around(page: Any, pictures: list[Any]) -> tuple[float, float, float, float]:
    """The part of the page that holds its larger pictures, in points from the top left as it is shown."""
    width, height = (float(side) for side in page.get_size())
    area = max(width * height, 1.0)
    large = [bounds for found in pictures if _area(found) > _SMALL_PICTURE * area and any(bounds := _bounds(found))]
    place = placer(page)
    corners = [place(*bounds) for bounds in large]
    across = [side for x0, _, x1, _ in corners for side in (x0, x1)]
    down = [side for _, y0, _, y1 in corners for side in (y0, y1)]
    x0, x1 = (min(max(side, 0.0), width) for side in (min(across, default=0.0), max(across, default=width)))
    top, bottom = (min(max(side, 0.0), height) for side in (min(down, default=0.0), max(down, default=height)))
    return (x0, top, x1, bottom) if x1 - x0 > 1 and bottom - top > 1 else (0.0, 0.0, width, height)


def _is_outlined(page: Any) -> bool:
    """Whether letters may be drawn in outlines: as many objects with curves, unlike rules, or as one of many parts."""
    count = raw.FPDFPage_CountObjects(page)
    curved = 0
    for at in range(0, count, count // _SAMPLED + 1):
        found = raw.FPDFPage_GetObject(page, at)
        if found and raw.FPDFPageObj_GetType(found) == raw.FPDF_PAGEOBJ_PATH:
            if raw.FPDFPath_CountSegments(found) > _MOST_SEGMENTS:
                return True
            curved += _has_curves(found)
    return bool(count > _CURVED_OBJECTS and curved * (count // _SAMPLED + 1) > _CURVED * count)


def _has_curves(path: Any) -> bool:
    curves = 0
    for at in range(min(raw.FPDFPath_CountSegments(path), _SAMPLED)):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        curves += raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_BEZIERTO
    return curves >= _CURVES


def _under(page: Any) -> bool:
    """Whether the page's large pictures are drawn over its words: what is read is then not what is seen."""
    for at in range(raw.FPDFPage_CountObjects(page) - 1, -1, -1):
        found = raw.FPDFPage_GetObject(page, at)
        if found and raw.FPDFPageObj_GetType(found) == raw.FPDF_PAGEOBJ_TEXT:
            return False
        if found and _is_picture(found, _MOST_DEPTH) and _covered(page, [found]) >= _COVERS:
            return True
    return False


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
