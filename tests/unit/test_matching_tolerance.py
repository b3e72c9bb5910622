"""The tolerance: null, zero, the boundary, any and all, a base of zero."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.errors import MalformedError
from app.matching.tolerance import Combine, Tolerance, percent_of


def limits(**given):
    return Tolerance(**{name: Decimal(value) for name, value in given.items()})


def test_null_is_not_checked_and_zero_allows_nothing():
    assert not Tolerance().breached_by(Fraction(1000), Fraction(1))
    assert limits(up_abs="0").breached_by(Fraction(1, 10**9), Fraction(1))
    assert not limits(up_abs="0").breached_by(Fraction(0), Fraction(1))


def test_equal_passes():
    assert not limits(up_pct="10").breached_by(Fraction(10), Fraction(100))
    assert limits(up_pct="10").breached_by(Fraction(10) + Fraction(1, 10**12), Fraction(100))
    assert not limits(up_abs="5").breached_by(Fraction(5), Fraction(1))


def test_each_side_has_limits_of_its_own():
    upward = limits(up_abs="0")

    assert not upward.breached_by(Fraction(-50), Fraction(100))
    assert limits(lo_pct="2").breached_by(Fraction(-3), Fraction(100))
    assert not limits(lo_pct="2").breached_by(Fraction(3), Fraction(100))


def test_any_raises_on_one_breach_all_passes_within_one():
    either = Tolerance(up_pct=Decimal(10), up_abs=Decimal(100))
    both = Tolerance(up_pct=Decimal(10), up_abs=Decimal(100), combine=Combine.ALL)

    assert either.breached_by(Fraction(50), Fraction(100))
    assert not both.breached_by(Fraction(50), Fraction(100))
    assert both.breached_by(Fraction(105), Fraction(100))


def test_a_base_of_zero_breaches_every_percentage():
    assert limits(up_pct="1000").breached_by(Fraction(1), Fraction(0))
    assert percent_of(Fraction(1), Fraction(0)) is None


def test_percent_looks_at_one_unit_and_absolute_at_the_whole():
    tolerance = limits(up_pct="10", up_abs="8")

    assert not tolerance.breached_by(Fraction(1, 2), Fraction(10), extended=Fraction(8))
    assert tolerance.breached_by(Fraction(1, 2), Fraction(10), extended=Fraction(9))


def test_percentages_are_not_rounded():
    assert percent_of(Fraction(64, 10000), Fraction(1120, 10000)) == Decimal("5.714285714286")
    assert str(percent_of(Fraction(1), Fraction(10))) == "10.0000"
    assert str(percent_of(Fraction(-6), Fraction(130))) == "-4.615384615385"


def test_a_tolerance_is_read_strictly():
    read = Tolerance.parse({"up_pct": "2", "up_abs": None, "combine": "all"}, "/price")

    assert read == Tolerance(up_pct=Decimal(2), combine=Combine.ALL, source="policy")
    assert read.as_json("price") == {"metric": "price", "up_pct": "2", "combine": "all", "source": "policy"}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"up_pct": 2}, "/price/up_pct"),
        ({"up_pct": 2.5}, "/price/up_pct"),
        ({"up_pct": "-1"}, "/price/up_pct"),
        ({"upper": "1"}, "/price/upper"),
        ({"combine": "both"}, "/price/combine"),
        ("2", "/price"),
    ],
)
def test_what_is_no_tolerance_is_refused_with_its_place(given, pointer):
    with pytest.raises(MalformedError) as refused:
        Tolerance.parse(given, "/price")

    assert refused.value.pointer == pointer
