"""Currency: the money that was agreed on."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.documents.money import Money
from app.linking.voucher import Voucher, VoucherLine
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked
from app.matching.tolerance import percent_of
from app.matching.wording import amount, figure, money_decimal
from app.registers.entries.exchange_rates import ExchangeRate

_ZERO = Fraction(0)


@rule(
    "CURRENCY_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    peppol=("UQ", "FIN", "NIN"),
    x12_426="33",
)
def billed_in_another_currency(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """The invoice is in the currency of its order.

    Compares the two codes where both papers name one.
    """
    ours = voucher.invoice.document.currency
    for order in voucher.orders:
        theirs = order.document.currency
        if ours is None or theirs is None or ours == theirs:
            continue
        yield Condition(
            order=order,
            expected=theirs,
            actual=ours,
            at_risk=asked(voucher),
            why=f"Order {order.document.number} is in {theirs}; the invoice is in {ours}.",
            evidence=(place(voucher.invoice, "currency"), place(order, "currency")),
        )


def _is_foreign(voucher: Voucher, policy: Policy) -> bool:
    home = policy.home_currency
    return home is not None and voucher.currency != home and policy.tolerance("fx", voucher).is_checked


@rule(
    "FX_RATE_VARIANCE",
    severity=Severity.HOLD,
    owner=Owner.SECURITY,
    level=Level.DOCUMENT,
    assertion=Assertion.ACCURACY,
    peppol=("UQ", "FIN", "PIN"),
    x12_426="33",
    registers=("exchange_rates",),
    concerns=_is_foreign,
)
def rate_moved_against_us(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A bill in a foreign currency costs no more than when the goods came, beyond what the policy bears.

    For each line, takes the rate of the day its goods came (else of the order) and that of the invoice from the
    rate table, and adds up quantity × price × (invoice rate − that rate) in the company's own currency. A rate
    that is not in the table is a finding too. Unchecked unless the policy names the currency and a tolerance.
    """
    home = policy.home_currency
    if home is None or not _is_foreign(voucher, policy) or not voucher.facts.on_file("exchange_rates"):
        return
    limit, today = policy.tolerance("fx", voucher), voucher.invoice.document.issue_date or voucher.as_of
    now = _rate(voucher, home, today)
    loss, base, missing = _ZERO, _ZERO, [] if now is not None else [today]
    for line in voucher.lines:
        day, worth = _reference_day(line), (line.quantity or _ZERO) * (line.price or _ZERO)
        then = _rate(voucher, home, day) if day is not None else None
        if day is None or not line.bills:
            continue
        if then is None:
            missing.append(day)
        elif now is not None:
            loss += worth * (Fraction(now.rate) - Fraction(then.rate))
            base += worth * Fraction(then.rate)
    if missing:
        days = ", ".join(sorted({day.isoformat() for day in missing}))
        yield Condition(
            expected=f"a rate of {voucher.currency} in {home}",
            actual=f"none for {days}",
            at_risk=asked(voucher),
            why=f"The rate table has no rate of {voucher.currency} in {home} for {days}.",
            evidence=(place(voucher.invoice, "currency"),),
            detail={"about": "missing"},
        )
    elif loss > 0 and now is not None and limit.breached_by(loss, base):
        yield Condition(
            expected=f"{amount(base, home)} {home}",
            actual=f"{amount(base + loss, home)} {home}",
            variance=money_decimal(loss, home),
            percent=percent_of(loss, base),
            limit=limit.as_json("fx"),
            at_risk=Money.of(loss / Fraction(now.rate), voucher.currency),
            why=f"At {figure(now.rate)} {home} (of {now.day}{f', {now.source}' if now.source else ''}) the goods cost "
            f"{amount(loss, home)} {home} more than when they came or were ordered.",
            evidence=(place(voucher.invoice, "issue_date"), place(voucher.invoice, "currency")),
        )


def _reference_day(line: VoucherLine) -> date | None:
    """The day of the last receipt, else of the order."""
    days = [proof.line.document.issue_date for proof in line.receipts if proof.line.document.kind == "goods_receipt"]
    received = max((day for day in days if day is not None), default=None)
    return received or (line.order.document.issue_date if line.order else None)


#: A rate holds until the next one, over weekends and holidays, but not for ever.
_RATE_DAYS = 7


def _rate(voucher: Voucher, home: str, day: date) -> ExchangeRate | None:
    """The rate that held on the day: the last one in the table, where it is not older than a week."""
    rates = voucher.facts.sheet(ExchangeRate)
    pair = [
        *rates.where(_pair, f"{voucher.currency} {home}"),
        *_turned(rates.where(_pair, f"{home} {voucher.currency}")),
    ]
    held = [rate for rate in pair if 0 <= (day - rate.day).days <= _RATE_DAYS]
    return max(held, key=lambda rate: rate.day, default=None)


def _pair(rate: ExchangeRate) -> list[str | None]:
    return [f"{rate.currency} {rate.base}"]


def _turned(rates: Sequence[ExchangeRate]) -> Iterator[ExchangeRate]:
    for rate in rates:
        turned = Decimal(1) / rate.rate
        yield ExchangeRate(currency=rate.base, base=rate.currency, day=rate.day, rate=turned, source=rate.source)
