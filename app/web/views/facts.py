"""What is on file about one invoice: the match, the papers behind it, their links and the exceptions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.documents.document import Document, Line
from app.documents.evidence import Evidence
from app.documents.normal import number_key
from app.storage import documents, exceptions, matches
from app.storage.database import AnySession
from app.storage.documents import Record
from app.storage.exceptions import ExceptionRow
from app.storage.matches import MatchRow
from app.storage.tables import LINK

#: The order in which papers of a purchase come about.
KIND_ORDER = (
    "contract",
    "quote",
    "purchase_order",
    "packing_slip",
    "goods_receipt",
    "license_receipt",
    "credit_note",
    "invoice",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A line of one paper belongs to a line of another (whole papers where the lines are None)."""

    document: str
    line: str | None
    to_document: str
    to_line: str | None
    basis: str
    score: Decimal


@dataclass(frozen=True, slots=True)
class LineAt:
    """A line where it stands: the paper on file and the line's position in it."""

    record: Record
    at: int

    @property
    def document(self) -> Document:
        """The paper, read."""
        assert self.record.document is not None  # noqa: S101 (only lines of papers that were read exist)
        return self.record.document

    @property
    def line(self) -> Line:
        """The line itself."""
        return self.document.lines[self.at]

    @property
    def id(self) -> str:
        """The line's own number, or its position where it has none."""
        return self.line.id or str(self.at + 1)

    @property
    def key(self) -> tuple[str, int]:
        """What tells this line from every other on file."""
        return (self.record.id, self.at)

    def read(self, name: str) -> Evidence | None:
        """Where one of the line's fields stood and how it was read."""
        return self.document.evidence.get(f"/lines/{self.at}/{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the case page draws from; `papers` holds the invoice too."""

    invoice: Record
    match: MatchRow | None
    papers: Mapping[str, Record]
    links: Sequence[LinkRow]
    exceptions: Sequence[ExceptionRow]

    def lines(self) -> tuple[LineAt, ...]:
        """The invoice's own lines, as printed."""
        document = self.invoice.document
        return tuple(LineAt(self.invoice, at) for at in range(len(document.lines))) if document else ()

    def line_of(self, document: str, line: str | None) -> LineAt | None:
        """A line of a paper by its number."""
        record = self.papers.get(document)
        if record is None or record.document is None or line is None:
            return None
        entries = (LineAt(record, at) for at in range(len(record.document.lines)))
        return next((entry for entry in entries if entry.id == line), None)

    def orders_of(self, line: LineAt) -> tuple[LineAt, ...]:
        """The order lines that an invoice line belongs to."""
        return self._found((e.to_document, e.to_line) for e in self._from(line))

    def quotes_of(self, order: LineAt) -> tuple[LineAt, ...]:
        """The lines of quotes (and contracts) that offered what was ordered."""
        found = self._found((e.to_document, e.to_line) for e in self._from(order))
        return tuple(entry for entry in found if entry.record.kind in {"quote", "contract"})

    def proofs_of(self, order: LineAt) -> tuple[LineAt, ...]:
        """The lines of slips, receipts and licenses that prove an order line."""
        to_it = (
            (e.document, e.line)
            for e in self.links
            if e.to_document == order.record.id and e.to_line == order.id and e.line is not None
        )
        proofs = {"packing_slip", "goods_receipt", "license_receipt"}
        return tuple(entry for entry in self._found(to_it) if entry.record.kind in proofs)

    def basis_of(self, line: LineAt) -> str | None:
        """What the link of an invoice line to its order rests on."""
        return next((entry.basis for entry in self._from(line)), None)

    def _from(self, line: LineAt) -> list[LinkRow]:
        return [e for e in self.links if e.document == line.record.id and e.line == line.id and e.to_line]

    def _found(self, places: Iterable[tuple[str, str | None]]) -> tuple[LineAt, ...]:
        found = (self.line_of(document, line) for document, line in dict.fromkeys(places))
        return tuple(entry for entry in found if entry is not None)

    def behind(self) -> tuple[Record, ...]:
        """The papers behind the invoice, in the order in which a purchase makes them."""
        others = [record for record in self.papers.values() if record.id != self.invoice.id]
        return tuple(sorted(others, key=lambda record: (_place(record.kind), record.sequence)))


def load(session: AnySession, *, tenant: str, identifier: str) -> Facts | None:
    """The facts of an invoice (or of a paper that has exceptions), or None where there is no such document."""
    invoice = documents.get(session, tenant=tenant, identifier=identifier)
    if invoice is None:
        return None
    match = matches.current(session, tenant=tenant, invoice=identifier)
    links = _links(session, tenant=tenant, match=match.id) if match else ()
    named = {entry.document for entry in links} | {entry.to_document for entry in links}
    if match is not None:
        named |= {
            place["document"]
            for finding in match.body.get("findings", ())
            for place in finding.get("evidence", ())
            if place.get("document")
        }
    papers = {invoice.id: invoice}
    for other in sorted(named - {invoice.id}):
        record = documents.get(session, tenant=tenant, identifier=other)
        if record is not None:
            papers[other] = record
    return Facts(
        invoice=invoice,
        match=match,
        papers=papers,
        links=links,
        exceptions=exceptions.of_document(session, tenant=tenant, document=identifier),
    )


def _links(session: AnySession, *, tenant: str, match: str) -> tuple[LinkRow, ...]:
    rows = session.execute(select(LINK).where(LINK.c.tenant == tenant, LINK.c.match == match).order_by(LINK.c.position))
    return tuple(
        LinkRow(
            document=row.document,
            line=row.line,
            to_document=row.to_document,
            to_line=row.to_line,
            basis=row.basis,
            score=row.score,
        )
        for row in rows
    )


def _place(kind: str | None) -> int:
    return KIND_ORDER.index(kind) if kind in KIND_ORDER else len(KIND_ORDER)


def same_number(left: str | None, right: str | None) -> bool:
    """Whether two numbers are the same but for case and separators."""
    return number_key(left) is not None and number_key(left) == number_key(right)
