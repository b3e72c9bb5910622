"""The case: an exception that people work on, opened by a finding, closed by a person or by a clean run."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.documents.money import Money
from app.matching.finding import Finding
from app.matching.rule import Owner, Severity


class State(StrEnum):
    """The state of a case; assignment, dispute and snooze are attributes, not states."""

    OPEN = "open"
    WAIVED = "waived"
    RESOLVED = "resolved"


class Change(StrEnum):
    """What a run does to a case."""

    OPEN = "open"
    UPDATE = "update"
    RESOLVE = "resolve"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The facts that a waiver was given for; better ones it covers too, worse ones it does not.

    `variance` is in the finding's own measure; where it has none, what was expected and what was found must be
    the same words again.
    """

    fingerprint: str
    rule_version: int
    expected: str | None
    actual: str | None
    variance: Decimal | None
    at_risk: Money

    @classmethod
    def of(cls, finding: Finding) -> "Covered":
        """The facts as a finding has them."""
        seen = finding.condition
        return cls(
            fingerprint=fingerprint_of(finding),
            rule_version=finding.rule.version,
            expected=seen.expected,
            actual=seen.actual,
            variance=seen.variance,
            at_risk=seen.at_risk,
        )

    def covers(self, finding: Finding) -> bool:
        """Whether the facts are still those that were let pass, or better: never a bigger difference or more money.

        A stricter or looser tolerance does not matter: what was let pass is the difference itself.
        """
        if not may_be_waived(finding) or finding.rule.version != self.rule_version:
            return False
        now = Covered.of(finding)
        if now.fingerprint == self.fingerprint:
            return True
        if now.at_risk.currency != self.at_risk.currency or abs(now.at_risk.amount) > abs(self.at_risk.amount):
            return False
        if now.variance is None or self.variance is None:
            return (now.variance, now.expected, now.actual) == (self.variance, self.expected, self.actual)
        same_side = now.variance == 0 or (now.variance > 0) == (self.variance > 0)
        return same_side and abs(now.variance) <= abs(self.variance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as it stands: whom it is about (`identity`), its state, and the facts it was last seen with.

    `fingerprint` is that of the finding when the case was opened or last updated; `covered` are the facts that
    its waiver was given for.
    """

    identity: str
    code: str
    state: State
    fingerprint: str
    covered: Covered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of one case, with the reason; `finding` is None where the condition is gone."""

    change: Change
    identity: str
    reason: str
    finding: Finding | None = None
    fingerprint: str | None = None


def identity_of(finding: Finding) -> str:
    """What a case is about: the invoice, the rule, the order line, the invoice line (and the charge).

    The same from run to run, so that a new run updates a case instead of opening a second one.
    """
    return hashlib.sha256(f"{finding.invoice}\x1f{finding.key}".encode()).hexdigest()[:32]


def fingerprint_of(finding: Finding) -> str:
    """The facts that a waiver covers: the rule's version, the limit, what was seen, the papers compared."""
    seen = finding.condition
    facts = (
        finding.code,
        str(finding.rule.version),
        repr(sorted(seen.limit.items())) if seen.limit is not None else "",
        seen.expected or "",
        seen.actual or "",
        "" if seen.variance is None else format(seen.variance, "f"),
        f"{seen.at_risk.amount:f} {seen.at_risk.currency}",
        *sorted({place.document for place in seen.evidence}),
    )
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:32]


def may_be_waived(finding: Finding) -> bool:
    """Whether a person may let the finding pass; of some only the facts can be put right."""
    return finding.rule.owner is not Owner.NOBODY


def asks_for_work(finding: Finding) -> bool:
    """Whether a finding opens a case: it is nobody's consequence, and more than information."""
    return finding.suppressed_by is None and finding.severity is not Severity.INFO


def reconcile(cases: Iterable[Case], findings: Iterable[Finding]) -> tuple[Step, ...]:
    """What a new run changes about an invoice's cases: open, update, resolve, reopen; in order of identity.

    A waiver covers the facts it was given for, and better ones: where they became worse the case opens again.
    """
    known = {case.identity: case for case in cases}
    found = {identity_of(finding): finding for finding in findings if asks_for_work(finding)}
    steps = [_seen(known.get(identity), identity, found[identity]) for identity in sorted(found)]
    gone = [_gone(known[identity]) for identity in sorted(known) if identity not in found]
    return tuple(step for step in (*steps, *gone) if step is not None)


def _seen(case: Case | None, identity: str, finding: Finding) -> Step | None:
    fingerprint = fingerprint_of(finding)
    if case is None:
        return Step(
            change=Change.OPEN,
            identity=identity,
            reason=finding.condition.why,
            finding=finding,
            fingerprint=fingerprint,
        )
    match case.state:
        case State.OPEN:
            if case.fingerprint == fingerprint:
                return None
            return Step(
                change=Change.UPDATE,
                identity=identity,
                reason=finding.condition.why,
                finding=finding,
                fingerprint=fingerprint,
            )
        case State.WAIVED if _still_covered(case, finding):
            return None
        case State.WAIVED:
            reason = f"The facts are no longer those that were waived. {finding.condition.why}"
        case State.RESOLVED:
            reason = f"The condition is back. {finding.condition.why}"
    return Step(change=Change.REOPEN, identity=identity, reason=reason, finding=finding, fingerprint=fingerprint)


def _still_covered(case: Case, finding: Finding) -> bool:
    if case.covered is not None:
        return case.covered.covers(finding)
    return case.fingerprint == fingerprint_of(finding) and may_be_waived(finding)


def _gone(case: Case) -> Step | None:
    match case.state:
        case State.OPEN:
            return Step(
                change=Change.RESOLVE,
                identity=case.identity,
                reason="A later run no longer finds the condition.",
            )
        case State.WAIVED | State.RESOLVED:
            return None
