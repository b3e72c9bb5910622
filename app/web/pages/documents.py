"""Documents: bring papers, see what became of them, and what was read where."""

import re
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app.documents.kinds import KINDS
from app.storage import documents
from app.storage.access import Holder
from app.storage.identifiers import under
from app.web.access import ContextDep, NotYoursError, OwnPage, Viewer, may_upload
from app.web.templating import page
from app.web.views import documents as views
from app.workflow.context import Context
from app.workflow.errors import FileTooLargeError, UnknownDocumentError
from app.workflow.receive import Incoming, receive_files

router = APIRouter(prefix="/documents")

_STATES = {
    "received": "Being read",
    "read": "Read",
    "unread": "Not read",
    "unpacked": "Taken apart",
    "joined": "Part of another",
    "aside": "No paper",
}
_SHOWN = 40
_MOST_FILES = 500
_UNPLAIN = re.compile(r"[^\w.\- ]+")

Text = Annotated[str, Query(max_length=200)]


@router.get("")
def listed(
    request: Request,
    ctx: ContextDep,
    holder: Viewer,
    kind: Text = "",
    state: Text = "",
    number: Text = "",
    after: Text = "",
) -> Response:
    """The newest first, with the reason for each that could not be read."""
    return _list(request, ctx, holder, kind=kind, state=state, number=number, after=after)


def _list(
    request: Request,
    ctx: Context,
    holder: Holder,
    *,
    kind: str = "",
    state: str = "",
    number: str = "",
    after: str = "",
    wrong: str | None = None,
    status: int = 200,
) -> Response:
    asked = {
        "kind": kind if kind in KINDS else "",
        "state": state if state in _STATES else "",
        "number": number.strip(),
    }
    with ctx.db.read() as session:
        found = views.listed(session, tenant=holder.tenant, after=after or None, limit=_SHOWN + 1, **asked)
    shown = found[:_SHOWN]
    following = (
        urlencode({name: value for name, value in asked.items() if value} | {"after": shown[-1].id}) if shown else ""
    )
    return page(
        request,
        "documents.html",
        status=status,
        holder=holder,
        records=shown,
        following=f"/documents?{following}" if len(found) > _SHOWN else None,
        asked=asked,
        states=_STATES,
        kinds=KINDS.values(),
        limit=ctx.upload_limit,
        wrong=wrong,
    )


def _uploader(holder: Viewer) -> Holder:
    if not may_upload(holder):
        raise NotYoursError(f"{holder.role.value} may not bring documents")
    return holder


@router.post("", dependencies=[OwnPage])
async def bring(request: Request, ctx: ContextDep, holder: Annotated[Holder, Depends(_uploader)]) -> Response:
    """Store the files and go to the job that reads them."""
    limit = getattr(request.app.state, "upload_files", _MOST_FILES)
    async with request.form(max_files=limit, max_fields=limit) as form:
        incoming = _incoming(form)
        if not incoming:
            wrong = "Choose one file or several first."
            return await run_in_threadpool(_list, request, ctx, holder, wrong=wrong, status=422)
        return await run_in_threadpool(_take, request, ctx, holder, incoming)


def _take(request: Request, ctx: Context, holder: Holder, incoming: list[Incoming]) -> Response:
    try:
        job = receive_files(ctx, incoming, tenant=holder.tenant, actor=holder.actor)
    except FileTooLargeError as error:
        return _list(request, ctx, holder, wrong=f"{error}. None of the files was taken.".capitalize(), status=413)
    return RedirectResponse(f"/jobs/{job}", 303)


def _incoming(form: FormData) -> list[Incoming]:
    kind = str(form.get("kind") or "")
    files = [entry for entry in form.getlist("files") if isinstance(entry, UploadFile) and entry.filename]
    return [
        Incoming(
            name=(file.filename or "file")[:200],
            stream=file.file,
            media_type=file.content_type,
            kind=kind if kind in KINDS else None,
        )
        for file in files
    ]


@router.get("/{document_id}")
def one(request: Request, ctx: ContextDep, holder: Viewer, document_id: str) -> Response:
    """The pages beside the values, each value tied to its box."""
    record = _record(ctx, holder, document_id)
    return page(request, "document.html", holder=holder, paper=views.view(record), states=_STATES)


@router.get("/{document_id}/original")
def original(ctx: ContextDep, holder: Viewer, document_id: str) -> Response:
    """The file as it came: always a download, never shown inside a page."""
    record = _record(ctx, holder, document_id)
    if record.file_sha256 is None:
        raise UnknownDocumentError(document_id)
    name = record.file_name or record.id
    plain = _UNPLAIN.sub("_", name).encode("ascii", "replace").decode().replace("?", "_")
    return Response(
        ctx.files.read(record.file_sha256),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _record(ctx: Context, holder: Holder, identifier: str) -> documents.Record:
    with ctx.db.read() as session:
        found = documents.get(session, tenant=holder.tenant, identifier=under("doc", identifier))
    if found is None:
        raise UnknownDocumentError(identifier)
    return found
