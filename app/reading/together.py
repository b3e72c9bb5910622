"""Several files that are one document are read together, as if their pages had come in one file."""

import io
from collections.abc import Sequence

import pypdfium2 as pdfium
from PIL import Image

from app.reading import read_bytes
from app.reading.einvoice import hybrid
from app.reading.formats import pdf, scan
from app.reading.reading import Reading, Verdict

_QUALITY = 95
_POINTS = 72
_BROKEN = "The files cannot be read together. Send them as one PDF."


def read_together(parts: Sequence[bytes], *, postpone_ocr: bool = False) -> Reading:
    """The document of files that are its pages in order, or its data first and then the pages that show them."""
    try:
        if pdf.accepts(parts[0]) or scan.accepts(parts[0]):
            return read_bytes(one_pdf(parts), postpone_ocr=postpone_ocr)
        reading = read_bytes(parts[0])
        if reading.verdict is not Verdict.OK or len(reading.documents) != 1:
            return reading
        shown = hybrid.shown(one_pdf(parts[1:]))
        found = hybrid.joined(reading.documents[0], shown, reading.format or "")
    except (pdfium.PdfiumError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return Reading(Verdict.MALFORMED, _BROKEN)
    return Reading(
        verdict=Verdict.OK,
        documents=found.documents,
        pages=found.pages,
        format=found.format,
        differences=found.differences,
        sources=reading.sources,
    )


def one_pdf(parts: Sequence[bytes]) -> bytes:
    """All pages of PDFs and images, in order, in one PDF; each keeps its size, and its text where it has any."""
    whole = pdfium.PdfDocument.new()
    try:
        for part in parts:
            for data in [part] if pdf.accepts(part) else [_as_pdf(*page) for page in scan.pictures(part)]:
                with pdfium.PdfDocument(data) as source:
                    whole.import_pages(source)
        out = io.BytesIO()
        whole.save(out)
        return out.getvalue()
    finally:
        whole.close()


def _as_pdf(picture: Image.Image, size: tuple[float, float]) -> bytes:
    """A PDF with the picture on a page of that size in points."""
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=picture.width * _POINTS / size[0], quality=_QUALITY)
    return out.getvalue()
