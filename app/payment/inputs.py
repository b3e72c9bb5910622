"""What a judgement rests on, as one digest: whatever could change a finding changes it."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any

from app.documents.canonical import write
from app.documents.document import Document
from app.linking.filed import Filed
from app.linking.ledger import Entry
from app.linking.link import LineOf
from app.linking.voucher import Voucher
from app.matching import policy_json
from app.matching.policy import Policy
from app.registers import Facts
from app.trail.chain import canonical


def content_digest(document: Document) -> str:
    """SHA-256 of what a document says and where it says it."""
    return hashlib.sha256(canonical(write(document)).encode()).hexdigest()


def digest_of(voucher: Voucher, policy: Policy, waived: Collection[str] = ()) -> str:
    """SHA-256 of all that the judgement rests on.

    The whole voucher, each paper by the digest of its content with its place in the order of arrival, its
    standing and its doubts; the policy; the day; the waivers; the registers; earlier runs.
    """
    seen: dict[str, Filed] = {}
    facts = {
        "voucher": _told(voucher, seen),
        "policy": policy_json.stored(policy),
        "waived": sorted(waived),
    }
    facts["papers"] = [paper_told(paper) for _, paper in sorted(seen.items())]
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def paper_told(paper: Filed) -> dict[str, Any]:
    """A paper on file as the record of a match's inputs names it; the content by its digest."""
    return {
        "id": paper.id,
        "sequence": paper.sequence,
        "arrived_at": paper.arrived_at.isoformat(),
        "standing": paper.standing.value,
        "unread": paper.unread,
        "kind": paper.document.kind,
        "sha256": paper.content_sha256 or content_digest(paper.document),
        "doubts": [_told(doubt, {}) for doubt in paper.doubts],
    }


def _told(value: Any, seen: dict[str, Filed]) -> Any:
    """Any part of a voucher as JSON; papers are named, and noted in `seen`."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_told(entry, seen) for entry in value]
    if isinstance(value, Mapping):
        return {str(name): _told(entry, seen) for name, entry in value.items()}
    return _named(value, seen)


def _named(value: Any, seen: dict[str, Filed]) -> Any:
    if isinstance(value, Filed):
        seen[value.id] = value
        return value.id
    if isinstance(value, LineOf):
        seen[value.filed.id] = value.filed
        return [value.filed.id, value.at]
    if isinstance(value, Facts):
        return value.digests()
    if isinstance(value, Entry):
        # What stood there before and the other lines that fit follow from the entries themselves.
        return [_told(getattr(value, name), seen) for name in _POSTED]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _told(getattr(value, name), seen) for name in _names(type(value))}
    raise TypeError(f"{type(value).__name__} has no place in a digest")


_POSTED = ("line", "order", "kind", "quantity", "item", "net", "charges", "share", "refers_to")


@cache
def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(cls))
