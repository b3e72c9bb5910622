"""Prepayments: what was paid ahead, and what is kept back until the work is done."""

from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.linking.filed import Filed
from app.linking.shelf import is_live
from app.linking.voucher import Voucher, VoucherLine
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.outsourced import contract_of
from app.matching.rules.references import asked
from app.matching.wording import amount, money_decimal

_ZERO = Fraction(0)
_HUNDRED = 100
_RECEIPTS = 3
#: UNTDID 1001: a prepayment invoice.
_PREPAYMENT = "386"


@rule(
    "PREPAY_RETAIN_MISSING",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.COMPLETENESS,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "PAY", "CNP"),
    x12_426="09",
    uncl_4465="41",
)
def advance_or_retainage_not_deducted(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """What was paid ahead is taken off, and what is to be kept back is not billed yet.

    Adds up the prepayment invoices (type 386) of the orders less what earlier bills took off, and looks for a
    deduction (BT-113 or a negative line) where some of it is open. Where the contract keeps a share back,
    compares what is billed on the order with the rest of what was accepted, until the final invoice.
    """
    if voucher.is_credit or _is_prepayment(voucher.invoice):
        return
    yield from _advance(voucher)
    yield from _retainage(voucher)


def _is_prepayment(bill: Filed) -> bool:
    return bill.document.type_code == _PREPAYMENT


def _deducted(bill: Filed) -> Fraction:
    document = bill.document
    negative = [Fraction(line.net_amount) for line in document.lines if line.net_amount is not None]
    return Fraction(document.totals.prepaid or 0) - sum((net for net in negative if net < 0), _ZERO)


def _advance(voucher: Voucher) -> Iterator[Condition]:
    bills = [bill for bill in voucher.earlier if is_live(bill) and bill.document.kind == "invoice"]
    advances = [bill for bill in bills if _is_prepayment(bill)]
    paid = sum((Fraction(asked_of(bill)) for bill in advances), _ZERO)
    open_ = paid - sum((_deducted(bill) for bill in bills if not _is_prepayment(bill)), _ZERO)
    if open_ <= 0 or _deducted(voucher.invoice) > 0:
        return
    total, currency = Fraction(asked(voucher).amount), voucher.currency
    numbers = ", ".join(bill.document.number or bill.id for bill in advances)
    yield Condition(
        expected=f"{amount(min(open_, total), currency)} taken off",
        actual="nothing taken off",
        variance=money_decimal(min(open_, total), currency),
        at_risk=Money.of(min(open_, total), currency),
        supported=max(total - open_, _ZERO),
        why=f"{amount(open_, currency)} of the prepayments {numbers} are open; the invoice takes nothing off.",
        evidence=(place(voucher.invoice, "totals/prepaid"), *(place(bill, "totals/gross") for bill in advances)),
        detail={"about": "advance"},
    )


def asked_of(bill: Filed) -> Fraction:
    """What a bill asks for, tax included."""
    totals = bill.document.totals
    found = next((sum_ for sum_ in (totals.gross, totals.due, totals.net) if sum_ is not None), None)
    return Fraction(found or 0)


def _retainage(voucher: Voucher) -> Iterator[Condition]:
    contract = contract_of(voucher)
    terms = contract.document.contract if contract else None
    if contract is None or terms is None or not terms.retainage_percent or voucher.invoice.document.final:
        return
    accepted = sum((_accepted(line) for line in voucher.lines if line.order is not None), _ZERO)
    billed = sum((line.net_before + (line.net or _ZERO) for line in voucher.lines if line.order is not None), _ZERO)
    billed -= sum((Fraction(allowance.amount) for allowance in voucher.invoice.document.allowances), _ZERO)
    rest = accepted * (1 - Fraction(terms.retainage_percent) / _HUNDRED)
    over, currency = billed - rest, voucher.currency
    if Money.of(over, currency).amount <= 0 or accepted <= 0:
        return
    yield Condition(
        expected=f"at most {amount(rest, currency)}",
        actual=amount(billed, currency),
        variance=money_decimal(over, currency),
        at_risk=Money.of(over, currency),
        supported=max(Fraction(asked(voucher).amount) - over, _ZERO),
        why=f"Contract {contract.document.number} keeps {terms.retainage_percent:f} % back until the final invoice: of "
        f"{amount(accepted, currency)} accepted, {amount(rest, currency)} may be billed; billed are "
        f"{amount(billed, currency)}.",
        evidence=(place(voucher.invoice, "totals/net"), place(contract, "contract/retainage_percent")),
        detail={"about": "retainage"},
    )


def _accepted(line: VoucherLine) -> Fraction:
    """What of the order line was accepted, in money; where no receipt is asked for, all that is billed."""
    if line.match_way < _RECEIPTS:
        return line.net_before + (line.net or _ZERO)
    if line.by_amount:
        return line.received or _ZERO
    return (line.accepted or _ZERO) * (line.price or _ZERO)
