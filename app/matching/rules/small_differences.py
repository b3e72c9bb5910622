"""Small differences: what a tolerance let through, what that adds up to, and who made it larger."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from app.documents.money import Money
from app.linking.past import PastFinding
from app.linking.shelf import is_live
from app.linking.voucher import Voucher
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked
from app.matching.tolerance import Tolerance
from app.matching.tolerated import TOLERATED, Tolerated, tolerated
from app.matching.wording import amount, figure, money_decimal, price

_PRICES = frozenset({"price"})


@rule(
    TOLERATED,
    severity=Severity.INFO,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    uncl_4465="1",
)
def difference_within_tolerance(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A difference that a tolerance lets through is recorded, not hidden.

    For each line, notes what a price above the order's, or a quantity beyond what was ordered or received, costs
    although it lies within its tolerance.
    """
    for one in tolerated(voucher, policy):
        yield Condition(
            line=one.line,
            order=one.line.order.filed if one.line.order else None,
            expected=_shown(one, one.expected),
            actual=_shown(one, one.actual),
            variance=money_decimal(Fraction(one.worth.amount), voucher.currency),
            limit=one.limit.as_json(one.metric),
            at_risk=one.worth,
            why=f"{_shown(one, one.actual)} instead of {_shown(one, one.expected)} lies within the tolerance; "
            f"{amount(one.worth.amount, voucher.currency)} are let through.",
            evidence=(place(one.line.line, "unit_price" if one.metric in _PRICES else "quantity"),),
            detail={"about": one.metric},
        )


def _shown(one: Tolerated, value: Fraction) -> str:
    return price(value) if one.metric in _PRICES else figure(value)


@rule(
    "TOLERANCE_POOL",
    severity=Severity.WARN,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "FIN", "PIN"),
    x12_426="11",
    uncl_4465="9",
    cure=Cure.APPROVAL,
)
def tolerated_differences_add_up(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """What tolerances let a supplier keep stays small in all.

    Adds up what was let through on the supplier's live bills within the policy's window, this one included,
    and compares it with the cap; unchecked unless the policy sets one.
    """
    now = sum((Fraction(one.worth.amount) for one in tolerated(voucher, policy)), Fraction(0))
    if policy.pool_cap is None or not now:
        return
    first = voucher.as_of - timedelta(days=policy.pool_days)
    live = {bill.id for bill in voucher.history if is_live(bill)}
    before = [
        finding
        for run in voucher.past
        if run.invoice in live and first <= run.on <= voucher.as_of
        for finding in run.findings
        if finding.code == TOLERATED and finding.currency == voucher.currency
    ]
    total = now + sum((Fraction(finding.at_risk) for finding in before), Fraction(0))
    if total <= Fraction(policy.pool_cap):
        return
    currency = voucher.currency
    yield Condition(
        expected=f"at most {amount(policy.pool_cap, currency)}",
        actual=amount(total, currency),
        variance=money_decimal(total - Fraction(policy.pool_cap), currency),
        at_risk=Money.of(total, currency),
        why=f"Within {policy.pool_days} days {amount(total, currency)} were let through for this supplier, "
        f"{amount(now, currency)} of it here; the policy allows {amount(policy.pool_cap, currency)}.",
        evidence=(place(voucher.invoice, "supplier/name"),),
    )


@rule(
    "CONFIG_LOOSENED",
    severity=Severity.WARN,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.NOTHING,
)
def tolerance_raised_for_an_invoice(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A tolerance is not raised to let an invoice through.

    Where an earlier match of this invoice broke a limit that now lets the same difference pass, compares the
    limit of that match with today's.
    """
    passing = {(one.metric, one.line.id): one for one in tolerated(voucher, policy)}
    seen: set[tuple[str, str]] = set()
    for run in voucher.past:
        if run.invoice != voucher.invoice.id or run.policy_version == policy.version:
            continue
        for finding in run.findings:
            key = (finding.limit.get("metric", ""), finding.line or "")
            one = passing.get(key)
            if one is None or key in seen or not finding.holds or not _is_looser(one.limit, finding.limit):
                continue
            seen.add(key)
            yield _loosened(voucher, policy, one, finding, run.policy_version)


def _loosened(voucher: Voucher, policy: Policy, one: Tolerated, finding: PastFinding, version: str) -> Condition:
    before, after = _limits(finding.limit), _limits(one.limit.as_json(one.metric))
    return Condition(
        line=one.line,
        order=one.line.order.filed if one.line.order else None,
        expected=before,
        actual=after,
        at_risk=asked(voucher) if one.worth.amount == 0 else one.worth,
        why=f"Under policy {version} this line broke the limit for {one.metric.replace('_', ' ')} ({before}); under "
        f"policy {policy.version} ({after}) it passes.",
        evidence=(place(one.line.line, "unit_price" if one.metric in _PRICES else "quantity"),),
        detail={"about": one.metric, "before": version, "finding": finding.code},
    )


def _is_looser(now: Tolerance, before: Mapping[str, str]) -> bool:
    """Whether an upward limit that was set is gone or higher."""
    limits = {"up_pct": now.up_pct, "up_abs": now.up_abs}
    for name, limit in limits.items():
        if name in before and (limit is None or limit > Decimal(before[name])):
            return True
    return before.get("combine", "any") == "any" and now.combine.value == "all"


def _limits(limit: Mapping[str, str]) -> str:
    named = {"up_pct": "{} %", "up_abs": "{}"}
    shown = [form.format(limit[name]) for name, form in named.items() if name in limit]
    return f" {'or' if limit.get('combine') == 'any' else 'and'} ".join(shown) or "no limit"
