"""Corrections: what a person says a document states, put into it value by value."""

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from app.documents import canonical
from app.documents.document import Document
from app.documents.evidence import Box, Evidence, Method
from app.errors import MalformedError, MalformedListError

#: What a correction cannot change: where values stood.
_FIXED = frozenset({"", "evidence"})
_LISTS = frozenset({"lines", "charges", "allowances", "tax_breakdown"})
_NEW = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One correction: the value at the pointer (RFC 6901), and where on paper it stands, if it does.

    None at the place of a line takes the line away; `/lines/-` adds one.
    """

    pointer: str
    value: Any
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The document as corrected, and under which pointer each change stands in it (None: it took a line away)."""

    document: Document
    places: tuple[str | None, ...]


def corrected(document: Document, changes: Sequence[Change], *, by: str, at: datetime) -> Corrected:
    """The document with the changes; all pointers mean the document as it was.

    Raises:
        MalformedListError: a pointer leads nowhere, or a value does not fit there; names `/corrections/…`.
    """
    body = canonical.write(document, evidence=False)
    errors: list[MalformedError] = []
    added: dict[int, str] = {}
    for number, change in enumerate(changes):
        try:
            added[number] = _put(body, change)
        except MalformedError as error:
            errors.append(MalformedError(f"/corrections/{number}/pointer", error.detail))
    if errors:
        raise MalformedListError(tuple(errors))
    _is_well_formed(body, changes, added)
    evidence = dict(document.evidence)
    for number, change in enumerate(changes):
        _note(evidence, added[number], change, by=by, at=at)
    gone = sorted(
        {pointer for number, pointer in added.items() if changes[number].value is None and _is_entry(pointer)},
        key=lambda pointer: (pointer.rpartition("/")[0], -int(pointer.rpartition("/")[2])),
    )
    for pointer in gone:
        name, _, index = pointer[1:].rpartition("/")
        del body[name][int(index)]
        evidence = _closed_up(evidence, name, int(index))
    places = tuple(_after(added[number], gone) for number in range(len(changes)))
    return Corrected(replace(canonical.read(body), evidence=evidence), places)


@lru_cache(maxsize=2000)
def type_of(pointer: str) -> Any:
    """The type of the value at the pointer of a canonical document (str, Decimal, date …); None where there is none."""
    hint: Any = Document
    for part in pointer.split("/")[1:]:
        hint = _without_none(hint)
        if is_dataclass(hint):
            hint = typing.get_type_hints(hint).get(part) if part in {entry.name for entry in fields(hint)} else None
        elif typing.get_origin(hint) is tuple and (part.isdigit() or part == _NEW):
            hint = typing.get_args(hint)[0]
        else:
            return None
    return _without_none(hint)


def value_at(body: Any, pointer: str) -> Any:
    """The value at the pointer of a canonical JSON value; None where there is none."""
    for part in pointer.split("/")[1:]:
        if isinstance(body, dict):
            body = body.get(part)
        elif isinstance(body, list) and part.isdigit() and int(part) < len(body):
            body = body[int(part)]
        else:
            return None
    return body


def _without_none(hint: Any) -> Any:
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    return parts[0] if type(None) in typing.get_args(hint) else hint


def _put(body: dict[str, Any], change: Change) -> str:
    """Set the value, and give the pointer it stands under."""
    parts = change.pointer.split("/")
    if change.pointer[:1] != "/" or parts[1] in _FIXED or (parts[1] in _LISTS and len(parts) == 2):  # noqa: PLR2004 (the list itself)
        raise MalformedError("", "not the place of a value, such as /number or /lines/0/quantity")
    if type_of(change.pointer) is None:
        raise MalformedError("", "a document has no such place")
    home: Any = body
    for part, following in pairwise(parts[1:]):
        if isinstance(home, list):
            home = home[_index(home, part)]
            continue
        if home.get(part) is None:
            home[part] = [] if following in {_NEW, "0"} and part in _LISTS else {}
        home = home[part]
    last = parts[-1]
    if isinstance(home, list):
        if last == _NEW:
            if change.value is None:
                raise MalformedError("", "nothing to add: the value is missing")
            home.append(change.value)
            return f"{change.pointer[:-1]}{len(home) - 1}"
        index = _index(home, last)
        if change.value is not None:
            home[index] = change.value
        return change.pointer
    home[last] = change.value
    return change.pointer


def _index(home: list[Any], part: str) -> int:
    if not part.isdigit() or int(part) >= len(home):
        raise MalformedError("", f"there are {len(home)} entries, counted from 0")
    return int(part)


def _is_entry(pointer: str) -> bool:
    parts = pointer.split("/")
    return len(parts) == 3 and parts[1] in _LISTS  # noqa: PLR2004 (/lines/0)


def _is_well_formed(body: dict[str, Any], changes: Sequence[Change], added: Mapping[int, str]) -> None:
    """Whether the document is one; what breaks it is told by the correction that brought it."""
    try:
        canonical.read(body)
    except MalformedListError as error:
        told = []
        for found in error.errors:
            number = next(
                (n for n, pointer in added.items() if f"{found.pointer}/".startswith(f"{pointer}/")), len(changes) - 1
            )
            rest = found.pointer.removeprefix(added[number])
            told.append(MalformedError(f"/corrections/{number}/value{rest}", found.detail))
        raise MalformedListError(tuple(told)) from None


def _note(evidence: dict[str, Evidence], pointer: str, change: Change, *, by: str, at: datetime) -> None:
    """Evidence of what a person said, in place of what was read there."""
    for known in [known for known in evidence if f"{known}/".startswith(f"{pointer}/")]:
        del evidence[known]
    if change.value is None:
        return
    entry = Evidence(page=change.page, box=change.box, method=Method.PERSON, score=Decimal(1), by=by, at=at)
    for told in _told(pointer, change.value):
        evidence[told] = entry


def _told(pointer: str, value: Any) -> list[str]:
    """The pointers of all values in a value."""
    if isinstance(value, dict):
        return [found for name, part in value.items() if part is not None for found in _told(f"{pointer}/{name}", part)]
    return [pointer]


def _closed_up(evidence: Mapping[str, Evidence], name: str, gone: int) -> dict[str, Evidence]:
    """The evidence when an entry of a list is gone and the later ones have moved up."""
    out = {}
    for pointer, entry in evidence.items():
        moved = _moved(pointer, name, gone)
        if moved is not None:
            out[moved] = entry
    return out


def _moved(pointer: str, name: str, gone: int) -> str | None:
    parts = pointer.split("/")
    if len(parts) < 3 or parts[1] != name or not parts[2].isdigit():  # noqa: PLR2004 (/lines/0)
        return pointer
    index = int(parts[2])
    if index == gone:
        return None
    return "/".join([*parts[:2], str(index - (index > gone)), *parts[3:]])


def _after(pointer: str, gone: Sequence[str]) -> str | None:
    found: str | None = pointer
    for entry in gone:
        name, _, index = entry[1:].rpartition("/")
        found = _moved(found, name, int(index)) if found is not None else None
    return found
