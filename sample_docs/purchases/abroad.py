"""Purchases from Britain, France and the United States, and an invoice out of the blue."""

from sample_docs.company import (
    ADVENTURE,
    FABRIKAM,
    FOURNITURES,
    HARBURG,
    LEEDS,
    LYON,
    NORTHGATE,
    PAPETERIE,
    STRASBOURG,
    WINGTIP,
)
from sample_docs.papers import Json, Paper, billed, delivery, document, invoice, line, order, received, unpriced

TERMS = "30 days net"
JOURS = "30 jours nets"


def pumps() -> list[Paper]:
    """Twelve pumps billed where ten came; freight and a visit nobody ordered; a stranger bills the same order."""
    lines = [
        line("10", "Centrifugal pump CP-40, 1.5 kW, cast iron", "12", "H87", "412.50", lang="en", sku="CP-40-15"),
        line("20", "Mechanical seal kit MSK-25", "24", "SET", "38.40", lang="en", sku="MSK-25"),
        line("30", "Pressure gauge 0-10 bar, glycerine filled", "12", "H87", "27.15", lang="en", sku="PG-10G"),
    ]
    quote = document(
        "quote", "FQ 7731", "2026-08-27", FABRIKAM, lines, currency="GBP", rate="20", valid_until="2026-09-26",
        payment_terms=TERMS,
    )  # fmt: skip
    po = order(
        "4500017705", "2026-09-01", FABRIKAM, lines, currency="GBP", references={"quote": "FQ 7731"}, payment_terms=TERMS,
        delivery_date="2026-09-21",
    )  # fmt: skip
    receipt = delivery(
        "goods_receipt", "5000300402", "2026-09-21", FABRIKAM,
        [received(lines[0], "10", lang="en"), received(lines[1], "24", lang="en"), received(lines[2], "12", lang="en")],
        "4500017705", references={"despatch_advice": "D/20881"},
    )  # fmt: skip
    british = {"currency": "GBP", "rate": "20", "due": True}
    worded = "CP-40 centrifugal pump 1.5kW, cast iron casing, supplied with coupling and base plate"
    over = invoice(
        "FAB/26/4471", "2026-09-22", FABRIKAM,
        [billed(lines[0], "12", as_line="1", lang="en", reference=False, description=worded),
         billed(lines[1], "24", as_line="2", lang="en", reference=False)],
        "4500017705", due_date="2026-10-22", **british,
    )  # fmt: skip
    visit = line("2", "Commissioning visit by our engineer", "4", "HUR", "46.25", lang="en", sku="SRV-ENG")
    unordered = invoice(
        "FAB/26/4476", "2026-09-23", FABRIKAM,
        [billed(lines[2], "12", as_line="1", lang="en", reference=False, description="Pressure gauge 0-10 bar glycerine filled, 63 mm dial"), visit],
        "4500017705", due_date="2026-10-23", charges=[{"code": "FC", "amount": "48.00", "reason": "Carriage"}], **british,
    )  # fmt: skip
    stranger = invoice(
        "NST-50318", "2026-10-15", NORTHGATE,
        [line("1", "Mechanical seal kit MSK-25", "8", "SET", "39.90", lang="en")],
        "4500017705", due_date="2026-11-16", **british,
    )  # fmt: skip
    folder = "03-pumps"
    return [
        Paper(folder, "quote-FQ-7731", "fabrikam", quote, "2026-08-28", FABRIKAM),
        Paper(folder, "order-4500017705", "buyer_en", po, "2026-09-01", FABRIKAM, {"deliver_to": LEEDS}),
        Paper(folder, "receipt-5000300402", "buyer_en", receipt, "2026-09-21", FABRIKAM,
              {"ordered": {entry["id"]: entry["quantity"] for entry in lines}}),
        Paper(folder, "invoice-FAB-26-4471", "fabrikam", over, "2026-09-24", FABRIKAM),
        Paper(folder, "invoice-FAB-26-4476", "fabrikam", unordered, "2026-09-25", FABRIKAM),
        Paper(folder, "invoice-NST-50318", "northgate", stranger, "2026-10-16", NORTHGATE),
    ]  # fmt: skip


def desks() -> list[Paper]:
    """Ordered by the dozen, billed by the piece; two lamps go back and are credited."""
    lines = [
        line("10", "Crayon graphite HB, hexagonal", "24", "DZN", "5.40", lang="en", sku="1042-HB"),
        line("20", "Classeur à levier A4, dos 80 mm, bleu", "100", "H87", "2.35", lang="en", sku="2210-B80"),
        line("30", "Lampe de bureau LED 9 W, pince", "8", "H87", "39.90", lang="en", sku="7703-LED"),
    ]
    po = order("4500017709", "2026-09-03", FOURNITURES, lines, payment_terms=TERMS, delivery_date="2026-09-17")
    receipt = delivery(
        "goods_receipt", "5000300398", "2026-09-17", FOURNITURES,
        [received(entry, entry["quantity"], lang="en") for entry in lines], "4500017709", references={"despatch_advice": "BL-11872"},
    )  # fmt: skip
    billing = [
        billed(
            lines[0],
            "288",
            as_line="1",
            lang="fr",
            unit="H87",
            unit_price="0.45",
            description="Crayon graphite HB hexagonal",
        ),
        billed(lines[1], "100", as_line="2", lang="fr"),
        billed(lines[2], "8", as_line="3", lang="fr", description="Lampe de bureau à pince, LED 9 W"),
    ]
    bill = invoice(
        "FA 2026/0389", "2026-09-18", FOURNITURES, billing, "4500017709", rate="20", buyer_vat=True, payment_terms=JOURS,
        due_date="2026-10-19", due=True, references={"despatch_advice": "BL-11872"},
    )  # fmt: skip
    returned = delivery(
        "goods_receipt", "5000300416", "2026-09-28", FOURNITURES, [received(lines[2], "-2", lang="en")], "4500017709",
        note="Return: two lamps with a broken clamp",
    )  # fmt: skip
    credit = invoice(
        "AV 2026/0031", "2026-10-02", FOURNITURES,
        [billed(lines[2], "2", as_line="1", lang="fr", description="Lampe de bureau à pince, LED 9 W")],
        "4500017709", rate="20", buyer_vat=True, references={"preceding_invoice": "FA 2026/0389"},
    ) | {"kind": "credit_note"}  # fmt: skip
    folder = "06-fournitures"
    ordered = {entry["id"]: entry["quantity"] for entry in lines}
    return [
        Paper(folder, "order-4500017709", "buyer_en", po, "2026-09-03", FOURNITURES, {"deliver_to": LYON}),
        Paper(folder, "receipt-5000300398", "buyer_en", receipt, "2026-09-17", FOURNITURES, {"ordered": ordered}),
        Paper(folder, "facture-FA-2026-0389", "fournitures", bill, "2026-09-21", FOURNITURES, {"deliver_to": LYON}),
        Paper(folder, "return-5000300416", "buyer_en", returned, "2026-09-28", FOURNITURES, {"ordered": ordered}),
        Paper(folder, "avoir-AV-2026-0031", "fournitures", credit, "2026-10-05", FOURNITURES, {"deliver_to": LYON}),
    ]


def cleaning() -> list[Paper]:
    """An invoice, and the same invoice once more with its number written differently."""
    lines = [
        line("10", "Essuie-mains en rouleau 2 plis, 450 formats", "48", "XRO", "6.85", lang="en", sku="5510-ERL"),
        line("20", "Savon liquide neutre, flacon 1 l", "60", "XBO", "3.20", lang="en", sku="5534-SAV"),
        line("30", "Gants nitrile taille L, boîte de 100", "40", "XPK", "7.15", lang="en", sku="5571-GNL"),
    ]
    po = order("4500017722", "2026-09-21", FOURNITURES, lines, payment_terms=TERMS, delivery_date="2026-10-05")
    slip = delivery(
        "packing_slip", "BL-12014", "2026-10-05", FOURNITURES,
        [unpriced(billed(entry, entry["quantity"], lang="fr")) for entry in lines], "4500017722",
    )  # fmt: skip
    billing = [billed(entry, entry["quantity"], as_line=str(at), lang="fr") for at, entry in enumerate(lines, 1)]
    common = {"rate": "20", "buyer_vat": True, "payment_terms": JOURS, "due_date": "2026-11-05", "due": True}

    def bill(number: str) -> Json:
        return invoice(
            number, "2026-10-06", FOURNITURES, billing, "4500017722", references={"despatch_advice": "BL-12014"}, **common
        )  # fmt: skip

    folder, extras = "07-nettoyage", {"deliver_to": LYON}
    return [
        Paper(folder, "order-4500017722", "buyer_en", po, "2026-09-21", FOURNITURES, extras),
        Paper(folder, "bon-BL-12014", "fournitures", slip, "2026-10-05", FOURNITURES, extras),
        Paper(folder, "facture-FA-2026-0417", "fournitures", bill("FA 2026/0417"), "2026-10-07", FOURNITURES, extras),
        Paper(
            folder, "facture-FA-2026-0417-bis", "fournitures", bill("FA-2026-0417"), "2026-10-21", FOURNITURES, extras
        ),
    ]


def paper() -> list[Paper]:
    """Paper and books with two rates of tax, item numbers inside the description, two invoices."""
    lines = [
        line("10", "Papier A4 80 g blanc, carton de 5 ramettes", "40", "XCT", "21.50", lang="en", sku="PA-480"),
        line("20", "Cahier relié A5, 192 pages, quadrillé", "120", "H87", "2.90", lang="en", sku="CA-519"),
        line("30", "Guide pratique de la maintenance, 3e édition", "15", "H87", "32.00", lang="en", sku="LI-077"),
    ]
    po = order("4500017725", "2026-09-22", PAPETERIE, lines, payment_terms=TERMS, delivery_date="2026-10-07")
    slip = delivery(
        "packing_slip", "2026-BL-553", "2026-10-07", PAPETERIE,
        [unpriced(billed(entry, entry["quantity"], as_line=str(at), lang="fr", reference=False)) for at, entry in enumerate(lines, 1)],
        "4500017725",
    )  # fmt: skip

    def bill(number: str, day: str, entries: list[Json], due: str) -> Json:
        return invoice(
            number, day, PAPETERIE, entries, "4500017725", rate="20", payment_terms=JOURS, due_date=due,
            references={"despatch_advice": "2026-BL-553"},
        )  # fmt: skip

    first = bill(
        "F-261044", "2026-10-08",
        [billed(lines[0], "40", as_line="1", lang="fr", reference=False, tax_rate="20", description="Ramettes papier A4 blanc 80 g (carton de 5)")],
        "2026-11-09",
    )  # fmt: skip
    second = bill(
        "F-261051", "2026-10-09",
        [billed(lines[1], "120", as_line="1", lang="fr", reference=False, tax_rate="20"),
         billed(lines[2], "15", as_line="2", lang="fr", reference=False, tax_rate="5.5")],
        "2026-11-09",
    )  # fmt: skip
    folder = "12-papeterie"
    return [
        Paper(folder, "order-4500017725", "buyer_en", po, "2026-09-22", PAPETERIE, {"deliver_to": STRASBOURG}),
        Paper(folder, "bon-2026-BL-553", "papeterie", slip, "2026-10-07", PAPETERIE),
        Paper(folder, "facture-F-261044", "papeterie", first, "2026-10-09", PAPETERIE),
        Paper(folder, "facture-F-261051", "papeterie", second, "2026-10-12", PAPETERIE),
    ]


def cartons() -> list[Paper]:
    """Two deliveries: the second goes beyond the order and its tape has become dearer."""
    lines = [
        line(
            "10", "Corrugated shipping box 16 x 12 x 8 in, double wall", "1200", "EA", "1.85", lang="en", sku="BX-16128"
        ),
        line("20", "Carton sealing tape 2 in x 110 yd, clear", "300", "XRO", "4.80", lang="en", sku="TP-2110C"),
    ]
    po = order(
        "4500017703", "2026-08-24", ADVENTURE, lines, currency="USD", payment_terms=TERMS, delivery_date="2026-09-14"
    )

    def slip(number: str, day: str, boxes: str) -> Json:
        entries = [unpriced(lines[0], boxes), unpriced(lines[1], "150")]
        return delivery(
            "packing_slip", number, day, ADVENTURE, [e | {"order_line": e["id"]} for e in entries], "4500017703"
        )

    def bill(number: str, day: str, boxes: str, tape: str, due: str, shipped: str) -> Json:
        return invoice(
            number, day, ADVENTURE,
            [billed(lines[0], boxes, as_line="1", lang="en", reference=False), billed(lines[1], "150", as_line="2", lang="en", unit_price=tape, reference=False)],
            "4500017703", currency="USD", rate="0", due_date=due, due=True, payment_terms="Net 30",
            references={"despatch_advice": shipped},
        )  # fmt: skip

    folder, extras = "13-cartons", {"ordered": {"10": "1200", "20": "300"}, "deliver_to": HARBURG}
    return [
        Paper(folder, "order-4500017703", "buyer_en", po, "2026-08-24", ADVENTURE, extras),
        Paper(folder, "slip-PS-80112", "adventure", slip("PS-80112", "2026-09-15", "600"), "2026-09-18", ADVENTURE, extras),
        Paper(folder, "invoice-INV-20611", "adventure", bill("INV-20611", "2026-09-16", "600", "4.80", "2026-10-16", "PS-80112"), "2026-09-21", ADVENTURE, extras),
        Paper(folder, "slip-PS-80397", "adventure", slip("PS-80397", "2026-10-14", "700"), "2026-10-19", ADVENTURE, extras),
        Paper(folder, "invoice-INV-20958", "adventure", bill("INV-20958", "2026-10-15", "700", "4.98", "2026-11-16", "PS-80397"), "2026-10-20", ADVENTURE, extras),
    ]  # fmt: skip


def directory() -> list[Paper]:
    """A register entry that nobody ordered, under an order that does not exist, with digits of the sum swapped."""
    entry = line("1", "Business register entry 2026/27, premium listing", "1", "ANN", "1180.00", lang="en")
    bill = invoice(
        "WED-118204", "2026-10-22", WINGTIP, [entry], "4500099120", rate="21", due_date="2026-11-05", due=True,
        payment_terms="14 days",
    )  # fmt: skip
    bill["totals"] |= {"gross": "1472.80", "due": "1472.80"}
    return [Paper("14-directory", "invoice-WED-118204", "wingtip", bill, "2026-10-23", WINGTIP)]
