"""Jobs: what was asked to be done, how far it is, and what became of each file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text, func, insert, literal, select, update

from app.documents.kinds import BILLING
from app.linking.filed import Standing
from app.storage.database import AnySession, WriteSession
from app.storage.documents import STATE
from app.storage.tables import DOCUMENT, JOB, JOB_DOCUMENT


class Phase(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    READING = "reading"
    MATCHING = "matching"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDocument:
    """One file of a job, and what became of it; without a file it is a bill to be judged again.

    `inside` is the mail or archive that the file was in; `together` the sender's word for files that are
    the pages of one document.
    """

    file: str | None
    document: str
    duplicate_of: str | None
    inside: str | None
    together: str | None
    kind: str | None
    state: str
    verdict: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job: its phase and its files, those of mails and archives after those that were sent."""

    id: str
    phase: Phase
    total: int
    done: int
    failed: int
    attempt: int
    created_at: datetime
    touched_at: datetime
    error: str | None
    documents: tuple[JobDocument, ...]


def add(
    session: WriteSession,
    *,
    tenant: str,
    identifier: str,
    files: Sequence["NewFile"],
    actor: str,
    at: datetime,
) -> None:
    """A new job over files.

    A file that repeats one which is still to be read is waited for like a new one.
    """
    unread = set(
        session.execute(
            select(DOCUMENT.c.id).where(
                DOCUMENT.c.tenant == tenant,
                DOCUMENT.c.id.in_(sorted({file.document for file in files})),
                DOCUMENT.c.state == "received",
            )
        ).scalars()
    )
    left = sum(file.document in unread for file in files)
    session.execute(
        insert(JOB).values(
            tenant=tenant,
            id=identifier,
            phase=(Phase.QUEUED if left else Phase.DONE).value,
            total=len(files),
            done=len(files) - left,
            failed=0,
            attempt=1,
            created_by=actor,
            created_at=at,
            touched_at=at,
        )
    )
    _add_files(session, tenant=tenant, identifier=identifier, files=files, start=0)


def add_again(session: WriteSession, *, tenant: str, identifier: str, actor: str, at: datetime) -> int:
    """A new job that judges again every bill that is neither paid nor void; gives how many, and makes none for 0.

    Its entries name no file: nothing is read again.
    """
    place = func.row_number().over(order_by=DOCUMENT.c.sequence)
    bills = select(
        literal(tenant), literal(identifier), place, literal(None, Text()), DOCUMENT.c.id, literal(None, String())
    ).where(
        DOCUMENT.c.tenant == tenant,
        DOCUMENT.c.kind.in_(sorted(BILLING)),
        DOCUMENT.c.state == "read",
        DOCUMENT.c.standing.not_in([Standing.PAID.value, Standing.VOID.value]),
        DOCUMENT.c.fate.is_(None),
    )
    total = session.execute(select(func.count()).select_from(bills.subquery())).scalar_one()
    if not total:
        return 0
    session.execute(
        insert(JOB).values(
            tenant=tenant,
            id=identifier,
            phase=Phase.QUEUED.value,
            total=total,
            done=total,
            failed=0,
            attempt=1,
            created_by=actor,
            created_at=at,
            touched_at=at,
        )
    )
    names = ["tenant", "job", "position", "file", "document", "duplicate_of"]
    session.execute(insert(JOB_DOCUMENT).from_select(names, bills))
    return total


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of a job: its name, its document, the document it repeats, and how it belongs with others."""

    name: str | None
    document: str
    duplicate_of: str | None = None
    inside: str | None = None
    together: str | None = None


def _add_files(session: WriteSession, *, tenant: str, identifier: str, files: Sequence[NewFile], start: int) -> None:
    rows = [
        {
            "tenant": tenant,
            "job": identifier,
            "position": at,
            "file": file.name,
            "document": file.document,
            "duplicate_of": file.duplicate_of,
            "inside": file.inside,
            "together": file.together,
        }
        for at, file in enumerate(files, start)
    ]
    if rows:
        session.execute(insert(JOB_DOCUMENT), rows)


def add_inner(session: WriteSession, *, tenant: str, holder: str, files: Sequence[NewFile]) -> None:
    """The files of a mail or an archive join every job that waits for it."""
    waiting = session.execute(
        select(JOB_DOCUMENT.c.job)
        .join(JOB, (JOB.c.tenant == JOB_DOCUMENT.c.tenant) & (JOB.c.id == JOB_DOCUMENT.c.job))
        .where(JOB_DOCUMENT.c.tenant == tenant, JOB_DOCUMENT.c.document == holder, JOB.c.phase != Phase.DONE.value)
        .distinct()
    ).scalars()
    for job in sorted(waiting):
        last = session.execute(
            select(func.max(JOB_DOCUMENT.c.position)).where(JOB_DOCUMENT.c.tenant == tenant, JOB_DOCUMENT.c.job == job)
        ).scalar_one()
        _add_files(session, tenant=tenant, identifier=job, files=files, start=last + 1)
        session.execute(
            update(JOB).where(JOB.c.tenant == tenant, JOB.c.id == job).values(total=JOB.c.total + len(files))
        )


def get(session: AnySession, *, tenant: str, identifier: str) -> Job | None:
    """The job with that identifier, or None."""
    row = session.execute(select(JOB).where(JOB.c.tenant == tenant, JOB.c.id == identifier)).first()
    if row is None:
        return None
    documents = session.execute(
        select(JOB_DOCUMENT, DOCUMENT.c.kind, STATE.label("state"), DOCUMENT.c.verdict, DOCUMENT.c.reason)
        .join(DOCUMENT, (DOCUMENT.c.tenant == JOB_DOCUMENT.c.tenant) & (DOCUMENT.c.id == JOB_DOCUMENT.c.document))
        .where(JOB_DOCUMENT.c.tenant == tenant, JOB_DOCUMENT.c.job == identifier)
        .order_by(JOB_DOCUMENT.c.position)
    )
    return Job(
        id=row.id,
        phase=Phase(row.phase),
        total=row.total,
        done=row.done,
        failed=row.failed,
        attempt=row.attempt,
        created_at=row.created_at,
        touched_at=row.touched_at,
        error=row.error,
        documents=tuple(
            JobDocument(
                file=found.file,
                document=found.document,
                duplicate_of=found.duplicate_of,
                inside=found.inside,
                together=found.together,
                kind=found.kind,
                state=found.state,
                verdict=found.verdict,
                reason=found.reason,
            )
            for found in documents
        ),
    )


def of_document(session: AnySession, *, tenant: str, document: str) -> str | None:
    """The job that brought a document, if it came as a file."""
    found: str | None = session.execute(
        select(JOB_DOCUMENT.c.job)
        .where(JOB_DOCUMENT.c.tenant == tenant, JOB_DOCUMENT.c.document == document)
        .order_by(JOB_DOCUMENT.c.job)
        .limit(1)
    ).scalar()
    return found


def step(session: WriteSession, *, tenant: str, identifier: str, at: datetime, **changes: Any) -> None:
    """Note progress: `phase`, `done`, `failed`, `attempt` or `error`."""
    if isinstance(phase := changes.get("phase"), Phase):
        changes["phase"] = phase.value
    session.execute(update(JOB).where(JOB.c.tenant == tenant, JOB.c.id == identifier).values(touched_at=at, **changes))


def count(session: WriteSession, *, tenant: str, identifier: str, at: datetime) -> tuple[int, int]:
    """Count anew how many files are done and how many of them failed, and note it."""
    states = session.execute(
        select(DOCUMENT.c.state)
        .join(JOB_DOCUMENT, (JOB_DOCUMENT.c.tenant == DOCUMENT.c.tenant) & (JOB_DOCUMENT.c.document == DOCUMENT.c.id))
        .where(JOB_DOCUMENT.c.tenant == tenant, JOB_DOCUMENT.c.job == identifier)
    ).scalars()
    found = list(states)
    done, failed = sum(state != "received" for state in found), found.count("unread")
    step(session, tenant=tenant, identifier=identifier, at=at, done=done, failed=failed)
    return done, failed


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A job of any tenant that is not done."""

    tenant: str
    job: str
    attempt: int
    phase: Phase
    touched_at: datetime


def unfinished(session: AnySession, *, before: datetime) -> list[Unfinished]:
    """Jobs of any tenant that nobody has moved since, the longest untouched first."""
    query = (
        select(JOB.c.tenant, JOB.c.id, JOB.c.attempt, JOB.c.phase, JOB.c.touched_at)
        .where(JOB.c.phase != Phase.DONE.value, JOB.c.touched_at <= before)
        .order_by(JOB.c.touched_at)
    )
    return [
        Unfinished(row.tenant, row.id, row.attempt, Phase(row.phase), row.touched_at) for row in session.execute(query)
    ]
