"""/v1/matches: what may be paid of an invoice, and why not the rest."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Deciding, Reading
from app.api.documents import body_of, parsed
from app.documents import canonical
from app.errors import MalformedError, MalformedListError
from app.registers import REGISTERS
from app.storage import documents
from app.storage.access import Holder
from app.storage.identifiers import under
from app.workflow.context import Context
from app.workflow.errors import UnknownDocumentError
from app.workflow.match import dry_run, match_invoice, stored_match
from app.workflow.reperform import reperform

router = APIRouter(prefix="/v1/matches", tags=["matches"])

_MOST_DOCUMENTS = 500

_REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "invoice": {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "source": {"type": "string"},
                "external_id": {"type": "string"},
            },
            "additionalProperties": False,
        }
    },
    "required": ["invoice"],
    "additionalProperties": False,
}
_DRY_REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "documents": {"type": "array", "items": canonical.schema(), "maxItems": _MOST_DOCUMENTS},
        "policy": {"type": ["object", "null"]},
        "as_of": {"type": ["string", "null"], "format": "date"},
        "registers": {
            "type": ["object", "null"],
            "properties": {
                code: {"type": "array", "items": canonical.schema_as(register.entry)}
                for code, register in REGISTERS.items()
            },
            "additionalProperties": False,
        },
    },
    "required": ["documents"],
    "additionalProperties": False,
}


@router.post(
    "",
    operation_id="match",
    summary="Match an invoice with everything on file, or try documents without storing them",
    responses={
        200: {"description": "The decision with its findings.", "content": {"application/json": {}}},
        **shapes.problems(400, 401, 403, 404, 409, 415, 422),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"anyOf": [_REQUEST, _DRY_REQUEST]},
                    "example": {"invoice": {"source": "sap", "external_id": "5105600417"}},
                }
            },
        }
    },
)
async def match(
    request: Request,
    ctx: ContextDep,
    holder: Deciding,
    dry_run: Annotated[  # noqa: FBT002 (a flag of the address)
        bool, Query(description="Judge the documents of the body in their order; nothing is stored.")
    ] = False,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """A finding is never an error: an unknown order answers 200 with `hold`. Needs an `Idempotency-Key`;
    a dry run takes `{"documents": […], "policy": {…}, "as_of": …, "registers": {…}}` and needs none.
    """  # noqa: D205 (the operation's description)
    body = await body_of(request, ctx.upload_limit)
    if dry_run:
        return await run_in_threadpool(_try, ctx, holder, body)
    return await run_in_threadpool(
        idempotency.once,
        ctx,
        holder,
        idempotency_key,
        required=True,
        request=b"match\0" + body,
        act=lambda: _decide(ctx, holder, body),
    )


def _decide(ctx: Context, holder: Holder, body: bytes) -> Response:
    identifier = _invoice_of(ctx, holder, parsed(body))
    return JSONResponse(match_invoice(ctx, identifier, tenant=holder.tenant, actor=holder.actor))


def _invoice_of(ctx: Context, holder: Holder, value: Any) -> str:
    """The document that the request names, by our identifier or the caller's own."""
    named = _only(value, "", {"invoice"}).get("invoice")
    if not isinstance(named, dict):
        raise MalformedError("/invoice", 'is {"id": "inv_…"} or {"source": "…", "external_id": "…"}')
    if set(named) == {"id"} and isinstance(named["id"], str):
        return under("doc", named["id"])
    if set(named) == {"source", "external_id"} and all(isinstance(part, str) for part in named.values()):
        with ctx.db.read() as session:
            found = documents.find_external(session, tenant=holder.tenant, **named)
        if found is None:
            raise UnknownDocumentError(f"{named['source']} {named['external_id']}")
        return found
    raise MalformedError("/invoice", 'is {"id": "inv_…"} or {"source": "…", "external_id": "…"}')


def _try(ctx: Context, holder: Holder, body: bytes) -> Response:
    value = _only(parsed(body), "", {"documents", "policy", "as_of", "registers"})
    given = value.get("documents")
    if not isinstance(given, list) or len(given) > _MOST_DOCUMENTS:
        raise MalformedError(
            "/documents", f"a list of at most {_MOST_DOCUMENTS} canonical documents, in order of arrival"
        )
    found, errors = [], []
    for at, entry in enumerate(given):
        try:
            found.append(canonical.read(entry))
        except MalformedListError as error:
            errors += [MalformedError(f"/documents/{at}{place.pointer}", place.detail) for place in error.errors]
    if errors:
        raise MalformedListError(tuple(errors))
    terms = {name: value.get(name) for name in ("policy", "as_of")}
    return JSONResponse(dry_run(ctx, found, tenant=holder.tenant, **terms, told=value.get("registers")))


def _only(value: Any, pointer: str, names: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError(pointer, "an object is expected here")
    unknown = [MalformedError(f"{pointer}/{name}", "unknown field") for name in value if name not in names]
    if unknown:
        raise MalformedListError(tuple(unknown))
    return value


@router.get(
    "/{match_id}",
    operation_id="get_match",
    summary="A match as it was answered",
    responses=shapes.problems(401, 403, 404),
)
def one(ctx: ContextDep, holder: Reading, match_id: str) -> JSONResponse:
    """The stored answer, with the versions and the digest of what it was made from."""
    return JSONResponse(stored_match(ctx, match_id, tenant=holder.tenant))


@router.post(
    "/{match_id}/reperform",
    operation_id="reperform_match",
    summary="Make a match again from what it was made from",
    responses=shapes.problems(401, 403, 404, 409, 422),
)
def again(
    ctx: ContextDep,
    holder: Reading,
    match_id: str,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """Whether the papers, registers, policy and waivers of that moment give the same answer once more, byte for
    byte, however much came on file since. `differences` names each place with what stands there then and now:
    under `/inputs` what is no longer what it was, under `/trail` what the trail says otherwise; the rest is
    the answer's own. With other rules than then, `rules_version` says so. Nothing is stored.
    """  # noqa: D205 (the operation's description)
    return idempotency.once(
        ctx,
        holder,
        idempotency_key,
        required=False,
        request=f"reperform\0{match_id}".encode(),
        act=lambda: JSONResponse(reperform(ctx, match_id, tenant=holder.tenant)),
    )
