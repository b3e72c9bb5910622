"""Releases: what people let pass of an invoice before, held against the facts as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.exceptions.case import Case, Change, State, Step, identity_of, reconcile
from app.linking.past import StaleRelease
from app.matching.policy import Policy
from app.payment.judge import Judgement, judged
from app.payment.judge import released as with_released
from app.storage import exceptions, waivers
from app.storage.database import AnySession, WriteSession
from app.storage.exceptions import ExceptionRow
from app.storage.waivers import Standing, Waiver

_LIVE = frozenset({Standing.GIVEN, Standing.STALE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A judgement with what people decided before, the cases on file by identity, and what changes about them."""

    judgement: Judgement
    known: Mapping[str, ExceptionRow]
    released: Mapping[str, Waiver]
    steps: tuple[Step, ...]


def settle(session: AnySession, judgement: Judgement, policy: Policy, *, tenant: str) -> Settled:
    """The judgement as it is with the waivers on file.

    A waiver that still covers the facts takes its finding out of the decision. Where the facts became worse,
    the invoice is audited a second time with that said (`RELEASE_STALE`), until somebody decides anew.
    """
    document = judgement.voucher.invoice.id
    known = {row.identity: row for row in exceptions.of_document(session, tenant=tenant, document=document)}
    released = {
        waiver.exception: waiver
        for waiver in waivers.of_document(session, tenant=tenant, document=document)
        if waiver.standing in _LIVE
    }
    cases = [_case_of(row, released.get(row.id)) for row in known.values()]
    steps = reconcile(cases, judgement.findings)
    stale = _stale(judgement, known, released, steps)
    if stale:
        judgement = judged(replace(judgement.voucher, stale=stale), policy)
        steps = reconcile(cases, judgement.findings)
    judgement = _with_waivers(judgement, policy, known, steps)
    return Settled(judgement=judgement, known=known, released=released, steps=steps)


def follow(session: WriteSession, settled: Settled, *, tenant: str, at: datetime) -> None:
    """The waivers' standing after a run: stale where the facts became worse, ended where the condition is gone."""
    rows = {step.identity: settled.known[step.identity] for step in settled.steps if step.identity in settled.known}
    waiver_of = {identity: settled.released.get(row.id) for identity, row in rows.items()}
    worse, gone = [], []
    for step in settled.steps:
        waiver = waiver_of.get(step.identity)
        if waiver is None:
            continue
        if step.change is Change.REOPEN and waiver.standing is Standing.GIVEN:
            worse.append(waiver.id)
        elif step.change is Change.RESOLVE:
            gone.append(waiver.id)
    waivers.turn_stale(session, tenant=tenant, identifiers=worse)
    waivers.end(session, tenant=tenant, identifiers=gone, at=at)


def _case_of(row: ExceptionRow, waiver: Waiver | None) -> Case:
    """The case that a row is, as the lifecycle sees it."""
    return Case(
        identity=row.identity,
        code=row.code,
        state=State(row.state),
        fingerprint=row.fingerprint,
        covered=waiver.covered if waiver and waiver.standing is Standing.GIVEN else None,
    )


def _stale(
    judgement: Judgement,
    known: Mapping[str, ExceptionRow],
    released: Mapping[str, Waiver],
    steps: Sequence[Step],
) -> tuple[StaleRelease, ...]:
    """The waivers that cover the facts no longer: by this run, or by an earlier one and nobody decided since."""
    reopened = {step.identity for step in steps if step.change is Change.REOPEN}
    out = []
    for finding in judgement.findings:
        row = known.get(identity_of(finding))
        waiver = released.get(row.id) if row else None
        if row is None or waiver is None:
            continue
        before = waiver.standing is Standing.STALE and row.state == State.OPEN
        if before or (row.identity in reopened and row.state == State.WAIVED):
            out.append(
                StaleRelease(
                    code=finding.code,
                    line=finding.line,
                    order_line=finding.order_line,
                    by=waiver.by,
                    at=waiver.at,
                    covered=waiver.covered.at_risk.amount,
                    now=finding.at_risk.amount,
                )
            )
    return tuple(out)


def _with_waivers(
    judgement: Judgement, policy: Policy, known: Mapping[str, ExceptionRow], steps: Sequence[Step]
) -> Judgement:
    """The decision as it is with the waivers that still cover the facts."""
    back = {step.identity for step in steps}
    covered = {identity for identity, row in known.items() if row.state == State.WAIVED and identity not in back}
    waived = sorted(finding.key for finding in judgement.findings if identity_of(finding) in covered)
    if not waived:
        return judgement
    return with_released(judgement, policy, waived)
