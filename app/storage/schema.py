"""The schema's version: bring it up to date, or refuse to work on one that is newer."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.storage.database import Database
from app.storage.keys import file_anew

#: From this revision on, documents are filed under the keys of wider circles as well.
_WIDER_KEYS = "0006"
_MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


class SchemaTooNewError(Exception):
    """The database was written by a newer release; working on it could lose what it holds."""


def config(url: str) -> Config:
    """Alembic's configuration for a database."""
    found = Config()
    found.set_main_option("script_location", str(_MIGRATIONS))
    found.set_main_option("path_separator", "os")
    found.attributes["url"] = url
    return found


def upgrade(database: Database) -> None:
    """Run the migrations that are missing.

    Raises:
        SchemaTooNewError: the database knows a migration that this release does not.
    """
    settings = config(database.url)
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    known = {entry.revision for entry in ScriptDirectory.from_config(settings).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaTooNewError(f"the database is at revision {current}, which this release does not know")
    if current is not None and current < _WIDER_KEYS:
        # Before the migration that says that it was done, so that it is done again where it is cut off.
        file_anew(database)
    command.upgrade(settings, "head")
