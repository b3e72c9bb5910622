"""PDFs that carry their e-invoice as an attachment: the XML is the document, the page shows where it stands."""

from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium

from app.documents.document import Document
from app.reading.einvoice import compare
from app.reading.reading import Reading, Verdict

#: The names that the standards give the attachment; another XML counts where it has a root that is known.
NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml", "cida.xml")
_MOST_ATTACHMENTS = 50
_MOST_BYTES = 25_000_000
_HEAD = 1024


def has_xml(data: bytes) -> bool:
    """Whether the bytes are a PDF with an XML among its attachments; never raises."""
    if b"%PDF-" not in data[:_HEAD]:
        return False
    try:
        pdf = pdfium.PdfDocument(data)
    except (pdfium.PdfiumError, ValueError):
        return False
    try:
        return bool(_places(pdf))
    finally:
        pdf.close()


def attachments(data: bytes) -> list[bytes]:
    """The XML attachments, those with a standard name first."""
    pdf = pdfium.PdfDocument(data)
    try:
        found = []
        for place in _places(pdf):
            try:
                found.append(bytes(pdf.get_attachment(place).get_data()))
            except (pdfium.PdfiumError, ValueError):
                continue
        return [content for content in found if content and len(content) <= _MOST_BYTES]
    finally:
        pdf.close()


def _places(pdf: Any) -> list[int]:
    named = []
    for place in range(min(pdf.count_attachments(), _MOST_ATTACHMENTS)):
        try:
            name = str(pdf.get_attachment(place).get_name()).casefold()
        except (pdfium.PdfiumError, ValueError):
            continue
        if name.endswith(".xml"):
            named.append((NAMES.index(name) if name in NAMES else len(NAMES), place))
    return [place for _, place in sorted(named)]


def joined(document: Document, page: Reading, data: bytes, code: str) -> Reading:
    """The XML's document with the places on the page, its lines where the XML has none, and what differs."""
    if page.verdict is not Verdict.OK or not page.documents:
        # A scan, or a page that cannot be read: the XML stands alone.
        return Reading(Verdict.OK, None, (document,), page.pages, code)
    printed = page.documents[0]
    if not document.lines and printed.lines:
        lines = {at: entry for at, entry in printed.evidence.items() if at.startswith("/lines/")}
        document = replace(document, lines=printed.lines, evidence={**document.evidence, **lines})
        pairs: dict[int, int] = {}
    else:
        pairs = compare.pairs(document.lines, printed.lines)
    differences = compare.differences(document, printed, pairs, lambda: text_of(data))
    evidence = compare.placed(document, printed, pairs, {entry.pointer for entry in differences})
    return Reading(Verdict.OK, None, (replace(document, evidence=evidence),), page.pages, code, differences)


def text_of(data: bytes) -> str:
    """All words that the pages show, as PDFium orders them."""
    pdf = pdfium.PdfDocument(data)
    try:
        parts = []
        for number in range(len(pdf)):
            page = pdf[number]
            text = page.get_textpage()
            parts.append(text.get_text_range())
            text.close()
            page.close()
        return "\n".join(parts)
    finally:
        pdf.close()
