"""Purchases from software suppliers and the outsourced IT vendor."""

from sample_docs.company import CONTOSO, HARBURG, TAILSPIN
from sample_docs.papers import Json, Paper, billed, delivery, document, invoice, line, order, received

TERMS = "30 days net"
CAD_KEY = "EXMPL-7Q2KD-X4M9P-0RT6W"


def _rights(product: str, publisher: str, **more: str | list[str]) -> Json:
    return {"product": product, "publisher": publisher, "metric": "named user", **more}


def _uncategorised(entry: Json) -> Json:
    """A line on a seller's offer or invoice, which prints less of the license than the buyer's order does."""
    found = {name: value for name, value in entry.items() if name not in {"category", "license"}}
    if "license" in entry:
        found["license"] = {name: entry["license"][name] for name in ("product", "metric", "start", "end")}
    return found


def licenses() -> list[Paper]:
    """CAD seats bought from their publisher: order, license receipt and invoice agree."""
    term = {"start": "2026-10-01", "end": "2027-09-30", "type": "subscription"}
    cad = _rights("Tailspin Draft CAD 2026", "Tailspin Example Software Ltd", **term)
    render = _rights("Tailspin Render Add-on", "Tailspin Example Software Ltd", **term)
    lines = [
        line("10", "Tailspin Draft CAD 2026, subscription 12 months", "25", "H87", "295.00", lang="en", sku="TS-CAD-S12",
             category="software", license=cad),
        line("20", "Tailspin Render Add-on, subscription 12 months", "5", "H87", "140.00", lang="en", sku="TS-REN-S12",
             category="software", license=render),
    ]  # fmt: skip
    po = order("4500017718", "2026-09-15", TAILSPIN, lines, payment_terms=TERMS)
    held = [
        {"id": "1", "description": "Tailspin Draft CAD 2026", "seller_item_id": "TS-CAD-S12", "quantity": "25", "unit": "H87",
         "unit_text": "seats", "order_line": "10",
         "license": {**cad, "rights": "25", "packs": "5", "rights_per_pack": "5", "keys": [CAD_KEY]}},
        {"id": "2", "description": "Tailspin Render Add-on", "seller_item_id": "TS-REN-S12", "quantity": "5", "unit": "H87",
         "unit_text": "seats", "order_line": "20",
         "license": {**render, "rights": "5", "packs": "1", "rights_per_pack": "5", "keys": ["EXMPL-K8W3F-2LVQ7-N5HZ1"],
                     "entitlement_ids": ["ENT-260917-5521"]}},
    ]  # fmt: skip
    certificate = delivery(
        "license_receipt", "LC-26-20417", "2026-09-17", TAILSPIN, held, "4500017718", seller_vat=True
    )
    bill = invoice(
        "TS-INV-30655", "2026-09-18", TAILSPIN, [_uncategorised(billed(entry, entry["quantity"], as_line=str(at), lang="en")) for at, entry in enumerate(lines, 1)],
        "4500017718", rate="0", buyer_vat=True, payment_terms=TERMS, due_date="2026-10-19", due=True,
    )  # fmt: skip
    folder = "05-cad-licenses"
    return [
        Paper(
            folder, "order-4500017718", "buyer_en", po, "2026-09-15", TAILSPIN, {"deliver_to": "Electronic delivery"}
        ),
        Paper(folder, "license-LC-26-20417", "tailspin", certificate, "2026-09-17", TAILSPIN),
        Paper(folder, "invoice-TS-INV-30655", "tailspin", bill, "2026-09-21", TAILSPIN),
    ]


def workplaces() -> list[Paper]:
    """The IT vendor: ordered dearer than quoted, a used license key, a product without any entitlement."""
    term = {"start": "2026-11-01", "end": "2027-10-31", "type": "subscription"}
    cad = _rights("Tailspin Draft CAD 2026", "Tailspin Example Software Ltd", **term)
    office = _rights("Sample Office Suite Business", "Sample Suite Example Inc.", **term)

    def lines(notebook: str) -> list[Json]:
        return [
            line("10", "Notebook ExampleBook 14 G5, 16 GB RAM, 512 GB SSD", "10", "H87", notebook, lang="en", sku="CX-NB14G5"),
            line("20", "USB-C docking station, dual display", "10", "H87", "164.50", lang="en", sku="CX-DOCK2"),
            line("30", "Tailspin Draft CAD 2026, subscription 12 months", "10", "H87", "312.00", lang="en", sku="CX-SW-TSCAD",
                 category="software", license=cad),
            line("40", "Sample Office Suite Business, subscription 12 months", "10", "H87", "118.80", lang="en", sku="CX-SW-OFFB",
                 category="software", license=office),
        ]  # fmt: skip

    quote = document(
        "quote", "Q-2026-0093", "2026-09-25", CONTOSO, [_uncategorised(entry) for entry in lines("1180.00")], rate="19", valid_until="2026-10-25",
        payment_terms=TERMS,
    )  # fmt: skip
    ordered = lines("1240.00")
    po = order(
        "4500017731", "2026-10-01", CONTOSO, ordered, references={"quote": "Q-2026-0093"}, payment_terms=TERMS,
        delivery_date="2026-10-09",
    )  # fmt: skip
    held = [
        {"id": "1", "description": "Tailspin Draft CAD 2026", "seller_item_id": "CX-SW-TSCAD", "quantity": "10", "unit": "H87",
         "unit_text": "users", "order_line": "30",
         "license": {**cad, "rights": "10", "packs": "2", "rights_per_pack": "5", "keys": [CAD_KEY]}},
    ]  # fmt: skip
    certificate = delivery("license_receipt", "CLR-2026-118", "2026-10-08", CONTOSO, held, "4500017731")
    receipt = delivery(
        "goods_receipt", "5000300447", "2026-10-09", CONTOSO,
        [received(ordered[0], "10", lang="en"), received(ordered[1], "10", lang="en"), received(ordered[3], "10", lang="en")],
        "4500017731", references={"despatch_advice": "CX-DN-4410"},
    )  # fmt: skip
    worded = (
        "ExampleBook 14 G5 notebook (16 GB / 512 GB) incl. power adapter",
        "Docking station USB-C, 2 displays",
        "Subscription Tailspin Draft CAD 2026, 12 months",
        "Subscription Sample Office Suite Business, 12 months",
    )
    bill = invoice(
        "CX-2026-1207", "2026-10-12", CONTOSO,
        [billed(entry, "10", as_line=str(at), reference=False, lang="en", description=text, license=None, category=None)
         for at, (entry, text) in enumerate(zip(ordered, worded, strict=True), 1)],
        "4500017731", payment_terms=TERMS, due_date="2026-11-11", due=True,
    )  # fmt: skip
    folder = "08-it-workplaces"
    return [
        Paper(folder, "quote-Q-2026-0093", "contoso", quote, "2026-09-28", CONTOSO),
        Paper(folder, "order-4500017731", "buyer_en", po, "2026-10-01", CONTOSO, {"deliver_to": HARBURG}),
        Paper(folder, "license-CLR-2026-118", "contoso", certificate, "2026-10-08", CONTOSO),
        Paper(folder, "receipt-5000300447", "buyer_en", receipt, "2026-10-09", CONTOSO,
              {"ordered": {entry["id"]: entry["quantity"] for entry in ordered}}),
        Paper(folder, "invoice-CX-2026-1207", "contoso", bill, "2026-10-13", CONTOSO),
    ]  # fmt: skip


def services() -> list[Paper]:
    """Support hours accepted once and billed in three invoices that name no order lines."""
    lines = [
        line("10", "Service desk, second level support", "160", "HUR", "68.00", lang="en", sku="CX-SV-SD2"),
        line("20", "Network patching at the wiring cabinets", "40", "HUR", "74.00", lang="en", sku="CX-SV-NET"),
        line("30", "On-site engineer", "6", "DAY", "620.00", lang="en", sku="CX-SV-ONS"),
    ]
    po = order("4500017712", "2026-09-02", CONTOSO, lines, payment_terms=TERMS, delivery_date="2026-09-30")
    accepted = delivery(
        "goods_receipt", "5000300421", "2026-10-01", CONTOSO,
        [received(entry, entry["quantity"], lang="en") for entry in lines], "4500017712",
    )  # fmt: skip

    def bill(number: str, day: str, entries: list[Json], due: str) -> Json:
        return invoice(
            number, day, CONTOSO, entries, "4500017712", payment_terms=TERMS, due_date=due, due=True,
        )  # fmt: skip

    worded = ("Second level support, service desk", "Network patching, wiring cabinets", "On-site engineer, per day")

    def part(at: int, quantity: str, as_line: str) -> Json:
        said = {"description": worded[at], "seller_item_id": None}
        return billed(lines[at], quantity, as_line=as_line, reference=False, lang="en", **said)

    bills = [
        bill("CX-2026-1151", "2026-10-02", [part(0, "62.5", "1")], "2026-11-02"),
        bill("CX-2026-1219", "2026-10-16", [part(0, "97.5", "1"), part(1, "22", "2")], "2026-11-16"),
        bill("CX-2026-1263", "2026-10-30", [part(1, "18", "1"), part(2, "6", "2")], "2026-11-30"),
    ]
    folder = "04-it-services"
    return [
        Paper(folder, "order-4500017712", "buyer_en", po, "2026-09-02", CONTOSO, {"deliver_to": HARBURG}),
        Paper(folder, "receipt-5000300421", "buyer_en", accepted, "2026-10-01", CONTOSO,
              {"ordered": {entry["id"]: entry["quantity"] for entry in lines}}),
        *(
            Paper(folder, f"invoice-{entry['number']}", "contoso", entry, day, CONTOSO)
            for entry, day in zip(bills, ("2026-10-05", "2026-10-19", "2026-11-02"), strict=True)
        ),
    ]  # fmt: skip
