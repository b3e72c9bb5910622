"""Money: exact, in one currency, rounded once."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.money import Money, currencies, decimal_of, exact, exponent, plain, total
from app.errors import CurrencyMixError, MalformedError

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        ("0.125", "EUR", "0.13"), ("-0.125", "EUR", "-0.13"), ("0.005", "EUR", "0.01"), ("1.5", "JPY", "2"),
        ("1.0005", "KWD", "1.001"), ("2.675", "EUR", "2.68"), ("1", "CLF", "1.0000"),
    ],
)  # fmt: skip
def test_it_is_rounded_half_up_to_the_currencys_decimals(value, currency, shown):
    assert Money.of(value, currency).as_json() == {"amount": shown, "currency": currency}


def test_ten_times_ten_cents_is_one_euro():
    assert total([Money.of("0.10", "EUR")] * 10, "EUR") == Money.of("1.00", "EUR")


def test_two_currencies_never_meet():
    for act in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a >= b):
        with pytest.raises(CurrencyMixError):
            act(Money.of(1, "EUR"), Money.of(1, "USD"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 61.0, "currency": "EUR"}, {"amount": 61, "currency": "EUR"}, {"amount": True, "currency": "EUR"},
        {"amount": "61,00", "currency": "EUR"}, {"amount": "1e3", "currency": "EUR"}, {"amount": "NaN", "currency": "EUR"},
        {"amount": "61.00", "currency": "EURO"}, {"amount": "61.001", "currency": "EUR"}, {"amount": "61.00"},
        {"amount": "61.00", "currency": "EUR", "extra": 1}, "61.00", None, {"amount": "٦", "currency": "EUR"},
        {"amount": "1" * 31, "currency": "EUR"}, {"amount": "-", "currency": "EUR"}, {"amount": "1.", "currency": "EUR"},
    ],
)  # fmt: skip
def test_json_that_is_not_exact_is_refused(wrong):
    with pytest.raises(MalformedError):
        Money.parse(wrong, "/held")


def test_the_place_is_named():
    with pytest.raises(MalformedError) as caught:
        Money.parse({"amount": 1, "currency": "EUR"}, "/held")

    assert caught.value.pointer == "/held/amount"


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_it_survives_json_and_minor_units(value, currency):
    money = Money.of(value, currency)

    assert Money.parse(money.as_json()) == money
    assert Money.from_minor(money.minor, currency) == money


@given(AMOUNTS, AMOUNTS)
def test_the_rounding_is_within_half_a_cent_and_the_same_for_fractions(value, other):
    money = Money.of(value, "EUR")

    assert abs(Fraction(money.amount) - Fraction(value)) <= Fraction(1, 200)
    assert Money.of(Fraction(value), "EUR") == money
    assert Money.floor(Fraction(value), "EUR").amount.copy_abs() <= abs(value)
    assert (money + Money.of(other, "EUR")) - Money.of(other, "EUR") == money


@given(AMOUNTS)
def test_a_plain_number_is_the_same_number(value):
    assert plain(value) == value
    assert "E" not in str(plain(value))
    assert decimal_of(Fraction(value)) == value


def test_digits_beyond_the_context_are_kept():
    assert decimal_of(Fraction(10**35) + Fraction(1, 4)) == Decimal("100000000000000000000000000000000000.25")
    assert decimal_of(Fraction(2, 3)) == Decimal("0.6666666666666666666666666667")


def test_currencies_are_those_of_iso_4217():
    assert {"EUR", "USD", "CHF", "JPY"} <= currencies()
    assert (exponent("EUR"), exponent("JPY"), exponent("TND")) == (2, 0, 3)
    assert exact("-12.50") == Decimal("-12.50")
