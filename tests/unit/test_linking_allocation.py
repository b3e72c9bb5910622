"""The allocation: every thing that came is billed once, whatever the order of returns, credits and voids."""

import pytest

from tests.notation import Case, _row


def voucher(*rows):
    case = Case("x")
    for row in rows:
        _row(case, [cell.strip() for cell in row.split("|")])
    return case.judged().voucher


def rows_of(found):
    """Receipt or license number and quantity of each allocation."""
    papers = {paper.id: paper.document.number for paper in (*found.receipts, *found.slips, *found.licenses)}
    return [(papers.get(row.receipt or row.license), str(row.quantity)) for row in found.allocations]


BOLTS = "order | 1 | Bolt | 100 @ 1.00"
CAME = ("receipt GR-1 | 1 | Bolt | 50", "receipt GR-2 | 1 | Bolt | 30", "receipt GR-3 | 1 | Bolt | 20")


def test_the_oldest_free_receipt_is_taken_first():
    assert rows_of(voucher(BOLTS, *CAME, "invoice | 1 | Bolt | 65 @ 1.00")) == [("GR-1", "50"), ("GR-2", "15")]


def test_the_receipt_that_the_invoice_names_comes_before_older_ones():
    named = voucher(BOLTS, *CAME, "invoice | head | receiving_advice: GR-2", "invoice | 1 | Bolt | 40 @ 1.00")

    assert rows_of(named) == [("GR-2", "30"), ("GR-1", "10")]


def test_what_finds_no_receipt_is_left_over():
    assert rows_of(voucher(BOLTS, *CAME[:1], "invoice | 1 | Bolt | 60 @ 1.00")) == [("GR-1", "50"), (None, "10")]


def test_a_credit_gives_back_what_its_invoice_took():
    found = voucher(
        BOLTS,
        *CAME,
        "invoice I1 | 1 | Bolt | 50 @ 1.00",
        "invoice I2 | 1 | Bolt | 30 @ 1.00",
        "credit C1 | head | preceding_invoice: I1",
        "credit C1 | 1 | Bolt | 10 @ 1.00",
        "invoice I3 | 1 | Bolt | 30 @ 1.00",
    )

    assert rows_of(found) == [("GR-1", "10"), ("GR-3", "20")]


def test_goods_that_went_back_come_off_the_receipt_they_name():
    back = ("receipt GR-4 | head | receiving_advice: GR-1", "receipt GR-4 | 1 | Bolt | -50")

    assert rows_of(voucher(BOLTS, *CAME, *back, "invoice | 1 | Bolt | 40 @ 1.00")) == [("GR-2", "30"), ("GR-3", "10")]


def test_goods_that_went_back_come_off_the_latest_receipt_where_they_name_none():
    found = voucher(BOLTS, *CAME, "receipt GR-4 | 1 | Bolt | -25", "invoice | 1 | Bolt | 80 @ 1.00")

    assert rows_of(found) == [("GR-1", "50"), ("GR-2", "25"), (None, "5")]


@pytest.mark.parametrize("first", ["credit", "receipt"])
def test_the_order_of_return_and_credit_does_not_matter(first):
    credit = "credit C1 | 1 | Bolt | 10 @ 1.00"
    back = "receipt GR-4 | 1 | Bolt | -10"
    found = voucher(
        BOLTS,
        "receipt GR-1 | 1 | Bolt | 100",
        "invoice I1 | 1 | Bolt | 90 @ 1.00",
        *((credit, back) if first == "credit" else (back, credit)),
        "invoice I2 | 1 | Bolt | 10 @ 1.00",
    )
    [line] = found.lines

    assert (line.received, line.billed) == (90, 90)
    assert rows_of(found) == [("GR-1", "10")]


def test_rights_are_allocated_where_nothing_is_shipped():
    found = voucher(
        "order | 1 | Planning software | 5 @ 10.00 | category: software",
        "license L-1 | 1 | Planning software | 3 | rights: 3",
        "license L-2 | 1 | Planning software | 3 | rights: 3",
        "invoice | 1 | Planning software | 5 @ 10.00",
    )

    assert rows_of(found) == [("L-1", "3"), ("L-2", "2")]


def test_receipts_and_bills_fill_up_equal_order_lines_alike():
    found = voucher(
        "order | 1 | Bolt | 10 @ 1.00",
        "order | 2 | Bolt | 10 @ 1.00",
        "receipt | 1 | Bolt | 15 | order_line: none",
        "invoice I1 | 1 | Bolt | 12 @ 1.00 | order_line: none",
        "credit C1 | 1 | Bolt | 4 @ 1.00 | order_line: none",
        "invoice I2 | 1 | Bolt | 7 @ 1.00 | order_line: none",
    )

    assert [(line.order_id, line.quantity, line.received) for line in found.lines] == [("1", 2, 10), ("2", 5, 5)]


def test_every_line_is_allocated_in_full_and_no_receipt_twice():
    found = voucher(
        BOLTS,
        *CAME,
        "invoice I1 | 1 | Bolt | 65 @ 1.00",
        "invoice I2 | 1 | Bolt | 30 @ 1.00",
        "invoice I2 | 2 | Bolt | 5 @ 1.00 | order_line: 1",
    )

    assert rows_of(found) == [("GR-2", "15"), ("GR-3", "15"), ("GR-3", "5")]
    assert sum(row.amount for row in found.allocations) == 35
