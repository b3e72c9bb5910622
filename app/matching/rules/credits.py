"""Credits: what is given back against what was billed."""

from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.documents.normal import number_key
from app.linking.filed import Standing
from app.linking.link import AllocationKind
from app.linking.parties import Sameness, same_party
from app.linking.proofs import Proof
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked
from app.matching.wording import amount, figure, money_decimal, price, quantity_decimal

_ZERO = Fraction(0)
_SELF_BILLED = frozenset({"389", "261"})


@rule(
    "CREDIT_OVER_BILLED",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.CUMULATIVE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.LINE,
    peppol=("UQ", "QTY", "NIN"),
    x12_426="11",
    uncl_4465="9",
)
def credit_exceeds_what_was_billed(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """A credit gives back no more than was billed.

    Compares each credited quantity (or, of corrections, amount) with what live bills asked on the order
    line, less earlier credits.
    """
    if not voucher.is_credit:
        return
    for line in voucher.lines:
        if line.order is None:
            continue
        quantity, net = line.billed_before, line.net_before
        if line.kind is AllocationKind.QTY_CREDIT and line.quantity is not None:
            excess = -line.quantity - quantity
            if excess > 0:
                yield _by_quantity(voucher, line, quantity, excess)
        elif -(line.net or _ZERO) > net:
            yield _by_amount(voucher, line, net, -(line.net or _ZERO) - net)


def _by_quantity(voucher: Voucher, line: VoucherLine, billed: Fraction, excess: Fraction) -> Condition:
    credited = -(line.quantity or _ZERO)
    return Condition(
        line=line,
        order=line.order.filed if line.order else None,
        expected=f"at most {figure(max(billed, _ZERO))}",
        actual=figure(credited),
        variance=quantity_decimal(excess),
        at_risk=Money.of(abs(line.net or _ZERO) * excess / credited, voucher.currency),
        why=f"The credit takes back {figure(credited)}; billed and not yet credited are {figure(max(billed, _ZERO))}.",
        evidence=(place(line.line, "quantity"),),
    )


def _by_amount(voucher: Voucher, line: VoucherLine, billed: Fraction, excess: Fraction) -> Condition:
    currency = voucher.currency
    return Condition(
        line=line,
        order=line.order.filed if line.order else None,
        expected=f"at most {amount(max(billed, _ZERO), currency)}",
        actual=amount(abs(line.net or _ZERO), currency),
        variance=money_decimal(excess, currency),
        at_risk=Money.of(excess, currency),
        why=f"The credit gives back {amount(abs(line.net or _ZERO), currency)}; billed and not yet credited are "
        f"{amount(max(billed, _ZERO), currency)}.",
        evidence=(place(line.line, "net_amount"),),
    )


@rule(
    "CREDIT_REF_MISSING",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.OCCURRENCE,
    peppol=("UQ", "REF", "NIN"),
    x12_426="17",
    uncl_4465="51",
)
def credit_without_its_invoice(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A credit names the invoice that it credits, and that invoice is on file.

    Looks for the number that the credit refers to (BT-25) among the supplier's invoices.
    """
    document = voucher.invoice.document
    if not voucher.is_credit:
        return
    named = document.references.preceding_invoice
    key = number_key(named)
    for bill in (*voucher.earlier, *voucher.history):
        same = same_party(bill.document.supplier, document.supplier, least=policy.name_similarity)
        if key and number_key(bill.document.number) == key and same is not Sameness.DIFFERENT:
            return
    yield Condition(
        expected="an invoice on file",
        actual=named or "none",
        at_risk=asked(voucher),
        why=f"The credit refers to invoice {named}, which is not on file."
        if named
        else "The credit names no invoice that it credits.",
        evidence=(place(voucher.invoice, "references/preceding_invoice"),),
    )


@rule(
    "CREDIT_EXPECTED",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.CUMULATIVE,
    assertion=Assertion.COMPLETENESS,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "OTH", "NIN"),
    x12_426="12",
    uncl_4465="16",
    cure=Cure.CREDIT_NOTE,
)
def supplier_owes_a_credit(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """What went back or was rejected after it was paid is credited in time.

    On a paid invoice, compares what is billed and not credited with what was received and kept, once the
    policy's days have passed since goods last went back.
    """
    if voucher.invoice.standing is not Standing.PAID or voucher.is_credit:
        return
    for line in voucher.lines:
        kept, each = line.accepted, line.effective
        back = [proof.line.document.issue_date for proof in line.receipts if _went_back(proof)]
        days = [day for day in back if day is not None]
        if kept is None or each is None or not days or line.billed <= kept:
            continue
        if (voucher.as_of - max(days)).days <= policy.credit_days:
            continue
        owed = min(line.billed - kept, line.quantity or _ZERO)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"a credit for {figure(owed)}",
            actual="none on file",
            variance=quantity_decimal(owed),
            at_risk=Money.of(owed * each, voucher.currency),
            why=f"Billed and paid are {figure(line.billed)}, received and kept {figure(kept)}: a credit of "
            f"{figure(owed)} × {price(each)} = {amount(owed * each, voucher.currency)} is due.",
            evidence=(place(line.line, "quantity"), *(place(proof.line, "quantity") for proof in line.receipts)),
        )


def _went_back(proof: Proof) -> bool:
    return (proof.quantity or _ZERO) < 0 or (proof.accepted or _ZERO) < (proof.quantity or _ZERO)


@rule(
    "SELF_BILL_DOUBLE",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.LINE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.LINE,
    peppol=("RE", "OTH", "CNF"),
    x12_426="19",
    uncl_4465="53",
)
def billed_although_settled_by_self_billing(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """What the buyer bills to itself is not billed by the supplier too.

    Looks for a supplier's invoice on an order line that is marked as self-billed.
    """
    if voucher.invoice.document.type_code in _SELF_BILLED or voucher.is_credit:
        return
    for line in voucher.lines:
        if line.order is None or not line.order.line.self_billed or line.line.line.self_billed:
            continue
        yield Condition(
            line=line,
            order=line.order.filed,
            expected="a self-billed invoice",
            actual="the supplier's own",
            at_risk=Money.of(abs(line.net or _ZERO), voucher.currency),
            why=f"Order line {line.order_id} is settled by self-billing; the supplier bills it as well.",
            evidence=(place(line.line, "net_amount"), place(line.order, "self_billed")),
        )
