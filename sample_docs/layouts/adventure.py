"""Adventure Example Packaging: American letter paper, month first, boxed head strip, made with fpdf2."""

from sample_docs.layouts.sheet import Sheet
from sample_docs.layouts.view import View
from sample_docs.papers import Paper

PRODUCER, LANGUAGE = "fpdf2", "en"
LEFT, RIGHT = 12, 204


def pdf(paper: Paper) -> bytes:
    """The paper as PDF."""
    view = View(paper, "us")
    title = "INVOICE" if view.priced else "PACKING SLIP"
    sheet = Sheet("letter", f"{title} {view.number}", view.seller.name)
    sheet.text(LEFT, 18, view.seller.name, "Helvetica", "B", 14)
    for at, text in enumerate((*view.seller.lines, view.seller.email or "")):
        sheet.text(LEFT, 24 + 4.2 * at, text, "Helvetica", "", 8.5)
    sheet.text(RIGHT, 20, title, "Helvetica", "B", 22, align="R", grey=90)
    buyer = (view.buyer.name, *view.buyer.lines, "Germany")
    place = tuple(view.paper.extras["deliver_to"].split(", "))
    for x, name, rows in ((LEFT, "BILL TO", buyer), (112, "SHIP TO", place)):
        sheet.box(x, 42, 92, 6, fill=225)
        sheet.text(x + 2, 46.3, name, "Helvetica", "B", 8.5)
        for at, text in enumerate(rows):
            sheet.text(x + 2, 53 + 4.6 * at, text, "Helvetica", "", 9.5)
    _strip(sheet, view)
    y = _table(sheet, view)
    if view.priced:
        _sums(sheet, view, y)
        sheet.text(
            LEFT,
            252,
            "Sales tax exempt: export shipment. Make checks payable to Adventure Example Packaging Inc.",
            "Helvetica",
            "",
            8,
        )
    else:
        sheet.text(LEFT, y + 10, "Please report shortages within 5 days.", "Helvetica", "", 9)
    return sheet.bytes()


def _strip(sheet: Sheet, view: View) -> None:
    facts = [("NUMBER", view.number), ("DATE", view.date()), ("P.O. NUMBER", view.reference("purchase_order"))]
    if view.priced:
        facts += [
            ("SHIPMENT", view.reference("despatch_advice")),
            ("TERMS", view.document["payment_terms"]),
            ("DUE DATE", view.date("due_date")),
        ]
    width = (RIGHT - LEFT) / len(facts)
    for at, (name, value) in enumerate(facts):
        x = LEFT + at * width
        sheet.box(x, 78, width, 5.5, fill=225)
        sheet.box(x, 83.5, width, 7)
        sheet.text(x + width / 2, 82, name, "Helvetica", "B", 8, align="C")
        sheet.text(x + width / 2, 88.3, value or "", "Helvetica", "", 9.5, align="C")


def _table(sheet: Sheet, view: View) -> float:
    heads = [(LEFT + 2, "L", "ITEM"), (44, "L", "DESCRIPTION")]
    if view.priced:
        heads += [(142, "R", "QTY"), (146, "L", "U/M"), (176, "R", "PRICE EACH"), (RIGHT - 2, "R", "AMOUNT")]
    else:
        heads += [(142, "R", "PO LINE"), (162, "R", "ORDERED"), (184, "R", "SHIPPED"), (RIGHT - 2, "R", "U/M")]
    sheet.box(LEFT, 97, RIGHT - LEFT, 6, fill=225)
    for x, align, text in heads:
        sheet.text(x, 101.2, text, "Helvetica", "B", 8, align=align)
    y = 109.0
    for entry in view.lines:
        cells = [(LEFT + 2, "L", entry["seller_item_id"])]
        if view.priced:
            cells += [
                (142, "R", view.quantity(entry)),
                (146, "L", entry["unit_text"]),
                (176, "R", view.price(entry)),
                (RIGHT - 2, "R", view.amount(entry)),
            ]
        else:
            cells += [
                (142, "R", entry["order_line"]),
                (162, "R", view.ordered(entry)),
                (184, "R", view.quantity(entry)),
                (RIGHT - 2, "R", entry["unit_text"]),
            ]
        for x, align, text in cells:
            sheet.text(x, y, text, "Helvetica", "", 9.5, align=align)
        for row in sheet.wrapped(entry["description"], "Helvetica", 9.5, 78):
            sheet.text(44, y, row, "Helvetica", "", 9.5)
            y += 4.6
        y += 2.4
    sheet.box(LEFT, 103, RIGHT - LEFT, max(y, 165) - 103)
    return max(y, 165)


def _sums(sheet: Sheet, view: View, y: float) -> None:
    sums = (
        ("Subtotal", view.total("net")),
        ("Sales Tax (0.0%)", view.total("tax")),
        ("TOTAL", view.total("gross")),
        ("Balance Due", f"USD {view.total('due')}"),
    )
    for at, (name, value) in enumerate(sums):
        top = y + 7 * at
        sheet.box(146, top, 58, 7, fill=225 if at == 3 else None)
        sheet.text(149, top + 4.8, name, "Helvetica", "B" if at > 1 else "", 9.5)
        sheet.text(RIGHT - 2, top + 4.8, value, "Helvetica", "B" if at > 1 else "", 9.5, align="R")
