"""Imports: the rows of a table become entries of a register; a row that cannot is told with the reason."""

import csv
import io
import json
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from app.documents import canonical
from app.errors import MalformedListError
from app.reading import dates, numbers
from app.reading.einvoice.tree import UnreadableError
from app.reading.lexicon import lexicon, words
from app.reading.tables import cells
from app.reading.tables.cells import Figure, Sheet, filled
from app.reading.tables.mapping import forms
from app.registers import REGISTERS, key_of

_DEEPEST_HEAD = 40
_LEAST_COLUMNS = 2
_SPLIT = str.maketrans({"|": ";", "\n": ";"})
#: A name that comes in two columns, in the order in which they are put together.
_NAME_PARTS = ("given_name", "family_name")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the cell that it stands in, and the field that it was taken as; None where it was not used."""

    heading: str
    cell: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its number in the sheet (from 1), its cells as they came, and why."""

    sheet: str
    row: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file holds for a register: entries as JSON, by their keys, and the rows that are none.

    `reason` says why nothing could be read at all.
    """

    reason: str | None = None
    entries: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    columns: tuple[Column, ...] = ()
    delimiter: str | None = None

    def to_bytes(self) -> bytes:
        """The JSON of it."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Imported":
        """What `to_bytes` wrote.

        Raises:
            ValueError: it is nothing of the sort.
        """
        told = json.loads(data)
        try:
            return cls(
                reason=told["reason"],
                entries=dict(told["entries"]),
                refused=tuple(Refused(r["sheet"], r["row"], tuple(r["cells"]), r["reason"]) for r in told["refused"]),
                columns=tuple(Column(**column) for column in told["columns"]),
                delimiter=told["delimiter"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(str(error)) from None

    def refused_csv(self) -> str:
        """The refused rows as a CSV file like the one that came, with the row and the reason in front."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter or ";", lineterminator="\r\n")
        writer.writerow(["#row", "#reason", *(column.heading for column in self.columns)])
        for row in self.refused:
            writer.writerow([f"{row.sheet} {row.row}".strip(), row.reason, *row.cells])
        return out.getvalue()


def read_register(data: bytes, code: str, fill: Mapping[str, str]) -> Imported:
    """The entries of a register in a CSV file or spreadsheet; never raises for what is in it.

    `fill` gives the text of fields that no column has.
    """
    try:
        sheets = (
            cells.of_workbook(data) if cells.is_workbook(data) else [found] if (found := cells.of_csv(data)) else []
        )
    except UnreadableError as error:
        return Imported(reason=error.reason)
    tables = [_Table(sheet, mapping, code, fill) for sheet in sheets if (mapping := _propose(sheet, code, fill))]
    if not tables:
        return Imported(reason=_why_not(sheets, code, fill))
    taking = _Taking(code)
    for table in tables:
        taking.take(table)
    first = tables[0]
    columns = tuple(
        Column(heading[:200], first.sheet.path(first.row, at), first.columns.get(at))
        for at, heading in enumerate(first.sheet.rows[first.row])
    )
    return Imported(
        entries={key: canonical.write_as(entry) for key, (entry, _) in taking.entries.items()},
        refused=tuple(taking.refused),
        columns=columns,
        delimiter=first.sheet.delimiter,
    )


def _sheets(data: bytes) -> list[Sheet]:
    if cells.is_workbook(data):
        return cells.of_workbook(data)
    found = cells.of_csv(data)
    return [found] if found is not None else []


# ── headings ────────────────────────────────────────────────────────────────────────────────────

_Mapping = tuple[int, dict[int, str]]


@cache
def _hints(code: str) -> dict[str, Any]:
    entry = REGISTERS[code].entry
    return {name: _bare(hint) for name, hint in typing.get_type_hints(entry).items()}


def _bare(hint: Any) -> Any:
    """The type without None."""
    given = [part for part in typing.get_args(hint) if part is not type(None)]
    return given[0] if type(None) in typing.get_args(hint) else hint


def _is_list(code: str, name: str) -> bool:
    return typing.get_origin(_hints(code).get(name)) is tuple


def _needed(code: str) -> set[str]:
    entry = REGISTERS[code].entry
    return {one.name for one in fields(entry) if one.default is MISSING and one.default_factory is MISSING}


def _fields_of(heading: str, code: str) -> list[str]:
    """The register's fields that the heading may name, the likeliest first."""
    known = {*_hints(code), *(_NAME_PARTS if "name" in _hints(code) else ())}
    own = {words(name): name for name in known}
    for text, _ in forms(heading):
        key = words(text)
        while key:
            found = [own[key]] if key in own else [role for role in lexicon("registers").roles(key) if role in known]
            # IBAN 2 and the like: one of several columns for a list.
            if found and (key == words(text) or _is_list(code, found[0])):
                return found
            key = key[:-1] if key[-1].isdigit() else ()
    return []


def _columns(row: Sequence[str], code: str) -> dict[int, str]:
    taken: dict[int, str] = {}
    for at, heading in enumerate(row):
        free = [name for name in _fields_of(heading, code) if _is_list(code, name) or name not in taken.values()]
        if free:
            taken[at] = free[0]
    return taken


def _has(columns: Mapping[int, str], fill: Mapping[str, str]) -> set[str]:
    found = {*columns.values(), *fill}
    return found | {"name"} if set(_NAME_PARTS) & found else found


def _propose(sheet: Sheet, code: str, fill: Mapping[str, str]) -> _Mapping | None:
    """The row that has the most headings, if they cover what an entry needs."""
    best = _best(sheet, code)
    return best if best is not None and _needed(code) <= _has(best[1], fill) else None


def _best(sheet: Sheet, code: str) -> _Mapping | None:
    best: _Mapping | None = None
    for at, row in enumerate(sheet.rows[:_DEEPEST_HEAD]):
        columns = _columns(row, code)
        if len(columns) >= _LEAST_COLUMNS and (best is None or len(columns) > len(best[1])):
            best = at, columns
    return best


def _why_not(sheets: Sequence[Sheet], code: str, fill: Mapping[str, str]) -> str:
    needed = ", ".join(sorted(_needed(code)))
    found = [best for sheet in sheets if (best := _best(sheet, code))]
    if not sheets:
        return "This is no table: send a CSV file or a spreadsheet (XLSX, ODS, XLS) with a row of headings."
    if not found:
        return f"No row of headings was found. An entry needs {needed}; name the columns so."
    missing = ", ".join(sorted(_needed(code) - _has(found[0][1], fill)))
    return f"No column was found for {missing}. Name it so, or give one value for all rows with `fill`."


# ── rows ────────────────────────────────────────────────────────────────────────────────────────


class _Table:
    """A sheet with its headings, and its own habits of writing numbers and dates."""

    def __init__(self, sheet: Sheet, mapping: _Mapping, code: str, fill: Mapping[str, str]) -> None:
        self.sheet, self.code, self.fill = sheet, code, fill
        self.row, self.columns = mapping
        self.mark = numbers.decimal_mark(self._texts(Decimal))
        self.first = dates.day_first(self._texts(date))

    def _texts(self, sort: type) -> list[str]:
        wanted = [at for at, name in self.columns.items() if _hints(self.code).get(name) is sort]
        return [row[at] for row in self.sheet.rows[self.row + 1 :] for at in wanted if at < len(row)]

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        for at, row in enumerate(self.sheet.rows[self.row + 1 :], self.row + 2):
            if filled(row):
                yield at, row

    def told(self, row: Sequence[str]) -> dict[str, Any]:
        """The entry as JSON.

        Raises:
            ValueError: a cell says what its field cannot be.
        """
        said: dict[str, list[str]] = {name: [text] for name, text in self.fill.items()}
        for at, name in self.columns.items():
            if at < len(row) and row[at]:
                said.setdefault(name, []).append(row[at])
        parts = [text for name in _NAME_PARTS for text in said.pop(name, ())]
        if parts and "name" not in said:
            said["name"] = [" ".join(parts)]
        return {name: self._value(name, texts) for name, texts in said.items()}

    def _value(self, name: str, texts: list[str]) -> Any:
        hint = _hints(self.code)[name]
        if typing.get_origin(hint) is tuple:
            parts = [part.strip() for text in texts for part in text.translate(_SPLIT).split(";")]
            return list(dict.fromkeys(part for part in parts if part))
        text = texts[-1]
        if hint is Decimal:
            return self._number(name, text)
        if hint is date:
            return self._day(name, text)
        if hint is bool:
            return _choice(name, text, {"yes": True, "no": False})
        if isinstance(hint, type) and issubclass(hint, Enum):
            return _choice(name, text, {one.value: one.value for one in hint})
        return str(text)

    def _number(self, name: str, text: str) -> str:
        found = Decimal(text) if isinstance(text, Figure) else numbers.strict(text, self.mark)
        match found:
            case Decimal():
                return format(found, "f")
            case None:
                raise ValueError(f"{name}: {text} is no number")
            case numbers.Ambiguous(one, other):
                raise ValueError(f"{name}: {text} is {one} or {other}; write it so that it is one of them")

    def _day(self, name: str, text: str) -> str:
        match dates.strict(text.partition("T")[0], self.first):
            case date() as found:
                return found.isoformat()
            case None:
                raise ValueError(f"{name}: {text} is no date such as 2026-10-30")
            case one, other:
                raise ValueError(f"{name}: {text} is {one} or {other}; write it as in 2026-10-30")


def _choice(name: str, text: str, choices: Mapping[str, Any]) -> Any:
    key = words(text)
    for role in (" ".join(key).replace(" ", "_"), *lexicon("choices").roles(key)):
        if role in choices:
            return choices[role]
    raise ValueError(f"{name}: {text} is none of {', '.join(choices)}")


class _Taking:
    """The entries of a file as they are found, with the row of each."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.entries: dict[str, tuple[Any, int]] = {}
        self.refused: list[Refused] = []

    def take(self, table: _Table) -> None:
        for at, row in table.rows():
            try:
                self._add(canonical.read_as(REGISTERS[self.code].entry, table.told(row)), at)
            except ValueError as error:
                self._refuse(table, at, row, str(error))
            except MalformedListError as error:
                reason = "; ".join(f"{one.pointer.strip('/') or 'entry'}: {one.detail}" for one in error.errors)
                self._refuse(table, at, row, reason)

    def _refuse(self, table: _Table, at: int, row: Sequence[str], reason: str) -> None:
        self.refused.append(Refused(table.sheet.name, at, tuple(str(cell) for cell in row), reason))

    def _add(self, entry: Any, at: int) -> None:
        key = key_of(self.code, entry)
        known, before = self.entries.get(key, (entry, at))
        both = _together(known, entry)
        if both is None:
            raise ValueError(f"row {before} says something else of the same entry")
        self.entries[key] = both, before


def _together(left: Any, right: Any) -> Any:
    """One entry of two rows that differ in their lists alone (an account a row); None where they differ otherwise."""
    lists: dict[str, tuple[str, ...]] = {}
    for one in fields(left):
        ours, theirs = getattr(left, one.name), getattr(right, one.name)
        if isinstance(ours, tuple) and isinstance(theirs, tuple):
            lists[one.name] = tuple(dict.fromkeys((*ours, *theirs)))
        elif ours != theirs:
            return None
    return replace(left, **lists)
