"""Headings: under which keys the columns of a table are remembered, and asked for when the next one comes."""

from app.reading.reading import Reading
from app.reading.tables.recall import Tried
from app.reading.tables.told import mark
from app.storage import layouts
from app.storage.layouts import Key

#: So many documents of a file say whose export it is.
_MOST_ASKED = 50
#: Of a table that says nothing of where it is from, the headings alone are asked for.
_ANY = ""


def asked(reading: Reading, source: str | None) -> set[Key]:
    """The keys under which the columns of the reading's tables may be remembered."""
    return layouts.table_keys({mark(table) for table in reading.tables}, _scopes(reading, source) or {_ANY})


def learned(tried: Tried, source: str | None) -> set[Key]:
    """The keys under which told columns are remembered: by whom the table is said to be, as proposed and as told."""
    scopes = _scopes(tried.proposed, source) or {_ANY}
    return layouts.table_keys(tried.marks, scopes | _scopes(tried.reading, source))


def _scopes(reading: Reading, source: str | None) -> set[str]:
    """Whose table it is: the system that sent it, and the suppliers that it names."""
    keys = {key for document in reading.documents[:_MOST_ASKED] for key in layouts.keys_of(document)}
    named = {f"{kind}:{key}" for kind, key in keys}
    return named | {f"source:{source}"} if source else named
