"""PDFs that carry their e-invoice as an attachment: the XML is the document, the page shows where it stands."""

import io
import re
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium

from app.documents.document import Document
from app.reading import paper
from app.reading.characters import page_tokens
from app.reading.einvoice import compare
from app.reading.limits import most_pages
from app.reading.reading import PageSize, Reading, Verdict, page_size
from app.reading.tokens import Page

#: The names that the standards give the attachment; another XML counts where it has a root that is known.
NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml", "cida.xml")
_MOST_ATTACHMENTS = 50
_MOST_BYTES = 25_000_000
_HEAD = 1024
# The dictionary of an embedded file stands in the open, whatever is packed around it.
_MARK = re.compile(rb"/Type\s*/EmbeddedFile\b|/Subtype\s*/(?:text|application)#2[fF]xml\b")
_BLANKS = b"\xef\xbb\xbf \t\r\n"
MOST_CHARACTERS = 200_000
# Fewer words than this on a page are no text layer.
_LEAST_WORDS = 5


def has_xml(data: bytes) -> bool:
    """Whether the bytes are a PDF with an XML among its attachments; never raises."""
    if b"%PDF-" not in data[:_HEAD]:
        return False
    try:
        pdf = pdfium.PdfDocument(data)
    except (pdfium.PdfiumError, ValueError):
        return False
    try:
        return bool(_places(pdf)) or (pdf.count_attachments() == 0 and _MARK.search(data) is not None)
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
        found = found or ([] if pdf.count_attachments() else _loose(data))
        return [content for content in found if content and len(content) <= _MOST_BYTES]
    finally:
        pdf.close()


def _loose(data: bytes) -> list[bytes]:
    """The XML files that only the catalogue's list of associated files names (AF), which PDFium passes over."""
    # Imported here: hardly any file comes this way.
    from pdfminer.pdfdocument import PDFDocument  # noqa: PLC0415
    from pdfminer.pdfparser import PDFParser  # noqa: PLC0415
    from pdfminer.pdftypes import PDFStream, resolve1  # noqa: PLC0415

    found = []
    try:
        catalogue = PDFDocument(PDFParser(io.BytesIO(data))).catalog
        for entry in list(resolve1(catalogue.get("AF")) or ())[:_MOST_ATTACHMENTS]:
            files = resolve1((resolve1(entry) or {}).get("EF")) or {}
            stream = resolve1(files.get("UF") or files.get("F"))
            content = stream.get_data() if isinstance(stream, PDFStream) else b""
            if content.lstrip(_BLANKS)[:1] == b"<":
                found.append(content)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (a damaged list leaves the page)
        return []
    return found


def _places(pdf: Any) -> list[int]:
    named = []
    for place in range(min(pdf.count_attachments(), _MOST_ATTACHMENTS)):
        try:
            name = str(pdf.get_attachment(place).get_name()).casefold()
        except (pdfium.PdfiumError, ValueError):
            continue
        # A name without an ending may be that of an XML, as some producers write no more than a title.
        if name.endswith(".xml") or "." not in name:
            named.append((NAMES.index(name) if name in NAMES else len(NAMES), place))
    return [place for _, place in sorted(named)]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages show: the document that the page reader makes of them, all their words, and their sizes."""

    document: Document | None
    text: str
    sizes: tuple[PageSize, ...]


def shown(data: bytes) -> Shown:
    """What the text layer of the pages shows; pages without one are passed over, for the XML needs no OCR.

    The XML is the document; a page that breaks its reader leaves it as it is.
    """
    pages: list[Page] = []
    try:
        pdf = pdfium.PdfDocument(data)
        try:
            for number in range(1, min(len(pdf), most_pages()) + 1):
                page = pdf[number - 1]
                try:
                    pages.append(page_tokens(page, number, MOST_CHARACTERS))
                finally:
                    page.close()
        finally:
            pdf.close()
        sizes = tuple(page_size(page.width, page.height) for page in pages)
        printed = [page for page in pages if len(page.tokens) >= _LEAST_WORDS]
        text = " ".join(token.text for page in printed for token in page.tokens)
        return Shown(paper.read(printed) if printed else None, text, sizes)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (whatever the page does to its reader, the XML can be read)
        return Shown(None, "", tuple(page_size(page.width, page.height) for page in pages))


def joined(document: Document, page: Shown, code: str) -> Reading:
    """The XML's document with the places on the page, its lines where the XML has none, and what differs."""
    printed = page.document
    if printed is None:
        return Reading(Verdict.OK, None, (document,), page.sizes, code)
    pairs: dict[int, int] = {}
    if not document.lines and printed.lines:
        lines = {at: entry for at, entry in printed.evidence.items() if at.startswith("/lines/")}
        document = replace(document, lines=printed.lines, evidence={**document.evidence, **lines})
    else:
        pairs = compare.pairs(document.lines, printed.lines)
    differences = compare.differences(document, printed, pairs, page.text)
    evidence = compare.placed(document, printed, pairs, {entry.pointer for entry in differences})
    return Reading(Verdict.OK, None, (replace(document, evidence=evidence),), page.sizes, code, differences)
