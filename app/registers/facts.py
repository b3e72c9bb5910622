"""The facts of one match: what the registers said at that moment."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from app.documents import canonical
from app.errors import MalformedError, MalformedListError
from app.registers.register import REGISTERS

T = TypeVar("T")
#: The most entries that a register holds, and the longest key of one.
MOST_ENTRIES = 200_000
_LONGEST_KEY = 200
Finder = Callable[[T], Iterable[str | None]]


def digest_of(told: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of entries in their JSON form."""
    return hashlib.sha256(json.dumps(list(told), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Sheet(Generic[T]):
    """The entries of one register, found by what they hold without looking at each."""

    entries: tuple[T, ...]
    _indexes: dict[Any, dict[str, list[T]]] = field(default_factory=dict, compare=False, repr=False)
    _lists: dict[Any, tuple[list[str], list[T]]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the entries."""
        return digest_of(canonical.write_as(entry) for entry in self.entries)

    def where(self, finder: Finder[T], key: str | None) -> Sequence[T]:
        """The entries under that key; `finder` gives the keys of an entry and must be a module's own function."""
        if key is None:
            return ()
        index = self._indexes.get(finder)
        if index is None:
            index = {}
            for entry in self.entries:
                for name in {name for name in finder(entry) if name}:
                    index.setdefault(name, []).append(entry)
            self._indexes[finder] = index
        return index.get(key, ())

    def listed(self, finder: Finder[T]) -> tuple[list[str], list[T]]:
        """All keys that `finder` gives, and beside each the entry it is of: for comparing with every one."""
        found = self._lists.get(finder)
        if found is None:
            pairs = [(name, entry) for entry in self.entries for name in finder(entry) if name]
            found = [name for name, _ in pairs], [entry for _, entry in pairs]
            self._lists[finder] = found
        return found


@dataclass(frozen=True)
class Facts:
    """The registers on file; one that was never imported is None, and that is not the same as an empty one."""

    sheets: Mapping[str, Sheet[Any]] = field(default_factory=dict)

    def on_file(self, code: str) -> bool:
        """Whether that register was ever imported."""
        return code in self.sheets

    def sheet(self, entry: type[T]) -> Sheet[T]:
        """The register of those entries; empty where there is none on file."""
        return self.sheets.get(_CODES[entry], _EMPTY)

    def digests(self) -> dict[str, str]:
        """What each register held."""
        return {code: self.sheets[code].digest for code in sorted(self.sheets)}

    @classmethod
    def of(cls, *entries: Any, on_file: Iterable[str] = ()) -> "Facts":
        """Facts from entries of any registers; `on_file` names registers that are there even if empty."""
        sheets: dict[str, list[Any]] = {code: [] for code in on_file}
        for entry in entries:
            sheets.setdefault(_CODES[type(entry)], []).append(entry)
        return cls({code: Sheet(tuple(rows)) for code, rows in sheets.items()})

    @classmethod
    def read(cls, value: object, pointer: str = "") -> "Facts":
        """From JSON: an object with one list of entries a register.

        Raises:
            MalformedListError: names every place that breaks the format.
        """
        if not isinstance(value, dict):
            raise MalformedListError((MalformedError(pointer, "an object is expected here"),))
        errors: list[MalformedError] = []
        sheets: dict[str, Sheet[Any]] = {}
        for code, rows in value.items():
            if code not in REGISTERS:
                errors.append(MalformedError(f"{pointer}/{code}", f"one of {', '.join(REGISTERS)}"))
            elif not isinstance(rows, list):
                errors.append(MalformedError(f"{pointer}/{code}", "a list is expected here"))
            else:
                sheets[code] = Sheet(tuple(_entries(code, rows, f"{pointer}/{code}", errors)))
        if errors:
            raise MalformedListError(tuple(errors))
        return cls(sheets)


def keyed(code: str, rows: object, pointer: str) -> dict[str, Any]:
    """The entries of one register from a JSON list, by their keys.

    Raises:
        MalformedListError: names every place that breaks the format, and every entry that comes twice.
    """
    if not isinstance(rows, list) or len(rows) > MOST_ENTRIES:
        raise MalformedListError((MalformedError(pointer, f"a list of at most {MOST_ENTRIES} entries"),))
    errors: list[MalformedError] = []
    found: dict[str, Any] = {}
    places: dict[str, int] = {}
    for at, row in enumerate(rows):
        for entry in _entries(code, [row], pointer, errors, start=at):
            key = key_of(code, entry)
            if key in found:
                errors.append(MalformedError(f"{pointer}/{at}", f"the same as entry {places[key]} by what names it"))
            found[key], places[key] = entry, at
    if errors:
        raise MalformedListError(tuple(errors))
    return found


def key_of(code: str, entry: Any) -> str:
    """What tells the entry from the others, at most 200 characters: the end of a longer one becomes a digest."""
    key = REGISTERS[code].key(entry)
    if len(key) <= _LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: _LONGEST_KEY - len(digest)]}{digest}"


def _entries(
    code: str, rows: list[object], pointer: str, errors: list[MalformedError], start: int = 0
) -> Iterable[Any]:
    for at, row in enumerate(rows, start):
        try:
            yield canonical.read_as(REGISTERS[code].entry, row, f"{pointer}/{at}")
        except MalformedListError as error:
            errors.extend(error.errors)


class _Codes(dict[type, str]):
    """The code of the register that an entry belongs to."""

    def __missing__(self, entry: type) -> str:
        code = next(code for code, register in REGISTERS.items() if register.entry is entry)
        self[entry] = code
        return code


_CODES = _Codes()
_EMPTY: Sheet[Any] = Sheet(())
#: No register on file.
NOTHING = Facts()
