"""Exceptions: the cases that people work on, as rows to list and to change."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, or_, select, update

from app.documents.money import Money
from app.storage.database import AnySession, WriteSession
from app.storage.tables import EXCEPTION


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRow:
    """An exception as it is on file; `finding` is the finding that last spoke of it, as the API shows it."""

    id: str
    identity: str
    code: str
    severity: str
    owner: str
    state: str
    document: str
    match: str | None
    line: str | None
    order_line: str | None
    vendor: str | None
    number: str | None
    at_risk: Money | None
    held: Money | None
    why: str
    fingerprint: str
    finding: dict[str, Any]
    opened_at: datetime
    closed_at: datetime | None
    reason: str | None
    due_date: date | None
    assignee: str | None
    revision: int
    disputed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list of exceptions is narrowed to; None means all. `q` is looked for in vendor, number and sentence."""

    state: str | None = None
    code: str | None = None
    severity: str | None = None
    vendor: str | None = None
    document: str | None = None
    assignee: str | None = None
    q: str | None = None
    due_lte: date | None = None
    held_gte: int | None = None


def listed(
    session: AnySession, *, tenant: str, filters: Filters, after: str | None = None, limit: int
) -> list[ExceptionRow]:
    """Exceptions, the newest first, a page at a time; `after` is the identifier of the last one seen."""
    query = _narrowed(select(EXCEPTION), tenant, filters).order_by(EXCEPTION.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(EXCEPTION.c.id < after)
    return [_row(row) for row in session.execute(query)]


def counted(session: AnySession, *, tenant: str, filters: Filters) -> int:
    """How many exceptions there are."""
    return int(session.execute(_narrowed(select(func.count()).select_from(EXCEPTION), tenant, filters)).scalar_one())


def _narrowed(query: Select[Any], tenant: str, filters: Filters) -> Select[Any]:
    table = EXCEPTION.c
    query = query.where(table.tenant == tenant)
    for column, wanted in (
        (table.state, filters.state),
        (table.code, filters.code),
        (table.severity, filters.severity),
        (table.vendor, filters.vendor),
        (table.document, filters.document),
        (table.assignee, filters.assignee),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if filters.due_lte is not None:
        query = query.where(table.due_date <= filters.due_lte)
    if filters.held_gte is not None:
        query = query.where(table.held_minor >= filters.held_gte)
    if filters.q:
        looked = f"%{filters.q.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        query = query.where(or_(*(c.ilike(looked, escape="!") for c in (table.vendor, table.number, table.why))))
    return query


def get(session: AnySession, *, tenant: str, identifier: str) -> ExceptionRow | None:
    """The exception with that identifier, or None."""
    row = session.execute(select(EXCEPTION).where(EXCEPTION.c.tenant == tenant, EXCEPTION.c.id == identifier)).first()
    return _row(row) if row else None


def of_document(session: AnySession, *, tenant: str, document: str) -> list[ExceptionRow]:
    """All exceptions of an invoice (or of a paper that could not be read), closed ones too, in the order of opening."""
    query = select(EXCEPTION).where(EXCEPTION.c.tenant == tenant, EXCEPTION.c.document == document)
    return [_row(row) for row in session.execute(query.order_by(EXCEPTION.c.id))]


def add(session: WriteSession, *, tenant: str, row: ExceptionRow) -> None:
    """A new exception."""
    session.execute(insert(EXCEPTION).values(tenant=tenant, **_columns(row)))


def save(session: WriteSession, *, tenant: str, row: ExceptionRow) -> None:
    """The exception as it is now; its revision goes up by one."""
    columns = _columns(row) | {"revision": EXCEPTION.c.revision + 1}
    session.execute(update(EXCEPTION).where(EXCEPTION.c.tenant == tenant, EXCEPTION.c.id == row.id).values(**columns))


def _columns(row: ExceptionRow) -> dict[str, Any]:
    money = row.at_risk if row.at_risk is not None else row.held
    return {
        "id": row.id,
        "identity": row.identity,
        "code": row.code,
        "severity": row.severity,
        "owner": row.owner,
        "state": row.state,
        "document": row.document,
        "match": row.match,
        "line": row.line,
        "order_line": row.order_line,
        "vendor": row.vendor,
        "number": row.number,
        "currency": money.currency if money else None,
        "at_risk_minor": row.at_risk.minor if row.at_risk is not None else None,
        "held_minor": row.held.minor if row.held is not None else None,
        "why": row.why,
        "fingerprint": row.fingerprint,
        "finding": row.finding,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "reason": row.reason,
        "due_date": row.due_date,
        "assignee": row.assignee,
        "disputed_at": row.disputed_at,
        "revision": row.revision,
    }


def _row(row: Row[Any]) -> ExceptionRow:
    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money.from_minor(minor, row.currency)

    return ExceptionRow(
        id=row.id,
        identity=row.identity,
        code=row.code,
        severity=row.severity,
        owner=row.owner,
        state=row.state,
        document=row.document,
        match=row.match,
        line=row.line,
        order_line=row.order_line,
        vendor=row.vendor,
        number=row.number,
        at_risk=money(row.at_risk_minor),
        held=money(row.held_minor),
        why=row.why,
        fingerprint=row.fingerprint,
        finding=row.finding,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        reason=row.reason,
        due_date=row.due_date,
        assignee=row.assignee,
        disputed_at=row.disputed_at,
        revision=row.revision,
    )
