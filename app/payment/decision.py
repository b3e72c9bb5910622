"""The decision: pay, hold, wait or reject, with what is payable now and what is held."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.documents.money import Money
from app.linking.voucher import Voucher
from app.matching.finding import Finding
from app.matching.rule import Severity
from app.payment.supported import LineSums, Sums, asked_by, sums_by_line, supported_sums


class Verdict(StrEnum):
    """What the payer is told."""

    PAY = "pay"
    WAIT = "wait"
    HOLD = "hold"
    REJECT = "reject"


#: Findings that propose to send the invoice back.
REJECTING = frozenset({"DUP_EXACT", "SANCTIONS_HIT", "WRONG_ADDRESSEE"})
#: Findings that clear themselves once the goods receipt comes.
WAITING = frozenset({"RECEIPT_MISSING", "RECEIPT_DRAFT_ONLY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict and the money: payable + held is what the invoice asks for, exactly.

    Of a credit note the sums are what the supplier gives back. `lines` are the same line by line, without tax.
    """

    kind: Verdict
    payable: Money
    held: Money
    payable_net: Money
    held_net: Money
    lines: tuple[LineSums, ...] = ()

    @property
    def asked(self) -> Money:
        """What the invoice asks for."""
        return self.payable + self.held


def decide(voucher: Voucher, findings: Iterable[Finding], *, waived: Collection[str] = ()) -> Decision:
    """Decide over the findings that are neither suppressed nor waived (by key).

    Warnings and information never change the verdict. What no finding disputes stays payable.
    """
    open_ = [finding for finding in findings if finding.suppressed_by is None and finding.key not in waived]
    kind, asked = _verdict(open_), asked_by(voucher)
    holding = [finding for finding in open_ if finding.severity is Severity.HOLD]
    if kind is Verdict.PAY:
        payable = asked
    elif kind is Verdict.REJECT:
        payable = Sums.nothing(voucher.currency)
    else:
        payable = supported_sums(voucher, holding)
    return Decision(
        kind=kind,
        payable=payable.due,
        held=asked.due - payable.due,
        payable_net=payable.net,
        held_net=asked.net - payable.net,
        lines=sums_by_line(voucher, None if kind is Verdict.REJECT else holding),
    )


def _verdict(findings: Sequence[Finding]) -> Verdict:
    codes = {finding.code for finding in findings if finding.severity is Severity.HOLD}
    if codes & REJECTING:
        return Verdict.REJECT
    if codes - WAITING:
        return Verdict.HOLD
    return Verdict.WAIT if codes else Verdict.PAY
