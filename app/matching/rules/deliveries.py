"""Deliveries: what the supplier says it sent against what came."""

from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.linking.proofs import Proof
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.quantity import billed_lines, worth
from app.matching.tolerance import percent_of
from app.matching.wording import figure, quantity_decimal, share

_ZERO = Fraction(0)


def _own_receipts(line: VoucherLine) -> list[Proof]:
    """Goods receipts alone: slips that stand for them are no second opinion."""
    return [proof for proof in line.receipts if proof.line.document.kind == "goods_receipt"]


def _sum_of(proofs: list[Proof]) -> Fraction | None:
    if not proofs or any(proof.quantity is None for proof in proofs):
        return None
    return sum((proof.quantity or _ZERO for proof in proofs), _ZERO)


def _arrived_slips(line: VoucherLine, receipts: list[Proof]) -> list[Proof]:
    """Slips no younger than the last receipt: what was sent since is still on its way."""
    days = [proof.line.document.issue_date for proof in receipts if proof.line.document.issue_date is not None]
    last = max(days, default=None)
    return [
        proof
        for proof in line.slips
        if last is None or proof.line.document.issue_date is None or proof.line.document.issue_date <= last
    ]


@rule(
    "SLIP_RECEIPT_MISMATCH",
    severity=Severity.WARN,
    owner=Owner.RECEIVING,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "DEL", "PIN"),
    x12_426="06",
    uncl_4465="4",
)
def slip_and_receipt_differ(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """What came is what the packing slips say was sent.

    Compares, for each billed order line, the sum of the slips no younger than the last receipt with the sum
    of the receipts (returns aside), within the tolerance for slips.
    """
    for line in billed_lines(voucher):
        receipts = [proof for proof in _own_receipts(line) if (proof.quantity or _ZERO) >= 0]
        slips = _arrived_slips(line, receipts)
        came, sent = _sum_of(receipts), _sum_of(slips)
        if came is None or sent is None:
            continue
        limit = policy.tolerance("slip", voucher, line)
        if not limit.breached_by(sent - came, came):
            continue
        percent = percent_of(sent - came, came)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"{figure(came)} sent",
            actual=f"{figure(sent)} sent",
            variance=quantity_decimal(sent - came),
            percent=percent,
            limit=limit.as_json("slip"),
            at_risk=worth(line, sent - came, voucher),
            why=f"The packing slips say {figure(sent)}; the receipts say {figure(came)} ({share(percent)}).",
            evidence=(*(place(p.line, "quantity") for p in slips), *(place(p.line, "quantity") for p in receipts)),
        )


@rule(
    "SLIP_SHORT_BILLED",
    severity=Severity.HOLD,
    owner=Owner.RECEIVING,
    level=Level.LINE,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.QUANTITY,
    peppol=("UQ", "QTY", "CNP"),
    x12_426="06",
    uncl_4465="4",
)
def billed_though_outstanding(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """What the packing slip calls outstanding is not billed yet.

    Where the last slip names an outstanding quantity, compares all live bills with what the slips say was
    sent; receipts that cover the bill settle it.
    """
    for line in billed_lines(voucher):
        outstanding = line.slips[-1].outstanding if line.slips else None
        sent, came = _sum_of(list(line.slips)), _sum_of(_own_receipts(line))
        if not outstanding or outstanding <= 0 or sent is None or line.billed <= sent:
            continue
        if came is not None and line.billed <= came:
            continue
        excess = line.billed - sent
        slip = line.slips[-1].line
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"at most {figure(sent)}",
            actual=figure(line.billed),
            variance=quantity_decimal(excess),
            at_risk=worth(line, excess, voucher),
            supported=sent - line.billed_before,
            why=f"Slip {slip.document.number} calls {figure(outstanding)} outstanding; sent are {figure(sent)}, "
            f"billed {figure(line.billed)}.",
            evidence=(place(line.line, "quantity"), place(slip, "outstanding")),
        )


@rule(
    "UOM_RATIO_VARIANCE",
    severity=Severity.HOLD,
    owner=Owner.RECEIVING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.LINE,
    peppol=("UQ", "QTY", "NIN"),
    x12_426="22",
    uncl_4465="54",
    cure=Cure.CORRECTED_INVOICE,
)
def catch_weight_is_off(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Goods counted and weighed weigh on the invoice what they weighed on arrival.

    Compares the second quantity per unit on the invoice with that of the receipts or, failing them, the
    order, within the tolerance for catch weight; unchecked unless the policy sets it.
    """
    for line in billed_lines(voucher):
        limit = policy.tolerance("catch_weight", voucher, line)
        billed = line.line.line
        if not limit.is_checked or billed.second_quantity is None or not billed.quantity:
            continue
        papers = [proof.line for proof in _own_receipts(line)] + ([line.order] if line.order else [])
        reference = next((of for of in papers if of.line.second_quantity is not None and of.line.quantity), None)
        if reference is None or reference.line.second_quantity is None or not reference.line.quantity:
            continue
        if reference.line.second_quantity.unit != billed.second_quantity.unit:
            continue
        ours = Fraction(billed.second_quantity.value) / Fraction(billed.quantity)
        theirs = Fraction(reference.line.second_quantity.value) / Fraction(reference.line.quantity)
        if not theirs or not limit.breached_by(ours - theirs, theirs):
            continue
        percent, unit = percent_of(ours - theirs, theirs), billed.second_quantity.unit
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"{figure(theirs)} {unit} each",
            actual=f"{figure(ours)} {unit} each",
            variance=quantity_decimal(ours - theirs),
            percent=percent,
            limit=limit.as_json("catch_weight"),
            at_risk=Money.of(abs(line.net or _ZERO), voucher.currency),
            why=f"The invoice counts {figure(ours)} {unit} each, the {reference.document.kind.replace('_', ' ')} "
            f"{figure(theirs)} ({share(percent)}).",
            evidence=(place(line.line, "second_quantity"), place(reference, "second_quantity")),
        )
