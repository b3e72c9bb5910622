"""Answers kept under the caller's Idempotency-Key, so that asking again never decides twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.storage.database import Database
from app.storage.tables import IDEMPOTENCY


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a key: the request it was used for, and the answer if there is one yet."""

    request_sha256: str
    started_at: datetime
    http_status: int | None
    headers: dict[str, str]
    answer: bytes | None


def claim(db: Database, *, tenant: str, actor: str, key: str, request_sha256: str, at: datetime) -> Kept | None:
    """Take the key for this request; None where it is ours now, else what is known of it."""
    try:
        with db.begin() as session:
            session.execute(
                insert(IDEMPOTENCY).values(
                    tenant=tenant, actor=actor, key=key, request_sha256=request_sha256, started_at=at
                )
            )
    except IntegrityError:
        with db.read() as session:
            row = session.execute(select(IDEMPOTENCY).where(*_is(tenant, actor, key))).first()
        if row is None:  # released meanwhile: the caller may try again
            return Kept(request_sha256, at, None, {}, None)
        return Kept(row.request_sha256, row.started_at, row.http_status, row.headers or {}, row.answer)
    return None


def keep(
    db: Database, *, tenant: str, actor: str, key: str, http_status: int, headers: dict[str, str], answer: bytes
) -> None:
    """Keep the answer, byte for byte."""
    with db.begin() as session:
        session.execute(
            update(IDEMPOTENCY)
            .where(*_is(tenant, actor, key))
            .values(http_status=http_status, headers=headers, answer=answer)
        )


def release(db: Database, *, tenant: str, actor: str, key: str) -> None:
    """Give the key back: the call failed and changed nothing."""
    with db.begin() as session:
        session.execute(delete(IDEMPOTENCY).where(*_is(tenant, actor, key)))


def take_over(db: Database, *, tenant: str, actor: str, key: str, started_at: datetime, at: datetime) -> bool:
    """Take a key whose first call ended without an answer (its process died); False where somebody was faster."""
    with db.begin() as session:
        taken = session.execute(
            update(IDEMPOTENCY)
            .where(*_is(tenant, actor, key), IDEMPOTENCY.c.started_at == started_at, IDEMPOTENCY.c.answer.is_(None))
            .values(started_at=at)
            .returning(IDEMPOTENCY.c.key)
        )
        return taken.first() is not None


def _is(tenant: str, actor: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return (IDEMPOTENCY.c.tenant == tenant, IDEMPOTENCY.c.actor == actor, IDEMPOTENCY.c.key == key)
