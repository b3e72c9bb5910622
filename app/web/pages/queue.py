"""The queue: the cases that wait for a decision."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.matching.rule import RULES
from app.web.access import ContextDep, Viewer
from app.web.templating import page
from app.web.views import queue
from app.web.views.queue import TABS, Asked

router = APIRouter()

_STATES = ("open", "waived", "resolved")
_SEVERITIES = ("hold", "warn")
_SHOWN = 30

Text = Annotated[str, Query(max_length=200)]


@router.get("/queue")
def listed(
    request: Request,
    ctx: ContextDep,
    holder: Viewer,
    tab: Text = "decide",
    state: Text = "open",
    severity: Text = "",
    code: Text = "",
    vendor: Annotated[str, Query(max_length=500)] = "",
    q: Text = "",
    due_lte: Text = "",
    after: Text = "",
) -> Response:
    """The names in the address are those of the API's list of exceptions: an address is a saved view."""
    tab = tab if tab in TABS else "decide"
    asked = Asked(
        state=state if state in _STATES else "open",
        severity=severity if severity in _SEVERITIES else None,
        code=code if code in RULES else None,
        vendor=vendor or None,
        q=q.strip() or None,
        due_lte=_day(due_lte),
    )
    with ctx.db.read() as session:
        found = queue.listed(session, tenant=holder.tenant, tab=tab, asked=asked, after=after or None, limit=_SHOWN)
        vendors = queue.vendors(session, tenant=holder.tenant)
        untouched = queue.paid_untouched(session, tenant=holder.tenant) if not found.rows else 0
    chosen = {
        "state": asked.state if asked.state != "open" else None,
        "severity": asked.severity,
        "code": asked.code,
        "vendor": asked.vendor,
        "q": asked.q,
        "due_lte": asked.due_lte.isoformat() if asked.due_lte else None,
    }
    kept = {name: value for name, value in chosen.items() if value}
    return page(
        request,
        "queue.html",
        holder=holder,
        queue=found,
        tab=tab,
        tabs=[(name, title, _address(kept | {"tab": name})) for name, title in TABS.items()],
        asked=asked,
        chosen=chosen,
        following=_address(kept | {"tab": tab, "after": found.next}) if found.next else None,
        first=not after,
        states=_STATES,
        severities=_SEVERITIES,
        rules=RULES.values(),
        vendors=vendors,
        untouched=untouched,
        today=ctx.now().date(),
    )


def _address(names: Mapping[str, str | None]) -> str:
    wanted = {name: value for name, value in names.items() if value and (name, value) != ("tab", "decide")}
    return f"/queue?{urlencode(wanted)}" if wanted else "/queue"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
