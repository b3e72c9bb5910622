"""Who is looking: the browser's session, and what its role may do."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.responses import Response

from app.storage import access
from app.storage.access import Holder, Role
from app.workflow.context import Context

#: Over https the name binds the cookie to this host; plain http is for one's own machine.
_SECURE_COOKIE, _PLAIN_COOKIE = "__Host-session", "session"
_UPLOADERS = frozenset({Role.UPLOADER, Role.AP_SYSTEM, Role.BUYER, Role.AUDITOR, Role.RELEASER})


class SignInNeededError(Exception):
    """The page needs a session, and the browser has none."""


class CrossSiteError(Exception):
    """Another site asked for a change in the name of the person who is signed in."""


class NotYoursError(Exception):
    """The role may not do this."""


def context_of(request: Request) -> Context:
    """What the composition root put together."""
    found: Context = request.app.state.context
    return found


ContextDep = Annotated[Context, Depends(context_of)]


def token_of(request: Request) -> str | None:
    """The session's token from the cookie that fits the scheme."""
    return request.cookies.get(_SECURE_COOKIE if request.url.scheme == "https" else _PLAIN_COOKIE)


def looking(request: Request, ctx: ContextDep) -> Holder:
    """Who is looking at the page.

    Raises:
        SignInNeededError: nobody is signed in, or the session has ended.
    """
    token = token_of(request)
    if token:
        with ctx.db.read() as session:
            holder = access.holder_of_session(session, token, at=ctx.now())
        if holder is not None:
            return holder
    raise SignInNeededError("sign in first")


def same_origin(request: Request) -> None:
    """Changes are asked for by our own pages alone.

    Raises:
        CrossSiteError: the browser says that another site asked, or does not say who did.
    """
    fetched = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if fetched is not None:
        ours = fetched == "same-origin"
    else:
        ours = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not ours:
        raise CrossSiteError("the request came from another site")


#: Every page needs a session.
Viewer = Annotated[Holder, Depends(looking)]
#: Every change needs to come from our own page.
OwnPage = Depends(same_origin)


def may_upload(holder: Holder) -> bool:
    """Whether the role may bring documents."""
    return holder.role in _UPLOADERS


def set_cookie(request: Request, response: Response, token: str, *, seconds: int) -> None:
    """Give the browser its session: not readable by scripts, not sent from other sites."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        _SECURE_COOKIE if secure else _PLAIN_COOKIE,
        token,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=secure,
        samesite="strict",
    )


def drop_cookie(request: Request, response: Response) -> None:
    """Take the session away from the browser."""
    secure = request.url.scheme == "https"
    response.delete_cookie(
        _SECURE_COOKIE if secure else _PLAIN_COOKIE, path="/", httponly=True, secure=secure, samesite="strict"
    )
