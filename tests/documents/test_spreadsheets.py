"""Spreadsheets as people keep them: OpenDocument, merged cells, rows that are hidden, headings that nobody knows."""

import io
import zipfile
from decimal import Decimal
from xml.sax.saxutils import escape

from app.reading import read_bytes
from app.reading.formats.table import read_told
from app.reading.reading import Reading, Verdict
from app.reading.tables.recall import Tried
from app.reading.tables.told import Told, mark
from tests.documents.test_tables import workbook

N = Decimal
HEADS = ["Invoice no", "Supplier", "Description", "Quantity", "Unit price", "Amount"]
UNKNOWN = ["Dok", "Lif", "Vara", "Mgn", "Einv", "Upph"]
FIELDS = ["invoice_number", "supplier", "description", "quantity", "unit_price", "net_amount"]
ROWS = [["N-1", "Northwind Example Ltd", "Bolt", 10, 1.5, 15], ["N-1", "Northwind Example Ltd", "Nut", 20, 0.8, 16]]


def ods(*rows, spans=None, hidden=()):
    """An OpenDocument spreadsheet; `spans` gives the rows over which a cell goes, `hidden` the rows not shown."""
    spans = spans or {}
    covered = {(row + more, column) for (row, column), many in spans.items() for more in range(1, many)}
    body = []
    for at, row in enumerate(rows):
        cells = []
        for column, cell in enumerate(row):
            if (at, column) in covered:
                cells.append("<table:covered-table-cell/>")
                continue
            span = f' table:number-rows-spanned="{spans[at, column]}"' if (at, column) in spans else ""
            kind = "string" if isinstance(cell, str) else "float"
            value = "" if isinstance(cell, str) else f' office:value="{cell}"'
            text = f"<text:p>{escape(str(cell))}</text:p>" if cell != "" else ""
            cells.append(f'<table:table-cell office:value-type="{kind}"{value}{span}>{text}</table:table-cell>')
        seen = ' table:visibility="collapse"' if at in hidden else ""
        body.append(f"<table:table-row{seen}>{''.join(cells)}</table:table-row>")
    name = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{name}office:1.0" '
        f'xmlns:table="{name}table:1.0" xmlns:text="{name}text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Lines">{"".join(body)}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    media = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{name}manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), media)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def xlsx(*rows, merged=(), hidden=()):
    """A spreadsheet with merged ranges (the cells that they cover are empty) and rows (from 1) that are not shown."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(("Lines", rows)))) as source, zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            content = source.read(name).decode()
            if name.endswith("sheet1.xml"):
                ranges = "".join(f'<mergeCell ref="{place}"/>' for place in merged)
                content = content.replace("</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>")
                for row in hidden:
                    assert f'<row r="{row}"' in content
                    content = content.replace(f'<row r="{row}"', f'<row r="{row}" hidden="1"')
            archive.writestr(name, content)
    return out.getvalue()


def figures(data, **told):
    reading = read_bytes(data, **told)
    assert reading.verdict is Verdict.OK, reading.reason
    assert Reading.from_json(reading.to_json()) == reading
    return [
        (document.number, [(line.description, line.quantity, line.net_amount) for line in document.lines])
        for document in reading.documents
    ]


TOLD = dict(zip(UNKNOWN, FIELDS, strict=True))
BOTH = [("N-1", [("Bolt", N(10), N(15)), ("Nut", N(20), N(16))])]


class TestOpenDocument:
    def test_a_table(self):
        document = read_bytes(ods(HEADS, *ROWS)).documents[0]

        assert figures(ods(HEADS, *ROWS)) == BOTH
        assert document.evidence["/lines/1/unit_price"].path == "Lines!E3"
        assert document.lines[1].unit_price == N("0.8")

    def test_a_number_merged_over_its_lines(self):
        rows = [ROWS[0], ["", "", *ROWS[1][2:]], ["N-2", "Southwind Sample Inc", "Washer", 5, 2, 10]]

        assert figures(ods(HEADS, *rows, spans={(1, 0): 2, (1, 1): 2})) == [
            *BOTH,
            ("N-2", [("Washer", N(5), N(10))]),
        ]

    def test_a_row_that_is_not_shown_is_read_too(self):
        assert figures(ods(HEADS, *ROWS, hidden={2})) == BOTH


class TestMergedCells:
    def test_a_number_merged_over_its_lines(self):
        rows = [ROWS[0], ["", "", *ROWS[1][2:]], ["N-2", "Southwind Sample Inc", "Washer", 5, 2, 10]]

        data = xlsx(HEADS, *rows, merged=["A2:A3", "B2:B3"])

        assert figures(data) == [*BOTH, ("N-2", [("Washer", N(5), N(10))])]

    def test_a_title_merged_over_the_table(self):
        title = ["Invoices of October 2026", "", "", "", "", ""]

        assert figures(xlsx(title, [""] * 6, HEADS, *ROWS, merged=["A1:F1"])) == BOTH

    def test_headings_merged_over_the_headings(self):
        groups = ["Document", "", "Goods", "Figures", "", ""]

        assert figures(xlsx(groups, HEADS, *ROWS, merged=["A1:B1", "D1:F1"])) == BOTH


class TestHiddenRows:
    def test_rows_that_a_filter_hides_are_read_and_count(self):
        data = xlsx(HEADS, *ROWS, hidden=[3])

        assert figures(data) == BOTH
        assert read_bytes(data).documents[0].totals.net == N(31)


class TestToldColumns:
    def test_without_them_the_headings_are_shown(self):
        for data in (ods(UNKNOWN, *ROWS), workbook(("Lines", [UNKNOWN, *ROWS]))):
            reading = read_bytes(data)

            assert (reading.verdict, reading.documents) == (Verdict.UNSUPPORTED, ())
            assert [column.heading for column in reading.tables[0].columns] == UNKNOWN
            assert {column.field for column in reading.tables[0].columns} == {None}

    def test_with_them_any_spreadsheet_is_read(self):
        for data in (ods(UNKNOWN, *ROWS), workbook(("Lines", [UNKNOWN, *ROWS]))):
            found = read_told(data, TOLD)

            assert Tried.from_json(found.to_json()) == found
            assert (found.wrong, found.is_worse, dict(found.kept)) == ({}, False, TOLD)
            assert found.marks == (mark(found.proposed.tables[0]),)
            told = Told(columns=found.kept, memory="lay_1", version=3)
            assert figures(data, tables=[Told.from_json(told.to_json())]) == BOTH
            use = read_bytes(data, tables=[told]).layouts[0]
            assert (use.memory, use.version, use.outcome) == ("lay_1", 3, "used")

    def test_sheets_of_heads_and_lines_are_told_by_their_cells(self):
        data = workbook(
            ("Kop", [["Nr.", "Lif", "Dags"], ["N-1", "Northwind Example Ltd", "2026-10-12"]]),
            ("Lin", [["Nr.", "Vara", "Mgn", "Upph"], ["N-1", "Bolt", 10, 15], ["N-1", "Nut", 20, 16]]),
        )
        told = {
            "Kop!A1": "invoice_number", "Lif": "supplier", "Dags": "issue_date", "Lin!A1": "invoice_number",
            "Vara": "description", "Mgn": "quantity", "Upph": "net_amount",
        }  # fmt: skip

        found = read_told(data, told)

        assert found.wrong == {}
        [document] = found.reading.documents
        assert (document.number, document.supplier.name, len(document.lines)) == ("N-1", "Northwind Example Ltd", 2)
        assert dict(found.kept) == told

    def test_a_table_that_does_not_have_them_is_read_as_proposed(self):
        told = Told(columns=TOLD, memory="lay_1", version=1)

        assert figures(workbook(("Lines", [HEADS, *ROWS])), tables=[told]) == BOTH
        assert read_bytes(workbook(("Lines", [HEADS, *ROWS])), tables=[told]).layouts == ()

    def test_columns_that_cannot_be_read_lose(self):
        wrong = Told(columns=TOLD | {"Vara": "quantity", "Mgn": None}, memory="lay_1", version=1)

        reading = read_bytes(workbook(("Lines", [UNKNOWN, *ROWS])), tables=[wrong])

        assert reading.verdict is Verdict.UNSUPPORTED
        assert [(use.memory, use.outcome) for use in reading.layouts] == [("lay_1", "lost")]
