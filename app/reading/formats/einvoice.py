"""E-invoices and their kin: UBL 2.1, UN/CEFACT CII and FatturaPA as XML files, and PDFs that carry such a file."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from app.documents.document import Document
from app.reading.einvoice import cii, fatturapa, hybrid, ubl
from app.reading.einvoice.tree import Names, Node, Prefixes, UnreadableError, parse
from app.reading.formats import FORMATS, Format, pdf
from app.reading.reading import Reading, Source, Verdict
from app.reading.schematron.books import book_of, is_older_bill

CODE = "einvoice"
HYBRID = "hybrid"
_ENVELOPE = "StandardBusinessDocument"
_BLANKS = b" \t\r\n"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML = (b"<!doctype html", b"<html")
_NO_RULES = "Nobody publishes rules of EN 16931 for this version of the format."
_KNOWN = (
    "UBL 2.1 (invoice, credit note, debit note, order, despatch advice, receipt advice, quotation), UN/CEFACT CII, "
    "FatturaPA"
)
# Answers and reminders say what somebody thinks of a document; they are none of a purchase themselves.
_ANSWERS = frozenset({"ApplicationResponse", "RemittanceAdvice", "Reminder", "Statement", "OrderCancellation"})
_ANSWER = "The XML is a {name}: a message about a document, not one of a purchase. Nothing is read from it."


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What one module reads."""

    knows: Callable[[str, str], bool]
    prefix_of: Prefixes
    read: Callable[[Node], tuple[Document, ...]]


_VOCABULARIES = (
    _Vocabulary(ubl.knows, ubl.prefix_of, ubl.read),
    _Vocabulary(cii.knows, cii.prefix_of, cii.read),
    _Vocabulary(fatturapa.knows, fatturapa.prefix_of, fatturapa.read),
)


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like XML, in UTF-8, UTF-16 or an encoding that holds ASCII."""
    head = data[:200]
    for mark in _MARKS:
        head = head.removeprefix(mark)
    head = head.replace(b"\x00", b"").lstrip(_BLANKS)
    return head[:1] == b"<" and not head.lower().startswith(_HTML)


def read(data: bytes) -> Reading:
    """Read the documents of the XML."""
    try:
        documents, sources = documents_of(data)
        return Reading(Verdict.OK, None, documents, (), CODE, sources=sources)
    except UnreadableError as error:
        return Reading(error.verdict, error.reason, format=CODE)


def documents_of(data: bytes) -> tuple[tuple[Document, ...], tuple[Source, ...]]:
    """The documents of the XML, and the XML itself where there are rules for it.

    Raises:
        UnreadableError: it is no XML, none of a known vocabulary, or breaks it.
    """
    root = parse(data)
    name = etree.QName(root)
    wrapped = name.localname == _ENVELOPE
    # In the envelope of the networks the document is one child beside a header.
    for element in root if wrapped else (root,):
        documents = _documents_under(element, f"/{_ENVELOPE}/" if wrapped else "/")
        if documents is not None:
            return documents, _sources(element)
    if name.localname in _ANSWERS:
        raise UnreadableError(Verdict.UNSUPPORTED, _ANSWER.format(name=name.localname))
    reason = f"The XML is a <{name.localname[:60]}>, which is not known here. Known are {_KNOWN}."
    raise UnreadableError(Verdict.UNSUPPORTED, reason)


def _sources(element: etree._Element) -> tuple[Source, ...]:
    book = book_of(element)
    if book is None and not is_older_bill(element):
        return ()
    return (Source(element, book, None if book else _NO_RULES),)


def _documents_under(element: etree._Element, path: str) -> tuple[Document, ...] | None:
    """The documents of the element; None where no vocabulary knows it."""
    name = etree.QName(element)
    for vocabulary in _VOCABULARIES:
        if vocabulary.knows(name.namespace or "", name.localname):
            prefix = vocabulary.prefix_of(name.namespace or "")
            shown = f"{prefix}:{name.localname}" if prefix else name.localname
            root = Node(element, shown, None, 0, Names(vocabulary.prefix_of), path + shown)
            documents = vocabulary.read(root)
            if all(document.number is None and not document.lines for document in documents):
                raise UnreadableError(Verdict.EMPTY, "The XML has neither a document number nor a line.")
            return documents
    return None


def read_hybrid(data: bytes) -> Reading:
    """Read the XML in the PDF, with the places on the page; without one that can be read, the page alone."""
    for attachment in hybrid.attachments(data):
        try:
            documents, sources = documents_of(attachment)
        except UnreadableError:
            continue
        return replace(hybrid.joined(documents[0], hybrid.shown(data), HYBRID), sources=sources)
    return pdf.read(data)


FORMATS.add(CODE, Format(CODE, "E-invoice (XML)", ("application/xml", "text/xml"), accepts, read))
FORMATS.add(
    HYBRID, Format(HYBRID, "PDF with an e-invoice inside", ("application/pdf",), hybrid.has_xml, read_hybrid, rank=5)
)
