"""Sheets: a page photographed on a table or scanned askew on a black ground, found by its edges and laid flat."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

from app.reading.ocr.engine import Array

# Edges are looked for on a copy with this many pixels along the longer side.
_SIDE = 480
# A sheet covers at least this share of the picture, fills so much of its four corners' figure, and is brighter than
# its ground by so many greys.
_LEAST_SHARE = 0.25
_FILLED = 0.94
_BRIGHTER = 35
# Edges nearer to the picture's border than this share are no edges; so many of the four must be farther.
_BORDER = 0.008
_LEAST_EDGES = 3
# A sheet's opposite edges differ by no more, however it is held.
_MOST_UNLIKE = 1.8
# Its edges are fitted to their middle parts: corners may be bent. Points farther off than this (pixels of the copy)
# are a finger or a fold.
_MIDDLE = (0.06, 0.94)
_OFF = 2.5
_MOSTLY = 0.5
_ROUNDS = 4

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Lens:
    """How a flat sheet lies in its picture: eight numbers of a projection, and the picture's size."""

    numbers: tuple[float, ...]
    width: float
    height: float

    def back(self, x: float, y: float) -> Point:
        """Where a point of the sheet lies in the picture."""
        a, b, c, d, e, f, g, h = self.numbers
        depth = g * x + h * y + 1
        return (a * x + b * y + c) / depth, (d * x + e * y + f) / depth

    def scaled(self, share: float) -> "Lens":
        """The same of a picture measured in other units."""
        a, b, c, d, e, f, g, h = self.numbers
        numbers = (a, b, c * share, d, e, f * share, g / share, h / share)
        return Lens(numbers, self.width * share, self.height * share)


def flat(picture: Image.Image) -> tuple[Image.Image, Lens | None]:
    """The sheet in the grey picture laid flat, and how it lay; the picture itself where there are no edges to see."""
    corners = corners_of(picture)
    if corners is None:
        return picture, None
    top, right, bottom, left = (_length(corners[at], corners[(at + 1) % 4]) for at in range(4))
    width, height = round(max(top, bottom)), round(max(left, right))
    numbers = projection([(0, 0), (width, 0), (width, height), (0, height)], corners)
    sheet = picture.transform((width, height), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    return sheet, Lens(tuple(numbers), picture.width, picture.height)


def projection(source: list[Point], target: list[Point]) -> list[float]:
    """The eight numbers of the projection that takes four points to four others."""
    rows: list[list[float]] = []
    right: list[float] = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows, dtype=float), np.array(right, dtype=float))]


def corners_of(picture: Image.Image) -> list[Point] | None:
    """The corners of a bright sheet on a darker ground: top left, top right, bottom right, bottom left."""
    share = _SIDE / max(picture.size)
    if share >= 1:
        return None
    small = picture.resize((max(1, round(picture.width * share)), max(1, round(picture.height * share))))
    bright = _sheet(small)
    if bright is None:
        return None
    down, across = np.nonzero(bright)
    rough = [
        (int(across[at]), int(down[at]))
        for at in (
            (across + down).argmin(),
            (across - down).argmax(),
            (across + down).argmax(),
            (across - down).argmin(),
        )
    ]
    lines = [_edge(bright, rough[at], rough[(at + 1) % 4]) for at in range(4)]
    if any(line is None for line in lines):
        return None
    crossed = [_crossing(lines[at - 1], lines[at]) for at in range(4)]
    corners = [point for point in crossed if point is not None]
    if len(corners) < len(crossed) or not _is_sheet(corners, bright):
        return None
    return [(x / share, y / share) for x, y in corners]


def _sheet(small: Image.Image) -> Array | None:
    """The bright part of the copy that may be a sheet, its print filled in; None where it does not stand out."""
    # Print is closed over: what is left is paper and ground.
    paper = small.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.MinFilter(7)).filter(ImageFilter.MedianFilter(5))
    levels = np.asarray(paper, dtype=np.float32)
    limit = _otsu(levels)
    bright = levels > limit
    if not bright.any() or bright.all() or levels[bright].mean() - levels[~bright].mean() < _BRIGHTER:
        return None
    labels, count = ndimage.label(bright)
    if not count:
        return None
    sizes = np.bincount(labels.ravel())[1:]
    largest: Array = ndimage.binary_fill_holes(labels == int(sizes.argmax()) + 1)
    return largest if largest.mean() >= _LEAST_SHARE else None


def _otsu(levels: Array) -> float:
    """The level that parts dark from bright best."""
    counts, edges = np.histogram(levels, bins=64, range=(0, 256))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    total = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return float(edges[1:][int(np.nan_to_num(between).argmax())])


def _edge(bright: Array, start: tuple[int, int], stop: tuple[int, int]) -> tuple[float, float, float] | None:
    """The straight edge of the sheet between two rough corners, as a, b, c of ax + by = c; bent ends are left out."""
    lying = abs(stop[0] - start[0]) >= abs(stop[1] - start[1])
    field = bright if lying else bright.T
    (x0, y0), (x1, y1) = (start, stop) if lying else (start[::-1], stop[::-1])
    low, high = sorted((x0, x1))
    first, last = (round(low + share * (high - low)) for share in _MIDDLE)
    if last - first < _SIDE // 10:
        return None
    places = np.arange(first, last)
    columns = field[:, first:last]
    # The sheet's outermost row in each column, from the side on which the edge lies.
    upper = (y0 + y1) / 2 < field.shape[0] / 2
    found = columns.argmax(axis=0) if upper else field.shape[0] - columns[::-1].argmax(axis=0)
    some = columns.any(axis=0)
    places, rows = places[some], found[some].astype(float)
    for _ in range(_ROUNDS):
        if len(places) < _SIDE // 20:
            return None
        slope, at_zero = np.polyfit(places, rows, 1)
        near = np.abs(rows - slope * places - at_zero) <= _OFF
        if near.all() or near.mean() < _MOSTLY:
            break
        places, rows = places[near], rows[near]
    return (slope, -1.0, -at_zero) if lying else (-1.0, slope, -at_zero)


def _crossing(one: tuple[float, float, float] | None, other: tuple[float, float, float] | None) -> Point | None:
    if one is None or other is None:
        return None
    (a, b, c), (d, e, f) = one, other
    depth = a * e - b * d
    if abs(depth) < 1e-6:  # noqa: PLR2004 (edges that run alongside never meet)
        return None
    return (c * e - b * f) / depth, (a * f - c * d) / depth


def _is_sheet(corners: list[Point], bright: Array) -> bool:
    """Whether the corners are those of a sheet: inside the picture, filled, with like edges, on a ground to be seen."""
    tall, wide = bright.shape
    slack = 0.02 * max(tall, wide)
    if any(not (-slack <= x <= wide + slack and -slack <= y <= tall + slack) for x, y in corners):
        return False
    area = (
        abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True))) / 2
    )
    if not _FILLED < float(bright.sum()) / max(area, 1.0) < 2 - _FILLED:
        return False
    top, right, bottom, left = (_length(corners[at], corners[(at + 1) % 4]) for at in range(4))
    if max(top, bottom) > _MOST_UNLIKE * min(top, bottom) or max(left, right) > _MOST_UNLIKE * min(left, right):
        return False
    away = _BORDER * max(tall, wide)
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    free = (
        (y0 + y1) / 2 > away,
        (x1 + x2) / 2 < wide - away,
        (y2 + y3) / 2 < tall - away,
        (x3 + x0) / 2 > away,
    )
    return sum(map(bool, free)) >= _LEAST_EDGES


def _length(one: Point, other: Point) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
