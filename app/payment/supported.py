"""What of an invoice is supported: quantities, prices and charges that no finding disputes, and their tax."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.documents.document import Document
from app.documents.money import Money, total
from app.linking.amounts import charges_of, sum_of
from app.linking.conventions import PriceBasis
from app.linking.ledger import sign_of
from app.linking.voucher import Voucher, VoucherLine
from app.matching.finding import Finding
from app.matching.rule import Disputes

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """A sum without tax, and what is due for it."""

    net: Money
    due: Money

    @classmethod
    def nothing(cls, currency: str) -> "Sums":
        """No money at all."""
        return cls(Money.zero(currency), Money.zero(currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSums:
    """What a line of the invoice asks for, without tax, and what of it is payable; the rest is held.

    What is held for a finding about the invoice as a whole is not shared out over its lines.
    """

    line: str | None
    asked: Money
    payable: Money

    @property
    def held(self) -> Money:
        """What is kept back of the line."""
        return self.asked - self.payable


def sums_by_line(voucher: Voucher, disputed: Sequence[Finding] | None) -> tuple[LineSums, ...]:
    """The lines in their order with what the findings leave of each; nothing of any line where it is None."""
    asked: dict[int, Fraction] = {}
    left: dict[int, Fraction] = {}
    names: dict[int, str | None] = {}
    whole = disputed is None or any(finding.disputes is Disputes.DOCUMENT for finding in disputed)
    for line in voucher.lines:
        at, net = line.line.at, line.net or _ZERO
        own = [finding for finding in disputed or () if finding.condition.line is line]
        amount = -net if voucher.is_credit else net  # A credit's lines are negative in the ledger.
        names[at] = line.id
        asked[at] = asked.get(at, _ZERO) + amount
        kept = _of_line(line, own) if own and amount > 0 else amount
        left[at] = left.get(at, _ZERO) + (_ZERO if whole else kept)
    currency = voucher.currency
    return tuple(
        LineSums(line=names[at], asked=Money.of(asked[at], currency), payable=Money.of(left[at], currency))
        for at in sorted(asked)
    )


def asked_by(voucher: Voucher) -> Sums:
    """What the invoice asks for: its amount due, and its sum without tax."""
    totals = voucher.invoice.document.totals
    net = totals.net if totals.net is not None else _sum_of_lines(voucher.invoice.document)
    gross = totals.gross if totals.gross is not None else net + (totals.tax or 0)
    due = totals.due if totals.due is not None else gross - (totals.prepaid or 0) + (totals.rounding or 0)
    if voucher.is_credit and sign_of(voucher.invoice.document) > 0:
        net, due = abs(net), abs(due)
    return Sums(Money.of(net, voucher.currency), Money.of(due, voucher.currency))


def _sum_of_lines(document: Document) -> Decimal:
    lines = sum((line.net_amount or Decimal(0) for line in document.lines), Decimal(0))
    charges = sum((charge.amount for charge in document.charges), Decimal(0))
    allowances = sum((allowance.amount for allowance in document.allowances), Decimal(0))
    return lines + charges - allowances


def supported_sums(voucher: Voucher, disputed: Sequence[Finding]) -> Sums:
    """What stays payable beside the disputed findings; never more than is asked, never below nothing."""
    asked, currency = asked_by(voucher), voucher.currency
    if any(finding.disputes is Disputes.DOCUMENT for finding in disputed) or asked.net.amount <= 0:
        return Sums.nothing(currency)
    by_rate: dict[Decimal | None, Money] = {}
    for line in voucher.lines:
        own = [finding for finding in disputed if finding.condition.line is line]
        rate = line.line.line.tax_rate
        by_rate[rate] = by_rate.get(rate, Money.zero(currency)) + Money.of(_of_line(line, own), currency)
    head = Money.of(_of_head(voucher.invoice.document, disputed), currency)
    net = total(by_rate.values(), currency) + head
    whole = [finding for finding in disputed if finding.condition.line is None and finding.disputes is Disputes.AMOUNT]
    for finding in whole:
        if finding.condition.supported is not None:
            net = min(net, Money.of(finding.condition.supported, currency))
        elif finding.condition.detail.get("on") != "due":
            net = net - finding.at_risk
    net = min(max(net, Money.zero(currency)), asked.net)
    due = _due(voucher.invoice.document, net, by_rate, asked)
    for finding in whole:
        if finding.condition.detail.get("on") == "due":
            due = min(due, asked.due - finding.at_risk)
    return Sums(net, max(due, Money.zero(currency)))


def _of_line(line: VoucherLine, disputed: Sequence[Finding]) -> Fraction:
    """The part of a line's amount that its findings leave."""
    net = abs(line.net) if line.net is not None else _ZERO
    sign = -1 if (line.net or 0) < 0 and line.line.document.kind != "credit_note" else 1
    if not disputed:
        return sign * net
    if sign < 0:
        return -net  # What the invoice takes off stays off.
    if any(finding.disputes is Disputes.LINE for finding in disputed):
        return _ZERO
    left = min(net, _of_figures(line, disputed))
    if any(finding.disputes in {Disputes.QUANTITY, Disputes.PRICE} for finding in disputed):
        return max(left, _ZERO)  # Quantity and price say what is supported; the total only follows from them.
    for finding in disputed:
        if finding.disputes is Disputes.AMOUNT:
            supported = finding.condition.supported
            left = min(left, net - Fraction(finding.at_risk.amount) if supported is None else supported)
    return max(left, _ZERO)


def _of_figures(line: VoucherLine, disputed: Sequence[Finding]) -> Fraction:
    """Supported quantity × supported price, and the charges up to what is supported of them."""
    quantity = abs(line.quantity) if line.quantity else None
    caps = _least(disputed, Disputes.QUANTITY)
    share = Fraction(1)
    if caps is not None:
        base = quantity if quantity is not None else abs(line.net or _ZERO)
        share = min(Fraction(1), max(caps, _ZERO) / base) if base else _ZERO
    price = _least(disputed, Disputes.PRICE)
    charge_caps = {
        finding.condition.charge: finding.condition.supported or _ZERO
        for finding in disputed
        if finding.disputes is Disputes.CHARGE and finding.condition.charge
    }
    if price is None and not charge_caps:
        return share * abs(line.net or _ZERO)
    planned = line.planned_charges if line.price_basis is PriceBasis.NET else {}
    inside = {code: abs(amount) for code, amount in line.charges.items() if code in planned}
    outside = {code: abs(amount) for code, amount in line.charges.items() if code not in planned}
    item = abs(line.item or _ZERO)
    goods = share * item + _capped(inside, share, charge_caps)
    if price is not None:
        goods = min(goods, _at_price(line, price, share, quantity))
    return goods + _capped(outside, share, charge_caps)


def _at_price(line: VoucherLine, price: Fraction, share: Fraction, quantity: Fraction | None) -> Fraction:
    """The goods at the supported price; of a price correction what brings the corrected lines up to it."""
    if line.corrected is not None and not quantity:
        corrected, amount = line.corrected
        before = amount - abs(line.item or _ZERO)
        return max(price * corrected - before, _ZERO)
    return price * share * (quantity or _ZERO)


def _capped(charges: Mapping[str, Fraction], share: Fraction, caps: Mapping[str, Fraction]) -> Fraction:
    return sum((min(amount * share, caps.get(code, amount)) for code, amount in charges.items()), _ZERO)


def _least(disputed: Sequence[Finding], what: Disputes) -> Fraction | None:
    found = [finding.condition.supported or _ZERO for finding in disputed if finding.disputes is what]
    return min(found) if found else None


def _of_head(document: Document, disputed: Sequence[Finding]) -> Fraction:
    """The charges of the document as a whole, up to what is supported of them, less its allowances."""
    caps = {
        finding.condition.charge: finding.condition.supported or _ZERO
        for finding in disputed
        if finding.disputes is Disputes.CHARGE and finding.condition.line is None and finding.condition.charge
    }
    charges = charges_of(document.charges)
    return _capped(charges, Fraction(1), {code: cap for code, cap in caps.items() if code}) - sum_of(
        document.allowances
    )


def _due(document: Document, net: Money, by_rate: Mapping[Decimal | None, Money], asked: Sums) -> Money:
    """The supported sum with its share of the tax: pro rata by rate, rounded down, never above what is asked."""
    if net == asked.net:
        return asked.due
    currency = net.currency
    tax = _shared_tax(document, net, by_rate)
    before = asked.net.amount + (document.totals.tax or Decimal(0))
    # Prepaid sums and rounding stand between gross and due; they are taken off what is payable.
    taken_off = before - asked.due.amount if document.totals.due is not None else Decimal(0)
    due = net + tax - Money.of(max(taken_off, Decimal(0)), currency)
    return min(max(due, Money.zero(currency)), max(asked.due, Money.zero(currency)))


def _shared_tax(document: Document, net: Money, by_rate: Mapping[Decimal | None, Money]) -> Money:
    currency = net.currency
    total_tax, total_net = document.totals.tax, document.totals.net
    rates = {entry.rate for entry in document.tax_breakdown}
    lines = total(by_rate.values(), currency)
    if len(rates) > 1 and lines == net and set(by_rate) <= rates:
        shared = Money.zero(currency)
        for entry in document.tax_breakdown:
            part = by_rate.get(entry.rate)
            if part is not None and entry.taxable and entry.tax is not None:
                shared = shared + Money.floor(_part(part, entry.taxable) * Fraction(entry.tax), currency)
        return shared
    if not total_tax or not total_net:
        return Money.zero(currency)
    return Money.floor(_part(net, total_net) * Fraction(total_tax), currency)


def _part(money: Money, whole: Decimal) -> Fraction:
    return min(Fraction(1), Fraction(money.amount) / Fraction(whole)) if whole > 0 else _ZERO
