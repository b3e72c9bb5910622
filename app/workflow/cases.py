"""Cases: what a match does to the exceptions of an invoice: open, update, reopen, close."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.exceptions.case import Change, State, Step, fingerprint_of, identity_of
from app.matching.finding import Finding
from app.payment.judge import Judgement
from app.storage import exceptions, trail
from app.storage.database import WriteSession
from app.storage.exceptions import ExceptionRow
from app.storage.identifiers import make
from app.storage.matches import MatchRow
from app.trail.events import Event, ExceptionOpened, ExceptionReopened, ExceptionResolved, ExceptionUpdated


def shown(finding: Finding) -> dict[str, Any]:
    """A finding as the API shows it, with the words of its rule."""
    return finding.as_json() | {"title": finding.rule.title, "owner": finding.rule.owner.value}


def take_steps(
    session: WriteSession,
    judgement: Judgement,
    match: MatchRow,
    known: Mapping[str, ExceptionRow],
    steps: Sequence[Step],
    *,
    tenant: str,
    at: datetime,
    actor: str,
) -> None:
    """Open, update, reopen and close the invoice's cases; those that stay get the new sums."""
    moved = {step.identity for step in steps}
    found = {identity_of(finding): finding for finding in judgement.findings}
    for step in steps:
        row, event = _stepped(judgement, match, known.get(step.identity), step, at)
        (exceptions.save if step.identity in known else exceptions.add)(session, tenant=tenant, row=row)
        trail.append(session, tenant=tenant, at=at, actor=actor, event=event)
    for identity, row in known.items():
        if identity not in moved and identity in found and row.state != State.RESOLVED:
            same = _about(judgement, match, found[identity], row)
            exceptions.save(session, tenant=tenant, row=same)


def close_all(session: WriteSession, document: str, *, tenant: str, at: datetime, actor: str, reason: str) -> None:
    """Close what is open on a document that turned out to be none of its own."""
    for row in exceptions.of_document(session, tenant=tenant, document=document):
        if row.state != State.RESOLVED:
            closed = replace(row, state=State.RESOLVED.value, closed_at=at, reason=reason)
            exceptions.save(session, tenant=tenant, row=closed)
            event = ExceptionResolved(subject=row.id, rule=row.code, invoice=row.number or document, reason=reason)
            trail.append(session, tenant=tenant, at=at, actor=actor, event=event)


def _stepped(
    judgement: Judgement, match: MatchRow, row: ExceptionRow | None, step: Step, at: datetime
) -> tuple[ExceptionRow, Event]:
    number = judgement.voucher.invoice.document.number or judgement.voucher.invoice.id
    finding = step.finding
    if finding is None:
        if row is None:
            raise ValueError("a case that is not there cannot be resolved")
        closed = replace(row, state=State.RESOLVED.value, closed_at=at, reason=step.reason, match=match.id)
        return closed, ExceptionResolved(subject=row.id, rule=row.code, invoice=number, reason=step.reason)
    now = _about(judgement, match, finding, row or _opened(finding, at))
    now = replace(now, state=State.OPEN.value, closed_at=None, reason=None)
    facts = {"subject": now.id, "rule": finding.code, "invoice": number, "why": step.reason}
    match step.change:
        case Change.OPEN:
            return now, ExceptionOpened(**facts)
        case Change.UPDATE:
            return now, ExceptionUpdated(**facts)
        case Change.REOPEN | Change.RESOLVE:
            return now, ExceptionReopened(**facts)


def _opened(finding: Finding, at: datetime) -> ExceptionRow:
    return ExceptionRow(
        id=make("exc"),
        identity=identity_of(finding),
        code=finding.code,
        severity=finding.severity.value,
        owner=finding.rule.owner.value,
        state=State.OPEN.value,
        document=finding.invoice,
        match=None,
        line=None,
        order_line=None,
        vendor=None,
        number=None,
        at_risk=None,
        held=None,
        why="",
        fingerprint="",
        finding={},
        opened_at=at,
        closed_at=None,
        reason=None,
        due_date=None,
        assignee=None,
        revision=1,
    )


def _about(judgement: Judgement, match: MatchRow, finding: Finding, row: ExceptionRow) -> ExceptionRow:
    """The case with the facts of this run."""
    document = judgement.voucher.invoice.document
    known_currency = document.currency is not None
    return replace(
        row,
        match=match.id,
        severity=finding.severity.value,
        owner=finding.rule.owner.value,
        line=finding.line,
        order_line=finding.order_line,
        vendor=document.supplier.name,
        number=document.number,
        at_risk=finding.at_risk if known_currency else None,
        held=match.held if known_currency else None,
        why=finding.condition.why,
        fingerprint=fingerprint_of(finding),
        finding=shown(finding),
        due_date=document.due_date,
    )
