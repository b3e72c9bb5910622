"""Rows become documents: one a document number, each value with the cell it stood in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.documents.document import Document, License, Line, Party, References, Totals
from app.documents.evidence import Evidence, Method
from app.documents.money import currencies
from app.reading import dates, numbers
from app.reading.einvoice.collect import decimal_of, positive
from app.reading.einvoice.tree import UnreadableError, malformed
from app.reading.lexicon import lexicon, words
from app.reading.reading import Verdict
from app.reading.tables import habits
from app.reading.tables.cells import Figure, Sheet, filled
from app.reading.tables.mapping import LICENSE_FIELDS, NUMBERS, REFERENCES, Mapping, field_of

_MOST_DOCUMENTS = 1000
_SURE, _GUESS = Decimal(1), Decimal("0.6")
_QUANTITY_FIELDS = ("quantity", "ordered", "despatched", "outstanding", "received", "accepted", "rejected")
_SUM_FIELDS = ("tax_amount", "gross_amount", "total_net", "total_tax", "total_gross")
_FIGURES = frozenset(
    (
        *_QUANTITY_FIELDS,
        *_SUM_FIELDS,
        *("unit_price", "price_base_quantity", "net_amount", "tax_rate"),
        *("license_rights", "license_packs", "license_rights_per_pack"),
    )
)
_DAYS = frozenset({"issue_date", "due_date", "valid_until", "delivery_date", "need_by"})
_TOTALS = frozenset({"lines", "net", "tax", "gross", "due", "prepaid", "rounding", "skipped"})
_ORDER = "purchase_order_number"
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "none", "null"})
_LINE_TEXTS = (
    "id",
    "description",
    "seller_item_id",
    "buyer_item_id",
    "gtin",
    "order_line",
    "lot",
    "category",
    "tax_category",
)
_LINE_FIGURES = (
    "unit_price",
    "price_base_quantity",
    "net_amount",
    "tax_rate",
    "outstanding",
    "received",
    "accepted",
    "rejected",
)
_QUANTITIES = {
    "packing_slip": ("despatched", "quantity"),
    "goods_receipt": ("received", "quantity"),
    "purchase_order": ("ordered", "quantity"),
}
_CONTENT = frozenset({*_LINE_TEXTS, *_FIGURES, "license_product"}) - {"total_net", "total_tax", "total_gross"}


@dataclass(slots=True)
class _Group:
    """The rows of one document."""

    kind: str
    number: str | None
    rows: list[int] = field(default_factory=list)
    #: Sums of rows at the foot: name of the total, row and column.
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)


def documents(sheet: Sheet, mapping: Mapping | None) -> tuple[Document, ...]:
    """The documents of a sheet by the fields of its columns; none where it has no headings of a purchase.

    Raises:
        UnreadableError: a figure or a date is none, or there are too many documents.
    """
    if mapping is None:
        return ()
    reader = _Reader(sheet, mapping)
    groups = reader.groups()
    if len(groups) > _MOST_DOCUMENTS:
        reason = f"The table holds {len(groups)} documents; at most {_MOST_DOCUMENTS} are read. Send it in parts."
        raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
    return tuple(reader.document(group) for group in groups)


class _Reader:
    def __init__(self, sheet: Sheet, mapping: Mapping) -> None:
        self.sheet = sheet
        self.mapping = mapping
        self.at = {name: column for column, name in mapping.columns.items()}
        self.body = range(mapping.row + 1, len(sheet.rows))
        figures = [self.cell(row, name) for row in self.body for name in self.at if name in _FIGURES]
        typed = [cell for cell in figures if not isinstance(cell, Figure)]
        self.mark = numbers.decimal_mark(typed) or self._mark_by_arithmetic()
        days = [self.cell(row, name) for row in self.body for name in self.at if name in _DAYS]
        due = [(self.cell(row, "issue_date"), self.cell(row, "due_date")) for row in self.body]
        paid = {cell.upper() for row in self.body if (cell := self.cell(row, "currency"))}
        self.first = habits.day_first(days, [pair for pair in due if all(pair)], paid)
        self.evidence: dict[str, Evidence] = {}
        #: The field that names a document.
        self.number: str | None = None
        self.above = dict(self._above())

    def cell(self, row: int, name: str) -> str:
        """The text of the field's cell in the row."""
        column = self.at.get(name)
        cells = self.sheet.rows[row]
        return cells[column] if column is not None and column < len(cells) else ""

    def _mark_by_arithmetic(self) -> str | None:
        """Where every figure can be read in two ways, the way in which quantity × price is the amount."""
        votes = dict.fromkeys(".,", 0)
        for row in list(self.body)[:200]:
            cells = [self.cell(row, name) for name in ("quantity", "unit_price", "net_amount")]
            for mark in votes:
                read = [numbers.strict(cell, mark) for cell in cells]
                values = [value for value in read if isinstance(value, Decimal)]
                votes[mark] += len(values) == len(cells) and abs(values[0] * values[1] - values[2]) <= Decimal("0.01")
        if votes["."] == votes[","]:
            return None
        return max(votes, key=lambda mark: votes[mark])

    def _above(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Fields that stand over the table: a label, and the value in the next filled cell."""
        for row, cells in enumerate(self.sheet.rows[: self.mapping.top]):
            for column, label in enumerate(cells):
                name = field_of(label.rstrip(": ")) if label else None
                value = next((at for at in range(column + 1, len(cells)) if cells[at]), None)
                if name is not None and name not in self.at and value is not None:
                    yield name, (row, value)

    def groups(self) -> list[_Group]:
        """The rows by document number and kind, in order; a row without a number goes on with the last document."""
        given = [name for name in NUMBERS if name in self.at or name in self.above]
        whole = "document_number" in self.at or "document_number" in self.above
        titled = self._title()
        own = next((name for name in given if NUMBERS[name] == titled), given[0] if given else None)
        number = "document_number" if whole else own
        # A document with a number of its own that names an order beside it is not that order.
        usual = titled or (NUMBERS[own] if own is not None and not (whole and own == _ORDER) else "invoice")
        out: dict[tuple[str, str | None], _Group] = {}
        last: tuple[str, str | None] | None = None
        for row in self.body:
            if not filled(self.sheet.rows[row]):
                continue
            if (total := self._sum(row)) is not None:
                name, column = total
                if last is not None and column is not None:
                    out[last].sums.setdefault(name, (row, column))
                continue
            said = self._said(row, number) if number is not None else ""
            kind = _kind(self.cell(row, "kind")) or (last[0] if last and not said else usual)
            key = (kind, said or (last[1] if last else None))
            out.setdefault(key, _Group(*key)).rows.append(row)
            last = key
        self.number = number
        groups = list(out.values())
        if len(groups) > 1 and not any(group.sums for group in groups[:-1]):
            # Sums under a list of several documents are those of the list.
            groups[-1].sums.clear()
        return groups

    def _said(self, row: int, name: str) -> str:
        if name in self.at:
            return self.cell(row, name)
        place = self.above.get(name)
        return self.sheet.rows[place[0]][place[1]] if place is not None else ""

    def _title(self) -> str | None:
        """The kind that the sheet's name or a line over the table names."""
        titles = [self.sheet.name, *(cell for row in self.sheet.rows[: self.mapping.top] for cell in row if cell)]
        return next((kind for title in titles if (kind := _kind(title)) is not None), None)

    def _sum(self, row: int) -> tuple[str, int | None] | None:
        """The total that the row says, and its column: a word for a sum, no quantity, no price and no item."""
        cells = self.sheet.rows[row]
        first = next((cell for cell in cells if cell), "")
        said = tuple(word for word in words(first.rstrip(": ")) if word != "%" and not word.isdigit())
        of_a_line = ("quantity", "seller_item_id", "buyer_item_id", "gtin", "unit_price")
        # The word may stand in any column, also over a figure's.
        if any(cell and cell != first for name in of_a_line if (cell := self.cell(row, name))):
            return None
        name = next((role for role in lexicon("sums").roles(said) if role in _TOTALS), None)
        if name is None:
            return None
        filled_at = [at for at, cell in enumerate(cells) if cell and cell != first]
        return name, filled_at[-1] if filled_at else None

    # ── values ──

    def _note(self, pointer: str, row: int, column: int, *, score: Decimal = _SURE) -> None:
        text = self.sheet.rows[row][column]
        path = self.sheet.path(row, column)
        self.evidence[pointer] = Evidence(path=path, text=text[:2000], method=Method.CSV, score=score)

    def _place(self, row: int, name: str) -> tuple[int, int] | None:
        column = self.at.get(name)
        if column is not None:
            return (row, column) if self.cell(row, name).casefold() not in _NOTHING else None
        return self.above.get(name)

    def text(self, pointer: str, row: int, name: str) -> str | None:
        """The cell's text; None where it is empty or says that there is nothing."""
        place = self._place(row, name)
        if place is None:
            return None
        self._note(pointer, *place)
        return self.sheet.rows[place[0]][place[1]]

    def figure(self, pointer: str, row: int, name: str) -> Decimal | None:
        """The cell's number by the table's decimal mark; one that can be read in two ways is not sure."""
        place = self._place(row, name)
        return None if place is None else self._number(pointer, place)

    def _number(self, pointer: str, place: tuple[int, int]) -> Decimal:
        said = self.sheet.rows[place[0]][place[1]]
        value = decimal_of(said) if isinstance(said, Figure) else numbers.strict(said, self.mark)
        if value is None:
            raise malformed(f"Cell {self.sheet.path(*place)}: {said[:40]!r} is not a number.")
        if isinstance(value, numbers.Ambiguous):
            self._note(pointer, *place, score=_GUESS)
            return value.as_decimal if self.sheet.delimiter == "," else value.as_thousands
        self._note(pointer, *place)
        return value

    def day(self, pointer: str, row: int, name: str) -> Any:
        """The cell's date; one whose day and month can be exchanged is not sure."""
        place = self._place(row, name)
        if place is None:
            return None
        said = self.sheet.rows[place[0]][place[1]]
        value = dates.strict(said.partition("T")[0], self.first)
        if value is None:
            raise malformed(f"Cell {self.sheet.path(*place)}: {said[:40]!r} is not a date.")
        self._note(pointer, *place, score=_GUESS if isinstance(value, tuple) else _SURE)
        return value[0] if isinstance(value, tuple) else value

    # ── documents ──

    def document(self, group: _Group) -> Document:
        """The document of the group's rows."""
        self.evidence = {}
        row = group.rows[0]
        listed = not any(name in self.at for name in ("quantity", "description", "ordered", "despatched", "received"))
        listed = listed and not any(name in self.at for name in ("seller_item_id", "license_product"))
        lines = () if listed else tuple(self._lines(group))
        currency = self.text("/currency", row, "currency")
        if currency is not None and currency.upper() not in currencies():
            currency = None
            del self.evidence["/currency"]
        document = Document(
            kind=group.kind,
            number=self.text("/number", row, self.number) if self.number else None,
            currency=currency.upper() if currency else None,
            supplier=self._party("/supplier", row, {"name": "supplier", "vat_id": "vat_id", "iban": "iban"}),
            buyer=self._party("/buyer", row, {"name": "buyer"}),
            references=References(**self._references(row)),
            lines=lines,
            totals=self._totals(group, lines, listed=listed),
            payment_terms=self.text("/payment_terms", row, "payment_terms"),
            delivery_terms=self.text("/delivery_terms", row, "delivery_terms"),
            evidence=self.evidence,
            **{
                name: self.day(f"/{name}", row, name)
                for name in ("issue_date", "due_date", "valid_until", "delivery_date")
            },
        )
        return positive(document)

    def _party(self, pointer: str, row: int, names: dict[str, str]) -> Party:
        said = {name: self.text(f"{pointer}/{name}", row, column) for name, column in names.items()}
        return Party(**said | {"name": habits.party_name(said["name"]) if said["name"] else None})

    def _references(self, row: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, reference in REFERENCES.items():
            if name != self.number and found.get(reference) is None:
                found[reference] = self.text(f"/references/{reference}", row, name)
        return found

    def _lines(self, group: _Group) -> Iterator[Line]:
        at = 0
        for row in group.rows:
            if any(self.cell(row, name) for name in _CONTENT if name in self.at):
                yield self._line(f"/lines/{at}", row, group.kind)
                at += 1

    def _line(self, pointer: str, row: int, kind: str) -> Line:
        fields: dict[str, Any] = {
            name: self.text(f"{pointer}/{name}", row, name) for name in _LINE_TEXTS if name in self.at
        }
        fields |= {name: self.figure(f"{pointer}/{name}", row, name) for name in _LINE_FIGURES if name in self.at}
        item, rest = habits.item_and_rest(fields.get("description") or "")
        if item is not None and not fields.get("buyer_item_id"):
            fields |= {"description": rest, "seller_item_id": item}
            self.evidence[f"{pointer}/seller_item_id"] = self.evidence[f"{pointer}/description"]
        names = _QUANTITIES.get(kind, ("quantity", "despatched", "received", "ordered"))
        counted = next((name for name in names if name in self.at), None)
        if counted is not None:
            fields["quantity"] = self.figure(f"{pointer}/quantity", row, counted)
        base = fields.get("price_base_quantity")
        if base is not None and base <= 0:
            raise malformed(f"Cell {self.sheet.path(row, self.at['price_base_quantity'])}: the price is for nothing.")
        if "purchase_order_number" in self.at and self.number != "purchase_order_number":
            fields["purchase_order"] = self.text(f"{pointer}/purchase_order", row, "purchase_order_number")
        fields["need_by"] = self.day(f"{pointer}/need_by", row, "need_by") if "need_by" in self.at else None
        serials = self.text(f"{pointer}/serials/0", row, "serials") if "serials" in self.at else None
        fields["serials"] = (serials,) if serials else ()
        return Line(**fields, **self._unit(pointer, row), license=self._license(f"{pointer}/license", row, kind))

    def _unit(self, pointer: str, row: int) -> dict[str, Any]:
        said = self.text(f"{pointer}/unit_text", row, "unit") if "unit" in self.at else None
        if said is None:
            return {}
        known = habits.unit_code(said)
        if known is not None:
            self._note(f"{pointer}/unit", row, self.at["unit"])
        return {"unit": known, "unit_text": said}

    def _license(self, pointer: str, row: int, kind: str) -> License | None:
        fields: dict[str, Any] = {}
        for short in LICENSE_FIELDS:
            name = f"license_{short}"
            if name in self.at:
                take = self.figure if name in _FIGURES else self.text
                fields[short] = take(f"{pointer}/{short}", row, name)
        if kind == "license_receipt" and not fields.get("product"):
            fields["product"] = self.text(f"{pointer}/product", row, "description")
        return License(**fields) if any(value is not None for value in fields.values()) else None

    def _totals(self, group: _Group, lines: tuple[Line, ...], *, listed: bool) -> Totals:
        """The document's sums where columns hold them; of a list without lines the figures of its row."""
        row = group.rows[0]
        names = {"net": "total_net", "tax": "total_tax", "gross": "total_gross"}
        sums: dict[str, Decimal | None] = {
            name: self.figure(f"/totals/{name}", row, column) for name, column in names.items()
        }
        if listed:
            for name, column in {"net": "net_amount", "tax": "tax_amount", "gross": "gross_amount"}.items():
                if sums[name] is None:
                    sums[name] = self.figure(f"/totals/{name}", row, column)
        for name, place in group.sums.items():
            if name != "skipped" and sums.get(name) is None:
                sums[name] = self._number(f"/totals/{name}", place)
        amounts = [line.net_amount for line in lines]
        if sums["net"] is None and amounts and None not in amounts:
            sums["net"] = sum((amount for amount in amounts if amount is not None), Decimal(0))
            path = self.sheet.path(row, self.at["net_amount"])
            text = format(sums["net"], "f")
            self.evidence["/totals/net"] = Evidence(path=path, text=text, method=Method.DERIVED, score=_SURE)
        return Totals(**sums)


def _kind(text: str) -> str | None:
    """The kind of document that a word names."""
    key = words(text)
    roles = lexicon("titles").roles(key) if key else ()
    return roles[0] if roles else None
