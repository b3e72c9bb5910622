"""Gather: when all files of a job are read, which of them are one document, and which are no paper at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.reading.inside.whole import is_beside
from app.reading.joining import Joint, Piece, joints, why_apart
from app.reading.reading import Reading, Verdict, sheet_of
from app.storage import documents, jobs, matches, trail
from app.storage.database import AnySession, WriteSession, lock
from app.storage.documents import Leaf, Record, State
from app.storage.jobs import JobDocument
from app.trail.events import DocumentAside, DocumentJoined
from app.workflow import cases
from app.workflow.context import Context
from app.workflow.doubts import doubts_of
from app.workflow.read import Reader, save_one
from app.workflow.unpack import READER

_BESIDE = "It came along with papers of a purchase, and is none that is read."
_TOLD = "The files were sent as one document."


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the job: what the job says of it, and its document."""

    entry: JobDocument
    record: Record


def gather(ctx: Context, reader: Reader, *, tenant: str, job: str) -> None:
    """Join the files of the job that are one document, and set aside what is no paper; again, it changes nothing."""
    with ctx.db.read() as session:
        files = _files(session, tenant=tenant, job=job)
        bundles = [_pieces(session, bundle, tenant=tenant) for bundle in _bundles(files)]
    for bundle, pieces in bundles:
        for joint in (*_told(bundle), *joints(pieces)):
            parts = [bundle[at].record for at in joint.pieces]
            apart = why_apart([_piece_of(part) for part in parts]) if joint.why == _TOLD else None
            if apart is not None:
                _say_why_not(ctx, parts, apart, tenant=tenant)
                continue
            reading = reader.read_together([ctx.files.read(part.file_sha256 or "") for part in parts])
            _join(ctx, parts, reading, joint.why, tenant=tenant)
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        _set_aside(ctx, session, _files(session, tenant=tenant, job=job), tenant=tenant)


def _files(session: AnySession, *, tenant: str, job: str) -> list[_File]:
    found = jobs.get(session, tenant=tenant, identifier=job)
    return [
        _File(entry, record)
        for entry in (found.documents if found else ())
        # What names no file is only judged again.
        if entry.file is not None
        and (record := documents.get(session, tenant=tenant, identifier=entry.document)) is not None
    ]


def _bundles(files: Sequence[_File]) -> list[list[_File]]:
    """The files that came together: those of the upload itself, and those of each mail or archive."""
    holders = {file.record.id: file.entry.inside for file in files}

    def outermost(holder: str | None) -> str | None:
        while holder is not None and holders.get(holder) is not None:
            holder = holders[holder]
        return holder

    bundles: dict[str | None, list[_File]] = {}
    for file in files:
        bundles.setdefault(outermost(file.entry.inside), []).append(file)
    return list(bundles.values())


def _pieces(session: AnySession, bundle: list[_File], *, tenant: str) -> tuple[list[_File], list[Piece | None]]:
    """The files as they may be parts of a document; what was on file before, or was put together, may not."""
    return bundle, [_piece(session, file, tenant=tenant) for file in bundle]


def _piece(session: AnySession, file: _File, *, tenant: str) -> Piece | None:
    record = file.record
    fresh = file.entry.duplicate_of is None and file.entry.together is None
    if not fresh or record.state is not State.READ or record.document is None or record.leaves:
        return None
    sha256 = record.file_sha256 or ""
    if len(documents.parts_of_file(session, tenant=tenant, sha256=sha256)) != 1:
        return None
    return _piece_of(record)


def _piece_of(record: Record) -> Piece | None:
    """What a file with one document says of its place among others."""
    sheets = tuple(sheet_of(entry) for entry in record.notes.get("sheets", ()))
    return Piece(record.document, sheets, record.notes.get("format")) if record.document else None


def _told(bundle: Sequence[_File]) -> Iterator[Joint]:
    """The files that the sender put together, in the order sent."""
    groups: dict[str, list[int]] = {}
    for at, file in enumerate(bundle):
        if file.entry.together and file.record.joined_to is None and not file.record.leaves and file.record.file_sha256:
            groups.setdefault(file.entry.together, []).append(at)
    return (Joint(tuple(places), _TOLD) for places in groups.values() if len(places) > 1)


def _join(ctx: Context, parts: Sequence[Record], reading: Reading, why: str, *, tenant: str) -> None:
    """Save the document of several files at the first; the others say to which they belong."""
    first, *others = parts
    leaves = _leaves(parts)
    good = reading.verdict is Verdict.OK and len(reading.documents) == 1 and len(leaves) == len(reading.pages)
    if not good:
        if why == _TOLD:
            said = reading.reason or "Their pages name more than one document."
            _say_why_not(ctx, parts, said, tenant=tenant)
        return
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        now = [documents.get(session, tenant=tenant, identifier=part.id) for part in parts]
        if any(record is None or record.revision != part.revision for record, part in zip(now, parts, strict=True)):
            return
        pages = [(float(size.width), float(size.height)) for size in reading.pages]
        notes = {**first.notes, "joined": why}
        document, doubts = reading.documents[0], doubts_of(reading, 0)
        save_one(ctx, session, first.id, first, document, pages, doubts, notes, tenant=tenant, leaves=leaves)
        event = DocumentJoined(subject=first.id, documents=[other.id for other in others], why=why)
        trail.append(session, tenant=tenant, at=ctx.now(), actor=READER, event=event)
        reason = f"It belongs to {first.file_name or first.id}. {why}"
        for other in others:
            matches.retire(session, tenant=tenant, invoice=other.id)
            cases.close_all(session, other.id, tenant=tenant, at=ctx.now(), actor=READER, reason=reason)
            documents.set_fate(
                session,
                tenant=tenant,
                identifier=other.id,
                fate=State.JOINED,
                at=ctx.now(),
                joined_to=first.id,
                reason=reason,
            )


def _say_why_not(ctx: Context, parts: Sequence[Record], said: str, *, tenant: str) -> None:
    """The sender put files together that are not one document: each stays by itself, and says so."""
    remark = f"{_TOLD} They could not be read as one. {said}"
    with ctx.db.begin() as session:
        for record in parts:
            if record.notes.get("joined") != remark:
                notes = {**record.notes, "joined": remark}
                documents.set_notes(session, tenant=tenant, identifier=record.id, notes=notes)


def _leaves(parts: Sequence[Record]) -> list[Leaf]:
    """Where each page of the whole stands; data have no pages."""
    return [Leaf(part.id, part.file_sha256 or "", page) for part in parts for page in range(1, len(part.pages) + 1)]


def _set_aside(ctx: Context, session: WriteSession, files: Sequence[_File], *, tenant: str) -> None:
    """What came along in a mail or an archive and is no paper stays on file; nobody has to act on it."""
    with_papers = {file.entry.inside for file in files if file.record.state is State.READ}
    for file in files:
        record = file.record
        if file.entry.inside is None or file.entry.inside not in with_papers or not _is_beside(record):
            continue
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


def _is_beside(record: Record) -> bool:
    if record.state is not State.UNREAD or record.verdict is None:
        return False
    return is_beside(Reading(Verdict(record.verdict), record.reason, format=record.notes.get("format")))
