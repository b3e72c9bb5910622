"""The auditor's notation: a page of cases for one rule, read into documents and expectations.

A page is Markdown. Its title is the rule's code; each `## heading` is a case with one fenced block:

    order    | 1 | M8 bolt | 12 @ 1.25
    receipt  | 1 | M8 bolt | 10
    invoice  | 1 | M8 bolt | 12 @ 1.25
    finds    | invoice line 1 | at most 10 | 12 | 2.50 EUR

A row of a paper: kind and (where there are several) its number, the line's number, what it is, how many at what
price (`12 @ 1.25`, `120 C62 @ 5.00 per 100`, `= 15.00` for a printed amount), then fields (`item: HB-840`).
The line number `head` stands for the paper as a whole: `invoice I2 | head | date: 2026-03-01 | due: 2026-03-15`.
`policy | price | up_pct 2 | up_abs 50` sets a tolerance, `policy | match_way | 2` any other number.
`finds | where | expected | actual | at risk` is what the page's rule finds on the last invoice, all of it;
A row of a register: its name and the entry's fields (`employees | id: E-7 | name: Ada Example`), or `none` where
it is on file and empty. `not checked | employees` says that the rule could not be checked without that register.
`past | 2026-1 | PRICE_OVER_PO | 1 | price | up_pct 2` is what an earlier match of the last invoice found (policy,
code, line, metric, limit), `stale | PRICE_OVER_PO | 1 | user-3 | 16.00 | 61.00` a waiver that no longer covers.
`finds nothing` says that it finds nothing. `decides | hold | 12.50` checks the verdict and what is payable.
"""

import re
import typing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.documents import canonical
from app.linking.filed import Doubt, DoubtKind, Filed, Standing
from app.linking.past import PastFinding, PastRun, StaleRelease
from app.matching.policy import METRICS, Policy
from app.payment.judge import Judgement, judge, judge_all, judged
from app.registers import REGISTERS, Facts

KINDS = {
    "order": ("purchase_order", "PO-1"),
    "receipt": ("goods_receipt", "GR-1"),
    "slip": ("packing_slip", "DN-1"),
    "invoice": ("invoice", "I-1"),
    "credit": ("credit_note", "C-1"),
    "quote": ("quote", "Q-1"),
    "license": ("license_receipt", "L-1"),
    "contract": ("contract", "K-1"),
}
PARTIES = {
    "supplier": {"name": "Nordwind Components GmbH"},
    "buyer": {"name": "Beispiel Maschinenbau AG"},
}
_AMOUNT = re.compile(
    r"^(?P<quantity>-?[\d.]+)?\s*(?P<unit>[A-Z0-9]{2,3})?\s*(?:@\s*(?P<price>-?[\d.]+)(?:\s+per\s+(?P<base>[\d.]+))?)?"
    r"\s*(?:=\s*(?P<net>-?[\d.]+))?$"
)
_LICENSE = {
    "product",
    "publisher",
    "metric",
    "rights",
    "packs",
    "rights_per_pack",
    "keys",
    "entitlement_ids",
    "start",
    "end",
    "type",
}
_SUMS = {"lines", "net", "tax", "gross", "prepaid", "rounding", "due"}
_REFERENCES = {
    "purchase_order",
    "quote",
    "contract",
    "despatch_advice",
    "receiving_advice",
    "preceding_invoice",
}
_WHOLE = {"match_way"}
_FLAGS = {"final", "self_billed"}
_NAMES = {"item": "buyer_item_id", "sku": "seller_item_id", "date": "issue_date", "terms": "payment_terms"}


@dataclass
class Case:
    """One case of a page: what is on file, and what the rule finds."""

    title: str
    papers: list[dict] = field(default_factory=list)
    policy: dict = field(default_factory=dict)
    finds: list[list[str]] = field(default_factory=list)
    finds_nothing: bool = False
    decides: list[str] | None = None
    registers: dict[str, list[dict]] = field(default_factory=dict)
    not_checked: list[str] = field(default_factory=list)
    past: list[list[str]] = field(default_factory=list)
    stale: list[list[str]] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.finds_nothing

    def filed(self) -> list[Filed]:
        start = datetime(2026, 1, 5, tzinfo=UTC)
        out = []
        for at, paper in enumerate(self.papers):
            body = {name: value for name, value in paper.items() if not name.startswith("_")}
            body.setdefault("issue_date", (date(2026, 1, 5) + timedelta(days=at)).isoformat())
            _sum(body)
            arrived = start + timedelta(days=at)
            if paper["_arrived"]:
                arrived = datetime.fromisoformat(paper["_arrived"]).replace(tzinfo=UTC)
            out.append(
                Filed(
                    id=f"doc{at + 1}",
                    document=canonical.read(body),
                    arrived_at=arrived,
                    sequence=at + 1,
                    unread=paper["_unread"],
                    standing=Standing(paper.get("_standing", "pending")),
                    doubts=tuple(paper.get("_doubts", ())),
                )
            )
        return out

    def judged(self) -> Judgement:
        as_of = date.fromisoformat(self.policy["as_of"]) if "as_of" in self.policy else None
        policy = Policy.parse({name: value for name, value in self.policy.items() if name != "as_of"})
        files, facts = self.filed(), Facts.read(self.registers)
        bill = [entry for entry in files if entry.document.kind in {"invoice", "credit_note"}][-1]
        if bill is files[-1] and not self.past and not self.stale:
            return judge_all(files, policy, as_of=as_of, facts=facts)[-1]
        day = as_of or bill.document.issue_date or bill.arrived_at.date()
        others = [entry for entry in files if entry is not bill]
        known = judge(bill, others, policy, as_of=day, facts=facts, past=tuple(_run(bill, row) for row in self.past))
        if not self.stale:
            return known
        stale = tuple(_stale(row) for row in self.stale)
        return judged(replace(known.voucher, stale=stale), policy)


def _run(bill: Filed, row: list[str]) -> PastRun:
    version, code, line, metric, limit = row
    name, value = limit.split()
    found = PastFinding(code=code, line=line, holds=True, limit={"metric": metric, name: value, "combine": "any"})
    return PastRun(
        invoice=bill.id, number=bill.document.number, on=date(2026, 1, 5), policy_version=version, findings=(found,)
    )


def _stale(row: list[str]) -> StaleRelease:
    code, line, by, covered, now = row
    at = datetime(2026, 1, 6, tzinfo=UTC)
    return StaleRelease(code=code, line=line, order_line=line, by=by, at=at, covered=Decimal(covered), now=Decimal(now))


def page(path: Path) -> list[Case]:
    """The cases of a page.

    Raises:
        ValueError: a row says nothing that is known.
    """
    cases: list[Case] = []
    fenced = False
    for row in path.read_text(encoding="utf-8").splitlines():
        if row.startswith("## "):
            cases.append(Case(row[3:].strip()))
        elif row.startswith("```"):
            fenced = not fenced
        elif fenced and row.strip():
            _row(cases[-1], [cell.strip() for cell in row.split("|")])
    return cases


def _row(case: Case, cells: list[str]) -> None:
    word, _, number = cells[0].partition(" ")
    if word == "policy":
        _policy(case, cells[1:])
    elif word == "finds":
        if number == "nothing":
            case.finds_nothing = True
        else:
            case.finds.append(cells[1:])
    elif word == "decides":
        case.decides = cells[1:]
    elif word in {"past", "stale"}:
        getattr(case, word).append(cells[1:])
    elif word == "not":
        case.not_checked += cells[1:]
    elif word in REGISTERS:
        _register_row(case.registers.setdefault(word, []), word, cells[1:])
    elif word in KINDS:
        _paper_row(_paper(case, word, number.strip()), cells[1:])
    else:
        raise ValueError(f"{case.title}: {word!r} is no paper, register, policy, finds, not checked or decides")


def _register_row(entries: list[dict], code: str, cells: list[str]) -> None:
    if cells == ["none"]:
        return
    hints = typing.get_type_hints(REGISTERS[code].entry)
    entry: dict = {}
    for cell in cells:
        name, _, value = cell.partition(":")
        hint, text = hints[name.strip()], value.strip()
        if typing.get_origin(hint) is tuple:
            entry[name.strip()] = [part.strip() for part in text.split(",")]
        else:
            entry[name.strip()] = text == "true" if hint == (bool | None) else text
    entries.append(entry)


def _policy(case: Case, cells: list[str]) -> None:
    name, *rest = cells
    if name in METRICS:
        case.policy[name] = dict(cell.split() for cell in rest)
    elif rest[0].isdigit() and name not in {"quotes_above", "approval_limit"}:
        case.policy[name] = int(rest[0])
    elif rest[0] in {"true", "false"}:
        case.policy[name] = rest[0] == "true"
    elif name in {"entities", "blocked_suppliers", "sanctioned", "required_papers"}:
        case.policy[name] = rest
    else:
        case.policy[name] = rest[0]


def _paper(case: Case, word: str, number: str) -> dict:
    kind, usual = KINDS[word]
    name = number or usual
    for paper in case.papers:
        if paper["_row"] == (kind, name):
            return paper
    paper = {"_row": (kind, name), "_unread": None, "_arrived": None, "kind": kind, "number": name.partition("#")[0]}
    paper |= {key: dict(value) for key, value in PARTIES.items()}
    paper |= {"currency": "EUR", "references": {}, "lines": [], "charges": [], "allowances": [], "totals": {}}
    if kind not in {"purchase_order", "quote", "contract"}:
        orders = [p["number"] for p in case.papers if p["kind"] == "purchase_order"]
        paper["references"] = {"purchase_order": orders[-1]} if orders else {}
    if kind == "credit_note":
        bills = [p["number"] for p in case.papers if p["kind"] == "invoice"]
        paper["references"]["preceding_invoice"] = bills[-1] if bills else None
    case.papers.append(paper)
    return paper


def _paper_row(paper: dict, cells: list[str]) -> None:
    if cells[0] == "head":
        for cell in cells[1:]:
            _head(paper, *_field(cell))
        return
    line: dict = {"id": cells[0], "description": cells[1], "unit": "C62", "charges": [], "allowances": []}
    if paper["kind"] not in {"purchase_order", "quote", "contract"}:
        line["order_line"] = cells[0]
    _amounts(line, cells[2] if len(cells) > 2 else "")
    for cell in cells[3:]:
        _line(line, *_field(cell))
    if paper["kind"] not in {"packing_slip", "goods_receipt", "license_receipt"}:
        _net(line)
    paper["lines"].append({name: value for name, value in line.items() if value is not None})


def _field(cell: str) -> tuple[str, str | None]:
    name, _, value = cell.partition(":")
    name, text = name.strip(), value.strip()
    return _NAMES.get(name, name), None if text in {"", "none"} else text


def _amounts(line: dict, text: str) -> None:
    found = _AMOUNT.match(text)
    if found is None:
        raise ValueError(f"{text!r} is no quantity and price")
    line["quantity"] = found["quantity"]
    line["unit"] = found["unit"] or line["unit"]
    line["unit_price"], line["price_base_quantity"], line["net_amount"] = found["price"], found["base"], found["net"]


def _net(line: dict) -> None:
    if line["net_amount"] is None and line["quantity"] and line["unit_price"]:
        worth = Decimal(line["quantity"]) * Decimal(line["unit_price"]) / Decimal(line["price_base_quantity"] or 1)
        worth += sum(Decimal(charge["amount"]) for charge in line["charges"])
        worth -= sum(Decimal(allowance["amount"]) for allowance in line["allowances"])
        line["net_amount"] = str(worth.quantize(Decimal("0.01")))


def _extra(value: str) -> dict:
    code, amount = value.split()
    return {"code": code, "amount": amount}


def _line(line: dict, name: str, value: str | None) -> None:
    if name == "charge" and value:
        line["charges"].append(_extra(value))
    elif name == "allowance" and value:
        line["allowances"].append(_extra(value))
    elif name in {"keys", "entitlement_ids"} and value:
        line.setdefault("license", {})[name] = value.split()
    elif name == "serials" and value:
        line[name] = value.split()
    elif name in _LICENSE:
        line.setdefault("license", {})[name] = value
    elif name == "period" and value:
        first, last = value.split(" to ")
        line[name] = {"start": first, "end": last}
    elif name in _WHOLE and value:
        line[name] = int(value)
    elif name in _FLAGS:
        line[name] = value == "true"
    elif name == "second" and value:
        many, unit = value.split()
        line["second_quantity"] = {"value": many, "unit": unit}
    else:
        line[name] = value


def _head(paper: dict, name: str, value: str | None) -> None:
    if name in {"supplier", "buyer", "buyer_vat_id"}:
        party, _, field = name.partition("_")
        paper[party][field or "name"] = value
    elif name in {"vat_id", "iban", "id", "legal_id"}:
        paper["supplier"][name] = value
    elif name in _REFERENCES:
        paper["references"][name] = value
    elif name in _SUMS:
        paper["totals"][name] = value
    elif name in {"charge", "allowance"} and value:
        paper[f"{name}s"].append(_extra(value))
    elif name == "tax_breakdown" and value:
        rate, taxable, tax = value.split()
        paper.setdefault("tax_breakdown", []).append({"rate": rate, "taxable": taxable, "tax": tax})
    elif name == "score" and value:
        pointer, score = value.split()
        paper.setdefault("evidence", {})[pointer] = {"method": "ocr", "score": score}
    elif name in set(DoubtKind) and value:
        paper.setdefault("_doubts", []).append(_doubt(name, *value.split()))
    elif name in {"unread", "arrived", "standing"}:
        paper[f"_{name}"] = value
    elif name in _FLAGS:
        paper[name] = value == "true"
    elif name.startswith("contract_") and value:
        _contract(paper.setdefault("contract", {}), name.removeprefix("contract_"), value)
    else:
        paper[name] = value


def _contract(contract: dict, name: str, value: str) -> None:
    if name == "level":
        _level(contract, value)
    elif name == "needs_approval":
        contract[name] = value.split()
    else:
        contract[name] = value == "true" if name == "rework_free" else value


def _level(contract: dict, text: str) -> None:
    """`First answer <= 4 credit 5`: the objective, the target, and the credit in percent beyond it."""
    objective, least, target, credit = re.match(r"(.+) (<=|>=) (\S+) credit (\S+)$", text).groups()
    level = {"objective": objective, "target": target, "credit_percent": credit, "lower_is_better": least == "<="}
    contract.setdefault("service_levels", []).append(level)


def _doubt(kind: str, pointer: str, *said: str) -> Doubt:
    """`deceptive: /totals/gross 100.00 900.00` (shown, read), `breaks_rule: /totals/gross BR-CO-15`.

    `page_unread: /pages/2 It is a picture.`
    """
    if kind == DoubtKind.BREAKS_RULE:
        return Doubt(kind=DoubtKind.BREAKS_RULE, pointer=pointer, rule=said[0])
    if kind == DoubtKind.PAGE_UNREAD:
        return Doubt(kind=DoubtKind.PAGE_UNREAD, pointer=pointer, read=" ".join(said))
    return Doubt(kind=DoubtKind(kind), pointer=pointer, shown=said[0], read=said[1])


def _sum(body: dict) -> None:
    """Sums that a case does not state are worked out, so that a page states only what it is about."""
    if body["kind"] in {"packing_slip", "goods_receipt", "license_receipt", "contract"}:
        body.pop("totals", None)
        return
    totals = body["totals"]
    printed = [Decimal(line["net_amount"]) for line in body["lines"] if line.get("net_amount")]
    extra = sum((Decimal(charge["amount"]) for charge in body["charges"]), Decimal(0))
    off = sum((Decimal(allowance["amount"]) for allowance in body["allowances"]), Decimal(0))
    totals.setdefault("lines", str(sum(printed, Decimal(0))))
    totals.setdefault("charges", str(extra))
    totals.setdefault("allowances", str(off))
    totals.setdefault("net", str(Decimal(totals["lines"]) + extra - off))
    totals.setdefault("tax", "0.00")
    if totals["net"] is not None:
        totals.setdefault("gross", str(Decimal(totals["net"]) + Decimal(totals["tax"] or 0)))
    if totals.get("gross") is not None:
        totals.setdefault("due", totals["gross"])
