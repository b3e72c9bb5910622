"""Services: what a vendor bills for work, against what was approved and what was promised."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.documents.document import Line, ServiceLevel
from app.documents.money import Money
from app.documents.normal import number_key
from app.linking.filed import Filed
from app.linking.link import LineOf
from app.linking.shelf import is_live
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.identities import work_keys
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.outsourced import contract_of
from app.matching.rules.references import asked, worth_of
from app.matching.wording import amount, money_decimal
from app.registers.entries.measurements import Measurement
from app.registers.entries.work_items import WorkItem

_ZERO = Fraction(0)
_HUNDRED = 100


def _concerns_work(voucher: Voucher, _policy: Policy) -> bool:
    return any(line.line.line.project or line.line.line.ticket for line in voucher.lines) or bool(_asks_for(voucher))


def _asks_for(voucher: Voucher) -> tuple[str, ...]:
    """What the contract wants approved before it is billed."""
    contract = contract_of(voucher)
    terms = contract.document.contract if contract else None
    return terms.needs_approval if terms else ()


@rule(
    "OUT_OF_SCOPE_WORK",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.LINE,
    peppol=("UQ", "UNR", "NIN"),
    x12_426="61",
    registers=("work_items",),
    concerns=_concerns_work,
    cure=Cure.APPROVAL,
)
def work_that_nobody_approved(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """Services are billed for projects and tickets that somebody approved.

    Looks for the project and ticket of each line on the list of approved work; a line of services that names
    none is out of scope where the contract asks for one (`needs_approval`).
    """
    if voucher.is_credit or not voucher.facts.on_file("work_items"):
        return
    needed = _asks_for(voucher)
    for line in voucher.lines:
        printed = line.line.line
        named = [number for number in (printed.ticket, printed.project) if number]
        if not line.bills or not (named or (needed and line.by_amount | _is_time(line))):
            continue
        unknown = [number for number in named if not _is_approved(number, voucher)]
        if named and not unknown:
            continue
        actual = ", ".join(unknown) or "none named"
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected="approved work",
            actual=actual,
            at_risk=worth_of(line, voucher),
            why=f"{actual} is not on the list of approved work."
            if unknown
            else f"The line names no work; the contract wants {' and '.join(needed)} approved before it is billed.",
            evidence=(
                place(line.line, "ticket" if printed.ticket else "project" if printed.project else "description"),
            ),
        )


def _named(printed: Line) -> str:
    return "ticket" if printed.ticket else "project" if printed.project else "description"


_TIME_UNITS = frozenset({"HUR", "DAY", "MON", "MIN"})


def _is_time(line: VoucherLine) -> bool:
    return line.line.line.unit in _TIME_UNITS


def _is_approved(number: str, voucher: Voucher) -> bool:
    day = voucher.invoice.document.issue_date or voucher.as_of
    found = voucher.facts.sheet(WorkItem).where(work_keys, number_key(number))
    return any(item.approved_by and (item.approved_on is None or item.approved_on <= day) for item in found)


def _bills_tickets(voucher: Voucher, _policy: Policy) -> bool:
    return any(line.line.line.ticket for line in voucher.lines) and _rework_is_free(voucher)


def _rework_is_free(voucher: Voucher) -> bool:
    contract = contract_of(voucher)
    return bool(contract and contract.document.contract and contract.document.contract.rework_free)


@rule(
    "REWORK_BILLED",
    severity=Severity.WARN,
    owner=Owner.BUYING,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "OTH", "CNP"),
    x12_426="19",
    uncl_4465="53",
    registers=("work_items",),
    concerns=_bills_tickets,
)
def reopened_task_billed_again(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """Work on a task that was opened again is not billed where the contract says that it is free.

    Looks for the ticket of each line on an earlier live bill and, on the list of work, for the day on which it
    was opened again after that bill.
    """
    if voucher.is_credit or not _rework_is_free(voucher):
        return
    for line in voucher.lines:
        ticket = line.line.line.ticket
        for item in voucher.facts.sheet(WorkItem).where(work_keys, number_key(ticket)):
            earlier = _billed_before(voucher, ticket, item.reopened_on)
            if earlier is None or item.reopened_on is None:
                continue
            yield Condition(
                line=line,
                order=line.order.filed if line.order else None,
                expected="work that is billed once",
                actual=ticket,
                at_risk=worth_of(line, voucher),
                why=f"{ticket} was billed on {earlier.document.number} and opened again on {item.reopened_on}; "
                "by the contract that work is free.",
                evidence=(place(line.line, "ticket"), place(earlier, "ticket")),
                detail={"about": ticket or ""},
            )
            break


def _billed_before(voucher: Voucher, ticket: str | None, reopened: date | None) -> LineOf | None:
    """The earlier line that billed the ticket before it was opened again."""
    for bill in voucher.history:
        day = bill.document.issue_date
        if not is_live(bill) or bill.document.kind != "invoice" or reopened is None or (day or date.max) > reopened:
            continue
        for at, line in enumerate(bill.document.lines):
            if line.ticket and number_key(line.ticket) == number_key(ticket):
                return LineOf(bill, at)
    return None


def _promises(voucher: Voucher, _policy: Policy) -> bool:
    return any(paper.document.contract and paper.document.contract.service_levels for paper in voucher.contracts)


@rule(
    "SLA_CREDIT_MISSING",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.COMPLETENESS,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "FIN", "CNP"),
    x12_426="23",
    uncl_4465="55",
    registers=("measurements",),
    concerns=_promises,
)
def service_credit_not_given(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """A service that fell short of its target is billed less the credit that the contract promises.

    Takes the service levels measured in the period that the invoice bills, finds the step of the contract's
    scale that each of them fell to, and compares the credit owed (percent of the period's fee) with the
    allowances and negative lines of the invoice.
    """
    if voucher.is_credit:
        return
    given = _given(voucher)
    for contract in voucher.contracts:
        owed = [
            (level, measured)
            for measured in voucher.facts.sheet(Measurement).entries
            if number_key(measured.contract) == number_key(contract.document.number)
            and _bills(voucher, measured)
            and (level := _step(contract, measured)) is not None
        ]
        fee, currency = _fee(voucher), voucher.currency
        total = sum((fee * Fraction(level.credit_percent or 0) / _HUNDRED for level, _ in owed), _ZERO)
        missing = total - given
        if Money.of(missing, currency).amount <= 0:
            continue
        told = "; ".join(
            f"{level.objective}: {measured.measured:f} measured, {level.target or 0:f} promised, "
            f"{level.credit_percent:f} %"
            for level, measured in owed
        )
        yield Condition(
            expected=amount(total, currency),
            actual=amount(given, currency),
            variance=money_decimal(missing, currency),
            at_risk=Money.of(missing, currency),
            supported=max(Fraction(asked(voucher).amount) - missing, _ZERO),
            why=f"{told}. Of {amount(fee, currency)} that is a credit of {amount(total, currency)} by contract "
            f"{contract.document.number}; the invoice gives {amount(given, currency)}.",
            evidence=(place(voucher.invoice, "totals/net"), place(contract, "number")),
            detail={"about": contract.document.number or contract.id},
        )


def _bills(voucher: Voucher, measured: Measurement) -> bool:
    """Whether the invoice bills (a part of) the measured period; without a period, that of its own month."""
    document = voucher.invoice.document
    terms = [document.period, *(line.period for line in document.lines)]
    named = [(term.start, term.end) for term in terms if term is not None and term.start and term.end]
    if named:
        return any(start <= measured.end and measured.start <= end for start, end in named)
    return document.issue_date is not None and measured.start <= document.issue_date <= measured.end


def _step(contract: Filed, measured: Measurement) -> ServiceLevel | None:
    """The step of the scale with the highest credit among those that the measurement missed."""
    terms = contract.document.contract
    missed = [
        level
        for level in (terms.service_levels if terms else ())
        if level.objective.casefold() == measured.objective.casefold()
        and level.target is not None
        and level.credit_percent is not None
        and (measured.measured > level.target if level.lower_is_better else measured.measured < level.target)
    ]
    return max(missed, key=lambda level: level.credit_percent or Decimal(0), default=None)


def _fee(voucher: Voucher) -> Fraction:
    """What the invoice asks for the period before any credit."""
    nets = [Fraction(line.net_amount) for line in voucher.invoice.document.lines if line.net_amount is not None]
    return sum((net for net in nets if net > 0), _ZERO)


def _given(voucher: Voucher) -> Fraction:
    """What the invoice takes off: allowances and negative lines."""
    document = voucher.invoice.document
    taken = sum((Fraction(allowance.amount) for allowance in document.allowances), _ZERO)
    nets = [Fraction(line.net_amount) for line in document.lines if line.net_amount is not None]
    return taken - sum((net for net in nets if net < 0), _ZERO)
