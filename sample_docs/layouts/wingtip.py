"""Wingtip Example Directories: a form with boxes and a payment slip, drawn with reportlab."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from sample_docs.company import spaced
from sample_docs.layouts.view import View
from sample_docs.papers import Paper

PRODUCER, LANGUAGE = "reportlab", "en"
FACE, BOLD = "Courier", "Courier-Bold"


def pdf(paper: Paper) -> bytes:
    """The paper as PDF."""
    view = View(paper, "uk")
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(f"Invoice {view.number}")
    canvas.setAuthor(view.seller.name)
    canvas.setFillGray(0.88)
    canvas.rect(15 * mm, 262 * mm, 180 * mm, 20 * mm, stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setFont(BOLD, 17)
    canvas.drawString(20 * mm, 272 * mm, "WINGTIP EXAMPLE DIRECTORIES")
    canvas.setFont(FACE, 8)
    canvas.drawString(20 * mm, 266 * mm, f"{view.seller.name}, {view.seller.address}, VAT {view.seller.vat_id}")
    canvas.setFont(FACE, 10)
    for at, text in enumerate((view.buyer.name, "Accounts payable", *view.buyer.lines, "Germany")):
        canvas.drawString(20 * mm, (246 - 5 * at) * mm, text)
    facts = (
        ("INVOICE", view.number),
        ("DATE", view.date()),
        ("ORDER", view.reference("purchase_order")),
        ("PAY BEFORE", view.date("due_date")),
    )
    for at, (name, value) in enumerate(facts):
        _box(canvas, 15 + at * 45, 198, 45, 14, name, value or "")
    _lines(canvas, view)
    _slip(canvas, view)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _box(
    canvas: Canvas, x: float, y: float, width: float, height: float, name: str, value: str, *, right: bool = False
) -> None:
    canvas.rect(x * mm, y * mm, width * mm, height * mm)
    canvas.setFont(FACE, 7)
    canvas.drawString((x + 2) * mm, (y + height - 4) * mm, name)
    canvas.setFont(BOLD, 10)
    if right:
        canvas.drawRightString((x + width - 2) * mm, (y + 3) * mm, value)
    else:
        canvas.drawString((x + 2) * mm, (y + 3) * mm, value)


def _lines(canvas: Canvas, view: View) -> None:
    canvas.setFont(BOLD, 9)
    for x, text in ((17, "Description"), (125, "Qty"), (140, "Price"), (172, "Amount EUR")):
        canvas.drawString(x * mm, 186 * mm, text)
    canvas.line(15 * mm, 184 * mm, 195 * mm, 184 * mm)
    y = 178.0
    for entry in view.lines:
        canvas.setFont(FACE, 9)
        canvas.drawString(17 * mm, y * mm, entry["description"])
        canvas.drawString(125 * mm, y * mm, f"{view.quantity(entry)} {entry['unit_text']}")
        canvas.drawRightString(162 * mm, y * mm, view.price(entry))
        canvas.drawRightString(193 * mm, y * mm, view.amount(entry))
        y -= 6
    canvas.line(15 * mm, (y + 2) * mm, 195 * mm, (y + 2) * mm)
    rate, _, tax = next(view.taxes())
    cells = (("SUBTOTAL", view.total("net")), (f"VAT {rate}%", tax), ("TOTAL EUR", view.total("gross")))
    for at, (name, value) in enumerate(cells):
        _box(canvas, 105 + at * 30, y - 16, 30, 14, name, value, right=True)
    canvas.setFont(FACE, 8)
    canvas.drawString(
        17 * mm, (y - 26) * mm, f"Terms: {view.document['payment_terms']}. Your entry is renewed every year."
    )


def _slip(canvas: Canvas, view: View) -> None:
    canvas.setDash(3, 2)
    canvas.line(15 * mm, 70 * mm, 195 * mm, 70 * mm)
    canvas.setDash()
    canvas.setFont(BOLD, 11)
    canvas.drawString(17 * mm, 60 * mm, "PAYMENT SLIP")
    canvas.setFont(FACE, 9)
    rows = (
        ("To", view.seller.name),
        ("IBAN", spaced(view.seller.iban or "")),
        ("Reference", view.number),
        ("Amount due", f"EUR {view.total('due')}"),
    )
    for at, (name, value) in enumerate(rows):
        canvas.drawString(17 * mm, (52 - 6 * at) * mm, f"{name:<12}{value}")
