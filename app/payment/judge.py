"""Judge an invoice: voucher → findings → decision, in one pure step."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.documents.kinds import BILLING
from app.linking.build import build_voucher
from app.linking.filed import Filed, Standing
from app.linking.past import PastFinding, PastRun, StaleRelease
from app.linking.voucher import Voucher
from app.matching.engine import Unchecked, audit, unchecked
from app.matching.finding import Finding
from app.matching.policy import Policy
from app.matching.rule import Severity
from app.matching.tolerated import TOLERATED
from app.payment.decision import Decision, Verdict, decide
from app.payment.inputs import digest_of
from app.registers import NOTHING, Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was judged, what was found, and what follows; with a digest of all that went in.

    `waived` are the keys of the findings that were let pass.
    """

    voucher: Voucher
    findings: tuple[Finding, ...]
    decision: Decision
    inputs_sha256: str
    unchecked: tuple[Unchecked, ...] = ()
    waived: tuple[str, ...] = ()


def judge(
    invoice: Filed,
    on_file: Sequence[Filed],
    policy: Policy,
    *,
    as_of: date,
    waived: Collection[str] = (),
    facts: Facts = NOTHING,
    past: tuple[PastRun, ...] = (),
    stale: tuple[StaleRelease, ...] = (),
) -> Judgement:
    """Match an invoice with what is on file and decide. Pure: the same inputs give the same bytes."""
    voucher = build_voucher(invoice, on_file, policy.conventions, as_of=as_of, facts=facts, past=past)
    voucher = replace(voucher, stale=stale) if stale else voucher
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
        waived=tuple(sorted(waived)),
    )


def released(judgement: Judgement, policy: Policy, waived: Collection[str]) -> Judgement:
    """The judgement with those findings let pass."""
    return replace(
        judgement,
        decision=decide(judgement.voucher, judgement.findings, waived=waived),
        inputs_sha256=digest_of(judgement.voucher, policy, waived),
        waived=tuple(sorted(waived)),
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
