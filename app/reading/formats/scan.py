"""Scans: images of paper. Their pages are measured; reading them needs OCR."""

import io
import warnings

from PIL import Image, ImageSequence, UnidentifiedImageError

from app.reading.formats import FORMATS, Format
from app.reading.formats.pdf import MOST_PAGES, needs_ocr
from app.reading.reading import PageSize, Reading, Verdict, page_size

_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_POINTS = 72
_USUAL_DPI = 200.0
_LEAST_DPI = 36.0
_MOST_PIXELS = 120_000_000


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like a PNG, JPEG, TIFF or WebP image."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def read(data: bytes) -> Reading:
    """Measure the pages of the image."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sizes = _sizes(data)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, ZeroDivisionError):
        return Reading(Verdict.MALFORMED, "The image is damaged or cut off. Scan it again.", format="scan")
    except (Image.DecompressionBombError, OverflowError):
        reason = f"The image has more than {_MOST_PIXELS} pixels. Scan it at 300 dpi."
        return Reading(Verdict.RESOURCE_LIMIT, reason, format="scan")
    if len(sizes) > MOST_PAGES:
        reason = f"The image has {len(sizes)} pages; at most {MOST_PAGES} are read. Send it in parts."
        return Reading(Verdict.RESOURCE_LIMIT, reason, format="scan")
    return needs_ocr(sizes)


def _sizes(data: bytes) -> tuple[PageSize, ...]:
    sizes: list[PageSize] = []
    with Image.open(io.BytesIO(data)) as image:
        for frame in ImageSequence.Iterator(image):
            if len(sizes) > MOST_PAGES:
                break
            width, height = frame.size
            if width * height > _MOST_PIXELS:
                raise Image.DecompressionBombError
            sizes.append(page_size(*points(frame)))
    return tuple(sizes)


def points(image: Image.Image) -> tuple[float, float]:
    """The width and height of the image in points, by its own resolution or the usual one of scans."""
    dpi = float(image.info.get("dpi", (0, 0))[0] or 0)
    scale = _POINTS / (dpi if dpi >= _LEAST_DPI else _USUAL_DPI)
    return image.width * scale, image.height * scale


_MEDIA_TYPES = ("image/png", "image/jpeg", "image/tiff", "image/webp")
FORMATS.add("scan", Format("scan", "Scan (PNG, JPEG, TIFF, WebP)", _MEDIA_TYPES, accepts, read))
