"""Print: the boxes of lines of print on an upright page, from the map of where print is likely."""

from bisect import bisect
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from app.reading.ocr.engine import Array, Engine

# A pixel belongs to print above this; a box counts if its pixels reach that on average.
_LIKELY = 0.3
_LEAST_MEAN = 0.5
# The map shows a kernel of the print: its box grows by this share of area over outline.
_GROWTH = 1.6
_LEAST_SIDE = 3
_STEP = 32
_MOST_BOXES = 3000
# A letter's height is this share of its box's; letters nearer than the next share of their height are one word, and
# a box leaves that much white around them.
_LETTER = 0.44
_JOIN = 0.25
_AROUND = 0.55
_DARK = 140
_MOST_STRAY = 3.5
_MOST_STRAYS = 400


@dataclass(frozen=True, slots=True)
class Box:
    """A box in pixels of the upright page."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def boxes_of(picture: Image.Image, engine: Engine, side: int) -> list[Box]:
    """The boxes of print in the grey picture, looked for on a copy of which the longer side has `side` pixels."""
    share = min(1.0, side / max(picture.size))
    size = tuple(max(_STEP, round(length * share / _STEP) * _STEP) for length in picture.size)
    small = np.asarray(picture.resize((size[0], size[1]), Image.Resampling.BILINEAR))
    found = kernels(engine.print_map(small))
    across, down = picture.width / size[0], picture.height / size[1]
    return [Box(box.x0 * across, box.top * down, box.x1 * across, box.bottom * down) for box in found]


def kernels(likely: Array) -> list[Box]:
    """The boxes of connected print in the map, grown from the kernel to the whole letters."""
    mask = ndimage.binary_dilation(likely > _LIKELY, structure=np.ones((2, 2)))
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    height, width = likely.shape
    out: list[Box] = []
    for label, place in enumerate(ndimage.find_objects(labels, max_label=0), start=1):
        if place is None:
            continue
        top, bottom, x0, x1 = place[0].start, place[0].stop, place[1].start, place[1].stop
        if min(bottom - top, x1 - x0) < _LEAST_SIDE:
            continue
        inside = labels[place] == label
        if likely[place][inside].mean() < _LEAST_MEAN:
            continue
        tall, wide = bottom - top, x1 - x0
        grow = tall * wide * _GROWTH / (2 * (tall + wide))
        out.append(Box(max(0, x0 - grow), max(0, top - grow), min(width, x1 + grow), min(height, bottom + grow)))
        if len(out) >= _MOST_BOXES:
            break
    return out


def strays(picture: Image.Image, boxes: list[Box]) -> list[Box]:
    """Boxes of single letters that stand level with the print but outside its boxes: the detector passes over them.

    A quantity of 1 in a column of its own is such a letter.
    """
    if not boxes:
        return []
    tall = float(np.median([box.height for box in boxes])) * _LETTER
    dark = np.asarray(picture) < _DARK
    for box in boxes:
        dark[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.x0)) : int(box.x1) + 1] = False
    # Letters of one word, and the parts of one letter, hang together.
    reach = max(1, round(tall * _JOIN))
    labels, _ = ndimage.label(ndimage.binary_dilation(dark, structure=np.ones((1, 2 * reach + 1))))
    level = sorted((box.top + box.bottom) / 2 for box in boxes)
    out: list[Box] = []
    for place in ndimage.find_objects(labels):
        top, bottom, x0, x1 = place[0].start, place[0].stop, place[1].start + reach, place[1].stop - reach
        if not (0.75 * tall < bottom - top < 1.6 * tall and 0.08 * tall < x1 - x0 < _MOST_STRAY * tall):
            continue
        at = bisect(level, (top + bottom) / 2)
        if any(abs(middle - (top + bottom) / 2) < tall / 2 for middle in level[max(0, at - 1) : at + 1]):
            margin = tall * _AROUND
            out.append(Box(x0 - margin, max(0.0, top - margin), x1 + margin, bottom + margin))
        if len(out) >= _MOST_STRAYS:
            return []
    return out
