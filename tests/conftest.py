"""What all tests share: both databases, a folder for files, a clock that stands still."""

import itertools
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.storage.database import Database
from app.storage.files import FileStore
from app.storage.schema import upgrade
from tests import postgres

_numbers = itertools.count(1)
SHARED = Path(__file__).parent.parent.parent / "shared"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared():
    """The folder of corpora and cases beside the checkout; without it the tests that score on it are skipped."""
    if not SHARED.is_dir():
        pytest.skip("the corpora beside the checkout are not here; nothing else depends on them")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server():
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = Database(f"sqlite:///{path}", pool=1)
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server):
    url = postgres.create(postgres_server, "template_countersign")
    database = Database(url, pool=1)
    upgrade(database)
    database.close()
    return "template_countersign"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "countersign.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"test_{next(_numbers)}"
    yield postgres.create(server, name, template)
    postgres.drop(server, name)


@pytest.fixture
def database(database_url):
    found = Database(database_url, pool=10)
    yield found
    found.close()


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "files")
