"""Documents: what arrived, what was read of it, and the keys by which a voucher finds it."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update

from app.documents import canonical
from app.documents.document import Document
from app.documents.kinds import BILLING
from app.documents.money import Money
from app.linking.filed import Doubt, DoubtKind, Filed, Standing
from app.storage.database import AnySession, WriteSession
from app.storage.kept import keep, kept
from app.storage.keys import file_under, supplier_key
from app.storage.parsed import parsed
from app.storage.tables import COUNTER, DOCUMENT, DOCUMENT_KEY, FILE
from app.trail.chain import canonical as one_form

#: How many figures a page's size is, in the list that is stored for it.
_SIZE = 2


class State(StrEnum):
    """Where a document stands on its way in."""

    RECEIVED = "received"
    READ = "read"
    UNREAD = "unread"
    #: A mail or an archive, taken apart: the files in it are documents of their own.
    UNPACKED = "unpacked"
    #: Its pages belong to another document.
    JOINED = "joined"
    #: It came along with papers of a purchase, and is none.
    ASIDE = "aside"


#: Where a document stands, in SQL: what became of a file that is no document of its own is a column beside.
STATE = func.coalesce(DOCUMENT.c.fate, DOCUMENT.c.state)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a document: on which page (from 1) of which file it stands, and which document that file is."""

    document: str
    sha256: str
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A document as it is on file, read or not yet.

    `leaves` says for each page where it stands, for a document whose pages are in several files; else it is
    empty, and they stand in the document's own file. `notes` is what the reader noted beside the document.
    """

    id: str
    sequence: int
    state: State
    standing: Standing
    kind: str | None
    number: str | None
    verdict: str | None
    reason: str | None
    file_sha256: str | None
    part: int
    file_name: str | None
    media_type: str | None
    pages: tuple[tuple[float, float], ...]
    kind_given: str | None
    source: str | None
    external_id: str | None
    received_by: str
    received_at: datetime
    arrived_at: datetime
    read_at: datetime | None
    revision: int
    document: Document | None
    doubts: tuple[Doubt, ...]
    version: int = 1
    layout: Mapping[str, Any] | None = None
    joined_to: str | None = None
    leaves: tuple[Leaf, ...] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)
    body_sha256: str | None = None

    def leaf(self, page: int) -> Leaf | None:
        """Where a page (from 1) stands; None where the document has no such page, or no paper."""
        if not 1 <= page <= len(self.pages) or self.file_sha256 is None:
            return None
        return self.leaves[page - 1] if self.leaves else Leaf(self.id, self.file_sha256, page)


def take_number(session: WriteSession, *, tenant: str, name: str) -> int:
    """The next number of a counter; whoever asks at the same time waits for this transaction."""
    where = (COUNTER.c.tenant == tenant, COUNTER.c.name == name)
    taken = session.execute(
        update(COUNTER).where(*where).values(value=COUNTER.c.value + 1).returning(COUNTER.c.value)
    ).scalar()
    if taken is None:
        session.execute(insert(COUNTER).values(tenant=tenant, name=name, value=1))
        return 1
    return int(taken)


def add_file(
    session: WriteSession, *, tenant: str, sha256: str, size: int, media_type: str | None, at: datetime
) -> None:
    """Note that a file is in the store; the same content is noted once."""
    known = session.execute(select(FILE.c.size).where(FILE.c.tenant == tenant, FILE.c.sha256 == sha256)).first()
    if known is None:
        session.execute(
            insert(FILE).values(tenant=tenant, sha256=sha256, size=size, media_type=media_type, stored_at=at)
        )


def find_file(session: AnySession, *, tenant: str, sha256: str) -> str | None:
    """The identifier of the (first) document of a file, if it is on file already."""
    found: str | None = session.execute(
        select(DOCUMENT.c.id)
        .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.file_sha256 == sha256)
        .order_by(DOCUMENT.c.part)
        .limit(1)
    ).scalar()
    return found


def find_external(session: AnySession, *, tenant: str, source: str, external_id: str) -> str | None:
    """The identifier of the document that another system knows under its own key."""
    found: str | None = session.execute(
        select(DOCUMENT.c.id).where(
            DOCUMENT.c.tenant == tenant, DOCUMENT.c.source == source, DOCUMENT.c.external_id == external_id
        )
    ).scalar()
    return found


def add(
    session: WriteSession,
    *,
    tenant: str,
    identifier: str,
    received_by: str,
    received_at: datetime,
    arrived_at: datetime | None = None,
    file_sha256: str | None,
    part: int = 0,
    file_name: str | None = None,
    media_type: str | None = None,
    kind_given: str | None = None,
    source: str | None = None,
    external_id: str | None = None,
) -> int:
    """Put a document on file that has arrived and is not read yet; gives its place in the order of arrival.

    `received_at` is when we got it; `arrived_at` when it reached the company, where that was earlier.
    """
    sequence = take_number(session, tenant=tenant, name="document")
    session.execute(
        insert(DOCUMENT).values(
            tenant=tenant,
            id=identifier,
            sequence=sequence,
            state=State.RECEIVED.value,
            standing=Standing.PENDING.value,
            file_sha256=file_sha256,
            part=part,
            file_name=file_name,
            media_type=media_type,
            kind_given=kind_given,
            source=source,
            external_id=external_id,
            received_by=received_by,
            received_at=received_at,
            arrived_at=arrived_at or received_at,
            version=1,
            revision=1,
        )
    )
    return sequence


def digest(document: Document) -> str:
    """SHA-256 of the canonical JSON of what was read."""
    return hashlib.sha256(one_form(canonical.write(document)).encode()).hexdigest()


def set_read(
    session: WriteSession,
    *,
    tenant: str,
    identifier: str,
    document: Document,
    pages: Sequence[tuple[float, float]],
    at: datetime,
    doubts: Sequence[Doubt] = (),
    leaves: Sequence[Leaf] = (),
    notes: Mapping[str, Any] | None = None,
    layout: Mapping[str, Any] | None = None,
) -> str:
    """Save what was read of a document, what the reader found wrong with it, and its keys; gives the digest of it.

    `layout` is what a remembered layout did in the reading.
    """
    currency = document.currency
    body_sha256 = digest(document)
    _keep_replaced(session, tenant, identifier, body_sha256)
    session.execute(
        update(DOCUMENT)
        .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier)
        .values(
            state=State.READ.value,
            kind=document.kind,
            number=document.number,
            issue_date=document.issue_date,
            due_date=document.due_date,
            currency=currency,
            supplier_name=document.supplier.name,
            supplier_key=supplier_key(document),
            purchase_order=document.references.purchase_order,
            net_minor=_minor(document.totals.net, currency),
            gross_minor=_minor(document.totals.gross, currency),
            verdict="ok",
            reason=None,
            pages=_pages(pages, leaves),
            read_at=at,
            body=canonical.write(document),
            body_sha256=body_sha256,
            doubts=[asdict(doubt) for doubt in doubts] or None,
            notes=dict(notes) if notes else None,
            layout=None if layout is None else dict(layout),
            revision=DOCUMENT.c.revision + 1,
        )
    )
    file_under(session, tenant=tenant, identifier=identifier, document=document)
    return body_sha256


def _keep_replaced(session: WriteSession, tenant: str, identifier: str, body_sha256: str) -> None:
    """What a document said until now stays under its digest: matches were made from it."""
    where = (DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier, DOCUMENT.c.body.is_not(None))
    now = session.execute(select(DOCUMENT.c.body, DOCUMENT.c.body_sha256).where(*where)).first()
    if now is not None and now.body_sha256 != body_sha256:
        keep(session, tenant=tenant, sha256=now.body_sha256, body=now.body)


def content(session: AnySession, *, tenant: str, identifier: str, sha256: str) -> Any:
    """What a document said when its content had that digest, as JSON, or None where that is not on file."""
    where = (DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier, DOCUMENT.c.body_sha256 == sha256)
    now = session.execute(select(DOCUMENT.c.body).where(*where)).scalar()
    return kept(session, tenant=tenant, sha256=sha256) if now is None else now


def set_unread(
    session: WriteSession,
    *,
    tenant: str,
    identifier: str,
    verdict: str,
    reason: str,
    pages: Sequence[tuple[float, float]],
    at: datetime,
    notes: Mapping[str, Any] | None = None,
) -> None:
    """Note that a document could not be read, and why."""
    session.execute(
        update(DOCUMENT)
        .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier)
        .values(
            state=State.UNREAD.value,
            kind=DOCUMENT.c.kind_given,
            verdict=verdict,
            reason=reason,
            pages=[list(size) for size in pages],
            notes=dict(notes) if notes else None,
            read_at=at,
            revision=DOCUMENT.c.revision + 1,
        )
    )


def _pages(pages: Sequence[tuple[float, float]], leaves: Sequence[Leaf]) -> list[list[Any]]:
    if not leaves:
        return [list(size) for size in pages]
    return [[*size, leaf.document, leaf.sha256, leaf.page] for size, leaf in zip(pages, leaves, strict=True)]


def set_fate(
    session: WriteSession,
    *,
    tenant: str,
    identifier: str,
    fate: State,
    at: datetime,
    joined_to: str | None = None,
    verdict: str = "ok",
    reason: str | None = None,
    notes: Mapping[str, Any] | None = None,
) -> None:
    """Note that a file is no document of its own: it was taken apart, joined to another, or set aside.

    Nobody finds it by a key any more, and it is not judged.
    """
    values: dict[str, Any] = {
        "state": State.READ.value,
        "fate": fate.value,
        "joined_to": joined_to,
        "kind": None,
        "verdict": verdict,
        "reason": reason,
        "read_at": at,
        "revision": DOCUMENT.c.revision + 1,
    }
    if notes is not None:
        values["notes"] = dict(notes)
    session.execute(update(DOCUMENT).where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier).values(**values))
    session.execute(delete(DOCUMENT_KEY).where(DOCUMENT_KEY.c.tenant == tenant, DOCUMENT_KEY.c.document == identifier))


def set_notes(session: WriteSession, *, tenant: str, identifier: str, notes: Mapping[str, Any]) -> None:
    """Keep what was noted beside a document."""
    session.execute(
        update(DOCUMENT)
        .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier)
        .values(notes=dict(notes), revision=DOCUMENT.c.revision + 1)
    )


def joined_to(session: AnySession, *, tenant: str, identifier: str) -> list[Record]:
    """The files whose pages belong to the document, in the order of arrival."""
    query = (
        select(DOCUMENT)
        .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.joined_to == identifier)
        .order_by(DOCUMENT.c.sequence)
    )
    return [_record(row) for row in session.execute(query)]


def set_standing(session: WriteSession, *, tenant: str, identifier: str, standing: Standing) -> None:
    """Note whether an invoice counts in the ledger."""
    session.execute(
        update(DOCUMENT)
        .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier)
        .values(standing=standing.value, revision=DOCUMENT.c.revision + 1)
    )


def get(session: AnySession, *, tenant: str, identifier: str) -> Record | None:
    """The document with that identifier, or None."""
    row = session.execute(select(DOCUMENT).where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == identifier)).first()
    return _record(row) if row else None


def listed(
    session: AnySession,
    *,
    tenant: str,
    after: str | None = None,
    limit: int,
    kind: str | None = None,
    state: str | None = None,
    number: str | None = None,
) -> list[Record]:
    """Documents, the newest first, a page at a time."""
    query = select(DOCUMENT).where(DOCUMENT.c.tenant == tenant).order_by(DOCUMENT.c.id.desc()).limit(limit)
    for column, wanted in ((DOCUMENT.c.kind, kind), (STATE, state), (DOCUMENT.c.number, number)):
        if wanted is not None:
            query = query.where(column == wanted)
    if after is not None:
        query = query.where(DOCUMENT.c.id < after)
    return [_record(row) for row in session.execute(query)]


def parts_of_file(session: AnySession, *, tenant: str, sha256: str) -> list[str]:
    """The documents of one file (a file may hold several), in their order."""
    return list(
        session.execute(
            select(DOCUMENT.c.id)
            .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.file_sha256 == sha256)
            .order_by(DOCUMENT.c.part)
        ).scalars()
    )


def filed(session: AnySession, *, tenant: str, identifiers: Iterable[str]) -> list[Filed]:
    """Documents on file that were read or found unreadable, in the order of arrival."""
    found: list[Filed] = []
    wanted = sorted(identifiers)
    for start in range(0, len(wanted), 500):
        query = select(DOCUMENT).where(
            DOCUMENT.c.tenant == tenant,
            DOCUMENT.c.id.in_(wanted[start : start + 500]),
            DOCUMENT.c.state != State.RECEIVED.value,
            DOCUMENT.c.fate.is_(None),
        )
        found += [as_filed(_record(row)) for row in session.execute(query)]
    return sorted(found, key=lambda entry: entry.sequence)


def as_filed(record: Record) -> Filed:
    """What linking and matching see of a document."""
    return Filed(
        id=record.id,
        document=record.document or Document(kind=record.kind_given or "invoice"),
        arrived_at=record.arrived_at,
        sequence=record.sequence,
        standing=record.standing,
        unread=None if record.state is State.READ else f"{record.verdict}: {record.reason}",
        doubts=record.doubts,
        content_sha256=record.body_sha256,
    )


def _minor(amount: Any, currency: str | None) -> int | None:
    return None if amount is None or currency is None else Money.of(amount, currency).minor


def _record(row: Row[Any]) -> Record:
    return Record(
        id=row.id,
        sequence=row.sequence,
        state=State(row.fate or row.state),
        standing=Standing(row.standing),
        kind=row.kind,
        number=row.number,
        verdict=row.verdict,
        reason=row.reason,
        file_sha256=row.file_sha256,
        part=row.part,
        file_name=row.file_name,
        media_type=row.media_type,
        pages=tuple((size[0], size[1]) for size in row.pages or ()),
        kind_given=row.kind_given,
        source=row.source,
        external_id=row.external_id,
        received_by=row.received_by,
        received_at=row.received_at,
        arrived_at=row.arrived_at,
        read_at=row.read_at,
        version=row.version,
        revision=row.revision,
        document=parsed(row.body, row.body_sha256) if row.body else None,
        body_sha256=row.body_sha256 if row.body else None,
        doubts=tuple(Doubt(**doubt | {"kind": DoubtKind(doubt["kind"])}) for doubt in row.doubts or ()),
        joined_to=row.joined_to,
        leaves=tuple(Leaf(*size[2:]) for size in row.pages or () if len(size) > _SIZE),
        notes=row.notes or {},
        layout=row.layout,
    )


def to_judge(session: AnySession, *, tenant: str, identifiers: Collection[str]) -> list[str]:
    """Those that are judged, in their order of arrival: bills that are not void, and papers that could not be read."""
    found: list[tuple[int, str]] = []
    wanted = sorted(identifiers)
    for start in range(0, len(wanted), 500):
        query = select(DOCUMENT.c.sequence, DOCUMENT.c.id).where(
            DOCUMENT.c.tenant == tenant,
            DOCUMENT.c.id.in_(wanted[start : start + 500]),
            or_(
                DOCUMENT.c.state == State.UNREAD.value,
                (DOCUMENT.c.state == State.READ.value) & DOCUMENT.c.kind.in_(sorted(BILLING)),
            ),
            DOCUMENT.c.standing != Standing.VOID.value,
            DOCUMENT.c.fate.is_(None),
        )
        found += [(row.sequence, row.id) for row in session.execute(query)]
    return [identifier for _, identifier in sorted(found)]
