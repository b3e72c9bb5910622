"""Errors as pages for people who browse; programs keep getting problem documents."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import AppError
from app.storage.access import Holder
from app.web.access import CrossSiteError, NotYoursError, SignInNeededError, context_of, looking
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
        return await run_in_threadpool(
            _page, request, int(problem["status"]), problem["title"], problem.get("detail"), problem.get("type")
        )

    return handle


def _page(request: Request, status: int, title: str, detail: str | None, about: str | None = None) -> Response:
    return page(
        request,
        "error.html",
        holder=_holder(request),
        status=status,
        title=title,
        detail=_sentence(detail),
        about=about,
        ours=status >= _SERVER_ERROR,
        request_id=getattr(request.state, "request_id", None),
    )


def _holder(request: Request) -> Holder | None:
    """Whoever is signed in, so that the navigation stays; nobody where even that fails."""
    try:
        return looking(request, context_of(request))
    except Exception:  # noqa: BLE001 (an error page must not fail for the error it tells of)
        return None


def _sentence(text: str | None) -> str | None:
    if not text:
        return None
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


async def _refused(request: Request, error: Exception) -> Response:
    title = "Not allowed for your role" if isinstance(error, NotYoursError) else "Asked from elsewhere"
    detail = f"{_sentence(str(error))} Nothing was changed."
    return await run_in_threadpool(_page, request, _FORBIDDEN, title, detail)


async def _sign_in(request: Request, _error: Exception) -> Response:
    """To the sign-in page, and back here afterwards."""
    if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        # The browser keeps the cookie back when another site links here; a step from our own page brings it.
        return page(request, "step.html", target=_here(request))
    target = _here(request) if request.method == "GET" else "/queue"
    return RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
