"""Waivers: findings that were let pass, by whom and over which facts; and what people did with an exception."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, func, insert, select, update

from app.documents.money import Money
from app.exceptions.case import Covered
from app.storage.case_tables import EXCEPTION_ACTION, WAIVER
from app.storage.database import AnySession, WriteSession


class Kind(StrEnum):
    """How a finding was let pass: it may stand, it was a warning that somebody saw, or it is mistaken."""

    WAIVED = "waived"
    ACKNOWLEDGED = "acknowledged"
    WRONG = "wrong"


class Standing(StrEnum):
    """Where a waiver stands.

    `proposed`: it needs a second person. `given`: it holds. `stale`: the facts became worse, and nobody decided
    anew. `ended`: it was decided anew, taken back, or what it was given for is gone.
    """

    PROPOSED = "proposed"
    GIVEN = "given"
    STALE = "stale"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A waiver on file; `second_by` is who agreed where two people are needed."""

    id: str
    exception: str
    document: str
    kind: Kind
    standing: Standing
    reason: str
    words: str
    covered: Covered
    by: str
    at: datetime
    second_by: str | None = None
    second_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """Something that a person did with an exception."""

    type: str
    reason: str | None
    words: str | None
    assignee: str | None
    by: str
    at: datetime


def of_document(session: AnySession, *, tenant: str, document: str) -> list[Waiver]:
    """The waivers of an invoice's exceptions that have not ended, in the order in which they were made."""
    query = select(WAIVER).where(
        WAIVER.c.tenant == tenant, WAIVER.c.document == document, WAIVER.c.state != Standing.ENDED.value
    )
    return [_waiver(row) for row in session.execute(query.order_by(WAIVER.c.id))]


def of_exception(session: AnySession, *, tenant: str, exception: str) -> list[Waiver]:
    """All waivers of an exception, ended ones too, in the order in which they were made."""
    query = select(WAIVER).where(WAIVER.c.tenant == tenant, WAIVER.c.exception == exception)
    return [_waiver(row) for row in session.execute(query.order_by(WAIVER.c.id))]


def add(session: WriteSession, *, tenant: str, waiver: Waiver) -> None:
    """A new waiver."""
    covered = waiver.covered
    session.execute(
        insert(WAIVER).values(
            tenant=tenant,
            id=waiver.id,
            exception=waiver.exception,
            document=waiver.document,
            kind=waiver.kind.value,
            state=waiver.standing.value,
            reason=waiver.reason,
            words=waiver.words,
            fingerprint=covered.fingerprint,
            rule_version=covered.rule_version,
            expected=covered.expected,
            actual=covered.actual,
            variance=covered.variance,
            currency=covered.at_risk.currency,
            at_risk_minor=covered.at_risk.minor,
            by=waiver.by,
            at=waiver.at,
            second_by=waiver.second_by,
            second_at=waiver.second_at,
            ended_at=waiver.ended_at,
        )
    )


def agree(session: WriteSession, *, tenant: str, identifier: str, by: str, at: datetime) -> None:
    """A second person agreed to a proposed waiver: it holds from now on."""
    _set(session, tenant, [identifier], state=Standing.GIVEN.value, second_by=by, second_at=at)


def turn_stale(session: WriteSession, *, tenant: str, identifiers: Iterable[str]) -> None:
    """These waivers no longer cover the facts."""
    _set(session, tenant, identifiers, state=Standing.STALE.value)


def end(session: WriteSession, *, tenant: str, identifiers: Iterable[str], at: datetime) -> None:
    """These waivers count no longer."""
    _set(session, tenant, identifiers, state=Standing.ENDED.value, ended_at=at)


def _set(session: WriteSession, tenant: str, identifiers: Iterable[str], **values: object) -> None:
    these = list(identifiers)
    if these:
        session.execute(update(WAIVER).where(WAIVER.c.tenant == tenant, WAIVER.c.id.in_(these)).values(**values))


def note(session: WriteSession, *, tenant: str, exception: str, action: ActionRow) -> None:
    """Write down what a person did; never changed afterwards."""
    at = EXCEPTION_ACTION.c
    last = select(func.coalesce(func.max(at.position), 0)).where(at.tenant == tenant, at.exception == exception)
    session.execute(
        insert(EXCEPTION_ACTION).values(
            tenant=tenant,
            exception=exception,
            position=int(session.execute(last).scalar_one()) + 1,
            type=action.type,
            reason=action.reason,
            words=action.words,
            assignee=action.assignee,
            by=action.by,
            at=action.at,
        )
    )


def actions_of(session: AnySession, *, tenant: str, exception: str) -> list[ActionRow]:
    """What people did with an exception, the oldest first."""
    at = EXCEPTION_ACTION.c
    query = select(EXCEPTION_ACTION).where(at.tenant == tenant, at.exception == exception).order_by(at.position)
    return [
        ActionRow(type=row.type, reason=row.reason, words=row.words, assignee=row.assignee, by=row.by, at=row.at)
        for row in session.execute(query)
    ]


def _waiver(row: Row[tuple[object, ...]]) -> Waiver:
    return Waiver(
        id=row.id,
        exception=row.exception,
        document=row.document,
        kind=Kind(row.kind),
        standing=Standing(row.state),
        reason=row.reason,
        words=row.words,
        covered=Covered(
            fingerprint=row.fingerprint,
            rule_version=row.rule_version,
            expected=row.expected,
            actual=row.actual,
            variance=row.variance,
            at_risk=Money.from_minor(row.at_risk_minor, row.currency),
        ),
        by=row.by,
        at=row.at,
        second_by=row.second_by,
        second_at=row.second_at,
        ended_at=row.ended_at,
    )
