"""The allocation of bills to receipts: each thing that came is billed once.

The bills of the orders are replayed in the order of their arrival. Each line takes the receipts it
names, then the oldest free ones; a credit gives back what the bill it refers to had taken, else the
latest. A bill that is void now took its receipts when it came and gave them back since: so what later
bills hold stays theirs. What finds no receipt is left over, on the latest bill, not on all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.documents.money import decimal_of
from app.documents.normal import number_key
from app.linking.filed import Filed, Standing
from app.linking.ledger import Entry, Ledger
from app.linking.lines import Key
from app.linking.link import Allocation, AllocationKind
from app.linking.proofs import Proof, Proofs

_ZERO = Fraction(0)


@dataclass(slots=True)
class _Taken:
    """So much of a proof, taken by an entry."""

    entry: Entry
    proof: int
    quantity: Fraction


@dataclass(slots=True)
class _Stock:
    """The proofs of one order line and what is still free of each."""

    proofs: tuple[Proof, ...]
    free: list[Fraction]
    taken: list[_Taken] = field(default_factory=list)
    first: int = 0

    def take(self, entry: Entry, wanted: Fraction) -> Fraction:
        """Take what is wanted, from the named proofs first; gives back what was not there."""
        named = _named(entry)
        for at in self._order(named):
            if wanted <= 0:
                break
            part = min(wanted, self.free[at])
            if part > 0:
                self.free[at] -= part
                self.taken.append(_Taken(entry, at, part))
                wanted -= part
        while self.first < len(self.free) and self.free[self.first] <= 0:
            self.first += 1
        return wanted

    def _order(self, named: frozenset[str]) -> list[int]:
        rest = range(self.first, len(self.proofs))
        if not named:
            return list(rest)
        own = [at for at, proof in enumerate(self.proofs) if number_key(proof.line.document.number) in named]
        return own + [at for at in rest if at not in own]

    def give_back(self, quantity: Fraction, *, of: str | None) -> None:
        """Free what a bill had taken, the latest first; where it is not named, of all bills."""
        for entry in reversed(self.taken):
            if quantity <= 0:
                break
            if of is None or entry.entry.number == of:
                part = min(quantity, entry.quantity)
                entry.quantity -= part
                self.free[entry.proof] += part
                quantity -= part
        self.taken = [entry for entry in self.taken if entry.quantity > 0]
        self.first = 0


def allocate(bills: Sequence[Filed], invoice: Filed, ledger: Ledger, proofs: Proofs) -> tuple[Allocation, ...]:
    """The rows of the invoice, after every bill before it has taken its part."""
    stocks: dict[Key, _Stock] = {}
    short: list[tuple[Entry, Fraction]] = []
    for bill in bills:
        for entry in ledger.entries.get(bill.id, ()):
            left = _book(entry, stocks, proofs)
            if left > 0 and bill.standing is not Standing.VOID:
                short.append((entry, left))
    voided = {bill.id for bill in bills if bill.standing is Standing.VOID}
    for stock in stocks.values():
        for taken in [taken for taken in stock.taken if taken.entry.line.filed.id in voided]:
            stock.free[taken.proof] += taken.quantity
            taken.quantity = _ZERO
        stock.taken = [taken for taken in stock.taken if taken.quantity > 0]
        stock.first = 0
    for entry, left in short:
        if entry.order is not None and voided:
            _stock(entry, stocks, proofs).take(entry, left)
    return tuple(row for entry in ledger.entries[invoice.id] for row in _rows(entry, stocks, proofs))


def _stock(entry: Entry, stocks: dict[Key, _Stock], proofs: Proofs) -> _Stock:
    key = entry.order.key if entry.order else entry.line.key
    if key not in stocks:
        found = proofs.receipts.get(key) or proofs.licenses.get(key) or []
        stocks[key] = _stocked(found)
    return stocks[key]


def _stocked(found: Sequence[Proof]) -> _Stock:
    ordered = sorted(found, key=lambda proof: (str(proof.line.document.issue_date or ""), proof.line.filed.sequence))
    came = tuple(proof for proof in ordered if (proof.quantity or _ZERO) > 0)
    stock = _Stock(came, [proof.quantity or _ZERO for proof in came])
    for back in (proof for proof in ordered if (proof.quantity or _ZERO) < 0):
        _return(back, stock)
    return stock


def _return(back: Proof, stock: _Stock) -> None:
    """Goods that went back come off the receipt they name, else off the latest."""
    rest = -(back.quantity or _ZERO)
    named = number_key(back.line.line.receiving_advice or back.line.document.references.receiving_advice)
    own = [at for at, proof in enumerate(stock.proofs) if named and number_key(proof.line.document.number) == named]
    for at in [*own, *(at for at in reversed(range(len(stock.proofs))) if at not in own)]:
        part = min(rest, stock.free[at])
        stock.free[at] -= part
        rest -= part


def _book(entry: Entry, stocks: dict[Key, _Stock], proofs: Proofs) -> Fraction:
    """Let an entry take or give back; what it could not take is left."""
    if entry.order is None or not entry.quantity:
        return _ZERO
    stock = _stock(entry, stocks, proofs)
    if entry.quantity < 0:
        stock.give_back(-entry.quantity, of=entry.refers_to)
        return _ZERO
    return stock.take(entry, entry.quantity)


def _rows(entry: Entry, stocks: dict[Key, _Stock], proofs: Proofs) -> list[Allocation]:
    left = _book(entry, stocks, proofs)
    taken = [t for t in _stock(entry, stocks, proofs).taken if t.entry is entry] if entry.order else []
    rows = [_row(entry, t.quantity, stocks[entry.order.key].proofs[t.proof]) for t in taken if entry.order]
    if left > 0 or not rows:
        rows.append(_row(entry, left if rows or (entry.quantity or 0) > 0 else entry.quantity or _ZERO, None))
    return rows


def _row(entry: Entry, quantity: Fraction, proof: Proof | None) -> Allocation:
    license_ = proof is not None and proof.line.document.kind == "license_receipt"
    share = quantity / entry.quantity if entry.quantity else Fraction(1)
    paper = (proof.line.filed.id, proof.line.id) if proof is not None else (None, None)
    return Allocation(
        kind=entry.kind if entry.kind is not AllocationKind.BILL or quantity >= 0 else AllocationKind.QTY_CREDIT,
        invoice=entry.line.filed.id,
        line=entry.line.id,
        order=entry.order.filed.id if entry.order else None,
        order_line=entry.order.id if entry.order else None,
        receipt=None if license_ else paper[0],
        receipt_line=None if license_ else paper[1],
        license=paper[0] if license_ else None,
        license_line=paper[1] if license_ else None,
        quantity=decimal_of(quantity, 12),
        unit=entry.order.line.unit if entry.order else entry.line.line.unit,
        amount=decimal_of((entry.net or _ZERO) * share, 12),
    )


def _named(entry: Entry) -> frozenset[str]:
    """The receipts and slips that a bill's line names, or else its head."""
    line, head = entry.line.line, entry.line.document.references
    own = [number_key(line.receiving_advice), number_key(line.despatch_advice)]
    whole = [number_key(head.receiving_advice), number_key(head.despatch_advice)]
    return frozenset(key for key in (own if any(own) else whole) if key)
