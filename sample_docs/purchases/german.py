"""Purchases from German-speaking suppliers: fasteners, chemicals, electrics, tools."""

from sample_docs.company import ALPEN, HARBURG, LITWARE, NORDWIND, PROSEWARE
from sample_docs.papers import Json, Paper, billed, delivery, document, invoice, line, order, received, unpriced
from sample_docs.purchases.tools import TOOLS

TERMS = "30 Tage netto"


def bolts() -> list[Paper]:
    """Quote, order, two deliveries with slips, two invoices: everything as agreed."""
    lines = [
        line("10", "Sechskantschraube DIN 933 M8x40 8.8 verzinkt", "5000", "H87", "11.20", base="100", sku="HB-840"),
        line("20", "Sechskantmutter DIN 934 M8 verzinkt", "5000", "H87", "3.10", base="100", sku="HN-808"),
        line("30", "Flachrundschraube DIN 603 M10x60", "1000", "H87", "28.40", base="100", sku="FR-1060"),
        line("40", "Gewindestange DIN 976 M12x1000 verzinkt", "60", "H87", "4.35", sku="GS-1210"),
    ]
    quote = document(
        "quote", "AN-26-0882", "2026-08-25", NORDWIND, lines, rate="19", valid_until="2026-09-30", payment_terms=TERMS
    )
    po = order(
        "4500017701",
        "2026-08-31",
        NORDWIND,
        lines,
        references={"quote": "AN-26-0882"},
        payment_terms=TERMS,
        delivery_date="2026-09-25",
    )
    first = [unpriced(lines[0]), unpriced(lines[1]), unpriced(lines[2], "400")]
    second = [unpriced(lines[2], "600"), unpriced(lines[3])]
    slips = [
        delivery(
            "packing_slip",
            number,
            day,
            NORDWIND,
            [entry | {"order_line": entry["id"]} for entry in entries],
            "4500017701",
        )
        for number, day, entries in (("LS-61140", "2026-09-10", first), ("LS-61207", "2026-09-24", second))
    ]
    bills = [
        invoice(
            "RE-2026-10871",
            "2026-09-11",
            NORDWIND,
            [
                billed(lines[0], "5000", as_line="1"),
                billed(lines[1], "5000", as_line="2"),
                billed(lines[2], "400", as_line="3"),
            ],
            "4500017701",
            references={"despatch_advice": "LS-61140"},
            due_date="2026-10-12",
        ),
        invoice(
            "RE-2026-11032",
            "2026-09-25",
            NORDWIND,
            [billed(lines[2], "600", as_line="1"), billed(lines[3], "60", as_line="2")],
            "4500017701",
            references={"despatch_advice": "LS-61207"},
            due_date="2026-10-26",
        ),
    ]
    folder = "01-schrauben"
    return [
        Paper(folder, "angebot-AN-26-0882", "nordwind", quote, "2026-08-26", NORDWIND),
        Paper(folder, "bestellung-4500017701", "buyer_de", po, "2026-08-31", NORDWIND, {"deliver_to": HARBURG}),
        Paper(folder, "lieferschein-LS-61140", "nordwind", slips[0], "2026-09-11", NORDWIND),
        Paper(folder, "rechnung-RE-2026-10871", "nordwind", bills[0], "2026-09-14", NORDWIND),
        Paper(folder, "lieferschein-LS-61207", "nordwind", slips[1], "2026-09-25", NORDWIND),
        Paper(folder, "rechnung-RE-2026-11032", "nordwind", bills[1], "2026-09-28", NORDWIND),
    ]


def washers() -> list[Paper]:
    """One line dearer than ordered, one billed at the price for a hundred as if it were for one."""
    lines = [
        line("10", "Sechskantschraube DIN 933 M8x40 8.8 verzinkt", "2500", "H87", "11.20", base="100", sku="HB-840"),
        line("20", "Unterlegscheibe DIN 125 A 8,4 verzinkt", "800", "H87", "3.45", base="100", sku="US-084"),
        line("30", "Gewindestange DIN 976 M16x1000 verzinkt", "40", "H87", "6.20", sku="GS-1610"),
    ]
    po = order("4500017716", "2026-09-14", NORDWIND, lines, payment_terms=TERMS, delivery_date="2026-09-29")
    receipt = delivery(
        "goods_receipt",
        "5000300418",
        "2026-09-29",
        NORDWIND,
        [received(entry, entry["quantity"]) for entry in lines],
        "4500017716",
        references={"despatch_advice": "LS-61288"},
    )
    dearer = billed(lines[0], "2500", as_line="1", unit_price="11.84")
    per_piece = billed(lines[1], "800", as_line="2", price_base_quantity="1")
    bill = invoice(
        "RE-2026-11140",
        "2026-09-30",
        NORDWIND,
        [dearer, per_piece, billed(lines[2], "40", as_line="3")],
        "4500017716",
        references={"despatch_advice": "LS-61288"},
        due_date="2026-10-30",
    )
    folder = "02-unterlegscheiben"
    return [
        Paper(folder, "bestellung-4500017716", "buyer_de", po, "2026-09-14", NORDWIND, {"deliver_to": HARBURG}),
        Paper(folder, "wareneingang-5000300418", "buyer_de", receipt, "2026-09-29", NORDWIND),
        Paper(folder, "rechnung-RE-2026-11140", "nordwind", bill, "2026-10-01", NORDWIND),
    ]


def tools() -> list[Paper]:
    """A long order; a long invoice with sums carried forward, and a short one that comes as a scan."""
    lines = [
        line(str(10 * (at + 1)), text, count, "H87", price, sku=sku)
        for at, (sku, text, count, price) in enumerate(TOOLS)
    ]
    po = order("4500017728", "2026-09-24", ALPEN, lines, payment_terms=TERMS, delivery_date="2026-10-14")
    receipt = delivery(
        "goods_receipt",
        "5000300455",
        "2026-10-14",
        ALPEN,
        [received(entry, entry["quantity"]) for entry in lines],
        "4500017728",
        references={"despatch_advice": "L26-3301"},
    )
    split = len(lines) - 4
    worded = {"WZ-1204": "Ring-Maulschlüsselsatz 8-teilig, 8–19 mm, Rolltasche"}

    def bill(number: str, day: str, entries: list[Json], due: str) -> Json:
        billing = [
            billed(
                entry,
                entry["quantity"],
                as_line=str(at),
                description=worded.get(entry["seller_item_id"], entry["description"]),
            )
            for at, entry in enumerate(entries, 1)
        ]
        return invoice(
            number, day, ALPEN, billing, "4500017728", rate="0", buyer_vat=True, due_date=due,
            references={"despatch_advice": "L26-3301"},
        )  # fmt: skip

    folder = "09-werkzeuge"
    return [
        Paper(folder, "bestellung-4500017728", "buyer_de", po, "2026-09-24", ALPEN, {"deliver_to": HARBURG}),
        Paper(folder, "wareneingang-5000300455", "buyer_de", receipt, "2026-10-14", ALPEN),
        Paper(folder, "rechnung-AR260914", "alpen", bill("AR260914", "2026-10-15", lines[:split], "2026-11-16"), "2026-10-16", ALPEN),
        Paper(folder, "rechnung-AR260922", "alpen", bill("AR260922", "2026-10-19", lines[split:], "2026-11-18"), "2026-10-20", ALPEN, scan="pdf"),
    ]  # fmt: skip


def electrics() -> list[Paper]:
    """Freight as ordered; the invoices carry their figures as XML too; the slip is a photograph of paper."""
    lines = [
        line("10", "Leitungsschutzschalter B16 1-polig 6 kA", "60", "H87", "3.85", sku="LS-B16"),
        line("20", "Installationsleitung NYM-J 3x1,5 grau", "500", "MTR", "0.62", sku="NYM-315"),
        line("30", "Reihenklemme 2,5 mm² grau", "400", "H87", "0.78", sku="RK-25G"),
    ]
    freight = [{"code": "FC", "amount": "19.50", "reason": "Frachtkosten"}]
    po = order(
        "4500017734", "2026-10-05", PROSEWARE, lines, charges=freight, payment_terms=TERMS, delivery_date="2026-10-20"
    )
    slip = delivery(
        "packing_slip",
        "LF 88417",
        "2026-10-19",
        PROSEWARE,
        [unpriced(entry) | {"id": str(at), "order_line": entry["id"]} for at, entry in enumerate(lines, 1)],
        "4500017734",
    )
    receipt = delivery(
        "goods_receipt",
        "5000300471",
        "2026-10-20",
        PROSEWARE,
        [received(entry, entry["quantity"]) for entry in lines],
        "4500017734",
        references={"despatch_advice": "LF 88417"},
    )
    common = {"buyer_vat": True, "payment_terms": TERMS, "due": True, "delivery_date": "2026-10-19"}
    first = invoice(
        "90041377",
        "2026-10-21",
        PROSEWARE,
        [billed(lines[0], "60", as_line="1"), billed(lines[1], "500", as_line="2")],
        "4500017734",
        charges=freight,
        due_date="2026-11-20",
        references={"despatch_advice": "LF 88417"},
        **common,
    )
    second = invoice(
        "90041402",
        "2026-10-28",
        PROSEWARE,
        [billed(lines[2], "400", as_line="1", description="Durchgangs-Reihenklemme 2,5 mm², grau")],
        "4500017734",
        due_date="2026-11-27",
        references={"despatch_advice": "LF 88417"},
        **common,
    )
    folder = "10-elektro"
    return [
        Paper(folder, "bestellung-4500017734", "buyer_de", po, "2026-10-05", PROSEWARE, {"deliver_to": HARBURG}),
        Paper(folder, "lieferschein-LF-88417", "proseware", slip, "2026-10-20", PROSEWARE, scan="jpg"),
        Paper(folder, "wareneingang-5000300471", "buyer_de", receipt, "2026-10-20", PROSEWARE),
        Paper(folder, "rechnung-90041377", "proseware", first, "2026-10-22", PROSEWARE),
        Paper(folder, "rechnung-90041402", "proseware", second, "2026-10-29", PROSEWARE),
    ]


def coolant() -> list[Paper]:
    """One line billed below the order's price (paid); the other billed before anything came (waits)."""
    lines = [
        line("10", "Kühlschmierstoff-Konzentrat KSS 20", "600", "LTR", "295.00", base="100", sku="CH-2020"),
        line("20", "Entfetter alkalisch, Fass 60 l", "6", "XDR", "214.00", sku="CH-4460"),
    ]
    po = order("4500017737", "2026-10-08", LITWARE, lines, payment_terms=TERMS, delivery_date="2026-11-02")
    receipt = delivery(
        "goods_receipt",
        "5000300480",
        "2026-10-26",
        LITWARE,
        [received(lines[0], "600")],
        "4500017737",
        references={"despatch_advice": "2026/7719"},
    )
    cheaper = invoice(
        "R 26-5518",
        "2026-10-27",
        LITWARE,
        [
            billed(
                lines[0],
                "600",
                as_line="1",
                reference=False,
                unit_price="289.00",
                description="KSS 20 Kühlschmierstoff Konzentrat",
            )
        ],
        "4500017737",
        references={"despatch_advice": "2026/7719"},
        due_date="2026-11-26",
    )
    early = invoice(
        "R 26-5604",
        "2026-11-03",
        LITWARE,
        [billed(lines[1], "6", as_line="1", reference=False, description="Entfetter alkalisch im 60-l-Fass")],
        "4500017737",
        due_date="2026-12-03",
    )
    folder = "11-kuehlschmierstoff"
    return [
        Paper(folder, "bestellung-4500017737", "buyer_de", po, "2026-10-08", LITWARE, {"deliver_to": HARBURG}),
        Paper(folder, "wareneingang-5000300480", "buyer_de", receipt, "2026-10-26", LITWARE),
        Paper(folder, "rechnung-R-26-5518", "litware", cheaper, "2026-10-28", LITWARE),
        Paper(folder, "rechnung-R-26-5604", "litware", early, "2026-11-04", LITWARE),
    ]
