"""The trail of a case in sentences, the newest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.exceptions.actions import REASONS
from app.matching.rule import RULES
from app.storage import trail
from app.storage.database import AnySession
from app.trail.chain import Entry
from app.web.filters import number, paper, who
from app.web.views.facts import Facts

_EACH = 60
_RELEASED = {"waived": "Let pass", "acknowledged": "Acknowledged", "wrong": "Called wrong"}
_SHOWN = 40
_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of the trail: when, what, who."""

    seq: int
    at: datetime
    text: str
    actor: str
    times: int = 1


def of_case(session: AnySession, facts: Facts, *, tenant: str) -> tuple[Step, ...]:
    """What happened to the invoice, to its exceptions, and when the papers behind it came."""
    papers = {record.id: f"{paper(record.kind)} {record.number or ''}".strip() for record in facts.papers.values()}
    entries: dict[int, Entry] = {}
    for subject in (facts.invoice.id, *(row.id for row in facts.exceptions)):
        for entry in trail.entries(session, tenant=tenant, subject=subject, limit=_EACH):
            entries[entry.seq] = entry
    for record in facts.behind():
        for entry in trail.entries(session, tenant=tenant, subject=record.id, limit=2):
            if entry.event == "document.received":
                entries[entry.seq] = entry
    newest = sorted(entries.values(), key=lambda entry: entry.seq, reverse=True)
    return tuple(_together(_step(entry, papers) for entry in newest)[:_SHOWN])


def _together(steps: Iterable[Step]) -> list[Step]:
    """The same step several times in one moment stands once."""
    found: list[Step] = []
    for step in steps:
        last = found[-1] if found else None
        if last and (last.text, last.actor) == (step.text, step.actor) and last.at - step.at < _MOMENT:
            found[-1] = replace(last, times=last.times + 1)
        else:
            found.append(step)
    return found


def _step(entry: Entry, papers: Mapping[str, str]) -> Step:
    subject = papers.get(entry.subject, "")
    return Step(seq=entry.seq, at=entry.at, text=told(entry.event, entry.body, subject), actor=who(entry.actor))


def told(event: str, body: Mapping[str, Any], subject: str) -> str:
    """An event as a sentence."""
    rule = str(body.get("rule") or "")
    finding = RULES[rule].title if rule in RULES else rule.replace("_", " ").capitalize()
    sentences = {
        "document.received": f"{subject or 'The document'} arrived"
        + (f" as {body['file']}" if body.get("file") else ""),
        "document.repeated": f"{subject or 'The document'} arrived again; it is the same document",
        "document.read": f"{subject or 'The document'} was read",
        "document.corrected": f"{subject or 'The document'}: {_corrected(body)}",
        "document.mapped": f"{subject or 'The document'}: read again by columns that a person named",
        "document.unread": f"Could not be read: {body.get('reason', '')}",
        "invoice.matched": _matched(body),
        "invoice.stood": f"Stands as {body.get('standing', '')} now",
        "exception.opened": f"Found: {finding}",
        "exception.updated": f"Facts changed: {finding}",
        "exception.reopened": f"Came back: {finding}",
        "exception.resolved": f"Closed: {finding}. {body.get('reason') or ''}".strip(),
        "exception.proposed": f"Proposed to let pass: {finding}. {_reason(body)}".strip(),
        "exception.waived": f"{_RELEASED.get(str(body.get('kind')), 'Let pass')}: {finding}. {_reason(body)}".strip(),
        "exception.disputed": f"Disputed: {finding}. {_reason(body)}".strip(),
        "invoice.released": f"Supported part to be paid: {body.get('currency', '')} "
        f"{number(body.get('payable', '0'))}. {_reason(body)}".strip(),
        "exception.commented": f"Comment: {body.get('text', '')}",
        "exception.assigned": f"Given to {body.get('assignee') or 'nobody'}",
    }
    return sentences.get(event, event.replace(".", " ").replace("_", " ").capitalize())


def _reason(body: Mapping[str, Any]) -> str:
    """The reason's title and the words that were given with it."""
    code = str(body.get("reason") or "")
    parts = (REASONS[code].title if code in REASONS else code, body.get("words") or "")
    return ". ".join(part.rstrip(".") for part in parts if part)


def _corrected(body: Mapping[str, Any]) -> str:
    many = len(body.get("corrections") or ())
    learned = ", and its layout remembered" if body.get("layout") else ""
    return f"{many} {'value' if many == 1 else 'values'} corrected{learned}"


def _matched(body: Mapping[str, Any]) -> str:
    currency, decision = body.get("currency", ""), body.get("decision", "")
    held, payable = body.get("held", "0"), body.get("payable", "0")
    sums = f"{currency} {number(payable)} supported"
    if Decimal(held):
        sums = f"{currency} {number(held)} held, {sums}"
    return f"Checked: {decision}, {sums} (policy {body.get('policy_version', '')})"
