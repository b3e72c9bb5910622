"""Scans: images of paper. Their pages are measured, and read where the extra `ocr` is installed."""

import io
import warnings
from collections.abc import Iterator

from PIL import Image, ImageSequence, UnidentifiedImageError

from app.reading.formats import FORMATS, Format
from app.reading.formats.pdf import ILLEGIBLE, MOST_PAGES, needs_ocr, nothing_seen, unread_of
from app.reading.ocr import Eyes, eyes
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
    """Measure the pages of the image, and read them if this reading may."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sizes = _sizes(data)
            if len(sizes) <= MOST_PAGES and eyes() is Eyes.OPEN:
                return _seen(data, sizes)
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


def _seen(data: bytes, sizes: tuple[PageSize, ...]) -> Reading:
    """The document that the pictures show."""
    # Imported here: only a reading that looks at pictures pays for it.
    from app.reading.ocr import reader  # noqa: PLC0415

    pages, turns, unread = [], {}, []
    for number, (picture, size) in enumerate(_pictures(data), start=1):
        scan = reader.look_at(picture, number, size)
        pages.append(scan.page)
        turns[number] = scan.turn
        if not scan.legible:
            unread.append(number)
    if not any(page.tokens for page in pages):
        return nothing_seen(sizes, "scan")
    found = reader.documents_of(pages, turns)
    return Reading(Verdict.OK, None, found, sizes, "scan", unread=unread_of(found, unread, ILLEGIBLE))


def _pictures(data: bytes) -> Iterator[tuple[Image.Image, tuple[float, float]]]:
    """Each page as a grey picture with square pixels, and its size in points."""
    with Image.open(io.BytesIO(data)) as image:
        for frame in ImageSequence.Iterator(image):
            size = points(frame)
            yield _squared(_grey(frame), size), size


def _grey(image: Image.Image) -> Image.Image:
    """The image in grey; what is transparent is white paper."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("L")
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda level: level / 256).convert("L")
    return image.convert("L")


def _squared(picture: Image.Image, size: tuple[float, float]) -> Image.Image:
    """The picture with square pixels: a fax has fewer rows than columns to the inch."""
    height = round(picture.width * size[1] / size[0])
    if abs(height - picture.height) <= 0.02 * picture.height or picture.width * height > _MOST_PIXELS:
        return picture
    return picture.resize((picture.width, height), Image.Resampling.BILINEAR)


def points(image: Image.Image) -> tuple[float, float]:
    """The width and height of the image in points, by its own resolution or the usual one of scans."""
    stated = image.info.get("dpi", (0, 0))
    across, down = float(stated[0] or 0), float(stated[1] or 0)
    if min(across, down) < _LEAST_DPI:
        across = down = max(across, down, 0.0) if max(across, down) >= _LEAST_DPI else _USUAL_DPI
    return image.width * _POINTS / across, image.height * _POINTS / down


_MEDIA_TYPES = ("image/png", "image/jpeg", "image/tiff", "image/webp")
FORMATS.add("scan", Format("scan", "Scan (PNG, JPEG, TIFF, WebP)", _MEDIA_TYPES, accepts, read))
