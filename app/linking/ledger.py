"""The ledger: what was billed on each order line, in the order in which the bills arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.documents.document import Correction, Document, Line
from app.documents.normal import number_key
from app.linking.amounts import charges_of, in_unit_of, is_amount_line, item_amount, net_amount
from app.linking.filed import Filed, Standing
from app.linking.headers import Heading, all_lines, heading
from app.linking.lines import Key, Partner, pair
from app.linking.link import AllocationKind, LineOf
from app.linking.shelf import Shelf

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What stood on an order line before an entry was posted."""

    quantity: Fraction = _ZERO
    item: Fraction = _ZERO
    net: Fraction = _ZERO
    charges: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One billed line, or the part of it that falls on one order line.

    `quantity` is in the order line's unit, signed (credits are negative), zero for corrections of price
    or amount, None where the units do not convert or the line is billed by amount alone. `share` is the
    part of the line that this entry is.
    """

    line: LineOf
    order: LineOf | None
    partner: Partner | None
    kind: AllocationKind
    quantity: Fraction | None
    item: Fraction | None
    net: Fraction | None
    charges: Mapping[str, Fraction]
    share: Fraction
    refers_to: str | None
    before: Before = field(default_factory=Before)

    @property
    def number(self) -> str | None:
        """The bill's own number in one form."""
        return number_key(self.line.document.number)


@dataclass(slots=True)
class Account:
    """What stands on one order line so far."""

    quantity: Fraction = _ZERO
    item: Fraction = _ZERO
    net: Fraction = _ZERO
    charges: dict[str, Fraction] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def before(self) -> Before:
        """What stands here now, to be kept with the next entry."""
        return Before(quantity=self.quantity, item=self.item, net=self.net, charges=dict(self.charges))

    def post(self, entry: Entry) -> None:
        """Add an entry."""
        self.quantity += entry.quantity or _ZERO
        self.item += entry.item or _ZERO
        self.net += entry.net or _ZERO
        for code, amount in entry.charges.items():
            self.charges[code] = self.charges.get(code, _ZERO) + amount
        self.entries.append(entry)


@dataclass(slots=True)
class Ledger:
    """The bills of the orders concerned, posted one after the other."""

    shelf: Shelf
    accounts: dict[Key, Account] = field(default_factory=dict)
    headings: dict[str, Heading] = field(default_factory=dict)
    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)

    def account(self, order_line: LineOf) -> Account:
        """The account of an order line."""
        return self.accounts.setdefault(order_line.key, Account())

    def is_open(self, order: Filed) -> bool:
        """Whether any line of the order has something left to bill."""
        return any(self.left(line) > 0 for line in all_lines([order]))

    def left(self, order_line: LineOf) -> Fraction:
        """What is ordered and not billed yet; by amount where the line has no quantity."""
        account = self.account(order_line)
        if is_amount_line(order_line.line):
            return (net_amount(order_line.line) or _ZERO) - account.net
        return ordered(order_line.line) - account.quantity

    def post(self, bill: Filed) -> tuple[Entry, ...]:
        """Link a bill and post its lines; a void one is linked but leaves the accounts alone."""
        counts = bill.standing is not Standing.VOID
        found = heading(bill, self.shelf, is_open=self.is_open)
        self.headings[bill.id] = found
        partners = pair(all_lines([bill]), all_lines(found.orders)) if found.orders else {}
        posted: list[Entry] = []
        for line in all_lines([bill]):
            for entry in self._parts(line, partners.get(line.key)):
                if entry.order is None:
                    posted.append(entry)
                    continue
                account = self.account(entry.order)
                posted.append(replace(entry, before=account.before()))
                if counts:
                    account.post(posted[-1])
        self.entries[bill.id] = tuple(posted)
        return self.entries[bill.id]

    def _parts(self, line: LineOf, partner: Partner | None) -> list[Entry]:
        """The line's entries: one, or several where it fills up several equal order lines."""
        if partner is None:
            return [_entry(line, None, None, Fraction(1))]
        shares = self._spread(line, partner.pool)
        return [_entry(line, order, partner, share) for order, share in shares]

    def _spread(self, line: LineOf, pool: Sequence[LineOf]) -> list[tuple[LineOf, Fraction]]:
        """How a line's quantity falls on equal order lines: each filled up in turn, the rest on the last one."""
        quantity = in_unit_of(line.line, line.line.quantity, pool[0].line)
        if len(pool) == 1 or not quantity or quantity < 0 or line.document.correction:
            return [(pool[0], Fraction(1))]
        if line.document.kind == "credit_note":
            billed = [other for other in reversed(pool) if self.account(other).quantity > 0]
            return _fill(quantity, [(other, self.account(other).quantity) for other in billed] or [(pool[0], quantity)])
        return _fill(quantity, [(other, self.left(other)) for other in pool])


def _fill(quantity: Fraction, rooms: Sequence[tuple[LineOf, Fraction]]) -> list[tuple[LineOf, Fraction]]:
    shares: list[tuple[LineOf, Fraction]] = []
    rest = quantity
    for at, (line, room) in enumerate(rooms):
        last = at == len(rooms) - 1
        part = rest if last else min(rest, max(room, _ZERO))
        if part > 0:
            shares.append((line, part / quantity))
            rest -= part
    return shares


def _entry(line: LineOf, order: LineOf | None, partner: Partner | None, share: Fraction) -> Entry:
    kind = kind_of(line)
    sign = sign_of(line.document)
    item, net = item_amount(line.line), net_amount(line.line)
    quantity = in_unit_of(line.line, line.line.quantity, order.line if order else line.line)
    if kind in {AllocationKind.PRICE_CORR, AllocationKind.AMOUNT_CORR}:
        quantity = _ZERO
    elif is_amount_line(line.line):
        quantity = None
    return Entry(
        line=line,
        order=order,
        partner=partner,
        kind=kind,
        quantity=None if quantity is None else sign * quantity * share,
        item=None if item is None else sign * item * share,
        net=None if net is None else sign * net * share,
        charges={code: sign * amount * share for code, amount in charges_of(line.line.charges).items()},
        share=share,
        refers_to=number_key(line.document.references.preceding_invoice),
    )


def sign_of(document: Document) -> int:
    """+1 where the paper's figures count as they stand, −1 where the kind turns them round.

    A credit note's figures are positive; one that prints them negative says the same twice.
    """
    if document.kind != "credit_note":
        return 1
    total = document.totals.gross if document.totals.gross is not None else document.totals.net
    return 1 if total is not None and total < 0 else -1


def kind_of(line: LineOf) -> AllocationKind:
    """What the line does to the order line: bills, takes back, or corrects."""
    if line.document.correction is Correction.PRICE:
        return AllocationKind.PRICE_CORR
    if line.document.kind == "credit_note":
        return AllocationKind.AMOUNT_CORR if is_amount_line(line.line) else AllocationKind.QTY_CREDIT
    return AllocationKind.BILL


def ordered(line: Line) -> Fraction:
    """What is ordered, less what was cancelled."""
    return Fraction(line.quantity or 0) - Fraction(line.cancelled_quantity or 0)
