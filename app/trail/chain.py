"""The hash chain: an entry's digest covers its content and the digest of the entry before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

#: The digest before the first entry.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One step: who did what to which subject when, with what facts, and the link to the step before."""

    seq: int
    at: datetime
    actor: str
    event: str
    subject: str
    body: Mapping[str, Any]
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and why."""

    seq: int
    reason: str


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: the same facts give the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(
    *, seq: int, at: datetime, actor: str, event: str, subject: str, body: Mapping[str, Any], previous: str
) -> str:
    """SHA-256 over the entry's content and the digest before it, in hex."""
    content = [seq, at.astimezone(UTC).isoformat(), actor, event, subject, body, previous]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def sealed(
    *, seq: int, at: datetime, actor: str, event: str, subject: str, body: Mapping[str, Any], previous: str
) -> Entry:
    """The entry with its digest."""
    found = digest(seq=seq, at=at, actor=actor, event=event, subject=subject, body=body, previous=previous)
    return Entry(seq=seq, at=at, actor=actor, event=event, subject=subject, body=body, previous=previous, digest=found)


def verify(entries: Iterable[Entry], *, previous: str = GENESIS, seq: int = 0) -> Break | None:
    """The first place where the chain breaks, or None: a gap, a reordering, or a changed entry.

    `previous` and `seq` are the digest and number of the entry before the first one given. A tail that
    was cut off cannot be seen from the entries alone: compare the head with a copy held elsewhere.
    """
    for entry in entries:
        if entry.seq != seq + 1:
            return Break(entry.seq, f"entry {seq + 1} is missing")
        if entry.previous != previous:
            return Break(entry.seq, "does not follow the entry before it")
        found = digest(
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            event=entry.event,
            subject=entry.subject,
            body=entry.body,
            previous=entry.previous,
        )
        if found != entry.digest:
            return Break(entry.seq, "was changed after it was written")
        seq, previous = entry.seq, entry.digest
    return None
