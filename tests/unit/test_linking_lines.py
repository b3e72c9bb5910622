"""Lines are paired by what the papers say, then by numbers and words, at last by likeness; never by accident."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.documents.document import Document, Line
from app.linking.filed import Filed
from app.linking.headers import lines_of
from app.linking.lines import pair
from app.linking.link import Basis
from app.linking.similarity import likeness


def line(description=None, **more):
    for name in ("quantity", "unit_price", "price_base_quantity", "cancelled_quantity"):
        if name in more:
            more[name] = Decimal(more[name])
    return Line(description=description, **more)


def filed(kind, *lines, at=0):
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    return Filed(id=f"{kind}{at}", document=Document(kind=kind, lines=lines), arrived_at=moment, sequence=at)


def pairs(bill, order):
    """What each line of the bill was paired with, and on which ground."""
    ours = lines_of(filed("invoice", *bill))
    found = pair(ours, lines_of(filed("purchase_order", *order)))
    return [(found[entry.key].pool[0].at, found[entry.key].basis) if entry.key in found else None for entry in ours]


def test_the_line_that_a_paper_names_comes_first():
    order = [line("Bolt", id="10"), line("Nut", id="20")]

    assert pairs([line("Nut", order_line="00010")], order) == [(0, Basis.REFERENCE)]


def test_item_numbers_are_compared_without_punctuation_and_across_headings():
    order = [line("Bolt", id="10", seller_item_id="HB-840"), line("Nut", id="20", buyer_item_id="4711")]

    assert pairs([line("Whatever", seller_item_id="hb 840")], order) == [(0, Basis.ITEM)]
    assert pairs([line("Whatever", seller_item_id="4711")], order) == [(1, Basis.ITEM)]


def test_the_same_words_in_whatever_order():
    order = [line("Service desk, second level support"), line("On-site engineer")]

    assert pairs([line("Second level support (service desk)")], order) == [(0, Basis.DESCRIPTION)]


def test_an_item_number_among_the_words_does_not_part_two_papers():
    order = [line("Mechanical seal kit MSK-25", seller_item_id="MSK-25")]

    assert pairs([line("Mechanical seal kit MSK-25")], order) == [(0, Basis.DESCRIPTION)]
    assert pairs([line("Mechanical seal kit")], order) == [(0, Basis.DESCRIPTION)]


def test_references_added_to_the_same_words_do_not_part_two_papers():
    order = [line("Screwdriver slotted 0.8x4.0x100", unit_price="4.20", quantity="5")]
    bill = [line("WZ-1101 Screwdriver slotted 0.8x4.0x100 for your pos. 10", unit_price="4.20", quantity="5")]

    assert pairs(bill, order) == [(0, Basis.DESCRIPTION)]


def test_the_nearer_price_decides_between_lines_of_one_item():
    order = [
        line("Bolt", seller_item_id="B", unit_price="1.00", quantity="5"),
        line("Bolt", seller_item_id="B", unit_price="1.40", quantity="5"),
    ]

    assert pairs([line("Bolt", seller_item_id="B", unit_price="1.40", quantity="5")], order) == [(1, Basis.ITEM)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Office suite 2007 for 5 users", "Office suite 2010 for 5 users"),
        ("Hex bolt M8x40", "Hex bolt M8x50"),
        ("Router AX-1800", "Router AX-3000"),
    ],
)
def test_numbers_that_contradict_each_other_part_two_lines(ours, theirs):
    both = {"unit_price": "99.00", "quantity": "5", "unit": "C62"}

    assert likeness(line(ours, **both), line(theirs, **both)) is None


def test_a_code_written_apart_is_the_same_code():
    assert likeness(line("Hex bolt M8 x 40 zinc"), line("Hex bolt M8x40 zinc plated")) is not None


def test_the_best_assignment_of_all_lines_together():
    order = [
        line("Pump unit with control board", unit_price="100", quantity="1"),
        line("Pump unit with control board and sensor", unit_price="120", quantity="1"),
    ]
    bill = [
        line("Pump unit, control board, sensor head", unit_price="120", quantity="1"),
        line("Pump unit, control board", unit_price="100", quantity="1"),
    ]

    assert [found and found[0] for found in pairs(bill, order)] == [1, 0]


def test_a_cancelled_line_is_nobodys_partner():
    order = [line("Bolt", quantity="5", cancelled_quantity="5"), line("Bolt", quantity="5", need_by=date(2026, 2, 1))]

    assert pairs([line("Bolt", quantity="5")], order) == [(1, Basis.DESCRIPTION)]


def test_nothing_alike_is_nothing():
    assert pairs([line("Window cleaning")], [line("Servo motor 400 W")]) == [None]
    assert pairs([line(None)], [line(None)]) == [None]


def test_equal_lines_are_one_pool_in_the_order_in_which_they_are_needed():
    late, soon = line("Bolt", need_by=date(2026, 9, 1)), line("Bolt", need_by=date(2026, 3, 1))
    [ours] = lines_of(filed("invoice", line("Bolt")))
    partner = pair([ours], lines_of(filed("purchase_order", late, soon)))[ours.key]

    assert [other.at for other in partner.pool] == [1, 0]
