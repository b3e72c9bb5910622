"""Picture: a page, or the piece of it around a figure; drawn in the sandbox, never in the process that answers."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from app.storage.documents import Record
from app.storage.files import FileStore
from app.workflow.errors import NoPictureError

_KEPT = 256
_LARGEST_BOX = 20_000.0
_EDGES = 4

Box = tuple[float, float, float, float]


class Drawer(Protocol):
    """Something that draws a page (the sandbox)."""

    def draw(self, data: bytes, page: int, box: Sequence[float] | None, *, scale: float) -> bytes | None:
        """The picture as WebP, or None where it cannot be drawn."""
        ...


class Pictures:
    """Draws pages of the files on file, and keeps the last few pictures: strips are asked for again and again."""

    def __init__(self, files: FileStore, drawer: Drawer) -> None:
        self._files, self._drawer = files, drawer
        self._kept: OrderedDict[tuple[str, int, Box | None, float], bytes] = OrderedDict()
        self._lock = Lock()

    def webp(self, record: Record, page: int, box: Box | None, *, scale: float) -> bytes:
        """A page (from 1), or what is printed inside the box (points from the top left), as WebP.

        Raises:
            NoPictureError: the document has no such page, or it cannot be drawn.
        """
        leaf = record.leaf(page)
        if leaf is None:
            raise NoPictureError(record.id, page)
        key = (leaf.sha256, leaf.page, box, scale)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = self._drawer.draw(self._files.read(leaf.sha256), leaf.page, box, scale=scale)
        if drawn is None:
            raise NoPictureError(record.id, page)
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return drawn


def box_of(text: str) -> Box | None:
    """A box from `x0,top,x1,bottom`; None where that is no box on a page."""
    try:
        edges = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    if len(edges) != _EDGES or not all(abs(edge) < _LARGEST_BOX for edge in edges):
        return None
    x0, top, x1, bottom = edges
    return (x0, top, x1, bottom) if x0 < x1 and top < bottom else None
