"""Scans: images of paper. Their pages are measured, and read where the extra `ocr` is installed."""

import io
import struct
import warnings
from collections.abc import Iterator

from PIL import ExifTags, Image, ImageOps, ImageSequence, UnidentifiedImageError

from app.reading.formats import FORMATS, Format
from app.reading.formats.pdf import ILLEGIBLE, needs_ocr, nothing_seen, unread_of
from app.reading.limits import most_pages
from app.reading.ocr import Eyes, eyes
from app.reading.reading import PageSize, Reading, Verdict, page_size

_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
# The boxes that begin pictures of telephones which need a decoder of their own: ISO 14496-12, "ftyp".
_BOX = slice(4, 8)
_BRAND = slice(8, 12)
_HEIF = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_HEIC = "Pictures in the format HEIC are not read. Save it as JPEG or PDF, or set the telephone to JPEG, and send that."
_SIDEWAYS = frozenset({5, 6, 7, 8})
_POINTS = 72
_USUAL_DPI = 200.0
_LEAST_DPI = 36.0
# Telephones state the resolution of no paper: what would be longer than this (inches) is taken for a page of A4.
_LONGEST = 40.0
_A4 = 297 / 25.4
_MOST_PIXELS = 120_000_000


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like a PNG, JPEG, TIFF or WebP image, or like one that has to be refused by name."""
    return data.startswith(_SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or _is_heif(data)


def _is_heif(data: bytes) -> bool:
    return data[_BOX] == b"ftyp" and data[_BRAND] in _HEIF


def read(data: bytes) -> Reading:
    """Measure the pages of the image, and read them if this reading may."""
    if _is_heif(data):
        return Reading(Verdict.UNSUPPORTED, _HEIC, format="scan")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sizes = _sizes(data)
            if len(sizes) <= most_pages() and eyes() is Eyes.OPEN:
                return _seen(data, sizes)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, ZeroDivisionError):
        return Reading(Verdict.MALFORMED, "The image is damaged or cut off. Scan it again.", format="scan")
    except (Image.DecompressionBombError, OverflowError):
        reason = f"The image has more than {_MOST_PIXELS} pixels. Scan it at 300 dpi."
        return Reading(Verdict.RESOURCE_LIMIT, reason, format="scan")
    if len(sizes) > most_pages():
        reason = f"The image has {len(sizes)} pages; at most {most_pages()} are read. Send it in parts."
        return Reading(Verdict.RESOURCE_LIMIT, reason, format="scan")
    return needs_ocr(sizes)


def _sizes(data: bytes) -> tuple[PageSize, ...]:
    sizes: list[PageSize] = []
    with Image.open(io.BytesIO(data)) as image:
        for frame in ImageSequence.Iterator(image):
            if len(sizes) > most_pages():
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
    for number, (picture, size) in enumerate(pictures(data), start=1):
        scan = reader.look_at(picture, number, size)
        pages.append(scan.page)
        turns[number] = scan.turn
        if not scan.legible:
            unread.append(number)
    if not any(page.tokens for page in pages):
        return nothing_seen(sizes, "scan")
    found = reader.documents_of(pages, turns)
    return Reading(Verdict.OK, None, found, sizes, "scan", unread=unread_of(found, unread, ILLEGIBLE))


def pictures(data: bytes) -> Iterator[tuple[Image.Image, tuple[float, float]]]:
    """Each page as a grey picture with square pixels, and its size in points."""
    with Image.open(io.BytesIO(data)) as image:
        for frame in ImageSequence.Iterator(image):
            size = points(frame)
            yield _squared(_grey(shown(frame)), size), size


def shown(image: Image.Image) -> Image.Image:
    """The image as every viewer turns it, by its EXIF."""
    return ImageOps.exif_transpose(image) if _is_turned(image) else image


def _is_turned(image: Image.Image) -> bool:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
    except (SyntaxError, ValueError, OSError, TypeError, struct.error):
        return False


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
    """The width and height in points of the image as it is shown, by its own resolution or the usual one of scans."""
    width, height = _as_stored(image)
    sideways = _is_turned(image) and image.getexif()[ExifTags.Base.Orientation] in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def _as_stored(image: Image.Image) -> tuple[float, float]:
    stated = image.info.get("dpi", (0, 0))
    across, down = float(stated[0] or 0), float(stated[1] or 0)
    if min(across, down) < _LEAST_DPI:
        across = down = max(across, down, 0.0) if max(across, down) >= _LEAST_DPI else _USUAL_DPI
    longest = max(image.width / across, image.height / down)
    if longest > _LONGEST or (across == down == _POINTS and longest > 2 * _A4):
        across = down = max(image.size) / _A4
    return image.width * _POINTS / across, image.height * _POINTS / down


_MEDIA_TYPES = ("image/png", "image/jpeg", "image/tiff", "image/webp")
FORMATS.add("scan", Format("scan", "Scan (PNG, JPEG, TIFF, WebP)", _MEDIA_TYPES, accepts, read))
