"""Policies: dated versions. What a version says never changes; only where it stands moves on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update

from app.storage.database import AnySession, WriteSession
from app.storage.tables import POLICY


class Step(StrEnum):
    """How far a policy has come."""

    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """A version of the policy; `body` is the object as it was given, `holds_from` is known once it is approved."""

    version: str
    state: Step
    effective_from: date
    holds_from: date | None
    body: Mapping[str, Any]
    sha256: str
    made_by: str
    made_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


def add(
    session: WriteSession,
    *,
    tenant: str,
    version: str,
    effective_from: date,
    body: Mapping[str, Any],
    sha256: str,
    by: str,
    at: datetime,
) -> None:
    """Put a draft on file."""
    session.execute(
        insert(POLICY).values(
            tenant=tenant,
            version=version,
            state=Step.DRAFT.value,
            effective_from=effective_from,
            body=dict(body),
            sha256=sha256,
            made_by=by,
            made_at=at,
        )
    )


def approve(session: WriteSession, *, tenant: str, version: str, holds_from: date, by: str, at: datetime) -> bool:
    """A draft holds from that day on; False where it is no draft any more."""
    values = {"state": Step.APPROVED.value, "holds_from": holds_from, "approved_by": by, "approved_at": at}
    return _move(session, tenant, version, values)


def withdraw(session: WriteSession, *, tenant: str, version: str, by: str, at: datetime) -> bool:
    """A draft is given up; False where it is no draft any more."""
    values = {"state": Step.WITHDRAWN.value, "withdrawn_by": by, "withdrawn_at": at}
    return _move(session, tenant, version, values)


def _move(session: WriteSession, tenant: str, version: str, values: Mapping[str, Any]) -> bool:
    where = (POLICY.c.tenant == tenant, POLICY.c.version == version, POLICY.c.state == Step.DRAFT.value)
    return (
        session.execute(update(POLICY).where(*where).values(**values).returning(POLICY.c.version)).first() is not None
    )


def get(session: AnySession, *, tenant: str, version: str) -> PolicyRow | None:
    """That version, or None."""
    row = session.execute(select(POLICY).where(POLICY.c.tenant == tenant, POLICY.c.version == version)).first()
    return _row(row) if row else None


def listed(session: AnySession, *, tenant: str) -> list[PolicyRow]:
    """All versions, the newest first."""
    query = select(POLICY).where(POLICY.c.tenant == tenant).order_by(POLICY.c.made_at.desc(), POLICY.c.version.desc())
    return [_row(row) for row in session.execute(query)]


def in_force(session: AnySession, *, tenant: str, on: date) -> PolicyRow | None:
    """The version that holds on that day: of those that have begun the last one, by begin, then by approval."""
    query = (
        select(POLICY)
        .where(POLICY.c.tenant == tenant, POLICY.c.state == Step.APPROVED.value, POLICY.c.holds_from <= on)
        .order_by(POLICY.c.holds_from.desc(), POLICY.c.approved_at.desc(), POLICY.c.version.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return _row(row) if row else None


def _row(row: Row[Any]) -> PolicyRow:
    return PolicyRow(
        version=row.version,
        state=Step(row.state),
        effective_from=row.effective_from,
        holds_from=row.holds_from,
        body=row.body,
        sha256=row.sha256,
        made_by=row.made_by,
        made_at=row.made_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
    )
