"""/v1/registers: the facts beside the papers, and what is on file of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Keeping, Looking, Reading
from app.api.documents import body_of, parsed
from app.api.problems import RoleError
from app.documents import canonical
from app.errors import MalformedError, MalformedListError
from app.registers import REGISTERS, Register
from app.storage.access import Holder, Role
from app.storage.registers import Revision
from app.workflow.context import Context
from app.workflow.registers import Kept, entries_on_file, on_file, put_register, register_of

router = APIRouter(prefix="/v1/registers", tags=["registers"])

#: Who may see entries about people.
_SEES_PEOPLE = frozenset({Role.AUDITOR})
_ENTRIES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "entries": {
            "type": "array",
            "items": {"anyOf": [canonical.schema_as(register.entry) for register in REGISTERS.values()]},
        }
    },
    "required": ["entries"],
    "additionalProperties": False,
}
_EXAMPLE = {"entries": [{"id": "70012", "name": "Nordwind Beispiel GmbH", "vat_id": "DE123456788"}]}


@router.get(
    "",
    operation_id="list_registers",
    summary="What is on file of each register",
    responses=shapes.problems(401, 403),
)
def listed(ctx: ContextDep, holder: Reading) -> JSONResponse:
    """All registers: what each holds, and of those on file the revision, the entries, and who changed it when.

    One that was never imported has `"on_file": null`: rules that read it say in a match that they could not check.
    """
    found = on_file(ctx, tenant=holder.tenant)
    return JSONResponse({"data": [_register(register, last) for register, last in found]})


@router.get(
    "/{code}",
    operation_id="get_register",
    summary="The entries of a register",
    responses=shapes.problems(401, 403, 404, 422),
)
def one(
    ctx: ContextDep,
    holder: Looking,
    code: str,
    revision: Annotated[int | None, Query(ge=1, description="As it was at that revision.")] = None,
    limit: shapes.Limit = 50,
    after: shapes.After = None,
) -> JSONResponse:
    """A page of entries in the order of their keys, each with the revision since which it stands so.

    Entries about people (employees) are shown to auditors alone.
    """
    if register_of(code).personal and holder.role not in _SEES_PEOPLE:
        raise RoleError(f"{holder.role.value} may not see entries about people; auditor may")
    found = entries_on_file(ctx, code, tenant=holder.tenant, revision=revision, after=after, limit=limit + 1)
    return shapes.page([{"key": row.key, "since": row.since, "entry": row.body} for row in found], limit, cursor="key")


@router.put(
    "/{code}",
    operation_id="put_register",
    summary="Replace what a register holds",
    responses=shapes.problems(401, 403, 404, 409, 413, 422),
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ENTRIES, "example": _EXAMPLE}}}
    },
)
async def put(
    request: Request,
    ctx: ContextDep,
    holder: Keeping,
    code: str,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """The `entries` become the whole register; one place that breaks the format refuses all of them.

    What was there before stays readable by its revision. The same entries again make no new one. `job` judges
    the bills again that are neither paid nor void.
    """
    body = await body_of(request, ctx.upload_limit)
    return await run_in_threadpool(
        idempotency.once,
        ctx,
        holder,
        idempotency_key,
        required=False,
        request=f"put {code}\0".encode() + body,
        act=lambda: _put(ctx, holder, code, body),
    )


def _put(ctx: Context, holder: Holder, code: str, body: bytes) -> Response:
    register_of(code)
    value = parsed(body)
    if not isinstance(value, dict) or "entries" not in value:
        raise MalformedError("", 'an object with a list: {"entries": […]}')
    unknown = [MalformedError(f"/{name}", "unknown field") for name in value if name != "entries"]
    if unknown:
        raise MalformedListError(tuple(unknown))
    kept = put_register(ctx, code, value["entries"], tenant=holder.tenant, actor=holder.actor)
    return JSONResponse(changed(kept))


def changed(kept: Kept) -> dict[str, Any]:
    """What an import did."""
    change = kept.change
    return {
        "register": kept.register.code,
        "revision": change.revision,
        "rows": change.rows,
        "added": change.added,
        "changed": change.changed,
        "removed": change.removed,
        "sha256": change.sha256,
        "job": kept.job,
    }


def _register(register: Register, last: Revision | None) -> dict[str, Any]:
    return {
        "code": register.code,
        "title": register.title,
        "holds": register.holds,
        "personal": register.personal,
        "on_file": None
        if last is None
        else {
            "revision": last.revision,
            "rows": last.rows,
            "sha256": last.sha256,
            "changed_by": last.changed_by,
            "changed_at": shapes.moment(last.changed_at),
        },
    }
