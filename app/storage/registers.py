"""The registers in the database: revisions whose old contents stay readable, and what a match is to know of them."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Row, insert, or_, select, update

from app.documents import canonical
from app.registers import REGISTERS, Facts, Sheet, digest_of
from app.storage.database import AnySession, WriteSession, lock
from app.storage.tables import REGISTER_ENTRY, REGISTER_REVISION

_PART = 500
#: How many sheets of a database a process keeps, the last used ones.
_MOST_SHEETS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a register held from one change to the next: how many entries, their digest, who changed it and when."""

    register: str
    revision: int
    rows: int
    sha256: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a change would do or did to a register; nothing where all three are 0 and it was on file."""

    added: int
    changed: int
    removed: int
    rows: int
    sha256: str
    revision: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry as it is stored: what names it, the revision since which it stands so, and its JSON."""

    key: str
    since: int
    body: dict[str, Any]


def current(session: AnySession, *, tenant: str) -> dict[str, Revision]:
    """The registers on file, in their present state."""
    query = select(REGISTER_REVISION).where(REGISTER_REVISION.c.tenant == tenant, REGISTER_REVISION.c.current)
    return {row.register: _revision(row) for row in session.execute(query)}


def revision_of(session: AnySession, *, tenant: str, code: str, revision: int | None = None) -> Revision | None:
    """That revision of a register, the present one where none is said; None where there is none."""
    table = REGISTER_REVISION
    wanted = table.c.current if revision is None else table.c.revision == revision
    row = session.execute(select(table).where(table.c.tenant == tenant, table.c.register == code, wanted)).first()
    return _revision(row) if row else None


def change(
    session: WriteSession,
    *,
    tenant: str,
    code: str,
    entries: Mapping[str, Any],
    merge: bool,
    actor: str,
    at: datetime,
    only_try: bool = False,
) -> Change:
    """Make the entries, by their keys, what the register holds, or with `merge` put them among those it holds.

    What stays the same makes no revision; with `only_try` nothing is written at all.
    """
    lock(session, f"register:{tenant}:{code}")
    last = revision_of(session, tenant=tenant, code=code)
    before = {row.key: row.body for row in _stored(session, tenant, code, last.revision)} if last else {}
    given = {key: canonical.write_as(entry) for key, entry in entries.items()}
    after = {**before, **given} if merge else given
    fresh = {key: body for key, body in after.items() if before.get(key) != body}
    gone = before.keys() - after.keys()
    is_new = last is None or bool(fresh) or bool(gone)
    number = (last.revision if last else 0) + is_new
    found = Change(
        added=sum(key not in before for key in fresh),
        changed=sum(key in before for key in fresh),
        removed=len(gone),
        rows=len(after),
        sha256=digest_of(after[key] for key in sorted(after)),
        revision=number,
        is_new=is_new,
    )
    if is_new and not only_try:
        _close(session, tenant, code, number, [*gone, *(key for key in fresh if key in before)])
        _open(session, tenant, code, number, fresh)
        _note(session, tenant, code, found, actor, at)
    return found


def _close(session: WriteSession, tenant: str, code: str, number: int, keys: Sequence[str]) -> None:
    table = REGISTER_ENTRY
    for start in range(0, len(keys), _PART):
        session.execute(
            update(table)
            .where(
                table.c.tenant == tenant,
                table.c.register == code,
                table.c.until.is_(None),
                table.c.key.in_(keys[start : start + _PART]),
            )
            .values(until=number)
        )


def _open(session: WriteSession, tenant: str, code: str, number: int, fresh: Mapping[str, Any]) -> None:
    if fresh:
        told = {"tenant": tenant, "register": code, "since": number, "until": None}
        session.execute(insert(REGISTER_ENTRY), [told | {"key": key, "body": fresh[key]} for key in sorted(fresh)])


def _note(session: WriteSession, tenant: str, code: str, found: Change, actor: str, at: datetime) -> None:
    table = REGISTER_REVISION
    session.execute(
        update(table).where(table.c.tenant == tenant, table.c.register == code, table.c.current).values(current=False)
    )
    session.execute(
        insert(table).values(
            tenant=tenant,
            register=code,
            revision=found.revision,
            current=True,
            rows=found.rows,
            sha256=found.sha256,
            changed_by=actor,
            changed_at=at,
        )
    )


def listed(
    session: AnySession, *, tenant: str, code: str, revision: int, after: str | None = None, limit: int
) -> list[EntryRow]:
    """Entries of a revision by their keys, after a given one."""
    table = REGISTER_ENTRY
    query = _at(tenant, code, revision)
    rows = select(table.c.key, table.c.since, table.c.body).where(*query).order_by(table.c.key).limit(limit)
    if after is not None:
        rows = rows.where(table.c.key > after)
    return [EntryRow(key=row.key, since=row.since, body=row.body) for row in session.execute(rows)]


def _stored(session: AnySession, tenant: str, code: str, revision: int) -> list[EntryRow]:
    """All entries of a revision, in the order that both databases agree on."""
    table = REGISTER_ENTRY
    query = select(table.c.key, table.c.since, table.c.body).where(*_at(tenant, code, revision))
    rows = [EntryRow(key=row.key, since=row.since, body=row.body) for row in session.execute(query)]
    return sorted(rows, key=lambda row: row.key)


def _at(tenant: str, code: str, revision: int) -> Collection[ColumnElement[bool]]:
    table = REGISTER_ENTRY
    return (
        table.c.tenant == tenant,
        table.c.register == code,
        table.c.since <= revision,
        or_(table.c.until.is_(None), table.c.until > revision),
    )


# ── what a match knows ──────────────────────────────────────────────────────────────────────────


def revisions(session: AnySession, *, tenant: str) -> dict[str, int]:
    """The registers on file with their present revisions; a match that is kept names them."""
    return {code: found.revision for code, found in sorted(current(session, tenant=tenant).items())}


def facts(session: AnySession, *, tenant: str, at: Mapping[str, int]) -> Facts:
    """What the registers hold at these revisions. What a process loaded before is not loaded again."""
    return Facts({code: _sheet(session, tenant, code, number) for code, number in at.items() if code in REGISTERS})


def _sheet(session: AnySession, tenant: str, code: str, revision: int) -> Sheet[Any]:
    bind = session.get_bind()
    kept = _KEPT.of(bind if isinstance(bind, Engine) else bind.engine)
    name = (tenant, code, revision)
    found = kept.get(name)
    if found is None:
        entry = REGISTERS[code].entry
        rows = _stored(session, tenant, code, revision)
        found = Sheet(tuple(canonical.read_as(entry, row.body) for row in rows))
        kept.put(name, found)
    return found


class _Sheets:
    """The sheets of one database that were used last. A revision never changes, so none of them grows old."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sheets: OrderedDict[tuple[str, str, int], Sheet[Any]] = OrderedDict()

    def get(self, name: tuple[str, str, int]) -> Sheet[Any] | None:
        with self._lock:
            found = self._sheets.get(name)
            if found is not None:
                self._sheets.move_to_end(name)
            return found

    def put(self, name: tuple[str, str, int], sheet: Sheet[Any]) -> None:
        with self._lock:
            self._sheets[name] = sheet
            if len(self._sheets) > _MOST_SHEETS:
                self._sheets.popitem(last=False)


class _Kept:
    """The kept sheets of each database that the process works on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_engine: WeakKeyDictionary[Engine, _Sheets] = WeakKeyDictionary()

    def of(self, engine: Engine) -> _Sheets:
        with self._lock:
            return self._by_engine.setdefault(engine, _Sheets())


_KEPT = _Kept()


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        register=row.register,
        revision=row.revision,
        rows=row.rows,
        sha256=row.sha256,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )
