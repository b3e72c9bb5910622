"""Layouts in the database: what corrections taught of a supplier's paper, and how it has done since.

What a layout teaches is the reader's business; here it is plain JSON.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, tuple_, update

from app.documents.document import Document
from app.documents.normal import name_key, tax_key
from app.storage.database import AnySession, WriteSession
from app.storage.tables import LAYOUT, LAYOUT_KEY

#: A layout that lost so many readings in a row against the arithmetic is not tried again.
MOST_LOST = 3
_MOST_TRIED = 8
_KEY_LENGTH = 200

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A version of a remembered layout: what it teaches, from which document, and how often it was used and lost."""

    id: str
    version: int
    supplier: str | None
    fingerprint: str
    body: Mapping[str, Any]
    document: str
    learned_by: str
    learned_at: datetime
    used: int
    lost_in_a_row: int
    retired_at: datetime | None


def keys_of(document: Document) -> set[Key]:
    """The keys of the document's supplier: VAT id, IBAN, name without legal form."""
    supplier = document.supplier
    found = (("vat", tax_key(supplier.vat_id)), ("iban", tax_key(supplier.iban)), ("name", name_key(supplier.name)))
    return {(kind, key[:_KEY_LENGTH]) for kind, key in found if key}


def table_keys(marks: Collection[str], scopes: Collection[str]) -> set[Key]:
    """The keys of tables with such headings (`marks`, digests) from such a source or supplier."""
    pairs = ((mark, scope) for mark in sorted(marks) for scope in sorted(scopes))
    return {("table", hashlib.sha256(f"{mark}\0{scope}".encode()).hexdigest()) for mark, scope in pairs}


def of_supplier(session: AnySession, *, tenant: str, keys: Collection[Key]) -> list[Remembered]:
    """The layouts in force that are remembered under any of the keys, the newest first."""
    if not keys:
        return []
    named = select(LAYOUT_KEY.c.layout).where(
        LAYOUT_KEY.c.tenant == tenant, tuple_(LAYOUT_KEY.c.type, LAYOUT_KEY.c.key).in_(sorted(keys))
    )
    query = (
        select(LAYOUT)
        .where(
            LAYOUT.c.tenant == tenant,
            LAYOUT.c.current.is_(True),
            LAYOUT.c.retired_at.is_(None),
            LAYOUT.c.id.in_(named),
        )
        .order_by(LAYOUT.c.learned_at.desc(), LAYOUT.c.id.desc())
        .limit(_MOST_TRIED)
    )
    return [_remembered(row) for row in session.execute(query)]


def versions(session: AnySession, *, tenant: str, identifier: str) -> list[Remembered]:
    """All versions of a layout, the oldest first."""
    query = select(LAYOUT).where(LAYOUT.c.tenant == tenant, LAYOUT.c.id == identifier).order_by(LAYOUT.c.version)
    return [_remembered(row) for row in session.execute(query)]


def learn(
    session: WriteSession,
    *,
    tenant: str,
    identifier: str,
    fingerprint: str,
    body: Mapping[str, Any],
    document: str,
    supplier: str | None,
    keys: Collection[Key],
    by: str,
    at: datetime,
) -> int:
    """Remember a layout, or a new version of it, under the supplier's keys; gives the version."""
    before = versions(session, tenant=tenant, identifier=identifier)
    version = before[-1].version + 1 if before else 1
    session.execute(update(LAYOUT).where(LAYOUT.c.tenant == tenant, LAYOUT.c.id == identifier).values(current=False))
    session.execute(
        insert(LAYOUT).values(
            tenant=tenant,
            id=identifier,
            version=version,
            current=True,
            supplier=supplier,
            fingerprint=fingerprint,
            body=dict(body) | {"memory": identifier, "version": version},
            document=document,
            learned_by=by,
            learned_at=at,
            used=0,
            lost_in_a_row=0,
        )
    )
    known = {
        (row.type, row.key)
        for row in session.execute(
            select(LAYOUT_KEY).where(LAYOUT_KEY.c.tenant == tenant, LAYOUT_KEY.c.layout == identifier)
        )
    }
    rows = [{"tenant": tenant, "type": t, "key": k, "layout": identifier} for t, k in sorted(set(keys) - known)]
    if rows:
        session.execute(insert(LAYOUT_KEY), rows)
    return version


def count(session: WriteSession, *, tenant: str, identifier: str, version: int, lost: bool, at: datetime) -> bool:
    """Note how a layout did in a reading; True if it is now retired, because it lost too often in a row."""
    where = (LAYOUT.c.tenant == tenant, LAYOUT.c.id == identifier, LAYOUT.c.version == version)
    values: dict[str, Any] = (
        {"lost_in_a_row": LAYOUT.c.lost_in_a_row + 1} if lost else {"lost_in_a_row": 0, "used": LAYOUT.c.used + 1}
    )
    now = session.execute(update(LAYOUT).where(*where).values(**values).returning(LAYOUT.c.lost_in_a_row)).scalar()
    if now is None or now < MOST_LOST:
        return False
    done = session.execute(
        update(LAYOUT).where(*where, LAYOUT.c.retired_at.is_(None)).values(retired_at=at).returning(LAYOUT.c.id)
    )
    return done.first() is not None


def _remembered(row: Row[Any]) -> Remembered:
    return Remembered(
        id=row.id,
        version=row.version,
        supplier=row.supplier,
        fingerprint=row.fingerprint,
        body=row.body,
        document=row.document,
        learned_by=row.learned_by,
        learned_at=row.learned_at,
        used=row.used,
        lost_in_a_row=row.lost_in_a_row,
        retired_at=row.retired_at,
    )
