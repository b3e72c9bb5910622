"""Tailspin Example Software: license certificates and invoices in a grid, made with reportlab's platypus."""

from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from sample_docs.company import spaced
from sample_docs.layouts.view import View, esc
from sample_docs.papers import Paper

PRODUCER, LANGUAGE = "reportlab", "en"
NAVY = colors.HexColor("#2b2d6e")
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=13)
CELL = ParagraphStyle("cell", fontName="Times-Roman", fontSize=9.5, leading=11.5)
RIGHT = ParagraphStyle("right", parent=CELL, alignment=2)
HEAD = ParagraphStyle("head", parent=CELL, fontName="Times-Bold", textColor=colors.white)
HEAD_RIGHT = ParagraphStyle("head-right", parent=HEAD, alignment=2)
TITLE = ParagraphStyle("title", fontName="Times-Bold", fontSize=18, leading=22, textColor=NAVY)


def pdf(paper: Paper) -> bytes:
    """The paper as PDF."""
    view = View(paper, "en")
    out = BytesIO()
    title = "Invoice" if view.priced else "Software License Certificate"
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=32 * mm, bottomMargin=24 * mm,
        title=f"{title} {view.number}", author=view.seller.name, invariant=1,
    )  # fmt: skip
    body = [Paragraph(title, TITLE), Spacer(1, 4 * mm), _facts(view), Spacer(1, 6 * mm)]
    body += _invoice(view) if view.priced else _certificate(view)
    template.build(body, onFirstPage=_frame, onLaterPages=_frame)
    return out.getvalue()


def _frame(canvas: Canvas, _template: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFillColor(NAVY)
    canvas.setFont("Times-BoldItalic", 15)
    canvas.drawString(20 * mm, 278 * mm, "Tailspin Example Software Ltd")
    canvas.setFont("Times-Roman", 8.5)
    canvas.drawRightString(190 * mm, 278 * mm, "3 Placeholder Quay, Dublin 1, Ireland · VAT IE9999999P")
    canvas.setStrokeColor(NAVY)
    canvas.line(20 * mm, 275 * mm, 190 * mm, 275 * mm)
    canvas.drawCentredString(105 * mm, 12 * mm, "licensing@tailspin.example · registered in Ireland")
    canvas.restoreState()


def _facts(view: View) -> Flowable:
    number = "Invoice number" if view.priced else "Certificate number"
    facts = [(number, view.number), ("Date", view.date()), ("Your order", view.reference("purchase_order"))]
    if view.has("due_date"):
        facts += [("Due", view.date("due_date")), ("Terms", view.document["payment_terms"])]
    licensee = "Bill to" if view.priced else "Licensee"
    to = "<br/>".join(esc(text) for text in (view.buyer.name, *view.buyer.lines, "Germany"))
    if view.priced:
        to += f"<br/>VAT {view.buyer.vat_id}"
    shown = "<br/>".join(f"{esc(name)}: <b>{esc(value)}</b>" for name, value in facts)
    table = Table(
        [[Paragraph(f"<b>{licensee}</b><br/>{to}", BODY), Paragraph(shown, BODY)]], colWidths=[95 * mm, 75 * mm]
    )
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return table


def _grid(rows: list[list[Paragraph]], widths: list[float]) -> Table:
    table = Table(rows, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.6, NAVY),
                ("BACKGROUND", (0, 0), (-1, 0), NAVY),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table


def _invoice(view: View) -> list[Flowable]:
    heads = [
        ("No.", HEAD),
        ("SKU", HEAD),
        ("Product", HEAD),
        ("Seats", HEAD_RIGHT),
        ("Price / seat", HEAD_RIGHT),
        (f"Amount {view.currency}", HEAD_RIGHT),
    ]
    rows = [[Paragraph(text, style) for text, style in heads]]
    for entry in view.lines:
        term = view.term(entry)
        below = (
            f"<br/><font size=8>{entry['license']['metric']}, {term[0]} – {term[1]}; your item {entry['order_line']}</font>"
            if term
            else ""
        )
        rows.append(
            [Paragraph(entry["id"], CELL), Paragraph(entry["seller_item_id"], CELL), Paragraph(esc(entry["description"]) + below, CELL),
             Paragraph(view.quantity(entry), RIGHT), Paragraph(view.price(entry), RIGHT), Paragraph(view.amount(entry), RIGHT)]
        )  # fmt: skip
    rate, _, tax = next(view.taxes())
    sums = [
        ("Net amount", view.total("net")),
        (f"VAT {rate}% (reverse charge)", tax),
        ("Total due EUR", view.total("due")),
    ]
    total = Table(
        [[Paragraph(name, CELL), Paragraph(value, RIGHT)] for name, value in sums],
        colWidths=[52 * mm, 30 * mm],
        hAlign="RIGHT",
    )
    total.setStyle(TableStyle([("LINEABOVE", (0, -1), (-1, -1), 0.8, NAVY)]))
    note = Paragraph(
        f"Reverse charge: VAT is to be accounted for by the recipient.<br/>Payment by transfer to IBAN {spaced(view.seller.iban or '')}",
        BODY,
    )
    widths = [10 * mm, 26 * mm, 68 * mm, 16 * mm, 22 * mm, 28 * mm]
    return [_grid(rows, widths), Spacer(1, 4 * mm), total, Spacer(1, 8 * mm), note]


def _certificate(view: View) -> list[Flowable]:
    found: list[Flowable] = [
        Paragraph("This certificate confirms the following rights of use.", BODY),
        Spacer(1, 4 * mm),
    ]
    for entry in view.lines:
        held, term = entry["license"], view.term(entry)
        facts = [
            ("Product", held["product"]),
            ("SKU", entry["seller_item_id"]),
            ("Publisher", held["publisher"]),
            ("Order item", entry["order_line"]),
            ("Metric", held["metric"]),
            ("Rights", f"{held['rights']} {entry['unit_text']} ({held['packs']} × pack of {held['rights_per_pack']})"),
            ("Type", held["type"]),
            ("Term", f"{term[0]} – {term[1]}" if term else "perpetual"),
            ("License key", ", ".join(held["keys"])),
        ]
        if held.get("entitlement_ids"):
            facts.append(("Entitlement ID", ", ".join(held["entitlement_ids"])))
        rows = [[Paragraph(f"License {entry['id']}", HEAD), Paragraph(esc(entry["description"]), HEAD)]]
        rows += [[Paragraph(name, CELL), Paragraph(esc(value), CELL)] for name, value in facts]
        found += [_grid(rows, [40 * mm, 130 * mm]), Spacer(1, 6 * mm)]
    return found
