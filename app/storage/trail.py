"""The trail in the database: append, list, verify. There is no function that changes or deletes."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Row, insert, select

from app.storage.database import AnySession, WriteSession, lock
from app.storage.tables import TRAIL
from app.trail.chain import GENESIS, Break, Entry, sealed, verify
from app.trail.events import Event, InvoiceMatched

_BATCH = 1000


def append(session: WriteSession, *, tenant: str, at: datetime, actor: str, event: Event) -> Entry:
    """Write the event as the next entry, in the caller's transaction."""
    lock(session, f"trail:{tenant}")
    last = head(session, tenant=tenant)
    entry = sealed(
        seq=last.seq + 1 if last else 1,
        at=at,
        actor=actor,
        event=event.code,
        subject=event.subject,
        body=event.body(),
        previous=last.digest if last else GENESIS,
    )
    session.execute(
        insert(TRAIL).values(
            tenant=tenant,
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            event=entry.event,
            subject=entry.subject,
            body=dict(entry.body),
            previous=entry.previous,
            digest=entry.digest,
        )
    )
    return entry


def head(session: AnySession, *, tenant: str) -> Entry | None:
    """The last entry: its digest, held elsewhere, shows later that no tail was cut off."""
    row = session.execute(select(TRAIL).where(TRAIL.c.tenant == tenant).order_by(TRAIL.c.seq.desc()).limit(1)).first()
    return _entry(row) if row else None


def entries(session: AnySession, *, tenant: str, after: int = 0, subject: str | None = None, limit: int) -> list[Entry]:
    """Entries in their order, after a given one, for one subject or all."""
    query = select(TRAIL).where(TRAIL.c.tenant == tenant, TRAIL.c.seq > after).order_by(TRAIL.c.seq).limit(limit)
    if subject is not None:
        query = query.where(TRAIL.c.subject == subject)
    return [_entry(row) for row in session.execute(query)]


def of_match(session: AnySession, *, tenant: str, invoice: str, match: str) -> Entry | None:
    """The entry in which a match was noted, or None."""
    where = (TRAIL.c.tenant == tenant, TRAIL.c.subject == invoice, TRAIL.c.event == InvoiceMatched.code)
    rows = session.execute(select(TRAIL).where(*where).order_by(TRAIL.c.seq.desc()))
    return next((_entry(row) for row in rows if row.body["match"] == match), None)


def check(session: AnySession, *, tenant: str) -> tuple[int, Break | None]:
    """How many entries there are, and the first place where the chain breaks, if any."""
    count = 0

    def counted() -> Iterator[Entry]:
        nonlocal count
        after = 0
        while batch := entries(session, tenant=tenant, after=after, limit=_BATCH):
            for entry in batch:
                count += 1
                yield entry
            after = batch[-1].seq

    broken = verify(counted())
    return count, broken


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        event=row.event,
        subject=row.subject,
        body=row.body,
        previous=row.previous,
        digest=row.digest,
    )
