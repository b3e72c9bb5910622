"""What people do with a case: the actions, the reasons they give, and when an action is refused."""

from dataclasses import dataclass
from enum import StrEnum

from app.exceptions.case import State
from app.matching.rule import Owner, Severity
from app.registry import Registry


class ActionType(StrEnum):
    """What can be done with an exception."""

    ASSIGN = "assign"
    COMMENT = "comment"
    DISPUTE = "dispute"
    WAIVE = "waive"
    ACKNOWLEDGE = "acknowledge"
    PAY_SUPPORTED = "pay_supported"
    WRONG = "wrong"
    REOPEN = "reopen"


#: Actions that let a finding pass. They are bound to the facts, and need somebody without a part in the purchase.
RELEASING = frozenset({ActionType.WAIVE, ActionType.ACKNOWLEDGE, ActionType.WRONG})
#: Actions after which the invoice is judged again, in the same step.
JUDGING = RELEASING | {ActionType.REOPEN, ActionType.PAY_SUPPORTED}
#: Actions that decide money: whoever asks for them says which facts they have seen.
BOUND = RELEASING | {ActionType.PAY_SUPPORTED}
#: Actions that take a reason.
REASONED = frozenset(ActionType) - {ActionType.ASSIGN, ActionType.COMMENT}
#: Actions that take a sentence too, for whoever reads the file in three years.
WORDED = frozenset({ActionType.WAIVE, ActionType.WRONG, ActionType.COMMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason for an action, and the actions that it is one for."""

    code: str
    title: str
    types: frozenset[ActionType]


REASONS: Registry[Reason] = Registry("reason")


def _reason(code: str, title: str, *types: ActionType) -> None:
    REASONS.add(code, Reason(code=code, title=title, types=frozenset(types)))


_reason("agreed_by_buyer", "The buyer agreed to it", ActionType.WAIVE, ActionType.PAY_SUPPORTED)
_reason("agreed_in_writing", "It was agreed in writing, outside the papers on file", ActionType.WAIVE)
_reason("proved_elsewhere", "Other evidence was seen", ActionType.WAIVE, ActionType.ACKNOWLEDGE)
_reason("immaterial", "The sum is not worth a query", ActionType.WAIVE, ActionType.ACKNOWLEDGE)
_reason("no_damage", "Nothing is lost by it", ActionType.WAIVE, ActionType.ACKNOWLEDGE)
_reason("urgent", "Delivery depends on the payment", ActionType.WAIVE, ActionType.PAY_SUPPORTED)
_reason("noted", "It was seen, and nothing follows from it", ActionType.ACKNOWLEDGE, ActionType.REOPEN)
_reason("rest_in_dispute", "The rest is in dispute with the supplier", ActionType.PAY_SUPPORTED)
_reason("credit_to_come", "The supplier will credit the rest", ActionType.PAY_SUPPORTED, ActionType.DISPUTE)
_reason("price_disputed", "The price is disputed", ActionType.DISPUTE)
_reason("quantity_disputed", "The quantity is disputed", ActionType.DISPUTE)
_reason("quality_disputed", "The goods or the work are disputed", ActionType.DISPUTE)
_reason("not_ordered", "It was not ordered", ActionType.DISPUTE)
_reason("misread", "The paper was read wrongly", ActionType.WRONG)
_reason("wrong_link", "It was compared with the wrong paper or line", ActionType.WRONG)
_reason("wrong_rule", "The rule does not fit this purchase", ActionType.WRONG)
_reason("wrong_facts", "Facts from outside the papers are out of date", ActionType.WRONG)
_reason("new_facts", "There are new facts", ActionType.REOPEN)
_reason("mistaken", "It was decided by mistake", ActionType.REOPEN)


def reasons_for(kind: ActionType) -> tuple[str, ...]:
    """The codes of the reasons that an action takes."""
    return tuple(code for code, reason in REASONS.items() if kind in reason.types)


def refusal(kind: ActionType, state: State, owner: str, severity: str, *, undecided: bool) -> str | None:
    """Why a case does not take an action now; None where it does.

    `undecided`: the case is open with a waiver that no longer covers the facts, or that waits for a second person.
    """
    if kind in RELEASING and owner == Owner.NOBODY:
        return "nobody may let this finding pass; only the facts can be put right"
    if kind is ActionType.ACKNOWLEDGE and severity != Severity.WARN:
        return "only warnings are acknowledged; what holds a payment is waived, or the facts are put right"
    match kind:
        case ActionType.ASSIGN | ActionType.COMMENT:
            return None
        case ActionType.REOPEN:
            ready = state is State.WAIVED or (state is State.OPEN and undecided)
            return None if ready else f"it is {state.value}, and there is nothing to take back"
        case _:
            return None if state is State.OPEN else f"it is {state.value}, not open"
