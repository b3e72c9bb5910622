"""A job: how far the reading of an upload is."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.storage import jobs
from app.storage.jobs import Phase
from app.web.access import ContextDep, Viewer
from app.web.templating import page
from app.workflow.errors import UnknownJobError

router = APIRouter(prefix="/jobs")

_PHASES = {
    Phase.QUEUED: "Waiting for a reader",
    Phase.READING: "Reading",
    Phase.MATCHING: "Matching what it touches",
    Phase.DONE: "Done",
}


@router.get("/{job_id}")
def one(request: Request, ctx: ContextDep, holder: Viewer, job_id: str) -> Response:
    """One line a file; the page comes again by itself until the job is done."""
    with ctx.db.read() as session:
        job = jobs.get(session, tenant=holder.tenant, identifier=job_id)
    if job is None:
        raise UnknownJobError(job_id)
    return page(request, "job.html", holder=holder, job=job, phase=_PHASES[job.phase], done=job.phase is Phase.DONE)
