"""Mapping: which column is which field, proposed from the headings by the trade's own words."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reading.lexicon import lexicon, words
from app.reading.tables.cells import Sheet

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
# Headings that the lexicon leaves to the layout of paper, but that are plain over a column of a table.
_OWN = {
    **dict.fromkeys(("kind", "document kind", "document type", "doc type", "belegart"), "kind"),
    **dict.fromkeys(("number", "document number", "document"), "document_number"),
    **dict.fromkeys(("vendor", "vendor name", "supplier name"), "supplier"),
    **dict.fromkeys(("buyer name", "customer", "customer name"), "buyer"),
    **dict.fromkeys(("supplier vat id", "vendor vat id"), "vat_id"),
    **dict.fromkeys(("unit code", "uom", "unit of measure"), "unit"),
    "price": "unit_price",
    "tax category": "tax_category",
    **dict.fromkeys(("net", "net amount", "line amount"), "net_amount"),
    **dict.fromkeys(("purchase order", "po", "order"), "purchase_order_number"),
    "iban": "iban",
    "category": "category",
    **dict.fromkeys(("invoice total", "total gross", "gross total", "invoice amount", "totals gross"), "total_gross"),
    **dict.fromkeys(("total net", "net total", "totals net"), "total_net"),
    **dict.fromkeys(("total tax", "tax total", "totals tax"), "total_tax"),
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """The row of headings and the field of each column that has one."""

    row: int
    columns: dict[int, str]

    def column(self, field: str) -> int | None:
        """The column of the field."""
        return next((at for at, name in self.columns.items() if name == field), None)


def field_of(heading: str) -> str | None:
    """The field that the heading names; None where it names none."""
    key = words(heading)
    if not key:
        return None
    own = _OWN.get(" ".join(key))
    if own is not None:
        return own
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
        columns = _columns(row)
        if len(columns) >= _LEAST_COLUMNS and (best is None or len(columns) > len(best.columns)):
            best = Mapping(at, columns)
    return best if best is not None and _says_enough(set(best.columns.values())) else None


def _columns(row: Sequence[str]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for at, heading in enumerate(row):
        field = field_of(heading)
        if field is not None and field not in columns.values():
            columns[at] = field
    return columns


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
