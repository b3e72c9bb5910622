"""Which finding is the cause of which: only the root asks for work (standard, "Suppression")."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.matching.finding import Finding
from app.matching.rule import Level

_COMPARISONS = frozenset({"quantity", "price", "amount", "charges", "quotes", "licenses"})
_SAME_ORDER_ROOTS = ("SUPPLIER_MISMATCH", "CURRENCY_MISMATCH")


@dataclass(frozen=True, slots=True)
class _Cause:
    """A code that causes others, and the test of whether it causes this one."""

    code: str
    explains: Callable[[Finding, Finding], bool]


def cause_of(finding: Finding, findings: Iterable[Finding]) -> str | None:
    """The code of the finding that explains this one; None where it stands for itself."""
    others = [other for other in findings if other is not finding]
    for cause in _CAUSES:
        if cause.code == finding.code:
            continue
        if any(other.code == cause.code and cause.explains(other, finding) for other in others):
            return cause.code
    return None


def _everything(root: Finding, _finding: Finding) -> bool:
    """All that a paper without a word would lead to; what was read of a paper with unread pages stands."""
    return "pages" not in root.condition.detail


def _needs_the_field(root: Finding, finding: Finding) -> bool:
    if root.condition.detail.get("field") not in finding.rule.needs:
        return False
    one, other = root.condition.line, finding.condition.line
    return one is None or (other is not None and one.line.key == other.line.key)


def _no_order(_root: Finding, finding: Finding) -> bool:
    """Without an order nothing can be on it."""
    if finding.code in {"LINE_NOT_ON_PO", "CHARGE_NOT_ON_PO"}:
        return finding.condition.line is None or finding.condition.line.order is None
    return False


def _same_order(root: Finding, finding: Finding) -> bool:
    """Comparisons with an order that is somebody else's, or in other money."""
    if finding.rule.chapter not in _COMPARISONS and finding.code != "LINE_NOT_ON_PO":
        return False
    line = finding.condition.line
    order = line.order.filed if line and line.order else finding.condition.order
    return order is None or root.condition.order is None or order.id == root.condition.order.id


def _same_line(root: Finding, finding: Finding) -> bool:
    one, other = root.condition.line, finding.condition.line
    if one is None or other is None or one.line.key != other.line.key:
        return False
    return (one.order.key if one.order else None) == (other.order.key if other.order else None)


def _unit(root: Finding, finding: Finding) -> bool:
    return finding.code.startswith(("QTY_", "PRICE_")) and _same_line(root, finding)


def _receipt(root: Finding, finding: Finding) -> bool:
    if finding.code in {"QTY_OVER_RECEIVED", "QTY_OVER_ACCEPTED"}:
        return _same_line(root, finding)
    return finding.code == "DOC_CHAIN_INCOMPLETE" and finding.condition.detail.get("class") == "receipt"


def _counted_twice(_root: Finding, finding: Finding) -> bool:
    """A bill sent again is excluded from the ledger: what it would add up to is no finding of its own."""
    return finding.rule.level in {Level.CUMULATIVE, Level.ORDER} or finding.code.startswith("DUP_")


def _same_money(_root: Finding, finding: Finding) -> bool:
    """That the order is billed beyond itself asks for the work already; the like sum says why it may be so."""
    return finding.code == "DUP_SAME_AMOUNT_DATE"


def _same_difference(root: Finding, finding: Finding) -> bool:
    """The totals differ by just what the line is wrong by."""
    variance = finding.condition.variance
    return finding.code == "ARITH_TOTALS" and variance is not None and variance == root.condition.variance


def _same_quote(root: Finding, finding: Finding) -> bool:
    return finding.code == "PRICE_OVER_CONTRACT" and _same_line(root, finding)


_CAUSES = (
    _Cause("DOC_UNREADABLE", _everything),
    _Cause("DOC_FIELD_MISSING", _needs_the_field),
    _Cause("PO_NOT_FOUND", _no_order),
    _Cause("PO_REF_MISSING", _no_order),
    *(_Cause(code, _same_order) for code in _SAME_ORDER_ROOTS),
    _Cause("UOM_UNKNOWN", _unit),
    _Cause("RECEIPT_MISSING", _receipt),
    _Cause("RECEIPT_DRAFT_ONLY", _receipt),
    _Cause("DUP_EXACT", _counted_twice),
    _Cause("QTY_OVER_ORDERED", _same_money),
    _Cause("LINE_TOTAL_OVER_PO", _same_money),
    _Cause("PO_TOTAL_OVER", _same_money),
    _Cause("ARITH_LINE", _same_difference),
    _Cause("QUOTE_PO_MISMATCH", _same_quote),
)
