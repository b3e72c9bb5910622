"""Habits of exports: an account before a name, an item in brackets before its text, the order of day and month."""

import re
from collections.abc import Iterable, Sequence

from app.reading import dates, units
from app.reading.einvoice.collect import unit_of

_ACCOUNT = re.compile(r"[A-Z]{0,3}\d{3,10}\s+(?=\D)")
_ITEM = re.compile(r"\[([^\]]{1,60})\]\s*(?=\S)")
#: Currencies of countries that write the month first, and no other does.
_MONTH_FIRST = frozenset({"USD"})


def party_name(text: str) -> str:
    """The name without the account that some exports put before it."""
    return _ACCOUNT.sub("", text, count=1)


def item_and_rest(text: str) -> tuple[str | None, str]:
    """The item that stands in brackets before a description, and the description."""
    found = _ITEM.match(text)
    return (found[1], text[found.end() :]) if found else (None, text)


def unit_code(text: str) -> str | None:
    """The code of a unit that people typed: the word of the trade comes before a code that looks the same."""
    return units.code_of(text) if units.is_word(text) else unit_of(text)


def day_first(days: Sequence[str], pairs: Iterable[tuple[str, str]], currencies: set[str]) -> bool | None:
    """Whether the day stands before the month: by days over twelve, by bills due before they are written, by currency.

    `pairs` are the dates of issue and the due dates of the same rows.
    """
    known = dates.day_first(days)
    if known is not None:
        return known
    wrong = {True: 0, False: 0}
    for issued, due in pairs:
        for first in wrong:
            start, end = dates.strict(issued, first), dates.strict(due, first)
            wrong[first] += (
                start is not None
                and end is not None
                and not isinstance(start, tuple)
                and (not isinstance(end, tuple) and end < start)
            )
    if wrong[True] != wrong[False]:
        return wrong[True] < wrong[False]
    return False if currencies and currencies <= _MONTH_FIRST else None
