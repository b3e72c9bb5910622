"""Whether the process is alive, and whether it can work."""

import sqlite3
from weakref import WeakKeyDictionary

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text
from starlette.responses import Response

from app.storage.database import Database
from app.web.access import ContextDep

router = APIRouter()

_UNAVAILABLE = 503
_versions: WeakKeyDictionary[Database, str] = WeakKeyDictionary()


@router.get("/healthz")
def alive(ctx: ContextDep) -> Response:
    """The process answers; the database's version was asked for once."""
    return JSONResponse({"ok": True, "database": _version(ctx.db)})


@router.get("/readyz")
def ready(ctx: ContextDep) -> Response:
    """The database answers too, and its schema is there."""
    try:
        with ctx.db.read() as session:
            schema = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except Exception as error:  # noqa: BLE001 (whatever keeps the database from answering, we are not ready)
        return JSONResponse({"ok": False, "error": type(error).__name__}, _UNAVAILABLE)
    return JSONResponse({"ok": True, "database": _version(ctx.db), "schema": schema})


def _version(db: Database) -> str:
    if db not in _versions:
        _versions[db] = f"{db.dialect} {_number(db)}"
    return _versions[db]


def _number(db: Database) -> str:
    if db.dialect == "sqlite":
        return sqlite3.sqlite_version
    with db.read() as session:
        return str(session.execute(text("SHOW server_version")).scalar())
