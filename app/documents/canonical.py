"""The canonical document as JSON, in and out: strict in, exact out.

The shape is read off the dataclasses of `document.py`, so that a new field needs no second place.
"""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from app.documents.document import Document
from app.documents.evidence import Evidence
from app.documents.kinds import KINDS
from app.documents.money import currencies, exact
from app.documents.units import is_unit
from app.errors import MalformedError, MalformedListError

T = TypeVar("T")

_LONGEST_TEXT = 10_000
_MOST_ENTRIES = 20_000

Errors = list[MalformedError]


def read(value: object) -> Document:
    """The document that a canonical JSON value describes.

    Raises:
        MalformedListError: names every place that breaks the format; unknown fields are refused.
    """
    errors: Errors = []
    document = _object(Document, value, "", errors)
    if document is not None and not errors:
        _agrees(document, errors)
    if errors or document is None:
        raise MalformedListError(tuple(errors))
    return document


def write(document: Document, *, evidence: bool = True) -> dict[str, Any]:
    """The canonical JSON of a document; `read` gives the same document back."""
    out = _dump(document)
    if not evidence or not out["evidence"]:
        del out["evidence"]
    return typing.cast("dict[str, Any]", out)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the canonical document, for the API's description."""
    return _schema_of(Document, top=True)


def read_as(cls: type[T], value: object, pointer: str = "") -> T:
    """A value of that dataclass from JSON, by the same rules as a document.

    Raises:
        MalformedListError: names every place that breaks the format; unknown fields are refused.
    """
    errors: Errors = []
    found = _object(cls, value, pointer, errors)
    if errors or found is None:
        raise MalformedListError(tuple(errors))
    return found


def write_as(value: Any) -> dict[str, Any]:
    """The JSON of a dataclass; `read_as` gives the same value back. What is not known is left out."""
    return {name: entry for name, entry in _dump(value).items() if entry is not None and entry != []}


def schema_as(cls: type[Any]) -> dict[str, Any]:
    """The JSON Schema of that dataclass."""
    return _schema_of(cls)


def _agrees(document: Document, errors: Errors) -> None:
    """What the types alone cannot say."""
    if document.kind not in KINDS:
        errors.append(MalformedError("/kind", f"one of {', '.join(KINDS)}"))
    if document.currency is not None and document.currency not in currencies():
        errors.append(MalformedError("/currency", "not an ISO 4217 currency code"))
    for at, line in enumerate(document.lines):
        if line.unit is not None and not is_unit(line.unit):
            errors.append(
                MalformedError(f"/lines/{at}/unit", "not a UN/ECE Rec 20 code; put the printed word in unit_text")
            )
        if line.price_base_quantity is not None and line.price_base_quantity <= 0:
            errors.append(MalformedError(f"/lines/{at}/price_base_quantity", "must be above zero"))
        if line.match_way is not None and line.match_way not in {2, 3, 4}:
            errors.append(MalformedError(f"/lines/{at}/match_way", "one of 2, 3, 4"))


# ── in ──────────────────────────────────────────────────────────────────────────────────────────


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@cache
def _shape(cls: Any) -> tuple[tuple[Field[Any], Any], ...]:
    hints = typing.get_type_hints(cls)
    return tuple((entry, hints[entry.name]) for entry in fields(cls))


def _object(cls: type[T], value: object, pointer: str, errors: Errors) -> T | None:
    if not isinstance(value, dict):
        errors.append(MalformedError(pointer, "an object is expected here"))
        return None
    shape = _shape(typing.cast("Any", cls))
    names = {entry.name for entry, _ in shape}
    errors.extend(
        MalformedError(f"{pointer}/{_escape(str(name))}", "unknown field") for name in value if name not in names
    )
    found: dict[str, Any] = {}
    before = len(errors)
    for entry, hint in shape:
        given = value.get(entry.name)
        if given is None:
            if entry.default is MISSING and entry.default_factory is MISSING:
                errors.append(MalformedError(f"{pointer}/{entry.name}", "missing"))
            continue
        found[entry.name] = _value(hint, given, f"{pointer}/{entry.name}", errors)
    return cls(**found) if len(errors) == before else None


def _value(hint: Any, value: object, pointer: str, errors: Errors) -> Any:
    hint = _without_none(hint)
    origin = typing.get_origin(hint)
    try:
        if origin is tuple:
            return _sequence(hint, value, pointer, errors)
        if origin is not None and issubclass(origin, Mapping):
            return _mapping(typing.get_args(hint)[1], value, pointer, errors)
        if is_dataclass(hint):
            return _object(typing.cast("type[Any]", hint), value, pointer, errors)
        if issubclass(hint, Enum):
            return _choice(hint, value, pointer)
        return _SCALARS[hint](value, pointer)
    except MalformedError as error:
        errors.append(error)
        return None


@cache
def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in {types.UnionType, typing.Union}:
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint


def _sequence(hint: Any, value: object, pointer: str, errors: Errors) -> Any:
    if not isinstance(value, list):
        raise MalformedError(pointer, "a list is expected here")
    if len(value) > _MOST_ENTRIES:
        raise MalformedError(pointer, f"more than {_MOST_ENTRIES} entries")
    inner = typing.get_args(hint)
    if inner[-1] is not Ellipsis and len(value) != len(inner):
        raise MalformedError(pointer, f"{len(inner)} entries are expected here")
    return tuple(_value(inner[0], entry, f"{pointer}/{at}", errors) for at, entry in enumerate(value))


def _mapping(inner: Any, value: object, pointer: str, errors: Errors) -> Any:
    if not isinstance(value, dict):
        raise MalformedError(pointer, "an object is expected here")
    if len(value) > _MOST_ENTRIES * 10:
        raise MalformedError(pointer, f"more than {_MOST_ENTRIES * 10} entries")
    return {name: _value(inner, entry, f"{pointer}/{_escape(name)}", errors) for name, entry in value.items()}


def _choice(hint: type[Enum], value: object, pointer: str) -> Enum:
    try:
        return hint(value)
    except ValueError:
        raise MalformedError(pointer, f"one of {', '.join(str(entry.value) for entry in hint)}") from None


def _text(value: object, pointer: str) -> str:
    if not isinstance(value, str):
        raise MalformedError(pointer, "a string is expected here")
    if len(value) > _LONGEST_TEXT:
        raise MalformedError(pointer, f"longer than {_LONGEST_TEXT} characters")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise MalformedError(pointer, "has a character that text cannot hold")
    return value


def _flag(value: object, pointer: str) -> bool:
    if not isinstance(value, bool):
        raise MalformedError(pointer, "true or false is expected here")
    return value


def _whole(value: object, pointer: str) -> int:
    # Counts (page, 2/3/4-way, days) are whole JSON numbers; sums and quantities never are.
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 (a count)
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise MalformedError(pointer, "a whole number is expected here")
    return value


def _day(value: object, pointer: str) -> date:
    try:
        return date.fromisoformat(_text(value, pointer))
    except ValueError:
        raise MalformedError(pointer, "not a date such as 2026-10-30") from None


def _moment(value: object, pointer: str) -> datetime:
    try:
        found = datetime.fromisoformat(_text(value, pointer))
    except ValueError:
        raise MalformedError(pointer, "not a time such as 2026-10-30T09:14:00Z (RFC 3339)") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


_SCALARS: Mapping[Any, Callable[[object, str], Any]] = {
    str: _text,
    bool: _flag,
    int: _whole,
    Decimal: exact,
    date: _day,
    datetime: _moment,
}

# ── out ─────────────────────────────────────────────────────────────────────────────────────────


#: Of each value's evidence only what a person stated says who and when.
_UNTOLD = ("by", "at")


def _dump(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_dump(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: _dump(entry) for name, entry in value.items()}
    left = _UNTOLD if isinstance(value, Evidence) and value.by is None else ()
    return {entry.name: _dump(getattr(value, entry.name)) for entry in fields(value) if entry.name not in left}


# ── schema ──────────────────────────────────────────────────────────────────────────────────────

_SCALAR_SCHEMAS: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string", "maxLength": _LONGEST_TEXT},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]{1,30}(\.[0-9]{1,29})?$"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}


def _schema_of(hint: Any, *, top: bool = False) -> dict[str, Any]:
    hint = _without_none(hint)
    origin = typing.get_origin(hint)
    if origin is tuple:
        inner = typing.get_args(hint)
        return {"type": "array", "items": _nullable(_schema_of(inner[0]), nullable=False)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema_of(typing.get_args(hint)[1])}
    if is_dataclass(hint):
        shape = _shape(typing.cast("type", hint))
        required = [e.name for e, _ in shape if e.default is MISSING and e.default_factory is MISSING]
        properties = {e.name: _nullable(_schema_of(h), nullable=e.name not in required) for e, h in shape}
        if top:
            properties["kind"] = {"type": "string", "enum": list(KINDS)}
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    if issubclass(hint, Enum):
        return {"type": "string", "enum": [entry.value for entry in hint]}
    return dict(_SCALAR_SCHEMAS[hint])


def _nullable(inner: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    return {"anyOf": [inner, {"type": "null"}]} if nullable else inner
