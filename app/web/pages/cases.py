"""A case: an invoice with what is wrong with it, and the proof on paper."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.storage.identifiers import under
from app.web.access import ContextDep, Viewer
from app.web.templating import page
from app.web.views import case, facts, queue, timeline
from app.web.views.often import with_vendor
from app.workflow.errors import UnknownDocumentError

router = APIRouter()

_DAYS = 90

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
        shown = case.view(found, line=line, finding=finding)
        often = with_vendor(
            session,
            tenant=holder.tenant,
            vendor=found.invoice.document.supplier.name if found.invoice.document else None,
            codes={entry.code for entry in shown.shown},
            since=ctx.now() - timedelta(days=_DAYS),
        )
    return page(
        request,
        "case.html",
        holder=holder,
        case=shown,
        often=often,
        days=_DAYS,
        steps=steps,
        around=around,
        today=ctx.now().date(),
    )
