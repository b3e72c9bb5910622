"""Dates as printed: by the document's own habit, two readings where nothing tells day from month."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("18. Februar 2025", date(2025, 2, 18)),
        ("February 17, 2026", date(2026, 2, 17)),
        ("1er octobre 2023", date(2023, 10, 1)),
        ("5 de octubre de 2023", date(2023, 10, 5)),
        ("3 lutego 2024", date(2024, 2, 3)),
        ("17th March 2026", date(2026, 3, 17)),
        ("12-MAR-24", date(2024, 3, 12)),
        ("2016-01-19", date(2016, 1, 19)),
        ("26.10.22", date(2022, 10, 26)),
        ("03.04.2021", date(2021, 4, 3)),
        ("31/03/2020", date(2020, 3, 31)),
        ("20200115", date(2020, 1, 15)),
    ],
)
def test_a_date_with_one_reading_has_it(text, day):
    assert dates.strict(text) == day


def test_a_date_that_reads_both_ways_gives_both():
    assert dates.strict("03/04/2021") == (date(2021, 4, 3), date(2021, 3, 4))


def test_the_habit_of_the_document_decides():
    assert dates.day_first(["31/03/2020", "04/05/2020"]) is True
    assert dates.day_first(["03/31/2020"]) is False
    assert dates.day_first(["04/05/2020"]) is None
    assert dates.strict("03/04/2021", first=True) == date(2021, 4, 3)
    assert dates.strict("03/04/2021", first=False) == date(2021, 3, 4)


@pytest.mark.parametrize("text", ["31.02.2024", "nº 2023-6013", "99/99/2020", "12.50", "2023", "today"])
def test_what_is_no_date_is_none(text):
    assert dates.strict(text) is None


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2049, 12, 31)))
def test_an_iso_date_reads_back(day):
    assert dates.strict(day.isoformat()) == day


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    found = dates.find(text, first=None, compact=True)

    assert found is None or isinstance(found.value, date)
