"""Read: a file on file becomes one document or several, or stays with the reason why not."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Protocol

from app.documents.document import Document
from app.documents.evidence import Method
from app.documents.license_keys import sealed
from app.linking.filed import Doubt
from app.reading.inside import Unpacked
from app.reading.layouts.contest import LOST
from app.reading.layouts.layout import Layout, Use
from app.reading.reading import Reading, Verdict, headings_json, sheet_json
from app.reading.tables.told import Told
from app.storage import documents, jobs, layouts, trail
from app.storage.database import WriteSession, lock
from app.storage.documents import Leaf, Record, State
from app.storage.identifiers import make
from app.trail.events import DocumentRead, LayoutRetired
from app.workflow import headings
from app.workflow.context import Context
from app.workflow.doubts import doubts_of
from app.workflow.errors import UnknownDocumentError, UnknownJobError
from app.workflow.unpack import READER, set_unread, unpack_file


class Reader(Protocol):
    """Something that reads the bytes of a file (the sandbox, and what checks e-invoices)."""

    def read(
        self, data: bytes, *, name: str = "", layouts: Sequence[Layout] = (), tables: Sequence[Told] = ()
    ) -> Reading:
        """What the file says, or the verdict why not; `holds_files` for a mail or an archive.

        `layouts` are remembered ones of the supplier, `tables` remembered columns of tables with the same headings.
        """
        ...

    def read_together(self, parts: Sequence[bytes]) -> Reading:
        """The document of files that are its pages in order, or its data first and then the pages that show them."""
        ...

    def unpack(self, data: bytes) -> Unpacked:
        """The files in a mail or an archive."""
        ...


def waiting(ctx: Context, *, tenant: str, job: str) -> list[str]:
    """The documents of a job that are still to be read.

    Raises:
        UnknownJobError: there is no such job.
    """
    with ctx.db.read() as session:
        found = jobs.get(session, tenant=tenant, identifier=job)
    if found is None:
        raise UnknownJobError(job)
    return [entry.document for entry in found.documents if entry.state == State.RECEIVED]


def papers_of(ctx: Context, *, tenant: str, job: str) -> list[str]:
    """All documents that the files of a job hold."""
    with ctx.db.read() as session:
        found = jobs.get(session, tenant=tenant, identifier=job)
        if found is None:
            raise UnknownJobError(job)
        parts: dict[str, None] = {}
        for entry in found.documents:
            record = documents.get(session, tenant=tenant, identifier=entry.document)
            if record is not None and record.file_sha256 is not None:
                parts.update(dict.fromkeys(documents.parts_of_file(session, tenant=tenant, sha256=record.file_sha256)))
    return list(parts)


def read_several(ctx: Context, reader: Reader, identifiers: list[str], *, tenant: str, job: str, at_once: int) -> None:
    """Read documents of a job side by side and note the progress."""

    def one(identifier: str) -> None:
        read_document(ctx, reader, identifier, tenant=tenant)
        with ctx.db.begin() as session:
            jobs.count(session, tenant=tenant, identifier=job, at=ctx.now())

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, identifiers))


def read_document(ctx: Context, reader: Reader, identifier: str, *, tenant: str) -> list[str]:
    """Read one document; doing it again changes nothing. A file with several gives several.

    A mail or an archive is taken apart: its files join the job, to be read one by one.

    Raises:
        UnknownDocumentError: there is no such document.
    """
    with ctx.db.read() as session:
        record = documents.get(session, tenant=tenant, identifier=identifier)
    if record is None or record.file_sha256 is None:
        raise UnknownDocumentError(identifier)
    if record.state is State.RECEIVED:
        data = ctx.files.read(record.file_sha256)
        reading = _read(ctx, reader, data, record, tenant=tenant)
        if reading.verdict is Verdict.HOLDS_FILES:
            unpack_file(ctx, record, reader.unpack(data), tenant=tenant)
            return []
        with ctx.db.begin() as session:
            lock(session, f"receive:{tenant}")
            current = documents.get(session, tenant=tenant, identifier=identifier)
            if current is not None and current.state is State.RECEIVED:
                _save(ctx, session, current, reading, tenant=tenant)
    with ctx.db.read() as session:
        return documents.parts_of_file(session, tenant=tenant, sha256=record.file_sha256)


def _read(ctx: Context, reader: Reader, data: bytes, record: Record, *, tenant: str) -> Reading:
    """What the file says; read again with what is remembered of its suppliers or its headings, where there is any.

    Only the reading tells who the supplier is, and nearly all papers have no layout remembered: they are read once.
    """
    name = record.file_name or ""
    reading = reader.read(data, name=name)
    keys = {key for document in reading.documents if _is_paper(document) for key in layouts.keys_of(document)}
    with ctx.db.read() as session:
        known = layouts.of_supplier(session, tenant=tenant, keys=keys)
        told = layouts.of_supplier(session, tenant=tenant, keys=headings.asked(reading, record.source))
    if not known and not told:
        return reading
    again = reader.read(
        data,
        name=name,
        layouts=[Layout.from_json(entry.body) for entry in known],
        tables=[Told.from_json(entry.body) for entry in told],
    )
    return again if again.verdict is Verdict.OK or again.layouts else reading


def _is_paper(document: Document) -> bool:
    """Whether values of the document were read off a page."""
    return any(entry.method in {Method.PDF, Method.OCR} for entry in document.evidence.values())


def refuse(ctx: Context, identifier: str, *, tenant: str, reason: str) -> None:
    """Note that a document could not be read however often it was tried; one that was read stays as it is."""
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        record = documents.get(session, tenant=tenant, identifier=identifier)
        if record is not None and record.state is State.RECEIVED:
            _save(ctx, session, record, Reading(Verdict.CRASH, reason), tenant=tenant)


def _save(ctx: Context, session: WriteSession, record: Record, reading: Reading, *, tenant: str) -> None:
    pages = [(float(size.width), float(size.height)) for size in reading.pages]
    _count_all(ctx, session, record, reading, tenant=tenant)
    if reading.verdict is not Verdict.OK or not reading.documents:
        verdict = reading.verdict if reading.verdict is not Verdict.OK else Verdict.EMPTY
        reason = reading.reason or "Nothing that looks like a document of a purchase was found in the file."
        set_unread(ctx, session, record.id, verdict, reason, pages, tenant=tenant, notes=notes_of(reading))
        return
    for part, document in enumerate(reading.documents):
        identifier = record.id if part == 0 else add_further(session, record, part, tenant=tenant)
        doubts = doubts_of(reading, part)
        use = next((use for use in reading.layouts if use.document == part), None)
        save_one(ctx, session, identifier, record, document, pages, doubts, notes_of(reading), tenant=tenant, use=use)


def notes_of(reading: Reading) -> dict[str, Any]:
    """What the reader noted beside the documents."""
    found = {
        "format": reading.format,
        "sheets": [sheet_json(sheet) for sheet in reading.sheets],
        "tables": [headings_json(table) for table in reading.tables],
    }
    return {name: value for name, value in found.items() if value}


def save_one(
    ctx: Context,
    session: WriteSession,
    identifier: str,
    record: Record,
    document: Document,
    pages: list[tuple[float, float]],
    doubts: Sequence[Doubt],
    notes: dict[str, Any],
    *,
    tenant: str,
    leaves: Sequence[Leaf] = (),
    use: Use | None = None,
) -> None:
    """Save what was read of a document, its license keys sealed; the trail says so."""
    if record.kind_given:
        document = replace(document, kind=record.kind_given)
    evidence = {pointer: replace(entry, document=identifier) for pointer, entry in document.evidence.items()}
    document = sealed(replace(document, evidence=evidence), ctx.salt)
    digest = documents.set_read(
        session,
        tenant=tenant,
        identifier=identifier,
        document=document,
        pages=pages,
        doubts=doubts,
        at=ctx.now(),
        notes=notes,
        leaves=leaves,
        layout=None if use is None else _shown(use),
    )
    event = DocumentRead(
        subject=identifier,
        kind=document.kind,
        number=document.number,
        body_sha256=digest,
        layout=None if use is None else f"{use.memory}/{use.version} {use.outcome}",
    )
    trail.append(session, tenant=tenant, at=ctx.now(), actor=READER, event=event)


def _shown(use: Use) -> dict[str, Any]:
    return {"memory": use.memory, "version": use.version, "outcome": use.outcome, "gave": list(use.gave)}


def _count_all(ctx: Context, session: WriteSession, record: Record, reading: Reading, *, tenant: str) -> None:
    """Note of each memory how it did, once a file: the columns of a table may give a hundred documents."""
    told = {(use.memory, use.version, use.outcome): use for use in reading.layouts}
    for use in told.values():
        _count(ctx, session, use, record.id, tenant=tenant)


def _count(ctx: Context, session: WriteSession, use: Use, identifier: str, *, tenant: str) -> None:
    """Note how the layout did; one that loses again and again is not tried any more."""
    lost = use.outcome == LOST
    if layouts.count(session, tenant=tenant, identifier=use.memory, version=use.version, lost=lost, at=ctx.now()):
        event = LayoutRetired(subject=use.memory, version=use.version, document=identifier)
        trail.append(session, tenant=tenant, at=ctx.now(), actor=READER, event=event)


def add_further(session: WriteSession, record: Record, part: int, *, tenant: str) -> str:
    """A place for one more document that the same file holds."""
    identifier = make("doc")
    documents.add(
        session,
        tenant=tenant,
        identifier=identifier,
        received_by=record.received_by,
        received_at=record.received_at,
        arrived_at=record.arrived_at,
        file_sha256=record.file_sha256,
        part=part,
        file_name=record.file_name,
        media_type=record.media_type,
    )
    return identifier
