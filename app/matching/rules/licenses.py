"""Licenses: software that was billed against the rights that came."""

import hashlib
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from app.documents.document import License, Line
from app.documents.license_keys import shown
from app.documents.money import Money
from app.linking.keys import KeyClash, keys_of
from app.linking.link import LineOf
from app.linking.parties import Sameness, same_party
from app.linking.shelf import is_live
from app.linking.similarity import description_key, same_item, wording
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import Cure
from app.matching.licensing import is_software, metric_group, months_unit, rights_billed, term_of, year_days
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.quantity import worth
from app.matching.rules.references import worth_of
from app.matching.tolerance import percent_of
from app.matching.wording import amount, figure, money_decimal, price, quantity_decimal

_ZERO = Fraction(0)


def software_lines(voucher: Voucher) -> Iterator[VoucherLine]:
    """The lines that bill software on an order line."""
    return (line for line in voucher.lines if line.order is not None and line.bills and is_software(line))


@rule(
    "LIC_MISSING",
    severity=Severity.HOLD,
    owner=Owner.LICENSES,
    level=Level.LINE,
    assertion=Assertion.RIGHTS,
    disputes=Disputes.LINE,
    peppol=("UQ", "DEL", "PIN"),
    x12_426="59",
    uncl_4465="32",
)
def no_license_received(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """For software that is billed, rights have come.

    Looks for a license receipt on the order line; software is told by its license block, its category or
    its words.
    """
    for line in software_lines(voucher):
        if line.entitled is None or line.entitled > 0:
            continue
        rights = rights_billed(line)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected="a license receipt",
            actual="none on file" if not line.licenses else "no rights",
            variance=quantity_decimal(rights),
            at_risk=worth_of(line, voucher),
            why=f"{figure(rights)} rights to {line.line.line.description or 'the product'} are billed; "
            "no license receipt shows that any came.",
            evidence=(place(line.line, "description"), place(line.line, "quantity")),
        )


@rule(
    "LIC_SEATS_SHORT",
    severity=Severity.HOLD,
    owner=Owner.LICENSES,
    level=Level.CUMULATIVE,
    assertion=Assertion.RIGHTS,
    disputes=Disputes.QUANTITY,
    peppol=("UQ", "QTY", "CNP"),
    x12_426="06",
    uncl_4465="4",
)
def fewer_rights_received_than_billed(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """No more rights are billed than came.

    Adds up the rights of all live bills on the order line and compares them with those of its license
    receipts (packs × rights per pack), within the tolerance for licenses.
    """
    for line in software_lines(voucher):
        entitled = line.entitled
        if entitled is None or entitled <= 0 or months_unit(line):
            continue
        before, now = _rights_before(line), rights_billed(line)
        excess = before + now - entitled
        limit = policy.tolerance("license", voucher, line)
        if excess <= 0 or not limit.breached_by(excess, entitled):
            continue
        per_right = (line.quantity or _ZERO) / now if now else _ZERO
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"at most {figure(entitled)}",
            actual=figure(before + now),
            variance=quantity_decimal(excess),
            percent=percent_of(excess, entitled),
            limit=limit.as_json("license"),
            at_risk=worth(line, excess * per_right, voucher),
            supported=max(entitled - before, _ZERO) * per_right,
            why=f"Rights received are {figure(entitled)}; billed are {figure(before + now)}: {figure(excess)} more.",
            evidence=(place(line.line, "quantity"), *(place(proof.line, "license/rights") for proof in line.licenses)),
        )


def _rights_before(line: VoucherLine) -> Fraction:
    quantity = line.quantity or _ZERO
    return line.billed_before * rights_billed(line) / quantity if quantity else _ZERO


@rule(
    "LIC_KEY_REUSED",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.RIGHTS,
    disputes=Disputes.LINE,
    peppol=("UQ", "OTH", "NIN"),
    x12_426="19",
    uncl_4465="53",
    cure=Cure.LICENSE_RECEIPT,
)
def key_sold_twice(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """A license key or entitlement serves one purchase.

    Compares the keys (as salted hashes) and entitlement ids of the license receipts behind the invoice with
    those of all earlier receipts; the same receipt sent again and a renewal after its term do not count.
    """
    for line in voucher.lines:
        if line.order is None or not line.bills:
            continue
        own = {proof.line.key for proof in line.licenses}
        for clash in voucher.key_clashes:
            if clash.line.key in own:
                yield _reused(voucher, line, clash)


def _reused(voucher: Voucher, line: VoucherLine, clash: KeyClash) -> Condition:
    holder, ours = clash.holder, clash.line
    orders = tuple(_order_number(of) for of in (ours, holder))
    same_order = orders[0] is not None and orders[0] == orders[1]
    where = f"license receipt {holder.document.number}" + (f" for order {orders[1]}" if orders[1] else "")
    name = _printed(clash)
    return Condition(
        line=line,
        order=line.order.filed if line.order else None,
        expected="a key of its own",
        actual=name,
        at_risk=worth_of(line, voucher),
        why=f"Key {name} came with {where} already{', on the same order' if same_order else ''}.",
        evidence=(place(ours, "license"), place(holder, "license")),
        detail={
            "about": hashlib.sha256(clash.key.encode()).hexdigest()[:16],
            "key": name,
            "same_po": str(same_order).lower(),
        },
    )


def _order_number(line: LineOf) -> str | None:
    return line.line.purchase_order or line.document.references.purchase_order


def _printed(clash: KeyClash) -> str:
    """The key as a person may see it: sealed keys by their last characters, entitlement ids in full."""
    held = clash.line.line.license or License()
    ids = [one for one in held.entitlement_ids if keys_of(License(entitlement_ids=(one,))) == {clash.key}]
    return ids[0] if ids else shown(clash.key)


@rule(
    "LIC_TERM_MISMATCH",
    severity=Severity.WARN,
    owner=Owner.LICENSES,
    level=Level.LINE,
    assertion=Assertion.CUTOFF,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "FIN", "PIN"),
    x12_426="09",
    uncl_4465="50",
)
def term_differs_from_the_order(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """The rights run as long as was ordered.

    Compares the term on the license receipt, and the term billed, with the order's (or else the quote's),
    give or take the policy's days. A bill for a part of the term is no difference.
    """
    for line in software_lines(voucher):
        reference = next((of for of in (line.order, line.quote) if of is not None and term_of(of.line)), None)
        term = term_of(reference.line) if reference is not None else None
        if reference is None or term is None:
            continue
        papers = [(line.line, True), *((proof.line, False) for proof in line.licenses)]
        for paper, part_is_fine in papers:
            found = term_of(paper.line)
            if found is None or not _differs(found, term, policy.term_days, part_is_fine=part_is_fine):
                continue
            kind = paper.document.kind.replace("_", " ")
            yield Condition(
                line=line,
                order=line.order.filed if line.order else None,
                expected=_said(term),
                actual=_said(found),
                at_risk=worth_of(line, voucher),
                why=f"The {reference.document.kind.replace('_', ' ')} says {_said(term)}; "
                f"the {kind} says {_said(found)}.",
                evidence=(place(paper, "license/end"), place(reference, "license/end")),
                detail={"about": kind},
            )
            break


def _differs(found: tuple[date, date], term: tuple[date, date], days: int, *, part_is_fine: bool) -> bool:
    early, late = (term[0] - found[0]).days, (found[1] - term[1]).days
    return early > days or late > days if part_is_fine else abs(early) > days or abs(late) > days


def _said(term: tuple[date, date]) -> str:
    return f"{term[0].isoformat()} to {term[1].isoformat()}"


@rule(
    "LIC_METRIC_MISMATCH",
    severity=Severity.HOLD,
    owner=Owner.LICENSES,
    level=Level.LINE,
    assertion=Assertion.RIGHTS,
    disputes=Disputes.LINE,
    peppol=("UQ", "ITM", "NIN"),
    x12_426="62",
    uncl_4465="100",
)
def rights_count_something_else(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """Rights are billed by the metric that was ordered and that came.

    Compares the metric (user, device, core …) on the invoice with those of the order and the license
    receipts, where both papers name one.
    """
    for line in software_lines(voucher):
        papers = [line.line, *([line.order] if line.order else []), *(proof.line for proof in line.licenses)]
        named = [(paper, group) for paper in papers if (group := metric_group(paper.line.license)) is not None]
        if len({group for _, group in named}) < len(("ours", "theirs")):
            continue
        first, group = named[0]
        other, theirs = next((paper, found) for paper, found in named if found != group)
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=f"per {theirs}",
            actual=f"per {group}",
            at_risk=worth_of(line, voucher),
            why=f"The {first.document.kind.replace('_', ' ')} counts per {group}; "
            f"the {other.document.kind.replace('_', ' ')} counts per {theirs}.",
            evidence=(place(first, "license/metric"), place(other, "license/metric")),
        )


@rule(
    "LIC_PERIOD_OVERLAP",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.LINE,
    peppol=("UQ", "OTH", "CNP"),
    x12_426="19",
    uncl_4465="53",
)
def period_billed_twice(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A period of one entitlement is billed once.

    Compares the billed period with those of earlier live bills for the same entitlement id, or for the same
    item on an order line counted in months or years; a bill that was credited since does not count.
    """
    if voucher.is_credit:
        return
    for line in voucher.lines:
        term = term_of(line.line.line)
        if term is None or not line.bills:
            continue
        for past in _past_lines(voucher, policy, line):
            other = term_of(past.line)
            if other is None or other[0] > term[1] or other[1] < term[0]:
                continue
            days = (min(term[1], other[1]) - max(term[0], other[0])).days + 1
            yield Condition(
                line=line,
                order=line.order.filed if line.order else None,
                expected="a period not billed before",
                actual=_said(term),
                variance=quantity_decimal(Fraction(days)),
                at_risk=worth_of(line, voucher),
                why=f"{_said(term)} is billed; invoice {past.document.number} billed {_said(other)} already: "
                f"{days} days twice.",
                evidence=(place(line.line, "period/start"), place(past, "period/start")),
            )
            break


def _past_lines(voucher: Voucher, policy: Policy, line: VoucherLine) -> Iterator[LineOf]:
    document = voucher.invoice.document
    credited = {
        bill.document.references.preceding_invoice
        for bill in voucher.history
        if bill.document.kind == "credit_note" and is_live(bill) and bill.document.correction is None
    }
    for bill in voucher.history:
        if bill.document.kind != "invoice" or not is_live(bill) or bill.document.number in credited:
            continue
        if same_party(bill.document.supplier, document.supplier, least=policy.name_similarity) is not Sameness.SAME:
            continue
        for at, past in enumerate(bill.document.lines):
            if _same_entitlement(line, past):
                yield LineOf(bill, at)


def _same_entitlement(line: VoucherLine, past: Line) -> bool:
    ours, theirs = line.line.line.license, past.license
    if ours is not None and theirs is not None and set(ours.entitlement_ids) & set(theirs.entitlement_ids):
        return True
    if not months_unit(line):
        return False
    item = same_item(line.line.line, past)
    alike = description_key(wording(line.line.line)) == description_key(wording(past)) if item is None else item
    return alike and line.line.line.quantity == past.quantity


@rule(
    "LIC_PRORATION_OVER",
    severity=Severity.HOLD,
    owner=Owner.BUYING,
    level=Level.LINE,
    assertion=Assertion.ACCURACY,
    disputes=Disputes.AMOUNT,
    peppol=("UQ", "PRI", "CNP"),
    x12_426="01",
    uncl_4465="5",
)
def part_of_a_year_billed_as_a_whole(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Rights for a part of a year cost that part of the yearly price.

    Where the order or quote prices a full year and the invoice bills a shorter term, works out seats ×
    yearly price × days ÷ 365, with a cent of slack for each seat and one more.
    """
    for line in software_lines(voucher):
        billed = term_of(line.line.line)
        yearly = next(
            (of for of in (line.order, line.quote) if of is not None and year_days(term_of(of.line)) is not None), None
        )
        each = line.item_price
        if billed is None or yearly is None or each is None or line.quantity is None or line.item is None:
            continue
        days, year = (billed[1] - billed[0]).days + 1, Fraction(policy.year_days)
        if days + policy.term_days >= year:
            continue
        fair = line.quantity * each * days / year
        over, cent, currency = line.item - fair, Fraction(1, 100), voucher.currency
        if over <= cent * line.quantity + cent:
            continue
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=amount(fair, currency),
            actual=amount(line.item, currency),
            variance=money_decimal(Fraction(Money.of(over, currency).amount), currency),
            percent=percent_of(over, fair),
            at_risk=Money.of(over, currency),
            supported=fair,
            why=f"{figure(line.quantity)} × {price(each)} × {days} ÷ {figure(year)} = {amount(fair, currency)}; "
            f"the invoice asks {amount(line.item, currency)} for {_said(billed)}.",
            evidence=(place(line.line, "net_amount"), place(line.line, "period/start"), place(yearly, "unit_price")),
        )
