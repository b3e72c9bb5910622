"""Numbers as printed: exact, by the document's own mark, and ambiguous rather than guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import numbers
from app.reading.numbers import Ambiguous


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("1,23,456.00", "123456.00"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("5,00-", "-5.00"),
        ("(5.00)", "-5.00"),
        ("- €1.00", "-1.00"),
        ("€ -4,20", "-4.20"),
        ("EUR 12.00", "12.00"),
        ("40,-", "40"),
        ("1.000.000", "1000000"),
        ("19%", "19"),
        (".50", "0.50"),
    ],
)
def test_a_figure_with_one_reading_has_its_value(text, value):
    assert numbers.strict(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.000", "12,500", "$3,500"])
def test_a_figure_with_two_readings_is_ambiguous(text):
    assert isinstance(numbers.strict(text), Ambiguous)


def test_the_mark_of_the_document_decides_between_two_readings():
    assert numbers.strict("1.000", ",") == Decimal(1000)
    assert numbers.strict("1.000", ".") == Decimal("1.000")
    assert numbers.strict("1,000", ".") == Decimal(1000)


def test_a_figure_that_proves_another_mark_keeps_its_own():
    assert numbers.strict("3.50", ",") == Decimal("3.50")


@pytest.mark.parametrize(
    "text", ["12.5.2020", "1.2.3", "3/4", "abc 1", "A4", "1,23,45", "1.23.456", "", "€", "(5.00", "12 ab"]
)
def test_what_is_no_number_is_none(text):
    assert numbers.strict(text) is None


def test_the_vote_follows_the_figures_that_can_be_read_in_one_way():
    assert numbers.decimal_mark(["1.000", "12,50", "3,99"]) == ","
    assert numbers.decimal_mark(["1.000", "2,000"]) is None
    assert numbers.decimal_mark(["12.50", "3,99"]) is None


def test_a_currency_beside_a_figure_is_kept_and_any_other_word_refused():
    assert numbers.read("12,50 €", ",").currency == "EUR"
    assert numbers.read("£3.20", ".").currency == "GBP"
    assert numbers.read("12 abc", ",") is None


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False), st.sampled_from([(".", ","), (",", ".")]))
def test_a_printed_sum_reads_back_as_it_was(value, style):
    mark, group = style
    text = f"{value:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", group)

    assert numbers.strict(text) == value
    assert numbers.strict(text, mark) == value


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    found = numbers.strict(text)

    assert found is None or isinstance(found, Decimal | Ambiguous)
