"""The voucher: which orders, which versions, which proofs, and the figures that follow."""

from fractions import Fraction

from app.linking.link import Basis
from tests.notation import Case, _row


def voucher(*rows, **policy):
    case = Case("x", policy=policy)
    for row in rows:
        _row(case, [cell.strip() for cell in row.split("|")])
    return case.judged().voucher


def test_one_invoice_over_two_orders():
    found = voucher(
        "order PO-1 | 1 | Bolt | 10 @ 1.00",
        "order PO-2 | 1 | Gear | 10 @ 9.00",
        "receipt GR-1 | head | purchase_order: PO-1",
        "receipt GR-1 | 1 | Bolt | 10",
        "receipt GR-2 | head | purchase_order: PO-2",
        "receipt GR-2 | 1 | Gear | 4",
        "invoice | head | purchase_order: none",
        "invoice | 1 | Bolt | 10 @ 1.00 | purchase_order: PO-1 | order_line: 1",
        "invoice | 2 | Gear | 4 @ 9.00 | purchase_order: PO-2 | order_line: 1",
    )

    assert [order.document.number for order in found.orders] == ["PO-1", "PO-2"]
    assert [line.order.document.number for line in found.lines] == ["PO-1", "PO-2"]
    assert [line.received for line in found.lines] == [10, 4]


def test_an_invoice_line_fills_up_equal_order_lines_in_turn():
    found = voucher(
        "order | 1 | Bolt | 10 @ 1.00 | match_way: 2 | need_by: 2026-05-01",
        "order | 2 | Bolt | 10 @ 1.00 | match_way: 2 | need_by: 2026-03-01",
        "invoice | 1 | Bolt | 14 @ 1.00 | order_line: none",
    )

    assert [(line.order_id, line.quantity) for line in found.lines] == [("2", 10), ("1", 4)]
    assert sum(line.share for line in found.lines) == 1


def test_figures_are_exact_in_the_orders_unit():
    found = voucher(
        "order | 1 | Bolt | 10 DZN @ 12.00 | match_way: 2",
        "invoice | 1 | Bolt | 1 C62 @ 1.00",
    )
    [line] = found.lines

    assert line.quantity == Fraction(1, 12)
    assert line.effective == line.price == 12


def test_the_price_base_quantity_is_divided_out_and_discounts_are_in():
    found = voucher(
        "order | 1 | Bolt | 200 @ 50.00 per 100 | allowance: 95 10.00 | match_way: 2",
        "invoice | 1 | Bolt | 200 @ 0.45",
    )
    [line] = found.lines

    assert line.price == Fraction(45, 100)
    assert line.effective == line.price


def test_a_receipt_that_names_only_the_slip_finds_the_order():
    found = voucher(
        "order | 1 | Bolt | 10 @ 1.00",
        "slip | 1 | Bolt | 10",
        "receipt | head | purchase_order: none | despatch_advice: DN-1",
        "receipt | 1 | Bolt | 9",
        "invoice | 1 | Bolt | 9 @ 1.00",
    )

    assert found.lines[0].received == 9


def test_a_slip_that_names_nothing_is_found_by_its_lines():
    found = voucher(
        "order | 1 | Servo motor 400 W | 10 @ 1.00",
        "slip | head | purchase_order: none",
        "slip | 1 | Servo motor 400 W | 10 | order_line: none",
        "invoice | 1 | Servo motor 400 W | 10 @ 1.00",
    )

    assert found.lines[0].received == 10


def test_a_quote_that_nobody_names_is_found_by_supplier_and_lines():
    found = voucher(
        "quote | head | date: 2026-01-01",
        "quote | 1 | Servo motor 400 W | 1 @ 480.00",
        "order | 1 | Servo motor 400 W | 1 @ 500.00 | match_way: 2",
        "invoice | 1 | Servo motor 400 W | 1 @ 500.00",
    )

    assert [quote.document.number for quote in found.quotes] == ["Q-1"]
    assert found.lines[0].quote is not None


def test_links_carry_their_parts():
    found = voucher(
        "order | 1 | Servo motor 400 W with brake | 1 @ 500.00 | match_way: 2",
        "invoice | 1 | Servo motor with brake, 400 W, IP65 | 1 @ 500.00 | order_line: none",
    )
    inferred = next(link for link in found.links if link.basis is Basis.INFERRED)

    assert {"description", "price"} <= set(inferred.parts)
    assert 0 < inferred.score < 1


def test_what_two_supplier_names_have_in_common_is_not_enough():
    found = voucher(
        "order | 1 | Motor | 1 @ 500.00 | match_way: 2",
        "invoice | head | purchase_order: none | supplier: Nordlicht Components GmbH",
        "invoice | 1 | Motor | 1 @ 500.00 | order_line: none",
    )

    assert found.orders == ()
