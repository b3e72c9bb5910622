"""/v1/jobs: how far long work is."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from app.api import shapes
from app.api.access import ContextDep, Reading
from app.storage import jobs
from app.storage.access import Holder
from app.storage.jobs import Job, Phase
from app.workflow.context import Context
from app.workflow.errors import UnknownJobError

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

_LOOK_AGAIN = 0.5
_LONGEST_STREAM = 15 * 60


def _job(ctx: Context, holder: Holder, identifier: str) -> Job:
    with ctx.db.read() as session:
        found = jobs.get(session, tenant=holder.tenant, identifier=identifier)
    if found is None:
        raise UnknownJobError(identifier)
    return found


@router.get("/{job_id}", operation_id="get_job", summary="How far a job is", responses=shapes.problems(401, 403, 404))
def one(ctx: ContextDep, holder: Reading, job_id: str) -> JSONResponse:
    """`phase` is queued, reading, matching or done; `documents` says what became of each file.

    The files in a mail or an archive come after those that were sent, each with the document it was `inside`.
    """
    return JSONResponse(shapes.job(_job(ctx, holder, job_id)))


@router.get(
    "/{job_id}/events",
    operation_id="follow_job",
    summary="Follow a job (server-sent events)",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **shapes.problems(401, 403, 404)},
)
async def follow(ctx: ContextDep, holder: Reading, job_id: str) -> StreamingResponse:
    """An event `job` with the job's JSON whenever it moved; the stream ends when the job is done."""
    first = await run_in_threadpool(_job, ctx, holder, job_id)

    async def stream() -> AsyncIterator[str]:
        last, found, left = "", first, _LONGEST_STREAM / _LOOK_AGAIN
        while True:
            text = json.dumps(shapes.job(found))
            yield f"event: job\ndata: {text}\n\n" if text != last else ": still there\n\n"
            if found.phase is Phase.DONE or left <= 0:
                return
            last, left = text, left - 1
            await asyncio.sleep(_LOOK_AGAIN)
            found = await run_in_threadpool(_job, ctx, holder, job_id)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
