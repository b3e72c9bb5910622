"""The shapes that several resources share: pages of lists, jobs, moments, pictures, examples."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from starlette.responses import Response

from app.api.problems import MEDIA_TYPE, PLAIN
from app.storage.jobs import Job

Limit = Annotated[int, Query(ge=1, le=200, description="How many entries.")]
After = Annotated[str | None, Query(max_length=200, description="The cursor that `next` of the page before gave.")]

PROBLEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "job": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}

EXAMPLE_DOCUMENT: Mapping[str, Any] = {
    "kind": "invoice",
    "number": "NW-2026-00417",
    "issue_date": "2026-10-30",
    "due_date": "2026-11-13",
    "currency": "EUR",
    "supplier": {"name": "Nordwind Beispiel GmbH", "vat_id": "DE123456788"},
    "buyer": {"name": "Example Werke GmbH"},
    "references": {"purchase_order": "PO-4500017742"},
    "lines": [
        {
            "id": "10",
            "description": "Hex bolt M8x40 zinc DIN 933",
            "quantity": "2500",
            "unit": "C62",
            "unit_price": "0.1184",
            "net_amount": "296.00",
            "tax_rate": "19",
            "order_line": "10",
        }
    ],
    "totals": {"lines": "296.00", "net": "296.00", "tax": "56.24", "gross": "352.24", "due": "352.24"},
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for its description."""
    extra = {401: "A key is needed.", 403: "Not allowed for this role.", 409: "The state forbids it.", 412: "Changed."}
    return {
        status: {
            "description": PLAIN[status].title if status in PLAIN else extra.get(status, "Problem"),
            "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}},
        }
        for status in statuses
    }


def moment(at: datetime | None) -> str | None:
    """RFC 3339, in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def page(rows: list[dict[str, Any]], limit: int, *, cursor: str = "id") -> JSONResponse:
    """`{"data": […], "next": cursor or null}` from one row more than is shown."""
    shown = rows[:limit]
    following = shown[-1][cursor] if len(rows) > limit else None
    return JSONResponse({"data": shown, "next": following})


def job(found: Job) -> dict[str, Any]:
    """A job, with what became of each file."""
    documents = [
        {
            "file": entry.file,
            "id": entry.document,
            "kind": entry.kind,
            "state": "duplicate" if entry.duplicate_of else entry.state,
            "duplicate_of": entry.duplicate_of,
            "inside": entry.inside,
            "error": {"verdict": entry.verdict, "reason": entry.reason} if entry.state == "unread" else None,
            "remark": None if entry.state == "unread" else entry.reason,
        }
        for entry in found.documents
    ]
    return {
        "id": found.id,
        "phase": found.phase.value,
        "done": found.done,
        "total": found.total,
        "failed": found.failed,
        "errors": [
            {"file": entry.file, "document": entry.document, "verdict": entry.verdict, "reason": entry.reason}
            for entry in found.documents
            if entry.state == "unread"
        ],
        "error": found.error,
        "created_at": moment(found.created_at),
        "documents": documents,
    }


def webp(picture: bytes) -> Response:
    """A picture; its address names the content, so it may be kept for a day."""
    return Response(picture, media_type="image/webp", headers={"Cache-Control": "private, max-age=86400, immutable"})
