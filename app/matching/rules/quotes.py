"""Quotes: the order against what was offered."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from app.documents.money import Money
from app.linking.amounts import charges_of, in_unit_of, item_amount
from app.linking.filed import Filed
from app.linking.link import LineOf
from app.linking.parties import Sameness, same_party, same_seller
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.payment_terms import net_days
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked
from app.matching.tolerance import percent_of
from app.matching.wording import amount, figure, money_decimal, price, share

_ZERO = Fraction(0)


@rule(
    "QUOTE_PO_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.PRICE,
    peppol=("UQ", "PRI", "CNP"),
    x12_426="01",
    uncl_4465="5",
    cure=Cure.ORDER_CHANGE,
)
def order_is_worse_than_the_quote(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The order is not worse for the buyer than the quote it was placed on.

    Compares the unit price of each order line with the quote's for the quantity break it reaches, then
    the currency, the payment terms and the charges that the quote names.
    """
    if voucher.is_credit:
        return
    for line in voucher.lines:
        if line.quote is not None and line.order is not None:
            yield from _price(voucher, policy, line, line.quote)
    for quote in voucher.quotes:
        for order in voucher.orders:
            if any(line.quote is not None and line.quote.filed.id == quote.id for line in voucher.lines_of(order)):
                yield from _head(voucher, policy, order, quote)


def _price(voucher: Voucher, policy: Policy, line: VoucherLine, quote: LineOf) -> Iterator[Condition]:
    ordered, offered = line.item_price, _offered(line, quote)
    same_money = voucher.currency == (quote.document.currency or voucher.currency)
    if ordered is None or offered is None or not same_money or not line.bills:
        return
    each, quantity = ordered - offered, line.quantity or _ZERO
    limit = policy.tolerance("quote", voucher, line)
    if each <= 0 or not limit.breached_by(each, offered, extended=each * line.ordered):
        return
    percent, currency = percent_of(each, offered), voucher.currency
    yield Condition(
        line=line,
        order=line.order.filed if line.order else None,
        expected=price(offered),
        actual=price(ordered),
        variance=money_decimal(each * quantity, currency),
        percent=percent,
        limit=limit.as_json("quote"),
        at_risk=Money.of(each * quantity, currency),
        supported=offered,
        why=f"The order says {price(ordered)} each; quote {quote.document.number} offers {price(offered)}. "
        f"{figure(quantity)} × {price(each)} = {amount(each * quantity, currency)} ({share(percent)}).",
        evidence=(*((place(line.order, "unit_price"),) if line.order else ()), place(quote, "unit_price")),
        detail={"on": "price"},
    )


def _offered(line: VoucherLine, quote: LineOf) -> Fraction | None:
    """The quoted price of one unit of the order, discounts off."""
    if line.order is None or quote.line.quantity in {None, 0}:
        return None
    quantity = in_unit_of(quote.line, quote.line.quantity, line.order.line)
    offered = item_amount(quote.line)
    return offered / quantity if quantity and offered is not None else None


def _head(voucher: Voucher, policy: Policy, order: Filed, quote: Filed) -> Iterator[Condition]:
    ordered, offered = order.document, quote.document
    if same_seller(ordered, offered, least=policy.name_similarity) is Sameness.DIFFERENT:
        yield _worse(voucher, order, quote, "supplier/name", offered.supplier.name, ordered.supplier.name, "supplier")
        return
    if ordered.currency and offered.currency and ordered.currency != offered.currency:
        yield _worse(voucher, order, quote, "currency", offered.currency, ordered.currency, "currency")
    ours = net_days(ordered) if ordered.payment_terms else None
    theirs = net_days(offered) if offered.payment_terms else None
    if ours is not None and theirs is not None and ours < theirs:
        yield _worse(voucher, order, quote, "payment_terms", f"{theirs} days", f"{ours} days", "payment terms")
    yield from _charges(voucher, order, quote)


def _worse(
    voucher: Voucher, order: Filed, quote: Filed, field: str, offered: str | None, ordered: str | None, what: str
) -> Condition:
    return Condition(
        order=order,
        expected=offered,
        actual=ordered,
        at_risk=asked(voucher) if field != "payment_terms" else Money.zero(voucher.currency),
        disputes=Disputes.DOCUMENT if field != "payment_terms" else Disputes.NOTHING,
        why=f"Quote {quote.document.number} offers {what} {offered}; order {order.document.number} says {ordered}.",
        evidence=(place(order, field), place(quote, field)),
        detail={"on": what, "about": field},
    )


def _charges(voucher: Voucher, order: Filed, quote: Filed) -> Iterator[Condition]:
    """Charges that both papers name, and the order names higher."""
    ordered, offered = charges_of(order.document.charges), charges_of(quote.document.charges)
    for code in sorted(ordered.keys() & offered.keys()):
        more, currency = ordered[code] - offered[code], voucher.currency
        if more > 0:
            yield Condition(
                order=order,
                expected=amount(offered[code], currency),
                actual=amount(ordered[code], currency),
                variance=money_decimal(more, currency),
                percent=percent_of(more, offered[code]),
                charge=code,
                at_risk=Money.of(more, currency),
                disputes=Disputes.AMOUNT,
                why=f"Quote {quote.document.number} offers {code} at {amount(offered[code], currency)}; "
                f"order {order.document.number} says {amount(ordered[code], currency)}.",
                evidence=(place(order, "charges"), place(quote, "charges")),
                detail={"on": "charges"},
            )


@rule(
    "QUOTE_MISSING_EXPIRED",
    severity=Severity.WARN,
    owner=Owner.BUYING,
    level=Level.ORDER,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.NOTHING,
    x12_426="44",
    cure=Cure.QUOTE,
)
def no_valid_quote(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """An order is placed while its quote is valid, and on as many quotes as the policy asks for.

    Compares the order's date with the end of the quote it names; for orders above the policy's value,
    counts the suppliers whose quotes for its items held on that day.
    """
    for order in voucher.orders:
        placed = order.document.issue_date
        own = [quote for quote in voucher.quotes if _quotes_the(order, quote, voucher)]
        for quote in own:
            end = quote.document.valid_until
            if end is None or placed is None or placed <= end:
                continue
            yield Condition(
                order=order,
                expected=f"placed by {end.isoformat()}",
                actual=placed.isoformat(),
                at_risk=asked(voucher),
                why=f"Quote {quote.document.number} was valid until {end.isoformat()}; "
                f"order {order.document.number} is of {placed.isoformat()}.",
                evidence=(place(order, "issue_date"), place(quote, "valid_until")),
                detail={"about": quote.document.number or quote.id},
            )
        total = order.document.totals.net
        above = policy.quotes_above is not None and total is not None and total > policy.quotes_above
        many = len(_suppliers((*own, *voucher.offers), policy)) if above else 0
        if above and many < policy.quotes_required:
            yield Condition(
                order=order,
                expected=f"{policy.quotes_required} quotes",
                actual=f"{many} on file",
                at_risk=asked(voucher),
                why=f"Orders above {figure(policy.quotes_above or _ZERO)} need {policy.quotes_required} quotes; "
                f"{many} on file.",
                evidence=(place(order, "totals/net"),),
                detail={"about": "count"},
            )


def _suppliers(quotes: Iterable[Filed], policy: Policy) -> list[Filed]:
    """One quote of each supplier: a supplier's second quote is no independent one."""
    found: list[Filed] = []
    for quote in quotes:
        seller = quote.document.supplier
        if not any(
            same_party(seller, other.document.supplier, least=policy.name_similarity) is not Sameness.DIFFERENT
            for other in found
        ):
            found.append(quote)
    return found


def _quotes_the(order: Filed, quote: Filed, voucher: Voucher) -> bool:
    return any(line.quote is not None and line.quote.filed.id == quote.id for line in voucher.lines_of(order))
