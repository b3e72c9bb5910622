"""The API put together: routers, problem answers, request identifiers, security headers, description."""

import json
import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog
from fastapi import FastAPI, Request
from starlette.responses import Response

from app.api import (
    actions,
    corrections,
    documents,
    exceptions,
    jobs,
    mapping,
    matches,
    policies,
    problems,
    reference,
    registers,
    trail,
)

_EXAMPLES = Path(__file__).parent / "examples.json"
_REQUEST_ID = re.compile(r"[\w.-]{8,64}")

#: Everything the pages need comes from this server; nothing runs that is not a file of ours.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


def application(*, lifespan: Any = None) -> FastAPI:
    """The web application without the workbench."""
    app = FastAPI(
        title="Countersign",
        version="1",
        summary="Audits a purchase before it is paid.",
        description="Bring quotes, orders, slips, receipts, invoices and license receipts; ask what may be paid.",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    problems.install(app)
    app.middleware("http")(_frame)
    for part in (
        documents,
        corrections,
        mapping,
        jobs,
        matches,
        policies,
        exceptions,
        actions,
        registers,
        trail,
        reference,
    ):
        app.include_router(part.router)
    plain = app.openapi
    app.openapi = lambda: _with_examples(plain())  # type: ignore[method-assign]  # (FastAPI's own way to extend it)
    return app


def _with_examples(described: dict[str, Any]) -> dict[str, Any]:
    """The description with a real answer of each operation (kept in examples.json, under its operationId)."""
    examples = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    for operations in described["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                name = operation["operationId"]
                found = examples.get(f"{name} {status}", examples.get(name) if status == "200" else None)
                if found is not None:
                    answer.setdefault("content", {}).setdefault("application/json", {})["example"] = found
    return described


async def _frame(request: Request, follow: Callable[[Request], Awaitable[Response]]) -> Response:
    """Give every request an identifier and every answer the security headers."""
    given = request.headers.get("x-request-id", "")
    request.state.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request_id=request.state.request_id)
    try:
        response = await follow(request)
    finally:
        structlog.contextvars.clear_contextvars()
    response.headers["X-Request-Id"] = request.state.request_id
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/v1"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
