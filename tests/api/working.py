"""A job done as the worker does it, without the queue."""

from app.storage import jobs
from app.storage.jobs import Phase
from app.workflow.gather import gather
from app.workflow.match import match_touched
from app.workflow.read import papers_of, read_several, waiting
from tests.conftest import NOW

TENANT = "default"


def work(ctx, reader, job):
    """Read, take apart, and match all that a job brought."""
    for _ in range(3):
        read_several(ctx, reader, waiting(ctx, tenant=TENANT, job=job), tenant=TENANT, job=job, at_once=2)
    gather(ctx, reader, tenant=TENANT, job=job)
    match_touched(ctx, papers_of(ctx, tenant=TENANT, job=job), tenant=TENANT)
    with ctx.db.begin() as session:
        jobs.count(session, tenant=TENANT, identifier=job, at=NOW)
        jobs.step(session, tenant=TENANT, identifier=job, at=NOW, phase=Phase.DONE)


def bring(client, ctx, reader, *files, **told):
    """Upload the files and do the job; gives the job as it then stands."""
    answer = client.post("/v1/documents", files=[("files", file) for file in files], data=told)
    assert answer.status_code == 202, answer.text
    work(ctx, reader, answer.json()["id"])
    return client.get(answer.headers["location"]).json()
