"""/v1/documents/{id}/corrections: what a person says a paper states; and what it said before."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Reading, Working
from app.api.documents import body_of, document_shape, parsed, record_of
from app.documents import canonical
from app.documents.corrections import Change
from app.documents.evidence import Box
from app.errors import MalformedError
from app.storage import versions
from app.storage.access import Holder
from app.storage.identifiers import under
from app.workflow.context import Context
from app.workflow.correct import correct_document

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_MOST_BYTES = 1_000_000
_SIDES = 4
_FIELDS = frozenset({"pointer", "value", "page", "box"})
_ONE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "pointer": {
            "type": "string",
            "description": (
                "A JSON pointer into the canonical document, such as /number, /totals/gross or /lines/0/quantity; "
                "/lines/- adds a line."
            ),
        },
        "value": {
            "description": (
                "The right value, as the canonical document has it (amounts and quantities are strings). null: "
                "the paper does not state it; at the place of a whole line: there is no such line."
            )
        },
        "page": {"type": ["integer", "null"], "minimum": 1},
        "box": {
            "type": ["array", "null"],
            "items": {"type": ["string", "number"]},
            "minItems": _SIDES,
            "maxItems": _SIDES,
            "description": "x0, top, x1, bottom in points from the top left; without it the value is not on paper.",
        },
    },
    "required": ["pointer", "value"],
    "additionalProperties": False,
}
_REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {"corrections": {"type": "array", "items": _ONE, "minItems": 1, "maxItems": 500}},
    "required": ["corrections"],
    "additionalProperties": False,
}
_EXAMPLE = {
    "corrections": [
        {"pointer": "/lines/0/quantity", "value": "25", "page": 1, "box": ["398.10", "310.20", "408.50", "319.70"]},
        {"pointer": "/references/purchase_order", "value": "PO-4500017742"},
    ]
}


@router.post(
    "/{document_id}/corrections",
    operation_id="correct_document",
    summary="Correct what was read of a document",
    responses={
        200: {"description": "The document as corrected.", "content": {"application/json": {}}},
        **shapes.problems(401, 403, 404, 409, 412, 413, 422),
    },
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _REQUEST, "example": _EXAMPLE}}}
    },
)
async def correct(
    request: Request,
    ctx: ContextDep,
    holder: Working,
    document_id: str,
    if_match: Annotated[str | None, Header(max_length=80, description="The ETag that the caller has seen.")] = None,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """All pointers mean the document as it is now. The content until now stays as an earlier version, every bill
    that the document touches is judged anew, and values with a box become the supplier's layout memory: `learned`
    says which of them the next paper of this layout is read with, and which stay a correction alone.
    """  # noqa: D205 (the operation's description)
    body = await body_of(request, _MOST_BYTES)
    return await run_in_threadpool(
        idempotency.once,
        ctx,
        holder,
        idempotency_key,
        required=False,
        request=f"correct\0{document_id}\0{if_match}\0".encode() + body,
        act=lambda: _correct(ctx, holder, document_id, body, if_match),
    )


def _correct(ctx: Context, holder: Holder, document_id: str, body: bytes, if_match: str | None) -> Response:
    changes = _changes(parsed(body))
    answer = correct_document(
        ctx,
        under("doc", document_id),
        changes,
        expected=revision_of(if_match),
        tenant=holder.tenant,
        actor=holder.actor,
    )
    record = record_of(ctx, holder, document_id)
    learned = {
        "memory": answer.layout,
        "version": answer.version,
        "gives": list(answer.gives),
        "alone": list(answer.alone),
    }
    return JSONResponse(document_shape(record) | {"learned": learned}, headers={"ETag": f'"{record.revision}"'})


def revision_of(if_match: str | None) -> int | None:
    """The revision that an If-Match names; None where it names none.

    Raises:
        MalformedError: it is no ETag of a document.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 (digits of a revision)
        raise MalformedError("header/If-Match", 'an ETag of this document, such as "3"')
    return int(text)


def _changes(value: Any) -> list[Change]:
    if not isinstance(value, dict) or set(value) != {"corrections"}:
        raise MalformedError("", 'is {"corrections": [{"pointer": "…", "value": …, "page": 1, "box": […]}]}')
    given = value["corrections"]
    if not isinstance(given, list) or not given:
        raise MalformedError("/corrections", "a list with one correction or more")
    return [_change(entry, f"/corrections/{at}") for at, entry in enumerate(given)]


def _change(value: Any, place: str) -> Change:
    if not isinstance(value, dict):
        raise MalformedError(place, "an object is expected here")
    for name in sorted(set(value) - _FIELDS):
        raise MalformedError(f"{place}/{name}", "unknown field")
    for name in ("pointer", "value"):
        if name not in value:
            raise MalformedError(f"{place}/{name}", "missing")
    if not isinstance(value["pointer"], str) or len(value["pointer"]) > 200:  # noqa: PLR2004 (a pointer is short)
        raise MalformedError(f"{place}/pointer", "a JSON pointer, such as /lines/0/quantity")
    page, box = value.get("page"), _box(value.get("box"), f"{place}/box")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int)):
        raise MalformedError(f"{place}/page", "a page's number, from 1")
    if (box is None) != (page is None):
        raise MalformedError(f"{place}/{'box' if box is None else 'page'}", "page and box come together")
    return Change(pointer=value["pointer"], value=value["value"], page=page, box=box)


def _box(value: Any, place: str) -> Box | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != _SIDES:
        raise MalformedError(place, "x0, top, x1, bottom in points from the top left")
    try:
        sides = [Decimal(str(side)) for side in value if not isinstance(side, bool)]
    except InvalidOperation:
        sides = []
    if len(sides) != _SIDES or not all(side.is_finite() and abs(side) < 10**5 for side in sides):
        raise MalformedError(place, "four numbers")
    x0, top, x1, bottom = (side.quantize(Decimal("0.01")) for side in sides)
    if x0 >= x1 or top >= bottom:
        raise MalformedError(place, "x0 below x1 and top below bottom")
    return x0, top, x1, bottom


@router.get(
    "/{document_id}/versions",
    operation_id="list_document_versions",
    summary="What a document said before it was corrected",
    responses=shapes.problems(401, 403, 404),
)
def earlier(ctx: ContextDep, holder: Reading, document_id: str) -> JSONResponse:
    """The earlier contents, the oldest first, each with the corrections that ended it: by whom and when."""
    record = record_of(ctx, holder, document_id)
    with ctx.db.read() as session:
        found = versions.earlier(session, tenant=holder.tenant, document=record.id)
    rows = [
        {
            "version": entry.version,
            "body_sha256": entry.body_sha256,
            "corrected_at": shapes.moment(entry.corrected_at),
            "corrected_by": entry.corrected_by,
            "corrections": list(entry.corrections),
            "document": canonical.write(entry.document),
        }
        for entry in found
    ]
    return JSONResponse({"data": rows, "next": None})
