"""Closings: net, tax and gross that add up with the lines or with a printed rate, whatever their labels say."""

from decimal import Decimal

import pytest

from app.reading import closings
from tests.documents.layout import rows

D = Decimal


def proved(*prints, lines=()):
    printed = rows(*prints)
    found = closings.prove(printed, printed, ".", [D(line) for line in lines])
    return found and (found.net.value, found.tax.value, found.gross.value)


def test_sums_without_a_known_word_are_told_by_the_lines():
    sums = [(350, 500, "Quux"), (500, 500, "210.00"), (350, 514, "Corge"), (500, 514, "44.10"), (500, 528, "254.10")]

    assert proved(*sums, lines=["210.00"]) == (D("210.00"), D("44.10"), D("254.10"))
    assert proved(*sums, lines=["187.00"]) is None


def test_a_printed_rate_tells_them_without_lines():
    sums = [(350, 500, "Quux 21%"), (400, 514, "210.00"), (450, 514, "44.10"), (500, 514, "254.10")]

    assert proved(*sums) == (D("210.00"), D("44.10"), D("254.10"))


def test_of_several_rates_the_whole_counts():
    table = [
        *((400, 500, "100.00"), (440, 500, "10%"), (470, 500, "10.00"), (520, 500, "110.00")),
        *((400, 514, "50.00"), (440, 514, "20%"), (470, 514, "10.00"), (520, 514, "60.00")),
        *((400, 528, "150.00"), (470, 528, "20.00"), (520, 528, "170.00")),
    ]

    assert proved(*table, lines=["150.00"]) == (D("150.00"), D("20.00"), D("170.00"))


def test_a_net_that_is_not_printed_follows_from_tax_and_gross():
    printed = rows((350, 500, "Total"), (500, 500, "121.00"), (350, 514, "Quux 21%"), (500, 514, "21.00"))

    found = closings.prove(printed, printed, ".", [D("100.00")])

    assert found.net.value == D("100.00")
    assert found.net.derived


@pytest.mark.parametrize("figures", [("100.00",), ("100.00", "60.00", "160.00"), ("7", "3", "10")])
def test_figures_that_prove_nothing_are_left_alone(figures):
    assert proved(*((500, 500 + 14 * at, figure) for at, figure in enumerate(figures)), lines=["80.00"]) is None


def test_a_rounded_total_is_proved_with_its_rounding():
    sums = [(350, 500, "Round off"), (500, 500, "0.50"), (350, 514, "GST"), (500, 514, "37.50")]
    sums += [(350, 528, "Total"), (500, 528, "246.00")]

    assert proved(*sums, lines=["208.00"]) == (D("208.00"), D("37.50"), D("246.00"))


def test_a_total_that_repeats_the_lines_is_one_without_tax():
    assert proved((350, 500, "Total quux corge"), (500, 500, "80.00"), lines=["80.00"]) == (D(80), D(0), D(80))
    assert proved((350, 500, "Quux corge"), (500, 500, "80.00"), lines=["80.00"]) is None
