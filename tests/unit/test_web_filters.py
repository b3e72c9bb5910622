"""How figures, days and words are shown."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from app.documents.money import Money
from app.web import filters


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal(2500), "2,500"),
        ("0.1184", "0.1184"),
        (Decimal("45.00"), "45.00"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(5, 2), "2.5"),
        (Decimal("1E+3"), "1,000"),
        ("-12.5", "−12.5"),
        (None, ""),
        ("n/a", "n/a"),
        ("NaN", "NaN"),
    ],
)
def test_figures_have_thousands_separators_and_keep_their_decimals(value, shown):
    assert filters.number(value) == shown


def test_units_are_as_printed_or_in_words():
    assert filters.unit("Stk", "H87") == "Stk"
    assert filters.unit(None, "C62") == "pcs"
    assert filters.unit(None, "DZN") == "dozen"
    assert filters.unit(None, "ZZZ") == "ZZZ"
    assert filters.unit(None, None) == ""


def test_money_has_its_currency_in_front():
    assert filters.money(Money.of("1240", "EUR")) == "EUR\N{NO-BREAK SPACE}1,240.00"
    assert filters.money({"amount": "61.00", "currency": "EUR"}) == "EUR\N{NO-BREAK SPACE}61.00"
    assert filters.money(Money.of("5000", "JPY")) == "JPY\N{NO-BREAK SPACE}5,000"
    assert filters.money(None) == ""


def test_days_are_in_words():
    assert filters.day(date(2026, 11, 3)) == "3\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026"
    assert filters.day("2026-11-03") == filters.day(date(2026, 11, 3))
    assert filters.moment(datetime(2026, 11, 3, 9, 4, tzinfo=UTC)).endswith("2026, 09:04")


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (date(2026, 11, 13), "9 days late"),
        (date(2026, 11, 21), "1 day late"),
        (date(2026, 11, 22), "due today"),
        (date(2026, 11, 25), "in 3 days"),
    ],
)
def test_a_clock_says_how_far_away_it_is(due, told):
    assert filters.late(due, date(2026, 11, 22)) == told


def test_sureness_is_never_rounded_up_to_certainty():
    assert filters.sureness("0.9999") == "99.9\N{NO-BREAK SPACE}%"
    assert filters.sureness(Decimal(1)) == "100\N{NO-BREAK SPACE}%"
    assert filters.unsure("0.89")
    assert not filters.unsure("0.9")
    assert not filters.unsure(None)


def test_code_is_marked_and_everything_else_escaped():
    assert str(filters.coded("send `a<b` & <i>")) == "send <code>a&lt;b</code> &amp; &lt;i&gt;"


def test_who_did_it_is_a_name_and_a_role():
    assert filters.who("auditor:ap-desk") == "ap-desk, auditor"
    assert filters.who("ap_system:sap") == "sap, ap system"
    assert filters.who("system:matcher") == "the matcher"


def test_every_kind_of_paper_has_a_name_and_an_ink():
    for kind in (
        "quote",
        "purchase_order",
        "packing_slip",
        "goods_receipt",
        "license_receipt",
        "invoice",
        "credit_note",
    ):
        assert filters.paper(kind) != "Document"
        assert filters.colour(kind) != "ink-plain"
    assert (filters.paper(None), filters.colour(None)) == ("Document", "ink-plain")
