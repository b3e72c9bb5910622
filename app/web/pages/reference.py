"""The API described for people: every operation, and a page for each kind of problem."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.web.templating import page
from app.web.views.reference import operations

router = APIRouter()


@router.get("/docs")
def described(request: Request) -> Response:
    """The operations of the API with their parameters, bodies and answers."""
    schema = request.app.openapi()
    return page(request, "docs.html", groups=operations(schema), version=schema["info"]["version"])


@router.get("/problems")
def problems(request: Request) -> Response:
    """All kinds of problem."""
    return page(request, "problems.html", problems=_known(request))


@router.get("/problems/{slug}")
def problem(request: Request, slug: str) -> Response:
    """What a kind of problem means and what to do about it."""
    found = _known(request).get(slug)
    if found is None:
        raise HTTPException(404, f"no kind of problem {slug}")
    return page(request, "problem.html", problem=found, meaning=_meaning(request, slug))


#: What those mean that have no error of ours behind them.
_PLAIN: Mapping[str, str] = {
    "bad-request": "The request cannot be taken as it is.",
    "not-found": "There is nothing at this address.",
    "method": "The address exists, but not for this method.",
    "internal": "The server met an error that it did not expect.",
}


def _meaning(request: Request, slug: str) -> str | None:
    given: Mapping[str, str] = getattr(request.app.state, "meanings", {})
    return given.get(slug) or _PLAIN.get(slug)


def _known(request: Request) -> Mapping[str, Any]:
    """The kinds of problem that the API answers with, by slug; the composition root hands them over."""
    found: Mapping[str, Any] = getattr(request.app.state, "problems", {})
    return found
