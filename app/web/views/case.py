"""A case: the verdict drawn to scale, the invoice's lines with their findings, and the evidence of the chosen one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.documents.document import Line
from app.documents.money import Money, plain
from app.matching.rule import RULES, Disputes
from app.storage.documents import Record
from app.web.filters import number, unsure
from app.web.views import strips
from app.web.views.facts import Facts, LineAt
from app.web.views.findings import FindingView, findings_of
from app.web.views.strips import Strip

_WORDS = {"pay": "Pay", "hold": "Hold", "wait": "Wait", "reject": "Reject"}
_MARKS = {"pay": "=", "hold": "■", "wait": "◷", "reject": "✕"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as printed, and whether the reader was sure of it."""

    text: str
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one kind of paper says of a line: `2,500 × 0.1120`, with a remark below it."""

    quantity: Figure | None = None
    price: Figure | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLine:
    """An invoice line across the papers."""

    key: str
    description: str
    item: str | None
    ordered: Cell | None
    received: Cell | None
    invoiced: Cell
    held: Decimal | None
    findings: tuple[FindingView, ...]
    explained: tuple[FindingView, ...]
    good: str | None
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision and its money; `share` is the held part of what is asked, 0 to 1."""

    kind: str
    word: str
    mark: str
    asked: Money
    payable: Money
    held: Money
    payable_net: Money
    held_net: Money
    share: float | None
    policy_version: str
    rules_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """The whole page."""

    invoice: Record
    verdict: Verdict | None
    lines: tuple[GridLine, ...]
    document_findings: tuple[FindingView, ...]
    held_whole: Mapping[str, Decimal]
    explained: tuple[FindingView, ...]
    chosen: str | None
    chosen_line: GridLine | None
    shown: tuple[FindingView, ...]
    strips: tuple[Strip, ...]
    behind: tuple[Record, ...]
    due: date | None

    @property
    def on_paper(self) -> bool:
        """Whether any of the evidence is a picture of paper."""
        return any(strip.crops for strip in self.strips)

    @property
    def supplier(self) -> str:
        """Who asks for the money."""
        document = self.invoice.document
        return (document.supplier.name if document else None) or "Unknown supplier"


def view(facts: Facts, *, line: str | None, finding: str | None) -> CaseView:
    """The page with one line (or one finding about the whole document) chosen; the worst where none is."""
    findings = findings_of(facts)
    roots = [entry for entry in findings if entry.suppressed_by is None]
    of_line, explained = _by_line(roots), _by_line(entry for entry in findings if entry.suppressed_by is not None)
    own = {entry.id for entry in facts.lines()}
    whole = tuple(entry for entry in roots if entry.line is None or entry.line not in own)
    picked = _picked(facts, of_line, whole, line, finding)
    grid = tuple(
        _grid_line(facts, at, of_line.get(at.id, ()), explained.get(at.id, ()), chosen=picked == at.id)
        for at in facts.lines()
    )
    chosen_line = next((entry for entry in grid if entry.chosen), None)
    if chosen_line is not None:
        shown: tuple[FindingView, ...] = chosen_line.findings
        at = next(entry for entry in facts.lines() if entry.id == chosen_line.key)
        evidence = strips.of_line(facts, at, shown)
    else:
        shown = tuple(entry for entry in whole if entry.id == picked)
        evidence = strips.of_places(
            facts, [place for entry in shown for place in entry.places]
        ) or strips.of_first_page(facts.invoice)
    return CaseView(
        invoice=facts.invoice,
        verdict=_verdict(facts),
        lines=grid,
        document_findings=whole,
        held_whole=_held_whole(facts, whole),
        explained=tuple(
            entry
            for entry in findings
            if entry.suppressed_by is not None and (chosen_line is None or entry.line == chosen_line.key)
        ),
        chosen=picked,
        chosen_line=chosen_line,
        shown=shown,
        strips=evidence,
        behind=facts.behind(),
        due=facts.invoice.document.due_date if facts.invoice.document else None,
    )


def _by_line(findings: Iterable[FindingView]) -> dict[str, list[FindingView]]:
    found: dict[str, list[FindingView]] = {}
    for entry in findings:
        if entry.line is not None:
            found.setdefault(entry.line, []).append(entry)
    return found


def _held_whole(facts: Facts, findings: Sequence[FindingView]) -> dict[str, Decimal]:
    """What each finding about the whole document keeps back, without tax."""
    if facts.match is None:
        return {}
    most = facts.match.held_net.amount
    told = facts.match.body.get("lines")
    if told and all(Decimal(entry["payable"]["amount"]) <= 0 for entry in told):
        return {}  # All of it stands beside the lines.
    return {
        entry.id: min(abs(entry.at_risk.amount), most)
        for entry in findings
        if entry.holds and entry.at_risk is not None and entry.at_risk.amount
    }


def _picked(
    facts: Facts,
    of_line: dict[str, list[FindingView]],
    whole: Sequence[FindingView],
    line: str | None,
    finding: str | None,
) -> str | None:
    """The line or finding to show: the one asked for, else the one with the most money at risk."""
    lines = [entry.id for entry in facts.lines()]
    if line in lines:
        return line
    if finding in {entry.id for entry in whole}:
        return finding
    candidates = [(_weight(found), key) for key, found in of_line.items() if key in lines]
    candidates += [(_weight([entry]), entry.id) for entry in whole]
    if candidates:
        best = max(weight for weight, _ in candidates)
        return next(key for weight, key in candidates if weight == best)
    return lines[0] if lines else None


def _weight(findings: Sequence[FindingView]) -> tuple[int, Decimal]:
    worst = max(
        (2 if entry.holds else 1 if entry.severity == "warn" and entry.state == "open" else 0 for entry in findings),
        default=0,
    )
    return worst, sum((abs(entry.at_risk.amount) for entry in findings if entry.at_risk), Decimal(0))


def _verdict(facts: Facts) -> Verdict | None:
    match = facts.match
    if match is None:
        return None
    asked = match.payable + match.held
    share = None
    if asked.amount > 0 and match.held.amount >= 0:
        share = min(max(float(match.held.amount / asked.amount), 0.0), 1.0)
    return Verdict(
        kind=match.decision,
        word=_WORDS.get(match.decision, match.decision),
        mark=_MARKS.get(match.decision, ""),
        asked=asked,
        payable=match.payable,
        held=match.held,
        payable_net=match.payable_net,
        held_net=match.held_net,
        share=share,
        policy_version=match.policy_version,
        rules_version=match.rules_version,
    )


# ── the grid ────────────────────────────────────────────────────────────────────────────────────


def _grid_line(
    facts: Facts, at: LineAt, findings: Sequence[FindingView], explained: Sequence[FindingView], *, chosen: bool
) -> GridLine:
    line = at.line
    orders = facts.orders_of(at)
    ordered = sorted(findings, key=lambda entry: (not entry.holds, entry.severity != "warn"))
    return GridLine(
        key=at.id,
        description=line.description or "No description",
        item=_item(line),
        ordered=_ordered(orders),
        received=_received(facts, orders),
        invoiced=_invoiced(at, orders),
        held=_held_on(facts, at.id, line, findings),
        findings=tuple(ordered),
        explained=tuple(explained),
        good=_good(at, orders) if not findings and not explained else None,
        chosen=chosen,
    )


def _item(line: Line) -> str | None:
    """The item's number, where the description does not say it already."""
    item = line.buyer_item_id or line.seller_item_id or line.gtin
    return None if item is None or item in (line.description or "") else item


def _figure(at: LineAt, name: str, value: Decimal | None) -> Figure | None:
    if value is None:
        return None
    read = at.read(name)
    return Figure(text=number(value), unsure=read is not None and unsure(read.score))


def _ordered(orders: Sequence[LineAt]) -> Cell | None:
    if not orders:
        return None
    first = orders[0].line
    remark = _base(first)
    cancelled = sum((entry.line.cancelled_quantity or Decimal(0) for entry in orders), Decimal(0))
    if cancelled:
        remark = f"less {number(plain(cancelled))} cancelled"
    if len(orders) > 1:
        total = _sum([entry.line.quantity for entry in orders])
        quantity = None if total is None else Figure(text=number(total))
        return Cell(
            quantity=quantity, price=_figure(orders[0], "unit_price", first.unit_price), remark=f"{len(orders)} lines"
        )
    return Cell(
        quantity=_figure(orders[0], "quantity", first.quantity),
        price=_figure(orders[0], "unit_price", first.unit_price),
        remark=remark,
    )


def _one(line: Line, orders: Sequence[LineAt]) -> str | None:
    """`per 1`, where the order's price is for another number of units."""
    return "per 1" if line.unit_price is not None and any(_base(entry.line) for entry in orders) else None


def _base(line: Line) -> str | None:
    base = line.price_base_quantity
    return f"per {number(plain(base))}" if base is not None and base != 1 else None


def _received(facts: Facts, orders: Sequence[LineAt]) -> Cell | None:
    """What came on the order lines: by receipts, else by slips, else by license receipts."""
    proofs = [proof for order in orders for proof in facts.proofs_of(order)]
    for kind, remark in (("goods_receipt", None), ("license_receipt", "rights"), ("packing_slip", "by slip")):
        own = [proof for proof in proofs if proof.record.kind == kind]
        if own:
            total = _sum([_came(proof.line) for proof in own])
            if total is None:
                continue
            doubtful = any((read := proof.read("quantity")) is not None and unsure(read.score) for proof in own)
            count = f"{len(own)} papers" if len(own) > 1 and remark is None else remark
            return Cell(quantity=Figure(text=number(plain(total)), unsure=doubtful), remark=count)
    return None


def _came(line: Line) -> Decimal | None:
    if line.license is not None and line.license.rights is not None:
        return line.license.rights
    return line.received if line.received is not None else line.quantity


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _invoiced(at: LineAt, orders: Sequence[LineAt]) -> Cell:
    line = at.line
    charges = [f"+ {number(charge.amount)} {charge.reason or charge.code or 'charge'}" for charge in line.charges]
    charges += [f"\N{MINUS SIGN} {number(a.amount)} {a.reason or a.code or 'allowance'}" for a in line.allowances]
    if line.quantity is None:
        return Cell(quantity=_figure(at, "net_amount", line.net_amount), remark=", ".join(charges) or None)
    return Cell(
        quantity=_figure(at, "quantity", line.quantity),
        price=_figure(at, "unit_price", line.unit_price),
        remark=", ".join(charges) or _base(line) or _one(line, orders),
    )


def _good(at: LineAt, orders: Sequence[LineAt]) -> str | None:
    """What there is to say of a line without findings."""
    if not orders:
        return None
    ordered = _sum([entry.line.quantity for entry in orders])
    billed = at.line.quantity
    if ordered is not None and billed is not None and ordered > billed:
        return f"Match · {number(plain(ordered - billed))} of the order not on this invoice"
    return "Match"


def _held_on(facts: Facts, key: str, line: Line, findings: Sequence[FindingView]) -> Decimal | None:
    """What the match holds of a line; of matches from before they said so, what the findings keep back."""
    told = facts.match.body.get("lines") if facts.match else None
    if told is None:
        return held_on(line, findings)
    held = sum((Decimal(entry["held"]["amount"]) for entry in told if entry["line"] == key), Decimal(0))
    return held or None


def held_on(line: Line, findings: Sequence[FindingView]) -> Decimal | None:
    """What the open findings keep back of a line, without tax: never more than the line asks for.

    Findings about the same figure overlap, so of those the largest counts.
    """
    largest: dict[Disputes, Decimal] = {}
    for entry in findings:
        if not entry.holds or entry.at_risk is None:
            continue
        disputes = RULES[entry.code].disputes if entry.code in RULES else Disputes.LINE
        at_risk = abs(entry.at_risk.amount)
        if disputes in {Disputes.LINE, Disputes.DOCUMENT} and line.net_amount is not None:
            return abs(line.net_amount)
        if disputes is not Disputes.NOTHING:
            largest[disputes] = max(largest.get(disputes, Decimal(0)), at_risk)
    if not largest:
        return None
    held = sum(largest.values(), Decimal(0))
    return held if line.net_amount is None else min(held, abs(line.net_amount))
