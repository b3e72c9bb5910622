"""Slips, receipts and orders, each printed small: counts, numbers of articles and lots, whatever the form."""

import pytest

from app.reading import read_bytes
from tests.documents.press import Paper


def printed(title, facts, rows, *, first=230, step=14):
    """A paper of a title, labelled facts and rows of cells: (x, text) or (x, text, align); a number is a gap."""
    paper = Paper()
    paper.write(50, 50, "Sample Works Ltd", 14)
    paper.write(50, 64, "1 Test Road, London N1 1AA", 8)
    paper.write(50, 100, title, 18)
    for at, fact in enumerate(facts):
        paper.write(50, 120 + 12 * at, fact, 9)
    y = float(first)
    for row in rows:
        if isinstance(row, int | float):
            y += row
            continue
        for x, text, *align in row:
            paper.write(x, y, text, 9, *align)
        y += step
    return read_bytes(paper.bytes()).documents[0]


def told(document, *names):
    """The named fields of each line as text."""
    return [tuple(str(getattr(line, name)) for name in names) for line in document.lines]


SLIP = ["Packing slip no: PS-4711", "Ship date: 14 March 2026", "Customer PO: PO-88"]


def test_a_number_that_the_end_of_a_narrow_row_broke_is_whole():
    document = printed("PACKING SLIP", SLIP, [
        [(50, "Item"), (110, "Description"), (400, "Shipped", "right")],
        [(50, "CH-220-"), (110, "Task chair, black"), (400, "12", "right")],
        [(50, "BK")], 4,
        [(50, "DK-1600-"), (110, "Straight desk"), (400, "20", "right")],
        [(50, "310")],
    ])  # fmt: skip

    assert told(document, "seller_item_id", "description", "quantity") == [
        ("CH-220-BK", "Task chair, black", "12"),
        ("DK-1600-310", "Straight desk", "20"),
    ]


def test_a_date_that_the_end_of_a_narrow_row_broke_is_whole():
    document = printed("PURCHASE ORDER", ["PO number: PO-4711", "Order date: 05-Jan-2026"], [
        [(50, "Description"), (250, "Due date"), (360, "Qty", "right"), (440, "Price", "right"), (530, "Total", "right")],
        [(50, "Hex bolts"), (250, "19-Jan-"), (360, "12", "right"), (440, "1.25", "right"), (530, "15.00", "right")],
        [(250, "2026")], 4,
        [(50, "Hex nuts"), (250, "26-Jan-"), (360, "40", "right"), (440, "0.10", "right"), (530, "4.00", "right")],
        [(250, "2026")],
    ])  # fmt: skip

    assert told(document, "need_by", "quantity") == [("2026-01-19", "12"), ("2026-01-26", "40")]


def test_close_heads_part_where_the_columns_below_part():
    document = printed("PACKING SLIP", SLIP, [
        [(50, "Line"), (73, "Item code"), (140, "Description"), (396, "U/M"), (419, "Ordered"), (460, "Shipped"), (501, "B/O")],
        [(50, "1"), (73, "HX-1420"), (140, "Hex screw"), (396, "EA"), (450, "500", "right"), (491, "300", "right"), (514, "200", "right")],
        [(50, "2"), (73, "HX-3816"), (140, "Hex nut"), (396, "EA"), (450, "900", "right"), (491, "900", "right"), (514, "0", "right")],
    ])  # fmt: skip

    assert told(document, "id", "seller_item_id", "quantity", "outstanding") == [
        ("1", "HX-1420", "300", "200"),
        ("2", "HX-3816", "900", "0"),
    ]


def test_codes_under_a_head_that_says_nothing_are_numbers_of_articles():
    document = printed("PACKING SLIP", SLIP, [
        [(50, "Xyzzy"), (150, "Description"), (400, "Shipped", "right")],
        [(50, "HX-1420"), (150, "Hex screw"), (400, "12", "right")],
        [(50, "HX-3816"), (150, "Hex nut"), (400, "8", "right")],
    ])  # fmt: skip

    assert told(document, "seller_item_id", "description") == [("HX-1420", "Hex screw"), ("HX-3816", "Hex nut")]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Advice of Despatch", "packing_slip"),
        ("Item Receipt", "goods_receipt"),
        ("Auftragsbestätigung", "quote"),
        ("Attestation de licences", "license_receipt"),
        ("Volume License Order Confirmation", "license_receipt"),
        ("Rate Card", "contract"),
    ],
)
def test_titles_of_the_trade_name_the_kind(title, kind):
    document = printed(title, ["Date: 14 March 2026", "Purchase order: PO-88"], [])

    assert document.kind == kind


def test_a_table_of_counts_has_neither_prices_nor_amounts():
    document = printed("Wareneingang", ["Bestellung: 4500077310", "Datum: 30.06.2026"], [
        [(50, "Pos"), (90, "Bezeichnung"), (300, "Menge", "right"), (320, "ME"), (420, "Lagerplatz"), (500, "Charge")],
        [(50, "1"), (90, "Zahnriemen"), (300, "40", "right"), (320, "ST"), (420, "10"), (500, "118")],
        [(50, "2"), (90, "Riemenscheibe"), (300, "20", "right"), (320, "ST"), (420, "20"), (500, "119")],
    ])  # fmt: skip

    assert told(document, "quantity", "unit_price", "net_amount", "lot") == [
        ("40", "None", "None", "118"),
        ("20", "None", "None", "119"),
    ]


def test_a_type_of_license_beside_a_metric_is_told_apart():
    document = printed("LICENSE CERTIFICATE", ["Certificate no: LC-4711", "Date: 14 March 2026"], [
        [(50, "Product"), (220, "Metric"), (330, "Qty", "right"), (380, "Type"), (460, "Maintenance until")],
        [(50, "Sample Desktop"), (220, "Concurrent"), (330, "8", "right"), (380, "Perpetual"), (460, "2027-12-03")],
        [(50, "Sample Online"), (220, "Named user"), (330, "45", "right"), (380, "Subscription"), (460, "2027-12-03")],
    ])  # fmt: skip

    assert [(line.license.metric, line.license.type, str(line.license.end)) for line in document.lines] == [
        ("Concurrent", "perpetual", "2027-12-03"),
        ("Named user", "subscription", "2027-12-03"),
    ]


def test_parties_in_one_row_are_parted_at_their_labels():
    document = printed("PURCHASE ORDER", [
        "PO number: PO-4711",
        "Buyer: Example Industries Ltd   Vendor: Sample Fastenings Ltd",
    ], [])  # fmt: skip

    assert (document.buyer.name, document.supplier.name) == ("Example Industries Ltd", "Sample Fastenings Ltd")
