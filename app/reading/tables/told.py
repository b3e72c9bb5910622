"""Told: the columns of a table as a person said them, resolved on the sheets of a file."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.reading.lexicon import words
from app.reading.reading import Headings
from app.reading.tables import mapping
from app.reading.tables.cells import Sheet
from app.reading.tables.mapping import DEEPEST_HEAD, FIELDS, says_enough

#: At most so many columns are told of one file.
MOST = 500
_LONGEST = 200
_NOWHERE = "no heading of this file, and no cell of the row of its headings"
_LITTLE = (
    "these columns do not make documents: one has to say what the goods or the document are, and one a quantity, a"
    " price or a sum"
)
_SEVERAL = "stands over several columns: name the cell, such as B1 or Lines!B1"

#: The sheets of a file, each with the columns that it is read by.
Mapped = list[tuple[Sheet, mapping.Mapping | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Which heading or cell is which field (None: it is not used), and the memory that this was remembered as."""

    columns: Mapping[str, str | None]
    memory: str = ""
    version: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same back."""
        return {"columns": dict(self.columns), "memory": self.memory, "version": self.version}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Told":
        """What the JSON describes.

        Raises:
            ValueError: it is none.
        """
        try:
            columns = {str(key): None if field is None else str(field) for key, field in value["columns"].items()}
            return Told(columns=columns, memory=str(value["memory"]), version=int(value["version"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not the columns of a table: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Applied:
    """The sheets as they were told; which keys lead nowhere and why; the keys that name the same columns next time.

    `sheets` are the numbers of the sheets of which something was told.
    """

    mapped: Mapped
    wrong: Mapping[str, str]
    kept: Mapping[str, str | None]
    sheets: tuple[int, ...]


def mark(table: Headings) -> str:
    """The digest of a table's headings, by which the next table with the same ones is known."""
    said = "\x1f".join(" ".join(words(entry.heading)) or entry.heading.strip() for entry in table.columns)
    return hashlib.sha256(said.encode()).hexdigest()


def applied(sheets: Sequence[Sheet], columns: Mapping[str, str | None]) -> Applied:
    """The columns of the sheets as they are told; what is not told stays as it is proposed."""
    wrong = {key: "no such field" for key, field in columns.items() if field is not None and field not in FIELDS}
    found: dict[str, list[tuple[int, int]]] = {key: [] for key in columns}
    mapped: Mapped = []
    for number, sheet in enumerate(sheets):
        head, places = _head(sheet, columns)
        mapped.append((sheet, mapping.propose(sheet) if head is None else _told(head, places, columns)))
        for key, at in places.items():
            found[key] += [(number, column) for column in at]
            if len(at) > 1:
                wrong.setdefault(key, _SEVERAL)
        wrong |= {key: why for key, why in _twice(places, columns) if key not in wrong}
    for key, stands in found.items():
        if not stands:
            wrong.setdefault(key, _NOWHERE)
    if not wrong and not any(head is not None and says_enough(head.columns.values()) for _, head in mapped):
        wrong = {"": _LITTLE}
    kept = {} if wrong else _kept(mapped, found, columns)
    return Applied(mapped, wrong, kept, tuple(sorted({number for at in found.values() for number, _ in at})))


def _head(sheet: Sheet, keys: Mapping[str, str | None]) -> tuple[mapping.Mapping | None, dict[str, list[int]]]:
    """The row of headings that most keys speak of, and the columns of each key."""
    best: tuple[mapping.Mapping | None, dict[str, list[int]]] = (None, {})
    for head in _heads(sheet, keys):
        places = {key: at for key in keys if (at := _columns(sheet, head, key))}
        if len(places) > len(best[1]):
            best = head, places
    return best


def _heads(sheet: Sheet, keys: Mapping[str, str | None]) -> Iterator[mapping.Mapping]:
    """What may be the headings, the likeliest first."""
    yield from (head for head in (mapping.propose(sheet), mapping.guess(sheet)) if head is not None)
    said = {key.strip().casefold() for key in keys}
    for at, row in enumerate(sheet.rows[:DEEPEST_HEAD]):
        cells = {cell.strip().casefold() for cell in row} | {sheet.path(at, c).casefold() for c in range(len(row))}
        if said & cells:
            yield mapping.alone(sheet, at)


def _columns(sheet: Sheet, head: mapping.Mapping, key: str) -> list[int]:
    """The columns that the key names: by the heading as it stands, by its words, by the cell."""
    headings = head.headings(sheet)
    plain, folded = key.strip().casefold(), words(key)
    exact = [at for at, heading in enumerate(headings) if heading and heading.strip().casefold()[:_LONGEST] == plain]
    alike = [at for at, heading in enumerate(headings) if folded and words(heading) == folded]
    cells = [at for at in range(len(headings)) if sheet.path(head.row, at).casefold() == plain]
    return exact or alike or cells


def _told(
    head: mapping.Mapping, places: Mapping[str, Sequence[int]], columns: Mapping[str, str | None]
) -> mapping.Mapping:
    said = {at: columns[key] for key, where in places.items() for at in where}
    taken = set(said.values())
    proposed = {at: name for at, name in head.columns.items() if at not in said and name not in taken}
    fields = proposed | {at: name for at, name in said.items() if name is not None}
    return replace(head, columns=dict(sorted(fields.items())), said=frozenset(said))


def _twice(places: Mapping[str, Sequence[int]], columns: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """Keys of a field, or of a column, that another key has named already."""
    fields: dict[str, str] = {}
    named: dict[int, str] = {}
    for key, where in places.items():
        field = columns[key]
        if field is not None and fields.setdefault(field, key) != key:
            yield key, f"{fields[field]!r} is {field} already"
        if any(named.setdefault(at, key) != key for at in where):
            yield key, "another entry names the same column"


def _kept(
    mapped: Mapped, found: Mapping[str, Sequence[tuple[int, int]]], columns: Mapping[str, str | None]
) -> dict[str, str | None]:
    """The keys as they are remembered: by the heading where the file has it once, else as they were told."""
    headings = {
        (number, at): heading.strip()[:_LONGEST]
        for number, (sheet, head) in enumerate(mapped)
        if head is not None
        for at, heading in enumerate(head.headings(sheet))
        if heading.strip()
    }
    often = Counter(words(heading) or (heading,) for heading in headings.values())
    kept: dict[str, str | None] = {}
    for key, places in found.items():
        heading = headings.get(places[0]) if len(places) == 1 else None
        once = heading is not None and often[words(heading) or (heading,)] == 1
        kept[heading if once and heading is not None else key] = columns[key]
    return kept
