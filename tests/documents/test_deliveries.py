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


def test_a_price_list_of_a_contract_is_read_and_its_sentence_names_the_parties():
    document = printed("Framework Supply Agreement", [
        "Agreement No. FSA-2026-014",
        'between Sample Cleaning Ltd ("the Supplier") and Example Care Homes plc ("the Customer")',
        "Date of agreement: 1 April 2026. Commencement date: 1 May 2026.",
    ], [
        [(50, "Item code"), (150, "Description"), (350, "Unit"), (500, "Price (GBP)", "right")],
        [(50, "MC-1001"), (150, "Hand sanitiser gel"), (350, "each"), (500, "14.25", "right")],
        [(50, "MC-1044"), (150, "Floor cleaner neutral"), (350, "each"), (500, "9.80", "right")],
    ])  # fmt: skip

    assert (document.kind, document.number, str(document.issue_date)) == ("contract", "FSA-2026-014", "2026-04-01")
    assert (document.supplier.name, document.buyer.name) == ("Sample Cleaning Ltd", "Example Care Homes plc")
    assert told(document, "seller_item_id", "description", "unit_price") == [
        ("MC-1001", "Hand sanitiser gel", "14.25"),
        ("MC-1044", "Floor cleaner neutral", "9.80"),
    ]


def test_the_heads_of_a_table_of_counts_tell_the_kind_where_no_title_does():
    document = printed("Sample Works DC 2", ["PO: 71-44092", "Date: 2026-08-05"], [
        [(50, "PO Ln"), (100, "SKU"), (180, "Item"), (330, "Rcvd", "right"), (390, "OK", "right"), (450, "Dmg", "right")],
        [(50, "1"), (100, "SB-COLA"), (180, "Cola 24 pack"), (330, "118", "right"), (390, "116", "right"), (450, "2", "right")],
        [(50, "2"), (100, "SB-LIME"), (180, "Lime 24 pack"), (330, "60", "right"), (390, "60", "right"), (450, "0", "right")],
    ])  # fmt: skip

    assert document.kind == "goods_receipt"
    assert told(document, "received", "accepted", "rejected") == [("118", "116", "2"), ("60", "60", "0")]
    assert document.references.purchase_order == "71-44092"


def test_a_title_of_letters_apart_is_one():
    assert printed("D E L I V E R Y    N O T E", ["Note no: 4711", "Order: PO-88"], []).kind == "packing_slip"


def test_a_label_with_its_number_in_the_next_cell_is_no_title():
    paper = [
        [(50, "Wareneingangsschein")],
        6,
        [(50, "Lieferschein"), (150, "80099120"), (260, "Bestellung"), (360, "4500077310")],
    ]

    document = printed("", [], paper, first=120)

    assert (document.kind, document.references.despatch_advice) == ("goods_receipt", "80099120")


def test_a_revision_is_the_version_of_an_order():
    assert printed("PURCHASE ORDER", ["PO number: PO-4711", "Revision: 2"], []).version == "2"


@pytest.mark.parametrize("label", ["N° réception :", "Réception n°", "Bon de réception n°"])
def test_a_sign_for_number_before_or_behind_the_word_makes_one_label(label):
    assert printed("Bon de réception", [f"{label} BR-26-00418"], []).number == "BR-26-00418"


SERIALS = {
    "a list that goes on in the next row": (
        ["S/N: 5CG61K1A, 5CG61K1B,", "5CG61K1C"],
        ("5CG61K1A", "5CG61K1B", "5CG61K1C"),
    ),
    "a range of as many as were sent": (["Serial numbers: DK4400 – DK4402"], ("DK4400", "DK4401", "DK4402")),
    "a range in one word": (["S/N 100-102"], ("100", "101", "102")),
    "a range of more than were sent": (["S/N: DK4400 – DK4499"], ("DK4400", "DK4499")),
    "rows of the same make": (["Serial no: PT5-21", "PT5-22", "PT5-23"], ("PT5-21", "PT5-22", "PT5-23")),
}


@pytest.mark.parametrize("case", SERIALS)
def test_serials_under_a_line(case):
    listed, serials = SERIALS[case]
    document = printed("PACKING SLIP", SLIP, [
        [(50, "Item"), (130, "Description"), (400, "Shipped", "right")],
        [(50, "ZL-NB14"), (130, "Notebook 14 inch"), (400, "3", "right")],
        *([(130, row)] for row in listed), 4,
        [(50, "ZL-BAG"), (130, "Carrying case"), (400, "3", "right")],
    ])  # fmt: skip

    assert document.lines[0].serials == serials
    assert told(document, "description", "quantity") == [("Notebook 14 inch", "3"), ("Carrying case", "3")]


def test_lots_order_lines_and_codes_in_the_name_s_own_column():
    document = printed("Lieferschein", ["Lieferschein-Nr. 80077123", "Datum 21.09.2026"], [
        [(50, "Pos."), (90, "Material / Bezeichnung"), (400, "Menge", "right"), (420, "ME")],
        [(50, "10"), (90, "105833"), (400, "8", "right"), (420, "ST")],
        [(90, "Isopropanol technisch")], [(90, "Best.-Pos. 10")], [(90, "Charge: 26-0417B  MHD: 30.09.2028")], 4,
        [(50, "20"), (90, "300417"), (400, "2", "right"), (420, "ST")],
        [(90, "Sicherheitstrichter")], [(90, "Best.-Pos. 30")],
    ])  # fmt: skip

    assert told(document, "id", "seller_item_id", "description", "order_line", "lot") == [
        ("10", "105833", "Isopropanol technisch", "10", "26-0417B"),
        ("20", "300417", "Sicherheitstrichter", "30", "None"),
    ]


def test_a_total_of_the_counts_is_no_line():
    document = printed("PACKING LIST", SLIP, [
        [(50, "Part no"), (150, "Description"), (400, "Qty", "right"), (480, "Net kg", "right")],
        [(50, "KO-10X"), (150, "Objective 10x"), (400, "20", "right"), (480, "3.2", "right")],
        [(50, "KO-40X"), (150, "Objective 40x"), (400, "40", "right"), (480, "7.6", "right")],
        [(150, "TOTAL: 2 cartons"), (400, "60", "right"), (480, "10.8", "right")],
    ])  # fmt: skip

    assert told(document, "quantity") == [("20",), ("40",)]


def test_the_wordiest_column_names_the_goods_where_no_head_does():
    document = printed("Delivery Note", SLIP, [
        [(50, "Code"), (130, "Plant"), (330, "Size"), (450, "Trays", "right")],
        [(50, "LAV-9"), (130, "Lavandula angustifolia Hidcote"), (330, "9 cm"), (450, "18", "right")],
        [(50, "SAL-9"), (130, "Salvia nemorosa Caradonna"), (330, "9 cm"), (450, "12", "right")],
    ])  # fmt: skip

    assert told(document, "seller_item_id", "description", "quantity") == [
        ("LAV-9", "Lavandula angustifolia Hidcote", "18"),
        ("SAL-9", "Salvia nemorosa Caradonna", "12"),
    ]


def test_a_count_of_a_count_is_what_was_sent():
    document = printed("Packing Slip", SLIP, [
        [(50, "Items"), (450, "Qty", "right")],
        [(50, "Wireless handheld mic"), (450, "2 of 2", "right")],
        [(50, "Microphone cable"), (450, "6 of 8", "right")],
    ])  # fmt: skip

    assert told(document, "description", "quantity") == [("Wireless handheld mic", "2"), ("Microphone cable", "6")]


def test_beside_what_was_ordered_a_column_that_counts_no_more_is_what_was_sent():
    document = printed("Delivery Note", SLIP, [
        [(50, "Cat no"), (150, "Product"), (400, "Ord", "right"), (460, "Xyz", "right")],
        [(50, "SB-100"), (150, "Agarose"), (400, "4", "right"), (460, "4", "right")],
        [(50, "SB-210"), (150, "Buffer"), (400, "10", "right"), (460, "6", "right")],
    ])  # fmt: skip

    assert told(document, "seller_item_id", "quantity") == [("SB-100", "4"), ("SB-210", "6")]


def test_a_date_with_points_does_not_make_the_comma_a_decimal_mark():
    document = printed("Goods Receipt", ["Posting date: 02.09.2026", "PO: 4500331207"], [
        [(50, "Material"), (150, "Description"), (400, "Qty", "right")],
        [(50, "PG-1004"), (150, "Iron oxide red"), (400, "500", "right")],
        [(50, "PG-2210"), (150, "Titanium dioxide"), (400, "1,000", "right")],
    ])  # fmt: skip

    assert told(document, "quantity") == [("500",), ("1000",)]


def test_dollars_on_a_spanish_paper_do_not_put_the_month_first():
    document = printed("Cotización", ["Cotización N° COT-0412", "Fecha: 06/08/2026", "Moneda: USD"], [])

    assert str(document.issue_date) == "2026-08-06"


def test_a_heading_names_the_order_of_the_lines_below_it():
    document = printed("PACKING SLIP", ["Packing slip no: PS-4711"], [
        [(50, "Item"), (120, "Description"), (400, "Shipped", "right")],
        [(50, "Your order IV-3308")],
        [(50, "ZW-201"), (120, "Copper pipe"), (400, "30", "right")],
        [(50, "ZW-233"), (120, "Straight coupling"), (400, "80", "right")],
        [(50, "Your order IV-3315")],
        [(50, "ZW-940"), (120, "Radiator valve"), (400, "16", "right")],
    ])  # fmt: skip

    assert told(document, "description", "purchase_order") == [
        ("Copper pipe", "IV-3308"),
        ("Straight coupling", "IV-3308"),
        ("Radiator valve", "IV-3315"),
    ]


def test_counts_in_front_of_names_need_no_head():
    document = printed("Packing list", SLIP, [
        [(50, "2"), (90, "TWL-1180"), (180, "Pipette tips, rack of 96")],
        [(50, "1"), (90, "TWL-2204"), (180, "Magnetic stirrer")],
        [(50, "12"), (90, "TWL-0417"), (180, "Nitrile gloves M, box")],
    ])  # fmt: skip

    assert told(document, "quantity", "seller_item_id", "description") == [
        ("2", "TWL-1180", "Pipette tips, rack of 96"),
        ("1", "TWL-2204", "Magnetic stirrer"),
        ("12", "TWL-0417", "Nitrile gloves M, box"),
    ]


def test_numbered_sentences_are_no_goods():
    document = printed("Packing list", SLIP, [
        [(50, "1"), (90, "Check the goods on arrival")],
        [(50, "2"), (90, "Report damage within a week")],
    ])  # fmt: skip

    assert document.lines == ()


def test_a_row_that_names_the_order_line_is_none_of_its_own():
    document = printed("Lieferschein", ["Lieferschein-Nr.: 801145", "Datum: 27.10.2026"], [
        [(50, "Pos."), (100, "Bezeichnung"), (300, "Menge", "right")],
        [(50, "10"), (100, "Kugelhahn DN50"), (300, "6 ST", "right")],
        [(100, "Bestellposition"), (280, "10")],
        [(50, "20"), (100, "Kugelhahn DN25"), (300, "4 ST", "right")],
        [(100, "Bestellposition"), (280, "30")],
    ])  # fmt: skip

    assert told(document, "id", "quantity", "order_line") == [("10", "6", "10"), ("20", "4", "30")]


@pytest.mark.parametrize(
    ("head", "expected"),
    [(("Descrizione", "Quantità"), ["250", "24"]), (("Description", "Shipped"), ["250000", "24000"])],
)
def test_three_zeros_behind_a_comma_are_decimals_outside_english(head, expected):
    document = printed("DDT", ["DDT n. 4711"], [
        [(50, head[0]), (400, head[1], "right")],
        [(50, "Cavo unipolare"), (400, "250,000", "right")],
        [(50, "Interruttore"), (400, "24,000", "right")],
    ])  # fmt: skip

    assert [str(line.quantity.to_integral_value()) for line in document.lines] == expected


def test_options_that_an_offer_does_not_add_up_are_no_lines():
    document = printed("QUOTATION", ["Quote no: LQ-3319"], [
        [(50, "Description"), (300, "Qty", "right"), (400, "Unit price", "right"), (500, "Total", "right")],
        [(50, "Projector"), (300, "2", "right"), (400, "3,150.00", "right"), (500, "6,300.00", "right")],
        [(50, "Screen"), (300, "2", "right"), (400, "1,240.00", "right"), (500, "2,480.00", "right")],
        [(50, "Optional: lamp"), (300, "1", "right"), (400, "390.00", "right"), (500, "(390.00)", "right")],
        10,
        [(400, "Subtotal", "right"), (500, "8,780.00", "right")],
        [(400, "VAT 20%", "right"), (500, "1,756.00", "right")],
        [(400, "Total", "right"), (500, "10,536.00", "right")],
    ])  # fmt: skip

    assert [line.description for line in document.lines] == ["Projector", "Screen"]
    assert document.totals.net == 8780
