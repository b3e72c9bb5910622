"""/v1/trail: every step that was taken, and whether the chain holds."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from app.api import shapes
from app.api.access import ContextDep, Reading
from app.storage import trail

router = APIRouter(prefix="/v1/trail", tags=["trail"])


@router.get(
    "", operation_id="list_trail", summary="The steps, in their order", responses=shapes.problems(401, 403, 422)
)
def listed(
    ctx: ContextDep,
    holder: Reading,
    subject: Annotated[str | None, Query(max_length=80, description="Only the steps of this subject.")] = None,
    limit: shapes.Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**62, description="The number of the last step seen.")] = 0,
) -> JSONResponse:
    """Each entry binds the one before by its digest."""
    with ctx.db.read() as session:
        found = trail.entries(session, tenant=holder.tenant, after=after, subject=subject, limit=limit + 1)
    rows = [
        {
            "seq": entry.seq,
            "at": shapes.moment(entry.at),
            "actor": entry.actor,
            "event": entry.event,
            "subject": entry.subject,
            "body": dict(entry.body),
            "previous": entry.previous,
            "digest": entry.digest,
        }
        for entry in found
    ]
    return shapes.page(rows, limit, cursor="seq")


@router.get(
    "/verify", operation_id="verify_trail", summary="Whether the trail holds", responses=shapes.problems(401, 403)
)
def verify(ctx: ContextDep, holder: Reading) -> JSONResponse:
    """Recomputes every digest; `head` is for comparing with a copy held elsewhere."""
    with ctx.db.read() as session:
        count, broken = trail.check(session, tenant=holder.tenant)
        head = trail.head(session, tenant=holder.tenant)
    return JSONResponse(
        {
            "holds": broken is None,
            "entries": count,
            "head": head.digest if head else None,
            "break": None if broken is None else {"seq": broken.seq, "reason": broken.reason},
        }
    )
