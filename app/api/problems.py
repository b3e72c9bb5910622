"""Errors as problem documents (RFC 9457): which error is which problem, and the three handlers."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import AppError, CurrencyMixError, MalformedError, MalformedListError, UnitError
from app.workflow import errors

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem: the slug of its page, its title, its HTTP status, and what to do about it."""

    slug: str
    title: str
    status: HTTPStatus
    advice: str


class KeyMissingError(AppError):
    """The call came without a key, or with one that is not in force."""


class RoleError(AppError):
    """The key's role may not do this."""


class IdempotencyKeyMissingError(AppError):
    """A call that decides money needs an Idempotency-Key."""


class IdempotencyKeyReusedError(AppError):
    """The Idempotency-Key was used for another request."""


class StillRunningError(AppError):
    """The first call with this Idempotency-Key is still running."""


class UploadError(AppError):
    """The upload brings nothing, too much, or something that cannot be taken."""


class MediaTypeError(AppError):
    """The body is neither a form with files nor JSON."""


_CONFLICT, _UNKNOWN, _BAD = HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY

_CHANGED = Problem(
    "changed-since",
    "Changed since you looked",
    HTTPStatus.PRECONDITION_FAILED,
    "Read it again, look at what changed, and decide anew.",
)

PROBLEMS: Mapping[type[AppError], Problem] = {
    MalformedError: Problem("malformed", "Malformed input", _BAD, "Correct the place that `errors` names."),
    MalformedListError: Problem("malformed", "Malformed input", _BAD, "Correct the places that `errors` names."),
    CurrencyMixError: Problem("currency-mix", "Two currencies", _BAD, "Send the amounts in one currency."),
    UnitError: Problem("unit", "Unit not convertible", _BAD, "Use units of one family, or give the pack size."),
    KeyMissingError: Problem(
        "key-missing",
        "A key is needed",
        HTTPStatus.UNAUTHORIZED,
        "Send `Authorization: Bearer …`; `countersign key add NAME --role ROLE` makes a key.",
    ),
    RoleError: Problem("role", "Not allowed for this role", HTTPStatus.FORBIDDEN, "Use a key with another role."),
    IdempotencyKeyMissingError: Problem(
        "idempotency-key-missing",
        "An Idempotency-Key is needed",
        HTTPStatus.BAD_REQUEST,
        "Send a header `Idempotency-Key` with a value of your own for each thing that you want decided.",
    ),
    IdempotencyKeyReusedError: Problem(
        "idempotency-key-reused",
        "The Idempotency-Key belongs to another request",
        _BAD,
        "Use a new key for a new request; the same key is for sending the same request again.",
    ),
    StillRunningError: Problem(
        "still-running", "Still running", _CONFLICT, "Wait and send the same request again for its answer."
    ),
    UploadError: Problem("upload", "Upload not taken", _BAD, "Send one file or several in a form field `files`."),
    MediaTypeError: Problem(
        "media-type",
        "Media type not taken",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Send files as multipart/form-data, or one canonical document as application/json.",
    ),
    errors.UnknownDocumentError: Problem("unknown-document", "Unknown document", _UNKNOWN, "Check the identifier."),
    errors.UnknownJobError: Problem("unknown-job", "Unknown job", _UNKNOWN, "Check the identifier."),
    errors.UnknownExceptionError: Problem("unknown-exception", "Unknown exception", _UNKNOWN, "Check the identifier."),
    errors.UnknownMatchError: Problem("unknown-match", "Unknown match", _UNKNOWN, "Check the identifier."),
    errors.UnknownRegisterError: Problem(
        "unknown-register", "Unknown register", _UNKNOWN, "`GET /v1/registers` lists them with their revisions."
    ),
    errors.UnknownPolicyError: Problem("unknown-policy", "Unknown policy", _UNKNOWN, "Check the version."),
    errors.SecondPersonError: Problem(
        "second-person", "A second person is needed", HTTPStatus.FORBIDDEN, "Let somebody else approve it."
    ),
    errors.NoPictureError: Problem(
        "no-picture", "No picture", _UNKNOWN, "Check the page; papers sent as JSON have none."
    ),
    errors.NotReadYetError: Problem(
        "not-read-yet", "Not read yet", _CONFLICT, "Follow the job that `job` names, then ask again."
    ),
    errors.NotAnInvoiceError: Problem(
        "not-an-invoice", "Not an invoice", _CONFLICT, "Ask for an invoice or a credit note."
    ),
    errors.FileTooLargeError: Problem(
        "too-large", "Too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Send a smaller file, or split it."
    ),
    errors.ExternalIdTakenError: Problem(
        "external-id-taken", "The external id is taken", _CONFLICT, "Use the document that is named, or another id."
    ),
    errors.FewerDocumentsError: Problem(
        "fewer-documents",
        "A document would be gone",
        _CONFLICT,
        "Say which column has the number of each document, or correct the documents one by one.",
    ),
    errors.ChangedSinceError: _CHANGED,
    errors.FactsChangedError: _CHANGED,
    errors.NotAllowedError: Problem("not-allowed", "Not allowed now", _CONFLICT, "The detail says why."),
}

#: Problems that have no error of ours behind them.
PLAIN: Mapping[int, Problem] = {
    400: Problem("bad-request", "Bad request", HTTPStatus.BAD_REQUEST, "The detail says what is wrong."),
    404: Problem("not-found", "Not found", HTTPStatus.NOT_FOUND, "Check the address."),
    405: Problem("method", "Method not allowed", HTTPStatus.METHOD_NOT_ALLOWED, "`Allow` lists what is."),
    413: PROBLEMS[errors.FileTooLargeError],
    415: PROBLEMS[MediaTypeError],
    422: PROBLEMS[MalformedError],
    500: Problem(
        "internal",
        "Something went wrong here",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Nothing was changed by the call. Send it again; if it stays, report the `request_id`.",
    ),
}


def every() -> dict[str, Problem]:
    """All problems by the slug of their page."""
    return {problem.slug: problem for problem in [*PROBLEMS.values(), *PLAIN.values()]}


def install(app: FastAPI) -> None:
    """Answer every error with a problem document."""
    app.add_exception_handler(AppError, _on_app_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_crash)


def answer(
    request: Request,
    problem: Problem,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JSONResponse:
    """A problem document as a response."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": int(problem.status),
        "detail": detail,
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", None),
    }
    if errors:
        body["errors"] = [dict(entry) for entry in errors]
    body.update({name: value for name, value in members.items() if value is not None})
    return JSONResponse(body, int(problem.status), headers=headers, media_type=MEDIA_TYPE)


def _problem_of(error: AppError) -> Problem:
    for cls in type(error).__mro__:
        if cls in PROBLEMS:
            return PROBLEMS[cls]
    return PLAIN[500]


async def _on_app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101 (the handler is registered for these alone)
    places: list[dict[str, str]] = []
    if isinstance(error, MalformedError):
        places = [{"pointer": error.pointer, "detail": error.detail}]
    elif isinstance(error, MalformedListError):
        places = [{"pointer": entry.pointer, "detail": entry.detail} for entry in error.errors]
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, KeyMissingError) else None
    job = getattr(error, "job", None)
    return answer(request, _problem_of(error), str(error), errors=places, headers=headers, job=job)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (the handler is registered for these alone)
    places = []
    for entry in error.errors():
        kind, *rest = entry["loc"]
        pointer = "".join(f"/{part}" for part in rest)
        places.append({"pointer": pointer if kind == "body" else f"{kind}{pointer}", "detail": str(entry["msg"])})
    detail = "; ".join(f"{place['pointer'] or '/'}: {place['detail']}" for place in places)
    return answer(request, PLAIN[422], detail, errors=places)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (the handler is registered for these alone)
    problem = PLAIN.get(error.status_code)
    if problem is None:
        phrase = HTTPStatus(error.status_code).phrase
        problem = Problem("bad-request", phrase, HTTPStatus(error.status_code), "")
    return answer(request, problem, str(error.detail), headers=error.headers)


async def _on_crash(request: Request, error: Exception) -> Response:
    _log.error("unexpected error", exc_info=error)
    return answer(request, PLAIN[500], "An unexpected error. It is in the server's log under the request id.")
