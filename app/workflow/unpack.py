"""Unpack: a mail or an archive is taken apart, and every file in it becomes a file of its own."""

import io
from collections.abc import Mapping
from typing import Any

from app.reading.inside import Inner, Unpacked
from app.reading.reading import Verdict
from app.storage import documents, inside, jobs, trail
from app.storage.database import WriteSession, lock
from app.storage.documents import Record, State
from app.storage.files import StoredFile, TooLargeError
from app.storage.identifiers import make
from app.trail.events import DocumentUnpacked, DocumentUnread
from app.workflow.context import Context
from app.workflow.receive import Incoming, take

#: Who reads: the worker itself.
READER = "system:reader"


def unpack_file(ctx: Context, record: Record, found: Unpacked, *, tenant: str) -> None:
    """Put what was in a mail or an archive on file and into the jobs that wait for it; the whole stays on file too.

    Each file is deduplicated by its content as uploads are, and remembers where it came from. What could
    not be taken out becomes a document with the reason.
    """
    stored = [_store(ctx, file) for file in found.files]
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        current = documents.get(session, tenant=tenant, identifier=record.id)
        if current is None or current.state is not State.RECEIVED:
            return
        if found.verdict is not Verdict.OK:
            reason = found.reason or "Nothing could be taken out of the file."
            set_unread(ctx, session, record.id, found.verdict, reason, [], tenant=tenant)
            return
        _take_all(ctx, session, current, found, stored, tenant=tenant)


def _store(ctx: Context, file: Inner) -> StoredFile | str | None:
    """The file on the disk, the reason why it is too large, or None where it has no bytes."""
    if not file.data:
        return None
    try:
        return ctx.files.add(io.BytesIO(file.data), limit=ctx.upload_limit)
    except TooLargeError:
        return f"{file.name} is larger than {ctx.upload_limit} bytes. Send it in parts."


def _take_all(
    ctx: Context,
    session: WriteSession,
    holder: Record,
    found: Unpacked,
    stored: list[StoredFile | str | None],
    *,
    tenant: str,
) -> None:
    taken: list[jobs.NewFile] = []
    for file, kept in zip(found.files, stored, strict=True):
        identifier, repeats = _take(ctx, session, holder, file, kept, tenant=tenant)
        parent = holder.id if file.within is None else taken[file.within].document
        taken.append(jobs.NewFile(file.name, identifier, repeats, inside=parent))
    jobs.add_inner(session, tenant=tenant, holder=holder.id, files=taken)
    _open(ctx, session, holder.id, found.facts, found.left_out, taken, tenant=tenant)
    for file, entry in zip(found.files, taken, strict=True):
        if not file.holds or entry.duplicate_of is not None:
            continue
        if file.verdict is Verdict.OK:
            _open(ctx, session, entry.document, file.facts, (), taken, tenant=tenant)
        else:
            inside.add(session, tenant=tenant, holder=entry.document, files=_own(entry.document, taken))


def _take(
    ctx: Context, session: WriteSession, holder: Record, file: Inner, kept: StoredFile | str | None, *, tenant: str
) -> tuple[str, str | None]:
    """The document of a file in the holder, and the one it repeats."""
    if isinstance(kept, StoredFile):
        incoming = Incoming(
            name=file.name,
            stream=io.BytesIO(file.data),
            kind=None if file.holds else holder.kind_given,
            arrived_at=holder.arrived_at,
        )
        identifier, repeats = take(
            ctx, session, incoming, kept, tenant=tenant, actor=READER, received_by=holder.received_by
        )
        if file.verdict is not Verdict.OK and repeats is None:
            set_unread(ctx, session, identifier, file.verdict, file.reason or "", [], tenant=tenant)
        return identifier, repeats
    identifier = make("doc")
    documents.add(
        session,
        tenant=tenant,
        identifier=identifier,
        received_by=holder.received_by,
        received_at=ctx.now(),
        arrived_at=holder.arrived_at,
        file_sha256=None,
        file_name=file.name,
        kind_given=holder.kind_given,
    )
    verdict, reason = (file.verdict, file.reason or "") if kept is None else (Verdict.RESOURCE_LIMIT, kept)
    set_unread(ctx, session, identifier, verdict, reason, [], tenant=tenant)
    return identifier, None


def _open(
    ctx: Context,
    session: WriteSession,
    holder: str,
    facts: object,
    left_out: tuple[str, ...],
    taken: list[jobs.NewFile],
    *,
    tenant: str,
) -> None:
    """Note on a mail or an archive that it was taken apart, and into what."""
    own = _own(holder, taken)
    notes = {name: value for name, value in (("mail", facts), ("left_out", list(left_out))) if value}
    documents.set_fate(session, tenant=tenant, identifier=holder, fate=State.UNPACKED, at=ctx.now(), notes=notes)
    inside.add(session, tenant=tenant, holder=holder, files=own)
    event = DocumentUnpacked(subject=holder, documents=[document for _, document in own], left_out=list(left_out))
    trail.append(session, tenant=tenant, at=ctx.now(), actor=READER, event=event)


def _own(holder: str, taken: list[jobs.NewFile]) -> list[tuple[str, str]]:
    """The names and documents of what lay directly in the holder."""
    return [(file.name or "", file.document) for file in taken if file.inside == holder]


def set_unread(
    ctx: Context,
    session: WriteSession,
    identifier: str,
    verdict: Verdict,
    reason: str,
    pages: list[tuple[float, float]],
    *,
    tenant: str,
    notes: Mapping[str, Any] | None = None,
) -> None:
    """Note that a document could not be read, and why."""
    documents.set_unread(
        session,
        tenant=tenant,
        identifier=identifier,
        verdict=verdict.value,
        reason=reason,
        pages=pages,
        at=ctx.now(),
        notes=notes,
    )
    event = DocumentUnread(subject=identifier, verdict=verdict.value, reason=reason)
    trail.append(session, tenant=tenant, at=ctx.now(), actor=READER, event=event)
