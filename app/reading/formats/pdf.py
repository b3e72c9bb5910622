"""PDFs that were born digital: the text layer is read, page after page, each closed again."""

import re
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from app.reading import paper
from app.reading.characters import page_tokens
from app.reading.formats import FORMATS, Format
from app.reading.reading import PageSize, Reading, Verdict, page_size
from app.reading.tokens import Page

MOST_PAGES = 200
MOST_CHARACTERS = 200_000
_HEAD = 1024
# Fewer words than this on a page with no more than that many letters is no text layer.
_LEAST_WORDS = 5
_ENCRYPTED = "The PDF is protected by a password. Send it without one."
_COUNTS_NONE = re.compile(rb"/Count\s+0\b")
_NO_PAGE = "The PDF has no page. Export it again and send that."
_BROKEN = "The PDF is damaged or cut off and cannot be opened. Export it again and send that."


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like a PDF."""
    return b"%PDF-" in data[:_HEAD]


def read(data: bytes) -> Reading:
    """Read the text layer; without one the verdict says that OCR is needed."""
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
    if count > MOST_PAGES:
        reason = f"The PDF has {count} pages; at most {MOST_PAGES} are read. Send it in parts."
        return Reading(Verdict.RESOURCE_LIMIT, reason, format="pdf")
    pages: list[Page] = []
    for number in range(1, count + 1):
        try:
            page = pdf[number - 1]
        except pdfium.PdfiumError:
            return Reading(Verdict.MALFORMED, f"Page {number} of the PDF is damaged. Export it again.", format="pdf")
        try:
            pages.append(page_tokens(page, number, MOST_CHARACTERS))
        except ValueError:
            reason = f"Page {number} holds more than {MOST_CHARACTERS} characters. Send a simpler export."
            return Reading(Verdict.RESOURCE_LIMIT, reason, format="pdf")
        finally:
            page.close()
    sizes = tuple(page_size(page.width, page.height) for page in pages)
    if not any(_has_text(page) for page in pages):
        return needs_ocr(sizes)
    return Reading(Verdict.OK, None, (paper.read(pages),), sizes, "pdf")


def _has_text(page: Page) -> bool:
    """Whether the text layer is there and is text, not glyph numbers of fonts without a map."""
    text = "".join(token.text for token in page.tokens)
    known = sum(letter.isalnum() for letter in text)
    strange = sum(letter == "�" or "" <= letter <= "" or letter < " " for letter in text)
    return len(page.tokens) >= _LEAST_WORDS and known > 0.4 * len(text) and strange < 0.2 * len(text)


def needs_ocr(sizes: tuple[PageSize, ...]) -> Reading:
    """The verdict on a scan, with the sizes of its pages."""
    return Reading(Verdict.NEEDS_OCR, "Document is a scan: reading scans needs OCR.", (), sizes, "scan")


FORMATS.add("pdf", Format("pdf", "PDF", ("application/pdf",), accepts, read))
