"""Outsourced vendors: what a vendor buys, resells and bills on behalf of the company that pays it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.documents.document import ContractTerms
from app.documents.money import Money
from app.documents.normal import name_key
from app.linking.amounts import in_unit_of
from app.linking.filed import Filed
from app.linking.link import LineOf
from app.linking.parties import Sameness, name_likeness, same_party
from app.linking.shelf import is_live
from app.linking.similarity import same_item, same_words
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.identities import mail_domain, marks_of_relation, vendor_of
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.price import priced_lines
from app.matching.rules.references import asked, worth_of
from app.matching.tolerance import percent_of
from app.matching.wording import amount, figure, money_decimal, price, share
from app.registers.entries.vendors import Vendor

_ZERO = Fraction(0)
_HUNDRED = 100


@rule(
    "PRICE_CHECK_MISSING",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.ORDER,
    assertion=Assertion.AUTHORISATION,
    peppol=("UQ", "PRI", "CNP"),
    x12_426="01",
    uncl_4465="5",
    cure=Cure.QUOTE,
)
def vendor_ordered_from_itself_unchecked(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """What a vendor orders from itself is priced against somebody else.

    Where the order was raised or approved by the vendor who sells on it (by name, mail domain or director),
    looks for a quote of another supplier or a contract's price for each of its items.
    """
    for order in voucher.orders:
        user = _user_of_the_vendor(voucher, order, policy)
        if user is None:
            continue
        lines = [line for line in voucher.lines_of(order) if line.bills and not _is_checked(line, voucher, policy)]
        for line in lines:
            yield Condition(
                line=line,
                order=order,
                expected="a quote of another supplier, or a contract's price",
                actual="none on file",
                at_risk=worth_of(line, voucher),
                disputes=Disputes.LINE,
                why=f"Order {order.document.number} was raised by {user}, of the vendor who sells on it; nothing "
                f"on file says what others ask for {line.line.line.description or 'the item'}.",
                evidence=(place(order, "created_by"), place(line.line, "unit_price")),
            )


def _user_of_the_vendor(voucher: Voucher, order: Filed, policy: Policy) -> str | None:
    """Who raised or approved the order, where they belong to the seller."""
    seller, vendor = voucher.invoice.document.supplier, vendor_of(voucher, policy)
    domains = {mail_domain(seller.email), mail_domain(vendor.email if vendor else None)} - {None}
    names = [seller.name, *(vendor.directors if vendor else ())]
    keys = [key for key in (name_key(name) for name in names) if key]
    for user in (order.document.created_by, order.document.approved_by):
        own = name_key(user)
        named = own is not None and any(name_likeness(own, key) >= policy.name_similarity for key in keys)
        if user is not None and (named or mail_domain(user) in domains):
            return user
    return None


def _is_checked(line: VoucherLine, voucher: Voucher, policy: Policy) -> bool:
    if line.contract is not None:
        return True
    seller = voucher.invoice.document.supplier
    others = (
        quote
        for quote in voucher.offers
        if same_party(quote.document.supplier, seller, least=policy.name_similarity) is Sameness.DIFFERENT
    )
    return any(_same(line, LineOf(quote, at)) for quote in others for at in range(len(quote.document.lines)))


def _same(line: VoucherLine, other: LineOf) -> bool:
    """Whether another paper's line is of the same thing."""
    papers = [line.line.line, *([line.order.line] if line.order else [])]
    found = [same_item(paper, other.line) for paper in papers]
    if any(found):
        return True
    return all(one is None for one in found) and any(same_words(paper, other.line) for paper in papers)


@rule(
    "MARKUP_OVER_CONTRACT",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.PRICE,
    peppol=("UQ", "PRI", "CNP"),
    x12_426="01",
    uncl_4465="5",
)
def resold_above_the_agreed_markup(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """What a vendor resells costs no more than what it paid and the agreed mark-up.

    Takes the unit price from the vendor's own cost document (a quote, order or invoice addressed to the vendor)
    for the same item, adds the mark-up of the contract in force, and compares the effective price with it.
    """
    for line, _, effective in priced_lines(voucher):
        contract = contract_of(voucher, line)
        terms = contract.document.contract if contract else None
        if contract is None or terms is None or terms.markup_percent is None or not line.bills:
            continue
        cost = _cost_of(line, voucher)
        if cost is None:
            continue
        paid, paper = cost
        fair = paid * (1 + Fraction(terms.markup_percent) / _HUNDRED)
        each, quantity, currency = effective - fair, line.quantity or _ZERO, voucher.currency
        limit = policy.tolerance("contract", voucher, line)
        if each <= 0 or not limit.breached_by(each, fair, extended=each * quantity):
            continue
        percent = percent_of(each, fair)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=price(fair),
            actual=price(effective),
            variance=money_decimal(each * quantity, currency),
            percent=percent,
            limit=limit.as_json("contract"),
            at_risk=Money.of(each * quantity, currency),
            supported=fair,
            why=f"The vendor paid {price(paid)} each; with the {terms.markup_percent:f} % of contract "
            f"{contract.document.number} that is {price(fair)}, and the invoice charges {price(effective)}. "
            f"{figure(quantity)} × {price(each)} = {amount(each * quantity, currency)} ({share(percent)}).",
            evidence=(
                place(line.line, "unit_price"),
                place(paper, "unit_price"),
                place(contract, "contract/markup_percent"),
            ),
        )


def contract_of(voucher: Voucher, line: VoucherLine | None = None) -> Filed | None:
    """The contract that speaks of the line, else the first that the voucher names and that is in force."""
    if line is not None and line.contract is not None:
        return line.contract.filed
    day = voucher.invoice.document.issue_date or voucher.as_of
    return next((paper for paper in voucher.contracts if _in_force(paper.document.contract, day)), None)


def _in_force(terms: ContractTerms | None, day: date) -> bool:
    return terms is not None and (terms.start or date.min) <= day <= (terms.end or date.max)


def _cost_of(line: VoucherLine, voucher: Voucher) -> tuple[Fraction, LineOf] | None:
    """What the vendor last paid for one unit of the line's item, and where that stands."""
    unit = line.order.line if line.order else line.line.line
    for paper in reversed(voucher.costs):
        if not is_live(paper) or (paper.document.currency or voucher.currency) != voucher.currency:
            continue
        for at, entry in enumerate(paper.document.lines):
            if entry.unit_price is None or not _same(line, LineOf(paper, at)):
                continue
            units = in_unit_of(entry, entry.price_base_quantity or Decimal(1), unit)
            if units:
                return Fraction(entry.unit_price) / units, LineOf(paper, at)
    return None


@rule(
    "RELATED_PARTY",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.AUTHORISATION,
    registers=("vendors",),
)
def vendors_share_an_identity(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Two vendors that belong together are known to, and somebody has approved it.

    Looks in the supplier master for another vendor, of another name, with the same tax number, account,
    address, phone, mail domain or director; and for a referral or commission that is declared. Silent where
    the relation is approved.
    """
    vendor = vendor_of(voucher, policy)
    if vendor is None:
        return
    sheet = voucher.facts.sheet(Vendor)
    shared: dict[str, tuple[Vendor, set[str]]] = {}
    for mark in sorted(marks_of_relation(vendor)):
        for other in sheet.where(marks_of_relation, mark):
            shared.setdefault(other.id, (other, set()))[1].add(mark.partition(" ")[0])
    for key in sorted(shared):
        other, words = shared[key]
        alike = name_likeness(name_key(vendor.name) or "", name_key(other.name) or "") >= policy.name_similarity
        if key == vendor.id or alike or vendor.relation_approved_by or other.relation_approved_by:
            continue
        yield _related(voucher, vendor, other.name, f"share {' and '.join(sorted(words))}", key)
    if vendor.commission and not vendor.relation_approved_by:
        by = vendor.introduced_by or "another vendor"
        yield _related(voucher, vendor, by, "have declared a referral or commission", f"commission {by}")


def _related(voucher: Voucher, vendor: Vendor, other: str, what: str, about: str) -> Condition:
    return Condition(
        expected="a relation that is approved",
        actual=f"{vendor.name} and {other}",
        at_risk=asked(voucher),
        why=f"{vendor.name} and {other} {what}, and nobody has approved that.",
        evidence=(place(voucher.invoice, "supplier/name"),),
        detail={"about": about},
    )
