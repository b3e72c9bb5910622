"""/v1/exceptions/{id}/actions and /v1/exceptions:bulk: what people do with exceptions."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Working
from app.api.documents import body_of, parsed
from app.api.exceptions import shape, whole
from app.errors import MalformedError, MalformedListError
from app.exceptions.actions import BOUND, REASONED, REASONS, WORDED, ActionType, reasons_for
from app.storage.access import Holder
from app.workflow.act import Preview, act, act_on_all, preview
from app.workflow.context import Context
from app.workflow.plan import Asked, Planned

router = APIRouter(prefix="/v1", tags=["exceptions"])

_MOST_BYTES = 100_000
_MOST_WORDS = 4000
_MOST_NAME = 200
_MOST_EXCEPTIONS = 200
_LONGEST_TOKEN = 128

_DOING: dict[str, Any] = {
    "type": {"type": "string", "enum": [kind.value for kind in ActionType]},
    "reason": {
        "type": ["string", "null"],
        "enum": [*REASONS, None],
        "description": "Why; each action takes some: "
        + "; ".join(f"{kind.value}: {', '.join(reasons_for(kind))}" for kind in ActionType if kind in REASONED)
        + ". assign and comment take none.",
    },
    "words": {
        "type": ["string", "null"],
        "maxLength": _MOST_WORDS,
        "description": "The reason in a sentence of your own; needed for waive, wrong and comment.",
    },
    "assignee": {
        "type": ["string", "null"],
        "maxLength": _MOST_NAME,
        "description": "For assign: whose case it is from now on; null for nobody's.",
    },
}
_ACTION: dict[str, Any] = {
    "type": "object",
    "properties": {
        **_DOING,
        "expect": {
            "type": ["string", "null"],
            "description": "The exception's `fingerprint` (or its `revision`) as the caller has seen it; 412 where it "
            "is another one now. Needed for waive, acknowledge, wrong and pay_supported.",
        },
    },
    "required": ["type"],
    "additionalProperties": False,
}
_BULK: dict[str, Any] = {
    "type": "object",
    "properties": {
        **_DOING,
        "exceptions": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": _MOST_EXCEPTIONS,
            "uniqueItems": True,
        },
        "token": {
            "type": ["string", "null"],
            "description": "What the preview of the very same request gave; without it nothing is changed.",
        },
    },
    "required": ["type", "exceptions"],
    "additionalProperties": False,
}
_EXAMPLE = {
    "type": "waive",
    "reason": "agreed_by_buyer",
    "words": "Copper surcharge, agreed by mail of 28 October.",
    "expect": "9f2c41d07ab85e63c1f0a4d2b7e89613",
}
_BULK_EXAMPLE = {
    "type": "acknowledge",
    "reason": "noted",
    "exceptions": ["exc_01m820p1fa6m2d50w0q0mwhf2c", "exc_01m820p1fb0r4x6ctbhz7kc3ne"],
}


@router.post(
    "/exceptions/{exception_id}/actions",
    operation_id="act_on_exception",
    summary="Assign, comment, dispute, waive, acknowledge, pay the supported part, call wrong, reopen",
    responses={
        200: {"description": "The exception and its invoice's decision.", "content": {"application/json": {}}},
        **shapes.problems(400, 401, 403, 404, 409, 412, 413, 422),
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ACTION, "example": _EXAMPLE}}}
    },
)
async def one(
    request: Request,
    ctx: ContextDep,
    holder: Working,
    exception_id: str,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """What lets a finding pass (waive, acknowledge, wrong) is bound to the facts: it stays while they are those or
    better, and opens again with `RELEASE_STALE` when they become worse. The invoice is judged again in the same
    step: `match` is its current one. Beyond the policy's `waiver_limit` the first call proposes, and the same
    call by a second person decides. Needs an `Idempotency-Key`.
    """  # noqa: D205 (the operation's description)
    body = await body_of(request, _MOST_BYTES)
    return await run_in_threadpool(
        idempotency.once,
        ctx,
        holder,
        idempotency_key,
        required=True,
        request=f"act\0{exception_id}\0".encode() + body,
        act=lambda: _act(ctx, holder, exception_id, body),
    )


def _act(ctx: Context, holder: Holder, identifier: str, body: bytes) -> Response:
    value = _object(parsed(body), {*_DOING, "expect"})
    asked = _asked(value)
    expect = _text(value, "expect", _LONGEST_TOKEN)
    if asked.type in BOUND and expect is None:
        raise MalformedError("/expect", "the fingerprint of the facts that you have seen")
    done = act(ctx, identifier, asked, expect=expect, tenant=holder.tenant, actor=holder.actor)
    [row] = done.rows
    with ctx.db.read() as session:
        shown = whole(session, row, tenant=holder.tenant)
    return JSONResponse(shown | {"match": done.matches[row.document]}, headers={"ETag": f'"{row.revision}"'})


@router.post(
    "/exceptions:bulk",
    operation_id="act_on_exceptions",
    summary="The same action on several exceptions: first what it will change, then do it",
    responses={
        200: {"description": "What will change, or what changed.", "content": {"application/json": {}}},
        **shapes.problems(400, 401, 403, 404, 409, 412, 413, 422),
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _BULK, "example": _BULK_EXAMPLE}}}
    },
)
async def several(
    request: Request,
    ctx: ContextDep,
    holder: Working,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """Without `token`, a preview: what will change, what takes no such action and why, and the money, one sum a
    currency. The same request with the preview's `token` does it, all or nothing; 412 where a preview would show
    something else by now. With a token it needs an `Idempotency-Key`.
    """  # noqa: D205 (the operation's description)
    body = await body_of(request, _MOST_BYTES)
    return await run_in_threadpool(_several, ctx, holder, body, idempotency_key)


def _several(ctx: Context, holder: Holder, body: bytes, key: str | None) -> Response:
    value = _object(parsed(body), {*_DOING, "exceptions", "token"})
    asked, identifiers = _asked(value), _identifiers(value.get("exceptions"))
    token = _text(value, "token", _LONGEST_TOKEN)
    who = {"tenant": holder.tenant, "actor": holder.actor}
    if token is None:
        return JSONResponse(_preview(preview(ctx, identifiers, asked, **who)) | {"done": False, "decisions": []})

    def carry_out() -> Response:
        shown, done = act_on_all(ctx, identifiers, asked, token=token, **who)
        decisions = [
            {name: body[name] for name in ("invoice", "id", "decision", "payable", "held")}
            for body in done.matches.values()
            if body is not None
        ]
        return JSONResponse(_preview(shown) | {"done": True, "decisions": decisions})

    return idempotency.once(ctx, holder, key, required=True, request=b"bulk\0" + body, act=carry_out)


def _preview(found: Preview) -> dict[str, Any]:
    return {
        "token": found.token,
        "changes": [_planned(entry) for entry in found.changes],
        "refused": [_planned(entry) | {"because": entry.refused} for entry in found.refused],
        "sums": [money.as_json() for money in found.sums],
    }


def _planned(entry: Planned) -> dict[str, Any]:
    row = shape(entry.row)
    names = ("id", "code", "severity", "vendor", "invoice", "number", "at_risk", "state", "fingerprint")
    return {name: row[name] for name in names} | {"becomes": entry.becomes}


# ── what was asked ──────────────────────────────────────────────────────────────────────────────


def _object(value: Any, names: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError("", "an object is expected here")
    unknown = [MalformedError(f"/{name}", "unknown field") for name in value if name not in names]
    if unknown:
        raise MalformedListError(tuple(unknown))
    return value


def _asked(value: dict[str, Any]) -> Asked:
    if value.get("type") not in set(ActionType):
        raise MalformedError("/type", f"one of {', '.join(ActionType)}")
    kind = ActionType(value["type"])
    reason, words = _text(value, "reason", _MOST_NAME), _text(value, "words", _MOST_WORDS)
    taken = reasons_for(kind)
    if (reason is None) == (kind in REASONED) or (reason is not None and reason not in taken):
        raise MalformedError("/reason", f"one of {', '.join(taken)}" if taken else f"{kind.value} takes none")
    if kind in WORDED and words is None:
        raise MalformedError("/words", "a sentence is needed here")
    if kind is not ActionType.ASSIGN and "assignee" in value:
        raise MalformedError("/assignee", "only assign takes one")
    if kind is ActionType.ASSIGN and "assignee" not in value:
        raise MalformedError("/assignee", "a name, or null for nobody")
    return Asked(type=kind, reason=reason, words=words, assignee=_text(value, "assignee", _MOST_NAME))


def _text(value: dict[str, Any], name: str, most: int) -> str | None:
    found = value.get(name)
    if found is None:
        return None
    if not isinstance(found, str) or not found.strip() or len(found) > most or "\0" in found:
        raise MalformedError(f"/{name}", f"a string of 1 to {most} characters")
    return found.strip()


def _identifiers(value: Any) -> list[str]:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_EXCEPTIONS:
        raise MalformedError("/exceptions", f"a list of 1 to {_MOST_EXCEPTIONS} identifiers")
    for at, entry in enumerate(value):
        if not isinstance(entry, str) or not 0 < len(entry) <= _MOST_NAME:
            raise MalformedError(f"/exceptions/{at}", "an identifier")
    if len(set(value)) < len(value):
        raise MalformedError("/exceptions", "each once")
    return value
