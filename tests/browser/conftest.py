"""A server with a few purchases on 127.0.0.1, and Debian's chromium signed in to it."""

import io
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from app.compose import policy_of
from app.documents import canonical
from app.main import build
from app.reading.sandbox import Limits, Sandbox
from app.storage import access, jobs
from app.storage.access import Role
from app.storage.database import Database
from app.storage.files import FileStore
from app.storage.jobs import Phase
from app.storage.schema import upgrade
from app.workflow.context import Context
from app.workflow.match import match_touched
from app.workflow.picture import Pictures
from app.workflow.read import read_document, waiting
from app.workflow.receive import Incoming, receive_document, receive_files
from tests.browser import papers
from tests.needs import browser as installed_browser

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TENANT = "default"
AXE = Path(__file__).parent / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


class Site:
    """The server's address, what it stands on, and what was put in."""

    def __init__(self, url, ctx, holder, key):
        self.url, self.ctx, self.holder, self.key = url, ctx, holder, key
        self.job = ""

    def code(self, role=None):
        """A sign-in code: for the auditor, or for somebody else with that role."""
        with self.ctx.db.begin() as session:
            holder = self.holder
            if role is not None:
                _, key = access.add_key(session, tenant=TENANT, name=role.value, role=role, at=NOW)
                holder = access.holder_of(session, key)
            return access.open_session(session, holder, purpose="code", at=NOW, lasts=timedelta(hours=1))


@pytest.fixture(scope="session")
def sandbox():
    found = Sandbox(limits=Limits(seconds=20, memory=1 << 30), readers=1)
    yield found
    found.close()


@pytest.fixture(scope="session")
def context(tmp_path_factory, sandbox):
    folder = tmp_path_factory.mktemp("browser")
    database = Database(f"sqlite:///{folder / 'countersign.sqlite'}", pool=10)
    upgrade(database)
    files = FileStore(folder / "files")
    yield Context(
        db=database,
        files=files,
        pictures=Pictures(files, sandbox),
        learner=sandbox,
        policy=policy_of(None),
        now=lambda: NOW,
        salt=b"browser" * 6,
        enqueue=lambda *_: None,
        upload_limit=5_000_000,
        decision_lasts=timedelta(hours=24),
        retry_after=timedelta(seconds=120),
    )
    database.close()


def work(ctx, reader, job):
    """What the worker does with a job."""
    for identifier in waiting(ctx, tenant=TENANT, job=job):
        match_touched(ctx, read_document(ctx, reader, identifier, tenant=TENANT), tenant=TENANT)
    with ctx.db.begin() as session:
        jobs.count(session, tenant=TENANT, identifier=job, at=ctx.now())
        jobs.step(session, tenant=TENANT, identifier=job, at=ctx.now(), phase=Phase.DONE)


@pytest.fixture(scope="session")
def site(context, sandbox):
    with context.db.begin() as session:
        _, key = access.add_key(session, tenant=TENANT, name="ap-desk", role=Role.AUDITOR, at=NOW)
    with context.db.read() as session:
        holder = access.holder_of(session, key)
    files = {
        "order-4500017742.pdf": papers.order_pdf(),
        "invoice-NW-2026-00417.pdf": papers.invoice_pdf(),
        "broken.pdf": b"%PDF-1.7 and nothing more",
    }
    incoming = [Incoming(name=name, stream=io.BytesIO(data)) for name, data in files.items()]
    job = receive_files(context, incoming, tenant=TENANT, actor=holder.actor)
    work(context, sandbox, job)
    for document in papers.by_api():
        received = receive_document(context, canonical.read(document), tenant=TENANT, actor="ap_system:erp")
        match_touched(context, [received.id], tenant=TENANT)
    server = uvicorn.Server(uvicorn.Config(build(context), host="127.0.0.1", port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    found = Site(f"http://127.0.0.1:{port}", context, holder, key)
    found.job = job
    yield found
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def chromium():
    path = installed_browser()
    if path is None:
        pytest.fail("the browser tests need chromium: python -m tests.needs")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def visit(chromium, site):
    """A page in a fresh profile; the test fails when the browser complains of anything."""
    complaints = []
    profile = chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=site.url)
    page = profile.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.complaints = complaints
    yield page
    profile.close()
    assert not complaints


@pytest.fixture
def workbench(visit, site):
    """The same, signed in."""
    visit.goto(f"/sign-in?code={site.code()}")
    visit.get_by_role("button", name="Open the workbench").click()
    visit.wait_for_url("**/queue")
    return visit


@pytest.fixture(autouse=True)
def quiet():
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
