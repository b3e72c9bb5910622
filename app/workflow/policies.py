"""Policies: one person drafts a version, another approves it, and from its day on it is what matches go by.

Until a version is in force the policy of the file holds. Days are those of UTC.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.errors import MalformedError
from app.matching import policy_json
from app.matching.policy import Policy
from app.storage import policies, trail
from app.storage.database import AnySession, WriteSession, lock
from app.storage.policies import PolicyRow, Step
from app.trail.chain import canonical
from app.trail.events import PolicyApproved, PolicyDrafted, PolicyWithdrawn
from app.workflow.context import Context
from app.workflow.errors import NotAllowedError, SecondPersonError, UnknownPolicyError

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Stand(StrEnum):
    """Where a version stands on a day."""

    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    #: Approved; its day has not come.
    APPROVED = "approved"
    IN_FORCE = "in_force"
    #: Its day came, and then that of a later one.
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of the policy with where it stands; without `row` it is the one of the file."""

    policy: Policy
    state: Stand
    sha256: str
    row: PolicyRow | None = None


def in_force(session: AnySession, default: Policy, *, tenant: str, on: date) -> Policy:
    """The policy that the tenant's matches go by on that day; `default` until there is one of its own."""
    row = policies.in_force(session, tenant=tenant, on=on)
    return default if row is None else policy_of(row)


def policy_of(row: PolicyRow) -> Policy:
    """The policy that a row tells."""
    return Policy.parse(row.body, source="policy")


def versions(ctx: Context, *, tenant: str) -> list[Version]:
    """Every version, the newest first, and that of the file at the end."""
    with ctx.db.read() as session:
        rows = policies.listed(session, tenant=tenant)
        current = policies.in_force(session, tenant=tenant, on=ctx.now().date())
    state = Stand.IN_FORCE if current is None else Stand.RETIRED
    of_file = Version(policy=ctx.policy, state=state, sha256=digest(policy_json.told(ctx.policy)))
    return [*(_version(row, current, ctx.now().date()) for row in rows), of_file]


def version(ctx: Context, name: str, *, tenant: str) -> Version:
    """One version.

    Raises:
        UnknownPolicyError: there is none of that name.
    """
    found = next((entry for entry in versions(ctx, tenant=tenant) if entry.policy.version == name), None)
    if found is None:
        raise UnknownPolicyError(name)
    return found


def draft(ctx: Context, given: object, *, tenant: str, actor: str) -> Version:
    """Put a new version on file, as a draft.

    Raises:
        MalformedError: names the place; version and effective_from must be given.
        NotAllowedError: there is a policy of that version.
    """
    policy, day = _drafted(given)
    now, body = ctx.now(), policy_json.told(policy)
    sha256 = digest(body)
    with ctx.db.begin() as session:
        lock(session, f"policy:{tenant}")
        taken = policies.get(session, tenant=tenant, version=policy.version)
        if taken is not None or policy.version == ctx.policy.version:
            raise NotAllowedError(f"there is a policy {policy.version} already; a version is never changed")
        policies.add(
            session,
            tenant=tenant,
            version=policy.version,
            effective_from=day,
            body=body,
            sha256=sha256,
            by=actor,
            at=now,
        )
        event = PolicyDrafted(
            subject=subject(policy.version),
            version=policy.version,
            effective_from=day.isoformat(),
            policy_sha256=sha256,
        )
        trail.append(session, tenant=tenant, at=now, actor=actor, event=event)
    return version(ctx, policy.version, tenant=tenant)


def approve(ctx: Context, name: str, *, tenant: str, actor: str) -> Version:
    """A second person lets a draft hold: from its day on, and not before this one.

    Raises:
        UnknownPolicyError: there is none of that name.
        NotAllowedError: it is no draft.
        SecondPersonError: the same person made it.
    """
    now = ctx.now()
    with ctx.db.begin() as session:
        row = _draft_of(session, name, tenant=tenant)
        if _person(row.made_by) == _person(actor):
            raise SecondPersonError(f"policy {name}", row.made_by)
        holds_from = max(row.effective_from, now.date())
        policies.approve(session, tenant=tenant, version=name, holds_from=holds_from, by=actor, at=now)
        event = PolicyApproved(
            subject=subject(name),
            version=name,
            holds_from=holds_from.isoformat(),
            made_by=row.made_by,
            policy_sha256=row.sha256,
        )
        trail.append(session, tenant=tenant, at=now, actor=actor, event=event)
    return version(ctx, name, tenant=tenant)


def withdraw(ctx: Context, name: str, *, tenant: str, actor: str) -> Version:
    """Give a draft up; it stays on file, and its version stays taken.

    Raises:
        UnknownPolicyError: there is none of that name.
        NotAllowedError: it is no draft.
    """
    now = ctx.now()
    with ctx.db.begin() as session:
        _draft_of(session, name, tenant=tenant)
        policies.withdraw(session, tenant=tenant, version=name, by=actor, at=now)
        event = PolicyWithdrawn(subject=subject(name), version=name)
        trail.append(session, tenant=tenant, at=now, actor=actor, event=event)
    return version(ctx, name, tenant=tenant)


def digest(told: dict[str, Any]) -> str:
    """SHA-256 of what a policy says."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def subject(name: str) -> str:
    """Under which name the trail keeps a policy's steps."""
    return f"policy:{name}"


def _draft_of(session: WriteSession, name: str, *, tenant: str) -> PolicyRow:
    lock(session, f"policy:{tenant}")
    row = policies.get(session, tenant=tenant, version=name)
    if row is None:
        raise UnknownPolicyError(name)
    if row.state is not Step.DRAFT:
        raise NotAllowedError(f"policy {name} is {row.state.value}, no draft")
    return row


def _drafted(given: object) -> tuple[Policy, date]:
    policy = Policy.parse(given)
    for name in ("version", "effective_from"):
        if not isinstance(given, dict) or given.get(name) is None:
            raise MalformedError(f"/{name}", "a version of its own and the day from which it holds are needed")
    if not _VERSION.fullmatch(policy.version):
        raise MalformedError("/version", "letters, digits, dots, dashes and underscores, at most 40")
    day = policy.effective_from
    if day is None or isinstance(day, datetime):
        raise MalformedError("/effective_from", "not a date such as 2026-10-30")
    return policy, day


def _person(actor: str) -> str:
    """Who it is, in whatever role."""
    return actor.partition(":")[2].casefold()


def _version(row: PolicyRow, current: PolicyRow | None, today: date) -> Version:
    return Version(policy=policy_of(row), state=_stand(row, current, today), sha256=row.sha256, row=row)


def _stand(row: PolicyRow, current: PolicyRow | None, today: date) -> Stand:
    match row.state:
        case Step.DRAFT:
            return Stand.DRAFT
        case Step.WITHDRAWN:
            return Stand.WITHDRAWN
        case Step.APPROVED:
            if row.holds_from is not None and row.holds_from > today:
                return Stand.APPROVED
            return Stand.IN_FORCE if current is not None and current.version == row.version else Stand.RETIRED
