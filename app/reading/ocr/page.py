"""A scanned page: turned upright, its print found and read, its words as tokens."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from app.reading.ocr.engine import Engine, Letter
from app.reading.ocr.print import Box, boxes_of, strays
from app.reading.ocr.sheet import flat
from app.reading.ocr.upright import Turn, even, ink_of, lean, turned
from app.reading.ocr.words import Ink, baseline_of, words_of
from app.reading.ocr.words import ink_of as ink_in
from app.reading.tokens import Page, Token

# Print is looked for on a copy of this many pixels along the longer side, and read on one of at most that many.
_LOOKED = 1600
_MOST_SIDE = 3600
# A box of print is this much taller than the print's size, the size this much of the capitals' height,
# and a token reaches this share of the size above its baseline: as a PDF's words do.
_BOX = 1.45
_CAPITAL = 1.56
# The ink says the size if that is at most so many times what the box says.
_TALLEST = 1.65
_MARGIN = 0.12
# A PDF's words reach this share of the size beyond their ink.
_BEARING = 0.045
_ABOVE = 0.80
_BELOW = 0.22
_CAPITALS = frozenset("bdfhklßABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜÉÈÀ0123456789€$£%&")
# Strips that are read to tell whether a page stands on its head, and what they must score.
_PROBES = 8
_SURE = 0.9
_BETTER = 0.04
# Words less likely than this are no words but pictures and dirt; figures are kept for a person to look at.
_LEAST_SCORE = 0.12
_LEAST_LETTER = 0.5
_MOST_SCORE = 0.99
# Fewer boxes of print than this are no page of print; of more, so many letters a box must have been read, this surely.
_LEAST_BOXES = 12
_LEAST_READ = 2.0
_LEAST_MEAN = 0.6
# Alone, these are dirt.
_SPECKS = frozenset(".,'`´·˙‘’“”√✓✔")
_SIGNS = frozenset("€$£%")


@dataclass(frozen=True, slots=True)
class Scan:
    """A page of tokens that stand upright, and how it was turned (in points)."""

    page: Page
    turn: Turn
    letters: dict[int, list[Letter]]
    boxes: int = 0

    @property
    def legible(self) -> bool:
        """Whether what looks like print could mostly be read."""
        read = [letter.score for letters in self.letters.values() for letter in letters]
        if self.boxes < _LEAST_BOXES:
            return True
        return len(read) >= _LEAST_READ * self.boxes and sum(read) >= _LEAST_MEAN * len(read)


def scan_page(
    picture: Image.Image, number: int, points: tuple[float, float], engine: Engine, *, upright: bool = False
) -> Scan:
    """Read the grey picture of a page that measures so many points; `upright` if it is known to stand so."""
    if max(picture.size) > _MOST_SIDE:
        picture = picture.reduce(-(-max(picture.size) // _MOST_SIDE))
    scale = points[0] / picture.width
    if upright:
        paper = even(picture)
        turn, boxes = Turn(*picture.size), boxes_of(paper, engine, _LOOKED)
    else:
        sheet, lens = flat(picture)
        turn, paper, boxes = _upright(even(sheet), engine)
        turn = replace(turn, lens=lens)
    width, height = (side * scale for side in turn.size)
    scan = Scan(Page(number, width, height), turn.scaled(scale), {}, len(boxes))
    _read(scan, paper, boxes, engine, scale)
    _read(scan, paper, strays(paper, boxes), engine, scale, only=_is_stray)
    return scan


def _read(
    scan: Scan,
    picture: Image.Image,
    boxes: list[Box],
    engine: Engine,
    scale: float,
    only: Callable[[Token], bool] | None = None,
) -> None:
    """Add the words in the boxes to the scan; `only` says which."""
    tight = [_tight(picture, box) for box in boxes]
    strips = [_strip(picture, box) for box in tight]
    for box, strip, letters, loose in zip(tight, strips, engine.read(strips), boxes, strict=True):
        for token, found in _tokens(box, strip, letters, loose.height / _BOX, scan.page.number, scale):
            if only is None or only(token):
                scan.page.tokens.append(token)
                scan.letters[id(token)] = found


def _is_stray(token: Token) -> bool:
    """Whether a word found apart from all print is a figure or a sign of money: no speck, no piece of a drawing."""
    return token.score > _SURE and all(letter.isdigit() or letter in _SIGNS for letter in token.text)


def _upright(picture: Image.Image, engine: Engine) -> tuple[Turn, Image.Image, list[Box]]:
    """The turn that makes the page upright, the page so turned, and its boxes of print."""
    ink = ink_of(picture)
    (level, along), (plumb, across) = lean(ink), lean(_quarter(ink))
    quarters, degrees = (0, level) if along >= across else (1, plumb)
    turn = Turn(picture.width, picture.height, quarters, degrees)
    upright = turned(picture, turn)
    boxes = boxes_of(upright, engine, _LOOKED)
    if _standing(boxes):
        turn = Turn(picture.width, picture.height, 1 - quarters, plumb if quarters == 0 else level)
        upright = turned(picture, turn)
        boxes = boxes_of(upright, engine, _LOOKED)
    if _on_its_head(upright, boxes, engine):
        turn = Turn(turn.width, turn.height, turn.quarters + 2, turn.degrees)
        upright = upright.transpose(Image.Transpose.ROTATE_180)
        wide, tall = upright.size
        boxes = [Box(wide - box.x1, tall - box.bottom, wide - box.x0, tall - box.top) for box in boxes]
    return turn, upright, boxes


def _quarter(ink: Any) -> Any:
    """The places of ink on the page turned by a quarter against the clock."""
    return np.column_stack((-ink[:, 1], ink[:, 0])) if len(ink) else ink


def _standing(boxes: list[Box]) -> bool:
    """Whether most print runs up or down the page."""
    lying = sum(box.width for box in boxes if box.width > 2 * box.height)
    standing = sum(box.height for box in boxes if box.height > 2 * box.width)
    return standing > lying


def _on_its_head(picture: Image.Image, boxes: list[Box], engine: Engine) -> bool:
    """Whether a few strips read clearly better upside down."""
    wide = sorted((box for box in boxes if box.width > 3 * box.height), key=lambda box: abs(box.width / box.height - 8))
    strips = [_strip(picture, box) for box in (wide or boxes)[:_PROBES]]
    if not strips:
        return False
    upright = _sureness(engine.read(strips))
    if upright >= _SURE:
        return False
    return _sureness(engine.read([strip.transpose(Image.Transpose.ROTATE_180) for strip in strips])) > upright + _BETTER


def _sureness(lines: list[list[Letter]]) -> float:
    scores = [letter.score for line in lines for letter in line]
    return sum(scores) / len(scores) if scores else 0.0


def _strip(picture: Image.Image, box: Box) -> Image.Image:
    return picture.crop((int(box.x0), int(box.top), max(int(box.x1) + 1, 1), max(int(box.bottom) + 1, 1)))


def _tight(picture: Image.Image, box: Box) -> Box:
    """The box with little white above and below its ink: print then fills the strip that is read."""
    rows = np.flatnonzero(ink_in(np.asarray(_strip(picture, box))).rows > 0)
    if not len(rows):
        return box
    first, last, margin = int(box.top) + int(rows[0]), int(box.top) + int(rows[-1]) + 1, _MARGIN * box.height
    return Box(box.x0, max(box.top, first - margin), box.x1, min(box.bottom, last + margin))


def _tokens(
    box: Box, strip: Image.Image, letters: list[Letter], usual: float, number: int, scale: float
) -> list[tuple[Token, list[Letter]]]:
    """The words of one line of print as tokens in points, with their letters."""
    text = "".join(letter.text for letter in letters).strip()
    if not text:
        return []
    ink = ink_in(np.asarray(strip))
    left, top = int(box.x0), int(box.top)
    baseline = baseline_of(ink, text)
    size = _size(ink, text, baseline, usual)
    base = baseline if baseline is not None else box.height / 2 + 0.25 * size
    out = []
    for word in words_of(letters, ink, size):
        if not _is_word(word.letters, word.score):
            continue
        token = Token(
            word.text,
            (left + word.x0 - _BEARING * size) * scale,
            (top + base - _ABOVE * size) * scale,
            (left + word.x1 + _BEARING * size) * scale,
            (top + base + _BELOW * size) * scale,
            number,
            size * scale,
            "ocr",
            min(word.score, _MOST_SCORE),
            (top + base) * scale,
        )
        out.append((token, word.letters))
    return out


def _size(ink: Ink, text: str, baseline: float | None, usual: float) -> float:
    """The size of print: by the height of its capitals and figures where it has some, else the usual one of its box."""
    if baseline is None or not any(letter in _CAPITALS for letter in text):
        return usual
    rows = np.flatnonzero(ink.rows[: int(baseline)] > 0)
    by_ink = (baseline - float(rows[0])) * _CAPITAL if len(rows) else usual
    return by_ink if 0.6 * usual < by_ink < _TALLEST * usual else usual


def _is_word(letters: list[Letter], score: float) -> bool:
    if all(letter.text in _SPECKS for letter in letters):
        return False
    if any(letter.text.isdigit() for letter in letters):
        return True
    mean = sum(letter.score for letter in letters) / len(letters)
    return score >= _LEAST_SCORE or mean >= _LEAST_LETTER
