"""Structures of tables, each printed small: the reader finds the same lines whatever the form."""

from decimal import Decimal

import pytest

from app.reading import figures, read_bytes
from tests.documents.layout import rows
from tests.documents.press import Paper

HEAD = [
    (50, "Sample Works Ltd", 50, 14),
    (50, "1 Test Road, London N1 1AA", 64, 8),
    (50, "INVOICE", 100, 18),
    (50, "Invoice number: INV-4711", 120, 9),
    (50, "Invoice date: 14 March 2026", 132, 9),
    (50, "Bill to:", 150, 9),
    (50, "Example Industries Ltd", 162, 9),
    (50, "5 Mill Lane", 174, 9),
    (50, "Leeds LS1 4AB", 186, 9),
]


def printed(rows_of_cells, *, first=230, step=14):
    """Rows of cells: (x, text) left aligned, (x, text, "right") right aligned; a number is a gap in points."""
    paper = Paper()
    for x, text, y, size in HEAD:
        paper.write(x, y, text, size)
    y = float(first)
    for row in rows_of_cells:
        if isinstance(row, int | float):
            y += row
            continue
        for cell in row:
            paper.write(cell[0], y, cell[1], 9, cell[2] if len(cell) > 2 else "left")
        y += step
    return read_bytes(paper.bytes()).documents[0]


def seen(document, *names):
    return [
        tuple(getattr(line, name) if name == "description" else str(getattr(line, name)) for name in names)
        for line in document.lines
    ]


FULL = ("description", "quantity", "unit_price", "net_amount")
TABLE = [(50, "Description"), (330, "Qty", "right"), (430, "Unit price", "right"), (540, "Amount", "right")]
BOLTS = [(50, "Hex bolts M8"), (330, "12", "right"), (430, "1.25", "right"), (540, "15.00", "right")]
NUTS = [(50, "Hex nuts M8"), (330, "100", "right"), (430, "0.10", "right"), (540, "10.00", "right")]
LINES = [("Hex bolts M8", "12", "1.25", "15.00"), ("Hex nuts M8", "100", "0.10", "10.00")]
TOTALS = [
    [(380, "Net total"), (540, "25.00", "right")],
    [(380, "VAT 20%"), (540, "5.00", "right")],
    [(380, "Total"), (540, "30.00", "right")],
]


def test_a_plain_table():
    document = printed([TABLE, BOLTS, NUTS, 10, *TOTALS])

    assert seen(document, *FULL) == LINES
    assert (document.totals.net, document.totals.tax, document.totals.gross) == (
        Decimal("25.00"),
        Decimal("5.00"),
        Decimal("30.00"),
    )
    assert (document.kind, document.number, str(document.issue_date)) == ("invoice", "INV-4711", "2026-03-14")


def test_a_table_without_a_head():
    assert seen(printed([BOLTS, NUTS, 10, *TOTALS]), *FULL) == LINES


def test_amounts_only_without_a_head():
    rows = [[(50, "Hosting March"), (540, "$20.00", "right")], [(50, "Domain renewal"), (540, "$5.00", "right")]]

    document = printed([*rows, 10, [(50, "Total amount due"), (540, "$25.00", "right")]])

    assert seen(document, "description", "net_amount") == [("Hosting March", "20.00"), ("Domain renewal", "5.00")]


def test_amounts_only_under_a_head():
    head = [(50, "Description"), (540, "Amount", "right")]
    rows = [[(50, "Hosting March"), (540, "20.00", "right")], [(50, "Domain renewal"), (540, "5.00", "right")]]

    assert seen(printed([head, *rows, 10, *TOTALS]), "description", "net_amount") == [
        ("Hosting March", "20.00"),
        ("Domain renewal", "5.00"),
    ]


def test_records_of_two_rows_with_the_figures_below_the_name():
    rows = [[(50, "Hex bolts M8")], BOLTS[1:], [(50, "Hex nuts M8")], NUTS[1:]]

    assert seen(printed([TABLE, *rows, 10, *TOTALS]), *FULL) == LINES


def test_records_with_remarks_below_keep_their_names():
    remark = [(58, "Batch: A-4711")]

    assert seen(printed([TABLE, BOLTS, remark, 6, NUTS, remark, 10, *TOTALS]), *FULL) == LINES


def test_headings_between_groups_are_no_lines():
    rows = [[(50, "Fasteners")], BOLTS, 8, [(50, "More fasteners")], NUTS]

    assert seen(printed([TABLE, *rows, 10, *TOTALS]), *FULL) == LINES


def test_subtotals_between_groups_are_no_lines():
    rows = [BOLTS, [(380, "Subtotal"), (540, "15.00", "right")], 6, NUTS, [(380, "Subtotal"), (540, "10.00", "right")]]

    assert seen(printed([TABLE, *rows, 10, *TOTALS]), *FULL) == LINES


def test_a_freight_row_is_a_charge_of_the_document():
    totals = [[(380, "Freight"), (540, "4.00", "right")], [(380, "Net total"), (540, "29.00", "right")]]

    document = printed(
        [
            TABLE,
            BOLTS,
            NUTS,
            10,
            *totals,
            [(380, "VAT 20%"), (540, "5.80", "right")],
            [(380, "Total"), (540, "34.80", "right")],
        ]
    )

    assert seen(document, *FULL) == LINES
    assert [(charge.code, charge.amount) for charge in document.charges] == [("FC", Decimal("4.00"))]
    assert document.totals.net == Decimal("29.00")


def test_a_discount_column_explains_the_amount():
    head = [*TABLE[:3], (480, "Disc. %", "right"), TABLE[3]]
    row = [
        (50, "Hex bolts M8"),
        (330, "12", "right"),
        (430, "1.25", "right"),
        (480, "10", "right"),
        (540, "13.50", "right"),
    ]

    (line,) = printed([head, row]).lines

    assert (line.quantity, line.unit_price, line.net_amount) == (Decimal(12), Decimal("1.25"), Decimal("13.50"))
    assert [(entry.amount, entry.percent) for entry in line.allowances] == [(Decimal("1.50"), Decimal(10))]


def test_a_price_per_hundred_has_its_base():
    head = [*TABLE[:2], (430, "Price per 100", "right"), TABLE[3]]
    row = [(50, "Hex bolts M8"), (330, "2500", "right"), (430, "11.84", "right"), (540, "296.00", "right")]

    (line,) = printed([head, row]).lines

    assert (line.unit_price, line.net_amount) == (Decimal("11.84"), Decimal("296.00"))


def test_the_price_base_behind_a_price():
    (line,) = printed(
        [
            TABLE,
            [(50, "Coolant"), (330, "600 l", "right"), (430, "289.00 / 100 l", "right"), (540, "1,734.00", "right")],
        ]
    ).lines

    assert (line.quantity, line.unit, line.unit_price, line.price_base_quantity) == (
        Decimal(600),
        "LTR",
        Decimal("289.00"),
        Decimal(100),
    )


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 2, 3), (1, 2, 0, 3), (3, 2, 1, 0)])
def test_the_order_of_columns_does_not_matter(order):
    places = [50, 230, 330, 430]
    names = ["Description", "Qty", "Unit price", "Amount"]
    rows = [names, ["Hex bolts M8", "12", "1.25", "15.00"], ["Hex nuts M8", "100", "0.10", "10.00"]]

    document = printed([[(places[at], row[column]) for at, column in enumerate(order)] for row in rows])

    assert seen(document, *FULL) == LINES


def test_a_head_that_calls_quantity_something_else_yields_to_arithmetic():
    head = [(50, "Description"), (330, "Amount", "right"), (430, "Price", "right"), (540, "Total", "right")]

    assert seen(printed([head, BOLTS, NUTS, 10, *TOTALS]), *FULL) == LINES


def test_a_line_that_prints_only_its_amount_counts_where_the_sum_needs_it():
    row = [(50, "Certificate"), (540, "5.00", "right")]
    totals = [
        [(380, "Net total"), (540, "30.00", "right")],
        [(380, "VAT 20%"), (540, "6.00", "right")],
        [(380, "Total"), (540, "36.00", "right")],
    ]

    document = printed([TABLE, BOLTS, NUTS, row, 10, *totals])

    assert [str(line.net_amount) for line in document.lines] == ["15.00", "10.00", "5.00"]


@pytest.mark.parametrize("words", ["Lot —", "Serial no. *", "Qty ( )"])
def test_a_label_with_nothing_but_a_mark_behind_it_breaks_nothing(words):
    document = printed([TABLE, BOLTS, [(60, words)], NUTS, [(60, words)]])

    assert seen(document, *FULL[1:]) == [line[1:] for line in LINES]


def test_a_unit_between_two_figures_keeps_them_apart():
    row = rows((50, 100, "1 ks 12 500,00"))[0]

    assert [str(figure.value) for figure in figures.figures_of(row, ",") if figure.free] == ["1", "12500.00"]


def test_a_subtotal_that_names_its_group_belongs_to_no_line():
    group = [(50, "Subtotal masonry"), (540, "15.00", "right")]

    assert seen(printed([TABLE, BOLTS, group, NUTS, 10, *TOTALS]), *FULL) == LINES


def test_names_above_their_figures_in_a_table_without_a_head():
    rows = [
        [(50, "Payroll January")],
        [(70, "14 x 16.50 EUR"), (540, "231.00 EUR", "right")],
        [(50, "Advice of 21 January")],
        [(70, "2 x 140.00 EUR"), (540, "280.00 EUR", "right")],
        [(380, "Net total"), (540, "511.00", "right")],
    ]

    assert seen(printed(rows), *FULL) == [
        ("Payroll January", "14", "16.50", "231.00"),
        ("Advice of 21 January", "2", "140.00", "280.00"),
    ]


def test_a_letter_behind_an_amount_says_how_it_is_taxed():
    taxed = [(50, "Hex nuts M8"), (330, "100", "right"), (430, "0.10", "right"), (545, "10.00T", "right")]

    assert seen(printed([TABLE, BOLTS, taxed, 10, *TOTALS]), *FULL) == LINES


def test_products_wherever_they_stand_in_their_row():
    rows = [
        [(50, "Deep clean, 3 floors"), (400, "1 × £15.00", "right"), (540, "£15.00", "right")],
        [(50, "Windows, per pane"), (420, "100 × £0.10", "right"), (540, "£10.00", "right")],
        [(50, "inside and outside")],
        10,
        *TOTALS,
    ]

    assert seen(printed(rows), *FULL) == [
        ("Deep clean, 3 floors", "1", "15.00", "15.00"),
        ("Windows, per pane inside and outside", "100", "0.10", "10.00"),
    ]


def test_lines_go_on_after_the_sum_of_a_page():
    head = [
        (50, "Description"),
        (330, "Qty", "right"),
        (430, "Price", "right"),
        (470, "per", "right"),
        (540, "Amount", "right"),
    ]
    bolts = [
        (50, "Hex bolts M8"),
        (330, "1200", "right"),
        (430, "1.25", "right"),
        (470, "100", "right"),
        (540, "15.00", "right"),
    ]
    nuts = [
        (50, "Hex nuts M8"),
        (330, "2000", "right"),
        (430, "0.50", "right"),
        (470, "100", "right"),
        (540, "10.00", "right"),
    ]
    carried = [[(50, "Subtotal"), (540, "15.00", "right")], [(50, "Carried forward"), (540, "15.00", "right")]]

    document = printed([head, bolts, *carried, nuts, 10, *TOTALS])

    assert [(line.description, str(line.quantity)) for line in document.lines] == [
        ("Hex bolts M8", "1200"),
        ("Hex nuts M8", "2000"),
    ]


def test_amounts_in_brackets_are_lines_too():
    bonus = [(50, "Loyalty bonus"), (330, "1", "right"), (430, "($5.00)", "right"), (540, "($5.00)", "right")]
    totals = [[(380, "Net total"), (540, "20.00", "right")]]

    document = printed([TABLE, BOLTS, NUTS, bonus, 10, *totals])

    assert [str(line.net_amount) for line in document.lines] == ["15.00", "10.00", "-5.00"]


def test_numbers_of_goods_under_a_head_that_says_number():
    head = [(50, "Description"), (330, "No.", "right"), (430, "Each", "right"), (540, "Net", "right")]

    assert seen(
        printed([head, BOLTS, [*NUTS[:1], (330, "2", "right"), (430, "5.00", "right"), NUTS[3]], 10, *TOTALS]), *FULL
    ) == [
        LINES[0],
        ("Hex nuts M8", "2", "5.00", "10.00"),
    ]


def test_a_table_that_heads_its_figures_only():
    head = [(330, "Qty", "right"), (430, "Unit price", "right"), (540, "Amount", "right")]

    assert seen(printed([head, BOLTS, NUTS, 10, *TOTALS]), *FULL) == LINES


def test_a_quantity_close_before_its_name():
    head = [(50, "Quantity"), (110, "Article"), (430, "Price", "right"), (540, "Amount", "right")]
    rows = [
        [(82, "12", "right"), (85, "Hex bolts M8"), *BOLTS[2:]],
        [(82, "100", "right"), (85, "Hex nuts M8"), *NUTS[2:]],
    ]

    assert seen(printed([head, *rows, 10, *TOTALS]), *FULL) == LINES


def test_small_words_within_a_head_do_not_part_it():
    head = [
        (50, "Descrição do serviço"),
        (330, "Qtd", "right"),
        (430, "Valor unitário", "right"),
        (540, "Valor total", "right"),
    ]
    long = [(50, "Hex bolts of steel with nuts"), *BOLTS[1:]]

    assert printed([head, long, NUTS, 10, *TOTALS]).lines[0].description == "Hex bolts of steel with nuts"


def test_a_sole_column_of_money_is_that_of_the_amounts():
    head = [(50, "Product"), (330, "Qty", "right"), (540, "Price", "right")]

    document = printed([head, *([*row[:2], row[3]] for row in (BOLTS, NUTS)), 10, *TOTALS])
    assert [(str(line.quantity), line.unit_price, str(line.net_amount)) for line in document.lines] == [
        ("12", None, "15.00"),
        ("100", None, "10.00"),
    ]


def test_cents_and_fractions():
    power = [(50, "Energy"), (330, "1250", "right"), (430, "31.45 ct/kWh", "right"), (540, "393.13", "right")]
    labour = [(50, "Days of labour"), (330, "2½", "right"), (430, "280.00", "right"), (540, "700.00", "right")]

    document = printed([TABLE, power, labour])
    assert seen(document, *FULL) == [
        ("Energy", "1250", "31.45", "393.13"),
        ("Days of labour", "2.5", "280.00", "700.00"),
    ]
    assert str(document.lines[0].price_base_quantity) == "100"


def test_a_column_headed_charge_that_ends_the_row_is_the_amount():
    head = [(50, "Service"), (330, "Fee", "right"), (430, "Qty", "right"), (540, "Charge", "right")]
    first = [(50, "Standard consultation"), (330, "$89.90", "right"), (430, "1", "right"), (540, "$89.90", "right")]
    second = [(50, "Resistance band"), (330, "$16.50", "right"), (430, "2", "right"), (540, "$33.00", "right")]

    document = printed([head, first, second, 10, [(430, "Total"), (540, "$122.90", "right")]])

    assert seen(document, *FULL[1:]) == [("1", "89.90", "89.90"), ("2", "16.50", "33.00")]
