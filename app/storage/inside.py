"""Which files a mail or an archive held, and in which of them a document came."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from app.storage.database import AnySession, WriteSession
from app.storage.documents import STATE
from app.storage.tables import DOCUMENT, INNER_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerFile:
    """A file in a mail or an archive: its name there, its document, and where that stands."""

    name: str
    document: str
    kind: str | None
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The mail or archive that a document came in, the name of that file, and the document's name inside."""

    document: str
    file: str | None
    name: str


def add(session: WriteSession, *, tenant: str, holder: str, files: Sequence[tuple[str, str]]) -> None:
    """Note what was in a mail or an archive: (name, document), in order."""
    rows = [
        {"tenant": tenant, "parent": holder, "position": at, "name": name, "document": document}
        for at, (name, document) in enumerate(files)
    ]
    if rows:
        session.execute(insert(INNER_FILE), rows)


def of_holder(session: AnySession, *, tenant: str, holder: str) -> list[InnerFile]:
    """The files of a mail or an archive, in order."""
    query = (
        select(INNER_FILE.c.name, INNER_FILE.c.document, DOCUMENT.c.kind, STATE.label("state"), DOCUMENT.c.reason)
        .join(DOCUMENT, (DOCUMENT.c.tenant == INNER_FILE.c.tenant) & (DOCUMENT.c.id == INNER_FILE.c.document))
        .where(INNER_FILE.c.tenant == tenant, INNER_FILE.c.parent == holder)
        .order_by(INNER_FILE.c.position)
    )
    return [InnerFile(**row._asdict()) for row in session.execute(query)]


def origins(session: AnySession, *, tenant: str, document: str) -> list[Origin]:
    """The mails and archives that a document came in, the first one first."""
    query = (
        select(INNER_FILE.c.parent, DOCUMENT.c.file_name, INNER_FILE.c.name)
        .join(DOCUMENT, (DOCUMENT.c.tenant == INNER_FILE.c.tenant) & (DOCUMENT.c.id == INNER_FILE.c.parent))
        .where(INNER_FILE.c.tenant == tenant, INNER_FILE.c.document == document)
        .order_by(DOCUMENT.c.sequence)
    )
    return [Origin(*row) for row in session.execute(query)]
