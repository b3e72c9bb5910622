"""Charges: freight, packing and the like against what the order plans."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from app.documents.money import Money, quantum
from app.documents.normal import number_key
from app.linking.amounts import charge_code, charge_of_words, charges_of, net_amount
from app.linking.filed import Filed
from app.linking.headers import lines_of
from app.linking.ledger import sign_of
from app.linking.link import AllocationKind
from app.linking.shelf import is_live
from app.linking.voucher import Voucher, VoucherLine
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Place, Severity, place, rule
from app.matching.rules.references import charge_code_of, is_charge, worth_of
from app.matching.tolerance import percent_of
from app.matching.wording import amount, figure, money_decimal, share

_ZERO = Fraction(0)
_CARRIAGE = frozenset({"FC", "DL", "SAA", "TV", "FR", "FRT", "FREIGHT", "SHIPPING", "SH", "ABK", "CARRIAGE"})
# Delivery terms under which the seller carries the freight (Incoterms 2020 and their kin).
_SELLER_PAYS = frozenset({"DDP", "DAP", "DPU", "DDU", "CIF", "CIP", "CPT", "CFR", "PREPAID"})


def _planned_for(code: str, planned: Mapping[str, Fraction], voucher: Voucher) -> Fraction:
    """What is planned under the code.

    Carriage goes by many names: where one of the papers says it in words alone, any of its codes will do.
    """
    if code in planned or code not in _CARRIAGE:
        return planned.get(code, _ZERO)
    in_words = _codes_from_words(voucher)
    alike = (other for other in planned if other in _CARRIAGE and (code in in_words or other in in_words))
    return sum((planned[other] for other in alike), _ZERO)


def _codes_from_words(voucher: Voucher) -> frozenset[str]:
    """The codes that no paper prints: they were taken from a charge's words."""
    papers = [voucher.invoice.document, *(order.document for order in voucher.orders)]
    charges = [charge for paper in papers for charge in paper.charges]
    charges += [charge for paper in papers for line in paper.lines for charge in line.charges]
    lines = [charge_of_words(line.description or "") for paper in papers for line in paper.lines]
    return frozenset(charge_code(charge) for charge in charges if not charge.code) | frozenset(filter(None, lines))


def planned_on_heads(voucher: Voucher) -> dict[str, Fraction]:
    """The charges that the orders plan as a whole, or as lines of their own (`Freight`, 1)."""
    planned: dict[str, Fraction] = {}
    for order in voucher.orders:
        for code, value in charges_of(order.document.charges).items():
            planned[code] = planned.get(code, _ZERO) + value
        for line in lines_of(order):
            named = charge_of_words(line.line.description or "")
            if named is not None and line.line.quantity in {None, 1}:
                planned[named] = planned.get(named, _ZERO) + (net_amount(line.line) or _ZERO)
    return planned


def _on_lines(voucher: Voucher) -> dict[str, Fraction]:
    """The charges planned on order lines, in all."""
    planned: dict[str, Fraction] = {}
    for order in voucher.orders:
        for line in order.document.lines:
            for code, value in charges_of(line.charges).items():
                planned[code] = planned.get(code, _ZERO) + value
    return planned


def head_charges(voucher: Voucher) -> Iterator[tuple[str, Fraction, VoucherLine | None, Place]]:
    """The charges on the invoice as a whole: at its head, or as a line without an order line."""
    for at, charge in enumerate(voucher.invoice.document.charges):
        yield charge_code(charge), Fraction(charge.amount), None, place(voucher.invoice, f"charges/{at}/amount")
    for line in voucher.lines:
        code = charge_code_of(line)
        if code is not None and is_charge(line) and (line.net or _ZERO) > 0:
            yield code, line.net or _ZERO, line, place(line.line, "net_amount")


@rule(
    "CHARGE_NOT_ON_PO",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.CHARGE,
    peppol=("UQ", "FIN", "CNP"),
    x12_426="23",
    uncl_4465="55",
)
def charge_nobody_planned(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """Every charge is one that the order plans.

    Looks for the charge's code on the order line, then on the order as a whole; any amount of a charge
    that neither knows is reported.
    """
    if voucher.is_credit or not voucher.orders:
        return
    heads, lines = planned_on_heads(voucher), _on_lines(voucher)
    for line in voucher.lines:
        for code, asked in line.charges.items():
            if line.order is None or asked <= 0:
                continue
            if not _planned_for(code, line.planned_charges, voucher) and not _planned_for(code, heads, voucher):
                yield _unplanned(voucher, code, asked, line, place(line.line, "charges"))
    for code, asked, at, where in head_charges(voucher):
        if asked > 0 and not _planned_for(code, heads, voucher) and not _planned_for(code, lines, voucher):
            yield _unplanned(voucher, code, asked, at, where)


def _unplanned(voucher: Voucher, code: str, asked: Fraction, line: VoucherLine | None, where: Place) -> Condition:
    currency, on_line = voucher.currency, line is not None and line.order is None
    return Condition(
        line=line,
        order=voucher.orders[0],
        expected=amount(_ZERO, currency),
        actual=amount(asked, currency),
        variance=money_decimal(asked, currency),
        charge=code,
        at_risk=worth_of(line, voucher) if on_line and line is not None else Money.of(asked, currency),
        supported=_ZERO,
        disputes=Disputes.LINE if on_line else None,
        why=f"The invoice charges {amount(asked, currency)} ({code}); the order plans no such charge.",
        evidence=(where,),
    )


@rule(
    "CHARGE_OVER_PO",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.CHARGE,
    peppol=("UQ", "FIN", "CNP"),
    x12_426="30",
    uncl_4465="48",
)
def charge_above_plan(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """No charge is higher than the order plans for what is billed.

    On a line, compares each code with the planned charge's share for the billed quantity; on the whole,
    the charge with what the order plans in all less what earlier bills took of it; within the tolerance
    for charges, which is unchecked unless the policy sets it.
    """
    if voucher.is_credit:
        return
    for line in voucher.lines:
        for code, asked in line.charges.items():
            planned = _planned_for(code, line.planned_charges, voucher)
            if line.order is not None and planned > 0 and line.order.line.quantity:
                quantity = Fraction(line.order.line.quantity)
                fair = planned * (line.quantity or _ZERO) / quantity
                sentence = (
                    f"{figure(line.quantity or _ZERO)} of {figure(quantity)} × {amount(planned, voucher.currency)}"
                )
                yield from _above(voucher, policy, code, asked, fair, line, place(line.line, "charges"), sentence)
    heads, lines = planned_on_heads(voucher), _on_lines(voucher)
    for code, asked, at, where in head_charges(voucher):
        planned = _planned_for(code, heads, voucher) or _planned_for(code, lines, voucher)
        if planned > 0:
            taken = _taken_before(code, voucher)
            sentence = (
                f"Planned are {amount(planned, voucher.currency)}, billed before {amount(taken, voucher.currency)}"
            )
            yield from _above(voucher, policy, code, asked, max(planned - taken, _ZERO), at, where, sentence)


def _above(
    voucher: Voucher,
    policy: Policy,
    code: str,
    asked: Fraction,
    fair: Fraction,
    line: VoucherLine | None,
    where: Place,
    sentence: str,
) -> Iterator[Condition]:
    limit = policy.tolerance("charges", voucher, line)
    excess, currency = asked - fair, voucher.currency
    # A share of a planned charge is rounded to the coin: less than half a one is no excess.
    if excess * 2 <= Fraction(quantum(currency)) or not limit.breached_by(excess, fair):
        return
    percent = percent_of(excess, fair)
    own_line = line is not None and line.order is None
    yield Condition(
        line=line,
        order=voucher.orders[0] if voucher.orders else None,
        expected=amount(fair, currency),
        actual=amount(asked, currency),
        variance=money_decimal(excess, currency),
        percent=percent,
        charge=code,
        limit=limit.as_json("charges"),
        at_risk=Money.of(excess, currency),
        supported=fair,
        disputes=Disputes.AMOUNT if own_line else None,
        why=f"{sentence} leaves {amount(fair, currency)} for {code}; the invoice charges {amount(asked, currency)}, "
        f"{amount(excess, currency)} ({share(percent)}) more.",
        evidence=(where,),
    )


def _taken_before(code: str, voucher: Voucher) -> Fraction:
    """What earlier live bills on the same orders charged under the code as a whole."""
    taken = _ZERO
    for bill in voucher.earlier:
        if not is_live(bill) or bill.sequence > voucher.invoice.sequence:
            continue
        sign = sign_of(bill.document)
        taken += sign * _planned_for(code, charges_of(bill.document.charges), voucher)
    return taken


@rule(
    "FREIGHT_TERM_CONFLICT",
    severity=Severity.WARN,
    owner=Owner.BUYING,
    level=Level.DOCUMENT,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "FIN", "CNP"),
    x12_426="54",
    uncl_4465="40",
)
def freight_billed_though_seller_pays(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """Where the delivery term says that the seller pays the freight, none is billed.

    Looks for a freight charge on an invoice whose order was placed under such a term (DDP, DAP, CIF, CPT, …).
    """
    terms = [(order, _seller_pays(order)) for order in voucher.orders]
    named = next(((order, term) for order, term in terms if term), None)
    if named is None or voucher.is_credit:
        return
    freight = [(code, asked) for code, asked, _, _ in head_charges(voucher) if code in _CARRIAGE]
    freight += [(code, asked) for line in voucher.lines for code, asked in line.charges.items() if code in _CARRIAGE]
    total = sum((asked for _, asked in freight), _ZERO)
    if total <= 0:
        return
    order, term = named
    currency = voucher.currency
    yield Condition(
        order=order,
        expected=f"no freight under {term}",
        actual=amount(total, currency),
        variance=money_decimal(total, currency),
        charge=freight[0][0],
        at_risk=Money.of(total, currency),
        why=f"Order {order.document.number} is placed {term}: the seller pays the freight; the invoice charges "
        f"{amount(total, currency)}.",
        evidence=(place(order, "delivery_terms"),),
    )


def _seller_pays(order: Filed) -> str | None:
    words = (order.document.delivery_terms or "").upper().replace(",", " ").split()
    return next((word for word in words if number_key(word) in _SELLER_PAYS), None)


@rule(
    "DISCOUNT_MISSED",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.COMPLETENESS,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "FIN", "CNP"),
    x12_426="43",
    uncl_4465="56",
)
def agreed_discount_not_taken(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The discount that an order agrees on as a whole is taken off its invoices.

    Works out the order's discount on the share of its lines that is billed, and compares it with what the
    invoice takes off as a whole, within the arithmetic tolerance.
    """
    if voucher.is_credit or len(voucher.orders) != 1:
        return
    order = voucher.orders[0]
    agreed = sum((Fraction(entry.amount) for entry in order.document.allowances), _ZERO)
    whole = sum((net_amount(line.line) or _ZERO for line in lines_of(order)), _ZERO)
    billed = sum((line.net or _ZERO for line in voucher.lines_of(order) if line.kind is AllocationKind.BILL), _ZERO)
    if agreed <= 0 or whole <= 0 or billed <= 0:
        return
    fair, taken = agreed * billed / whole, sum((Fraction(e.amount) for e in voucher.invoice.document.allowances), _ZERO)
    missed, currency = fair - taken, voucher.currency
    limit = policy.tolerance("arithmetic", voucher)
    if missed <= 0 or not limit.breached_by(missed, fair):
        return
    yield Condition(
        order=order,
        expected=amount(fair, currency),
        actual=amount(taken, currency),
        variance=money_decimal(missed, currency),
        percent=percent_of(missed, fair),
        limit=limit.as_json("arithmetic"),
        at_risk=Money.of(missed, currency),
        why=f"The order takes {amount(agreed, currency)} off {amount(whole, currency)}; of the "
        f"{amount(billed, currency)} billed that is {amount(fair, currency)}; the invoice takes off "
        f"{amount(taken, currency)}.",
        evidence=(place(order, "totals/allowances"), place(voucher.invoice, "totals/allowances")),
    )
