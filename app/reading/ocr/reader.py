"""The reader of scans: pictures of pages in, documents with evidence on the original pages out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PIL import Image

from app.documents.document import Document
from app.documents.evidence import Evidence
from app.reading import papers
from app.reading.ocr.engine import engine
from app.reading.ocr.layer import without
from app.reading.ocr.page import Scan, scan_page
from app.reading.ocr.repair import repaired
from app.reading.ocr.spelling import spelled
from app.reading.ocr.upright import Turn
from app.reading.tokens import Page

_POINTS = 72
_DPI = 200
_MOST_PIXELS = 9_200_000


def picture_of(page: Any) -> Image.Image:
    """A grey picture of a PDF page, sharp enough to be read."""
    width, height = page.get_size()
    scale = min(_DPI / _POINTS, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    image: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return image.convert("L")


def look_at(picture: Image.Image, number: int, points: tuple[float, float], *, beside: Page | None = None) -> Scan:
    """The page that the grey picture shows, its words repaired where that can be proved.

    `beside` is what the page's text layer says: its words stay, and only what is drawn beside them is looked for.
    """
    if beside is not None:
        picture = without(picture, beside.tokens, picture.width / points[0])
    scan = scan_page(picture, number, points, engine(), upright=beside is not None)
    if beside is not None:
        scan.page.tokens.extend(beside.tokens)
    spelled(scan.page, scan.letters)
    repaired(scan.page, scan.letters)
    return scan


def documents_of(pages: Sequence[Page], turns: Mapping[int, Turn]) -> tuple[Document, ...]:
    """The documents on the pages, with their evidence on the pages as they were sent: `turns` by page number."""
    return tuple(
        replace(found, evidence={pointer: _on_paper(entry, turns) for pointer, entry in found.evidence.items()})
        for found in papers.read(pages)
    )


def _on_paper(entry: Evidence, turns: Mapping[int, Turn]) -> Evidence:
    """The evidence with its box where it lies on the page that was sent."""
    turn = turns.get(entry.page) if entry.page is not None else None
    if turn is None or entry.box is None:
        return entry
    x0, top, x1, bottom = (float(side) for side in entry.box)
    box = turn.box_back((x0, top, x1, bottom))
    left, upper, right, lower = (Decimal(f"{side:.2f}") for side in box)
    return replace(entry, box=(left, upper, right, lower))
