"""Gather: when all files of a job are read, what belongs together and what is no paper at all."""

from app.reading.inside.whole import is_beside
from app.reading.reading import Reading, Verdict
from app.storage import documents, jobs, trail
from app.storage.database import WriteSession, lock
from app.storage.documents import Record, State
from app.trail.events import DocumentAside
from app.workflow.context import Context
from app.workflow.unpack import READER

_BESIDE = "It came along with papers of a purchase, and is none that is read."


def gather(ctx: Context, *, tenant: str, job: str) -> None:
    """Set aside what came along in mails and archives and is no paper; doing it again changes nothing."""
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        found = jobs.get(session, tenant=tenant, identifier=job)
        if found is None:
            return
        files = [
            (entry, record)
            for entry in found.documents
            if (record := documents.get(session, tenant=tenant, identifier=entry.document)) is not None
        ]
        with_papers = {entry.inside for entry, record in files if record.state is State.READ}
        for entry, record in files:
            if entry.inside is not None and entry.inside in with_papers and _is_beside(record):
                _set_aside(ctx, session, record, tenant=tenant)


def _is_beside(record: Record) -> bool:
    if record.state is not State.UNREAD or record.verdict is None:
        return False
    return is_beside(Reading(Verdict(record.verdict), record.reason, format=record.notes.get("format")))


def _set_aside(ctx: Context, session: WriteSession, record: Record, *, tenant: str) -> None:
    """The file stays on file and can be looked at; nobody has to act on it."""
    documents.set_fate(
        session,
        tenant=tenant,
        identifier=record.id,
        fate=State.ASIDE,
        at=ctx.now(),
        verdict=record.verdict or "",
        reason=f"{_BESIDE} {record.reason}",
    )
    event = DocumentAside(subject=record.id, reason=record.reason or "")
    trail.append(session, tenant=tenant, at=ctx.now(), actor=READER, event=event)
