"""Upright: how far a scanned page was turned, the page turned back, and the way from there to the original."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from app.reading.ocr.engine import Array
from app.reading.ocr.sheet import Lens

# The angle is looked for on a copy with this many pixels along the longer side.
_SIDE = 1100
_MOST_ANGLE = 10.0
_COARSE = 0.5
_FINE = 0.05
_LEAST_ANGLE = 0.06
_AS_GOOD = 0.985
_LEAST_INK = 60
_MOST_INK = 150_000
# Ink is darker than this share of the paper around it.
_INK = 0.72
_WHITE = 255
_TURNS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was done to the page: quarters of a turn and then degrees, both against the clock; its size before.

    `lens` says how the page lay in its picture, where it had to be laid flat first.
    """

    width: float
    height: float
    quarters: int = 0
    degrees: float = 0.0
    lens: Lens | None = None

    @property
    def size(self) -> tuple[float, float]:
        """The width and height of the upright page."""
        return (self.height, self.width) if self.quarters % 2 else (self.width, self.height)

    def scaled(self, share: float) -> "Turn":
        """The same turn of a page measured in other units."""
        lens = self.lens.scaled(share) if self.lens is not None else None
        return Turn(self.width * share, self.height * share, self.quarters, self.degrees, lens)

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the upright page lies on the original."""
        x, y = self._turned_back(x, y)
        return self.lens.back(x, y) if self.lens is not None else (x, y)

    def _turned_back(self, x: float, y: float) -> tuple[float, float]:
        width, height = self.size
        if self.degrees:
            angle = math.radians(self.degrees)
            across, down = x - width / 2, y - height / 2
            x = width / 2 + across * math.cos(angle) - down * math.sin(angle)
            y = height / 2 + across * math.sin(angle) + down * math.cos(angle)
        match self.quarters % 4:
            case 1:
                return self.width - y, x
            case 2:
                return self.width - x, self.height - y
            case 3:
                return y, self.height - x
            case _:
                return x, y

    def box_back(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """The smallest box on the original that holds the box of the upright page, within the page."""
        x0, top, x1, bottom = box
        corners = [self.back(x, y) for x, y in ((x0, top), (x1, top), (x1, bottom), (x0, bottom))]
        whole = self.lens or self
        across = sorted(min(max(x, 0.0), whole.width) for x, _ in corners)
        down = sorted(min(max(y, 0.0), whole.height) for _, y in corners)
        return across[0], down[0], across[-1], down[-1]


def turned(picture: Image.Image, turn: Turn) -> Image.Image:
    """The picture as the turn makes it; the corners that come free are white."""
    step = _TURNS[turn.quarters % 4]
    out = picture.transpose(step) if step is not None else picture
    if turn.degrees:
        out = out.rotate(turn.degrees, resample=Image.Resampling.BICUBIC, fillcolor=_WHITE)
    return out


def even(picture: Image.Image) -> Image.Image:
    """The grey picture with its paper white and its ink dark, where a scan is pale or a photograph shaded."""
    small = picture.reduce(max(1, max(picture.size) // 200))
    paper = np.asarray(small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(6)), dtype=np.float32)
    low, high = np.percentile(paper, (15, 95))
    ink = float(np.percentile(np.asarray(picture.reduce(2)), 0.5))
    if high < 1:
        return picture
    if low > 0.9 * high and high > 215 and ink < 90:  # noqa: PLR2004 (a clean scan already)
        return picture
    grey = np.asarray(picture, dtype=np.float32)
    # Only shade that changes slowly is taken out: a dark table head stays dark.
    shade = np.maximum(paper, 0.55 * high)
    full = np.asarray(Image.fromarray(shade).resize(picture.size, Image.Resampling.BILINEAR))
    flat = grey / full * high
    black = min(ink, 0.6 * high)
    return Image.fromarray(np.clip((flat - black) / (high - black) * _WHITE, 0, _WHITE).astype(np.uint8))


def ink_of(picture: Image.Image) -> Array:
    """The places (down, across) of ink on a small copy of the grey picture."""
    share = _SIDE / max(picture.size)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    small = picture if share >= 1 else picture.resize(size, Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(8))
    ink: Array = np.argwhere(np.asarray(small, dtype=np.float32) < _INK * np.asarray(paper, dtype=np.float32))
    return ink[:: len(ink) // _MOST_INK + 1]


def lean(ink: Array) -> tuple[float, float]:
    """How far the lines of print fall to the right, in degrees, and how sharply they part at that angle."""
    if len(ink) < _LEAST_INK:
        return 0.0, 0.0
    coarse = np.arange(-_MOST_ANGLE, _MOST_ANGLE + _COARSE / 2, _COARSE)
    near = max(coarse, key=lambda angle: _sharpness(ink, float(angle)))
    fine = np.arange(near - _COARSE, near + _COARSE + _FINE / 2, _FINE)
    sharp = np.array([_sharpness(ink, float(angle)) for angle in fine])
    # Angles closer than the pixels can tell are equally good: their middle is taken.
    best = float(fine[sharp >= _AS_GOOD * sharp.max()].mean())
    return (best if abs(best) >= _LEAST_ANGLE else 0.0), float(sharp.max())


def _sharpness(ink: Array, angle: float) -> float:
    """How unlike neighbouring rows of ink are when the page is turned back by the angle."""
    rows = ink[:, 0] - ink[:, 1] * math.tan(math.radians(angle))
    counts = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum() / max(counts.sum(), 1.0))
