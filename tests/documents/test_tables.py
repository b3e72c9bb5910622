"""Tables made here: CSV in the ways of several countries, and spreadsheets."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest

from app.reading import read_bytes
from app.reading.reading import Reading, Verdict
from app.reading.tables import cells
from app.reading.tables.mapping import field_of

D = Decimal


def read(text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    reading = read_bytes(data)
    assert reading.verdict == Verdict.OK, reading.reason
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading
    return reading.documents


def workbook(*sheets):
    """A minimal XLSX: numbers as numbers, texts inline, dates by style 1."""
    names = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, (name, _) in enumerate(sheets, 1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kinds}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{names}</sheets></workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        + f'<Relationship Id="rIdS" Type="{office}/styles" Target="styles.xml"/></Relationships>',
    }
    for at, (_, rows) in enumerate(sheets, 1):
        body = "".join(
            f'<row r="{r}">' + "".join(cell(v, r, c) for c, v in enumerate(row)) + "</row>"
            for r, row in enumerate(rows, 1)
        )
        files[f"xl/worksheets/sheet{at}.xml"] = f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cell(value, row, column):
    place = f'r="{chr(65 + column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, date):
        return f'<c {place} s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f"<c {place}><v>{value!r}</v></c>"
    return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def test_a_german_file_of_two_invoices():
    first, second = read(
        "Rechnungsnr.;Rechnungsdatum;Lieferant;Bestellnummer;Pos.;Bezeichnung;Menge;Einheit;Einzelpreis;Gesamtpreis\n"
        "R-1;30.10.2026;Nordwind GmbH;PO-7;10;Sechskantschraube;2.500;Stk;0,1184;296,00\n"
        ";;;;20;Mutter;4;Stk;2,50;10,00\n"
        "R-2;31.10.2026;Nordwind GmbH;PO-8;10;Mutter;4;Stk;2,50;10,00\n",
        "cp1252",
    )
    line = first.lines[0]

    assert [(first.kind, first.number, len(first.lines)), (second.number, len(second.lines))] == [
        ("invoice", "R-1", 2),
        ("R-2", 1),
    ]
    assert (first.issue_date, first.supplier.name, first.references.purchase_order) == (
        date(2026, 10, 30),
        "Nordwind GmbH",
        "PO-7",
    )
    assert (line.quantity, line.unit, line.unit_price, line.net_amount) == (2500, "H87", D("0.1184"), D("296.00"))
    assert first.totals.net == D("306.00")
    assert first.evidence["/totals/net"].method == "derived"
    entry = first.evidence["/lines/0/quantity"]
    assert (entry.method, entry.path, entry.text, entry.score) == ("csv", "G2", "2.500", 1)


def test_an_english_order_with_its_head_above_and_its_sum_below():
    (order,) = read(
        'Purchase order,PO-7\nSupplier:,"Nordwind Components, Inc."\nCurrency,USD\n\n'
        'Line,Description,SKU,Qty,Unit price,Amount\n10,"Bolt, zinc",HB-840,"2,500",0.12,300.00\n20,Nut,N-1,4,2.50,10.00\n'
        "Total,,,,,310.00\n"
    )

    assert (order.kind, order.number, order.currency) == ("purchase_order", "PO-7", "USD")
    assert order.supplier.name == "Nordwind Components, Inc."
    assert [(line.id, line.description, line.seller_item_id, line.quantity) for line in order.lines] == [
        ("10", "Bolt, zinc", "HB-840", 2500),
        ("20", "Nut", "N-1", 4),
    ]
    assert order.evidence["/number"].path == "B1"
    assert 310 in {order.totals.net, order.totals.gross, order.totals.lines, order.totals.due}


def test_receipts_and_slips_and_a_list_of_invoices():
    (receipt,) = read(
        "Goods receipt no\tPO number\tItem\tDescription\tReceived\tRejected\nWE-1\tPO-7\tHB-840\tBolt\t8\t1\n"
    )
    (slip,) = read("Packing slip no|PO number|Description|Qty shipped\nLS-1|PO-7|Bolt|8\n")
    listed = read(
        "Invoice number,Invoice date,Supplier,Net amount,VAT amount,Gross amount\nR-1,2026-10-30,Nordwind,100.00,19.00,119.00\nR-2,2026-10-31,Nordwind,50.00,9.50,59.50\n"
    )

    assert (receipt.kind, receipt.number, receipt.lines[0].quantity, receipt.lines[0].rejected) == (
        "goods_receipt",
        "WE-1",
        8,
        1,
    )
    assert receipt.references.purchase_order == "PO-7"
    assert (slip.kind, slip.number, slip.lines[0].quantity) == ("packing_slip", "LS-1", 8)
    assert [(entry.number, entry.lines, entry.totals.gross) for entry in listed] == [
        ("R-1", (), D("119.00")),
        ("R-2", (), D("59.50")),
    ]


def test_a_column_of_kinds_parts_the_documents():
    documents = read(
        "kind,number,description,quantity,unit_price\ninvoice,A-1,Bolt,1,2.00\ncredit note,A-1,Bolt,1,2.00\n"
    )

    assert [(document.kind, document.number) for document in documents] == [("invoice", "A-1"), ("credit_note", "A-1")]


def test_a_figure_that_can_be_read_in_two_ways_is_decided_by_arithmetic_or_unsure():
    head = "Invoice number;Description;Qty;Unit price;Line total\n"
    (decided,) = read(head + "R-1;Bolt;2;1.500;3.000\nR-1;Nut;1.000;2;2.000\n")
    (unsure,) = read(head + "R-1;Bolt;1.000;;\n")

    assert decided.lines[0].unit_price in {D("1.500"), D(1500)}
    assert unsure.lines[0].quantity == 1000
    assert unsure.evidence["/lines/0/quantity"].score < 1


def test_days_that_can_be_exchanged_are_unsure():
    head = "Invoice number,Invoice date,Description,Qty\n"
    (unsure,) = read(head + "R-1,03/04/2026,Bolt,1\n")
    (told, _) = read(head + "R-1,03/04/2026,Bolt,1\nR-2,12/31/2026,Bolt,1\n")

    assert unsure.evidence["/issue_date"].score < 1
    assert (told.issue_date, told.evidence["/issue_date"].score) == (date(2026, 3, 4), 1)


def test_a_spreadsheet_with_two_sheets():
    rows = [
        ["Report of November", None],
        [None],
        ["Invoice number", "Invoice date", "Supplier", "Description", "Quantity", "Unit price", "Net amount"],
        ["R-1", date(2026, 10, 30), "Nordwind GmbH", "Bolt", 3, 0.1, 0.1 + 0.2],
        ["R-1", date(2026, 10, 30), "Nordwind GmbH", "Nut", 1000, 1.234, 1234],
    ]
    orders = [["PO number", "Description", "Ordered quantity", "Unit price"], ["PO-7", "Bolt", 12, "1,25"]]
    invoice, order = read(workbook(("Invoices", rows), ("Orders & more".replace("&", "and"), orders)))

    assert (invoice.number, invoice.issue_date) == ("R-1", date(2026, 10, 30))
    assert [line.net_amount for line in invoice.lines] == [D("0.3"), D(1234)]
    assert invoice.lines[1].unit_price == D("1.234")
    assert invoice.evidence["/lines/0/unit_price"].path == "Invoices!F4"
    assert (order.kind, order.number, order.lines[0].quantity, order.lines[0].unit_price) == (
        "purchase_order",
        "PO-7",
        12,
        D("1.25"),
    )


def test_heads_on_one_sheet_and_lines_on_another_are_one_document():
    heads = [
        ["Invoice number", "Supplier", "Net amount", "VAT amount", "Gross amount"],
        ["R-1", "Nordwind", 10, 1.9, 11.9],
    ]
    lines = [["Invoice number", "Description", "Quantity", "Unit price", "Amount"], ["R-1", "Bolt", 4, 2.5, 9.99]]
    (document,) = read(workbook(("Heads", heads), ("Lines", lines)))

    assert (document.supplier.name, document.totals.net, document.totals.gross) == ("Nordwind", 10, D("11.9"))
    assert (document.lines[0].description, document.lines[0].net_amount) == ("Bolt", D("9.99"))
    assert document.evidence["/totals/net"].path == "Heads!C2"
    assert document.evidence["/lines/0/quantity"].path == "Lines!C2"


def test_license_columns():
    (document,) = read("License receipt no,Product,Publisher,Metric,Rights\nLC-1,Drawing Suite,Example Soft,user,25\n")

    assert document.kind == "license_receipt"
    assert (document.lines[0].license.product, document.lines[0].license.rights) == ("Drawing Suite", 25)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Invoice No.", "invoice_number"),
        ("Numéro de facture", "invoice_number"),
        ("Prix unitaire HT", "unit_price"),
        ("Cantidad", "quantity"),
        ("order_line", "order_line"),
        ("EAN", "gtin"),
        ("Vendor", "supplier"),
        ("Weather", None),
        ("", None),
    ],
)
def test_headings(heading, field):
    assert field_of(heading) == field


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = "Invoice number,Description,Qty,Unit price\n"


@pytest.mark.parametrize(
    ("data", "verdict", "words"),
    [
        ((HEAD + "R-1,Bolt,many,2.00\n").encode(), Verdict.MALFORMED, "Cell C2: 'many' is not a number"),
        (("Due date," + HEAD + "soon,R-1,Bolt,1,2.00\n").encode(), Verdict.MALFORMED, "Cell A2: 'soon' is not a date"),
        ((HEAD + 'R-1,"Bolt,1,2.00\n').encode(), Verdict.MALFORMED, "CSV"),
        (HEAD.encode(), Verdict.UNSUPPORTED, "headings"),
        (b"Dear reader, this is a letter.\nIt has, now and then, a comma.\n", Verdict.UNSUPPORTED, "cannot be read"),
        (workbook(("Sheet1", [["a", "b"], [1, 2]])), Verdict.UNSUPPORTED, "headings"),
        (workbook(("Sheet1", [["a", "b"], [1, 2]]))[:-200], Verdict.MALFORMED, "damaged"),
        (OLE + b"\x00" * 600, Verdict.UNSUPPORTED, "cannot be read"),
        (OLE + b"\x00" * 600 + "Workbook".encode("utf-16-le"), Verdict.MALFORMED, "damaged"),
        (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), Verdict.ENCRYPTED, "password"),
    ],
)
def test_what_is_refused(data, verdict, words):
    reading = read_bytes(data)

    assert (reading.verdict, reading.documents) == (verdict, ())
    assert words in reading.reason


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 8_000_000)

    assert read_bytes(buffer.getvalue()).verdict == Verdict.RESOURCE_LIMIT


def test_too_many_rows_are_refused():
    assert read_bytes((HEAD + "R-1,Bolt,1,2\n" * (cells.MOST_ROWS + 1)).encode()).verdict == Verdict.RESOURCE_LIMIT


def test_a_number_of_a_cell_keeps_what_the_spreadsheet_shows():
    assert [cells.number_text(value) for value in (0.1 + 0.2, 12.0, 1e-7, 1e20, -2.5)] == [
        "0.3",
        "12",
        "0.0000001",
        "100000000000000000000",
        "-2.5",
    ]
