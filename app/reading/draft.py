"""Drafts: values with the place they stood at, until they become a document with evidence."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.documents.document import Line
from app.documents.evidence import Evidence, Method
from app.reading.tokens import Seen

_METHODS = {"pdf": Method.PDF, "ocr": Method.OCR}


@dataclass(slots=True, frozen=True)
class Value:
    """A value, where it stood and how sure the reader is."""

    value: Any
    seen: Seen
    score: float = 0.9
    derived: bool = False


@dataclass(slots=True)
class DraftLine:
    """A line with the places of its values by field name."""

    line: Line
    values: dict[str, Value] = field(default_factory=dict)


def evidence_of(value: Value) -> Evidence:
    """The value's place as the canonical document states it."""
    method = Method.DERIVED if value.derived else _METHODS[value.seen.source]
    x0, top, x1, bottom = (Decimal(f"{side:.2f}") for side in value.seen.box)
    score = min(max(value.score * value.seen.score, 0.0), 1.0)
    return Evidence(
        page=value.seen.page,
        box=(x0, top, x1, bottom),
        text=value.seen.text[:2000],
        method=method,
        score=Decimal(f"{score:.3f}"),
    )
