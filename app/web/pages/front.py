"""The front door, and the files that pages load."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.web.assets import at

router = APIRouter()

_FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/")
def front() -> Response:
    """The queue is where work begins."""
    return RedirectResponse("/queue", 303)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """A file of the workbench; its address changes with its content."""
    found = at(f"/static/{name}")
    if found is None:
        raise HTTPException(404, f"no file {name}")
    return Response(found.content, media_type=found.media_type, headers={"Cache-Control": _FOR_EVER})
