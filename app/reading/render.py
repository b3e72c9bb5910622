"""Pictures of pages, and the crop around a value, for people who check a figure on paper."""

import io
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
from PIL import Image

from app.reading.formats import pdf, scan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

_POINTS = 72
_MOST_PIXELS = 40_000_000
_QUALITY = 82


class PageError(ValueError):
    """The file has no such page, or it cannot be drawn."""

    def __init__(self, page: int) -> None:
        super().__init__(f"page {page} cannot be drawn")
        self.page = page


def page_image(data: bytes, page: int, *, scale: float) -> Image.Image:
    """The page (from 1) as an image of `scale` pixels a point.

    Raises:
        PageError: there is no such page, or it cannot be drawn.
    """
    try:
        return _pdf_page(data, page, scale) if pdf.accepts(data) else _frame(data, page, scale)
    except (pdfium.PdfiumError, IndexError, EOFError, OSError, ValueError) as error:
        raise PageError(page) from error


def crop(data: bytes, page: int, box: "Sequence[Decimal | float]", *, scale: float, margin: float = 4.0) -> Image.Image:
    """The part of the page around the box (points from the top left), with a margin in points.

    Raises:
        PageError: there is no such page, or it cannot be drawn.
    """
    image = page_image(data, page, scale=scale)
    x0, top, x1, bottom = (float(side) for side in box)
    left, upper = max(0, int((x0 - margin) * scale)), max(0, int((top - margin) * scale))
    right = min(image.width, max(left + 1, round((x1 + margin) * scale)))
    lower = min(image.height, max(upper + 1, round((bottom + margin) * scale)))
    if left >= image.width or upper >= image.height:
        raise PageError(page)
    return image.crop((left, upper, right, lower))


def _pdf_page(data: bytes, number: int, scale: float) -> Image.Image:
    if number < 1:
        raise IndexError(number)
    document = pdfium.PdfDocument(data)
    try:
        page = document[number - 1]
        try:
            width, height = page.get_size()
            if width * height * scale * scale > _MOST_PIXELS:
                raise ValueError("the page is too large to draw at this scale")
            image: Image.Image = page.render(scale=scale).to_pil()
            return image.convert("RGB")
        finally:
            page.close()
    finally:
        document.close()


def _frame(data: bytes, number: int, scale: float) -> Image.Image:
    if number < 1:
        raise IndexError(number)
    with Image.open(io.BytesIO(data)) as image:
        image.seek(number - 1)
        width, height = scan.points(image)
        if image.width * image.height > 4 * _MOST_PIXELS or width * height * scale * scale > _MOST_PIXELS:
            raise ValueError("the image is too large to draw at this scale")
        return scan.shown(image).convert("RGB").resize((max(1, round(width * scale)), max(1, round(height * scale))))


def draw(data: bytes, page: int, box: "Sequence[float] | None", *, scale: float) -> bytes:
    """A page, or the part of it inside the box, as a WebP picture.

    Raises:
        PageError: there is no such page, or it cannot be drawn.
    """
    image = page_image(data, page, scale=scale) if box is None else crop(data, page, box, scale=scale, margin=0)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=2)
    return out.getvalue()
