"""With the extra installed, scans are read like any other document; run with the networks themselves."""

import io
import json
import threading
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image

from app.documents.evidence import Method
from app.reading import read_bytes
from app.reading.ocr.networks import available
from app.reading.reading import Verdict
from app.reading.sandbox import Limits, Sandbox

SAMPLES = Path(__file__).parents[2] / "sample_docs"
SCANS = ["09-werkzeuge/rechnung-AR260922.pdf", "10-elektro/lieferschein-LF-88417.jpg"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: pip install countersign[ocr]"),
]


def figures(document):
    return [(line.quantity, line.unit_price, line.net_amount, line.unit) for line in document.lines]


def printed(text, *, degrees=0, title=11):
    """A picture of a page with rows of words by their place from the left, as a PNG of 150 dpi; the first in print of `title` points."""
    sheet = FPDF(unit="pt", format="A4")
    sheet.add_page()
    for at, row in enumerate(text):
        sheet.set_font("Helvetica", size=11 if at else title)
        for left, word in row.items():
            sheet.text(left, 90 + 24 * at, word)
    with pdfium.PdfDocument(bytes(sheet.output())) as document:
        picture = document[0].render(scale=150 / 72, grayscale=True).to_pil()
    out = io.BytesIO()
    turned = picture.rotate(degrees, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    turned.save(out, "PNG", dpi=(150, 150))
    return out.getvalue()


INVOICE = [
    {60: "Invoice INV-2041"},
    {60: "Date: 2026-03-04"},
    {60: "Currency: EUR"},
    {60: "Pos", 100: "Description", 320: "Quantity", 400: "Unit price", 490: "Amount"},
    {60: "1", 100: "Hex bolt M8x40", 320: "12", 400: "1.25", 490: "15.00"},
    {60: "2", 100: "Washer 8.4", 320: "200", 400: "0.11", 490: "22.00"},
    {400: "Total", 490: "37.00"},
]


@pytest.mark.parametrize("name", SCANS)
def test_the_scans_of_the_sample_company_are_read_right(name):
    truth = json.loads((SAMPLES / name).with_suffix(".json").read_text(encoding="utf-8"))

    reading = read_bytes((SAMPLES / name).read_bytes())

    document = reading.documents[0]
    wanted = [
        tuple(Decimal(line[key]) if key in line else None for key in ("quantity", "unit_price", "net_amount"))
        for line in truth["lines"]
    ]
    assert [entry[:3] for entry in figures(document)] == wanted
    assert document.kind == truth["kind"]
    assert document.number.replace(" ", "") == truth["number"].replace(" ", "")
    assert document.references.purchase_order == truth["references"]["purchase_order"]
    assert {entry.method for entry in document.evidence.values()} <= {Method.OCR, Method.DERIVED}
    assert max(entry.score for entry in document.evidence.values()) < 1


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 2])
def test_a_turned_page_is_read_and_its_evidence_lies_on_the_page_as_sent(degrees):
    data = printed(INVOICE, degrees=degrees)

    reading = read_bytes(data)

    document = reading.documents[0]
    assert document.number == "INV-2041"
    assert [entry[:3] for entry in figures(document)] == [
        (Decimal(12), Decimal("1.25"), Decimal("15.00")),
        (Decimal(200), Decimal("0.11"), Decimal("22.00")),
    ]
    box = [float(side) for side in document.evidence["/number"].box]
    with Image.open(io.BytesIO(data)) as picture:
        ink = picture.convert("L").crop(tuple(round(side * 150 / 72) for side in box))
    assert min(ink.getdata() if not hasattr(ink, "get_flattened_data") else ink.get_flattened_data()) < 100
    width, height = box[2] - box[0], box[3] - box[1]
    assert (width > height) == (degrees in {0, 2, 180})


def test_pages_with_and_without_text_make_one_document():
    sheet = FPDF(unit="pt", format="A4")
    sheet.add_page()
    sheet.set_font("Helvetica", size=11)
    for at, row in enumerate(INVOICE[:5]):
        for left, word in row.items():
            sheet.text(left, 90 + 24 * at, word)
    sheet.add_page()
    with Image.open(io.BytesIO(printed([INVOICE[3], *INVOICE[5:]]))) as picture:
        sheet.image(picture, 0, 0, sheet.w, sheet.h)

    reading = read_bytes(bytes(sheet.output()))

    document = reading.documents[0]
    methods = [document.evidence[f"/lines/{at}/net_amount"].method for at in range(2)]
    assert [line.net_amount for line in document.lines] == [Decimal("15.00"), Decimal("22.00")]
    assert methods == [Method.PDF, Method.OCR]
    assert document.evidence["/lines/1/net_amount"].page == 2


def test_two_invoices_in_one_scan_are_two_documents_with_evidence_on_their_own_pages():
    second = [{60: "Invoice INV-2042"}, *INVOICE[1:5], {400: "Total", 490: "15.00"}]
    frames = [Image.open(io.BytesIO(printed(rows, title=20))) for rows in (INVOICE, second)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], dpi=(150, 150))

    reading = read_bytes(out.getvalue())

    assert [document.number for document in reading.documents] == ["INV-2041", "INV-2042"]
    for page, document in enumerate(reading.documents, start=1):
        assert {entry.page for entry in document.evidence.values()} == {page}


def test_invisible_text_behind_a_picture_is_not_believed():
    sheet = FPDF(unit="pt", format="A4")
    sheet.add_page()
    with Image.open(io.BytesIO(printed(INVOICE))) as picture:
        sheet.image(picture, 0, 0, sheet.w, sheet.h)
    sheet.set_font("Helvetica", size=11)
    with sheet.local_context(text_mode="INVISIBLE"):
        for at in range(60):
            sheet.text(60, 60 + 12 * at, f"Invoice INV-9999 Total 9{at}.00")

    reading = read_bytes(bytes(sheet.output()))

    assert reading.documents[0].number == "INV-2041"


def test_a_page_without_a_word_is_empty():
    reading = read_bytes(printed([]))

    assert reading.verdict is Verdict.EMPTY
    assert reading.reason.endswith(".")


def test_the_sandbox_gives_a_scan_the_time_and_memory_it_needs():
    before = threading.active_count()
    sandbox = Sandbox(limits=Limits(seconds=10, memory=1 << 30), readers=1)
    try:
        first = sandbox.read(printed(INVOICE))
        second = sandbox.read(printed(INVOICE))
    finally:
        sandbox.close()

    assert first.verdict is Verdict.OK
    assert first == second
    assert threading.active_count() == before


def test_a_scan_that_takes_too_long_is_stopped():
    sandbox = Sandbox(limits=Limits(seconds=10, memory=1 << 30), readers=1, scan=Limits(seconds=0.2, memory=2 << 30))
    try:
        reading = sandbox.read(printed(INVOICE))
    finally:
        sandbox.close()

    assert reading.verdict is Verdict.RESOURCE_LIMIT
