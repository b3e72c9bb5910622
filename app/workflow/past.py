"""Past: what earlier matches found, as the rules across invoices and across runs look at it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.documents.kinds import BILLING
from app.linking.filed import Filed
from app.linking.past import PastFinding, PastRun
from app.matching.policy import Policy
from app.matching.rule import Severity
from app.matching.tolerated import TOLERATED
from app.storage import matches
from app.storage.database import AnySession
from app.storage.matches import MatchRow


def past_of(
    session: AnySession, invoice: Filed, on_file: Sequence[Filed], policy: Policy, *, tenant: str
) -> tuple[PastRun, ...]:
    """The invoice's own matches under other policies and, where the policy caps what tolerances let through in all,
    the present ones of the bills before it among those on file.
    """  # noqa: D205 (one sentence)
    days = {bill.id: bill.arrived_at.date() for bill in on_file if bill.document.kind in BILLING}
    rows = matches.under_other_policies(session, tenant=tenant, invoice=invoice.id, policy_version=policy.version)
    if policy.pool_cap is not None:
        before = [bill.id for bill in on_file if bill.id in days and bill.sequence < invoice.sequence]
        rows += matches.of_invoices(session, tenant=tenant, invoices=before)
    return tuple(_run(row, days.get(row.invoice, row.matched_at.date())) for row in rows)


def _run(row: MatchRow, on: date) -> PastRun:
    return PastRun(
        invoice=row.invoice,
        number=row.body.get("number"),
        on=on,
        policy_version=row.policy_version,
        findings=tuple(_findings(row.body.get("findings", ()))),
    )


def _findings(told: Iterable[Mapping[str, Any]]) -> Iterable[PastFinding]:
    for finding in told:
        if finding["code"] == TOLERATED or finding["limit"]:
            at_risk = finding["at_risk"]
            yield PastFinding(
                code=finding["code"],
                line=finding["line"],
                order_line=finding["order_line"],
                at_risk=Decimal(at_risk["amount"]),
                currency=at_risk["currency"],
                holds=finding["severity"] == Severity.HOLD and finding["suppressed_by"] is None,
                limit=finding["limit"] or {},
            )
