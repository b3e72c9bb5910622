"""Links and allocations: what says that a line of one paper belongs to a line of another, and how much of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from app.documents.document import Document, Line
from app.linking.filed import Filed


class Basis(StrEnum):
    """What a link rests on, from the strongest to the weakest."""

    REFERENCE = "reference"
    ITEM = "item"
    DESCRIPTION = "description"
    INFERRED = "inferred"


class AllocationKind(StrEnum):
    """What a billed line does to the order line it is allocated to."""

    BILL = "bill"
    QTY_CREDIT = "qty_credit"
    PRICE_CORR = "price_corr"
    AMOUNT_CORR = "amount_corr"


@dataclass(frozen=True, slots=True)
class LineOf:
    """A line in its place: the document on file and the line's position in it (from 0)."""

    filed: Filed
    at: int

    @property
    def line(self) -> Line:
        """The line itself."""
        return self.filed.document.lines[self.at]

    @property
    def document(self) -> Document:
        """The document that the line stands on."""
        return self.filed.document

    @property
    def id(self) -> str:
        """The line's own number, or its position (from 1) where it has none."""
        return self.line.id or str(self.at + 1)

    @property
    def key(self) -> tuple[str, int]:
        """What tells this line from every other on file."""
        return (self.filed.id, self.at)

    def pointer(self, name: str) -> str:
        """The JSON pointer of one of the line's fields within its document."""
        return f"/lines/{self.at}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One document or line belongs to another, with what says so.

    `line` and `to_line` are None where whole documents are linked. `parts` are the parts of the score;
    `ambiguous_with` names the others that fit as well (document ids, or line ids of the same document).
    """

    document: str
    line: str | None
    to_document: str
    to_line: str | None
    basis: Basis
    score: Decimal
    parts: Mapping[str, Decimal] = field(default_factory=dict)
    ambiguous_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """So much of a billed line against so much of an order line and of the receipt or license that proves it.

    Quantities are in the order line's unit. A row without a receipt and a license is billed but not proven;
    a row without an order line was not ordered.
    """

    kind: AllocationKind
    invoice: str
    line: str
    order: str | None
    order_line: str | None
    receipt: str | None = None
    receipt_line: str | None = None
    license: str | None = None
    license_line: str | None = None
    quantity: Decimal
    unit: str | None
    amount: Decimal
