"""A document on file: the document with what is known of it since it arrived."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.documents.document import Document


class Standing(StrEnum):
    """Whether an invoice counts in the ledger of what was billed.

    Pending and paid ones count; void, rejected and duplicate ones never do (standard, "How to read it").
    """

    PENDING = "pending"
    PAID = "paid"
    VOID = "void"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class DoubtKind(StrEnum):
    """What a reader found wrong with a paper that it could read."""

    DECEPTIVE = "deceptive"
    XML_DIFFERS = "xml_differs"
    BREAKS_RULE = "breaks_rule"
    PAGE_UNREAD = "page_unread"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing wrong: at which field (JSON pointer), what the page shows, what was read, which rule it breaks.

    Of a page that could not be read the pointer is `/pages/` and its number from 1.
    For a rule `text` is what it asks, `fatal` how its publisher ranks it, `path` where in the XML (the first of
    `times` places). That the rules were not checked is no fault of the paper; `text` says why.
    """

    kind: DoubtKind
    pointer: str
    shown: str | None = None
    read: str | None = None
    rule: str | None = None
    text: str | None = None
    fatal: bool | None = None
    path: str | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A document on file.

    `sequence` is the order of arrival, unique among the documents of a tenant; `arrived_at` its time.
    `unread` names why the document could not be read (malformed, encrypted, empty, needs_ocr, …), None
    where it was read: then `document` holds nothing but what the sender said of it. `doubts` are what the
    reader found wrong with it all the same. `content_sha256` is the digest of `document` where storage knows it.
    """

    id: str
    document: Document
    arrived_at: datetime
    sequence: int
    standing: Standing = Standing.PENDING
    unread: str | None = None
    doubts: tuple[Doubt, ...] = ()
    content_sha256: str | None = None
