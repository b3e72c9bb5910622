"""Act: what a person does with exceptions, one or many; the invoice is judged again in the same transaction."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.documents.money import Money, total
from app.exceptions.actions import JUDGING, ActionType
from app.exceptions.case import Covered, State
from app.matching.rule import RULES
from app.storage import exceptions, matches, trail, vouchers, waivers
from app.storage.database import AnySession, WriteSession
from app.storage.exceptions import ExceptionRow
from app.storage.identifiers import make
from app.storage.waivers import ActionRow, Standing, Waiver
from app.trail.events import (
    Event,
    ExceptionAssigned,
    ExceptionCommented,
    ExceptionDisputed,
    ExceptionProposed,
    ExceptionReopened,
    ExceptionWaived,
    InvoiceReleased,
)
from app.workflow.context import Context
from app.workflow.errors import FactsChangedError, NotAllowedError, UnknownExceptionError
from app.workflow.match import match_within
from app.workflow.plan import KINDS, PROPOSED, Asked, Planned, plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What exactly an action on several exceptions will change; `token` stands for just these facts."""

    token: str
    changes: tuple[Planned, ...]
    refused: tuple[Planned, ...]
    sums: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Exceptions after an action, and the current match of each of their invoices, by its document."""

    rows: tuple[ExceptionRow, ...]
    matches: Mapping[str, dict[str, Any] | None]


def act(ctx: Context, identifier: str, asked: Asked, *, expect: str | None, tenant: str, actor: str) -> Done:
    """Do it with one exception; what decides money changes its invoice's decision in the same transaction.

    Raises:
        UnknownExceptionError: there is no such exception.
        FactsChangedError: neither its fingerprint nor its revision is what was expected.
        NotAllowedError: its state, its rule or the person's part in the purchase forbids it.
    """
    with ctx.db.begin() as session:
        rows = _held(session, [identifier], tenant=tenant)
        if expect is not None and expect not in {rows[0].fingerprint, str(rows[0].revision)}:
            raise FactsChangedError(identifier)
        [planned] = plan(ctx, session, rows, asked, tenant=tenant, actor=actor)
        if planned.refused:
            raise NotAllowedError(f"{identifier}: {planned.refused}")
        return _carry_out(ctx, session, [planned], asked, tenant=tenant, actor=actor)


def preview(ctx: Context, identifiers: Sequence[str], asked: Asked, *, tenant: str, actor: str) -> Preview:
    """What the action would change, exception by exception; nothing is changed.

    Raises:
        UnknownExceptionError: one of them does not exist.
    """
    with ctx.db.read() as session:
        rows = _rows(session, identifiers, tenant=tenant)
        planned = plan(ctx, session, rows, asked, tenant=tenant, actor=actor)
    return _previewed(planned, asked, actor)


def act_on_all(
    ctx: Context, identifiers: Sequence[str], asked: Asked, *, token: str, tenant: str, actor: str
) -> tuple[Preview, Done]:
    """Do what the preview with that token showed: all of it in one transaction, or nothing.

    Raises:
        UnknownExceptionError: one of them does not exist.
        FactsChangedError: a preview of now would show something else.
    """
    with ctx.db.begin() as session:
        rows = _held(session, identifiers, tenant=tenant)
        shown = _previewed(plan(ctx, session, rows, asked, tenant=tenant, actor=actor), asked, actor)
        if shown.token != token:
            raise FactsChangedError("the exceptions of this preview")
        return shown, _carry_out(ctx, session, shown.changes, asked, tenant=tenant, actor=actor)


def _previewed(planned: Iterable[Planned], asked: Asked, actor: str) -> Preview:
    entries = tuple(planned)
    changes = tuple(entry for entry in entries if entry.refused is None)
    refused = tuple(entry for entry in entries if entry.refused is not None)
    facts = {
        "by": actor,
        "asked": [asked.type.value, asked.reason, asked.words, asked.assignee],
        "exceptions": [
            [entry.row.id, entry.row.state, entry.row.fingerprint, entry.row.assignee, entry.becomes, entry.refused]
            for entry in entries
        ],
    }
    token = hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    money = [entry.row.at_risk for entry in changes if entry.row.at_risk is not None]
    sums = tuple(
        total((one for one in money if one.currency == currency), currency)
        for currency in sorted({one.currency for one in money})
    )
    return Preview(token=token, changes=changes, refused=refused, sums=sums)


# ── doing it ────────────────────────────────────────────────────────────────────────────────────


def _rows(session: AnySession, identifiers: Sequence[str], *, tenant: str) -> list[ExceptionRow]:
    rows = []
    for identifier in identifiers:
        row = exceptions.get(session, tenant=tenant, identifier=identifier)
        if row is None:
            raise UnknownExceptionError(identifier)
        rows.append(row)
    return rows


def _held(session: WriteSession, identifiers: Sequence[str], *, tenant: str) -> list[ExceptionRow]:
    """The exceptions as they are, while nobody else judges their invoices."""
    bills = sorted({row.document for row in _rows(session, identifiers, tenant=tenant)})
    vouchers.hold_all(session, tenant=tenant, documents=bills)
    return _rows(session, identifiers, tenant=tenant)


def _carry_out(
    ctx: Context, session: WriteSession, changes: Sequence[Planned], asked: Asked, *, tenant: str, actor: str
) -> Done:
    for entry in changes:
        _change(ctx, session, entry, asked, tenant=tenant, actor=actor)
    bodies: dict[str, dict[str, Any] | None] = {}
    for document in sorted({entry.row.document for entry in changes}):
        if asked.type in JUDGING:
            bodies[document] = match_within(ctx, session, document, tenant=tenant, actor=actor)
        else:
            current = matches.current(session, tenant=tenant, invoice=document)
            bodies[document] = current.body if current else None
    if asked.type is ActionType.PAY_SUPPORTED:
        for entry in changes:
            _pay_supported(ctx, session, entry.row, bodies[entry.row.document] or {}, asked, tenant=tenant, actor=actor)
    rows = _rows(session, [entry.row.id for entry in changes], tenant=tenant)
    return Done(rows=tuple(rows), matches=bodies)


def _change(ctx: Context, session: WriteSession, entry: Planned, asked: Asked, *, tenant: str, actor: str) -> None:
    row, now = entry.row, ctx.now()
    noted = ActionRow(
        type=asked.type.value, reason=asked.reason, words=asked.words, assignee=asked.assignee, by=actor, at=now
    )
    waivers.note(session, tenant=tenant, exception=row.id, action=noted)
    event: Event | None
    facts = {"subject": row.id, "rule": row.code, "invoice": row.number or row.document}
    match asked.type:
        case ActionType.ASSIGN:
            row = replace(row, assignee=asked.assignee)
            event = ExceptionAssigned(subject=row.id, assignee=asked.assignee)
        case ActionType.COMMENT:
            event = ExceptionCommented(subject=row.id, text=asked.words or "")
        case ActionType.DISPUTE:
            row = replace(row, disputed_at=now)
            event = ExceptionDisputed(**facts, reason=asked.reason or "", words=asked.words)
        case ActionType.REOPEN:
            _end_all(ctx, session, row, tenant=tenant)
            row = replace(row, state=State.OPEN.value, closed_at=None, reason=None)
            event = ExceptionReopened(**facts, why=": ".join(part for part in (asked.reason, asked.words) if part))
        case ActionType.PAY_SUPPORTED:
            event = None  # When the invoice was judged again it is known how much that is.
        case ActionType.WAIVE | ActionType.ACKNOWLEDGE | ActionType.WRONG:
            row, event = _release(ctx, session, entry, asked, tenant=tenant, actor=actor)
    exceptions.save(session, tenant=tenant, row=row)
    if event is not None:
        trail.append(session, tenant=tenant, at=now, actor=actor, event=event)


def _release(
    ctx: Context, session: WriteSession, entry: Planned, asked: Asked, *, tenant: str, actor: str
) -> tuple[ExceptionRow, Event]:
    """Let the finding pass, or propose to; an earlier decision that no longer covers the facts ends with it."""
    row, now, kind = entry.row, ctx.now(), KINDS[asked.type]
    covered = covered_of(row)
    facts = {
        "subject": row.id,
        "rule": row.code,
        "invoice": row.number or row.document,
        "kind": kind.value,
        "reason": asked.reason or "",
        "words": asked.words or "",
        "fingerprint": covered.fingerprint,
        "at_risk": format(covered.at_risk.amount, "f"),
        "currency": covered.at_risk.currency,
    }
    waiver = Waiver(
        id=make("wai"),
        exception=row.id,
        document=row.document,
        kind=kind,
        standing=Standing.PROPOSED if entry.becomes == PROPOSED else Standing.GIVEN,
        reason=asked.reason or "",
        words=asked.words or "",
        covered=covered,
        by=actor,
        at=now,
    )
    if waiver.standing is Standing.PROPOSED:
        waivers.add(session, tenant=tenant, waiver=waiver)
        return row, ExceptionProposed(**facts)
    first = entry.seconds
    _end_all(ctx, session, row, tenant=tenant, but=first)
    if first is not None:
        waivers.agree(session, tenant=tenant, identifier=first.id, by=actor, at=now)
    else:
        waivers.add(session, tenant=tenant, waiver=waiver)
    row = replace(row, state=State.WAIVED.value, closed_at=now, reason=asked.words or asked.reason)
    return row, ExceptionWaived(**facts, proposed_by=first.by if first else None)


def _end_all(ctx: Context, session: WriteSession, row: ExceptionRow, *, tenant: str, but: Waiver | None = None) -> None:
    live = waivers.of_exception(session, tenant=tenant, exception=row.id)
    ended = [one.id for one in live if one.standing is not Standing.ENDED and (but is None or one.id != but.id)]
    waivers.end(session, tenant=tenant, identifiers=ended, at=ctx.now())


def covered_of(row: ExceptionRow) -> Covered:
    """The facts of an exception that a waiver would be given for."""
    told = row.finding
    at_risk, variance = told["at_risk"], told.get("variance")
    return Covered(
        fingerprint=row.fingerprint,
        rule_version=RULES[row.code].version if row.code in RULES else 0,
        expected=told.get("expected"),
        actual=told.get("actual"),
        variance=None if variance is None else Decimal(variance),
        at_risk=Money(Decimal(at_risk["amount"]), at_risk["currency"]),
    )


def _pay_supported(
    ctx: Context,
    session: WriteSession,
    row: ExceptionRow,
    body: Mapping[str, Any],
    asked: Asked,
    *,
    tenant: str,
    actor: str,
) -> None:
    """Record that the supported part is paid now, and which match says how much that is."""
    payable = body["payable"]
    if body["decision"] not in {"hold", "wait"} or not Decimal(payable["amount"]):
        raise NotAllowedError(f"{row.id}: nothing of the invoice is supported while the rest is held")
    event = InvoiceReleased(
        subject=row.document,
        match=body["id"],
        exception=row.id,
        payable=payable["amount"],
        held=body["held"]["amount"],
        currency=payable["currency"],
        reason=asked.reason or "",
        words=asked.words,
    )
    trail.append(session, tenant=tenant, at=ctx.now(), actor=actor, event=event)
