"""The voucher: an invoice with the documents that back it, line by line, with the exact cumulative figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from app.linking.amounts import charges_of, is_amount_line, item_amount, net_amount
from app.linking.conventions import Conventions, PriceBasis
from app.linking.filed import Filed
from app.linking.headers import Heading
from app.linking.keys import KeyClash
from app.linking.ledger import Entry, ordered
from app.linking.link import Allocation, AllocationKind, Basis, LineOf, Link
from app.linking.past import PastRun, StaleRelease
from app.linking.proofs import Proof
from app.registers import NOTHING, Facts

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherLine:
    """An invoice line on its order line, with what backs it. A line split over equal order lines stands once for each.

    Quantities are in the order line's unit (`unit`), exact; amounts in the invoice's currency, unrounded.
    Letters in brackets are those of the standard. None: not known (no order line, units that do not convert).

    Attributes:
        line: the invoice line.
        order: the order line it belongs to.
        basis: what that link rests on.
        ambiguous_with: other order lines that fit as well.
        kind: what the line does: bill, take back, correct.
        share: which part of the invoice line this is.
        quantity: billed here (q); negative where the line takes back.
        item: what is asked for the goods alone, discounts off; signed like `quantity`.
        charges: the line's own charges by code.
        billed_before: billed earlier and live, less credits (B⁻).
        item_before, net_before, charges_before: the same in money.
        corrected: quantity and amount of the billed lines that a price correction speaks of.
        receipts, drafts, slips, licenses: the proofs on the order line.
        quote: the quote's line for the order line.
        contract: the contract's line (its price list) for the order line.
        match_way: how many papers must agree.
        price_basis: what a unit price holds.
    """

    line: LineOf
    order: LineOf | None = None
    basis: Basis | None = None
    ambiguous_with: tuple[LineOf, ...] = ()
    kind: AllocationKind = AllocationKind.BILL
    share: Fraction = Fraction(1)
    unit: str | None = None
    quantity: Fraction | None = None
    item: Fraction | None = None
    net: Fraction | None = None
    charges: Mapping[str, Fraction] = field(default_factory=dict)
    billed_before: Fraction = _ZERO
    item_before: Fraction = _ZERO
    net_before: Fraction = _ZERO
    charges_before: Mapping[str, Fraction] = field(default_factory=dict)
    corrected: tuple[Fraction, Fraction] | None = None
    history: tuple[Entry, ...] = ()
    receipts: tuple[Proof, ...] = ()
    drafts: tuple[Proof, ...] = ()
    slips: tuple[Proof, ...] = ()
    licenses: tuple[Proof, ...] = ()
    quote: LineOf | None = None
    contract: LineOf | None = None
    match_way: int = 3
    price_basis: PriceBasis = PriceBasis.NET

    @property
    def id(self) -> str:
        """The invoice line's number."""
        return self.line.id

    @property
    def order_id(self) -> str | None:
        """The order line's number."""
        return self.order.id if self.order else None

    @property
    def by_amount(self) -> bool:
        """Whether the line counts by its amount alone."""
        return is_amount_line(self.line.line) or (self.order is not None and is_amount_line(self.order.line))

    @property
    def bills(self) -> bool:
        """Whether the line asks money for goods (and does not take back or correct)."""
        return self.kind is AllocationKind.BILL and (self.quantity is None or self.quantity > 0)

    @property
    def ordered(self) -> Fraction:
        """Ordered less cancelled (O)."""
        return ordered(self.order.line) if self.order else _ZERO

    @property
    def billed(self) -> Fraction:
        """Billed with this line (B)."""
        return self.billed_before + (self.quantity or _ZERO)

    @property
    def received(self) -> Fraction | None:
        """Received less returned (R)."""
        return _total(proof.quantity for proof in self.receipts)

    @property
    def accepted(self) -> Fraction | None:
        """Received less returned and rejected (A)."""
        return _total(proof.accepted for proof in self.receipts)

    @property
    def drafted(self) -> Fraction | None:
        """On receipts that are not posted yet."""
        return _total(proof.quantity for proof in self.drafts)

    @property
    def entitled(self) -> Fraction | None:
        """Software rights received."""
        return _total(proof.quantity for proof in self.licenses)

    def planned(self, code: str) -> Fraction:
        """What the order line plans for a charge, in all."""
        return self.planned_charges.get(code, _ZERO)

    @property
    def planned_charges(self) -> Mapping[str, Fraction]:
        """The charges that the order line plans, by code."""
        return charges_of(self.order.line.charges) if self.order else {}

    @property
    def item_price(self) -> Fraction | None:
        """The agreed unit price of the item alone, discounts off, price base quantity divided out."""
        return self._agreed(with_charges=False)

    @property
    def price(self) -> Fraction | None:
        """The agreed unit price in the policy's price basis (P)."""
        return self._agreed(with_charges=self.price_basis is PriceBasis.NET)

    def _agreed(self, *, with_charges: bool) -> Fraction | None:
        if self.order is None or self.by_amount:
            return None
        line = self.order.line
        amount = item_amount(line)
        if amount is None or not line.quantity:
            return (
                None if line.unit_price is None else Fraction(line.unit_price) / Fraction(line.price_base_quantity or 1)
            )
        planned = sum(self.planned_charges.values(), _ZERO) if with_charges else _ZERO
        return (amount + planned) / Fraction(line.quantity)

    @property
    def effective(self) -> Fraction | None:
        """The effective unit price: this line with the price corrections that refer to it (E).

        For a price correction it is that of the lines it corrects. Charges that the order does not plan
        are left out: they are a finding of their own.
        """
        if self.by_amount:
            return None
        if self.corrected is not None:
            quantity, amount = self.corrected
            return amount / quantity if quantity else None
        if not self.quantity or self.item is None:
            return None
        return (self.item + self._planned_part()) / self.quantity

    def _planned_part(self) -> Fraction:
        if self.price_basis is PriceBasis.ITEM:
            return _ZERO
        planned = self.planned_charges
        return sum((amount for code, amount in self.charges.items() if code in planned), _ZERO)

    @property
    def billed_amount(self) -> Fraction | None:
        """Billed on the order line with this line (C)."""
        if self.price_basis is PriceBasis.NET:
            return None if self.net is None else self.net_before + self.net
        return None if self.item is None else self.item_before + self.item

    @property
    def order_amount(self) -> Fraction | None:
        """The order line's amount (L), with the planned charges if prices are net."""
        if self.order is None:
            return None
        line = self.order.line
        if self.by_amount:
            return net_amount(line)
        price = self._agreed(with_charges=self.price_basis is PriceBasis.NET)
        return None if price is None else price * self.ordered

    @property
    def price_variance(self) -> Fraction | None:
        """What was asked on the order line so far beyond the agreed price of what was billed, this line included."""
        price = self.price
        if price is None or self.item is None:
            return None
        planned = _ZERO
        if self.price_basis is PriceBasis.NET:
            before = sum((self.charges_before.get(code, _ZERO) for code in self.planned_charges), _ZERO)
            planned = before + self._planned_part()
        return self.item_before + self.item + planned - price * self.billed


def _total(parts: Iterable[Fraction | None]) -> Fraction | None:
    """The sum, or None where one part is not known."""
    total = _ZERO
    for part in parts:
        if part is None:
            return None
        total += part
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """An invoice (or credit note) with everything that backs it, as of a day.

    Attributes:
        earlier: live invoices and credit notes of the same orders that arrived before it.
        duplicates: live bills that arrived before it and share its number, or its supplier and amount.
        heading: how the orders were found, and the numbers that were not.
        later_versions: versions of its orders that came after it.
        key_clashes: license keys of this voucher that an earlier purchase holds.
        billed_on_orders: what was billed on each order (by id) before it, without tax.
        history: the bills of its supplier that arrived before it, void ones too.
        offers: quotes of any supplier for items of its orders that held when the order was placed.
        costs: papers that show what its supplier paid for what it sells on: they are addressed to the supplier.
        entitlements: every license receipt on file, of any order.
        placed: every order of its supplier, in the version in force.
        past: what earlier matches found, of this invoice and of others of its supplier's.
        stale: waivers on this invoice that no longer cover the facts.
        same_account: bills that arrived before it and are to be paid to the same account, whoever sent them.
        facts: what the registers said, from outside the papers.
    """

    invoice: Filed
    as_of: date
    orders: tuple[Filed, ...] = ()
    quotes: tuple[Filed, ...] = ()
    slips: tuple[Filed, ...] = ()
    receipts: tuple[Filed, ...] = ()
    licenses: tuple[Filed, ...] = ()
    contracts: tuple[Filed, ...] = ()
    earlier: tuple[Filed, ...] = ()
    duplicates: tuple[Filed, ...] = ()
    links: tuple[Link, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    lines: tuple[VoucherLine, ...] = ()
    heading: Heading = field(default_factory=Heading)
    later_versions: tuple[Filed, ...] = ()
    key_clashes: tuple[KeyClash, ...] = ()
    history: tuple[Filed, ...] = ()
    billed_on_orders: tuple[tuple[str, Fraction], ...] = ()
    offers: tuple[Filed, ...] = ()
    costs: tuple[Filed, ...] = ()
    entitlements: tuple[Filed, ...] = ()
    placed: tuple[Filed, ...] = ()
    past: tuple[PastRun, ...] = ()
    stale: tuple[StaleRelease, ...] = ()
    same_account: tuple[Filed, ...] = ()
    facts: Facts = NOTHING
    conventions: Conventions = field(default_factory=Conventions)

    @property
    def currency(self) -> str:
        """The invoice's currency; its order's where it names none, else XXX (no currency)."""
        named = [self.invoice.document.currency, *(order.document.currency for order in self.orders)]
        return next((currency for currency in named if currency), "XXX")

    @property
    def is_credit(self) -> bool:
        """Whether the document gives money back."""
        return self.invoice.document.kind == "credit_note"

    def order_of(self, line: VoucherLine) -> Filed | None:
        """The order of a line."""
        return line.order.filed if line.order else None

    def lines_of(self, order: Filed) -> Sequence[VoucherLine]:
        """The lines that belong to one order."""
        return [line for line in self.lines if line.order is not None and line.order.filed.id == order.id]
