"""Errors as pages for people who browse; programs keep getting problem documents."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import AppError
from app.web.access import CrossSiteError, NotYoursError, SignInNeededError
from app.web.templating import page

Handler = Callable[[Request, Exception], Awaitable[Response]]

_FORBIDDEN = 403
_SERVER_ERROR = 500


def wants_page(request: Request) -> bool:
    """Whether a person is browsing here: not an address of the API, and HTML is asked for."""
    return not request.url.path.startswith("/v1/") and "text/html" in request.headers.get("accept", "")


def install(app: FastAPI) -> None:
    """Answer browsers with pages, and everybody else as before."""
    for kind in (AppError, RequestValidationError, HTTPException, Exception):
        before = app.exception_handlers.get(kind)
        if before is not None:
            app.add_exception_handler(kind, _as_page(before))
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(CrossSiteError, _refused)
    app.add_exception_handler(NotYoursError, _refused)


def _as_page(before: Any) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        answer: Response = await before(request, error)
        if not wants_page(request) or answer.media_type != "application/problem+json":
            return answer
        problem = json.loads(bytes(answer.body))
        return _page(request, int(problem["status"]), problem["title"], problem.get("detail"), problem.get("type"))

    return handle


def _page(request: Request, status: int, title: str, detail: str | None, about: str | None = None) -> Response:
    return page(
        request,
        "error.html",
        status=status,
        title=title,
        detail=detail,
        about=about,
        ours=status >= _SERVER_ERROR,
        request_id=getattr(request.state, "request_id", None),
    )


async def _refused(request: Request, error: Exception) -> Response:
    title = "Not allowed for your role" if isinstance(error, NotYoursError) else "Asked from elsewhere"
    return _page(request, _FORBIDDEN, title, f"{str(error).capitalize()}. Nothing was changed.")


async def _sign_in(request: Request, _error: Exception) -> Response:
    """To the sign-in page, and back here afterwards."""
    if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        # The browser keeps the cookie back when another site links here; a step from our own page brings it.
        return page(request, "step.html", target=_here(request))
    target = _here(request) if request.method == "GET" else "/queue"
    return RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
