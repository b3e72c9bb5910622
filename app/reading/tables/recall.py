"""Recall: the columns that were told of an earlier table compete with those that the headings propose."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.reading.layouts.contest import LOST, USED, different, proof
from app.reading.layouts.layout import Use
from app.reading.reading import Reading, Verdict
from app.reading.tables.cells import Sheet
from app.reading.tables.told import Applied, Mapped, Told, applied, mark

_MOST_GIVEN = 200
_OFFER: ContextVar[tuple[Told, ...]] = ContextVar("tables", default=())

#: Reads the sheets by their columns.
Read = Callable[[Mapped], Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a file says by the columns that a person told, beside what it says by the headings alone.

    `wrong` says which of the keys lead nowhere, and why; `kept` are the keys under which the columns are remembered,
    `marks` the digests of the headings that they are remembered for.
    """

    reading: Reading
    proposed: Reading
    wrong: Mapping[str, str]
    kept: Mapping[str, str | None]
    marks: tuple[str, ...]

    @property
    def is_worse(self) -> bool:
        """Whether the arithmetic of the proposal proves more."""
        return _worse(self.reading, self.proposed)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same back."""
        return {
            "reading": self.reading.to_json(),
            "proposed": self.proposed.to_json(),
            "wrong": dict(self.wrong),
            "kept": dict(self.kept),
            "marks": list(self.marks),
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Tried":
        """What the JSON describes; strict, because it comes from a sandbox.

        Raises:
            ValueError: it is none.
        """
        try:
            return Tried(
                reading=Reading.from_json(value["reading"]),
                proposed=Reading.from_json(value["proposed"]),
                wrong={str(key): str(why) for key, why in value["wrong"].items()},
                kept=Told.from_json({"columns": value["kept"], "memory": "", "version": 0}).columns,
                marks=tuple(str(entry) for entry in value["marks"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a reading of a table: {error!r}") from error


@contextmanager
def remembering(told: Sequence[Told]) -> Iterator[None]:
    """Within, tables are read with these columns in mind."""
    before = _OFFER.set(tuple(told))
    try:
        yield
    finally:
        _OFFER.reset(before)


def is_remembering() -> bool:
    """Whether columns of an earlier table are on offer."""
    return bool(_OFFER.get())


def recalled(sheets: Sequence[Sheet], proposed: Reading, read: Read) -> Reading:
    """The proposed reading, or the one by the newest columns that fit, unless the arithmetic speaks against them."""
    for told in _OFFER.get():
        found = applied(sheets, told.columns)
        if not found.wrong:
            return _contest(told, read(found.mapped), proposed)
    return proposed


def tried(sheets: Sequence[Sheet], columns: Mapping[str, str | None], proposed: Reading, read: Read) -> Tried:
    """The reading by what a person says of the columns: it counts, and is compared."""
    found = applied(sheets, columns)
    reading = Reading(Verdict.MALFORMED, "Columns were named that the file does not have.")
    reading = reading if found.wrong else read(found.mapped)
    return Tried(
        reading=reading, proposed=proposed, wrong=found.wrong, kept=found.kept, marks=_marks(found, proposed, sheets)
    )


def _marks(found: Applied, proposed: Reading, sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """The headings of the sheets of which something was told, as they are now and as the next file proposes them."""
    names = {sheets[number].name for number in found.sheets}
    told = [head.told(sheet) for sheet, head in found.mapped if head is not None and head.said]
    before = [table for table in proposed.tables if table.sheet in names]
    return tuple(dict.fromkeys(mark(table) for table in (*told, *before)))


def _contest(told: Told, mine: Reading, proposed: Reading) -> Reading:
    lost = _worse(mine, proposed)
    chosen = proposed if lost else mine
    uses = []
    for at, document in enumerate(chosen.documents or (None,)):
        gave: tuple[str, ...] = ()
        if not lost and document is not None:
            before = proposed.documents[at] if at < len(proposed.documents) else replace(document, lines=())
            gave = tuple(different(before, document))[:_MOST_GIVEN]
        outcome = LOST if lost else USED
        uses.append(Use(document=at, memory=told.memory, version=told.version, outcome=outcome, gave=gave))
    return replace(chosen, layouts=tuple(uses))


def _worse(mine: Reading, proposed: Reading) -> bool:
    """Whether the first reading gives nothing, or its arithmetic proves less than the other's."""
    return mine.verdict is not Verdict.OK or _proof(mine) < _proof(proposed)


def _proof(reading: Reading) -> Decimal:
    return sum((proof(document) for document in reading.documents), Decimal(0))
