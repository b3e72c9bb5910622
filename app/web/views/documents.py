"""Documents: the list, and one paper with what was read of it and where it stood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from app.documents.document import Document
from app.documents.evidence import Evidence
from app.documents.kinds import BILLING
from app.storage.database import AnySession
from app.storage.documents import STATE, Record, State
from app.storage.identifiers import under
from app.storage.tables import DOCUMENT
from app.web.filters import day, number, unit, unsure

_HEAD = (
    ("number", "Number"),
    ("issue_date", "Date"),
    ("due_date", "Due"),
    ("valid_until", "Valid until"),
    ("delivery_date", "Delivered"),
    ("currency", "Currency"),
    ("version", "Version"),
    ("status", "Status of the order"),
    ("posting", "Posting"),
    ("supplier/name", "Supplier"),
    ("supplier/vat_id", "Supplier's VAT id"),
    ("supplier/iban", "Supplier's account"),
    ("buyer/name", "Buyer"),
    ("buyer/vat_id", "Buyer's VAT id"),
    ("references/purchase_order", "Order"),
    ("references/quote", "Quote"),
    ("references/contract", "Contract"),
    ("references/despatch_advice", "Packing slip"),
    ("references/receiving_advice", "Receipt"),
    ("references/preceding_invoice", "Earlier invoice"),
    ("payment_terms", "Payment terms"),
    ("delivery_terms", "Delivery terms"),
)
_SUMS = (
    ("totals/lines", "Sum of the lines"),
    ("totals/allowances", "Allowances"),
    ("totals/charges", "Charges"),
    ("totals/net", "Net"),
    ("totals/tax", "Tax"),
    ("totals/gross", "Gross"),
    ("totals/prepaid", "Paid before"),
    ("totals/rounding", "Rounding"),
    ("totals/due", "Due"),
)
_COLUMNS = (
    ("description", "Description"),
    ("seller_item_id", "Item"),
    ("buyer_item_id", "Our item"),
    ("quantity", "Quantity"),
    ("unit_price", "Unit price"),
    ("net_amount", "Amount"),
)
_FIGURES = frozenset({"quantity", "unit_price", "net_amount"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value that was read; `anchor` names its box on the page, where there is paper."""

    name: str
    text: str
    anchor: str | None
    method: str | None
    score: Decimal | None
    figure: bool

    @property
    def unsure(self) -> bool:
        """Whether the reader was not sure of it."""
        return unsure(self.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the document."""

    id: str
    values: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A box on a page, in points, with what was read there."""

    anchor: str
    x: float
    y: float
    width: float
    height: float
    said: str
    unsure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its size in points, its picture, and the boxes on it."""

    number: int
    width: float
    height: float
    url: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """One document, ready to show."""

    record: Record
    case: str | None
    head: tuple[Value, ...]
    sums: tuple[Value, ...]
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[Row, ...]
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document as the list shows it: what stands at its head, without reading the rest."""

    id: str
    state: State
    kind: str | None
    number: str | None
    file_name: str | None
    supplier: str | None
    reason: str | None
    received_at: datetime

    @property
    def case(self) -> str | None:
        """The case that a bill is, once it was read or given up."""
        return case_of(self.kind, self.id) if self.state is not State.RECEIVED else None


def listed(
    session: AnySession,
    *,
    tenant: str,
    kind: str | None,
    state: str | None,
    number: str | None,
    after: str | None,
    limit: int,
) -> list[Listed]:
    """The newest documents first, a page at a time."""
    table = DOCUMENT.c
    query = select(
        table.id,
        STATE.label("state"),
        func.coalesce(table.kind, table.kind_given).label("kind"),
        table.number,
        table.file_name,
        table.supplier_name.label("supplier"),
        table.reason,
        table.received_at,
    ).where(table.tenant == tenant)
    for column, wanted in ((table.kind, kind), (STATE, state), (table.number, number)):
        if wanted:
            query = query.where(column == wanted)
    if after:
        query = query.where(table.id < after)
    rows = session.execute(query.order_by(table.id.desc()).limit(limit))
    return [Listed(**row._asdict() | {"state": State(row.state)}) for row in rows]


def case_of(kind: str | None, document: str) -> str | None:
    """The address name of the case that a bill is."""
    return under("inv", document) if kind in BILLING else None


def view(record: Record) -> PaperView:
    """A document with each value tied to its place."""
    document = record.document
    if document is None:
        return PaperView(
            record=record,
            case=case_of(record.kind or record.kind_given, record.id),
            head=(),
            sums=(),
            columns=(),
            rows=(),
            pages=_pages(record, {}),
        )
    anchors = {pointer: _anchor(pointer) for pointer, entry in document.evidence.items() if entry.page and entry.box}
    used = [(n, t) for n, t in _COLUMNS if any(getattr(line, n) is not None for line in document.lines)]
    return PaperView(
        record=record,
        case=case_of(record.kind or record.kind_given, record.id),
        head=_values(document, _HEAD, anchors),
        sums=_values(document, _SUMS, anchors),
        columns=tuple((title, name in _FIGURES) for name, title in used),
        rows=tuple(_row(document, at, [name for name, _ in used], anchors) for at in range(len(document.lines))),
        pages=_pages(record, anchors),
    )


def _anchor(pointer: str) -> str:
    return "box" + pointer.replace("/", "-").replace("_", "-")


def _values(document: Document, wanted: Sequence[tuple[str, str]], anchors: dict[str, str]) -> tuple[Value, ...]:
    found = (_value(document, f"/{name}", title, anchors) for name, title in wanted)
    return tuple(value for value in found if value is not None)


def _row(document: Document, at: int, names: Sequence[str], anchors: dict[str, str]) -> Row:
    line = document.lines[at]
    return Row(
        id=line.id or str(at + 1),
        values=tuple(_value(document, f"/lines/{at}/{name}", name, anchors) for name in names),
    )


def _value(document: Document, pointer: str, name: str, anchors: dict[str, str]) -> Value | None:
    found: object = document
    for step in pointer.split("/")[1:]:
        found = found[int(step)] if isinstance(found, tuple) else getattr(found, step)
        if found is None:
            return None
    read = document.evidence.get(pointer)
    text = _text(found)
    if pointer.endswith("/quantity"):
        line = document.lines[int(pointer.split("/")[2])]
        text = f"{text} {unit(line.unit_text, line.unit)}".strip()
    return Value(
        name=name,
        text=text,
        anchor=anchors.get(pointer),
        method=read.method.value if read else None,
        score=read.score if read else None,
        figure=isinstance(found, Decimal),
    )


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return number(value)
    return day(value) if hasattr(value, "isoformat") else str(value)  # type: ignore[arg-type]  # (dates alone have it)


def _pages(record: Record, anchors: dict[str, str]) -> tuple[Page, ...]:
    evidence = record.document.evidence if record.document else {}
    return tuple(
        Page(
            number=at,
            width=width,
            height=height,
            url=f"/pictures/{record.id}/page.webp?page={at}&scale=2",
            marks=tuple(
                _mark(anchors[pointer], pointer, entry)
                for pointer, entry in evidence.items()
                if pointer in anchors and entry.page == at
            ),
        )
        for at, (width, height) in enumerate(record.pages, start=1)
    )


def _mark(anchor: str, pointer: str, entry: Evidence) -> Mark:
    assert entry.box is not None  # noqa: S101 (only what has a box has an anchor)
    x0, top, x1, bottom = (float(edge) for edge in entry.box)
    return Mark(
        anchor=anchor,
        x=round(x0 - 1.5, 1),
        y=round(top - 1.5, 1),
        width=round(x1 - x0 + 3, 1),
        height=round(bottom - top + 3, 1),
        said=f"{pointer.rpartition('/')[2].replace('_', ' ')}: {entry.text or ''}",
        unsure=unsure(entry.score),
    )
