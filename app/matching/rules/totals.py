"""Totals: the invoice's sums against those that the order leads to."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.documents.document import Totals
from app.documents.money import Money
from app.linking.amounts import net_amount
from app.linking.filed import Filed
from app.linking.headers import lines_of
from app.linking.voucher import Voucher
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.tolerance import percent_of
from app.matching.wording import amount, money_decimal, share

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """One of the six sums: what it is called, where it stands, and both its values."""

    name: str
    field: str
    expected: Fraction
    actual: Fraction

    @property
    def adverse(self) -> Fraction:
        """How far it lies to our disadvantage: a discount may be too small, all else too large."""
        return self.expected - self.actual if self.name == "discount" else self.actual - self.expected


@rule(
    "TOTALS_VARIANCE",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "FIN", "NIN"),
    x12_426="11",
    uncl_4465="9",
)
def sums_differ_from_the_order(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Balance, discount, charges, tax, rounding and total are those that the order leads to.

    Works out each from the order's prices for the billed quantities and the billed share of what the order
    says as a whole, and compares it with the invoice; unchecked unless the policy sets a tolerance for totals.
    """
    limit, currency = policy.tolerance("totals", voucher), voucher.currency
    if not limit.is_checked or voucher.is_credit or len(voucher.orders) != 1:
        return
    for found in _sums(voucher, voucher.orders[0]):
        if not found.adverse or not limit.breached_by(found.adverse, found.expected):
            continue
        percent = percent_of(found.adverse, found.expected)
        yield Condition(
            order=voucher.orders[0],
            expected=amount(found.expected, currency),
            actual=amount(found.actual, currency),
            variance=money_decimal(found.actual - found.expected, currency),
            percent=percent,
            limit=limit.as_json("totals"),
            at_risk=Money.of(max(found.adverse, _ZERO), currency),
            why=f"By the order the {found.name} comes to {amount(found.expected, currency)}; the invoice says "
            f"{amount(found.actual, currency)} ({share(percent)} to our disadvantage).",
            evidence=(place(voucher.invoice, f"totals/{found.field}"),),
            detail={"about": found.name, "total": found.name},
        )


def _sums(voucher: Voucher, order: Filed) -> Iterator[_Sum]:
    """The six sums, as far as both papers say enough."""
    lines = voucher.lines_of(order)
    whole = sum((net_amount(line.line) or _ZERO for line in lines_of(order)), _ZERO)
    if len(lines) != len(voucher.lines) or whole <= 0 or any(line.price is None for line in lines):
        return
    fair = sum(((line.price or _ZERO) * (line.quantity or _ZERO) for line in lines), _ZERO)
    part, agreed, asked = fair / whole, order.document.totals, voucher.invoice.document.totals
    discount, charges = _of(agreed, "allowances") * part, _of(agreed, "charges") * part
    tax, rounding = _of(agreed, "tax") * part, _of(agreed, "rounding") * part
    expected = {
        ("balance", "lines"): fair,
        ("discount", "allowances"): discount,
        ("charges", "charges"): charges,
        ("tax", "tax"): tax,
        ("rounding", "rounding"): rounding,
        ("total", "gross"): fair - discount + charges + tax + rounding,
    }
    for (name, field), value in expected.items():
        printed = getattr(asked, field)
        if printed is None and value == 0:
            continue
        yield _Sum(name=name, field=field, expected=value, actual=Fraction(printed or Decimal(0)))


def _of(totals: Totals, field: str) -> Fraction:
    return Fraction(getattr(totals, field) or Decimal(0))


@rule(
    "TAX_VARIANCE",
    severity=Severity.HOLD,
    owner=Owner.TAX,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "LEG", "NIN"),
    x12_426="55",
    uncl_4465="73",
)
def tax_differs_from_the_order(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The tax is that of the order's rates on what is billed.

    Where every billed line stands on an order line with a tax rate and nothing is charged on the whole,
    works out the tax and compares it, over and under, within the tolerance for tax; unchecked unless set.
    """
    document, limit, currency = voucher.invoice.document, policy.tolerance("tax", voucher), voucher.currency
    rates = [line.order.line.tax_rate if line.order else None for line in voucher.lines]
    if not limit.is_checked or not rates or None in rates or document.charges or document.allowances:
        return
    expected = sum(
        (abs(line.net or _ZERO) * Fraction(rate or 0) / 100 for line, rate in zip(voucher.lines, rates, strict=True)),
        _ZERO,
    )
    expected = Fraction(Money.of(expected, currency).amount)
    billed = Fraction(document.totals.tax or Decimal(0))
    if not limit.breached_by(billed - expected, expected):
        return
    yield Condition(
        order=voucher.orders[0],
        expected=amount(expected, currency),
        actual=amount(billed, currency),
        variance=money_decimal(billed - expected, currency),
        percent=percent_of(billed - expected, expected),
        limit=limit.as_json("tax"),
        at_risk=Money.of(max(billed - expected, _ZERO), currency),
        why=f"At the order's rates the tax is {amount(expected, currency)}; "
        f"the invoice says {amount(billed, currency)}.",
        evidence=(place(voucher.invoice, "totals/tax"),),
        detail={"on": "due"},
    )
