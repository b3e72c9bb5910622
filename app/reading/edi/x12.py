"""X12: 810 invoice, 843 quote, 850 order, 855 its answer, 856 ship notice and 861 receipt as canonical documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.documents.document import Charge, Document, Line, Party, References, TaxBreakdown, Totals
from app.documents.evidence import Method
from app.reading.edi.segments import Message, Segment
from app.reading.edi.taken import Taken, rounded
from app.reading.einvoice.collect import positive

#: The transaction sets that are read, and the kind of document each is.
SETS = {
    "810": "invoice",
    "843": "quote",
    "850": "purchase_order",
    "855": "quote",
    "856": "packing_slip",
    "861": "goods_receipt",
}
_HEADS = {"810": "BIG", "843": "BQR", "850": "BEG", "855": "BAK", "856": "BSN", "861": "BRA"}
# Which elements of the head are the number and the date.
_NUMBERS = {"810": (2, 1), "843": (2, 3), "850": (3, 5), "855": (3, 4), "856": (2, 3), "861": (1, 2)}
_TYPES = {"810": 7, "850": 2, "855": 2}
_CREDITS = frozenset({"CR", "CN"})
_SUPPLIERS, _BUYERS = ("SE", "SU", "VN", "SF", "RI"), ("BY", "BT", "OB", "ST")
_REFERENCES = {
    "PO": "purchase_order",
    "CT": "contract",
    "PK": "despatch_advice",
    "SI": "despatch_advice",
    "OI": "preceding_invoice",
    "VN": "sales_order",
    "Q1": "quote",
    "QN": "quote",
    "RV": "receiving_advice",
    "PH": "project",
    "CO": "buyer_reference",
}
_ITEMS = {
    **dict.fromkeys(("VP", "VN", "VC", "SK"), "seller_item_id"),
    **dict.fromkeys(("BP", "IN"), "buyer_item_id"),
    **dict.fromkeys(("UP", "UK", "EN", "UI", "EO"), "gtin"),
    "PL": "order_line",
    "PO": "purchase_order",
    "LT": "lot",
}
# Charges of X12 (element 1300) by the codes that the trade's other standards use for the same.
_CHARGES = {"D240": "FC", "D500": "HD", "D980": "IN", "G821": "SH", "C310": "95"}
# What a price is for (element 639), where that is not one unit.
_BASES = {
    **dict.fromkeys(("HP", "QH", "TC", "LC", "RC", "WC", "HF"), Decimal(100)),
    **dict.fromkeys(("TP", "QS", "TM", "LM", "RM", "WM", "TF"), Decimal(1000)),
    **dict.fromkeys(("PD", "TD", "LD", "RD", "WD"), Decimal(12)),
    "PN": Decimal(10),
    "TT": Decimal(10_000),
    "HT": Decimal(100_000),
}
_DOZEN, _DOZENS = Decimal(12), frozenset({"DZ", "DZN"})
# What is settled beside the invoice (element 331): billed back, by a cheque, to the customer's account, by the
# vendor himself, refused, or told for information only.
_BESIDE = frozenset({"01", "03", "04", "05", "09", "10", "11", "12", "15", "20", "21"})
# What an amount of its own is (element 522): that of a line, and that of the whole.
_LINE_SUMS, _WHOLE_SUMS = frozenset({"1", "LI"}), frozenset({"TT", "GV"})
_INVOICE_DATE = "3"
_MOST_DAYS, _MOST_LEVELS = 3660, 20
_DAYS = {
    "810": {"011": "delivery_date", "035": "delivery_date"},
    "850": {"002": "delivery_date"},
    "856": {"011": "delivery_date"},
}


@dataclass(slots=True)
class _Loop:
    """A segment that opens a loop, with those that belong to it."""

    head: Segment
    rest: list[Segment] = field(default_factory=list)

    def first(self, tag: str) -> Segment | None:
        """The first segment of the tag in the loop."""
        return next((entry for entry in self.rest if entry.tag == tag), None)


def read(message: Message) -> Document:
    """The document that the transaction set is."""
    return _Reader(message).document()


class _Reader:
    def __init__(self, message: Message) -> None:
        self.set = message.type
        self.kind = SETS[message.type]
        self.found = Taken()
        self.segments = message.segments
        self.head, self.parties, self.items = _loops(message.segments, message.type)
        self.levels = {item.head.get(1): item for item in self.items if item.head.tag == "HL"}
        self.currency: str | None = None
        self.inside = {entry.position for item in self.items for entry in item.rest}
        #: What belongs to the shipment as a whole is no part of its goods.
        self.whole = {entry.position for item in self.items if item.head.get(3) == "S" for entry in item.rest}

    def document(self) -> Document:
        found, head = self.found, self.head
        opening = next((entry for entry in head if entry.tag == _HEADS[self.set]), None)
        number, day = _NUMBERS[self.set]
        self.currency = found.currency(_first(head, "CUR"), 2)
        kind = "credit_note" if self.set == "810" and opening and opening.get(7) in _CREDITS else self.kind
        references = self._references(opening)
        terms = _first(self.segments, "ITD")
        lines = tuple(self._lines())
        amounts = [line.net_amount for line in lines]
        goods = None if None in amounts else sum((a for a in amounts if a is not None), Decimal(0))
        whole = [e for e in self.segments if e.tag == "SAC" and not self._inside(e)]
        charges, allowances = self._charges("", whole, goods)
        if self.set == "855" and opening is not None and opening.get(8):
            number = 8
        document = Document(
            kind=kind,
            number=found.text("/number", opening, number),
            issue_date=found.day("/issue_date", opening, day),
            due_date=self._due(opening, terms, day),
            currency=self.currency,
            type_code=found.text("/type_code", opening, _TYPES[self.set]) if self.set in _TYPES else None,
            supplier=self._party("/supplier", _SUPPLIERS),
            buyer=self._party("/buyer", _BUYERS),
            payee=self._some_party("/payee", ("RE", "RI", "PE")),
            ship_to=self._some_party("/ship_to", ("ST",)),
            references=references,
            lines=lines,
            charges=charges,
            allowances=allowances,
            totals=self._totals(lines, charges, allowances),
            tax_breakdown=tuple(self._taxes()),
            payment_terms=self._terms(terms),
            delivery_date=self._delivery(),
            note=self._note(),
            evidence=found.evidence,
        )
        return positive(document)

    def _inside(self, entry: Segment) -> bool:
        return entry.position in self.inside

    def _references(self, opening: Segment | None) -> References:
        found = self.found
        fields: dict[str, str | None] = {}
        order = {"810": 4, "855": 3}.get(self.set)
        if order is not None:
            fields["purchase_order"] = found.text("/references/purchase_order", opening, order)
        for entry in self.head:
            name = _REFERENCES.get(entry.get(1)) if entry.tag == "REF" else None
            if name is not None and not fields.get(name):
                fields[name] = found.text(f"/references/{name}", entry, 2)
        if self.set in {"856", "861"} and not fields.get("purchase_order"):
            order_of = _first(self.segments, "PRF")
            fields["purchase_order"] = found.text("/references/purchase_order", order_of, 1)
        return References(**fields)

    def _party(self, pointer: str, roles: Sequence[str]) -> Party:
        found = self.found
        loop = next((loop for role in roles for loop in self.parties if loop.head.get(1) == role), None)
        if loop is None:
            return Party()
        place, contact = loop.first("N4"), loop.first("PER")
        street = [entry.get(at) for entry in loop.rest if entry.tag == "N3" for at in (1, 2)]
        city = [place.get(at) for at in (1, 2, 3)] if place is not None else []
        address = ", ".join(part for part in (*street, " ".join(filter(None, city))) if part)
        reach = {contact.get(at): at + 1 for at in (3, 5, 7) if contact.get(at)} if contact is not None else {}
        tax = next((entry for entry in loop.rest if entry.tag == "REF" and entry.get(1) in {"VX", "TJ", "GT"}), None)
        return Party(
            name=found.text(f"{pointer}/name", loop.head, 2),
            id=found.text(f"{pointer}/id", loop.head, 4),
            vat_id=found.text(f"{pointer}/vat_id", tax, 2),
            address=found.worded(f"{pointer}/address", loop.first("N3") or place, address),
            country=found.text(f"{pointer}/country", place, 4),
            phone=found.text(f"{pointer}/phone", contact, reach["TE"]) if "TE" in reach else None,
            email=found.text(f"{pointer}/email", contact, reach["EM"]) if "EM" in reach else None,
        )

    def _some_party(self, pointer: str, roles: Sequence[str]) -> Party | None:
        found = self._party(pointer, roles)
        return found if found != Party() else None

    def _due(self, opening: Segment | None, terms: Segment | None, day: int) -> date | None:
        """The day that the terms name, or so many days after the invoice's own."""
        said = self.found.day("/due_date", terms, 6)
        start = Taken().day("/", opening, day)
        if said is not None or terms is None or start is None or terms.get(2) != _INVOICE_DATE:
            return said
        net = terms.get(7)
        if not (net.isdigit() and int(net) <= _MOST_DAYS):
            return None
        found = start + timedelta(days=int(net))
        self.found.note("/due_date", terms.path(7), net, Method.DERIVED)
        return found

    def _lines(self) -> Iterator[Line]:
        at = 0
        for item in self.items:
            if item.head.tag == "HL" and item.first("LIN") is None and item.first("SN1") is None:
                continue
            yield self._line(f"/lines/{at}", item, self._order_over(item))
            at += 1
            for part in _priced_parts(item):
                yield self._part(f"/lines/{at}", part)
                at += 1

    def _order_over(self, item: _Loop) -> Segment | None:
        """The order of a shipped item, which stands at a level above it."""
        level: _Loop | None = item
        for _ in range(_MOST_LEVELS):
            if level is None or level.head.tag != "HL":
                return None
            if (order := level.first("PRF")) is not None:
                return order
            level = self.levels.get(level.head.get(2))
        return None

    def _part(self, pointer: str, part: Segment) -> Line:
        """A sub-line that is charged on top of its line."""
        found = self.found
        quantity = found.number(f"{pointer}/quantity", part, 4)
        price = found.number(f"{pointer}/unit_price", part, 6)
        base = self._base(part.get(7), part.get(5))
        amount = None
        if quantity is not None and price is not None:
            worth = rounded(quantity * price / (base or Decimal(1)), self.currency)
            amount = found.derived(f"{pointer}/net_amount", part, worth)
        return Line(
            id=found.text(f"{pointer}/id", part, 1),
            quantity=quantity,
            unit_price=price,
            price_base_quantity=base,
            net_amount=amount,
            **found.unit(pointer, part, 5, american=True),
            **self._item(pointer, part, 9),
        )

    @staticmethod
    def _base(basis: str, unit: str) -> Decimal | None:
        base = _BASES.get(basis)
        return None if base == _DOZEN and unit in _DOZENS else base

    def _line(self, pointer: str, item: _Loop, order: Segment | None) -> Line:
        shipped = self.set in {"856", "861"}
        head = item.first("SN1") if self.set == "856" else item.head
        goods = item.first("LIN") if shipped else item.head
        fields = self._item(pointer, goods, 2 if shipped else 6)
        fields |= self.found.unit(pointer, head, 3, american=True)
        quantity = self.found.number(f"{pointer}/quantity", head, 2)
        if order is not None and "purchase_order" not in fields:
            fields["purchase_order"] = self.found.text(f"{pointer}/purchase_order", order, 1)
        if not shipped:
            fields |= self._priced(pointer, item, quantity)
        if self.set == "861":
            fields["received"] = self.found.number(f"{pointer}/received", head, 2)
        if self.set in {"850", "855"}:
            need = next((e for e in item.rest if e.tag == "DTM" and e.get(1) in {"002", "010", "067"}), None)
            fields["need_by"] = self.found.day(f"{pointer}/need_by", need, 2)
        if (answer := item.first("ACK")) is not None and answer.get(1) == "IR":
            fields["cancelled_quantity"] = self.found.number(f"{pointer}/cancelled_quantity", answer, 2) or quantity
        identifier = goods if self.set == "856" and goods is not None and goods.get(1) else head
        words = [entry for entry in item.rest if entry.tag == "PID" and entry.get(5)]
        text = "\n".join(dict.fromkeys(entry.get(5) for entry in words))
        return Line(
            id=self.found.text(f"{pointer}/id", identifier, 1),
            description=self.found.worded(f"{pointer}/description", words[0] if words else None, text),
            quantity=quantity,
            serials=self._serials(pointer, item),
            **fields,
        )

    def _item(self, pointer: str, goods: Segment | None, start: int) -> dict[str, Any]:
        """The pairs of a qualifier and an identifier."""
        fields: dict[str, Any] = {}
        for at in range(start, len(goods.elements), 2) if goods is not None else ():
            name = _ITEMS.get(goods.get(at)) if goods is not None else None
            if name is not None and name not in fields:
                fields[name] = self.found.text(f"{pointer}/{name}", goods, at + 1)
        return fields

    def _priced(self, pointer: str, item: _Loop, quantity: Decimal | None) -> dict[str, Any]:
        """Price, charges and the amount, which X12 leaves to be worked out."""
        head = item.head
        price = self.found.number(f"{pointer}/unit_price", head, 4)
        if price is None and (other := item.first("CTP")) is not None:
            price = self.found.number(f"{pointer}/unit_price", other, 3)
        base = self._base(head.get(5), head.get(3))
        goods = None if price is None or quantity is None else quantity * price / (base or Decimal(1))
        own = [entry for entry in item.rest if entry.tag == "SAC"]
        charges, allowances = self._charges(pointer, own, goods)
        fields: dict[str, Any] = {"unit_price": price, "charges": charges, "allowances": allowances}
        if (pack := item.first("PO4")) is not None:
            fields["pack_size"] = self.found.number(f"{pointer}/pack_size", pack, 1)
        if base is not None:
            fields["price_base_quantity"] = base
            self.found.note(f"{pointer}/price_base_quantity", head.path(5), head.get(5))
        told = next((e for e in item.rest if e.tag == "AMT" and e.get(1) in _LINE_SUMS), None)
        if told is not None:
            fields["net_amount"] = self.found.number(f"{pointer}/net_amount", told, 2)
        elif goods is not None:
            extra = sum((c.amount for c in charges), Decimal(0)) - sum((c.amount for c in allowances), Decimal(0))
            amount = rounded(goods + extra, self.currency)
            fields["net_amount"] = self.found.derived(f"{pointer}/net_amount", head, amount)
        return fields

    def _serials(self, pointer: str, item: _Loop) -> tuple[str, ...]:
        numbers = [entry for entry in item.rest if entry.tag == "REF" and entry.get(1) == "SE" and entry.get(2)]
        return tuple(self.found.text(f"{pointer}/serials/{at}", entry, 2) or "" for at, entry in enumerate(numbers))

    def _charges(
        self, pointer: str, entries: Sequence[Segment], goods: Decimal | None = None
    ) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
        """What is added or taken off on the invoice itself; `goods` is what a percent is taken of."""
        sides: dict[str, list[Charge]] = {"charges": [], "allowances": []}
        for entry in entries:
            if entry.get(1) not in {"A", "C"} or entry.get(12) in _BESIDE:
                continue
            side = "charges" if entry.get(1) == "C" else "allowances"
            place = f"{pointer}/{side}/{len(sides[side])}"
            amount = self._charged(place, entry, goods)
            if amount is not None:
                code = self.found.text(f"{place}/code", entry, 2)
                charge = Charge(
                    amount=amount,
                    code=_CHARGES.get(code or "", code),
                    reason=self.found.text(f"{place}/reason", entry, 15),
                    percent=self.found.number(f"{place}/percent", entry, 7),
                )
                sides[side].append(charge)
        return tuple(sides["charges"]), tuple(sides["allowances"])

    def _charged(self, place: str, entry: Segment, goods: Decimal | None) -> Decimal | None:
        """The sum of a charge: as it stands, by its rate and quantity, or by its percent of the goods."""
        if entry.get(5):
            return self.found.number(f"{place}/amount", entry, 5, implied=2)
        scratch = Taken()
        rate, count, percent = (scratch.number("/", entry, at) for at in (8, 10, 7))
        if rate is not None and count is not None:
            return self.found.derived(f"{place}/amount", entry, rounded(rate * count, self.currency))
        if percent is not None and goods is not None:
            return self.found.derived(f"{place}/amount", entry, rounded(goods * percent / 100, self.currency))
        return None

    def _taxes(self) -> Iterator[TaxBreakdown]:
        for at, entry in enumerate(e for e in self.segments if e.tag == "TXI" and not self._inside(e)):
            pointer = f"/tax_breakdown/{at}"
            yield TaxBreakdown(
                category=self.found.text(f"{pointer}/category", entry, 1),
                rate=self.found.number(f"{pointer}/rate", entry, 3),
                taxable=self.found.number(f"{pointer}/taxable", entry, 8),
                tax=self.found.number(f"{pointer}/tax", entry, 2),
            )

    def _totals(self, lines: tuple[Line, ...], charges: tuple[Charge, ...], allowances: tuple[Charge, ...]) -> Totals:
        """The sum that stands there; those that X12 leaves out are worked out of the parts."""
        found, scratch = self.found, Taken()
        total, amounts = _first(self.segments, "TDS"), [line.net_amount for line in lines]
        if self.set in {"856", "861"} or not amounts or None in amounts:
            gross = found.number("/totals/gross", total, 1, implied=2)
            return Totals(gross=gross)
        place = self.items[0].head
        goods = sum((amount for amount in amounts if amount is not None), Decimal(0))
        plus, minus = (sum((entry.amount for entry in side), Decimal(0)) for side in (charges, allowances))
        every = [entry for entry in self.segments if entry.tag == "TXI"]
        # A tax told for the whole already holds those of the lines.
        entries = [entry for entry in every if not self._inside(entry)] or every
        tax = sum((scratch.number("/", entry, 2) or Decimal(0) for entry in entries), Decimal(0))
        sums: dict[str, Decimal | None] = {
            "lines": found.derived("/totals/lines", place, goods),
            "net": found.derived("/totals/net", place, goods + plus - minus),
        }
        if self.set == "810":
            sums["tax"] = found.derived("/totals/tax", entries[0] if entries else place, tax)
            sums["gross"] = found.number("/totals/gross", total, 1, implied=2)
            sums["due"] = found.number("/totals/due", total, 1, implied=2)
        else:
            told = next((e for e in self.segments if e.tag == "AMT" and e.get(1) in _WHOLE_SUMS), None)
            sums["gross"] = found.number("/totals/gross", told, 2)
        return Totals(**sums)

    def _terms(self, terms: Segment | None) -> str | None:
        if terms is None:
            return None
        if terms.get(12):
            return self.found.text("/payment_terms", terms, 12)
        discount, within, net = terms.get(3), terms.get(5), terms.get(7)
        parts = [f"{discount} % in {within} days" if discount and within else "", f"{net} days net" if net else ""]
        return self.found.worded("/payment_terms", terms, ", ".join(filter(None, parts)))

    def _delivery(self) -> Any:
        wanted = _DAYS.get(self.set, {})
        entry = next(
            (e for e in self.segments if e.tag == "DTM" and e.get(1) in wanted and not self._inside_goods(e)), None
        )
        return self.found.day("/delivery_date", entry, 2)

    def _inside_goods(self, entry: Segment) -> bool:
        return entry.position in self.inside - self.whole

    def _note(self) -> str | None:
        words = [entry for entry in self.head if entry.tag in {"NTE", "MSG"}]
        text = "\n".join(filter(None, (entry.get(2 if entry.tag == "NTE" else 1) for entry in words)))
        return self.found.worded("/note", words[0] if words else None, text)


def _priced_parts(item: _Loop) -> Iterator[Segment]:
    """The sub-lines with a price that come on top (element 661: added), not those that the line's price includes."""
    return (entry for entry in item.rest if entry.tag == "SLN" and entry.get(3) == "A" and entry.get(6))


def _first(segments: Sequence[Segment], tag: str) -> Segment | None:
    return next((entry for entry in segments if entry.tag == tag), None)


_ITEM_TAGS = {"810": "IT1", "843": "PO1", "850": "PO1", "855": "PO1", "856": "HL", "861": "RCD"}
_SUMMARY = frozenset({"CTT", "TDS", "SE"})


def _loops(segments: Sequence[Segment], kind: str) -> tuple[list[Segment], list[_Loop], list[_Loop]]:
    """The head, the parties and the items; each segment belongs to the loop that was opened last."""
    head: list[Segment] = []
    parties: list[_Loop] = []
    items: list[_Loop] = []
    current: _Loop | None = None
    for entry in segments:
        if entry.tag in _SUMMARY:
            current = None
        elif entry.tag == _ITEM_TAGS[kind]:
            current = _Loop(entry)
            items.append(current)
            continue
        elif entry.tag == "N1" and (not items or kind == "856"):
            party = _Loop(entry)
            parties.append(party)
            if not items:
                current = party
                continue
        if current is None or (not items and entry.tag not in {"N2", "N3", "N4", "PER", "REF", "N1"}):
            current = None
            head.append(entry)
        else:
            current.rest.append(entry)
            if kind == "856" and parties and entry.tag in {"N3", "N4", "PER"}:
                parties[-1].rest.append(entry)
    return head, parties, items
