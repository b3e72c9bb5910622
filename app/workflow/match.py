"""Match: an invoice is judged with everything on file; its exceptions follow, and its decision."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.documents.document import Document
from app.documents.kinds import BILLING
from app.documents.license_keys import sealed
from app.errors import MalformedError
from app.linking.filed import Doubt, Filed, Standing
from app.linking.link import Allocation
from app.matching.engine import RULES_VERSION
from app.matching.policy import Policy
from app.payment.decision import Decision, Verdict
from app.payment.hints import erp_hints
from app.payment.judge import Judgement, judge, judge_all
from app.registers import NOTHING, Facts
from app.storage import documents, jobs, matches, registers, trail, vouchers
from app.storage.database import WriteSession
from app.storage.documents import Record
from app.storage.identifiers import make, under
from app.storage.matches import MatchRow
from app.trail.events import InvoiceMatched, InvoiceStood
from app.workflow import cases, inputs, policies
from app.workflow.context import Context
from app.workflow.errors import NotAnInvoiceError, NotReadYetError, UnknownDocumentError, UnknownMatchError
from app.workflow.past import past_of
from app.workflow.releases import follow, settle

_log = logging.getLogger(__name__)

#: Who matches when nobody asked: a paper arrived.
MATCHER = "system:matcher"


def match_touched(
    ctx: Context, identifiers: Iterable[str], *, tenant: str, alive: Callable[[], None] | None = None
) -> list[str]:
    """Judge anew every bill that the documents touch, in the order of arrival; gives those bills.

    A bill that cannot be judged stops no other one; the first error is raised when all have had their turn.
    `alive` is called after each bill.
    """
    came = list(identifiers)
    with ctx.db.read() as session:
        found = vouchers.touched(session, tenant=tenant, documents=came)
        bills = documents.to_judge(session, tenant=tenant, identifiers=found)
    broken: Exception | None = None
    for bill in bills:
        try:
            match_invoice(ctx, bill, tenant=tenant, actor=MATCHER)
        except Exception as error:  # noqa: BLE001 (raised again below)
            _log.exception("the bill %s could not be judged", bill)
            broken = broken or error
        if alive is not None:
            alive()
    if broken is not None:
        raise broken
    return bills


def match_invoice(ctx: Context, identifier: str, *, tenant: str, actor: str) -> dict[str, Any]:
    """Match an invoice with everything on file, save the answer and give it.

    Nobody else judges a bill of the same orders meanwhile. Where nothing changed since the last match
    and its decision still holds, that match is the answer.

    Raises:
        UnknownDocumentError: there is no such document.
        NotReadYetError: it is still being read.
        NotAnInvoiceError: it is another kind of paper.
    """
    with ctx.db.begin() as session:
        return match_within(ctx, session, identifier, tenant=tenant, actor=actor)


def match_within(ctx: Context, session: WriteSession, identifier: str, *, tenant: str, actor: str) -> dict[str, Any]:
    """The same within a transaction of the caller's, so that what somebody decided and its decision are one step."""
    record = documents.get(session, tenant=tenant, identifier=identifier)
    _can_be_judged(session, record, identifier, tenant=tenant)
    vouchers.hold_together(session, tenant=tenant, document=identifier)
    related = vouchers.related(session, tenant=tenant, document=identifier)
    on_file = documents.filed(session, tenant=tenant, identifiers=related)
    invoice = next(entry for entry in on_file if entry.id == identifier)
    policy = policies.in_force(session, ctx.policy, tenant=tenant, on=ctx.now().date())
    revisions = registers.revisions(session, tenant=tenant)
    facts = registers.facts(session, tenant=tenant, at=revisions)
    past = past_of(session, invoice, on_file, policy, tenant=tenant)
    judgement = judge(invoice, on_file, policy, as_of=invoice.arrived_at.date(), facts=facts, past=past)
    basis = inputs.Basis(on_file=on_file, policy=policy, revisions=revisions)
    return _save(ctx, session, judgement, basis, tenant=tenant, actor=actor)


def _can_be_judged(session: WriteSession, record: Record | None, identifier: str, *, tenant: str) -> None:
    if record is None:
        raise UnknownDocumentError(identifier)
    if record.state is documents.State.RECEIVED:
        raise NotReadYetError(identifier, jobs.of_document(session, tenant=tenant, document=identifier))
    if record.state is documents.State.READ and record.kind not in BILLING:
        raise NotAnInvoiceError(identifier, record.kind)


def _save(
    ctx: Context, session: WriteSession, judgement: Judgement, basis: inputs.Basis, *, tenant: str, actor: str
) -> dict[str, Any]:
    now, invoice, policy = ctx.now(), judgement.voucher.invoice, basis.policy
    settled = settle(session, judgement, policy, tenant=tenant)
    judgement, steps = settled.judgement, settled.steps
    last = matches.current(session, tenant=tenant, invoice=invoice.id)
    if last is not None and not steps and _still_holds(last, judgement, policy, now):
        return last.body
    row = _row(ctx, judgement, policy, now, basis.revisions)
    voucher = judgement.voucher
    matches.save(session, tenant=tenant, row=row, links=voucher.links, allocations=voucher.allocations)
    record_sha256 = inputs.keep(session, row.id, judgement, basis, tenant=tenant)
    _stand(session, judgement, tenant=tenant, at=now, actor=actor)
    event = InvoiceMatched(
        subject=invoice.id,
        match=row.id,
        decision=row.decision,
        payable=format(row.payable.amount, "f"),
        held=format(row.held.amount, "f"),
        currency=row.payable.currency,
        policy_version=row.policy_version,
        rules_version=row.rules_version,
        inputs_sha256=row.inputs_sha256,
        record_sha256=record_sha256,
        answer_sha256=inputs.answer_digest(row.body),
    )
    trail.append(session, tenant=tenant, at=now, actor=actor, event=event)
    cases.take_steps(session, judgement, row, settled.known, steps, tenant=tenant, at=now, actor=actor)
    follow(session, settled, tenant=tenant, at=now)
    return row.body


def _still_holds(last: MatchRow, judgement: Judgement, policy: Policy, now: datetime) -> bool:
    return (
        last.inputs_sha256 == judgement.inputs_sha256
        and last.policy_version == policy.version
        and last.rules_version == RULES_VERSION
        and last.expires_at > now
    )


def _row(ctx: Context, judgement: Judgement, policy: Policy, now: datetime, revisions: dict[str, int]) -> MatchRow:
    decision, invoice = judgement.decision, judgement.voucher.invoice
    identifier, decided, expires = make("mat"), make("dec"), now + ctx.decision_lasts
    body = {
        "id": identifier,
        "invoice": under("inv", invoice.id),
        "number": invoice.document.number,
        **_verdict(decision),
        "policy_version": policy.version,
        "rules_version": RULES_VERSION,
        "registers": revisions,
        "inputs_sha256": judgement.inputs_sha256,
        "findings": [cases.shown(finding) for finding in judgement.findings],
        "allocations": [_allocation(entry) for entry in judgement.voucher.allocations],
        "not_checked": [gap.as_json() for gap in judgement.unchecked],
        "erp_hints": erp_hints(decision.kind),
        "decision_id": decided,
        "matched_at": now.isoformat().replace("+00:00", "Z"),
        "expires_at": expires.isoformat().replace("+00:00", "Z"),
    }
    return MatchRow(
        id=identifier,
        invoice=invoice.id,
        current=True,
        decision=decision.kind.value,
        decision_id=decided,
        payable=decision.payable,
        held=decision.held,
        payable_net=decision.payable_net,
        held_net=decision.held_net,
        policy_version=policy.version,
        rules_version=RULES_VERSION,
        inputs_sha256=judgement.inputs_sha256,
        body=body,
        matched_at=now,
        expires_at=expires,
    )


def _verdict(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.kind.value,
        "payable": decision.payable.as_json(),
        "held": decision.held.as_json(),
        "payable_net": decision.payable_net.as_json(),
        "held_net": decision.held_net.as_json(),
        "lines": [
            {
                "line": entry.line,
                "asked": entry.asked.as_json(),
                "payable": entry.payable.as_json(),
                "held": entry.held.as_json(),
            }
            for entry in decision.lines
        ],
    }


def _allocation(entry: Allocation) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "line": entry.line,
        "order": entry.order,
        "order_line": entry.order_line,
        "receipt": entry.receipt,
        "receipt_line": entry.receipt_line,
        "license": entry.license,
        "license_line": entry.license_line,
        "quantity": format(entry.quantity, "f"),
        "unit": entry.unit,
        "amount": format(entry.amount, "f"),
    }


def _stand(session: WriteSession, judgement: Judgement, *, tenant: str, at: datetime, actor: str) -> None:
    """A bill that is to be rejected does not count in the ledger; one that no longer is counts again."""
    invoice = judgement.voucher.invoice
    if invoice.standing in {Standing.PAID, Standing.VOID}:
        return
    standing = _standing(judgement)
    if standing is not invoice.standing:
        documents.set_standing(session, tenant=tenant, identifier=invoice.id, standing=standing)
        event = InvoiceStood(subject=invoice.id, standing=standing.value, reference=None)
        trail.append(session, tenant=tenant, at=at, actor=actor, event=event)


def _standing(judgement: Judgement) -> Standing:
    if judgement.decision.kind is not Verdict.REJECT:
        return Standing.PENDING
    twice = any(finding.code == "DUP_EXACT" for finding in judgement.findings)
    return Standing.DUPLICATE if twice else Standing.REJECTED


# ── looking, and trying ─────────────────────────────────────────────────────────────────────────


def stored_match(ctx: Context, identifier: str, *, tenant: str) -> dict[str, Any]:
    """A match as it was answered.

    Raises:
        UnknownMatchError: there is no such match.
    """
    with ctx.db.read() as session:
        found = matches.get(session, tenant=tenant, identifier=identifier)
    if found is None:
        raise UnknownMatchError(identifier)
    return found.body


def dry_run(
    ctx: Context, given: Sequence[Document], *, tenant: str, policy: object, as_of: object, told: object = None
) -> dict[str, Any]:
    """Judge documents in the order given, each bill against what came before it; nothing is stored.

    Without a policy the tenant's own of today holds. Of the registers only what is given counts.

    Raises:
        MalformedError: names the place in the policy, or the day that is none.
        MalformedListError: names the places in the registers.
    """
    if policy is None:
        with ctx.db.read() as session:
            terms = policies.in_force(session, ctx.policy, tenant=tenant, on=ctx.now().date())
    else:
        terms = Policy.parse(policy, "/policy")
    day = None if as_of is None else _day(as_of)
    facts = NOTHING if told is None else Facts.read(told, "/registers")
    judged = judge_all(as_filed([sealed(document, ctx.salt) for document in given]), terms, day, facts)
    return {
        "policy_version": terms.version,
        "rules_version": RULES_VERSION,
        "invoices": [answer_of(judgement) for judgement in judged],
    }


def judge_together(
    given: Sequence[Document], policy: Policy, doubts: Sequence[tuple[Doubt, ...]] = ()
) -> list[Judgement]:
    """Judge each bill with all the papers given, whatever their order, except bills that came later.

    A bill that is to be rejected does not count for the others. `doubts` are the reader's, paper by paper.
    """
    with_doubts = list(zip(given, doubts or [()] * len(given), strict=True))
    with_doubts.sort(key=lambda entry: (entry[0].kind in BILLING, entry[0].issue_date or date.max))
    filed = as_filed([document for document, _ in with_doubts])
    on_file = [replace(paper, doubts=found) for paper, (_, found) in zip(filed, with_doubts, strict=True)]
    judged = []
    for at, paper in enumerate(on_file):
        if paper.document.kind in BILLING:
            judgement = judge(paper, on_file, policy, as_of=paper.arrived_at.date())
            judged.append(judgement)
            on_file[at] = replace(paper, standing=_standing(judgement))
    return judged


def answer_of(judgement: Judgement) -> dict[str, Any]:
    """A judgement as a dry run shows it."""
    return {
        "number": judgement.voucher.invoice.document.number,
        "kind": judgement.voucher.invoice.document.kind,
        **_verdict(judgement.decision),
        "inputs_sha256": judgement.inputs_sha256,
        "findings": [cases.shown(finding) for finding in judgement.findings],
        "allocations": [_allocation(entry) for entry in judgement.voucher.allocations],
        "not_checked": [gap.as_json() for gap in judgement.unchecked],
    }


def as_filed(given: Sequence[Document]) -> list[Filed]:
    """Documents as if they had just arrived, in their order; each on its own day."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return [
        Filed(
            id=f"doc_{at}",
            document=document,
            arrived_at=document.received_at
            or (datetime.combine(document.issue_date, start.timetz()) if document.issue_date else start),
            sequence=at,
        )
        for at, document in enumerate(given, 1)
    ]


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise MalformedError("/as_of", "not a date such as 2026-10-30") from None
