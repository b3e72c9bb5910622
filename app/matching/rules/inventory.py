"""Inventory: software that is installed, maintained and owned."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from app.documents.document import License, Line
from app.documents.money import Money
from app.documents.normal import name_key
from app.linking.link import LineOf
from app.linking.parties import name_likeness
from app.linking.proofs import rights_of
from app.linking.shelf import is_live
from app.linking.voucher import Voucher, VoucherLine
from app.matching.licensing import is_maintenance, is_software, metric_group, term_of
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import worth_of
from app.matching.wording import figure, quantity_decimal
from app.registers.entries.installations import Installation

_ZERO = Fraction(0)


def _product(line: Line) -> str | None:
    held = line.license
    return name_key((held.product if held else None) or line.description)


def _same_product(left: str | None, right: str | None, policy: Policy) -> bool:
    return left is not None and right is not None and name_likeness(left, right) >= policy.name_similarity


def _rights(voucher: Voucher, product: str | None, policy: Policy) -> list[LineOf]:
    """The lines of license receipts on file for the product."""
    return [
        LineOf(paper, at)
        for paper in voucher.entitlements
        for at, line in enumerate(paper.document.lines)
        if _same_product(_product(line), product, policy)
    ]


def _in_force(held: License | None, day: date) -> bool:
    return held is None or ((held.start or date.min) <= day <= (held.end or date.max))


def _bills_software(voucher: Voucher, _policy: Policy) -> bool:
    return any(line.bills and is_software(line) for line in voucher.lines)


@rule(
    "LIC_INSTALLS_OVER_RIGHTS",
    severity=Severity.HOLD,
    owner=Owner.LICENSES,
    level=Level.ACROSS,
    assertion=Assertion.RIGHTS,
    disputes=Disputes.LINE,
    registers=("installations",),
    concerns=_bills_software,
)
def more_installed_than_owned(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """No more copies are installed than there are rights in force.

    For each product that the invoice bills, compares the installations of the software inventory with the
    rights of all license receipts on file that are in force on the day, by metric where both name one.
    """
    if voucher.is_credit:
        return
    seen: set[str] = set()
    for line in voucher.lines:
        product = _product(line.line.line)
        if not line.bills or not is_software(line) or product is None or product in seen:
            continue
        seen.add(product)
        copies = [
            one
            for one in voucher.facts.sheet(Installation).entries
            if _same_product(name_key(one.product), product, policy)
        ]
        for metric in sorted({_metric(one) for one in copies}):
            yield from _installed(voucher, policy, line, [one for one in copies if _metric(one) == metric], metric)


def _metric(one: Installation) -> str:
    return metric_group(License(metric=one.metric)) or ""


def _installed(
    voucher: Voucher, policy: Policy, line: VoucherLine, copies: Sequence[Installation], metric: str
) -> Iterator[Condition]:
    rights = [
        entry
        for entry in _rights(voucher, _product(line.line.line), policy)
        if _in_force(entry.line.license, voucher.as_of) and metric_group(entry.line.license) in {metric or None, None}
    ]
    owned = sum((rights_of(entry.line) or _ZERO for entry in rights), _ZERO)
    installed = sum((Fraction(one.quantity) for one in copies), _ZERO)
    if installed <= owned:
        return
    counted = f" per {metric}" if metric else ""
    yield Condition(
        line=line,
        order=line.order.filed if line.order else None,
        expected=f"at most {figure(owned)}{counted}",
        actual=figure(installed),
        variance=quantity_decimal(installed - owned),
        at_risk=worth_of(line, voucher),
        why=f"{copies[0].product} is installed {figure(installed)} times{counted}; rights in force are "
        f"{figure(owned)}: {figure(installed - owned)} copies without a right.",
        evidence=(place(line.line, "description"), *(place(entry, "license/rights") for entry in rights)),
        detail={"about": metric},
    )


@rule(
    "LIC_MAINT_LAPSED",
    severity=Severity.WARN,
    owner=Owner.LICENSES,
    level=Level.LINE,
    assertion=Assertion.RIGHTS,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "ITM", "PIN"),
    x12_426="38",
)
def maintenance_without_a_base(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Maintenance is for software that is owned, and follows on the maintenance before it.

    Looks for a perpetual right of the product among the license receipts on file, and for the end of the
    maintenance before; a gap passes where the order names a reinstatement.
    """
    if voucher.is_credit:
        return
    for line in voucher.lines:
        if not line.bills or not is_maintenance(line):
            continue
        term, base = term_of(line.line.line), _base_of(line)
        rights = [entry for entry in _rights(voucher, base, policy) if _is_perpetual(entry.line.license)]
        gap = _gap(voucher, policy, base, term)
        if not rights:
            expected, actual = "a perpetual right to the product", "none on file"
            why = f"{line.line.line.description or 'Maintenance'} is billed; no license receipt shows that it is owned."
        elif gap is not None and not _reinstates(voucher):
            expected, actual = f"from {gap.isoformat()}", f"from {term[0].isoformat()}" if term else "no term"
            why = (
                f"The maintenance before ended on {(gap - timedelta(days=1)).isoformat()}; this one begins on "
                f"{actual.removeprefix('from ')}, and the order names no reinstatement."
            )
        else:
            continue
        yield Condition(
            line=line,
            order=line.order.filed if line.order else None,
            expected=expected,
            actual=actual,
            at_risk=Money.of(abs(line.net or _ZERO), voucher.currency),
            why=why,
            evidence=(place(line.line, "description"), place(line.line, "period/start")),
        )


_MAINTENANCE_WORDS = frozenset(
    "maintenance wartung pflege softwarepflege support assurance entretien manutenzione mantenimiento onderhoud".split()
)


def _base_of(line: VoucherLine) -> str | None:
    """The product that is maintained: the line's words without those that say maintenance."""
    words = [word for word in (_product(line.line.line) or "").split() if word not in _MAINTENANCE_WORDS]
    filler = {"for", "of", "für", "fur", "and", "und", "software", "annual", "jahrlich", "year", "1"}
    return " ".join(word for word in words if word not in filler) or None


def _is_perpetual(held: License | None) -> bool:
    if held is None:
        return False
    kind = (held.type or "").casefold()
    return "perpetual" in kind or (not kind and held.end is None)


def _gap(voucher: Voucher, policy: Policy, base: str | None, term: tuple[date, date] | None) -> date | None:
    """The day on which this maintenance should have begun, where it begins later; None where it follows on."""
    if term is None:
        return None
    ends = [
        past[1]
        for bill in voucher.history
        if is_live(bill) and bill.document.kind == "invoice"
        for at, other in enumerate(bill.document.lines)
        if (past := term_of(other)) is not None and past[0] < term[0]
        if is_maintenance(VoucherLine(line=LineOf(bill, at)))
        if _same_product(_base_of(VoucherLine(line=LineOf(bill, at))), base, policy)
    ]
    following = max(ends, default=None)
    if following is None or term[0] <= following + timedelta(days=1):
        return None
    return following + timedelta(days=1)


def _reinstates(voucher: Voucher) -> bool:
    words = ("reinstate", "wiederaufnahme", "wiedereinstieg", "rétablissement", "riattivazione", "reactivaci")
    texts = [(line.description or "").casefold() for order in voucher.orders for line in order.document.lines]
    return any(word in text for word in words for text in texts)
