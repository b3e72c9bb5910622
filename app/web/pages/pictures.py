"""Pictures of pages and pieces of them, for whoever is signed in."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.storage import documents
from app.storage.access import Holder
from app.storage.documents import Record
from app.storage.identifiers import under
from app.web.access import ContextDep, Viewer
from app.workflow.context import Context
from app.workflow.errors import UnknownDocumentError
from app.workflow.picture import box_of

router = APIRouter(prefix="/pictures")

_DAY = "private, max-age=86400, immutable"

Page = Annotated[int, Query(ge=1)]
Scale = Annotated[float, Query(gt=0, le=4)]


@router.get("/{document_id}/page.webp")
def whole(ctx: ContextDep, holder: Viewer, document_id: str, page: Page = 1, scale: Scale = 1.5) -> Response:
    """A page as a picture."""
    return _webp(ctx.pictures.webp(_record(ctx, holder, document_id), page, None, scale=scale))


@router.get("/{document_id}/crop.webp")
def piece(
    ctx: ContextDep,
    holder: Viewer,
    document_id: str,
    box: Annotated[str, Query(max_length=80)],
    page: Page = 1,
    scale: Scale = 2,
) -> Response:
    """What is printed inside the box: x0,top,x1,bottom in points from the top left."""
    found = box_of(box)
    if found is None:
        raise HTTPException(422, "the box is x0,top,x1,bottom in points")
    return _webp(ctx.pictures.webp(_record(ctx, holder, document_id), page, found, scale=scale))


def _record(ctx: Context, holder: Holder, document_id: str) -> Record:
    with ctx.db.read() as session:
        record = documents.get(session, tenant=holder.tenant, identifier=under("doc", document_id))
    if record is None:
        raise UnknownDocumentError(document_id)
    return record


def _webp(picture: bytes) -> Response:
    return Response(picture, media_type="image/webp", headers={"Cache-Control": _DAY})
