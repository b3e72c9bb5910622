"""Units: exact factors, packs, and no way where there is none."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.quantity import Quantity
from app.documents.units import UNITS, factor
from app.errors import MalformedError, UnitError

CODES = st.sampled_from(sorted(UNITS))


@pytest.mark.parametrize(
    ("value", "unit", "target", "expected"),
    [
        ("2", "DZN", "C62", 24), ("1", "GRO", "DZN", 12), ("1500", "GRM", "KGM", Fraction(3, 2)),
        ("1", "LBR", "KGM", Fraction("0.45359237")), ("90", "MIN", "HUR", Fraction(3, 2)), ("1", "ANN", "MON", 12),
        ("5", "H87", "EA", 5), ("1", "FOT", "INH", 12),
    ],
)  # fmt: skip
def test_families_convert_exactly(value, unit, target, expected):
    assert Quantity(Decimal(value), unit).times(target) == expected


def test_three_parts_of_a_dozen_are_a_dozen():
    assert sum(Quantity(Decimal(n), "C62").times("DZN") for n in (5, 5, 2)) == 1


def test_a_box_is_what_the_item_says_it_holds():
    packs = {"XBX": (Fraction(200), "C62"), "XPX": (Fraction(10), "XBX")}

    assert Quantity(Decimal(3), "XBX").times("DZN", packs) == 50
    assert Quantity(Decimal(1), "XPX").times("C62", packs) == 2000
    assert Quantity(Decimal(400), "C62").times("XBX", packs) == 2


@pytest.mark.parametrize(
    ("source", "target"), [("XBX", "C62"), ("KGM", "LTR"), ("DAY", "HUR"), ("C62", "KGM"), ("?", "C62")]
)
def test_there_is_no_way_where_nobody_knows_one(source, target):
    with pytest.raises(UnitError):
        factor(source, target)


def test_packs_in_a_circle_end():
    with pytest.raises(UnitError):
        factor("XBX", "C62", {"XBX": (Fraction(2), "XCT"), "XCT": (Fraction(3), "XBX")})


@given(CODES, CODES)
def test_there_and_back_is_the_same(source, target):
    try:
        there = factor(source, target)
    except UnitError:
        with pytest.raises(UnitError):
            factor(target, source)
        return
    assert there * factor(target, source) == 1


@pytest.mark.parametrize("wrong", [{"value": 3, "unit": "C62"}, {"value": "3", "unit": "pcs"}, {"value": "3"}, 3])
def test_json_that_is_not_exact_is_refused(wrong):
    with pytest.raises(MalformedError):
        Quantity.parse(wrong, "/quantity")


def test_json_out_is_plain():
    assert Quantity.parse({"value": "2500.00", "unit": "C62"}).as_json() == {"value": "2500", "unit": "C62"}
