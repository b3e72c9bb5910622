"""Contracts: the invoice against the price list, the term and the limit that were agreed."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.documents.money import Money
from app.documents.normal import number_key
from app.linking.amounts import in_unit_of
from app.linking.filed import Filed
from app.linking.ledger import sign_of
from app.linking.link import LineOf
from app.linking.shelf import is_live
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.licensing import term_of
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.price import priced_lines
from app.matching.rules.references import worth_of
from app.matching.tolerance import percent_of
from app.matching.wording import amount, figure, money_decimal, price, share

_ZERO = Fraction(0)


@rule(
    "PRICE_OVER_CONTRACT",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.PRICE,
    peppol=("UQ", "PRI", "CNP"),
    x12_426="01",
    uncl_4465="5",
)
def price_above_the_contract(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """No unit is charged at more than the contract's price list says.

    Compares the effective price of each line with the list price for the quantity break that the order
    reaches, where the contract that the order or invoice names is on file and in force.
    """
    for line, _, effective in priced_lines(voucher):
        if line.contract is None or not line.bills or not _covers(line.contract.filed, _day(line)):
            continue
        listed = _listed(line, line.contract)
        if listed is None or (line.contract.document.currency or voucher.currency) != voucher.currency:
            continue
        each, quantity = effective - listed, line.quantity or _ZERO
        limit = policy.tolerance("contract", voucher, line)
        if each <= 0 or not limit.breached_by(each, listed, extended=each * quantity):
            continue
        percent, currency = percent_of(each, listed), voucher.currency
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=price(listed),
            actual=price(effective),
            variance=money_decimal(each * quantity, currency),
            percent=percent,
            limit=limit.as_json("contract"),
            at_risk=Money.of(each * quantity, currency),
            supported=listed,
            why=f"The invoice charges {price(effective)} each; contract {line.contract.document.number} says "
            f"{price(listed)}. {figure(quantity)} × {price(each)} = {amount(each * quantity, currency)} "
            f"({share(percent)}).",
            evidence=(place(line.line, "unit_price"), place(line.contract, "unit_price")),
        )


def _day(line: VoucherLine) -> date | None:
    order = line.order.document if line.order else None
    return (order.issue_date if order else None) or line.line.document.issue_date


def _covers(contract: Filed, day: date | None) -> bool:
    terms = contract.document.contract
    if terms is None or day is None:
        return True
    return (terms.start is None or terms.start <= day) and (terms.end is None or day <= terms.end)


def _listed(line: VoucherLine, entry: LineOf) -> Fraction | None:
    """The list price of one unit of the order."""
    if line.order is None or entry.line.unit_price is None:
        return None
    units = in_unit_of(entry.line, entry.line.price_base_quantity or Decimal(1), line.order.line)
    return Fraction(entry.line.unit_price) / units if units else None


@rule(
    "CONTRACT_LAPSED",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.CUTOFF,
    disputes=Disputes.LINE,
    peppol=("UQ", "FIN", "PIN"),
    x12_426="09",
    uncl_4465="50",
    cure=Cure.CONTRACT,
)
def billed_outside_the_contract(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """A period that is billed lies within the contract's term.

    Compares each line's service period with the term of the contract that the order or invoice names.
    """
    if voucher.is_credit or len(voucher.contracts) != 1:
        return
    contract = voucher.contracts[0]
    terms = contract.document.contract
    for line in voucher.lines:
        period = term_of(line.line.line)
        if terms is None or period is None:
            continue
        late = terms.end is not None and period[1] > terms.end
        early = terms.start is not None and period[0] < terms.start
        if not (late or early):
            continue
        term = f"{terms.start or '…'} to {terms.end or '…'}"
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=term,
            actual=f"{period[0]} to {period[1]}",
            at_risk=worth_of(line, voucher),
            why=f"Billed is {period[0]} to {period[1]}; contract {contract.document.number} runs {term}.",
            evidence=(place(line.line, "period/end"), place(contract, "contract/end")),
        )


@rule(
    "BLANKET_LIMIT",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.ORDER,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "FIN", "CNP"),
    x12_426="09",
    uncl_4465="50",
    cure=Cure.CONTRACT,
)
def agreement_used_up(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """All invoices under a contract stay within its limit.

    Adds up, without tax, the live bills that name the contract or were billed on its orders, and compares
    them with the contract's limit.
    """
    if voucher.is_credit:
        return
    for contract in voucher.contracts:
        terms, net = contract.document.contract, voucher.invoice.document.totals.net
        if terms is None or terms.limit is None or net is None:
            continue
        before = _billed_under(contract, voucher)
        excess, currency = before + Fraction(net) - Fraction(terms.limit), voucher.currency
        if excess <= 0 or (contract.document.currency or currency) != currency:
            continue
        percent = percent_of(excess, Fraction(terms.limit))
        yield Condition(
            expected=f"at most {amount(terms.limit, currency)}",
            actual=amount(before + Fraction(net), currency),
            variance=money_decimal(excess, currency),
            percent=percent,
            at_risk=Money.of(min(excess, Fraction(net)), currency),
            supported=max(Fraction(terms.limit) - before, _ZERO),
            why=f"Contract {contract.document.number} is limited to {amount(terms.limit, currency)}; billed before "
            f"are {amount(before, currency)}, now {amount(net, currency)}: {amount(excess, currency)} "
            f"({share(percent)}) more.",
            evidence=(place(voucher.invoice, "totals/net"), place(contract, "contract/limit")),
            detail={"about": contract.document.number or contract.id},
        )


def _billed_under(contract: Filed, voucher: Voucher) -> Fraction:
    key = number_key(contract.document.number)
    orders = {o.id for o in voucher.orders if number_key(o.document.references.contract) == key}
    total = sum((net for order, net in voucher.billed_on_orders if order in orders), _ZERO)
    counted = {entry.line.filed.id for line in voucher.lines for entry in line.history}
    for bill in voucher.history:
        named = number_key(bill.document.references.contract) == key
        if named and is_live(bill) and bill.id not in counted and bill.document.totals.net is not None:
            sign = sign_of(bill.document)
            total += sign * Fraction(bill.document.totals.net)
    return total
