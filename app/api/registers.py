"""/v1/registers: the facts beside the papers, and what is on file of them."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Keeping, Looking, Reading
from app.api.documents import body_of, parsed
from app.api.problems import MediaTypeError, RoleError, UploadError
from app.documents import canonical
from app.errors import MalformedError, MalformedListError
from app.reading.tables.imports import Imported
from app.registers import REGISTERS, Register
from app.storage.access import Holder, Role
from app.storage.registers import Revision
from app.workflow.context import Context
from app.workflow.errors import FileTooLargeError
from app.workflow.registers import (
    Brought,
    Kept,
    entries_on_file,
    import_register,
    on_file,
    put_register,
    register_of,
)

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
_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "mode": {"type": "string", "enum": ["replace", "merge"], "default": "replace"},
        "strict": {"type": "string", "enum": ["false", "true"], "default": "false"},
        "preview": {"type": "string", "enum": ["false", "true"], "default": "false"},
        "fill": {"type": "array", "items": {"type": "string", "pattern": "^[a-z_]+=.+"}},
    },
    "required": ["file"],
}
_MOST_FIELDS = 100
_MOST_SHOWN = 100
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


@router.post(
    "/{code}",
    operation_id="import_register",
    summary="Import a register from a CSV file or spreadsheet",
    responses=shapes.problems(401, 403, 404, 409, 413, 415, 422),
    openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}},
)
async def import_(
    request: Request,
    ctx: ContextDep,
    holder: Keeping,
    code: str,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """Headings are recognised in several languages (`columns` says as what), lists split at ; or |, dates and
    numbers read by the file's own habit. Rows that cannot be taken come back in `refused` and, as a CSV file to be
    corrected, in `refused_csv`; the others are taken. While rows are refused nothing is taken out of the register.

    In the form: `file`; `mode` (`replace` or `merge`); `strict=true` takes nothing unless every row can be;
    `preview=true` only says what would happen; `fill` (`field=value`, several allowed) gives what no column has.
    """  # noqa: D205 (the operation's description)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise MediaTypeError("a form with a file is expected here")
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        brought = await _brought(form, ctx.upload_limit)
    told = (code, hashlib.sha256(brought.data).hexdigest(), brought.merge, brought.strict, brought.preview)
    digest = "\0".join(map(str, (*told, sorted(brought.fill.items())))).encode()
    return await run_in_threadpool(
        idempotency.once,
        ctx,
        holder,
        idempotency_key,
        required=False,
        request=digest,
        act=lambda: JSONResponse(
            imported(import_register(ctx, code, brought, tenant=holder.tenant, actor=holder.actor), brought)
        ),
    )


async def _brought(form: FormData, limit: int) -> Brought:
    file = form.get("file") or form.get("files")
    if not isinstance(file, UploadFile):
        raise UploadError("no file came in the form field `file`")
    data = await file.read(limit + 1)
    if len(data) > limit:
        raise FileTooLargeError((file.filename or "the file")[:200], limit)
    unknown = [MalformedError(f"/{name}", "unknown field") for name in form if name not in _FORM["properties"]]
    if unknown:
        raise MalformedListError(tuple(unknown))
    return Brought(
        data=data,
        merge=_one_of(form, "mode", ("replace", "merge")) == "merge",
        strict=_one_of(form, "strict", ("false", "true")) == "true",
        preview=_one_of(form, "preview", ("false", "true")) == "true",
        fill=dict(_pair(str(entry)) for entry in form.getlist("fill")),
    )


def _one_of(form: FormData, name: str, choices: tuple[str, str]) -> str:
    found = str(form.get(name) or choices[0])
    if found not in choices:
        raise MalformedError(f"/{name}", f"one of {', '.join(choices)}")
    return found


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not value.strip():
        raise MalformedError("/fill", "is field=value")
    return name.strip(), value.strip()


def imported(kept: Kept, brought: Brought) -> dict[str, Any]:
    """What an import of a file did, or would do."""
    read = kept.read or Imported()
    return changed(kept) | {
        "preview": brought.preview,
        "mode": "merge" if kept.merged else "replace",
        "columns": [{"heading": c.heading, "cell": c.cell, "field": c.field} for c in read.columns if c.heading],
        "refused_rows": len(read.refused),
        "refused": [
            {"sheet": row.sheet or None, "row": row.row, "reason": row.reason} for row in read.refused[:_MOST_SHOWN]
        ],
        "refused_csv": read.refused_csv() if read.refused else None,
    }


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
