"""/v1/documents: bring papers, and read what was read of them."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app.api import idempotency, shapes
from app.api.access import ContextDep, Reading, Uploading
from app.api.problems import MediaTypeError, UploadError
from app.documents import canonical
from app.documents.kinds import BILLING, KINDS
from app.errors import MalformedError
from app.storage import documents, inside, jobs
from app.storage.access import Holder
from app.storage.database import AnySession
from app.storage.documents import Record, State
from app.storage.identifiers import under
from app.workflow.context import Context
from app.workflow.errors import FileTooLargeError, UnknownDocumentError
from app.workflow.match import match_touched
from app.workflow.picture import box_of
from app.workflow.receive import Incoming, receive_document, receive_files

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_MOST_FIELDS = 3000
_LONGEST_SOURCE = 80
_CHUNK = 1 << 20
#: What a sender may say of a file, in form fields beside it.
_TOLD = ("kind", "source", "external_id", "arrived_at", "together")
_FORM = {
    "type": "object",
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "kind": {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
        "source": {"type": "array", "items": {"type": "string"}},
        "external_id": {"type": "array", "items": {"type": "string"}},
        "arrived_at": {"type": "array", "items": {"type": "string", "format": "date"}},
        "together": {"type": "array", "items": {"type": "string", "maxLength": 200}},
    },
    "required": ["files"],
}


@router.post(
    "",
    operation_id="receive_documents",
    summary="Bring documents: files to read, or one canonical document",
    status_code=202,
    responses={
        201: {"description": "The canonical document is on file.", "content": {"application/json": {}}},
        200: {"description": "The same content is on file already.", "content": {"application/json": {}}},
        202: {"description": "The files are stored; a job reads them.", "content": {"application/json": {}}},
        **shapes.problems(401, 403, 409, 413, 415, 422),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": _FORM},
                "application/json": {"schema": canonical.schema(), "example": shapes.EXAMPLE_DOCUMENT},
            },
        }
    },
)
async def receive(
    request: Request,
    ctx: ContextDep,
    holder: Uploading,
    source: Annotated[
        str | None, Query(max_length=_LONGEST_SOURCE, description="The system that knows the document.")
    ] = None,
    external_id: Annotated[str | None, Query(max_length=200, description="Its key there.")] = None,
    idempotency_key: Annotated[str | None, Header(max_length=255)] = None,
) -> Response:
    """Files come as multipart/form-data in `files` (several allowed) with an optional `kind`, `source`,
    `external_id`, `arrived_at` and `together` for each, in the same order; the answer is a job. Files with the
    same word in `together` are the pages of one document, in the order sent (an e-invoice's XML first, then the
    pages that show it); files that say themselves that they are one document are joined without it. One canonical
    document comes as JSON. The same bytes twice are one document, and the answer says so.
    """  # noqa: D205 (the operation's description)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        body = await body_of(request, ctx.upload_limit)
        return await run_in_threadpool(
            idempotency.once,
            ctx,
            holder,
            idempotency_key,
            required=False,
            request=body,
            act=lambda: _take_document(ctx, holder, body, source, external_id),
        )
    if media_type != "multipart/form-data":
        raise MediaTypeError(f"{media_type or 'no media type'} is not taken")
    limit = request.app.state.upload_files
    async with request.form(max_files=limit, max_fields=_MOST_FIELDS) as form:
        incoming = _incoming(form)
        return await run_in_threadpool(_files_once, ctx, holder, idempotency_key, incoming)


def _files_once(ctx: Context, holder: Holder, key: str | None, incoming: list[Incoming]) -> Response:
    digest = b"".join(_told(file) for file in incoming) if key else b""
    return idempotency.once(
        ctx, holder, key, required=False, request=digest, act=lambda: _take_files(ctx, holder, incoming)
    )


def _told(file: Incoming) -> bytes:
    """What of a file makes two requests the same: its content and what was said of it."""
    digest = hashlib.sha256()
    while part := file.stream.read(_CHUNK):
        digest.update(part)
    file.stream.seek(0)
    told = (file.name, digest.hexdigest(), file.kind, file.source, file.external_id, file.arrived_at, file.together)
    return "\0".join(str(part) for part in told).encode() + b"\n"


def _take_document(ctx: Context, holder: Holder, body: bytes, source: str | None, external_id: str | None) -> Response:
    document = canonical.read(parsed(body))
    received = receive_document(
        ctx, document, tenant=holder.tenant, actor=holder.actor, source=source, external_id=external_id
    )
    if received.repeats is None:
        match_touched(ctx, [received.id], tenant=holder.tenant)
    with ctx.db.read() as session:
        record = documents.get(session, tenant=holder.tenant, identifier=received.id)
    if record is None:
        raise UnknownDocumentError(received.id)
    shown = document_shape(record) | {"duplicate_of": received.repeats}
    status = 201 if received.repeats is None else 200
    return JSONResponse(shown, status, headers={"Location": f"/v1/documents/{received.id}"})


def _take_files(ctx: Context, holder: Holder, incoming: list[Incoming]) -> Response:
    job = receive_files(ctx, incoming, tenant=holder.tenant, actor=holder.actor)
    with ctx.db.read() as session:
        found = jobs.get(session, tenant=holder.tenant, identifier=job)
    body = shapes.job(found) if found else {}
    return JSONResponse(body, 202, headers={"Location": f"/v1/jobs/{job}"})


def _incoming(form: FormData) -> list[Incoming]:
    files = [entry for name in ("files", "file") for entry in form.getlist(name) if isinstance(entry, UploadFile)]
    if not files:
        raise UploadError("no file came in the form field `files`")
    told = {name: [str(entry) for entry in form.getlist(name)] for name in _TOLD}
    for name, values in told.items():
        if len(values) not in {0, 1, len(files)}:
            raise UploadError(f"`{name}` comes once, or once for each of the {len(files)} files")
    if len(told["external_id"]) == 1 and len(files) > 1:
        raise UploadError("one `external_id` cannot belong to several files")
    if any(len(source) > _LONGEST_SOURCE for source in told["source"]):
        raise MalformedError("/source", f"at most {_LONGEST_SOURCE} characters")
    for kind in told["kind"]:
        if kind and kind not in KINDS:
            raise MalformedError("/kind", f"one of {', '.join(KINDS)}")

    def of(name: str, at: int) -> str | None:
        values = told[name]
        return (values[at if len(values) > 1 else 0] or None) if values else None

    return [
        Incoming(
            name=(file.filename or "file")[:200],
            stream=file.file,
            media_type=file.content_type,
            kind=of("kind", at),
            source=of("source", at),
            external_id=of("external_id", at),
            arrived_at=_moment(of("arrived_at", at)),
            together=(of("together", at) or "")[:200] or None,
        )
        for at, file in enumerate(files)
    ]


def _moment(told: str | None) -> datetime | None:
    if told is None:
        return None
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        raise MalformedError("/arrived_at", "not a day or time such as 2026-10-30 (RFC 3339)") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


async def body_of(request: Request, limit: int) -> bytes:
    """The body of a request, refused while it still comes when it is too long.

    Raises:
        FileTooLargeError: more than `limit` bytes.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise FileTooLargeError("the body", limit)
        parts.append(part)
    return b"".join(parts)


def parsed(body: bytes) -> Any:
    """The JSON value of a body.

    Raises:
        MalformedError: it is none; says where.
    """

    def refuse(text: str) -> float:
        raise MalformedError("", f"{text} is not JSON")

    try:
        return json.loads(body, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise MalformedError("", f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    except (UnicodeDecodeError, RecursionError):
        raise MalformedError("", "not JSON in UTF-8") from None


def document_shape(record: Record) -> dict[str, Any]:
    """A document on file, with what was read of it."""
    return {
        "id": record.id,
        "invoice": under("inv", record.id) if record.kind in BILLING else None,
        "kind": record.kind,
        "number": record.number,
        "state": record.state.value,
        "standing": record.standing.value,
        "error": None if record.state is not State.UNREAD else {"verdict": record.verdict, "reason": record.reason},
        "remark": _remark(record),
        "file": {"name": record.file_name, "sha256": record.file_sha256, "media_type": record.media_type},
        "pages": [_leaf(record, at, *size) for at, size in enumerate(record.pages, 1)],
        "joined_to": record.joined_to,
        "mail": record.notes.get("mail"),
        "source": record.source,
        "external_id": record.external_id,
        "received_at": shapes.moment(record.received_at),
        "arrived_at": shapes.moment(record.arrived_at),
        "received_by": record.received_by,
        "read_at": shapes.moment(record.read_at),
        "doubts": [asdict(doubt) for doubt in record.doubts],
        "version": record.version,
        "layout": record.layout,
        "document": canonical.write(record.document) if record.document else None,
    }


def _remark(record: Record) -> str | None:
    """Why a document stands as it does, where nothing is wrong with it."""
    if record.state is State.UNREAD:
        return None
    return record.reason or record.notes.get("joined")


def _leaf(record: Record, page: int, width: float, height: float) -> dict[str, Any]:
    """A page's size in points, and on which page of which document's file it stands."""
    leaf = record.leaf(page)
    place = {"document": leaf.document, "page": leaf.page} if leaf else {"document": record.id, "page": page}
    return {"width": f"{width:g}", "height": f"{height:g}"} | place


def _files(session: AnySession, holder: Holder, record: Record) -> dict[str, Any]:
    """What a mail or an archive held, which further files a document is of, and in which mails it came."""
    held = inside.of_holder(session, tenant=holder.tenant, holder=record.id)
    came = inside.origins(session, tenant=holder.tenant, document=record.id)
    return {
        "files": [
            {"name": f.name, "id": f.document, "kind": f.kind, "state": f.state, "reason": f.reason} for f in held
        ]
        + [
            {"name": r.file_name, "id": r.id, "kind": r.kind, "state": r.state.value, "reason": r.reason}
            for r in documents.joined_to(session, tenant=holder.tenant, identifier=record.id)
        ],
        "left_out": record.notes.get("left_out", []),
        "tables": record.notes.get("tables", []),
        "came_in": [{"id": origin.document, "file": origin.file, "name": origin.name} for origin in came],
    }


def record_of(ctx: Context, holder: Holder, identifier: str) -> Record:
    """The document with that identifier (`doc_…`, or `inv_…` for an invoice).

    Raises:
        UnknownDocumentError: there is none.
    """
    with ctx.db.read() as session:
        found = documents.get(session, tenant=holder.tenant, identifier=under("doc", identifier))
    if found is None:
        raise UnknownDocumentError(identifier)
    return found


@router.get(
    "",
    operation_id="list_documents",
    summary="List documents, the newest first",
    responses=shapes.problems(401, 403, 422),
)
def listed(
    ctx: ContextDep,
    holder: Reading,
    kind: Annotated[str | None, Query(description="A kind of document.")] = None,
    state: Annotated[str | None, Query(description="received, read, unread, unpacked, joined or aside.")] = None,
    number: Annotated[str | None, Query(description="The number as printed.")] = None,
    limit: shapes.Limit = 50,
    after: shapes.After = None,
) -> JSONResponse:
    """A page of documents without their lines; `next` is the cursor of the page after it."""
    with ctx.db.read() as session:
        found = documents.listed(
            session, tenant=holder.tenant, after=after, limit=limit + 1, kind=kind, state=state, number=number
        )
    rows = [{k: v for k, v in document_shape(record).items() if k != "document"} for record in found]
    return shapes.page(rows, limit)


@router.get(
    "/{document_id}",
    operation_id="get_document",
    summary="A document, with what was read of it and where it stood",
    responses=shapes.problems(401, 403, 404),
)
def one(ctx: ContextDep, holder: Reading, document_id: str) -> JSONResponse:
    """The canonical document with `evidence`: for each value its page, box, text, method and score.

    Evidence counts the pages through; `pages` says on which page of which document's file each of them stands.
    A mail or an archive (state `unpacked`) names the documents that its `files` are, and what was `left_out` of
    them as no paper; a document of several files names the further ones there, and says in `remark` why they were
    joined. `tables` says of a CSV file or spreadsheet, also of one that could not be read, which heading was taken as
    which field, with a score, and which was not used; `told` where a person said so. Under `came_in` are the mails
    and archives that it came in.
    """
    record = record_of(ctx, holder, document_id)
    with ctx.db.read() as session:
        shown = document_shape(record) | _files(session, holder, record)
    return JSONResponse(shown, headers={"ETag": f'"{record.revision}"'})


@router.get(
    "/{document_id}/original",
    operation_id="get_original",
    summary="The file as it came",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **shapes.problems(401, 403, 404)},
)
def original(ctx: ContextDep, holder: Reading, document_id: str) -> Response:
    """Always a download, never shown inside a page."""
    return original_response(ctx, record_of(ctx, holder, document_id))


def original_response(ctx: Context, record: Record) -> Response:
    """The stored bytes as an attachment."""
    if record.file_sha256 is None:
        raise UnknownDocumentError(record.id)
    return Response(
        ctx.files.read(record.file_sha256),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{record.id}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@router.get(
    "/{document_id}/pages/{page}.webp",
    operation_id="get_page",
    summary="A page as a picture",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}}, **shapes.problems(401, 403, 404, 422)},
)
def page(
    ctx: ContextDep, holder: Reading, document_id: str, page: int, scale: Annotated[float, Query(gt=0, le=4)] = 1.5
) -> Response:
    """The page rendered at `scale` times 72 dpi."""
    return shapes.webp(ctx.pictures.webp(record_of(ctx, holder, document_id), page, None, scale=scale))


@router.get(
    "/{document_id}/crop.webp",
    operation_id="get_crop",
    summary="A piece of a page as a picture",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}}, **shapes.problems(401, 403, 404, 422)},
)
def piece(
    ctx: ContextDep,
    holder: Reading,
    document_id: str,
    box: Annotated[
        str, Query(description="x0,top,x1,bottom in points from the top left.", examples=["40,200,555,230"])
    ],
    page: Annotated[int, Query(ge=1)] = 1,
    scale: Annotated[float, Query(gt=0, le=4)] = 2,
) -> Response:
    """What is printed inside the box."""
    found = box_of(box)
    if found is None:
        raise MalformedError("query/box", "x0,top,x1,bottom in points, such as 40,200,555,230")
    return shapes.webp(ctx.pictures.webp(record_of(ctx, holder, document_id), page, found, scale=scale))
