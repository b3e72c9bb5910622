"""Price: what each is charged at against what was agreed."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from app.documents.document import Line
from app.documents.money import Money, quantum
from app.linking.link import AllocationKind, LineOf
from app.linking.parties import Sameness, same_party
from app.linking.shelf import is_live
from app.linking.similarity import same_item
from app.linking.voucher import Voucher, VoucherLine
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Place, Severity, place, rule
from app.matching.tolerance import Tolerance, percent_of
from app.matching.wording import figure, money_decimal, price, share

_ZERO = Fraction(0)


def priced_lines(voucher: Voucher) -> Iterator[tuple[VoucherLine, Fraction, Fraction]]:
    """The lines that have both an agreed and an effective unit price (P and E)."""
    for line in voucher.lines:
        agreed, effective = line.price, line.effective
        if agreed is None or effective is None or not _speaks_of_price(line, voucher):
            continue
        yield line, agreed, effective


def _differing(voucher: Voucher) -> Iterator[tuple[VoucherLine, Fraction, Fraction]]:
    """Those of them whose prices differ by more than rounding."""
    for line, agreed, effective in priced_lines(voucher):
        if not _is_rounding(line, agreed, effective, voucher.currency):
            yield line, agreed, effective


def _speaks_of_price(line: VoucherLine, voucher: Voucher) -> bool:
    """Bills do, and corrections either way; goods that are credited do not."""
    return line.kind is AllocationKind.PRICE_CORR or (line.bills and not voucher.is_credit)


def _is_rounding(line: VoucherLine, agreed: Fraction, effective: Fraction, currency: str) -> bool:
    """Whether the difference is rounding: less than the smallest coin's half on the whole line.

    Where a price had to be worked out of an amount, or a discount was rounded, up to one coin.
    """
    papers = [line.line.line, *([line.order.line] if line.order else [])]
    rounded = any(paper.unit_price is None or paper.allowances for paper in papers)
    coin = Fraction(quantum(currency))
    difference = abs((effective - agreed) * _counted(line))
    return difference <= coin if rounded else difference < coin / 2


def _counted(line: VoucherLine) -> Fraction:
    """How many the price difference counts for: those billed here, or those corrected."""
    return line.quantity or (line.corrected[0] if line.corrected else _ZERO)


def _prices(line: VoucherLine) -> tuple[Place, ...]:
    order = (place(line.order, "unit_price"),) if line.order else ()
    return (place(line.line, "unit_price"), *order)


def _limits(limit: Tolerance, *, up: bool) -> str:
    """What is allowed, as the end of a sentence."""
    percent, absolute = (limit.up_pct, limit.up_abs) if up else (limit.lo_pct, limit.lo_abs)
    named = [f"{percent:f} %" if percent is not None else "", f"{absolute:f}" if absolute is not None else ""]
    if not any((percent, absolute)):
        return "nothing is allowed"
    return f"at most {' and '.join(part for part in named if part)} is allowed"


@rule(
    "PRICE_OVER_PO",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.CUMULATIVE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.PRICE,
    needs=("/quantity", "/unit_price"),
    peppol=("UQ", "PRI", "CNP"),
    x12_426="01",
    uncl_4465="5",
)
def price_above_order(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """No unit is charged at more than the order's net price.

    Works out the effective price of the line with the price corrections that refer to it, in the order's
    unit and base quantity. Percent limits look at one unit; absolute limits at what was asked beyond the
    agreed price on the order line so far, so that a split invoice hides nothing.
    """
    for line, agreed, effective in _differing(voucher):
        each = effective - agreed
        extended = line.price_variance
        limit = policy.tolerance("price", voucher, line)
        if each <= 0 or not limit.breached_by(each, agreed, extended=max(extended or _ZERO, each * _counted(line))):
            continue
        quantity, percent = _counted(line), percent_of(each, agreed)
        excess = each * quantity
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=price(agreed),
            actual=price(effective),
            variance=money_decimal(excess, voucher.currency),
            percent=percent,
            limit=limit.as_json("price"),
            at_risk=Money.of(excess, voucher.currency),
            supported=agreed,
            disputes=Disputes.NOTHING if voucher.is_credit else None,
            why=f"The invoice charges {price(effective)} each; the order says {price(agreed)}. "
            f"{figure(quantity)} × {price(each)} = {price(Money.of(excess, voucher.currency).amount)}. "
            f"That is {share(percent)} more; {_limits(limit, up=True)}.",
            evidence=_prices(line),
            detail={} if percent is not None else {"base_zero": "true"},
        )


@rule(
    "PRICE_UNDER_PO",
    severity=Severity.WARN,
    owner=Owner.BUYING,
    level=Level.CUMULATIVE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    needs=("/quantity", "/unit_price"),
    peppol=("UQ", "PRI", "NOA"),
    x12_426="01",
    uncl_4465="57",
)
def price_below_order(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A unit is not charged far below the order's net price: a wrong item or a wrong order may be the reason.

    As for prices above the order, with the downward limits; unchecked unless the policy sets them.
    """
    for line, agreed, effective in _differing(voucher):
        each, extended = effective - agreed, line.price_variance
        limit = policy.tolerance("price", voucher, line)
        if each >= 0 or not limit.breached_by(each, agreed, extended=min(extended or _ZERO, each * _counted(line))):
            continue
        quantity, percent = _counted(line), percent_of(each, agreed)
        shortfall = each * quantity
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=price(agreed),
            actual=price(effective),
            variance=money_decimal(shortfall, voucher.currency),
            percent=percent,
            limit=limit.as_json("price"),
            at_risk=Money.of(-shortfall, voucher.currency),
            why=f"The invoice charges {price(effective)} each; the order says {price(agreed)}. "
            f"{figure(quantity)} × {price(-each)} = {price(Money.of(-shortfall, voucher.currency).amount)} less; "
            f"That is {share(percent)} less; {_limits(limit, up=False)}.",
            evidence=_prices(line),
        )


@rule(
    "PRICE_BASE_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.PRICE,
    needs=("/quantity", "/unit_price"),
    peppol=("UQ", "PRI", "NIN"),
    x12_426="01",
    uncl_4465="5",
)
def price_is_for_another_number_of_units(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The invoice's price stands for as many units as the order's.

    Looks whether the two prices differ by just ten, a dozen, a hundred, a gross, a thousand or the item's
    pack size, one way or the other.
    """
    for line, agreed, effective in _differing(voucher):
        factor = _factor(line, agreed, effective, policy)
        if factor is None or line.kind is AllocationKind.PRICE_CORR:
            continue
        over = max(effective - agreed, _ZERO) * _counted(line)
        relation = f"{figure(factor)} times" if effective > agreed else f"one {figure(factor)}th of"
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=price(agreed),
            actual=price(effective),
            variance=money_decimal((effective - agreed) * _counted(line), voucher.currency),
            percent=percent_of(effective - agreed, agreed),
            at_risk=Money.of(over, voucher.currency),
            supported=min(agreed, effective),
            why=f"The invoice's price of {price(effective)} is {relation} the order's {price(agreed)}: "
            f"one of them stands for {figure(factor)} units.",
            evidence=_prices(line),
            detail={"factor": figure(factor)},
        )


def _factor(line: VoucherLine, agreed: Fraction, effective: Fraction, policy: Policy) -> Fraction | None:
    if agreed <= 0 or effective <= 0:
        return None
    ratio = max(agreed, effective) / min(agreed, effective)
    packs = [paper.pack_size for paper in (line.line.line, *([line.order.line] if line.order else []))]
    factors = [*(Fraction(each) for each in policy.base_factors), *(Fraction(pack) for pack in packs if pack)]
    for factor in factors:
        off = percent_of(ratio - factor, factor)
        if factor > 1 and off is not None and abs(off) <= policy.base_factor_slack:
            return factor
    return None


@rule(
    "PRICE_CREEP",
    severity=Severity.WARN,
    owner=Owner.BUYING,
    level=Level.ACROSS,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.NOTHING,
    needs=("/unit_price",),
    peppol=("UQ", "PRI", "PIN"),
    x12_426="01",
    uncl_4465="57",
)
def price_rose_step_by_step(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A price does not rise far in small steps.

    Compares the unit price with that of the supplier's first live bill for the same item number within the
    policy's window; unchecked unless the policy says how far.
    """
    issued = voucher.invoice.document.issue_date
    if policy.creep_percent is None or issued is None or voucher.is_credit:
        return
    for line in voucher.lines:
        first = _first_price(voucher, policy, line, issued)
        if first is None or line.line.line.unit_price is None or not line.bills:
            continue
        before, now = _each(first.line), _each(line.line.line)
        percent = percent_of(now - before, before)
        if percent is None or percent <= policy.creep_percent:
            continue
        excess = (now - before) * Fraction(line.line.line.quantity or 0)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=price(before),
            actual=price(now),
            variance=money_decimal(excess, voucher.currency),
            percent=percent,
            at_risk=Money.of(excess, voucher.currency),
            why=f"The price rose from {price(before)} on {first.document.issue_date} to {price(now)}: "
            f"{share(percent)} in all.",
            evidence=(place(line.line, "unit_price"), place(first, "unit_price")),
        )


def _each(line: Line) -> Fraction:
    return Fraction(line.unit_price or 0) / Fraction(line.price_base_quantity or 1)


def _first_price(voucher: Voucher, policy: Policy, line: VoucherLine, issued: date) -> LineOf | None:
    """The supplier's earliest bill in the window for the same item, in the same unit and currency."""
    seller, currency = voucher.invoice.document.supplier, voucher.invoice.document.currency
    for bill in voucher.history:
        day, document = bill.document.issue_date, bill.document
        if document.kind != "invoice" or not is_live(bill) or document.currency != currency or day is None:
            continue
        if day < issued - timedelta(days=policy.creep_days):
            continue
        if same_party(document.supplier, seller, least=policy.name_similarity) is not Sameness.SAME:
            continue
        for at, past in enumerate(document.lines):
            if same_item(line.line.line, past) and past.unit == line.line.line.unit and past.unit_price is not None:
                return LineOf(bill, at)
    return None
