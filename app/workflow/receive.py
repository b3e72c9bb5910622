"""Receive: files and documents arrive, and nothing that was answered is lost."""

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.documents import canonical
from app.documents.document import Document
from app.documents.license_keys import sealed
from app.storage import documents, inside, jobs, trail
from app.storage.database import WriteSession, lock
from app.storage.files import Source, StoredFile, TooLargeError
from app.storage.identifiers import make
from app.trail.chain import canonical as one_form
from app.trail.events import DocumentRead, DocumentReceived, DocumentRepeated
from app.workflow.context import Context
from app.workflow.errors import ExternalIdTakenError, FileTooLargeError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file on its way in, with what the sender says of it.

    Files of one request with the same word in `together` are the pages of one document, in their order.
    """

    name: str
    stream: Source
    media_type: str | None = None
    kind: str | None = None
    source: str | None = None
    external_id: str | None = None
    arrived_at: datetime | None = None
    together: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A document that is on file; `repeats` where the same bytes were there before."""

    id: str
    repeats: str | None


def receive_files(ctx: Context, incoming: Sequence[Incoming], *, tenant: str, actor: str) -> str:
    """Store the files and make a job that reads them; gives the job's identifier.

    When this returns, the files are on the disk and the job is committed: they survive a crash. The
    same bytes twice are one document.

    Raises:
        FileTooLargeError: a file is over the limit; nothing of the request is kept.
        ExternalIdTakenError: the sender's key belongs to another document.
    """
    stored = [_store(ctx, file) for file in incoming]
    job = make("job")
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        taken = [
            jobs.NewFile(file.name, *take(ctx, session, file, kept, tenant=tenant, actor=actor), together=file.together)
            for file, kept in zip(incoming, stored, strict=True)
        ]
        taken += _known_inside(session, taken, tenant=tenant)
        jobs.add(session, tenant=tenant, identifier=job, files=taken, actor=actor, at=ctx.now())
        found = jobs.get(session, tenant=tenant, identifier=job)
    if found is not None and found.phase is not jobs.Phase.DONE:
        enqueue(ctx, tenant=tenant, job=job, attempt=1)
    return job


def receive_document(
    ctx: Context,
    document: Document,
    *,
    tenant: str,
    actor: str,
    source: str | None = None,
    external_id: str | None = None,
) -> Received:
    """Put a canonical document on file as it was sent; the same content twice is one document."""
    document = sealed(document, ctx.salt)
    data = one_form(canonical.write(document)).encode()
    kept = ctx.files.add(io.BytesIO(data), limit=ctx.upload_limit)
    file = Incoming(
        name=f"{document.number or 'document'}.json",
        stream=io.BytesIO(data),
        media_type="application/json",
        kind=document.kind,
        source=source,
        external_id=external_id,
        arrived_at=document.received_at,
    )
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        identifier, repeats = take(ctx, session, file, kept, tenant=tenant, actor=actor)
        if repeats is None:
            body = documents.set_read(
                session, tenant=tenant, identifier=identifier, document=document, pages=(), at=ctx.now()
            )
            event = DocumentRead(subject=identifier, kind=document.kind, number=document.number, body_sha256=body)
            trail.append(session, tenant=tenant, at=ctx.now(), actor=actor, event=event)
    return Received(identifier, repeats)


def enqueue(ctx: Context, *, tenant: str, job: str, attempt: int) -> None:
    """Ask the worker to do the job; where that fails now, the worker's own sweep finds the job later."""
    try:
        ctx.enqueue(tenant, job, attempt)
    except Exception as error:  # noqa: BLE001 (whatever the queue says, the job is committed and will be found)
        _log.info("the job %s waits for the worker's sweep (%s)", job, type(error).__name__)


def _store(ctx: Context, file: Incoming) -> StoredFile:
    try:
        return ctx.files.add(file.stream, limit=ctx.upload_limit)
    except TooLargeError:
        raise FileTooLargeError(file.name, ctx.upload_limit) from None


def _known_inside(session: WriteSession, taken: Sequence[jobs.NewFile], *, tenant: str) -> list[jobs.NewFile]:
    """The files in those mails and archives that were on file already, which are on file with them."""
    found: list[jobs.NewFile] = []
    holders = dict.fromkeys(file.document for file in taken if file.duplicate_of is not None)
    while holders:
        layer = [
            jobs.NewFile(inner.name, inner.document, inner.document, inside=holder)
            for holder in holders
            for inner in inside.of_holder(session, tenant=tenant, holder=holder)
        ]
        found += layer
        # An archive in a mail is followed by what was in it; content cannot hold itself, so this ends.
        holders = dict.fromkeys(file.document for file in layer)
    return found


def take(
    ctx: Context,
    session: WriteSession,
    file: Incoming,
    kept: StoredFile,
    *,
    tenant: str,
    actor: str,
    received_by: str | None = None,
) -> tuple[str, str | None]:
    """Put a stored file on file: its document, and the one it repeats, if it does.

    `received_by` is whose file it is, where that is not the actor. The caller holds the lock.

    Raises:
        ExternalIdTakenError: the sender's key belongs to another document.
    """
    now = ctx.now()
    known = documents.find_file(session, tenant=tenant, sha256=kept.sha256)
    if file.source and file.external_id:
        same = documents.find_external(session, tenant=tenant, source=file.source, external_id=file.external_id)
        if same is not None and same != known:
            raise ExternalIdTakenError(file.source, file.external_id, same)
    if known is not None:
        event = DocumentRepeated(subject=known, file=file.name)
        trail.append(session, tenant=tenant, at=now, actor=actor, event=event)
        return known, known
    identifier = make("doc")
    documents.add_file(session, tenant=tenant, sha256=kept.sha256, size=kept.size, media_type=file.media_type, at=now)
    documents.add(
        session,
        tenant=tenant,
        identifier=identifier,
        received_by=received_by or actor,
        received_at=now,
        arrived_at=file.arrived_at,
        file_sha256=kept.sha256,
        file_name=file.name,
        media_type=file.media_type,
        kind_given=file.kind,
        source=file.source,
        external_id=file.external_id if file.source else None,
    )
    arrived = DocumentReceived(subject=identifier, sha256=kept.sha256, file=file.name)
    trail.append(session, tenant=tenant, at=now, actor=actor, event=arrived)
    return identifier, None
