"""Fabrikam Example: no rules, descriptions wrapped over several rows, drawn with reportlab."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from sample_docs.company import spaced
from sample_docs.layouts.view import View
from sample_docs.papers import Paper

PRODUCER, LANGUAGE = "reportlab", "en"
FACE, BOLD = "Helvetica", "Helvetica-Bold"
#: x of: quantity (right), unit, part number, description, price (right), value (right)
COLUMNS = (30 * mm, 33 * mm, 47 * mm, 74 * mm, 152 * mm, 188 * mm)
WRAP = 52 * mm


def pdf(paper: Paper) -> bytes:
    """The paper as PDF."""
    view = View(paper, "uk")
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"{_title(view)} {view.number}")
    canvas.setAuthor(view.seller.name)
    canvas.setFont("Times-Bold", 22)
    canvas.drawString(18 * mm, 272 * mm, "FABRIKAM EXAMPLE")
    canvas.setFont(FACE, 8)
    _block(canvas, 18 * mm, 266 * mm, (*view.seller.lines, "Great Britain", f"VAT No. {view.seller.vat_id}"), 3.8 * mm)
    canvas.setFont(BOLD, 16)
    canvas.drawRightString(190 * mm, 272 * mm, _title(view))
    canvas.setFont(FACE, 9.5)
    _block(canvas, 18 * mm, 240 * mm, (view.buyer.name, *view.buyer.lines, "Germany"), 4.6 * mm)
    _facts(canvas, view)
    bottom = _table(canvas, view, 202 * mm)
    _sums(canvas, view, bottom - 6 * mm)
    canvas.setFont(FACE, 8)
    canvas.drawString(
        18 * mm,
        24 * mm,
        f"Bank: Sample Bank, IBAN {spaced(view.seller.iban or '')}"
        if view.kind == "invoice"
        else "Prices ex works, excluding VAT. E. & O. E.",
    )
    canvas.drawString(
        18 * mm, 19 * mm, "Goods remain our property until paid in full. Fabrikam Example Ltd, registered in England."
    )
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _title(view: View) -> str:
    return "QUOTATION" if view.kind == "quote" else "INVOICE"


def _block(canvas: Canvas, x: float, y: float, lines: tuple[str, ...], step: float) -> None:
    for at, text in enumerate(lines):
        canvas.drawString(x, y - at * step, text)


def _facts(canvas: Canvas, view: View) -> None:
    facts = [(f"{_title(view).capitalize()} no.", view.number), ("Date / tax point", view.date())]
    if view.reference("purchase_order"):
        facts.append(("Your order no.", view.reference("purchase_order")))
    if view.has("valid_until"):
        facts.append(("Valid until", view.date("valid_until")))
    if view.has("due_date"):
        facts.append(("Payment due", view.date("due_date")))
    if view.has("payment_terms"):
        facts.append(("Terms", view.document["payment_terms"]))
    for at, (name, value) in enumerate(facts):
        canvas.setFont(FACE, 9)
        canvas.drawString(128 * mm, (244 - at * 5.2) * mm, name)
        canvas.setFont(BOLD, 9)
        canvas.drawRightString(190 * mm, (244 - at * 5.2) * mm, value)


def _table(canvas: Canvas, view: View, top: float) -> float:
    canvas.setFont(BOLD, 8.5)
    right = {0, 4, 5}
    heads = ("Qty", "Unit", "Part no.", "Description", "Unit price", f"Value {view.currency}")
    for at, text in enumerate(heads):
        (canvas.drawRightString if at in right else canvas.drawString)(COLUMNS[at], top, text)
    y = top - 7 * mm
    for entry in view.lines:
        canvas.setFont(FACE, 9)
        cells = (
            view.quantity(entry),
            entry["unit_text"],
            entry["seller_item_id"],
            None,
            view.price(entry),
            view.amount(entry),
        )
        for at, text in enumerate(cells):
            if text is not None:
                (canvas.drawRightString if at in right else canvas.drawString)(COLUMNS[at], y, text)
        rows = simpleSplit(entry["description"], FACE, 9, WRAP)
        for at, text in enumerate(rows):
            canvas.drawString(COLUMNS[3], y - at * 4.2 * mm, text)
        y -= len(rows) * 4.2 * mm + 3.2 * mm
    return y


def _sums(canvas: Canvas, view: View, y: float) -> None:
    sums = [("Goods total", view.total("lines"))] if "lines" in view.document["totals"] else []
    sums += [*view.charges(), ("Total net", view.total("net"))]
    sums += [(f"VAT {rate}%", tax) for rate, _, tax in view.taxes()]
    sums.append(
        (f"Invoice total {view.currency}" if view.kind == "invoice" else f"Total {view.currency}", view.total("gross"))
    )
    for at, (name, value) in enumerate(sums):
        canvas.setFont(BOLD if at == len(sums) - 1 else FACE, 9.5)
        canvas.drawRightString(160 * mm, y - at * 5.4 * mm, name)
        canvas.drawRightString(COLUMNS[5], y - at * 5.4 * mm, value)
