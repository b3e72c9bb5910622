"""/v1/documents/{id}/mapping: what a person says of the columns of a table."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Working
from app.api.corrections import revision_of
from app.api.documents import body_of, document_shape, parsed, record_of
from app.errors import MalformedError, MalformedListError
from app.reading.tables.mapping import FIELDS
from app.reading.tables.told import MOST
from app.storage.access import Holder
from app.storage.identifiers import under
from app.workflow.context import Context
from app.workflow.map import map_table

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_MOST_BYTES = 200_000
_LONGEST = 250
_REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "columns": {
            "type": "object",
            "description": (
                "A heading as `tables` shows it, or the cell it stands in (B1, or Lines!B1), and the field that its "
                "column is; null: the column is not used. Columns that are not named stay as they are proposed."
            ),
            "additionalProperties": {"enum": [*sorted(FIELDS), None]},
            "minProperties": 1,
            "maxProperties": MOST,
        }
    },
    "required": ["columns"],
    "additionalProperties": False,
}
_EXAMPLE = {"columns": {"Stk": "quantity", "Vejl. pris": None, "F1": "unit_price"}}


@router.post(
    "/{document_id}/mapping",
    operation_id="map_document",
    summary="Say which column of a table is which field",
    responses={
        200: {"description": "The document as read by these columns.", "content": {"application/json": {}}},
        **shapes.problems(401, 403, 404, 409, 412, 413, 422),
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _REQUEST, "example": _EXAMPLE}}}
    },
)
async def map_columns(
    request: Request,
    ctx: ContextDep,
    holder: Working,
    document_id: str,
    if_match: Annotated[str | None, Header(max_length=80, description="The ETag that the caller has seen.")] = None,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """The document's CSV file or spreadsheet is read again by these columns, also one that could not be read. All
    documents of the file change (`documents`); their contents until now stay as earlier versions, and every bill
    that they touch is judged anew. Where the columns part the rows into more documents, these are new ones; where
    one on file would be gone, nothing changes. `learned` is what is remembered for the next file with the same
    headings from the same source or supplier; there it competes with what the headings propose, and loses where
    the arithmetic speaks against it. `layout` says which memory a document was read by.
    """  # noqa: D205 (the operation's description)
    body = await body_of(request, _MOST_BYTES)
    return await run_in_threadpool(
        idempotency.once,
        ctx,
        holder,
        idempotency_key,
        required=False,
        request=f"map\0{document_id}\0{if_match}\0".encode() + body,
        act=lambda: _map(ctx, holder, document_id, body, if_match),
    )


def _map(ctx: Context, holder: Holder, document_id: str, body: bytes, if_match: str | None) -> Response:
    answer = map_table(
        ctx,
        under("doc", document_id),
        _columns(parsed(body)),
        expected=revision_of(if_match),
        tenant=holder.tenant,
        actor=holder.actor,
    )
    record = record_of(ctx, holder, document_id)
    learned = {
        "memory": answer.memory,
        "version": answer.version,
        "columns": dict(answer.columns),
        "reason": answer.reason,
    }
    shown = document_shape(record) | {
        "tables": record.notes.get("tables", []),
        "documents": list(answer.documents),
        "learned": learned,
    }
    return JSONResponse(shown, headers={"ETag": f'"{record.revision}"'})


def _columns(value: Any) -> dict[str, str | None]:
    if not isinstance(value, dict) or set(value) != {"columns"}:
        raise MalformedError("", 'is {"columns": {"heading or cell": "field" or null, …}}')
    given = value["columns"]
    if not isinstance(given, dict) or not 1 <= len(given) <= MOST:
        raise MalformedError("/columns", f"an object with one to {MOST} headings or cells")
    wrong = [
        MalformedError(
            f"/columns/{key[:_LONGEST].replace('~', '~0').replace('/', '~1')}",
            "a heading or cell, and one of the fields or null",
        )
        for key, field in given.items()
        if not key.strip() or len(key) > _LONGEST or (field is not None and field not in FIELDS)
    ]
    if wrong:
        raise MalformedListError(tuple(wrong))
    return given
