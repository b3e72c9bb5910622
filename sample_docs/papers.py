"""How a sample paper is made: a canonical document and what is printed around it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sample_docs.company import BUYER, Firm
from sample_docs.figures import UNITS, cents, plain

Json = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """One document of the sample: where it goes, which layout prints it and what it says.

    `extras` are printed but no part of the canonical document (a column "ordered", a greeting).
    `scan` turns the page into a picture: "pdf" or "jpg".
    """

    folder: str
    stem: str
    layout: str
    document: Json
    arrived: str
    seller: Firm
    extras: Json = field(default_factory=dict)
    scan: str | None = None


def line(
    position: str,
    description: str,
    quantity: str,
    unit: str,
    price: str | None = None,
    *,
    base: str = "1",
    lang: str = "de",
    sku: str | None = None,
    **more: Any,
) -> Json:
    """A canonical line; the net amount is worked out and must be exact to the cent."""
    found: Json = {"id": position, "description": description, "quantity": quantity, "unit": unit}
    found["unit_text"] = UNITS[lang][unit]
    if sku:
        found["seller_item_id"] = sku
    if price is not None:
        net = Decimal(quantity) * Decimal(price) / Decimal(base)
        if net != cents(net):
            raise ValueError(f"{description}: {quantity} × {price} / {base} is not exact to the cent")
        found["unit_price"] = price
        if base != "1":
            found["price_base_quantity"] = base
        found["net_amount"] = format(cents(net), "f")
    found.update({name: value for name, value in more.items() if value is not None})
    return found


def received(entry: Json, quantity: str, *, rejected: str = "0", lang: str | None = None, **more: Any) -> Json:
    """A goods receipt's line for an order's line; a return is negative."""
    keep = {name: entry[name] for name in ("description", "unit", "unit_text", "seller_item_id") if name in entry}
    if lang:
        keep["unit_text"] = UNITS[lang][entry["unit"]]
    count = Decimal(quantity)
    found = {"id": entry["id"], **keep, "quantity": quantity, "received": quantity, "order_line": entry["id"]}
    if count > 0:
        found |= {"accepted": plain(count - Decimal(rejected)), "rejected": rejected}
    return found | more


def sums(lines: list[Json], rate: str | None, charges: list[Json], *, due: bool) -> tuple[Json, list[Json]]:
    """Totals and tax breakdown; a line's own `tax_rate` beats the document's."""
    amounts = [Decimal(entry["net_amount"]) for entry in lines]
    total, extra = sum(amounts, Decimal(0)), sum((Decimal(entry["amount"]) for entry in charges), Decimal(0))
    net = cents(total + extra)
    totals: Json = {"net": str(net)}
    if charges:
        totals = {"lines": str(cents(total)), "charges": str(cents(extra)), **totals}
    if rate is None:
        return totals, []
    taxable: dict[str, Decimal] = {}
    for entry in [*lines, *charges]:
        own = entry.get("tax_rate", rate)
        taxable[own] = taxable.get(own, Decimal(0)) + Decimal(entry.get("net_amount", entry.get("amount")))
    breakdown = [
        {"rate": own, "taxable": str(cents(base)), "tax": str(cents(base * Decimal(own) / 100))}
        for own, base in sorted(taxable.items(), key=lambda pair: -Decimal(pair[0]))
    ]
    tax = sum((Decimal(entry["tax"]) for entry in breakdown), Decimal(0))
    totals |= {"tax": str(cents(tax)), "gross": str(cents(net + tax))}
    if due:
        totals["due"] = totals["gross"]
    return totals, breakdown


def document(
    kind: str,
    number: str,
    day: str,
    seller: Firm,
    lines: list[Json],
    *,
    currency: str | None = "EUR",
    rate: str | None = None,
    charges: list[Json] | None = None,
    due: bool = False,
    priced: bool = True,
    bank: bool = False,
    seller_vat: bool = True,
    buyer_vat: bool = False,
    references: Json | None = None,
    **head: Any,
) -> Json:
    """A canonical document with its sums."""
    found: Json = {"kind": kind, "number": number, "issue_date": day}
    if priced and currency:
        found["currency"] = currency
    found["supplier"] = seller.party(bank=bank, vat=seller_vat)
    found["buyer"] = BUYER.party(vat=buyer_vat)
    if references:
        found["references"] = references
    found["lines"] = lines
    if priced:
        if charges:
            found["charges"] = charges
        totals, breakdown = sums(lines, rate, charges or [], due=due)
        found["totals"] = totals
        if breakdown:
            found["tax_breakdown"] = breakdown
    return found | {name: value for name, value in head.items() if value is not None}


def order(number: str, day: str, seller: Firm, lines: list[Json], **more: Any) -> Json:
    """The buyer's order: net sums only, approved."""
    given = {"buyer_vat": True, "seller_vat": False, "status": "approved", **more}
    return document("purchase_order", number, day, seller, lines, **given)


def invoice(number: str, day: str, seller: Firm, lines: list[Json], ordered: str, **more: Any) -> Json:
    """A supplier's invoice over one order."""
    references = {"purchase_order": ordered, **more.pop("references", {})}
    given = {"rate": "19", "bank": True, **more}
    return document("invoice", number, day, seller, lines, references=references, **given)


def delivery(kind: str, number: str, day: str, seller: Firm, lines: list[Json], ordered: str, **more: Any) -> Json:
    """A packing slip, goods receipt or license receipt: no prices."""
    references = {"purchase_order": ordered, **more.pop("references", {})}
    vat = more.pop("seller_vat", False)
    return document(kind, number, day, seller, lines, priced=False, seller_vat=vat, references=references, **more)


def unpriced(entry: Json, quantity: str | None = None, **more: Any) -> Json:
    """A line as a packing slip shows it: without prices."""
    dropped = {"unit_price", "price_base_quantity", "net_amount", "tax_rate"}
    found = {name: value for name, value in entry.items() if name not in dropped}
    if quantity:
        found["quantity"] = quantity
    return found | more


def billed(entry: Json, quantity: str, *, as_line: str | None = None, reference: bool = True, **changes: Any) -> Json:
    """An order's line as an invoice bills it; `changes` are what the invoice says differently."""
    merged = {**entry, **changes}
    lang = merged.pop("lang", None)
    keep = {
        name: merged[name]
        for name in ("seller_item_id", "buyer_item_id", "category", "license", "tax_rate", "order_line")
        if merged.get(name) is not None
    }
    if reference:
        keep["order_line"] = entry["id"]
    found = line(
        as_line or entry["id"],
        merged["description"],
        quantity,
        merged["unit"],
        merged["unit_price"],
        base=merged.get("price_base_quantity", "1"),
        lang=lang or "de",
        **keep,
    )
    return found if lang else found | {"unit_text": entry["unit_text"]}
