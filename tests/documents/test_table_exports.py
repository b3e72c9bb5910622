"""Tables as the usual programs export them: headings in four languages, sums, stacked heads, sheets and cell types."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from app.reading import read_bytes
from app.reading.reading import Reading, Verdict
from tests.documents.test_tables import workbook

N = Decimal

SAP_DE = """Bestellliste Werk 1000
Stand: 12.10.2026

Einkaufsbeleg;Position;Material;Kurztext;Bestellmenge;BME;Nettopreis;Währg;Nettobestellwert;Lieferdatum;Lieferant
4500017742;00010;B-840;Sechskantschraube M8x40;2.500;ST;0,1184;EUR;296,00;30.10.2026;Nordwind Beispiel GmbH
4500017742;00020;B-860;Sechskantschraube M8x60;1.000;ST;0,1500;EUR;150,00;30.10.2026;Nordwind Beispiel GmbH
4500017743;00010;W-8;Scheibe M8;10.000;ST;0,0200;EUR;200,00;02.11.2026;Südwind Muster AG
Gesamt;;;;;;;;646,00;;
"""
SAP_EN = (
    "Purchasing Document\tItem\tMaterial\tShort Text\tOrder Quantity\tOrder Unit\tNet Price\tCurrency\tNet Order Value\t"
    "Vendor/supplying plant\n4500017742\t10\tB-840\tHex bolt M8x40\t2,500\tPC\t0.1184\tEUR\t296.00\t"
    "100023 Northwind Example Ltd\n"
)
NETSUITE = """Document Number,Date,Due Date,Vendor,Currency,PO #,Item,Description,Quantity,Units,Rate,Amount,Tax Rate
BILL-881,10/12/2026,11/11/2026,Northwind Example Ltd,USD,PO-77,BOLT-M8,Hex bolt M8x40,10,Each,1.20,12.00,8.25%
BILL-881,10/12/2026,11/11/2026,Northwind Example Ltd,USD,PO-77,WASH-M8,Washer M8,100,Each,0.10,10.00,8.25%
BILL-882,10/13/2026,11/12/2026,Southwind Sample Inc,USD,PO-78,NUT-M8,Nut M8,40,Each,0.20,8.00,8.25%
"""
QUICKBOOKS = """Bill No.,Vendor,Bill Date,Due Date,Product/Service,Memo/Description,Qty,Rate,Amount,Balance
1042,Northwind Example Ltd,10/12/2026,11/11/2026,Bolts,Hex bolt M8x40,10,1.20,12.00,22.00
1042,Northwind Example Ltd,10/12/2026,11/11/2026,Washers,Washer M8,100,0.10,10.00,22.00
TOTAL,,,,,,,,22.00,
"""
XERO = """*ContactName,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,InventoryItemCode,*Description,*Quantity,*UnitAmount,Currency
Northwind Example Ltd,INV-0042,PO-77,23/10/2026,11/11/2026,B-840,Hex bolt M8x40,10,1.20,GBP
Northwind Example Ltd,INV-0042,PO-77,23/10/2026,11/11/2026,W-8,Washer M8,100,0.10,GBP
"""
ERPNEXT = """"ID","Supplier","Supplier Invoice No","Supplier Invoice Date","Due Date","Currency","Item Code (Items)",\
"Item Name (Items)","Accepted Qty (Items)","UOM (Items)","Rate (Items)","Amount (Items)","Purchase Order (Items)"
"ACC-PINV-2026-00012","Northwind Example Ltd","NW-9","2026-10-12","2026-11-12","EUR","B-840","Hex bolt M8x40","10","Nos",\
"1.20","12.00","PUR-ORD-2026-00077"
"","","","","","","W-8","Washer M8","100","Nos","0.10","10.00","PUR-ORD-2026-00077"
"""
ODOO = """Order Reference,Vendor,Order Deadline,Order Lines/Product,Order Lines/Description,Order Lines/Quantity,\
Order Lines/Unit of Measure,Order Lines/Unit Price,Order Lines/Subtotal,Currency
P00017,Northwind Example Ltd,2026-10-12,[B-840] Hex bolt,[B-840] Hex bolt M8x40,10.00,Units,1.20,12.00,EUR
,,,[W-8] Washer,[W-8] Washer M8,100.00,Units,0.10,10.00,
"""
FRENCH = """N° de facture;Date de facture;Fournisseur;N° de commande;Référence;Désignation;Quantité;Unité;P.U. HT;Montant HT;Taux TVA
FA-118;12/10/2026;Ventdunord Exemple SARL;CF-77;B-840;Vis H M8x40;1 250,00;U;0,12;150,00;20,00
FA-118;12/10/2026;Ventdunord Exemple SARL;CF-77;W-8;Rondelle M8;100;U;0,10;10,00;20,00
"""
SPANISH = """Factura;;;
Proveedor:;Viento Norte Ejemplo S.L.;;
Nº factura:;F-2026/77;Fecha factura:;23/10/2026
;;;
Código;Descripción;Cantidad;Precio unitario;Importe;IVA %
B-840;Tornillo M8x40;10;1,20;12,00;21
W-8;Arandela M8;100;0,10;10,00;21
;;;Base imponible;22,00;
;;;IVA 21 %;4,62;
;;;Total;26,62;
"""
STACKED = """Order;Order;Goods;;Ordered;Net;Net
Number;Date;Item code;Description;Qty;Price;Value
4500;2026-10-12;B-840;Hex bolt;10;1.20;12.00
"""


def read(text, encoding="utf-8"):
    reading = read_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    assert reading.verdict is Verdict.OK, reading.reason
    assert Reading.from_json(reading.to_json()) == reading
    return reading


def brief(document):
    lines = [
        (line.seller_item_id or line.buyer_item_id, line.quantity, line.unit, line.unit_price, line.net_amount)
        for line in document.lines
    ]
    return document.kind, document.number, document.supplier.name, lines


BOLT, WASHER = ("B-840", N(10), "C62", N("1.20"), N("12.00")), ("W-8", N(100), "C62", N("0.10"), N("10.00"))
NOS = [("B-840", N(10), "H87", N("1.20"), N("12.00")), ("W-8", N(100), "H87", N("0.10"), N("10.00"))]
NORTH = "Northwind Example Ltd"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            SAP_DE,
            [
                ("purchase_order", "4500017742", "Nordwind Beispiel GmbH", [
                    ("B-840", N(2500), "H87", N("0.1184"), N("296.00")), ("B-860", N(1000), "H87", N("0.15"), N("150.00")),
                ]),
                ("purchase_order", "4500017743", "Südwind Muster AG", [("W-8", N(10000), "H87", N("0.02"), N("200.00"))]),
            ],
        ),
        (SAP_EN, [("purchase_order", "4500017742", NORTH, [("B-840", N(2500), "H87", N("0.1184"), N("296.00"))])]),
        (
            NETSUITE,
            [
                ("invoice", "BILL-881", NORTH, [
                    ("BOLT-M8", N(10), "EA", N("1.20"), N("12.00")), ("WASH-M8", N(100), "EA", N("0.10"), N("10.00")),
                ]),
                ("invoice", "BILL-882", "Southwind Sample Inc", [("NUT-M8", N(40), "EA", N("0.20"), N("8.00"))]),
            ],
        ),
        (
            QUICKBOOKS,
            [("invoice", "1042", NORTH, [
                ("Bolts", N(10), None, N("1.20"), N("12.00")), ("Washers", N(100), None, N("0.10"), N("10.00")),
            ])],
        ),
        (
            XERO,
            [("invoice", "INV-0042", NORTH, [
                ("B-840", N(10), None, N("1.20"), None), ("W-8", N(100), None, N("0.10"), None),
            ])],
        ),
        (ERPNEXT, [("invoice", "NW-9", NORTH, NOS)]),
        (ODOO, [("purchase_order", "P00017", NORTH, [BOLT, WASHER])]),
        (
            FRENCH,
            [("invoice", "FA-118", "Ventdunord Exemple SARL", [
                ("B-840", N(1250), "C62", N("0.12"), N("150.00")), ("W-8", N(100), "C62", N("0.10"), N("10.00")),
            ])],
        ),
        (
            SPANISH,
            [("invoice", "F-2026/77", "Viento Norte Ejemplo S.L.", [
                ("B-840", N(10), None, N("1.20"), N("12.00")), ("W-8", N(100), None, N("0.10"), N("10.00")),
            ])],
        ),
        (STACKED, [("purchase_order", "4500", None, [("B-840", N(10), None, N("1.20"), N("12.00"))])]),
    ],
    ids=["sap-de", "sap-en", "netsuite", "quickbooks", "xero", "erpnext", "odoo", "fr", "es", "stacked"],
)  # fmt: skip
def test_an_export_is_read_without_a_mapping(text, expected):
    assert [brief(document) for document in read(text).documents] == expected


def test_the_same_in_windows_letters():
    assert [d.number for d in read(SAP_DE, "cp1252").documents] == ["4500017742", "4500017743"]


def test_the_sum_under_several_documents_belongs_to_none():
    assert [document.totals.gross for document in read(SAP_DE).documents] == [None, None]


def test_a_sum_under_one_document_is_its_own_wherever_its_word_stands():
    (invoice,) = read(SPANISH).documents

    assert (invoice.totals.net, invoice.totals.tax, invoice.totals.gross) == (N("22.00"), N("4.62"), N("26.62"))


@pytest.mark.parametrize("text", [NETSUITE, QUICKBOOKS])
def test_the_month_stands_first_where_days_dues_or_the_currency_say_so(text):
    first = read(text).documents[0]

    assert (first.issue_date, first.due_date) == (date(2026, 10, 12), date(2026, 11, 11))


def test_what_the_headings_were_taken_as_is_told_with_those_not_used():
    (table,) = read(ERPNEXT.replace('"Currency"', '"Warehouse"')).tables

    taken = {column.heading: (column.cell, column.field) for column in table.columns}
    assert (table.sheet, table.row) == ("", 1)
    assert taken["Supplier Invoice No"] == ("C1", "invoice_number")
    assert taken["Accepted Qty (Items)"] == ("I1", "quantity")
    assert taken["Warehouse"] == ("F1", None)
    scores = {column.field: column.score for column in table.columns}
    assert scores["invoice_number"] == 1
    assert N(0) < scores["quantity"] < 1


HEADS = ("Invoice number", "Invoice date", "Supplier", "Item code", "Description", "Qty", "Unit price", "Amount")


def test_the_headings_of_each_sheet_are_told_with_their_cells():
    row = ("NW-1", "2026-10-12", NORTH, "B-840", "Hex bolt", 10, 1.2, 12)

    reading = read(workbook(("Lines", [("Purchases",), HEADS, row]), ("Notes", [("Nothing", "of", "the kind")])))

    (invoice,) = reading.documents
    assert (invoice.number, invoice.issue_date) == ("NW-1", date(2026, 10, 12))
    (table,) = reading.tables
    assert (table.sheet, table.row, table.columns[7].cell) == ("Lines", 2, "Lines!H2")
    assert invoice.evidence["/lines/0/net_amount"].path == "Lines!H3"


def test_heads_on_one_sheet_and_lines_on_another_are_one_document():
    heads = [("Invoice number", "Supplier", "Currency", "Total net"), ("NW-1", NORTH, "EUR", 12)]
    lines = [("Invoice number", "Item code", "Description", "Qty", "Amount"), ("NW-1", "B-840", "Hex bolt", 10, 12)]

    reading = read(workbook(("Heads", heads), ("Lines", lines)))

    assert [(d.number, d.currency, len(d.lines)) for d in reading.documents] == [("NW-1", "EUR", 1)]
    assert [table.sheet for table in reading.tables] == ["Heads", "Lines"]


FORMULA = '<c r="H2"><f>F2*G2</f><v>12</v></c>'


def test_a_formula_counts_with_the_value_that_was_saved():
    row = ("NW-1", "2026-10-12", NORTH, "B-840", "Hex bolt", 10, 1.2, 0)
    plain, out = workbook(("Lines", [HEADS, row])), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            target.writestr(name, re.sub(r'<c r="H2"[^>]*>.*?</c>', FORMULA, text))

    (invoice,) = read(out.getvalue()).documents

    assert invoice.lines[0].net_amount == 12
