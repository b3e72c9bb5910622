"""The papers that the browser looks at: five purchases, two of their papers printed as PDF."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

BUYER = {"name": "Example Werke GmbH", "vat_id": "DE123123125"}
NORDWIND = {"name": "Nordwind Beispiel GmbH", "vat_id": "DE111111117"}
FABRIKAM = {"name": "Fabrikam Example Ltd", "vat_id": "GB999999973"}
ORDER, INVOICE = "PO-4500017742", "NW-2026-00417"
BOLTS = ("10", "Hex bolt M8x40 zinc DIN 933", "2500", "0.1120", "280.00")
BEARINGS = ("20", "Bearing 6204-2RS C3", "48", "7.95", "381.60")
GREASE = ("30", "Industrial grease EP2 400 g", "24", "6.50", "156.00")


def printed(title, facts, lines, sums=(), *, supplier=NORDWIND):
    """A paper as PDF: the supplier, the facts of its head, a table of lines, the sums."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=True)
    page.setFont("Helvetica-Bold", 15)
    page.drawString(50, 780, title)
    page.setFont("Helvetica", 9)
    for at, (word, party) in enumerate((("Supplier", supplier), ("Buyer", BUYER))):
        page.drawString(50, 750 - 48 * at, word)
        page.drawString(50, 738 - 48 * at, party["name"])
        page.drawString(50, 726 - 48 * at, f"VAT No. {party['vat_id']}")
    for at, (name, value) in enumerate(facts):
        page.drawString(340, 780 - 14 * at, f"{name}: {value}")
    y = 640
    columns = ((50, "Line"), (85, "Description"), (330, "Qty"), (375, "Unit"), (440, "Unit price"), (540, "Amount"))
    page.setFont("Helvetica-Bold", 9)
    for x, name in columns:
        (page.drawRightString if name in {"Qty", "Unit price", "Amount"} else page.drawString)(x, y, name)
    page.line(50, y - 5, 545, y - 5)
    page.setFont("Helvetica", 9)
    for number, words, quantity, price, amount in lines:
        y -= 20
        page.drawString(50, y, number)
        page.drawString(85, y, words)
        page.drawRightString(330, y, f"{int(quantity):,}")
        page.drawString(375, y, "pcs")
        page.drawRightString(440, y, price)
        page.drawRightString(540, y, amount)
    for name, value in sums:
        y -= 18
        page.drawRightString(460, y - 14, name)
        page.drawRightString(540, y - 14, value)
    page.save()
    return out.getvalue()


def order_pdf():
    facts = (("Purchase order", ORDER), ("Date", "2026-10-01"), ("Currency", "EUR"))
    return printed("PURCHASE ORDER", facts, [BOLTS, BEARINGS, GREASE], [("Total net", "817.60")])


def invoice_pdf():
    """The bolts cost more than ordered, and freight was never ordered."""
    facts = (
        ("Invoice number", INVOICE),
        ("Invoice date", "2026-10-30"),
        ("Purchase order", ORDER),
        ("Due date", "2026-11-13"),
        ("Currency", "EUR"),
    )
    lines = [
        ("10", BOLTS[1], "2500", "0.1184", "296.00"),
        BEARINGS,
        GREASE,
        ("40", "Freight", "1", "45.00", "45.00"),
    ]
    sums = [("Subtotal", "878.60"), ("VAT 0 %", "0.00"), ("Total due EUR", "878.60")]
    return printed("INVOICE", facts, lines, sums)


def line(number, words, quantity, price=None, amount=None, **more):
    found = {"id": number, "description": words, "quantity": quantity, "unit": "C62", "order_line": number}
    if price is not None:
        found |= {"unit_price": price, "net_amount": amount}
    return found | more


def paper(kind, number, day, lines, *, order=None, supplier=NORDWIND, currency="EUR", net=None, **more):
    found = {
        "kind": kind,
        "number": number,
        "issue_date": day,
        "currency": currency,
        "supplier": supplier,
        "buyer": BUYER,
        "references": {"purchase_order": order},
        "lines": lines,
    }
    if net is not None:
        found["totals"] = {"lines": net, "net": net, "tax": "0.00", "gross": net, "due": net}
    return found | more


def by_api():
    """The papers that other systems send as data, in their order of arrival."""
    pumps = line("10", "Centrifugal pump 2.2 kW", "10", "540.00", "5400.00")
    return [
        paper("quote", "Q-881", "2026-09-20", [line(*BOLTS)], valid_until="2026-12-31"),
        paper("goods_receipt", "GR-88120", "2026-10-12", [line(n, w, q) for n, w, q, *_ in (BOLTS, BEARINGS, GREASE)], order=ORDER),
        # Twelve pumps are billed where ten were ordered and came.
        paper("purchase_order", "PO-51", "2026-10-01", [pumps], supplier=FABRIKAM, currency="GBP"),
        paper("goods_receipt", "GR-51", "2026-10-10", [line("10", pumps["description"], "10")], order="PO-51", supplier=FABRIKAM),
        paper(
            "invoice", "FAB/26/4471", "2026-10-15", [line("10", pumps["description"], "12", "540.00", "6480.00")],
            order="PO-51", supplier=FABRIKAM, currency="GBP", net="6480.00", due_date="2026-12-14",
        ),
        # Nothing came yet.
        paper("purchase_order", "PO-52", "2026-10-02", [line("10", "Drum of degreaser 60 l", "6", "214.00", "1284.00")]),
        paper(
            "invoice", "NW-2026-00420", "2026-11-02", [line("10", "Drum of degreaser 60 l", "6", "214.00", "1284.00")],
            order="PO-52", net="1284.00", due_date="2026-12-02",
        ),
        # All is well.
        paper("purchase_order", "PO-53", "2026-10-02", [line("10", "Threaded rod M16", "40", "6.20", "248.00")]),
        paper("goods_receipt", "GR-53", "2026-10-08", [line("10", "Threaded rod M16", "40")], order="PO-53"),
        paper(
            "invoice", "NW-2026-00421", "2026-11-03", [line("10", "Threaded rod M16", "40", "6.20", "248.00")],
            order="PO-53", net="248.00", due_date="2026-12-03",
        ),
    ]  # fmt: skip
