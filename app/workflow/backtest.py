"""Back-test: what a draft of the policy would have done to the bills on file; nothing is stored."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.documents.money import Money
from app.matching.policy import Policy
from app.payment.judge import Judgement, judge
from app.registers import Facts
from app.storage import documents, kept, matches, registers, vouchers
from app.storage.database import ReadSession
from app.storage.identifiers import under
from app.storage.matches import MatchRow
from app.workflow import policies
from app.workflow.context import Context
from app.workflow.past import past_of

#: How far back bills are looked at.
_WINDOW = timedelta(days=365)
_Pair = tuple[MatchRow, Judgement, Judgement]


def backtest(ctx: Context, name: str, *, most: int, tenant: str) -> dict[str, Any]:
    """Judge the last bills by the policy in force and by that version, both on what is on file today.

    Raises:
        UnknownPolicyError: there is no policy of that version.
    """
    draft = policies.version(ctx, name, tenant=tenant).policy
    now = ctx.now()
    with ctx.db.read() as session:
        current = policies.in_force(session, ctx.policy, tenant=tenant, on=now.date())
        rows = matches.last(session, tenant=tenant, since=now - _WINDOW, limit=most + 1)
        facts = registers.facts(session, tenant=tenant, at=registers.revisions(session, tenant=tenant))
        pairs = [_judged(session, row, current, draft, facts, tenant=tenant) for row in rows[:most]]
    return {
        "policy": draft.version,
        "against": current.version,
        "judged": len(pairs),
        "complete": len(rows) <= most,
        "decisions": _decisions(pairs),
        "held": _held(pairs),
        "findings": _findings(pairs),
        "changed": [_changed(pair) for pair in pairs if _verdict(pair[1]) != _verdict(pair[2])],
    }


def _judged(session: ReadSession, row: MatchRow, current: Policy, draft: Policy, facts: Facts, *, tenant: str) -> _Pair:
    """A bill by the one policy and by the other, on the same facts."""
    related = vouchers.related(session, tenant=tenant, document=row.invoice)
    on_file = documents.filed(session, tenant=tenant, identifiers=related)
    invoice = next(paper for paper in on_file if paper.id == row.invoice)
    waived = (kept.inputs_of(session, tenant=tenant, match=row.id) or {}).get("waived", ())
    # What earlier runs found is the same for both: that the draft is another version is no fact of the bill.
    past = past_of(session, invoice, on_file, current, tenant=tenant)
    day = invoice.arrived_at.date()
    before = judge(invoice, on_file, current, as_of=day, waived=waived, facts=facts, past=past)
    after = judge(invoice, on_file, draft, as_of=day, waived=waived, facts=facts, past=past)
    return row, before, after


def _verdict(judgement: Judgement) -> tuple[str, Money, list[str]]:
    return judgement.decision.kind.value, judgement.decision.held, sorted(_codes(judgement).elements())


def _codes(judgement: Judgement) -> Counter[str]:
    return Counter(finding.code for finding in judgement.findings if finding.suppressed_by is None)


def _decisions(pairs: list[_Pair]) -> dict[str, dict[str, int]]:
    before = Counter(old.decision.kind.value for _, old, _ in pairs)
    after = Counter(new.decision.kind.value for _, _, new in pairs)
    return {kind: {"before": before[kind], "after": after[kind]} for kind in ("pay", "hold", "wait", "reject")}


def _held(pairs: list[_Pair]) -> list[dict[str, Any]]:
    """One sum for each currency: sums of several are never added."""
    sums: dict[str, list[Decimal]] = {}
    for _, *both in pairs:
        for at, judgement in enumerate(both):
            held = judgement.decision.held
            sums.setdefault(held.currency, [Decimal(0), Decimal(0)])[at] += held.amount
    return [
        {"before": Money.of(was, name).as_json(), "after": Money.of(then, name).as_json()}
        for name, (was, then) in sorted(sums.items())
    ]


def _findings(pairs: list[_Pair]) -> dict[str, Mapping[str, int]]:
    """How often each code asks for work."""
    before: Counter[str] = sum((_codes(old) for _, old, _ in pairs), Counter())
    after: Counter[str] = sum((_codes(new) for _, _, new in pairs), Counter())
    return {code: {"before": before[code], "after": after[code]} for code in sorted({*before, *after})}


def _changed(pair: _Pair) -> dict[str, Any]:
    row, old, new = pair
    return {
        "invoice": under("inv", row.invoice),
        "number": old.voucher.invoice.document.number,
        "match": row.id,
        "decision": {"before": old.decision.kind.value, "after": new.decision.kind.value},
        "held": {"before": old.decision.held.as_json(), "after": new.decision.held.as_json()},
        "no_longer": sorted((_codes(old) - _codes(new)).elements()),
        "newly": sorted((_codes(new) - _codes(old)).elements()),
    }
