"""A case: an invoice with what is wrong with it, and the proof on paper."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.storage.identifiers import under
from app.web.access import ContextDep, Viewer
from app.web.templating import page
from app.web.views import case, facts, queue, timeline
from app.workflow.errors import UnknownDocumentError

router = APIRouter()

Chosen = Annotated[str | None, Query(max_length=200)]


@router.get("/cases/{invoice_id}")
def one(
    request: Request, ctx: ContextDep, holder: Viewer, invoice_id: str, line: Chosen = None, finding: Chosen = None
) -> Response:
    """The case with one line chosen by its number, or one finding about the whole document."""
    document = under("doc", invoice_id)
    with ctx.db.read() as session:
        found = facts.load(session, tenant=holder.tenant, identifier=document)
        if found is None:
            raise UnknownDocumentError(invoice_id)
        steps = timeline.of_case(session, found, tenant=holder.tenant)
        around = queue.neighbours(session, tenant=holder.tenant, document=document)
    return page(
        request,
        "case.html",
        holder=holder,
        case=case.view(found, line=line, finding=finding),
        steps=steps,
        around=around,
        today=ctx.now().date(),
    )
