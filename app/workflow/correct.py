"""Correct: a person says what a paper states; the document changes, its bills are judged anew, and we learn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.documents import canonical
from app.documents.corrections import Change, Corrected, corrected, value_at
from app.documents.document import Document
from app.documents.evidence import Evidence
from app.documents.license_keys import sealed
from app.errors import MalformedError
from app.reading.layouts import fingerprint
from app.reading.layouts.layout import Layout
from app.reading.layouts.lesson import Learned, Lesson
from app.storage import documents, jobs, layouts, trail, versions, vouchers
from app.storage.database import WriteSession, lock
from app.storage.documents import Record, State
from app.storage.identifiers import make
from app.trail.events import DocumentCorrected, LayoutLearned, LayoutRetired
from app.workflow.context import Context
from app.workflow.errors import (
    ChangedSinceError,
    NotAllowedError,
    NotReadYetError,
    UnknownDocumentError,
)
from app.workflow.match import match_touched

_MOST = 500
#: Values of which the trail keeps the place only.
_SEALED = "/license/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of corrections: the layout that was learned, its version, what it gives and what it cannot."""

    layout: str | None
    version: int | None
    gives: tuple[str, ...]
    alone: tuple[str, ...]


def correct_document(
    ctx: Context, identifier: str, changes: Sequence[Change], *, expected: int | None, tenant: str, actor: str
) -> Answer:
    """Put the corrections into the document on file, and judge anew every bill that it touches.

    The content until now is kept as a version. What the corrections teach of the layout is tried on the same
    file first, outside the transaction, and remembered only if it gives the corrected values.

    Raises:
        UnknownDocumentError: there is no such document.
        NotReadYetError: it is still being read.
        NotAllowedError: nothing was read of it that could be corrected.
        ChangedSinceError: it is not at the revision that was expected, or was corrected meanwhile.
        MalformedListError, MalformedError: names the correction that leads nowhere or does not fit.
    """
    record = on_file(ctx, identifier, expected, tenant=tenant)
    document = _paper(record)
    _stands_on_paper(record, changes)
    done = corrected(document, changes, by=actor, at=ctx.now())
    done = replace(done, document=sealed(_of(done.document, record.id), ctx.salt))
    learned = _learn(ctx, record, done, tenant=tenant)
    if learned is not None:
        done = replace(done, document=_with_words(done, learned))
    with ctx.db.begin() as session:
        lock(session, f"receive:{tenant}")
        current = documents.get(session, tenant=tenant, identifier=record.id)
        if current is None or current.version != record.version:
            raise ChangedSinceError(record.id, record.revision, current.revision if current else 0)
        before = vouchers.touched(session, tenant=tenant, documents=[record.id])
        answer = _remember(ctx, session, current, done, learned, tenant=tenant, actor=actor)
        _save(ctx, session, current, done.document, changes, answer, tenant=tenant, actor=actor)
        # Bills that hung on the old values (another order number) are judged anew too.
        bills = documents.to_judge(session, tenant=tenant, identifiers=before)
    match_touched(ctx, [record.id, *bills], tenant=tenant)
    return answer


def on_file(ctx: Context, identifier: str, expected: int | None, *, tenant: str) -> Record:
    """The document, read and at the revision that is expected.

    Raises:
        UnknownDocumentError: there is no such document.
        NotReadYetError: it is still being read.
        ChangedSinceError: it is at another revision.
    """
    with ctx.db.read() as session:
        record = documents.get(session, tenant=tenant, identifier=identifier)
        if record is None:
            raise UnknownDocumentError(identifier)
        if record.state is State.RECEIVED:
            raise NotReadYetError(identifier, jobs.of_document(session, tenant=tenant, document=identifier))
    if expected is not None and expected != record.revision:
        raise ChangedSinceError(identifier, expected, record.revision)
    return record


def _paper(record: Record) -> Document:
    if record.document is None:
        raise NotAllowedError(f"nothing was read of document {record.id} that could be corrected")
    return record.document


def _stands_on_paper(record: Record, changes: Sequence[Change]) -> None:
    """Whether each correction points at a page that there is.

    Raises:
        MalformedError: too many corrections, or a page or box that is none.
    """
    if len(changes) > _MOST:
        raise MalformedError("/corrections", f"more than {_MOST} corrections")
    for at, change in enumerate(changes):
        if change.page is not None and not 1 <= change.page <= len(record.pages):
            raise MalformedError(f"/corrections/{at}/page", f"the document has {len(record.pages)} pages")
        if change.box is not None and change.page is not None:
            width, height = record.pages[change.page - 1]
            x0, top, x1, bottom = (float(side) for side in change.box)
            if not (0 <= x0 < x1 <= width + 1 and 0 <= top < bottom <= height + 1):
                raise MalformedError(f"/corrections/{at}/box", f"no box on a page of {width:g} by {height:g} points")


def _of(document: Document, identifier: str) -> Document:
    """The document, the evidence of what was corrected naming it."""
    evidence = {
        pointer: entry if entry.document else replace(entry, document=identifier)
        for pointer, entry in document.evidence.items()
    }
    return replace(document, evidence=evidence)


# ── what it teaches ─────────────────────────────────────────────────────────────────────────────


def _learn(ctx: Context, record: Record, done: Corrected, *, tenant: str) -> Learned | None:
    """What the corrections teach, tried on the file; None where there is no paper to learn from."""
    before, after = _paper(record), done.document
    pointers = tuple(pointer for pointer in _told(done) if after.evidence[pointer].box is not None)
    # A paper joined from several files has no file that could be read again as a whole.
    if record.file_sha256 is None or record.leaves or not pointers:
        return None
    with ctx.db.read() as session:
        known = layouts.of_supplier(session, tenant=tenant, keys=layouts.keys_of(before) | layouts.keys_of(after))
    lesson = Lesson(
        before=before,
        after=after,
        pointers=pointers,
        memory=make("lay"),
        known=tuple(Layout.from_json(entry.body) for entry in known),
    )
    scan = any(entry.method == "ocr" for entry in before.evidence.values())
    return ctx.learner.learn(ctx.files.read(record.file_sha256), lesson, pages=len(record.pages), scan=scan)


def _told(done: Corrected) -> list[str]:
    """The pointers of all values that the corrections set."""
    places = [place for place in done.places if place is not None]
    evidence = done.document.evidence
    return [pointer for pointer in evidence if any(f"{pointer}/".startswith(f"{place}/") for place in places)]


def _with_words(done: Corrected, learned: Learned) -> Document:
    """The document, with the words in each box as the evidence's text."""
    evidence: dict[str, Evidence] = dict(done.document.evidence)
    for pointer, text in learned.texts.items():
        if pointer in evidence and _SEALED not in pointer:
            evidence[pointer] = replace(evidence[pointer], text=text[:2000])
    return replace(done.document, evidence=evidence)


def _remember(
    ctx: Context,
    session: WriteSession,
    record: Record,
    done: Corrected,
    learned: Learned | None,
    *,
    tenant: str,
    actor: str,
) -> Answer:
    told = _told(done)
    if learned is None or learned.layout is None:
        _blame(ctx, session, record, told, tenant=tenant)
        return Answer(layout=None, version=None, gives=(), alone=tuple(told))
    taught, after = learned.layout, done.document
    mark = fingerprint.digest(taught.marks)
    version = layouts.learn(
        session,
        tenant=tenant,
        identifier=taught.memory,
        fingerprint=mark,
        body=taught.to_json(),
        document=record.id,
        supplier=after.supplier.name,
        # Under the supplier as it is and as it was read: the next paper is read like that at first.
        keys=layouts.keys_of(after) | layouts.keys_of(_paper(record)),
        by=actor,
        at=ctx.now(),
    )
    event = LayoutLearned(
        subject=taught.memory,
        version=version,
        document=record.id,
        supplier=after.supplier.name,
        fingerprint=mark,
        gives=learned.gives,
    )
    trail.append(session, tenant=tenant, at=ctx.now(), actor=actor, event=event)
    alone = tuple(pointer for pointer in told if pointer not in learned.gives)
    return Answer(layout=taught.memory, version=version, gives=learned.gives, alone=alone)


def _blame(ctx: Context, session: WriteSession, record: Record, told: Sequence[str], *, tenant: str) -> None:
    """A layout that gave a value which a person had to correct has lost, if nothing better was learned."""
    use = record.layout
    if use is None or not set(use["gave"]) & set(told):
        return
    named = {"identifier": use["memory"], "version": use["version"], "lost": True}
    if layouts.count(session, tenant=tenant, at=ctx.now(), **named):
        event = LayoutRetired(subject=use["memory"], version=use["version"], document=record.id)
        trail.append(session, tenant=tenant, at=ctx.now(), actor="system:reader", event=event)


# ── what is on file ─────────────────────────────────────────────────────────────────────────────


def _save(
    ctx: Context,
    session: WriteSession,
    record: Record,
    document: Document,
    changes: Sequence[Change],
    answer: Answer,
    *,
    tenant: str,
    actor: str,
) -> None:
    now = ctx.now()
    shown = _shown(_paper(record), changes)
    version = versions.keep(session, record, tenant=tenant, corrections=shown, by=actor, at=now)
    digest = documents.set_read(
        session,
        tenant=tenant,
        identifier=record.id,
        document=document,
        pages=record.pages,
        doubts=record.doubts,
        layout=record.layout,
        leaves=record.leaves,
        notes=record.notes,
        at=record.read_at or now,
    )
    event = DocumentCorrected(
        subject=record.id,
        version=version,
        corrections=tuple(shown),
        body_sha256=digest,
        layout=None if answer.layout is None else f"{answer.layout}/{answer.version}",
    )
    trail.append(session, tenant=tenant, at=now, actor=actor, event=event)


def _shown(before: Document, changes: Sequence[Change]) -> list[Mapping[str, Any]]:
    """The corrections with the values before and after; secrets are named, not told."""
    was = canonical.write(before, evidence=False)
    out: list[Mapping[str, Any]] = []
    for change in changes:
        secret = _SEALED in f"{change.pointer}/" or (isinstance(change.value, dict) and "license" in change.value)
        entry: dict[str, Any] = {"pointer": change.pointer}
        if not secret:
            entry |= {"was": value_at(was, change.pointer), "value": change.value}
        if change.page is not None:
            entry["page"] = change.page
        if change.box is not None:
            entry["box"] = [format(side, "f") for side in change.box]
        out.append(entry)
    return out
