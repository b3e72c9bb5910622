"""/v1/exceptions: the cases that people work on."""

import csv
import io
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from starlette.responses import Response

from app.api import shapes
from app.api.access import ContextDep, Reading
from app.documents.money import Money
from app.matching.rule import RULES
from app.storage import exceptions, waivers
from app.storage.database import AnySession
from app.storage.exceptions import ExceptionRow, Filters
from app.storage.identifiers import under
from app.storage.waivers import Waiver
from app.workflow.errors import UnknownExceptionError

router = APIRouter(prefix="/v1/exceptions", tags=["exceptions"])

RuleCode = StrEnum("RuleCode", {code: code for code in RULES})  # type: ignore[misc]  # (made from the registry)


class StateName(StrEnum):
    """Where an exception stands."""

    OPEN = "open"
    WAIVED = "waived"
    RESOLVED = "resolved"


class SeverityName(StrEnum):
    """What a finding does to the payment."""

    HOLD = "hold"
    WARN = "warn"
    INFO = "info"


class ListFormat(StrEnum):
    """What a list can be taken away as."""

    JSON = "json"
    CSV = "csv"


_MOST_CSV = 100_000
_COLUMNS = (
    "id", "code", "severity", "state", "vendor", "number", "invoice", "line", "order_line", "at_risk", "held",
    "currency", "opened_at", "due_date", "assignee", "why",
)  # fmt: skip


def shape(row: ExceptionRow) -> dict[str, Any]:
    """An exception as the API shows it."""
    return {
        "id": row.id,
        "code": row.code,
        "title": RULES[row.code].title if row.code in RULES else row.code,
        "severity": row.severity,
        "owner": row.owner,
        "state": row.state,
        "vendor": row.vendor,
        "invoice": under("inv", row.document),
        "document": row.document,
        "number": row.number,
        "line": row.line,
        "order_line": row.order_line,
        "at_risk": _money(row.at_risk),
        "held": _money(row.held),
        "opened_at": shapes.moment(row.opened_at),
        "closed_at": shapes.moment(row.closed_at),
        "reason": row.reason,
        "due_date": row.due_date.isoformat() if row.due_date else None,
        "assignee": row.assignee,
        "disputed_at": shapes.moment(row.disputed_at),
        "why": row.why,
        "evidence": row.finding.get("evidence", []),
        "match": row.match,
        "revision": row.revision,
        "fingerprint": row.fingerprint,
    }


def _money(money: Money | None) -> dict[str, str] | None:
    return None if money is None else money.as_json()


@router.get(
    "",
    operation_id="list_exceptions",
    summary="List exceptions, the newest first",
    responses={200: {"content": {"text/csv": {}}}, **shapes.problems(401, 403, 422)},
)
def listed(
    ctx: ContextDep,
    holder: Reading,
    state: Annotated[StateName | None, Query(description="open, waived or resolved.")] = None,
    code: Annotated[RuleCode | None, Query(description="A rule's code.")] = None,
    severity: Annotated[SeverityName | None, Query(description="hold, warn or info.")] = None,
    vendor: Annotated[str | None, Query(max_length=500, description="The supplier's name as printed.")] = None,
    invoice: Annotated[str | None, Query(max_length=80, description="An invoice's identifier.")] = None,
    assignee: Annotated[str | None, Query(max_length=200, description="Whose case it is.")] = None,
    q: Annotated[str | None, Query(max_length=200, description="Words in vendor, number or sentence.")] = None,
    due_lte: Annotated[date | None, Query(description="Due on this day or before.")] = None,
    format: Annotated[ListFormat, Query(description="json, or csv with all rows.")] = ListFormat.JSON,  # noqa: A002 (the parameter's name)
    limit: shapes.Limit = 50,
    after: shapes.After = None,
) -> Response:
    """Filters have the same names as in the address of the workbench's queue."""
    filters = Filters(
        state=state,
        code=code,
        severity=severity,
        vendor=vendor,
        document=under("doc", invoice) if invoice else None,
        assignee=assignee,
        q=q,
        due_lte=due_lte,
    )
    many = _MOST_CSV if format is ListFormat.CSV else limit + 1
    with ctx.db.read() as session:
        rows = exceptions.listed(session, tenant=holder.tenant, filters=filters, after=after, limit=many)
    if format is ListFormat.CSV:
        return _as_csv(rows)
    return shapes.page([shape(row) for row in rows], limit)


def _as_csv(rows: list[ExceptionRow]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for row in rows:
        shown = shape(row)
        money = row.at_risk or row.held
        flat = shown | {
            "at_risk": format(row.at_risk.amount, "f") if row.at_risk else "",
            "held": format(row.held.amount, "f") if row.held else "",
            "currency": money.currency if money else "",
        }
        writer.writerow([_harmless(flat[name]) for name in _COLUMNS])
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="exceptions.csv"'},
    )


def _harmless(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


@router.get(
    "/{exception_id}",
    operation_id="get_exception",
    summary="An exception with its finding",
    responses=shapes.problems(401, 403, 404),
)
def one(ctx: ContextDep, holder: Reading, exception_id: str) -> JSONResponse:
    """`finding` is the finding that last spoke of it; `waivers` and `actions` say what people decided and did.

    An action's `expect` is the `fingerprint`.
    """
    with ctx.db.read() as session:
        row = exceptions.get(session, tenant=holder.tenant, identifier=exception_id)
        if row is None:
            raise UnknownExceptionError(exception_id)
        body = whole(session, row, tenant=holder.tenant)
    return JSONResponse(body, headers={"ETag": f'"{row.revision}"'})


def whole(session: AnySession, row: ExceptionRow, *, tenant: str) -> dict[str, Any]:
    """An exception with its finding, the waivers given for it, and what people did."""
    given = waivers.of_exception(session, tenant=tenant, exception=row.id)
    done = waivers.actions_of(session, tenant=tenant, exception=row.id)
    return shape(row) | {
        "finding": row.finding,
        "waivers": [_waiver(one) for one in given],
        "actions": [
            {
                "type": one.type,
                "reason": one.reason,
                "words": one.words,
                "assignee": one.assignee,
                "by": one.by,
                "at": shapes.moment(one.at),
            }
            for one in done
        ],
    }


def _waiver(one: Waiver) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "state": one.standing.value,
        "reason": one.reason,
        "words": one.words,
        "at_risk": one.covered.at_risk.as_json(),
        "fingerprint": one.covered.fingerprint,
        "by": one.by,
        "at": shapes.moment(one.at),
        "second_by": one.second_by,
        "second_at": shapes.moment(one.second_at),
        "ended_at": shapes.moment(one.ended_at),
    }
