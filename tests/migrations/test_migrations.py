"""Migrations: up, no difference to the tables, down, up again; on both databases."""

import itertools

import pytest
from alembic import command
from sqlalchemy import inspect, text

from app.storage.database import Database
from app.storage.schema import SchemaTooNewError, config, upgrade
from tests import postgres

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server, name = request.getfixturevalue("postgres_server"), f"empty_{next(_numbers)}"
    yield postgres.create(server, name)
    postgres.drop(server, name)


def tables(url):
    database = Database(url, pool=1)
    try:
        return set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    finally:
        database.close()


def test_up_check_down_up(empty_url):
    settings = config(empty_url)

    command.upgrade(settings, "head")
    command.check(settings)
    there = tables(empty_url)
    command.downgrade(settings, "base")
    gone = tables(empty_url)
    command.upgrade(settings, "head")

    assert {"document", "trail", "allocation"} <= there
    assert gone == set()
    assert tables(empty_url) == there


def test_a_newer_schema_is_refused(empty_url):
    database = Database(empty_url, pool=1)
    upgrade(database)
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaTooNewError, match="9999"):
        upgrade(database)

    database.close()
