"""What matches were made from: the record of each match's inputs, and contents that stand nowhere else any more."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from app.storage.database import AnySession, WriteSession
from app.storage.tables import KEPT, MATCH_INPUTS


def keep(session: WriteSession, *, tenant: str, sha256: str, body: Any) -> None:
    """Keep a JSON value under its digest; the same one twice is kept once."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(KEPT).values(tenant=tenant, sha256=sha256, body=body)
    session.execute(statement.on_conflict_do_nothing(index_elements=["tenant", "sha256"]))


def kept(session: AnySession, *, tenant: str, sha256: str) -> Any:
    """The JSON value kept under that digest, or None."""
    return session.execute(select(KEPT.c.body).where(KEPT.c.tenant == tenant, KEPT.c.sha256 == sha256)).scalar()


def keep_inputs(session: WriteSession, *, tenant: str, match: str, sha256: str, body: Any) -> None:
    """Keep what a match was made from."""
    session.execute(insert(MATCH_INPUTS).values(tenant=tenant, match=match, sha256=sha256, body=body))


def inputs_of(session: AnySession, *, tenant: str, match: str) -> Any:
    """What a match was made from, or None where that was not kept."""
    where = (MATCH_INPUTS.c.tenant == tenant, MATCH_INPUTS.c.match == match)
    return session.execute(select(MATCH_INPUTS.c.body).where(*where)).scalar()
