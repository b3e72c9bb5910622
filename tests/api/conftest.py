"""A client of the API over a real application on a real database."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.compose import policy_of
from app.main import build
from app.reading.sandbox import Limits, Sandbox
from app.storage import access
from app.storage.access import Role
from app.workflow.context import Context
from app.workflow.picture import Pictures
from tests.conftest import NOW


class Asked:
    """Remembers which jobs were asked for, as the queue would."""

    def __init__(self):
        self.jobs = []
        self.fails = False

    def __call__(self, tenant, job, attempt):
        if self.fails:
            raise ConnectionError("the queue is away")
        self.jobs.append((tenant, job, attempt))


@pytest.fixture(scope="session")
def drawer():
    found = Sandbox(limits=Limits(seconds=20, memory=1 << 30), readers=1)
    yield found
    found.close()


@pytest.fixture
def asked():
    return Asked()


@pytest.fixture
def ctx(database, files, asked, drawer):
    return Context(
        db=database,
        files=files,
        policy=policy_of(None),
        now=lambda: NOW,
        salt=b"a salt of the tests",
        enqueue=asked,
        pictures=Pictures(files, drawer),
        learner=drawer,
        upload_limit=1_000_000,
        decision_lasts=timedelta(hours=24),
        retry_after=timedelta(minutes=2),
    )


@pytest.fixture
def app(ctx):
    return build(ctx, upload_files=50)


def key_for(ctx, role, tenant="default", name="tests"):
    with ctx.db.begin() as session:
        return access.add_key(session, tenant=tenant, name=name, role=role, at=NOW)[1]


@pytest.fixture
def client(app, ctx):
    key = key_for(ctx, Role.AUDITOR)
    with TestClient(app, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def nobody(app):
    """A caller without a key."""
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found
