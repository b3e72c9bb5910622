"""Print: the boxes of lines of print on an upright page, from the map of where print is likely."""

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
