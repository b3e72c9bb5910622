"""Pictures of pages and pieces of them, for whoever is signed in."""

import io
from collections import OrderedDict
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query
from PIL import Image
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.reading.render import page_image
from app.storage import documents
from app.storage.access import Holder
from app.storage.identifiers import under
from app.web.access import ContextDep, Viewer
from app.workflow.context import Context
from app.workflow.errors import UnknownDocumentError

router = APIRouter(prefix="/pictures")

_LARGEST = 20_000.0
_DAY = "private, max-age=86400, immutable"
#: Pages kept drawn: the strips of a case are pieces of the same few pages.
_KEPT = 6

Page = Annotated[int, Query(ge=1)]
Scale = Annotated[float, Query(gt=0, le=4)]


@router.get("/{document_id}/page.webp")
def whole(ctx: ContextDep, holder: Viewer, document_id: str, page: Page = 1, scale: Scale = 1.5) -> Response:
    """A page as a picture."""
    return _webp(_drawn(ctx, holder, document_id, page, scale))


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
    x0, top, x1, bottom = _box(box)
    image = _drawn(ctx, holder, document_id, page, scale)
    left, upper = min(max(int(x0 * scale), 0), image.width - 1), min(max(int(top * scale), 0), image.height - 1)
    right = min(max(round(x1 * scale), left + 1), image.width)
    lower = min(max(round(bottom * scale), upper + 1), image.height)
    return _webp(image.crop((left, upper, right, lower)))


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        x0, top, x1, bottom = (float(part) for part in text.split(","))
    except ValueError:
        raise HTTPException(422, "the box is x0,top,x1,bottom in points") from None
    if not (x0 < x1 and top < bottom and max(abs(x0), abs(top), abs(x1), abs(bottom)) < _LARGEST):
        raise HTTPException(422, "not a box on the page")
    return (x0, top, x1, bottom)


_pages: OrderedDict[tuple[str, int, float], Image.Image] = OrderedDict()
#: PDFium draws one page at a time; two at once end the process.
_drawing = Lock()


def _drawn(ctx: Context, holder: Holder, document_id: str, page: int, scale: float) -> Image.Image:
    with ctx.db.read() as session:
        record = documents.get(session, tenant=holder.tenant, identifier=under("doc", document_id))
    if record is None or record.file_sha256 is None or page > len(record.pages):
        raise UnknownDocumentError(f"{document_id}, page {page}")
    key = (record.file_sha256, page, scale)
    with _drawing:
        image = _pages.pop(key, None)
        if image is None:
            image = page_image(ctx.files.read(record.file_sha256), page, scale=scale)
        _pages[key] = image
        while len(_pages) > _KEPT:
            _pages.popitem(last=False)
    return image


def _webp(image: Image.Image) -> Response:
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", quality=82, method=2)
    return Response(out.getvalue(), media_type="image/webp", headers={"Cache-Control": _DAY})
