"""A scanned page: turned upright, its print found and read, its words as tokens."""

from collections.abc import Callable, Iterable
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

# Print is looked for on a copy of this many pixels along the longer side of an A4 page, more for a longer page, up to
# so many pixels in all; and read on one of at most that many.
_LOOKED = 1600
_A4 = 842.0
_MOST_LOOKED = 2_700_000
_MOST_PIXELS = 9_200_000
# A box of print is this much taller than the print's size, the size this much of the capitals' height,
# and a token reaches this share of the size above its baseline: as a PDF's words do.
_BOX = 1.45
_CAPITAL = 1.56
# The ink says the size if that is at most so many times what the box says.
_TALLEST = 1.65
_MARGIN = 0.12
_BESIDE = 0.22
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
# Fewer boxes of print than this are no page of print; of more, so many letters a box must have been read, and the words
# this surely on average: .9 and more where a scan can be read, .45 to .6 where it is guesswork (40 to 50 dpi, blurred).
_LEAST_BOXES = 5
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
        if self.boxes < _LEAST_BOXES:
            return True
        read = sum(len(letters) for letters in self.letters.values())
        scores = [token.score for token in self.page.tokens if id(token) in self.letters]
        return read >= _LEAST_READ * self.boxes and sum(scores) >= _LEAST_MEAN * len(scores)


@dataclass(frozen=True, slots=True)
class _Strip:
    """A line of print: its box on the upright page, its picture, and the usual size of print in such a box."""

    box: Box
    picture: Image.Image
    usual: float


def scan_page(
    picture: Image.Image, number: int, points: tuple[float, float], engine: Engine, *, upright: bool = False
) -> Scan:
    """Read the grey picture of a page that measures so many points; `upright` if it is known to stand so."""
    pixels = picture.width * picture.height
    if pixels > _MOST_PIXELS:
        share = (_MOST_PIXELS / pixels) ** 0.5
        picture = picture.resize(
            (max(1, int(picture.width * share)), max(1, int(picture.height * share))), reducing_gap=2
        )
    side = _looked(points)
    scale = points[0] / picture.width
    if upright:
        paper = even(picture)
        turn, boxes = Turn(*picture.size), boxes_of(paper, engine, side)
    else:
        sheet, lens = flat(picture)
        turn, paper, boxes = _upright(even(sheet), engine, side)
        turn = replace(turn, lens=lens)
    strips = [_strip_of(paper, box) for box in boxes]
    probes = _probes(boxes)
    read = dict(zip(probes, engine.read([strips[at].picture for at in probes]), strict=True))
    if not upright and _on_its_head([strips[at] for at in probes], list(read.values()), engine):
        turn, paper = replace(turn, quarters=turn.quarters + 2), paper.transpose(Image.Transpose.ROTATE_180)
        boxes = [
            Box(paper.width - b.x1, paper.height - b.bottom, paper.width - b.x0, paper.height - b.top) for b in boxes
        ]
        strips, read = [_strip_of(paper, box) for box in boxes], {}
    rest = [at for at in range(len(strips)) if at not in read]
    read |= dict(zip(rest, engine.read([strips[at].picture for at in rest]), strict=True))
    width, height = (side * scale for side in turn.size)
    scan = Scan(Page(number, width, height), turn.scaled(scale), {}, len(boxes))
    _add(scan, ((strip, read[at]) for at, strip in enumerate(strips)), scale)
    apart = [_strip_of(paper, box) for box in strays(paper, boxes)]
    _add(scan, zip(apart, engine.read([strip.picture for strip in apart]), strict=True), scale, only=_is_stray)
    return scan


def _looked(points: tuple[float, float]) -> int:
    """How many pixels the longer side of the copy has on which print is looked for: a till roll needs more."""
    short, long = sorted(points)
    side = _LOOKED * max(1.0, long / _A4)
    return round(min(side, float((_MOST_LOOKED * long / max(short, 1.0)) ** 0.5)))


def _add(
    scan: Scan,
    read: Iterable[tuple[_Strip, list[Letter]]],
    scale: float,
    only: Callable[[Token], bool] | None = None,
) -> None:
    """Add the words of the strips to the scan; `only` says which."""
    for strip, letters in read:
        for token, found in _tokens(strip, letters, scan.page.number, scale):
            if only is None or only(token):
                scan.page.tokens.append(token)
                scan.letters[id(token)] = found


def _is_stray(token: Token) -> bool:
    """Whether a word found apart from all print is a figure or a sign of money: no speck, no piece of a drawing."""
    return token.score > _SURE and all(letter.isdigit() or letter in _SIGNS for letter in token.text)


def _upright(picture: Image.Image, engine: Engine, side: int) -> tuple[Turn, Image.Image, list[Box]]:
    """The turn that makes the page upright, the page so turned, and its boxes of print."""
    ink = ink_of(picture)
    (level, along), (plumb, across) = lean(ink), lean(_quarter(ink))
    quarters, degrees = (0, level) if along >= across else (1, plumb)
    turn = Turn(picture.width, picture.height, quarters, degrees)
    upright = turned(picture, turn)
    boxes = boxes_of(upright, engine, side)
    if _standing(boxes):
        turn = Turn(picture.width, picture.height, 1 - quarters, plumb if quarters == 0 else level)
        upright = turned(picture, turn)
        boxes = boxes_of(upright, engine, side)
    return turn, upright, boxes


def _quarter(ink: Any) -> Any:
    """The places of ink on the page turned by a quarter against the clock."""
    return np.column_stack((-ink[:, 1], ink[:, 0])) if len(ink) else ink


def _standing(boxes: list[Box]) -> bool:
    """Whether most print runs up or down the page."""
    lying = sum(box.width for box in boxes if box.width > 2 * box.height)
    standing = sum(box.height for box in boxes if box.height > 2 * box.width)
    return standing > lying


def _probes(boxes: list[Box]) -> list[int]:
    """A few boxes whose strips tell whether a page stands on its head."""
    wide = [at for at, box in enumerate(boxes) if box.width > 3 * box.height]
    usual = sorted(wide, key=lambda at: abs(boxes[at].width / boxes[at].height - 8))
    return (usual or list(range(len(boxes))))[:_PROBES]


def _on_its_head(strips: list[_Strip], read: list[list[Letter]], engine: Engine) -> bool:
    """Whether the strips, doubtful as they were read, read clearly better upside down."""
    upright = _sureness(read)
    if not strips or upright >= _SURE:
        return False
    over = [strip.picture.transpose(Image.Transpose.ROTATE_180) for strip in strips]
    return _sureness(engine.read(over)) > upright + _BETTER


def _sureness(lines: list[list[Letter]]) -> float:
    scores = [letter.score for line in lines for letter in line]
    return sum(scores) / len(scores) if scores else 0.0


def _cut(picture: Image.Image, box: Box) -> Image.Image:
    return picture.crop((int(box.x0), int(box.top), max(int(box.x1) + 1, 1), max(int(box.bottom) + 1, 1)))


def _strip_of(picture: Image.Image, loose: Box) -> _Strip:
    """The strip of the box with little white around its ink: print then fills what is read."""
    ink = ink_in(np.asarray(_cut(picture, loose)))
    rows, columns = np.flatnonzero(ink.rows > 0), np.flatnonzero(ink.columns)
    box = loose
    if len(rows) and len(columns):
        above, beside = _MARGIN * loose.height, _BESIDE * loose.height
        top, bottom = int(loose.top) + int(rows[0]), int(loose.top) + int(rows[-1]) + 1
        left, right = int(loose.x0) + int(columns[0]), int(loose.x0) + int(columns[-1]) + 1
        box = Box(
            max(loose.x0, left - beside),
            max(loose.top, top - above),
            min(loose.x1, right + beside),
            min(loose.bottom, bottom + above),
        )
    return _Strip(box, _cut(picture, box), loose.height / _BOX)


def _tokens(strip: _Strip, letters: list[Letter], number: int, scale: float) -> list[tuple[Token, list[Letter]]]:
    """The words of one line of print as tokens in points, with their letters."""
    box = strip.box
    text = "".join(letter.text for letter in letters).strip()
    if not text:
        return []
    ink = ink_in(np.asarray(strip.picture))
    left, top = int(box.x0), int(box.top)
    baseline = baseline_of(ink, text)
    size = _size(ink, text, baseline, strip.usual)
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
