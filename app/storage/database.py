"""The database: engine, transactions, and what SQLite and PostgreSQL each need."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NewType

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, sessionmaker

#: A session inside `Database.begin`: what is saved here is committed when the block ends.
WriteSession = NewType("WriteSession", Session)
#: A session inside `Database.read`: it cannot write.
ReadSession = NewType("ReadSession", Session)
AnySession = WriteSession | ReadSession

_BUSY_SECONDS = 30
_POOL = 40


class Database:
    """One database; verbs open their transactions here and nowhere else."""

    def __init__(self, url: str, *, pool: int = _POOL) -> None:
        self.url = url
        self.engine = _engine(url, pool)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def begin(self) -> Iterator[WriteSession]:
        """A transaction that writes: committed when the block ends, rolled back when it raises."""
        with self._sessions() as session:
            if self.dialect == "sqlite":
                session.execute(text("BEGIN IMMEDIATE"))
            try:
                yield WriteSession(session)
            except BaseException:
                session.rollback()
                raise
            session.commit()

    @contextmanager
    def read(self) -> Iterator[ReadSession]:
        """A transaction that only reads, and sees one state of the database throughout."""
        with self._sessions() as session:
            if self.dialect == "sqlite":
                session.execute(text("BEGIN"))
                session.execute(text("PRAGMA query_only = ON"))
            else:
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            try:
                yield ReadSession(session)
            finally:
                if self.dialect == "sqlite":
                    session.execute(text("PRAGMA query_only = OFF"))
                session.rollback()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str, pool: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            pool_size=pool,
            max_overflow=0,
            # The driver's own transactions start late and would upgrade a read into a write; ours are explicit.
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_size=pool, max_overflow=0, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: a commit that was answered is on the disk, also after a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    cursor.close()


def lock(session: WriteSession, name: str) -> None:
    """Hold a lock of that name until the transaction ends.

    On SQLite a writing transaction is alone already; on PostgreSQL it is an advisory lock. Callers that
    need several take them in sorted order.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
