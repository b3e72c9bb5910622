"""The reading: what became of the bytes, in a form that crosses a process pipe as plain JSON."""

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lxml import etree

from app.documents import canonical
from app.documents.document import Document
from app.reading.layouts.layout import Use


class Verdict(StrEnum):
    """How the reading of a file ended."""

    OK = "ok"
    MALFORMED = "malformed"
    ENCRYPTED = "encrypted"
    EMPTY = "empty"
    RESOURCE_LIMIT = "resource_limit"
    CRASH = "crash"
    NEEDS_OCR = "needs_ocr"
    UNSUPPORTED = "unsupported"
    #: A mail or an archive: the files in it are to be taken out and read one by one.
    HOLDS_FILES = "holds_files"


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page's width and height in points."""

    width: Decimal
    height: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of which an e-invoice's XML and its own page say two things (None: the page does not show it)."""

    pointer: str
    xml: str
    page: str | None = None
    document: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """A page (from 1) whose print could not be read, why not, and the document (from 0) that it may belong to."""

    page: int
    why: str
    document: int = 0


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule of the standard that an e-invoice breaks: its identifier and text, where first (XPath), how often."""

    rule: str
    text: str
    fatal: bool
    place: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """What came of checking a document by a book of rules; where it was not checked, the reason."""

    book: str | None
    document: int = 0
    reason: str | None = None
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The XML of a document, to be checked by the rules of that book; without one the reason why it cannot be.

    Out of a sandbox it comes as bytes, which only the process that checks takes apart.
    """

    content: etree._Element | bytes
    book: str | None
    reason: str | None = None
    document: int = 0

    def xml(self) -> bytes:
        """The XML written anew in UTF-8: no document type, and of the files it carries along no more than a token."""
        if isinstance(self.content, bytes):
            return self.content
        for name in _CARRIED:
            for element in self.content.iter(f"{{*}}{name}"):
                if element.text and len(element.text) > _MOST_CARRIED:
                    element.text = "QQ=="
        found: bytes = etree.tostring(self.content, encoding="UTF-8", xml_declaration=False, with_tail=False)
        return found


_CARRIED = ("EmbeddedDocumentBinaryObject", "AttachmentBinaryObject")
_MOST_CARRIED = 1000


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a table, its cell, the field that its column was taken as, and how sure that is; None: not used.

    `told` where a person said so, of this file or of an earlier one.
    """

    heading: str
    cell: str
    field: str | None = None
    score: Decimal | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a sheet (a CSV file is one without a name), and the row (from 1) in which they stand."""

    sheet: str
    row: int
    columns: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page says of its place: which page of how many, whether it opens a document, what sum it carries on."""

    number: int | None = None
    of: int | None = None
    titled: bool = False
    carried: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A file inside a mail or an archive that could not be read: its name, the verdict and the reason."""

    file: str
    verdict: Verdict
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The verdict, the reason in a sentence where it is not ok, and the documents with the sizes of their pages.

    `differences` are those between the XML and the page of an e-invoice that has both. `unread` are pages whose
    print, or a good part of it, could not be read although the file has documents. `sources` are the XML of
    e-invoices that rules can be checked for, `checks` what came of it. `lost` are the files in a
    mail or an archive that could not be read. `sheets` are the first and the last page of a file with pages,
    `tables` the headings of one with columns. `layouts` says which remembered layouts took part.
    """

    verdict: Verdict
    reason: str | None = None
    documents: tuple[Document, ...] = ()
    pages: tuple[PageSize, ...] = ()
    format: str | None = None
    differences: tuple[Difference, ...] = ()
    unread: tuple[Unread, ...] = ()
    sources: tuple[Source, ...] = field(default=(), compare=False)
    checks: tuple[RuleCheck, ...] = ()
    lost: tuple[Lost, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    tables: tuple[Headings, ...] = ()
    layouts: tuple[Use, ...] = ()

    def to_json(self, *, sources: bool = False) -> dict[str, Any]:
        """The reading as plain JSON; `from_json` gives the same reading back. The sources come only if asked for."""
        return {
            "verdict": self.verdict.value,
            "reason": self.reason,
            "documents": [canonical.write(document) for document in self.documents],
            "pages": [[format(page.width, "f"), format(page.height, "f")] for page in self.pages],
            "format": self.format,
            "differences": [asdict(entry) for entry in self.differences],
            "unread": [asdict(entry) for entry in self.unread],
            "sources": [[e.xml().decode(), e.book, e.reason, e.document] for e in self.sources] if sources else [],
            "sheets": [sheet_json(entry) for entry in self.sheets],
            "tables": [headings_json(entry) for entry in self.tables],
            "lost": [asdict(entry) | {"verdict": entry.verdict.value} for entry in self.lost],
            "layouts": [asdict(entry) for entry in self.layouts],
        }

    @staticmethod
    def from_json(value: dict[str, Any]) -> "Reading":
        """The reading that the JSON describes; strict, because it may come from a sandbox.

        Raises:
            ValueError: the shape is not that of a reading.
            MalformedListError: a document in it breaks the canonical format.
        """
        try:
            return Reading(
                verdict=Verdict(value["verdict"]),
                reason=None if value["reason"] is None else str(value["reason"]),
                documents=tuple(canonical.read(document) for document in value["documents"]),
                pages=tuple(PageSize(Decimal(str(width)), Decimal(str(height))) for width, height in value["pages"]),
                format=None if value["format"] is None else str(value["format"]),
                differences=tuple(Difference(**entry) for entry in value.get("differences", ())),
                unread=tuple(
                    Unread(int(entry["page"]), str(entry["why"]), int(entry["document"]))
                    for entry in value.get("unread", ())
                ),
                sources=tuple(Source(str(xml).encode(), *said) for xml, *said in value.get("sources", ())),
                sheets=tuple(sheet_of(entry) for entry in value.get("sheets", ())),
                tables=tuple(_headings_of(entry) for entry in value.get("tables", ())),
                lost=tuple(Lost(**entry | {"verdict": Verdict(entry["verdict"])}) for entry in value.get("lost", ())),
                layouts=tuple(Use(**entry | {"gave": tuple(entry["gave"])}) for entry in value.get("layouts", ())),
            )
        except (KeyError, TypeError, ArithmeticError) as error:
            raise ValueError(f"not a reading: {error!r}") from error


def headings_json(table: Headings) -> dict[str, Any]:
    """What the headings of a table were taken as, as plain JSON."""
    columns = [
        {
            "heading": entry.heading,
            "cell": entry.cell,
            "field": entry.field,
            "score": None if entry.score is None else format(entry.score, "f"),
            "told": entry.told,
        }
        for entry in table.columns
    ]
    return {"sheet": table.sheet, "row": table.row, "columns": columns}


def _headings_of(value: dict[str, Any]) -> Headings:
    columns = tuple(
        Heading(
            str(entry["heading"]),
            str(entry["cell"]),
            None if entry["field"] is None else str(entry["field"]),
            None if entry["score"] is None else Decimal(str(entry["score"])),
            bool(entry["told"]),
        )
        for entry in value["columns"]
    )
    return Headings(str(value["sheet"]), int(value["row"]), columns)


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """What a page says of its place, as plain JSON."""
    return asdict(sheet) | {"carried": None if sheet.carried is None else format(sheet.carried, "f")}


def sheet_of(value: dict[str, Any]) -> Sheet:
    """The sheet that the JSON describes."""
    carried = value["carried"]
    number, of = (None if value[name] is None else int(value[name]) for name in ("number", "of"))
    return Sheet(number, of, bool(value["titled"]), None if carried is None else Decimal(str(carried)))


def page_size(width: float, height: float) -> PageSize:
    """The size of a page, rounded to hundredths of a point."""
    return PageSize(Decimal(f"{width:.2f}"), Decimal(f"{height:.2f}"))
