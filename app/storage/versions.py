"""Versions: what a document said before a person corrected it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.documents import canonical
from app.documents.document import Document
from app.storage.database import AnySession, WriteSession
from app.storage.documents import Record, digest
from app.storage.tables import DOCUMENT, DOCUMENT_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A content that is no longer the current one, and the corrections that ended it."""

    version: int
    document: Document
    body_sha256: str
    corrections: Sequence[Mapping[str, Any]]
    corrected_by: str
    corrected_at: datetime


def keep(
    session: WriteSession,
    record: Record,
    *,
    tenant: str,
    corrections: Sequence[Mapping[str, Any]],
    by: str,
    at: datetime,
) -> int:
    """Keep the content that a document has now, before another takes its place; gives the number of the new one."""
    if record.document is None:
        raise ValueError(f"document {record.id} has no content to keep")
    session.execute(
        insert(DOCUMENT_VERSION).values(
            tenant=tenant,
            document=record.id,
            version=record.version,
            body=canonical.write(record.document),
            body_sha256=digest(record.document),
            corrections=[dict(entry) for entry in corrections],
            corrected_by=by,
            corrected_at=at,
        )
    )
    session.execute(
        update(DOCUMENT)
        .where(DOCUMENT.c.tenant == tenant, DOCUMENT.c.id == record.id)
        .values(version=record.version + 1)
    )
    return record.version + 1


def earlier(session: AnySession, *, tenant: str, document: str) -> list[Version]:
    """The earlier contents of a document, the oldest first."""
    query = (
        select(DOCUMENT_VERSION)
        .where(DOCUMENT_VERSION.c.tenant == tenant, DOCUMENT_VERSION.c.document == document)
        .order_by(DOCUMENT_VERSION.c.version)
    )
    return [
        Version(
            version=row.version,
            document=canonical.read(row.body),
            body_sha256=row.body_sha256,
            corrections=row.corrections,
            corrected_by=row.corrected_by,
            corrected_at=row.corrected_at,
        )
        for row in session.execute(query)
    ]
