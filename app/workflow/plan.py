"""Plan: what an action makes of exceptions, before anything is changed: the same for a preview and for doing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.exceptions.actions import BOUND, RELEASING, ActionType, refusal
from app.exceptions.case import State
from app.storage import waivers
from app.storage.database import AnySession
from app.storage.exceptions import ExceptionRow
from app.storage.waivers import Kind, Standing, Waiver
from app.workflow import policies
from app.workflow.context import Context
from app.workflow.duties import conflict, person_of

KINDS = {
    ActionType.WAIVE: Kind.WAIVED,
    ActionType.ACKNOWLEDGE: Kind.ACKNOWLEDGED,
    ActionType.WRONG: Kind.WRONG,
}
#: What an exception becomes that needs a second person; its state stays open.
PROPOSED = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks for: the action with its reason, and the facts they have seen."""

    type: ActionType
    reason: str | None = None
    words: str | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What would become of an exception: its state afterwards, or why it takes no such action."""

    row: ExceptionRow
    becomes: str
    refused: str | None = None
    seconds: Waiver | None = None


def plan(
    ctx: Context, session: AnySession, rows: Sequence[ExceptionRow], asked: Asked, *, tenant: str, actor: str
) -> tuple[Planned, ...]:
    """What the action makes of each exception, in the order given."""
    limit = policies.in_force(session, ctx.policy, tenant=tenant, on=ctx.now().date()).waiver_limit
    barred: dict[str, str | None] = {}
    live: dict[str, list[Waiver]] = {}
    spent: dict[str, Decimal] = {}
    out = []
    for row in rows:
        if row.document not in live:
            live[row.document] = waivers.of_document(session, tenant=tenant, document=row.document)
            barred[row.document] = (
                conflict(session, row.document, actor, tenant=tenant) if asked.type in BOUND else None
            )
            spent[row.document] = _spent(live[row.document], actor)
        own = [waiver for waiver in live[row.document] if waiver.exception == row.id]
        undecided = any(waiver.standing is not Standing.GIVEN for waiver in own)
        no = refusal(asked.type, State(row.state), row.owner, row.severity, undecided=undecided)
        no = no or barred[row.document]
        if no:
            out.append(Planned(row=row, becomes=row.state, refused=no))
        elif asked.type not in RELEASING:
            out.append(Planned(row=row, becomes=_state_after(asked.type, row)))
        else:
            found = _released(row, asked, own, spent[row.document], limit, actor)
            out.append(found)
            if found.becomes == State.WAIVED and found.seconds is None and asked.type is not ActionType.ACKNOWLEDGE:
                spent[row.document] += _worth(row) or Decimal(0)
    return tuple(out)


def _released(
    row: ExceptionRow, asked: Asked, own: Sequence[Waiver], spent: Decimal, limit: Decimal | None, actor: str
) -> Planned:
    """Whether one person is enough, a second one agrees now, or has to later."""
    worth = _worth(row)
    if asked.type is ActionType.ACKNOWLEDGE or limit is None or (worth is not None and spent + worth <= limit):
        return Planned(row=row, becomes=State.WAIVED.value)
    proposals = [
        waiver
        for waiver in own
        if waiver.standing is Standing.PROPOSED
        and waiver.kind is KINDS[asked.type]
        and waiver.covered.fingerprint == row.fingerprint
    ]
    if not proposals:
        return Planned(row=row, becomes=PROPOSED)
    if person_of(proposals[-1].by) == person_of(actor):
        return Planned(
            row=row, becomes=row.state, refused=f"over {limit:f} a second person has to agree; {actor} proposed it"
        )
    return Planned(row=row, becomes=State.WAIVED.value, seconds=proposals[-1])


def _worth(row: ExceptionRow) -> Decimal | None:
    """The money that a release is over; None where the currency is not known."""
    return None if row.at_risk is None else abs(row.at_risk.amount)


def _spent(live: Iterable[Waiver], actor: str) -> Decimal:
    """What this person alone let pass of the invoice so far."""
    return sum(
        (
            abs(waiver.covered.at_risk.amount)
            for waiver in live
            if waiver.standing is Standing.GIVEN
            and waiver.kind is not Kind.ACKNOWLEDGED
            and waiver.second_by is None
            and person_of(waiver.by) == person_of(actor)
        ),
        Decimal(0),
    )


def _state_after(kind: ActionType, row: ExceptionRow) -> str:
    return State.OPEN.value if kind is ActionType.REOPEN else row.state
