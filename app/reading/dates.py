"""Dates as printed: by the document's own habit of day or month first, ambiguous where nothing tells."""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from app.reading.lexicon import words

_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d])")
_NAMED_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|°|:a)?[\s.,/-]{0,3}(?:of |de |d')?\s?([^\W\d_]{3,14})\.?[\s,./-]{0,3}"
    r"(?:de |del )?(\d{4}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_NAMED_MONTH_FIRST = re.compile(
    r"([^\W\d_]{3,12})\.?[\s.-]{1,2}(\d{1,2})(?:st|nd|rd|th)?\s?[,.\s/-]{1,3}(\d{4})(?!\d)", re.IGNORECASE
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_CENTURY, _MONTHS, _EARLIEST, _LATEST, _TWO, _FOUR = 2000, 12, 1950, 2100, 2, 4


#: Whether days stand before months; None where nothing tells.
DayFirst: TypeAlias = bool | None


class Day(NamedTuple):
    """A date as printed; `other` is the reading with day and month exchanged, where that is a date too."""

    value: date
    other: date | None
    start: int
    stop: int


@cache
def _months() -> dict[str, int]:
    path = Path(__file__).parent / "phrases" / "months.toml"
    names = tomllib.loads(path.read_text(encoding="utf-8"))["months"]
    return {word: at for at, line in enumerate(names, 1) for name in line.split() for word in words(name)}


def day_first(texts: Iterable[str]) -> DayFirst:
    """Whether the document writes the day before the month, by the dates that can be read in one way only."""
    votes = 0
    for text in texts:
        for match in _NUMERIC.finditer(text):
            first, second = int(match[1]), int(match[3])
            if len(match[1]) <= _TWO and match[2] != "." and max(first, second) > _MONTHS:
                votes += 1 if first > _MONTHS else -1
    return None if votes == 0 else votes > 0


def find(text: str, first: DayFirst, *, compact: bool = False) -> Day | None:
    """The first date in the text; day before month unless the document says otherwise."""
    found = [day for day in (_numeric(text, first), _named(text)) if day]
    if not found and compact:
        found = [day for day in (_whole(text),) if day]
    return min(found, key=lambda day: day.start) if found else None


def strict(text: str, first: DayFirst = None) -> date | tuple[date, date] | None:
    """The date that the text is; two dates where nothing tells the day from the month."""
    day = find(text.strip(), first, compact=True)
    if day is None or text.strip()[day.start : day.stop] != text.strip():
        return None
    return (day.value, day.other) if first is None and day.other else day.value


def _numeric(text: str, first: DayFirst) -> Day | None:
    for match in _NUMERIC.finditer(text):
        one, mark, two, three = match.groups()
        if len(one) == _FOUR:
            value = _date(int(one), int(two), int(three)) if len(three) == _TWO else None
            other = None
        elif len(one) <= _TWO:
            year = int(three) if len(three) == _FOUR else _CENTURY + int(three)
            value, other = _date(year, int(two), int(one)), _date(year, int(one), int(two))
            if mark == ".":
                other = None
            elif first is False or value is None:
                value, other = other, value
            other = None if other == value else other
        else:
            continue
        if value is not None:
            return Day(value, other, *match.span())
    return None


def _named(text: str) -> Day | None:
    found: list[Day] = []
    for pattern, order in ((_NAMED_DAY_FIRST, (3, 2, 1)), (_NAMED_MONTH_FIRST, (3, 1, 2))):
        for match in pattern.finditer(text):
            year, name, day = (match[at] for at in order)
            key = words(name)
            month = _months().get(key[0]) if key else None
            if month is None:
                continue
            value = _date(int(year) if len(year) == _FOUR else _CENTURY + int(year), month, int(day))
            if value:
                found.append(Day(value, None, *match.span()))
    return min(found, key=lambda day: (day.start, -day.stop)) if found else None


def _whole(text: str) -> Day | None:
    match = _COMPACT.search(text)
    value = _date(*(int(part) for part in match.groups())) if match else None
    return Day(value, None, *match.span()) if match and value else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None
