"""Matches: the stored answers with their links and the ledger of allocations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from app.documents.money import Money
from app.linking.filed import Standing
from app.linking.link import Allocation, Link
from app.storage.database import AnySession, WriteSession
from app.storage.tables import ALLOCATION, DOCUMENT, LINK, MATCH

_LINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """A match on file; `body` is the answer of the match endpoint. `current` is the last one of its invoice."""

    id: str
    invoice: str
    current: bool
    decision: str
    decision_id: str
    payable: Money
    held: Money
    payable_net: Money
    held_net: Money
    policy_version: str
    rules_version: str
    inputs_sha256: str
    body: dict[str, Any]
    matched_at: datetime
    expires_at: datetime


def save(
    session: WriteSession,
    *,
    tenant: str,
    row: MatchRow,
    links: Sequence[Link],
    allocations: Sequence[Allocation],
) -> None:
    """Save a match as the current one of its invoice, with its links and its rows in the ledger."""
    session.execute(
        update(MATCH)
        .where(MATCH.c.tenant == tenant, MATCH.c.invoice == row.invoice, MATCH.c.current)
        .values(current=False)
    )
    session.execute(
        insert(MATCH).values(
            tenant=tenant,
            id=row.id,
            invoice=row.invoice,
            current=row.current,
            decision=row.decision,
            decision_id=row.decision_id,
            currency=row.payable.currency,
            payable_minor=row.payable.minor,
            held_minor=row.held.minor,
            payable_net_minor=row.payable_net.minor,
            held_net_minor=row.held_net.minor,
            policy_version=row.policy_version,
            rules_version=row.rules_version,
            inputs_sha256=row.inputs_sha256,
            body=row.body,
            matched_at=row.matched_at,
            expires_at=row.expires_at,
        )
    )
    if links:
        session.execute(insert(LINK), [_link(tenant, row.id, at, link) for at, link in enumerate(links)])
    if allocations:
        currency = row.payable.currency
        rows = [_allocation(tenant, row.id, at, entry, currency) for at, entry in enumerate(allocations)]
        session.execute(insert(ALLOCATION), rows)


def retire(session: WriteSession, *, tenant: str, invoice: str) -> None:
    """The last match of a document counts no longer: it turned out to be no bill of its own."""
    session.execute(
        update(MATCH).where(MATCH.c.tenant == tenant, MATCH.c.invoice == invoice, MATCH.c.current).values(current=False)
    )


def current(session: AnySession, *, tenant: str, invoice: str) -> MatchRow | None:
    """The last match of an invoice (by its document's identifier), or None where it was never matched."""
    query = select(MATCH).where(MATCH.c.tenant == tenant, MATCH.c.invoice == invoice, MATCH.c.current)
    row = session.execute(query).first()
    return _row(row) if row else None


def last(session: AnySession, *, tenant: str, since: datetime, limit: int) -> list[MatchRow]:
    """The current matches of bills that are not void and arrived since then, the last arrived first."""
    query = (
        select(MATCH)
        .join(DOCUMENT, (DOCUMENT.c.tenant == MATCH.c.tenant) & (DOCUMENT.c.id == MATCH.c.invoice))
        .where(
            MATCH.c.tenant == tenant,
            MATCH.c.current,
            DOCUMENT.c.arrived_at >= since,
            DOCUMENT.c.standing != Standing.VOID.value,
        )
        .order_by(DOCUMENT.c.sequence.desc())
        .limit(limit)
    )
    return [_row(row) for row in session.execute(query)]


def get(session: AnySession, *, tenant: str, identifier: str) -> MatchRow | None:
    """The match with that identifier, or None."""
    row = session.execute(select(MATCH).where(MATCH.c.tenant == tenant, MATCH.c.id == identifier)).first()
    return _row(row) if row else None


def of_invoices(session: AnySession, *, tenant: str, invoices: Collection[str]) -> list[MatchRow]:
    """The current matches of invoices, in the order of time."""
    found: list[MatchRow] = []
    wanted = sorted(invoices)
    for start in range(0, len(wanted), 500):
        query = select(MATCH).where(
            MATCH.c.tenant == tenant, MATCH.c.invoice.in_(wanted[start : start + 500]), MATCH.c.current
        )
        found += [_row(row) for row in session.execute(query)]
    return sorted(found, key=lambda row: (row.matched_at, row.id))


def under_other_policies(session: AnySession, *, tenant: str, invoice: str, policy_version: str) -> list[MatchRow]:
    """The last match of an invoice under each other version of the policy, in the order of time."""
    query = (
        select(MATCH)
        .where(MATCH.c.tenant == tenant, MATCH.c.invoice == invoice, MATCH.c.policy_version != policy_version)
        .order_by(MATCH.c.matched_at, MATCH.c.id)
    )
    last = {row.policy_version: _row(row) for row in session.execute(query)}
    return sorted(last.values(), key=lambda row: (row.matched_at, row.id))


def behind(session: AnySession, *, tenant: str, match: str) -> set[str]:
    """The documents that a match links its invoice with."""
    query = select(LINK.c.document, LINK.c.to_document).where(LINK.c.tenant == tenant, LINK.c.match == match)
    return {identifier for row in session.execute(query) for identifier in row}


def _link(tenant: str, match: str, position: int, link: Link) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "match": match,
        "position": position,
        "document": link.document,
        "line": _cut(link.line),
        "to_document": link.to_document,
        "to_line": _cut(link.to_line),
        "basis": link.basis.value,
        "score": link.score,
        "parts": {name: format(part, "f") for name, part in link.parts.items()},
        "ambiguous_with": list(link.ambiguous_with),
    }


def _allocation(tenant: str, match: str, position: int, entry: Allocation, currency: str) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "match": match,
        "position": position,
        "kind": entry.kind.value,
        "invoice": entry.invoice,
        "invoice_line": _cut(entry.line),
        "order": entry.order,
        "order_line": _cut(entry.order_line),
        "receipt": entry.receipt,
        "receipt_line": _cut(entry.receipt_line),
        "license": entry.license,
        "license_line": _cut(entry.license_line),
        "quantity": entry.quantity,
        "unit": entry.unit,
        "amount_minor": Money.of(entry.amount, currency).minor,
        "currency": currency,
    }


def _cut(text: str | None) -> str | None:
    return None if text is None else text[:_LINE]


def _row(row: Row[Any]) -> MatchRow:
    def money(minor: int) -> Money:
        return Money.from_minor(minor, row.currency)

    return MatchRow(
        id=row.id,
        invoice=row.invoice,
        current=row.current,
        decision=row.decision,
        decision_id=row.decision_id,
        payable=money(row.payable_minor),
        held=money(row.held_minor),
        payable_net=money(row.payable_net_minor),
        held_net=money(row.held_net_minor),
        policy_version=row.policy_version,
        rules_version=row.rules_version,
        inputs_sha256=row.inputs_sha256,
        body=row.body,
        matched_at=row.matched_at,
        expires_at=row.expires_at,
    )
