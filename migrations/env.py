"""How migrations run: on one connection, in one transaction, with time-outs on PostgreSQL."""

import os

from alembic import context
from sqlalchemy import text

import app.storage.case_tables  # noqa: F401 (its tables are on the same metadata)
from app.storage.database import Database
from app.storage.tables import METADATA

# A migration that cannot get its lock gives up instead of stopping everybody behind it.
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "15min"


def _url() -> str:
    return (
        context.config.attributes.get("url")
        or os.environ.get("COUNTERSIGN_DATABASE_URL")
        or f"sqlite:///{os.environ.get('COUNTERSIGN_DATA', 'data')}/countersign.sqlite"
    )


def _render_item(kind, item, autogen_context):
    # Migrations never import `app`: its types are written as what they are in the database.
    if kind == "type" and item.__class__.__module__ == "app.storage.types":
        autogen_context.imports.add("from migrations.types import ExactDecimal, Json, Moment")
        return f"{item.__class__.__name__}()"
    return False


def run() -> None:
    database = Database(_url(), pool=1)
    try:
        with database.engine.connect() as connection:
            if database.dialect == "postgresql":
                connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
                connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
                connection.commit()
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            context.configure(
                connection=connection,
                target_metadata=METADATA,
                render_as_batch=True,
                render_item=_render_item,
                compare_type=False,
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        database.close()


run()
