"""EDIFACT: INVOIC, ORDERS, ORDCHG, ORDRSP, QUOTES, DESADV and RECADV as canonical documents."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.documents.document import (
    Account,
    Charge,
    Document,
    Line,
    Party,
    Payment,
    Period,
    References,
    TaxBreakdown,
    Totals,
)
from app.reading.edi.segments import Message, Segment
from app.reading.edi.taken import Taken
from app.reading.einvoice.collect import correction_of, positive
from app.reading.einvoice.ubl import CREDITS

#: The messages that are read, and the kind of document each is.
MESSAGES = {
    "INVOIC": "invoice",
    "ORDERS": "purchase_order",
    "ORDCHG": "purchase_order",
    "ORDRSP": "quote",
    "QUOTES": "quote",
    "DESADV": "packing_slip",
    "RECADV": "goods_receipt",
}
_REFERENCES = {
    "ON": "purchase_order", "CT": "contract", "AAG": "quote", "AAK": "despatch_advice", "DQ": "despatch_advice",
    "ALO": "receiving_advice", "IV": "preceding_invoice", "OI": "preceding_invoice", "VN": "sales_order",
    "AEP": "project", "CR": "buyer_reference",
}  # fmt: skip
_ITEMS = {
    "SA": "seller_item_id",
    "IN": "buyer_item_id",
    "BP": "buyer_item_id",
    "EN": "gtin",
    "SRV": "gtin",
    "NB": "lot",
}
_QUANTITIES = {
    "invoice": ("47", "61"), "credit_note": ("47", "61"), "purchase_order": ("21",), "quote": ("113", "21"),
    "packing_slip": ("12", "46"), "goods_receipt": ("194", "48", "46"),
}  # fmt: skip
_SUMS = {
    "79": "lines",
    "260": "allowances",
    "259": "charges",
    "125": "net",
    "176": "tax",
    "124": "tax",
    "113": "prepaid",
}
_GROSS, _DUE = ("77", "388", "39", "86", "128"), ("9",)
_DAYS = {"13": "due_date", "36": "valid_until", "35": "delivery_date", "2": "delivery_date", "11": "delivery_date"}
_GROSS_PRICES = ("AAB", "GRP")
_LINE_SUM, _NET_PRICES, _CHARGE_SUMS = "203", ("AAA", "NTP", "CAL"), ("23", "204", "8")
_IDENTIFIERS = range(2, 7)


@dataclass(slots=True)
class _Group:
    """A segment that opens a group, with those that belong to it."""

    head: Segment
    rest: list[Segment] = field(default_factory=list)

    def first(self, tag: str, *qualifiers: str) -> Segment | None:
        """The first segment of the tag, by the first of the qualifiers that is there."""
        if not qualifiers:
            return next((entry for entry in self.rest if entry.tag == tag), None)
        return next((e for word in qualifiers for e in self.rest if e.tag == tag and e.get(1, 1) == word), None)


def read(message: Message) -> Document:
    """The document that the message is."""
    return _Reader(message).document()


class _Reader:
    def __init__(self, message: Message) -> None:
        self.type = message.type
        self.kind = MESSAGES[message.type]
        self.found = Taken()
        self.segments = message.segments
        self.head, self.parties, self.lines, self.foot = _groups(message.segments)

    def document(self) -> Document:
        found, head = self.found, self.head
        opening = head.first("BGM")
        # A change keeps the order's own number.
        order = head.first("RFF", "ON") if self.type == "ORDCHG" else None
        type_code = found.text("/type_code", opening, 1)
        if self.kind == "invoice" and type_code in CREDITS:
            self.kind = "credit_note"
        charges, allowances = self._charges("", [*head.rest, *self.foot.rest])
        document = Document(
            kind=self.kind,
            number=found.text("/number", order, 1, 2) or found.text("/number", opening, 2),
            version=found.text("/version", opening, 2) if order is not None else None,
            type_code=type_code,
            correction=correction_of(type_code) if self.type == "INVOIC" else None,
            issue_date=found.moment("/issue_date", head.first("DTM", "137", "3", "4")),
            currency=found.currency(next((e for e in self.segments if e.tag == "CUX"), None), 1, 2),
            supplier=self._party("/supplier", ("SE", "SU", "II")),
            buyer=self._party("/buyer", ("BY", "IV")),
            payee=self._some_party("/payee", ("PE", "RE")),
            ship_to=self._some_party("/ship_to", ("DP", "ST", "UC")),
            payment=self._payment(),
            references=self._references(),
            lines=tuple(self._line(f"/lines/{at}", group) for at, group in enumerate(self.lines)),
            charges=charges,
            allowances=allowances,
            totals=self._totals(),
            tax_breakdown=tuple(self._taxes()),
            period=self._period(),
            payment_terms=found.text("/payment_terms", self._said("AAB"), 4) or self._terms(),
            delivery_terms=found.text("/delivery_terms", head.first("TOD"), 3),
            note=self._note(),
            evidence=found.evidence,
            **self._days(),
        )
        return positive(document)

    def _days(self) -> dict[str, Any]:
        """Days by their qualifier: each field once, the first that is there."""
        fields: dict[str, Any] = {}
        for entry in self.segments:
            if entry.tag == "LIN":
                break
            name = _DAYS.get(entry.get(1, 1)) if entry.tag == "DTM" else None
            if name is not None and name not in fields:
                fields[name] = self.found.moment(f"/{name}", entry)
        return fields

    def _period(self) -> Period | None:
        whole = self.head.first("DTM", "263", "273")
        start = self.found.moment("/period/start", self.head.first("DTM", "167", "206", "194") or whole)
        end = self.found.moment("/period/end", self.head.first("DTM", "168", "207", "206") or whole, last=True)
        return Period(start=start, end=end) if start and end else None

    def _said(self, subject: str) -> Segment | None:
        return next((e for e in self.head.rest if e.tag == "FTX" and e.get(1) == subject), None)

    def _note(self) -> str | None:
        texts = [entry for entry in self.head.rest if entry.tag == "FTX" and entry.get(1) != "AAB"]
        rows = [" ".join(filter(None, (entry.get(4, at) for at in range(1, 6)))) for entry in texts]
        return self.found.worded("/note", texts[0] if texts else None, "\n".join(filter(None, rows)))

    def _references(self) -> References:
        fields: dict[str, str | None] = {}
        for entry in self.head.rest:
            name = _REFERENCES.get(entry.get(1, 1)) if entry.tag == "RFF" else None
            if name is not None and name not in fields:
                fields[name] = self.found.text(f"/references/{name}", entry, 1, 2)
        return References(**fields)

    def _party(self, pointer: str, roles: Sequence[str]) -> Party:
        found = self.found
        group = next((g for role in roles for g in self.parties if g.head.get(1) == role), None)
        if group is None:
            return Party()
        head = group.head
        street = [head.get(5, at) for at in range(1, 5)]
        address = ", ".join(filter(None, [*street, " ".join(filter(None, [head.get(8), head.get(6)]))]))
        name = " ".join(filter(None, [head.get(4, at) for at in range(1, 6)])) or head.get(3, 1)
        reach = {entry.get(1, 2): entry for entry in group.rest if entry.tag == "COM"}
        account = next((e for e in self.segments if e.tag == "FII" and e.get(1) in {"RB", "BF", "BE"}), None)
        pays = pointer != "/supplier"
        return Party(
            name=found.worded(f"{pointer}/name", head, name),
            id=found.text(f"{pointer}/id", head, 2, 1),
            vat_id=found.text(f"{pointer}/vat_id", group.first("RFF", "VA"), 1, 2),
            legal_id=found.text(f"{pointer}/legal_id", group.first("RFF", "XA", "GN"), 1, 2),
            address=found.worded(f"{pointer}/address", head, address),
            country=found.text(f"{pointer}/country", head, 9),
            tax_registration=found.text(f"{pointer}/tax_registration", group.first("RFF", "FC"), 1, 2),
            phone=found.text(f"{pointer}/phone", reach.get("TE"), 1, 1),
            email=found.text(f"{pointer}/email", reach.get("EM"), 1, 1),
            iban=None if pays else found.text(f"{pointer}/iban", account, 2, 1),
            bic=None if pays else found.text(f"{pointer}/bic", account, 3, 1),
        )

    def _some_party(self, pointer: str, roles: Sequence[str]) -> Party | None:
        found = self._party(pointer, roles)
        return found if found != Party() else None

    def _payment(self) -> Payment | None:
        """Every account that may be paid to."""
        given = [entry for entry in self.segments if entry.tag == "FII" and entry.get(1) in {"RB", "BF", "BE"}]
        accounts = tuple(
            Account(
                iban=self.found.text(f"/payment/accounts/{at}/iban", entry, 2, 1),
                name=self.found.text(f"/payment/accounts/{at}/name", entry, 2, 2),
                bic=self.found.text(f"/payment/accounts/{at}/bic", entry, 3, 1),
            )
            for at, entry in enumerate(entry for entry in given if entry.get(2, 1))
        )
        return Payment(accounts=accounts) if accounts else None

    def _terms(self) -> str | None:
        """The terms in words, out of their codes: so many days, and what is taken off within how many."""
        rest, said = self.head.rest, []
        for at, entry in enumerate(rest):
            days = entry.get(3, 4) if entry.tag == "PAT" and entry.get(3, 3) == "D" else ""
            if not days:
                continue
            after = itertools.takewhile(lambda e: e.tag != "PAT", rest[at + 1 :])
            percent = next((e.get(1, 2) for e in after if e.tag == "PCD" and e.get(1, 1) == "12"), "")
            said.append((entry, f"{percent} % in {days} days" if percent else f"{days} days net"))
        return self.found.worded("/payment_terms", said[0][0] if said else None, ", ".join(text for _, text in said))

    def _line(self, pointer: str, group: _Group) -> Line:
        found = self.found
        quantity = group.first("QTY", *_QUANTITIES[self.kind])
        gross = group.first("PRI", *_GROSS_PRICES)
        price = group.first("PRI", *_NET_PRICES) or (gross if group.first("ALC") is None else None)
        order, tax = group.first("RFF", "ON"), group.first("TAX", "7")
        charges, allowances = self._charges(pointer, group.rest)
        need = group.first("DTM", "2", "69") if self.kind in {"purchase_order", "quote"} else None
        start = found.moment(f"{pointer}/period/start", group.first("DTM", "167", "206", "263"))
        end = found.moment(f"{pointer}/period/end", group.first("DTM", "168", "207", "206", "263"), last=True)
        serials = [
            (e, at)
            for e in group.rest
            if e.tag == "GIN" and e.get(1) in {"BN", "SN"}
            for at in range(2, 7)
            if e.get(at)
        ]
        fields = self._item(pointer, group) | found.unit(pointer, quantity, 1, 3)
        fields |= {name: found.number(f"{pointer}/{name}", e, 1, 2) for name, e in self._delivered(group).items()}
        base = found.number(f"{pointer}/price_base_quantity", price, 1, 5)
        return Line(
            id=found.text(f"{pointer}/id", group.head, 1),
            quantity=found.number(f"{pointer}/quantity", quantity, 1, 2),
            unit_price=found.number(f"{pointer}/unit_price", price, 1, 2),
            gross_price=found.number(f"{pointer}/gross_price", gross, 1, 2),
            price_base_quantity=base if base is not None and base > 0 else None,
            net_amount=found.number(f"{pointer}/net_amount", group.first("MOA", _LINE_SUM, "66"), 1, 2),
            purchase_order=found.text(f"{pointer}/purchase_order", order, 1, 2),
            order_line=found.text(f"{pointer}/order_line", order, 1, 3)
            or found.text(f"{pointer}/order_line", group.first("RFF", "LI"), 1, 2),
            despatch_advice=found.text(f"{pointer}/despatch_advice", group.first("RFF", "AAK", "DQ"), 1, 2),
            tax_rate=found.number(f"{pointer}/tax_rate", tax, 5, 4),
            tax_category=found.text(f"{pointer}/tax_category", tax, 6),
            need_by=found.moment(f"{pointer}/need_by", need),
            period=Period(start=start, end=end) if start or end else None,
            charges=charges,
            allowances=allowances,
            serials=tuple(
                found.text(f"{pointer}/serials/{at}", entry, place) or "" for at, (entry, place) in enumerate(serials)
            ),
            **fields,
        )

    def _delivered(self, group: _Group) -> dict[str, Segment]:
        wanted: dict[str, tuple[str, ...]] = {"outstanding": ("73", "83")} if self.kind == "packing_slip" else {}
        if self.kind == "goods_receipt":
            wanted = {"received": ("194", "48"), "accepted": ("195",), "rejected": ("196",), "outstanding": ("119",)}
        entries = {name: group.first("QTY", *words) for name, words in wanted.items()}
        return {name: entry for name, entry in entries.items() if entry is not None}

    def _item(self, pointer: str, group: _Group) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        places = [(group.head, 3)]
        places += [(entry, at) for entry in group.rest if entry.tag == "PIA" for at in _IDENTIFIERS]
        for entry, at in places:
            name = _ITEMS.get(entry.get(at, 2))
            if name is not None and name not in fields:
                fields[name] = self.found.text(f"{pointer}/{name}", entry, at, 1)
        words = [entry for entry in group.rest if entry.tag == "IMD"]
        rows = ["".join((entry.get(3, 4), entry.get(3, 5))) or entry.get(3, 1) for entry in words]
        text = "\n".join(dict.fromkeys(filter(None, rows)))
        fields["description"] = self.found.worded(f"{pointer}/description", words[0] if words else None, text)
        return fields

    def _charges(self, pointer: str, entries: Sequence[Segment]) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
        """Each ALC opens a group; its sum, percent and tax follow until the next."""
        sides: dict[str, list[Charge]] = {"charges": [], "allowances": []}
        for at, entry in enumerate(entries):
            if entry.tag != "ALC":
                continue
            stop = next((n for n in range(at + 1, len(entries)) if entries[n].tag == "ALC"), len(entries))
            group = _Group(entry, list(entries[at + 1 : stop]))
            side = "charges" if entry.get(1) == "C" else "allowances"
            place = f"{pointer}/{side}/{len(sides[side])}"
            amount = self.found.number(f"{place}/amount", group.first("MOA", *_CHARGE_SUMS), 1, 2)
            if amount is not None:
                charge = Charge(
                    amount=amount,
                    code=self.found.text(f"{place}/code", entry, 5, 1),
                    reason=self.found.text(f"{place}/reason", entry, 5, 4),
                    percent=self.found.number(f"{place}/percent", group.first("PCD"), 1, 2),
                    tax_rate=self.found.number(f"{place}/tax_rate", group.first("TAX", "7"), 5, 4),
                )
                sides[side].append(charge)
        return tuple(sides["charges"]), tuple(sides["allowances"])

    def _totals(self) -> Totals:
        """The sums of the foot, before the first tax."""
        found = self.found
        own = self.foot.rest
        stop = next((at for at, entry in enumerate(own) if entry.tag in {"TAX", "ALC"}), len(own))
        whole = _Group(self.foot.head, own[:stop])
        fields: dict[str, Decimal | None] = {}
        for code, name in _SUMS.items():
            if name not in fields and (entry := whole.first("MOA", code)) is not None:
                fields[name] = found.number(f"/totals/{name}", entry, 1, 2)
        fields["gross"] = found.number("/totals/gross", whole.first("MOA", *_GROSS), 1, 2)
        fields["due"] = found.number("/totals/due", whole.first("MOA", *_DUE), 1, 2)
        return Totals(**fields)

    def _taxes(self) -> Iterator[TaxBreakdown]:
        own = self.foot.rest
        starts = [at for at, entry in enumerate(own) if entry.tag == "TAX"]
        for place, at in enumerate(starts):
            group = _Group(own[at], own[at + 1 : starts[place + 1] if place + 1 < len(starts) else len(own)])
            pointer = f"/tax_breakdown/{place}"
            yield TaxBreakdown(
                rate=self.found.number(f"{pointer}/rate", own[at], 5, 4),
                category=self.found.text(f"{pointer}/category", own[at], 6),
                taxable=self.found.number(f"{pointer}/taxable", group.first("MOA", "125", "389"), 1, 2),
                tax=self.found.number(f"{pointer}/tax", group.first("MOA", "124", "176"), 1, 2),
            )


def _groups(segments: Sequence[Segment]) -> tuple[_Group, list[_Group], list[_Group], _Group]:
    """Head, parties, lines and foot: each segment belongs to what was opened last."""
    nothing = Segment(0, "BGM", ())
    head, foot = _Group(nothing), _Group(nothing)
    parties: list[_Group] = []
    lines: list[_Group] = []
    current = head
    for entry in segments:
        if entry.tag == "UNS":
            current = foot
        elif entry.tag == "LIN":
            current = _Group(entry)
            lines.append(current)
        elif entry.tag == "NAD" and not lines:
            current = _Group(entry)
            parties.append(current)
        elif entry.tag in {"CUX", "PAT", "TDT", "TOD", "CPS", "ALC"} and not lines and current is not foot:
            current = head
            head.rest.append(entry)
        else:
            current.rest.append(entry)
    return head, parties, lines, foot
