"""Mapping: which column is which field, proposed from the headings by the trade's own words."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.reading.lexicon import lexicon, words
from app.reading.reading import Heading, Headings
from app.reading.tables.cells import Figure, Sheet, filled

_DEEPEST_HEAD = 40
_LEAST_COLUMNS = 3

#: The number that names a document of each kind, the most telling first.
NUMBERS = {
    "credit_note_number": "credit_note",
    "invoice_number": "invoice",
    "goods_receipt_number": "goods_receipt",
    "packing_slip_number": "packing_slip",
    "license_receipt_number": "license_receipt",
    "quote_number": "quote",
    "contract_number": "contract",
    "purchase_order_number": "purchase_order",
}
#: What the same numbers are on a document of another kind.
REFERENCES = {
    "purchase_order_number": "purchase_order",
    "quote_number": "quote",
    "contract_number": "contract",
    "packing_slip_number": "despatch_advice",
    "goods_receipt_number": "receiving_advice",
    "invoice_number": "preceding_invoice",
    "preceding_invoice": "preceding_invoice",
    "sales_order_number": "sales_order",
    "project": "project",
    "buyer_reference": "buyer_reference",
}
_LINE_FIELDS = {
    "position": "id",
    "description": "description",
    "quantity": "quantity",
    "ordered": "ordered",
    "despatched": "despatched",
    "outstanding": "outstanding",
    "received": "received",
    "accepted": "accepted",
    "rejected": "rejected",
    "unit": "unit",
    "unit_price": "unit_price",
    "price_base": "price_base_quantity",
    "amount": "net_amount",
    "tax_rate": "tax_rate",
    "seller_item": "seller_item_id",
    "buyer_item": "buyer_item_id",
    "gtin": "gtin",
    "order_line": "order_line",
    "order_number": "purchase_order_number",
    "need_by": "need_by",
    "lot": "lot",
    "serial": "serials",
    "tax_amount": "tax_amount",
    "gross_amount": "gross_amount",
    "date": "issue_date",
}
LICENSE_FIELDS = ("product", "publisher", "metric", "rights", "packs", "rights_per_pack")
_HEAD_FIELDS = ("issue_date", "due_date", "valid_until", "currency", "payment_terms", "delivery_terms", "delivery_date")
#: Every field that a column can be.
FIELDS = frozenset(
    {
        *("document_number", "kind", "supplier", "buyer", "vat_id", "iban", "category", "tax_category"),
        *("total_net", "total_tax", "total_gross"),
        *NUMBERS,
        *REFERENCES,
        *_LINE_FIELDS.values(),
        *_HEAD_FIELDS,
        *(f"license_{name}" for name in LICENSE_FIELDS),
    }
)
#: Rows from the top among which headings are looked for.
DEEPEST_HEAD = _DEEPEST_HEAD
# A name of goods: what they are, or their item where another column describes them.
_GOODS = "goods"
_EITHERS = frozenset({_GOODS, "reference"})
_SUPPLIERS = "supplier_invoice_number"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
_PARTS = re.compile(r"[/:.>]")
#: How sure a heading is of its field: it is one of the words; it is after what exports put around it; it could be two.
_SURE, _TRIMMED, _EITHER = Decimal(1), Decimal("0.9"), Decimal("0.6")


@dataclass(frozen=True, slots=True)
class Mapping:
    """The row of headings and the field of each column that has one."""

    row: int
    columns: dict[int, str]
    depth: int = 1
    #: Columns of which a person said what they are.
    said: frozenset[int] = frozenset()

    @property
    def top(self) -> int:
        """The row in which the headings begin."""
        return self.row - self.depth + 1

    def told(self, sheet: Sheet) -> Headings:
        """Which heading was taken as which field, and which was not used."""
        return Headings(
            sheet.name,
            self.row + 1,
            tuple(
                Heading(heading[:200], sheet.path(self.row, at), field, self._score(at, heading), at in self.said)
                for at, heading in enumerate(self.headings(sheet))
                if heading
                for field in [self.columns.get(at)]
            ),
        )

    def headings(self, sheet: Sheet) -> list[str]:
        """The heading of each column."""
        row = sheet.rows[self.row]
        return _stacked(sheet.rows[self.top], row) if self.depth > 1 else list(row)

    def _score(self, at: int, heading: str) -> Decimal | None:
        """How sure the column's field is; what a person said is."""
        if at not in self.columns:
            return None
        return _SURE if at in self.said else scored_field(heading)[1]

    def column(self, field: str) -> int | None:
        """The column of the field."""
        return next((at for at, name in self.columns.items() if name == field), None)


def field_of(heading: str) -> str | None:
    """The field that the heading names; None where it names none."""
    found, _ = scored_field(heading)
    return found


@lru_cache(maxsize=5000)
def scored_field(heading: str) -> tuple[str | None, Decimal]:
    """The field that the heading names, and how sure that is; None where it names none.

    Exports mark what must be filled with a star, write words together, and name the table of a column before
    a stroke or in brackets.
    """
    for text, score in forms(heading):
        found = _plain_field(text)
        if found is not None:
            return found, min(score, _EITHER) if found in _EITHERS else score
    return None, Decimal(0)


def forms(heading: str) -> Iterator[tuple[str, Decimal]]:
    """The heading as it stands and without what exports put around it, and how sure each is."""
    whole = heading.strip().strip("*").strip()
    yield whole, _SURE
    apart = _CAMEL.sub(" ", whole)
    bare = _BRACKETS.sub(" ", apart).strip()
    for text in dict.fromkeys((apart, bare, _PARTS.split(bare)[-1].strip())):
        if text != whole:
            yield text, _TRIMMED


def _plain_field(heading: str) -> str | None:
    key = words(heading)
    if not key:
        return None
    own = lexicon("tables").roles(key)
    if own:
        return own[0]
    fields, columns = lexicon("fields").roles(key), lexicon("columns").roles(key)
    for role in fields:
        if (
            role in NUMBERS
            or role in REFERENCES
            or role in _HEAD_FIELDS
            or role in {"document_number", "vat_id", "iban"}
        ):
            return role
    for role in columns:
        if role in _LINE_FIELDS:
            return _LINE_FIELDS[role]
        if role in LICENSE_FIELDS:
            return f"license_{role}"
    parties = [role for role in lexicon("parties").roles(key) if role in {"supplier", "buyer"}]
    return parties[0] if parties else None


def propose(sheet: Sheet) -> Mapping | None:
    """The row that has the most headings, and its columns; None where no row looks like headings."""
    best: Mapping | None = None
    for at, row in enumerate(sheet.rows[:_DEEPEST_HEAD]):
        for found in _candidates(sheet, at, row):
            if len(found.columns) >= _LEAST_COLUMNS and (best is None or len(found.columns) > len(best.columns)):
                best = found
    return best if best is not None and _says_enough(set(best.columns.values())) else None


def guess(sheet: Sheet) -> Mapping | None:
    """The row that may be headings although few of them or none are known: the fullest one of words over figures."""
    best: Mapping | None = None
    for at, row in enumerate(sheet.rows[:_DEEPEST_HEAD]):
        if filled(row) < _LEAST_COLUMNS or any(cell[:1].isdigit() or isinstance(cell, Figure) for cell in row):
            continue
        below = sheet.rows[at + 1 : at + 2]
        over = bool(below) and any(letter.isdigit() for cell in below[0] for letter in cell)
        if over and (best is None or filled(row) > filled(sheet.rows[best.row])):
            best = Mapping(at, _columns(row))
    return best


def alone(sheet: Sheet, at: int) -> Mapping:
    """The row as headings, by itself."""
    return Mapping(at, _columns(sheet.rows[at]))


def says_enough(columns: Iterable[str]) -> bool:
    """Whether the fields make documents: figures, and what they are of."""
    return _says_enough(set(columns))


def _candidates(sheet: Sheet, at: int, row: Sequence[str]) -> Iterator[Mapping]:
    """The row as headings by itself, and with the row of groups that may stand over it."""
    alone = Mapping(at, _columns(row))
    if at and _could_stand_over(sheet.rows[at - 1], row):
        both = Mapping(at, _columns(_stacked(sheet.rows[at - 1], row)), depth=2)
        if len(both.columns) >= len(alone.columns) and filled(sheet.rows[at - 1]) >= _LEAST_COLUMNS:
            yield both
            return
        yield alone
        yield both
        return
    yield alone


def _could_stand_over(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether both rows may be headings: words, and neither a label with its value nor figures."""
    cells = [cell for cell in (*upper, *lower) if cell]
    return filled(upper) > 1 and not any(letter.isdigit() for cell in cells for letter in cell)


def _stacked(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The headings of two rows: the lower one, where it says something by itself, else both together."""
    out = []
    for at, below in enumerate(lower):
        above = upper[at] if at < len(upper) else ""
        known = below and _plain_field(below) is not None and _plain_field(f"{above} {below}") is None
        out.append(below if known else f"{above} {below}".strip())
    return out


def _columns(row: Sequence[str]) -> dict[int, str]:
    """The field of each column: of two for one field the surer, then the first."""
    found = [(at, *scored_field(heading)) for at, heading in enumerate(row)]
    taken: dict[str, int] = {}
    for at, name, _ in sorted(found, key=lambda entry: (-entry[2], entry[0])):
        if name is not None and name not in _EITHERS and name not in taken:
            taken[name] = at
    if _SUPPLIERS in taken:
        taken.pop("document_number", None)
        taken["invoice_number"] = taken.pop(_SUPPLIERS)
    for at, name, _ in found:
        if name in _EITHERS and (better := _better(name, taken)) not in taken:
            taken[better] = at
    return {at: name for name, at in sorted(taken.items(), key=lambda entry: entry[1])}


def _better(name: str, taken: Container[str]) -> str:
    """What a heading is that could be two things, by what the other columns are."""
    has_item = "seller_item_id" in taken or "buyer_item_id" in taken
    if name == _GOODS and "description" not in taken:
        return "description"
    if name == _GOODS and has_item:
        return "id"
    return "buyer_reference" if has_item else "seller_item_id"


def _says_enough(fields: set[str]) -> bool:
    figures = {
        "quantity",
        "ordered",
        "despatched",
        "received",
        "unit_price",
        "net_amount",
        "gross_amount",
        "license_rights",
    }
    goods = {"description", "seller_item_id", "buyer_item_id", "gtin", "license_product"}
    sums = {"total_gross", "total_net"}
    numbers = {*NUMBERS, "document_number"}
    return bool(fields & (figures | sums)) and bool(fields & (goods | numbers))
