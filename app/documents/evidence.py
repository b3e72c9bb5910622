"""Evidence: where a value stood, how it was read, and how sure the reader is."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Method(StrEnum):
    """How a value came to us."""

    PDF = "pdf"
    OCR = "ocr"
    XML = "xml"
    CSV = "csv"
    EDI = "edi"
    API = "api"
    DERIVED = "derived"
    PERSON = "person"


#: x0, top, x1, bottom in points (1/72 inch) from the top left of the page.
Box = tuple[Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The place of one value: document, page (from 1), box, the printed text, the method and the score.

    `page` and `box` are None where there is no paper; `path` then names the element (XPath, cell, pointer).
    `score` is the probability, 0 to 1, that the value is right; `docs/scores.md` says how it is found. `by` and
    `at` say who stated it and when, where a person did.
    """

    document: str | None = None
    page: int | None = None
    box: Box | None = None
    path: str | None = None
    text: str | None = None
    method: Method
    score: Decimal
    by: str | None = None
    at: datetime | None = None
