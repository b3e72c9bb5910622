"""The policy: every tolerance and every number that a rule goes by, dated and versioned."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.documents.document import Party
from app.documents.money import exact
from app.documents.normal import name_key, number_key
from app.errors import MalformedError
from app.linking.conventions import Conventions, PriceBasis, ReceiptProof
from app.linking.voucher import Voucher, VoucherLine
from app.matching.tolerance import NOTHING_UP, UNCHECKED, Tolerance

#: What can be judged by a tolerance, with what holds where no policy says otherwise.
METRICS: Mapping[str, Tolerance] = {
    "price": NOTHING_UP,
    "quantity": NOTHING_UP,
    "quantity_ordered": NOTHING_UP,
    "quantity_value": UNCHECKED,
    "line_total": UNCHECKED,
    "charges": UNCHECKED,
    "totals": UNCHECKED,
    "po_total": UNCHECKED,
    "fx": UNCHECKED,
    "arithmetic": Tolerance(up_abs=Decimal("0.02"), lo_abs=Decimal("0.02")),
    "tax": UNCHECKED,
    "quote": NOTHING_UP,
    "contract": NOTHING_UP,
    "license": NOTHING_UP,
    "slip": Tolerance(up_abs=Decimal(0), lo_abs=Decimal(0)),
    "catch_weight": UNCHECKED,
}

# A metric that was given decides alone where its finer sister was not given.
_DECIDES_ALONE = {"quantity_value": "quantity", "line_total": "price"}

_SCOPES = ("order_line", "contract", "supplier", "item", "category", "entity")
# The most specific first; a scope names what an override's conditions are, no more and no less.
_SPECIFICITY: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"order_line"}), "order line"),
    (frozenset({"contract"}), "contract"),
    (frozenset({"supplier", "item"}), "supplier and item"),
    (frozenset({"supplier", "category"}), "supplier and category"),
    (frozenset({"item"}), "item"),
    (frozenset({"category"}), "category"),
    (frozenset({"supplier"}), "supplier"),
    (frozenset({"entity"}), "entity"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Tolerances for one supplier, item, contract …: `scope` says for which."""

    scope: Mapping[str, str]
    tolerances: Mapping[str, Tolerance]

    @property
    def rank(self) -> int:
        """The place in the order of specificity, 0 the most specific."""
        return next(at for at, (names, _) in enumerate(_SPECIFICITY) if names == set(self.scope))

    def applies(self, voucher: Voucher, line: VoucherLine | None) -> bool:
        """Whether the override speaks of this line (or of this voucher as a whole)."""
        return all(_APPLIES[name](value, voucher, line) for name, value in self.scope.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How strictly vouchers are judged.

    Attributes:
        version: the policy's own number, stored with every match.
        effective_from: the day from which it holds.
        tolerances: one object per metric, as merged with the defaults.
        overrides: what holds instead for some suppliers, items, contracts …
        price_basis: whether unit prices hold charges and discounts (net) or the item alone.
        receipt_proof: whether packing slips stand for receipts where an order has none.
        match_way: how many papers must agree where the order does not say.
        order_required: whether an invoice needs an order.
        seller_id_required: whether an invoice needs the seller's tax or registration number.
        name_similarity: from which likeness (0 to 100) two names are one company.
        duplicate_days: how far apart two bills of one number are the same bill.
        same_amount_days: how close two bills of one amount look like the same bill.
        similar_least: the shortest number of which one sign may be misread.
        stale_days: from which age an invoice is stale.
        future_days: how far ahead an invoice may be dated.
        term_days: how far a license's term may lie from the ordered one.
        year_days: how many days a yearly price stands for.
        quote_days: how long a quote without an end of its own backs an order that does not name it.
        quotes_required: how many independent quotes an order needs from `quotes_above` on.
        quotes_above: the order value from which quotes are needed.
        base_factor_slack: how close (%) to a whole factor a price must lie to be a mistake of its base.
        base_factors: the factors by which prices are mistaken (each, ten, dozen, hundred …).
        least_score: below which score a figure that was read is not sure.
        entities: the companies whose purchases are audited, by name or tax identifier.
        blocked_suppliers: suppliers that nothing is paid to, by name or tax identifier.
        sanctioned: parties that must not be paid, by name or tax identifier.
        required_papers: what every order needs: quote, packing_slip, goods_receipt, license_receipt, contract.
        bank_days: how long a new account of a supplier needs the call-back of a second person.
        credit_days: how long a supplier has to credit what went back after it was paid.
        pool_cap: what tolerated differences of one supplier may add up to within `pool_days`; unchecked where null.
        pool_days: the window of that.
        approval_limit: the value from which an order (or a bill without one) needs approval; unchecked where null.
        split_days: how close papers of one supplier must lie to look like one that was split below that limit.
        home_currency: the currency that the company reckons in, for losses by exchange rates.
        pattern_least: from which score (0 to 1) odd patterns are told; unchecked where null.
        dormant_days: after how long without a bill a supplier counts as dormant.
        creep_percent: how far a price may rise in all within `creep_days`, step by step; unchecked where null.
        creep_days: the window of that.
        sample_percent: the share of invoices drawn for review; none where null.
        sample_full_value: the sum from which that share holds in full; smaller invoices are drawn less often.
        waiver_limit: what one person may let pass of an invoice in all, in the invoice's own currency; beyond it
            a second person has to agree. Where null, one person is always enough.
    """

    version: str = "2026-1"
    effective_from: date | None = date(2026, 1, 1)
    tolerances: Mapping[str, Tolerance] = field(default_factory=lambda: dict(METRICS))
    overrides: tuple[Override, ...] = ()
    price_basis: PriceBasis = PriceBasis.NET
    receipt_proof: ReceiptProof = ReceiptProof.SLIP_IF_NO_RECEIPT
    match_way: int = 3
    order_required: bool = True
    seller_id_required: bool = False
    name_similarity: int = 90
    duplicate_days: int = 365
    same_amount_days: int = 3
    similar_least: int = 5
    stale_days: int = 180
    future_days: int = 7
    term_days: int = 3
    year_days: int = 365
    quote_days: int = 90
    quotes_required: int = 0
    quotes_above: Decimal | None = None
    base_factor_slack: Decimal = Decimal("0.5")
    base_factors: tuple[int, ...] = (10, 12, 100, 144, 1000)
    least_score: Decimal | None = None
    entities: tuple[str, ...] = ()
    blocked_suppliers: tuple[str, ...] = ()
    sanctioned: tuple[str, ...] = ()
    required_papers: tuple[str, ...] = ()
    bank_days: int = 30
    credit_days: int = 14
    pool_cap: Decimal | None = None
    pool_days: int = 365
    approval_limit: Decimal | None = None
    split_days: int = 7
    home_currency: str | None = None
    pattern_least: Decimal | None = Decimal("0.5")
    dormant_days: int = 365
    creep_percent: Decimal | None = None
    creep_days: int = 365
    sample_percent: Decimal | None = None
    sample_full_value: Decimal | None = None
    waiver_limit: Decimal | None = Decimal(1000)

    @property
    def conventions(self) -> Conventions:
        """What linking needs of the policy, as plain values."""
        return Conventions(
            price_basis=self.price_basis,
            receipt_proof=self.receipt_proof,
            match_way=self.match_way,
            name_similarity=self.name_similarity,
            quote_days=self.quote_days,
        )

    @property
    def own_companies(self) -> tuple[Party, ...]:
        """The companies whose purchases are audited, each known by its name or its tax identifier."""
        return tuple(named_party(name) for name in self.entities)

    def tolerance(self, metric: str, voucher: Voucher, line: VoucherLine | None = None) -> Tolerance:
        """The one tolerance that holds for the metric here: the most specific override, else the policy's own."""
        found = [o for o in self.overrides if metric in o.tolerances and o.applies(voucher, line)]
        if found:
            return min(found, key=lambda override: override.rank).tolerances[metric]
        return self.tolerances[metric]

    @classmethod
    def parse(cls, value: object, pointer: str = "", *, source: str = "policy") -> "Policy":
        """From the JSON object of a policy; what is not given keeps its default, metric by metric.

        `source` names the object itself, in the limits that findings report.

        Raises:
            MalformedError: names the place; unknown keys and JSON numbers for limits are refused.
        """
        if not isinstance(value, dict):
            raise MalformedError(pointer, "a policy is an object")
        given: dict[str, Any] = {}
        tolerances: dict[str, Tolerance] = {}
        for name, entry in value.items():
            place = f"{pointer}/{name}"
            if name in METRICS:
                tolerances[name] = _tolerance(entry, place, source)
            elif name == "overrides":
                given[name] = _overrides(entry, place)
            elif name in _SETTINGS:
                given[name] = _setting(name, entry, place)
            else:
                raise MalformedError(place, "unknown key of a policy")
        return cls(tolerances=_merged(tolerances, source), **given)

    @classmethod
    def load(cls, path: Path, *, on: date | None = None) -> "Policy":
        """From a TOML file with one `[[policy]]` a version: the last one in force on that day (or at all).

        Raises:
            MalformedError: names the place in the file.
        """
        try:
            versions = tomllib.loads(path.read_text(encoding="utf-8")).get("policy", [])
        except tomllib.TOMLDecodeError as error:
            raise MalformedError("", f"not TOML: {error}") from error
        policies = [cls.parse(version, f"/policy/{at}", source="default") for at, version in enumerate(versions)]
        held = [p for p in policies if on is None or p.effective_from is None or p.effective_from <= on]
        if not held:
            raise MalformedError("/policy", "no policy is in force")
        return max(held, key=lambda policy: policy.effective_from or date.min)


def named_party(name: str) -> Party:
    """A party of which a list gives either the tax identifier or the name."""
    is_tax = name[:2].isalpha() and name.isalnum() and any(sign.isdigit() for sign in name)
    return Party(vat_id=name) if is_tax else Party(name=name)


def _tolerance(entry: object, pointer: str, source: str) -> Tolerance:
    """A metric that is null is not checked."""
    return replace(UNCHECKED, source=source) if entry is None else Tolerance.parse(entry, pointer, source=source)


def _merged(given: Mapping[str, Tolerance], source: str) -> dict[str, Tolerance]:
    merged = {**METRICS, **given}
    for coarse, fine in _DECIDES_ALONE.items():
        if coarse in given and given[coarse].is_checked and fine not in given:
            merged[fine] = replace(UNCHECKED, source=source)
    return merged


def _overrides(value: object, pointer: str) -> tuple[Override, ...]:
    if not isinstance(value, list):
        raise MalformedError(pointer, "a list is expected here")
    return tuple(_override(entry, f"{pointer}/{at}") for at, entry in enumerate(value))


def _override(value: object, pointer: str) -> Override:
    if not isinstance(value, dict):
        raise MalformedError(pointer, "an object is expected here")
    scope: dict[str, str] = {}
    given: dict[str, object] = {}
    for name, entry in value.items():
        if name in _SCOPES and isinstance(entry, str):
            scope[name] = entry
        elif name in METRICS:
            given[name] = entry
        else:
            raise MalformedError(f"{pointer}/{name}", "unknown key of an override")
    source = next((named for names, named in _SPECIFICITY if names == set(scope)), None)
    if source is None:
        raise MalformedError(pointer, "names order_line, contract, supplier, item, category or entity")
    tolerances = {
        name: replace(UNCHECKED, source=source)
        if entry is None
        else Tolerance.parse(entry, f"{pointer}/{name}", source=source)
        for name, entry in given.items()
    }
    return Override(scope=scope, tolerances=tolerances)


_SETTINGS = {entry.name: entry.type for entry in fields(Policy) if entry.name not in {"tolerances", "overrides"}}
_MOST = 10**6
# Where a whole number has a sense of its own: likeness in percent, papers that must agree, days of a century.
_AT_MOST = {"name_similarity": 100, "match_way": 4} | {name: 36_525 for name in _SETTINGS if name.endswith("_days")}


def _setting(name: str, entry: object, pointer: str) -> Any:
    readers = {int: _whole, bool: _flag, str: _text, PriceBasis: _basis, ReceiptProof: _proof}
    kind = _SETTINGS[name]
    if kind in readers:
        if isinstance(entry, int) and entry > _AT_MOST.get(name, _MOST):
            raise MalformedError(pointer, f"at most {_AT_MOST.get(name, _MOST)}")
        return readers[kind](entry, pointer)
    if name == "effective_from":
        return _day(entry, pointer)
    if name == "base_factors":
        return _factors(entry, pointer)
    if name in {"entities", "blocked_suppliers", "sanctioned", "required_papers"}:
        return _names(entry, pointer)
    if name == "home_currency":
        return None if entry is None else _text(entry, pointer)
    return None if entry is None and name != "base_factor_slack" else exact(entry, pointer)


def _whole(entry: object, pointer: str) -> int:
    if isinstance(entry, bool) or not isinstance(entry, int) or not 0 <= entry < _MOST:
        raise MalformedError(pointer, "a whole number is expected here")
    return entry


def _flag(entry: object, pointer: str) -> bool:
    if not isinstance(entry, bool):
        raise MalformedError(pointer, "true or false is expected here")
    return entry


def _text(entry: object, pointer: str) -> str:
    if not isinstance(entry, str) or not entry:
        raise MalformedError(pointer, "a string is expected here")
    return entry


def _basis(entry: object, pointer: str) -> PriceBasis:
    if not isinstance(entry, str) or entry not in set(PriceBasis):
        raise MalformedError(pointer, "one of net, item")
    return PriceBasis(entry)


def _proof(entry: object, pointer: str) -> ReceiptProof:
    if not isinstance(entry, str) or entry not in set(ReceiptProof):
        raise MalformedError(pointer, f"one of {', '.join(ReceiptProof)}")
    return ReceiptProof(entry)


def _day(entry: object, pointer: str) -> date | None:
    if entry is None or (isinstance(entry, date)):
        return entry
    try:
        return date.fromisoformat(str(entry))
    except ValueError:
        raise MalformedError(pointer, "not a date such as 2026-10-30") from None


def _factors(entry: object, pointer: str) -> tuple[int, ...]:
    if not isinstance(entry, list):
        raise MalformedError(pointer, "a list is expected here")
    return tuple(_whole(factor, f"{pointer}/{at}") for at, factor in enumerate(entry))


def _names(entry: object, pointer: str) -> tuple[str, ...]:
    if not isinstance(entry, list):
        raise MalformedError(pointer, "a list is expected here")
    return tuple(_text(name, f"{pointer}/{at}") for at, name in enumerate(entry))


def _of_party(value: str, party: Party) -> bool:
    key = number_key(value)
    return key in {number_key(party.vat_id), number_key(party.id), number_key(party.legal_id)} or name_key(
        value
    ) == name_key(party.name)


def _of_order_line(value: str, _voucher: Voucher, line: VoucherLine | None) -> bool:
    if line is None or line.order is None:
        return False
    return number_key(value) == number_key(f"{line.order.document.number}{line.order.id}")


def _of_contract(value: str, voucher: Voucher, _line: VoucherLine | None) -> bool:
    papers = (voucher.invoice, *voucher.orders)
    return number_key(value) in {number_key(paper.document.references.contract) for paper in papers}


def _of_item(value: str, _voucher: Voucher, line: VoucherLine | None) -> bool:
    if line is None:
        return False
    papers = [line.line.line, *([line.order.line] if line.order else [])]
    named = {number_key(i) for p in papers for i in (p.buyer_item_id, p.seller_item_id, p.gtin)}
    return number_key(value) in named - {None}


def _of_category(value: str, _voucher: Voucher, line: VoucherLine | None) -> bool:
    if line is None:
        return False
    papers = [line.line.line, *([line.order.line] if line.order else [])]
    return value.casefold() in {paper.category.casefold() for paper in papers if paper.category}


def _of_supplier(value: str, voucher: Voucher, _line: VoucherLine | None) -> bool:
    return _of_party(value, voucher.invoice.document.supplier)


def _of_entity(value: str, voucher: Voucher, _line: VoucherLine | None) -> bool:
    return _of_party(value, voucher.invoice.document.buyer)


_APPLIES: Mapping[str, Callable[[str, Voucher, VoucherLine | None], bool]] = {
    "order_line": _of_order_line,
    "contract": _of_contract,
    "supplier": _of_supplier,
    "item": _of_item,
    "category": _of_category,
    "entity": _of_entity,
}
