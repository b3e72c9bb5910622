"""`Idempotency-Key`: the same request again gets the same answer, byte for byte, and decides nothing twice."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from starlette.responses import Response

from app.api.problems import IdempotencyKeyMissingError, IdempotencyKeyReusedError, StillRunningError
from app.errors import MalformedError
from app.storage import idempotency
from app.storage.access import Holder
from app.workflow.context import Context

_LONGEST = 255
#: A first call that is older than this has died with its process; the key may be taken over.
_DEAD_AFTER = timedelta(minutes=2)
_KEPT_HEADERS = ("content-type", "location", "etag")


def once(
    ctx: Context, holder: Holder, key: str | None, *, required: bool, request: bytes, act: Callable[[], Response]
) -> Response:
    """Do it once for the key; a repeat gets the stored answer.

    Raises:
        IdempotencyKeyMissingError: the call decides money and brings no key.
        IdempotencyKeyReusedError: the key was used for another request.
        StillRunningError: the first call is not finished.
    """
    if key is None:
        if required:
            raise IdempotencyKeyMissingError("this call decides money: send an Idempotency-Key")
        return act()
    if not 0 < len(key) <= _LONGEST:
        raise MalformedError("header/Idempotency-Key", f"1 to {_LONGEST} characters")
    digest = hashlib.sha256(request).hexdigest()
    who = {"tenant": holder.tenant, "actor": holder.id, "key": key}
    kept = idempotency.claim(ctx.db, **who, request_sha256=digest, at=ctx.now())
    if kept is not None:
        if kept.request_sha256 != digest:
            raise IdempotencyKeyReusedError("this Idempotency-Key was used for another request")
        if kept.answer is not None and kept.http_status is not None:
            return Response(kept.answer, kept.http_status, headers=kept.headers)
        dead = ctx.now() - kept.started_at > _DEAD_AFTER
        if not dead or not idempotency.take_over(ctx.db, **who, started_at=kept.started_at, at=ctx.now()):
            raise StillRunningError("the first call with this Idempotency-Key is still running")
    try:
        found = act()
    except BaseException:
        idempotency.release(ctx.db, **who)
        raise
    headers = {name: found.headers[name] for name in _KEPT_HEADERS if name in found.headers}
    idempotency.keep(ctx.db, **who, http_status=found.status_code, headers=headers, answer=bytes(found.body))
    return found
