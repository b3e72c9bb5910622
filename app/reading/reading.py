"""The reading: what became of the bytes, in a form that crosses a process pipe as plain JSON."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.documents import canonical
from app.documents.document import Document


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
class Reading:
    """The verdict, the reason in a sentence where it is not ok, and the documents with the sizes of their pages.

    `differences` are those between the XML and the page of an e-invoice that has both. `unread` are pages whose
    print, or a good part of it, could not be read although the file has documents.
    """

    verdict: Verdict
    reason: str | None = None
    documents: tuple[Document, ...] = ()
    pages: tuple[PageSize, ...] = ()
    format: str | None = None
    differences: tuple[Difference, ...] = ()
    unread: tuple[Unread, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The reading as plain JSON; `from_json` gives the same reading back."""
        return {
            "verdict": self.verdict.value,
            "reason": self.reason,
            "documents": [canonical.write(document) for document in self.documents],
            "pages": [[format(page.width, "f"), format(page.height, "f")] for page in self.pages],
            "format": self.format,
            "differences": [asdict(entry) for entry in self.differences],
            "unread": [asdict(entry) for entry in self.unread],
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
            )
        except (KeyError, TypeError, ArithmeticError) as error:
            raise ValueError(f"not a reading: {error!r}") from error


def page_size(width: float, height: float) -> PageSize:
    """The size of a page, rounded to hundredths of a point."""
    return PageSize(Decimal(f"{width:.2f}"), Decimal(f"{height:.2f}"))
