"""PDFs: the text layer is read, page after page, each closed again; pages without one are looked at as pictures."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.documents.document import Document
from app.reading import papers
from app.reading.characters import page_tokens
from app.reading.formats import FORMATS, Format
from app.reading.limits import most_pages
from app.reading.ocr import Eyes, eyes
from app.reading.ocr.layer import Sight, sight_of
from app.reading.reading import PageSize, Reading, Unread, Verdict, page_size
from app.reading.tokens import Page

MOST_CHARACTERS = 200_000
_HEAD = 1024
_ENCRYPTED = "The PDF is protected by a password. Send it without one."
_COUNTS_NONE = re.compile(rb"/Count\s+0\b")
_NO_PAGE = "The PDF has no page. Export it again and send that."
_BLANK = "The PDF shows no word and no picture. Export it again and send that."
_SCAN = "The document is a scan."
_HOW = {
    Eyes.MISSING: "Reading scans needs the extra `ocr`: pip install countersign[ocr]",
    Eyes.POSTPONED: "It is read with more time and memory.",
    Eyes.OPEN: "It could not be read.",
}
_UNSEEN = {
    Sight.PICTURE: f"What it shows is a picture. {_HOW[Eyes.MISSING]}",
    Sight.BOTH: f"A part of what it shows is a picture. {_HOW[Eyes.MISSING]}",
}
ILLEGIBLE = "Its print is too faint, small or blurred. Scan it again, straight and at 300 dpi."
_BROKEN = "The PDF is damaged or cut off and cannot be opened. Export it again and send that."


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like a PDF."""
    return b"%PDF-" in data[:_HEAD]


def read(data: bytes) -> Reading:
    """Read the text layer; a page without one is read as a picture, or the verdict says that OCR is needed."""
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        return _refused(error, data)
    try:
        return _read(pdf)
    finally:
        pdf.close()


def _refused(error: Exception, data: bytes) -> Reading:
    code = raw.FPDF_GetLastError()
    if code == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
        return Reading(Verdict.ENCRYPTED, _ENCRYPTED, format="pdf")
    if _COUNTS_NONE.search(data):
        # PDFium opens no document without pages, and says nothing of why.
        return Reading(Verdict.EMPTY, _NO_PAGE, format="pdf")
    return Reading(Verdict.MALFORMED, _BROKEN, format="pdf")


def _read(pdf: Any) -> Reading:
    count = len(pdf)
    if count == 0:
        return Reading(Verdict.EMPTY, _NO_PAGE, format="pdf")
    if count > most_pages():
        reason = f"The PDF has {count} pages; at most {most_pages()} are read. Send it in parts."
        return Reading(Verdict.RESOURCE_LIMIT, reason, format="pdf")
    pages: list[Page] = []
    sights: list[Sight] = []
    for number in range(1, count + 1):
        try:
            page = pdf[number - 1]
        except pdfium.PdfiumError:
            return Reading(Verdict.MALFORMED, f"Page {number} of the PDF is damaged. Export it again.", format="pdf")
        try:
            pages.append(page_tokens(page, number, MOST_CHARACTERS))
            sights.append(sight_of(page, pages[-1]))
        except ValueError:
            reason = f"Page {number} holds more than {MOST_CHARACTERS} characters. Send a simpler export."
            return Reading(Verdict.RESOURCE_LIMIT, reason, format="pdf")
        finally:
            page.close()
    sizes = tuple(page_size(page.width, page.height) for page in pages)
    looked_at = {page.number: sight for page, sight in zip(pages, sights, strict=True) if sight is not Sight.TEXT}
    if not looked_at and not any(page.tokens for page in pages):
        return Reading(Verdict.EMPTY, _BLANK, (), sizes, "pdf")
    if looked_at and eyes() is Eyes.OPEN:
        return _seen(pdf, pages, looked_at, sizes)
    printed = [page for page in pages if looked_at.get(page.number) is not Sight.PICTURE]
    if looked_at and (eyes() is Eyes.POSTPONED or not printed):
        return needs_ocr(sizes)
    found = papers.read(printed)
    return Reading(Verdict.OK, None, found, sizes, "pdf", unread=_not_looked_at(found, looked_at))


def _not_looked_at(documents: Sequence[Document], sights: Mapping[int, Sight]) -> tuple[Unread, ...]:
    """The pages that show more than their text layer says, where nobody is there to look at them."""
    return tuple(entry for page, sight in sights.items() for entry in unread_of(documents, [page], _UNSEEN[sight]))


def _seen(pdf: Any, pages: list[Page], sights: Mapping[int, Sight], sizes: tuple[PageSize, ...]) -> Reading:
    """The document, with the pages that are no text, or more than text, read from their pictures."""
    # Imported here: only a reading that looks at pictures pays for it.
    from app.reading.ocr import reader  # noqa: PLC0415

    turns = {}
    unread = []
    for number, sight in sights.items():
        page = pdf[number - 1]
        try:
            picture = reader.picture_of(page)
            beside = pages[number - 1] if sight is Sight.BOTH else None
            scan = reader.look_at(picture, number, page.get_size(), beside=beside)
        finally:
            page.close()
        pages[number - 1] = scan.page
        turns[number] = scan.turn
        if not scan.legible:
            unread.append(number)
    name = "scan" if list(sights.values()) == [Sight.PICTURE] * len(pages) else "pdf"
    if not any(page.tokens for page in pages):
        return nothing_seen(sizes, name)
    found = reader.documents_of(pages, turns)
    return Reading(Verdict.OK, None, found, sizes, name, unread=unread_of(found, unread, ILLEGIBLE))


def unread_of(documents: Sequence[Document], pages: Sequence[int], why: str) -> tuple[Unread, ...]:
    """The unread pages, each with every document of the file: which of them it belongs to is not known."""
    return tuple(Unread(page, why, part) for part in range(len(documents)) for page in pages)


def needs_ocr(sizes: tuple[PageSize, ...]) -> Reading:
    """The verdict on a scan, with the sizes of its pages and how it would be read."""
    return Reading(Verdict.NEEDS_OCR, f"{_SCAN} {_HOW[eyes()]}", (), sizes, "scan")


def nothing_seen(sizes: tuple[PageSize, ...], name: str) -> Reading:
    """The verdict on pages that show no word."""
    reason = "No word can be read on the page. Scan it again, straight and at 300 dpi."
    return Reading(Verdict.EMPTY, reason, (), sizes, name)


FORMATS.add("pdf", Format("pdf", "PDF", ("application/pdf",), accepts, read))
