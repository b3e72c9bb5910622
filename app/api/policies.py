"""/v1/policies: the versions of the policy: drafted by one person, approved by another, never changed."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Reading, Working
from app.api.documents import body_of, parsed
from app.matching import policy_json
from app.workflow import policies
from app.workflow.backtest import backtest
from app.workflow.policies import Version

router = APIRouter(prefix="/v1/policies", tags=["policies"])

_MOST_BYTES = 1_000_000
Key = Annotated[str | None, Header(max_length=255)]

_REQUEST: dict[str, Any] = {
    "type": "object",
    "description": "The object that a dry run takes as `policy`. What is not given keeps the standard's default.",
    "properties": {
        "version": {"type": "string", "maxLength": 40, "description": "New among all versions, those of the file too."},
        "effective_from": {"type": "string", "format": "date"},
    },
    "required": ["version", "effective_from"],
}
_EXAMPLE = {
    "version": "2027-1",
    "effective_from": "2027-01-01",
    "price": {"up_pct": "2", "up_abs": "50.00", "combine": "all"},
    "overrides": [{"supplier": "DE123456788", "price": {"up_pct": "5"}}],
}


def shape(found: Version) -> dict[str, Any]:
    """A version as a list shows it."""
    row, effective = found.row, found.policy.effective_from
    return {
        "version": found.policy.version,
        "state": found.state.value,
        "origin": "file" if row is None else "row",
        "effective_from": effective.isoformat() if effective else None,
        "holds_from": row.holds_from.isoformat() if row and row.holds_from else None,
        "made_by": row.made_by if row else None,
        "made_at": shapes.moment(row.made_at) if row else None,
        "approved_by": row.approved_by if row else None,
        "approved_at": shapes.moment(row.approved_at) if row else None,
        "withdrawn_by": row.withdrawn_by if row else None,
        "withdrawn_at": shapes.moment(row.withdrawn_at) if row else None,
        "sha256": found.sha256,
    }


def _whole(found: Version, status: int = 200) -> JSONResponse:
    return JSONResponse(shape(found) | {"policy": policy_json.told(found.policy)}, status)


@router.get(
    "",
    operation_id="list_policies",
    summary="The versions of the policy, the newest first",
    responses=shapes.problems(401, 403, 422),
)
def listed(ctx: ContextDep, holder: Reading, limit: shapes.Limit = 50, after: shapes.After = None) -> JSONResponse:
    """The version of the file comes last; it holds until one that was drafted and approved here is in force."""
    rows = [shape(found) for found in policies.versions(ctx, tenant=holder.tenant)]
    seen = next((at for at, row in enumerate(rows, 1) if row["version"] == after), 0)
    return shapes.page(rows[seen : seen + limit + 1], limit, cursor="version")


@router.get(
    "/{version}",
    operation_id="get_policy",
    summary="A version of the policy with all that it says",
    responses=shapes.problems(401, 403, 404),
)
def one(ctx: ContextDep, holder: Reading, version: str) -> JSONResponse:
    """`policy` has every setting, given or not, and the tolerances that are not the standard's own."""
    return _whole(policies.version(ctx, version, tenant=holder.tenant))


@router.post(
    "",
    operation_id="draft_policy",
    summary="Draft a version of the policy",
    status_code=201,
    responses={
        201: {"description": "The draft.", "content": {"application/json": {}}},
        **shapes.problems(401, 403, 409, 413, 422),
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _REQUEST, "example": _EXAMPLE}}}
    },
)
async def draft(request: Request, ctx: ContextDep, holder: Working, idempotency_key: Key = None) -> Response:
    """A draft decides nothing: somebody else approves it, or it is withdrawn. To change one, draft another."""
    body = await body_of(request, _MOST_BYTES)

    def act() -> Response:
        return _whole(policies.draft(ctx, parsed(body), tenant=holder.tenant, actor=holder.actor), 201)

    return await run_in_threadpool(
        idempotency.once, ctx, holder, idempotency_key, required=False, request=b"draft policy\0" + body, act=act
    )


@router.post(
    "/{version}/approve",
    operation_id="approve_policy",
    summary="Approve a draft that somebody else made",
    responses=shapes.problems(401, 403, 404, 409, 422),
)
def approve(ctx: ContextDep, holder: Working, version: str, idempotency_key: Key = None) -> Response:
    """From its day on (and not before the day of the approval) matches go by it. 403 for whoever made it."""

    def act() -> Response:
        return _whole(policies.approve(ctx, version, tenant=holder.tenant, actor=holder.actor))

    request = f"approve policy\0{version}".encode()
    return idempotency.once(ctx, holder, idempotency_key, required=False, request=request, act=act)


@router.post(
    "/{version}/withdraw",
    operation_id="withdraw_policy",
    summary="Withdraw a draft",
    responses=shapes.problems(401, 403, 404, 409, 422),
)
def withdraw(ctx: ContextDep, holder: Working, version: str, idempotency_key: Key = None) -> Response:
    """It stays on file, and its version stays taken."""

    def act() -> Response:
        return _whole(policies.withdraw(ctx, version, tenant=holder.tenant, actor=holder.actor))

    request = f"withdraw policy\0{version}".encode()
    return idempotency.once(ctx, holder, idempotency_key, required=False, request=request, act=act)


@router.post(
    "/{version}/backtest",
    operation_id="backtest_policy",
    summary="What a version would do to the bills on file",
    responses=shapes.problems(401, 403, 404, 409, 422),
)
def try_out(
    ctx: ContextDep,
    holder: Working,
    version: str,
    limit: Annotated[int, Query(ge=1, le=500, description="How many bills, the last arrived first.")] = 100,
    idempotency_key: Key = None,
) -> Response:
    """The last bills of twelve months are judged twice on what is on file today: by the policy in force and by this
    version. Nothing is stored. `complete` is false where there are more bills than `limit`.
    """  # noqa: D205 (the operation's description)

    def act() -> Response:
        return JSONResponse(backtest(ctx, version, most=limit, tenant=holder.tenant))

    request = f"backtest policy\0{version}\0{limit}".encode()
    return idempotency.once(ctx, holder, idempotency_key, required=False, request=request, act=act)
