"""PDFs with an e-invoice inside: the XML speaks, the page shows where, and differences are told."""

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from app.documents import canonical
from app.documents.document import Document, Totals
from app.reading import read_bytes
from app.reading.einvoice import compare, hybrid
from app.reading.reading import Reading, Verdict

D = Decimal
FOLDER = Path(__file__).parent.parent.parent / "sample_docs" / "10-elektro"
SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "einvoice"
PAPER = FOLDER / "rechnung-90041402.pdf"


def with_xml(xml, name="factur-x.xml", data=None):
    """The sample's page with another attachment; none, and none named by the catalogue either, for None."""
    pdf = pdfium.PdfDocument(data or PAPER.read_bytes())
    for place in reversed(range(pdf.count_attachments())):
        pdf.del_attachment(place)
    for content in [] if xml is None else [xml]:
        pdf.new_attachment(name).set_data(content)
    buffer = io.BytesIO()
    pdf.save(buffer)
    pdf.close()
    return buffer.getvalue() if xml is not None else buffer.getvalue().replace(b"/AF", b"/AX")


@pytest.fixture(scope="module")
def xml():
    return hybrid.attachments(PAPER.read_bytes())[0]


def test_the_xml_is_the_document_and_the_page_shows_where():
    reading = read_bytes(PAPER.read_bytes())
    truth = canonical.read(json.loads(PAPER.with_suffix(".json").read_text()))
    document = reading.documents[0]
    place = document.evidence["/lines/0/net_amount"]

    assert (reading.verdict, reading.format, reading.differences) == (Verdict.OK, "hybrid", ())
    assert (document.number, document.totals.gross) == (truth.number, truth.totals.gross)
    assert document.lines[0].quantity == truth.lines[0].quantity
    assert (place.method, place.page, place.score) == ("xml", 1, 1)
    assert place.box is not None
    assert place.path.startswith("/rsm:CrossIndustryInvoice/")
    assert len(reading.pages) == 1
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading


@pytest.mark.parametrize(
    ("said", "instead", "pointer", "xml_says", "page_says"),
    [
        (b">371.28<", b">871.28<", "/totals/gross", "871.28", "371.28"),
        (b">DE87999999990000000303<", b">DE02120300000000202051<", "/supplier/iban", "DE02120300000000202051", None),
        (b">400<", b">700<", "/lines/0/quantity", "700", "400"),
        (b">90041402<", b">90041999<", "/number", "90041999", "90041402"),
    ],
)
def test_what_the_page_says_otherwise_is_told_and_not_sure(xml, said, instead, pointer, xml_says, page_says):
    changed = xml.replace(said, instead)
    if changed == xml:
        changed = xml.replace(said.replace(b">400<", b">400.0000<"), instead)
    assert changed != xml
    reading = read_bytes(with_xml(changed))
    told = {entry.pointer: entry for entry in reading.differences}

    assert told[pointer].xml == xml_says
    assert page_says is None or told[pointer].page == page_says
    assert reading.documents[0].evidence[pointer].score == D("0.5")


@pytest.mark.parametrize(
    "content",
    [b"", b"<broken", b"<other/>", b"<!DOCTYPE a><a/>", b"\x00" * 100, b'<?xml version="1.0" encoding="none"?><a/>'],
)
def test_an_attachment_that_cannot_be_read_leaves_the_page(content):
    reading = read_bytes(with_xml(content or b" "))

    assert (reading.verdict, reading.format) == (Verdict.OK, "pdf")
    assert reading.documents[0].number == "90041402"


def test_names_of_attachments_decide_only_the_order(xml):
    assert read_bytes(with_xml(xml, name="ZUGFeRD-invoice.xml")).format == "hybrid"
    assert read_bytes(with_xml(xml, name="../../rechnung.XML")).format == "hybrid"
    assert read_bytes(with_xml(xml, name="rechnung.txt")).format == "pdf"
    assert read_bytes(with_xml(None)).format == "pdf"


def test_a_profile_without_lines_takes_those_of_the_page(xml):
    start, stop = (
        xml.index(b"<ram:IncludedSupplyChainTradeLineItem"),
        xml.rindex(b"</ram:IncludedSupplyChainTradeLineItem>"),
    )
    bare = xml[:start] + xml[stop + len(b"</ram:IncludedSupplyChainTradeLineItem>") :]
    document = read_bytes(with_xml(bare)).documents[0]

    assert document.lines[0].net_amount == D("312.00")
    assert document.evidence["/lines/0/net_amount"].method == "pdf"
    assert document.evidence["/totals/gross"].method == "xml"


def test_an_xml_beside_a_scan_stands_alone(xml):
    pdf = pdfium.PdfDocument.new()
    pdf.new_page(595, 842)
    buffer = io.BytesIO()
    pdf.save(buffer)
    reading = read_bytes(with_xml(xml, data=buffer.getvalue()))

    assert (reading.verdict, reading.format, reading.differences) == (Verdict.OK, "hybrid", ())
    assert reading.documents[0].evidence["/totals/gross"].box is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (D("1234.50"), "Summe 1.234,50 EUR"),
        (D("1234.5"), "Summe 1 234,50"),
        (D("-1234.50"), "1'234.50"),
        (D("12"), "12,00"),
        (D("1000000"), "1.000.000,00"),
        (D("0.78"), "0,7800"),
        (date(2026, 3, 9), "am 9.3.2026"),
        (date(2026, 3, 9), "09/03/26"),
        (date(2026, 3, 9), "9 mars 2026"),
        (date(2026, 3, 9), "March 9, 2026"),
        (date(2026, 3, 9), "2026-03-09"),
        ("PO-4500 017 742", "Order PO 4500017742"),
    ],
)
def test_the_ways_a_value_is_printed(value, text):
    assert compare._is_shown(value, text, compare.number_key(text) or "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (D("234.50"), "1.234,50"),
        (D("12"), "12,50"),
        (D("12.5"), "12,55"),
        (D("3000"), "30000"),
        (date(2026, 3, 9), "19.3.2026"),
        (date(2026, 3, 9), "9.4.2026"),
    ],
)
def test_what_is_another_value(value, text):
    assert not compare._is_shown(value, text, compare.number_key(text) or "")


def test_a_sum_that_is_printed_nowhere_is_told():
    document = Document(kind="invoice", totals=Totals(gross=D("900.00")))
    printed = replace(document, totals=Totals())

    assert compare.differences(document, printed, {}, "80.00 20.00 Total 100.00")[0].pointer == "/totals/gross"
    assert compare.differences(document, printed, {}, "800,00 100,00 Total 900,00") == ()
    assert compare.differences(document, printed, {}, "An invoice comes with this letter.") == ()


def test_a_page_that_breaks_its_reader_leaves_the_xml(monkeypatch):
    def breaks(_pages):
        raise ValueError("broken")

    monkeypatch.setattr(hybrid.paper, "read", breaks)
    reading = read_bytes(PAPER.read_bytes())

    assert (reading.verdict, reading.format, reading.documents[0].number) == (Verdict.OK, "hybrid", "90041402")
    assert len(reading.pages) == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sample e-invoices beside the checkout are not here")
def test_of_the_samples_only_the_falsified_one_differs():
    told = {
        path.name: [entry.pointer for entry in read_bytes(path.read_bytes()).differences]
        for path in sorted(SHARED.glob("*.pdf"))
    }

    assert len(told) >= 9
    assert {name: found for name, found in told.items() if found} == {"limit-CALC-001.pdf": ["/totals/gross"]}
