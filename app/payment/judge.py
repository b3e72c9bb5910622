"""Judge an invoice: voucher → findings → decision, in one pure step."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.documents.canonical import write
from app.documents.kinds import BILLING
from app.linking.build import build_voucher
from app.linking.filed import Filed, Standing
from app.linking.past import PastFinding, PastRun
from app.linking.voucher import Voucher
from app.matching.engine import Unchecked, audit, unchecked
from app.matching.finding import Finding
from app.matching.policy import Policy
from app.matching.rule import Severity
from app.matching.tolerated import TOLERATED
from app.payment.decision import Decision, Verdict, decide
from app.registers import NOTHING, Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was judged, what was found, and what follows; with a digest of all that went in."""

    voucher: Voucher
    findings: tuple[Finding, ...]
    decision: Decision
    inputs_sha256: str
    unchecked: tuple[Unchecked, ...] = ()


def judge(
    invoice: Filed,
    on_file: Sequence[Filed],
    policy: Policy,
    *,
    as_of: date,
    waived: Collection[str] = (),
    facts: Facts = NOTHING,
    past: tuple[PastRun, ...] = (),
) -> Judgement:
    """Match an invoice with what is on file and decide. Pure: the same inputs give the same bytes."""
    voucher = build_voucher(invoice, on_file, policy.conventions, as_of=as_of, facts=facts, past=past)
    return judged(voucher, policy, waived=waived)


def judged(voucher: Voucher, policy: Policy, *, waived: Collection[str] = ()) -> Judgement:
    """Audit a voucher and decide."""
    findings = audit(voucher, policy)
    return Judgement(
        voucher=voucher,
        findings=findings,
        decision=decide(voucher, findings, waived=waived),
        inputs_sha256=digest_of(voucher, policy, waived),
        unchecked=unchecked(voucher, policy),
    )


def judge_all(
    documents: Iterable[Filed], policy: Policy, as_of: date | None = None, facts: Facts = NOTHING
) -> list[Judgement]:
    """Judge every invoice and credit note in the order of arrival, each against what came before it.

    Each is judged as of its own date, unless one is given. One that is to be rejected does not count
    for those that come later.
    """
    before: list[Filed] = []
    past: list[PastRun] = []
    found: list[Judgement] = []
    for filed in sorted(documents, key=lambda entry: entry.sequence):
        if filed.document.kind not in BILLING or filed.standing is Standing.VOID:
            before.append(filed)
            continue
        day = as_of or filed.document.issue_date or filed.arrived_at.date()
        judgement = judge(
            filed, before, policy, as_of=day, facts=facts, past=tuple(past) if policy.pool_cap is not None else ()
        )
        found.append(judgement)
        past.append(run_of(judgement, policy))
        rejected = judgement.decision.kind is Verdict.REJECT
        before.append(replace(filed, standing=_standing(judgement)) if rejected else filed)
    return found


def run_of(judgement: Judgement, policy: Policy) -> PastRun:
    """A judgement as later ones remember it."""
    voucher = judgement.voucher
    return PastRun(
        invoice=voucher.invoice.id,
        number=voucher.invoice.document.number,
        on=voucher.as_of,
        policy_version=policy.version,
        findings=tuple(
            PastFinding(
                code=finding.code,
                line=finding.line,
                order_line=finding.order_line,
                at_risk=finding.at_risk.amount,
                currency=finding.at_risk.currency,
                holds=finding.severity is Severity.HOLD and finding.suppressed_by is None,
                limit=finding.condition.limit or {},
            )
            for finding in judgement.findings
            if finding.code == TOLERATED or finding.condition.limit
        ),
    )


def _standing(judgement: Judgement) -> Standing:
    duplicate = any(finding.code == "DUP_EXACT" for finding in judgement.findings)
    return Standing.DUPLICATE if duplicate else Standing.REJECTED


def digest_of(voucher: Voucher, policy: Policy, waived: Collection[str] = ()) -> str:
    """SHA-256 of everything that the judgement rests on: documents, standings, policy, day, waivers, registers."""
    papers = (
        voucher.invoice,
        *voucher.orders,
        *voucher.later_versions,
        *voucher.quotes,
        *voucher.slips,
        *voucher.receipts,
        *voucher.licenses,
        *voucher.contracts,
        *voucher.offers,
        *voucher.costs,
        *voucher.entitlements,
        *voucher.earlier,
        *voucher.duplicates,
    )
    facts: dict[str, Any] = {
        "as_of": voucher.as_of.isoformat(),
        "policy": repr(policy),
        "waived": sorted(waived),
        "registers": voucher.facts.digests(),
        "past": [repr(run) for run in voucher.past],
        "stale": [repr(release) for release in voucher.stale],
        "placed": [_known_of(order) for order in voucher.placed],
        "history": [_known_of(bill) for bill in voucher.history],
        "same_account": [_known_of(bill) for bill in voucher.same_account],
        "keys": [(clash.line.key, clash.holder.key) for clash in voucher.key_clashes],
        "documents": [
            {
                "id": paper.id,
                "sequence": paper.sequence,
                "standing": paper.standing.value,
                "unread": paper.unread,
                "doubts": [repr(doubt) for doubt in paper.doubts],
                "document": write(paper.document, evidence=False),
            }
            for paper in {paper.id: paper for paper in papers}.values()
        ],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _known_of(bill: Filed) -> list[str]:
    """What the rules look at in a supplier's other papers; the whole paper is bound to its identifier."""
    document = bill.document
    return [
        bill.id,
        str(bill.sequence),
        bill.standing.value,
        document.number or "",
        str(document.issue_date or ""),
        str(document.totals.gross if document.totals.gross is not None else ""),
        str(document.totals.net if document.totals.net is not None else ""),
        document.supplier.iban or "",
        document.created_by or "",
    ]
