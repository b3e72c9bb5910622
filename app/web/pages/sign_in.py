"""Sign in with a one-time code or an API key, and sign out."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from app.storage import access
from app.web.access import ContextDep, OwnPage, drop_cookie, set_cookie, token_of
from app.web.templating import page

#: More than a key or a code needs: whoever is not signed in sends no more than this.
_LARGEST = 8192

router = APIRouter(max_body_size=_LARGEST)

_SESSION_LASTS = timedelta(hours=12)
_LONGEST = 200
_UNAUTHORIZED = 401

Text = Annotated[str, Form(max_length=_LONGEST)]


@router.get("/sign-in")
def form(request: Request, code: str = "", next: str = "/queue") -> Response:  # noqa: A002 (the address's own name)
    """A field for a key; with a code in the address, one button."""
    return page(request, "sign_in.html", code=code[:_LONGEST], next=_ours(next), wrong=None)


@router.post("/sign-in", dependencies=[OwnPage])
def sign_in(request: Request, ctx: ContextDep, code: Text = "", key: Text = "", next: Text = "/queue") -> Response:  # noqa: A002
    """A session for whoever holds the code or the key; a code works once."""
    token = None
    with ctx.db.begin() as session:
        now = ctx.now()
        holder = access.use_code(session, code, at=now) if code else access.holder_of(session, key.strip())
        if holder is not None:
            token = access.open_session(session, holder, purpose="session", at=now, lasts=_SESSION_LASTS)
    if token is None:
        wrong = "This code was used already or has run out." if code else "This key is unknown or revoked."
        return page(request, "sign_in.html", status=_UNAUTHORIZED, code="", next=_ours(next), wrong=wrong)
    answer = RedirectResponse(_ours(next), 303)
    set_cookie(request, answer, token, seconds=int(_SESSION_LASTS.total_seconds()))
    return answer


@router.post("/sign-out", dependencies=[OwnPage])
def sign_out(request: Request, ctx: ContextDep) -> Response:
    """End the session here and on the server."""
    token = token_of(request)
    if token:
        with ctx.db.begin() as session:
            access.end_session(session, token, at=ctx.now())
    answer = RedirectResponse("/sign-in", 303)
    drop_cookie(request, answer)
    return answer


def _ours(target: str) -> str:
    """Only an address of ours, never another site's."""
    own = target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target
    return target if own else "/queue"
