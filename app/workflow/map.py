"""Map: a person says which column of a table is what; its file is read again, and its next ones by that too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.documents.document import Document
from app.documents.evidence import Method
from app.documents.kinds import BILLING
from app.documents.license_keys import sealed
from app.documents.normal import number_key
from app.errors import MalformedError, MalformedListError
from app.reading.formats.table import CSV, WORKBOOK
from app.reading.layouts.contest import USED, different
from app.reading.reading import Verdict
from app.reading.tables.recall import Tried
from app.storage import documents, layouts, matches, trail, versions, vouchers
from app.storage.database import WriteSession, lock
from app.storage.documents import Record, State
from app.storage.identifiers import make
from app.trail.events import DocumentMapped, LayoutLearned
from app.workflow import cases, headings
from app.workflow.context import Context
from app.workflow.correct import on_file
from app.workflow.doubts import doubts_of
from app.workflow.errors import ChangedSinceError, FewerDocumentsError, NotAllowedError
from app.workflow.match import match_touched
from app.workflow.read import add_further, notes_of

#: A file under headings that nobody knows was found to be of no kind.
_TABLES = {State.READ: (CSV, WORKBOOK), State.UNREAD: (CSV, WORKBOOK, None)}
_MOST_GIVEN = 200
_WORSE = (
    "The arithmetic of the file speaks more for the columns as the headings propose them: this file is read as told."
)

Columns = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a mapping: the documents of the file, and what is remembered of it or why nothing is."""

    documents: tuple[str, ...]
    memory: str | None
    version: int | None
    columns: Columns
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """A document as it is read now, and the one on file that it is (None: the file holds it newly)."""

    record: Record | None
    document: Document


def map_table(
    ctx: Context, identifier: str, columns: Columns, *, expected: int | None, tenant: str, actor: str
) -> Answer:
    """Read the document's file again by these columns, save what it says, and judge anew all bills that it touches.

    A key of `columns` is a heading or a cell, its value a field or None. All documents of the file change, their
    contents until now are kept as versions. The columns are remembered for the next table with these headings from
    the same source or supplier, unless the arithmetic of this very file speaks against them.

    Raises:
        UnknownDocumentError: there is no such document.
        NotReadYetError: it is still being read.
        NotAllowedError: it came from no table, or a person corrected a document of the file.
        ChangedSinceError: it is not at the revision that was expected, or was changed meanwhile.
        FewerDocumentsError: a document on file would not be in the file any more.
        MalformedListError, MalformedError: names the column that is not there, or the cell that does not fit.
    """
    record = on_file(ctx, identifier, expected, tenant=tenant)
    parts = _parts(ctx, record, tenant=tenant)
    tried = _tried(ctx, record, columns)
    places = _placed(parts, tried.reading.documents)
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        for part in parts:
            current = documents.get(session, tenant=tenant, identifier=part.id)
            if current is None or (current.version, current.state) != (part.version, part.state):
                raise ChangedSinceError(part.id, part.revision, current.revision if current else 0)
        before = vouchers.touched(session, tenant=tenant, documents=[part.id for part in parts])
        answer = _remember(ctx, session, record, tried, tenant=tenant, actor=actor)
        saved = tuple(
            _save(ctx, session, record, places, part, tried, columns, answer, tenant=tenant, actor=actor)
            for part in range(len(places))
        )
        bills = documents.to_judge(session, tenant=tenant, identifiers=before)
    match_touched(ctx, [*saved, *bills], tenant=tenant)
    return replace(answer, documents=saved)


def _parts(ctx: Context, record: Record, *, tenant: str) -> list[Record]:
    """All documents of the record's file, in order.

    Raises:
        NotAllowedError: the file is no table that could be read again, or a person corrected one of them.
    """
    is_table = record.notes.get("format") in _TABLES.get(record.state, ())
    if record.file_sha256 is None or not is_table or record.pages or record.leaves:
        raise NotAllowedError(f"document {record.id} was not read out of a CSV file or a spreadsheet")
    with ctx.db.read() as session:
        found = [
            entry
            for part in documents.parts_of_file(session, tenant=tenant, sha256=record.file_sha256)
            if (entry := documents.get(session, tenant=tenant, identifier=part)) is not None
        ]
    for entry in found:
        said = entry.document.evidence.values() if entry.document else ()
        if any(value.method is Method.PERSON for value in said):
            raise NotAllowedError(f"document {entry.id} was corrected by a person; other columns would undo that")
    return found


def _tried(ctx: Context, record: Record, columns: Columns) -> Tried:
    """What the file says by these columns.

    Raises:
        NotAllowedError: it cannot be read again.
        MalformedListError, MalformedError: names the column that is not there, or the cell that does not fit.
    """
    tried = ctx.learner.map_table(ctx.files.read(record.file_sha256 or ""), columns)
    if tried is None:
        raise NotAllowedError(f"the file of document {record.id} could not be read again")
    if tried.wrong:
        raise MalformedListError(tuple(MalformedError(_pointer(key), why) for key, why in tried.wrong.items()))
    if tried.reading.verdict is not Verdict.OK:
        raise MalformedError("/columns", tried.reading.reason or "nothing is read by these columns")
    return tried


def _pointer(key: str) -> str:
    """The place of a column in the request (RFC 6901)."""
    return "/columns" if not key else "/columns/" + key.replace("~", "~0").replace("/", "~1")


def _placed(parts: Sequence[Record], read: Sequence[Document]) -> list[_Place]:
    """Which document on file each one is: by its number, by its order where there are as many, or the only one.

    Raises:
        FewerDocumentsError: one on file is none of them.
    """
    if len(parts) == 1:
        return [_Place(parts[0] if at == 0 else None, document) for at, document in enumerate(read)]
    numbers = [(document.kind, number_key(document.number)) for document in read]
    known = {(part.document.kind, number_key(part.document.number)): part for part in parts if part.document}
    if len(known) == len(parts) and len(set(numbers)) == len(numbers) and set(known) <= set(numbers):
        return [_Place(known.get(key), document) for key, document in zip(numbers, read, strict=True)]
    if len(parts) != len(read):
        lost = next((part for key, part in known.items() if key not in numbers), parts[-1])
        raise FewerDocumentsError(lost.id, lost.number)
    return [_Place(part, document) for part, document in zip(parts, read, strict=True)]


def _remember(ctx: Context, session: WriteSession, record: Record, tried: Tried, *, tenant: str, actor: str) -> Answer:
    """Remember the columns under the file's headings: a new version of what was remembered of them before."""
    if tried.is_worse:
        return Answer(documents=(), memory=None, version=None, columns={}, reason=_WORSE)
    keys = headings.learned(tried, record.source)
    known = layouts.of_supplier(session, tenant=tenant, keys=keys)
    memory = known[0].id if known else make("lay")
    columns = dict(known[0].body["columns"]) if known else {}
    # A field that is told of one column is none of another that was told before.
    columns = {key: field for key, field in columns.items() if field is None or field not in tried.kept.values()}
    columns |= tried.kept
    supplier = tried.reading.documents[0].supplier.name
    version = layouts.learn(
        session,
        tenant=tenant,
        identifier=memory,
        fingerprint=tried.marks[0],
        body={"columns": columns},
        document=record.id,
        supplier=supplier,
        keys=keys,
        by=actor,
        at=ctx.now(),
    )
    event = LayoutLearned(
        subject=memory,
        version=version,
        document=record.id,
        supplier=supplier,
        fingerprint=tried.marks[0],
        gives=tuple(sorted({field for field in columns.values() if field is not None})),
    )
    trail.append(session, tenant=tenant, at=ctx.now(), actor=actor, event=event)
    return Answer(documents=(), memory=memory, version=version, columns=columns, reason=None)


def _save(
    ctx: Context,
    session: WriteSession,
    record: Record,
    places: Sequence[_Place],
    part: int,
    tried: Tried,
    columns: Columns,
    answer: Answer,
    *,
    tenant: str,
    actor: str,
) -> str:
    """Save one document of the file as it is read now; gives its identifier."""
    now, old = ctx.now(), places[part].record
    identifier = old.id if old is not None else _new(session, record, places, part, tenant=tenant)
    document = _of(ctx, places[part].document, identifier, record.kind_given)
    version = 1 if old is None else old.version
    gave: tuple[str, ...] = ()
    if old is not None and old.document is not None:
        version = versions.keep(session, old, tenant=tenant, corrections=_shown(columns), by=actor, at=now)
        gave = tuple(different(old.document, document))[:_MOST_GIVEN]
    use: dict[str, Any] = {"memory": answer.memory, "version": answer.version, "outcome": USED, "gave": list(gave)}
    digest = documents.set_read(
        session,
        tenant=tenant,
        identifier=identifier,
        document=document,
        pages=(),
        doubts=doubts_of(tried.reading, part),
        layout=use if answer.memory else None,
        notes=notes_of(tried.reading),
        at=now,
    )
    event = DocumentMapped(
        subject=identifier,
        version=version,
        columns=dict(columns),
        body_sha256=digest,
        layout=f"{answer.memory}/{answer.version}" if answer.memory else None,
    )
    trail.append(session, tenant=tenant, at=now, actor=actor, event=event)
    if old is not None and document.kind not in BILLING:
        # What was judged until now, as a bill or as a paper that could not be read, is neither any more.
        matches.retire(session, tenant=tenant, invoice=old.id)
        reason = f"It is a {document.kind.replace('_', ' ')}, read by columns that a person named."
        cases.close_all(session, old.id, tenant=tenant, at=now, actor=actor, reason=reason)
    return identifier


def _new(session: WriteSession, record: Record, places: Sequence[_Place], part: int, *, tenant: str) -> str:
    """A place for a document that the file did not hold before, after those that it did."""
    taken = {place.record.part for place in places if place.record is not None}
    free = [number for number in range(len(places) + max(taken, default=0) + 1) if number not in taken]
    before = sum(1 for place in places[:part] if place.record is None)
    return add_further(session, record, free[before], tenant=tenant)


def _of(ctx: Context, document: Document, identifier: str, kind: str | None) -> Document:
    """The document as it is stored: of the kind that was given, its evidence naming it, its license keys sealed."""
    evidence = {pointer: replace(entry, document=identifier) for pointer, entry in document.evidence.items()}
    return sealed(replace(document, kind=kind or document.kind, evidence=evidence), ctx.salt)


def _shown(columns: Columns) -> list[dict[str, Any]]:
    return [{"column": key, "field": field} for key, field in columns.items()]
