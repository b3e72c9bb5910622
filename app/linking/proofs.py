"""What proves that goods and rights came: receipts, slips and licenses on their order lines."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.documents.document import Line, Posting
from app.linking.amounts import in_unit_of, is_amount_line, net_amount
from app.linking.filed import Filed
from app.linking.headers import all_lines, heading, lines_of
from app.linking.ledger import ordered
from app.linking.lines import Key, pair
from app.linking.link import LineOf, Link
from app.linking.shelf import Shelf

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """So much of an order line that a paper says came; None where its unit does not convert.

    Of a license the quantity is the number of rights.
    """

    line: LineOf
    quantity: Fraction | None
    accepted: Fraction | None = None
    outstanding: Fraction | None = None


@dataclass(slots=True)
class Proofs:
    """The proofs of each order line, and the links that they rest on."""

    receipts: dict[Key, list[Proof]] = field(default_factory=dict)
    drafts: dict[Key, list[Proof]] = field(default_factory=dict)
    slips: dict[Key, list[Proof]] = field(default_factory=dict)
    licenses: dict[Key, list[Proof]] = field(default_factory=dict)
    papers: dict[str, tuple[Filed, ...]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


def gather(orders: Sequence[Filed], shelf: Shelf) -> Proofs:
    """Link every receipt, slip and license to the lines of these orders."""
    proofs = Proofs()
    wanted = {order.id for order in orders}
    for kind in ("goods_receipt", "packing_slip", "license_receipt"):
        kept: list[Filed] = []
        for paper in shelf.of_kind(kind):
            own = [order for order in heading(paper, shelf, is_open=_always).orders if order.id in wanted]
            if own:
                kept.append(paper)
                _place(paper, own, proofs)
        proofs.papers[kind] = tuple(kept)
    return proofs


def _always(_order: Filed) -> bool:
    return True


def _place(paper: Filed, orders: Sequence[Filed], proofs: Proofs) -> None:
    shelf_of, count = _shelf_of(paper, proofs), _counted(paper.document.kind)
    partners = pair(lines_of(paper), all_lines(orders))
    for line in lines_of(paper):
        partner = partners.get(line.key)
        if partner is None:
            continue
        for order_line, share in _spread(count(line.line, partner.pool[0].line), partner.pool, shelf_of):
            accepted = _accepted(line.line, order_line.line)
            quantity = count(line.line, order_line.line)
            shelf_of.setdefault(order_line.key, []).append(
                Proof(
                    line=line,
                    quantity=None if quantity is None else quantity * share,
                    accepted=None if accepted is None else accepted * share,
                    outstanding=in_unit_of(line.line, line.line.outstanding, order_line.line),
                )
            )
            proofs.links.append(partner.link(line, order_line))


def _shelf_of(paper: Filed, proofs: Proofs) -> dict[Key, list[Proof]]:
    if paper.document.kind == "packing_slip":
        return proofs.slips
    if paper.document.kind == "license_receipt":
        return proofs.licenses
    return proofs.drafts if paper.document.posting is Posting.DRAFT else proofs.receipts


def _counted(kind: str) -> Callable[[Line, Line], Fraction | None]:
    return _rights if kind == "license_receipt" else _came


def _came(line: Line, order_line: Line) -> Fraction | None:
    if is_amount_line(order_line):
        return net_amount(line)
    return in_unit_of(line, line.received if line.received is not None else line.quantity, order_line)


def _accepted(line: Line, order_line: Line) -> Fraction | None:
    if line.accepted is not None:
        return in_unit_of(line, line.accepted, order_line)
    came = _came(line, order_line)
    rejected = in_unit_of(line, line.rejected, order_line)
    return came if came is None or rejected is None else came - rejected


def _rights(line: Line, _order_line: Line) -> Fraction | None:
    """Rights = packs × rights per pack, or the quantity where the receipt says no more."""
    return rights_of(line)


def rights_of(line: Line) -> Fraction | None:
    """How many rights a line speaks of."""
    held = line.license
    if held is not None and held.rights is not None:
        return Fraction(held.rights)
    if held is not None and held.packs is not None and held.rights_per_pack is not None:
        return Fraction(held.packs) * Fraction(held.rights_per_pack)
    if line.quantity is None:
        return None
    per_pack = Fraction(held.rights_per_pack) if held is not None and held.rights_per_pack is not None else Fraction(1)
    return Fraction(line.quantity) * per_pack


def _spread(
    quantity: Fraction | None, pool: Sequence[LineOf], so_far: dict[Key, list[Proof]]
) -> Iterable[tuple[LineOf, Fraction]]:
    """How what came falls on equal order lines: each filled up in turn, the rest on the last one."""
    if len(pool) == 1 or not quantity or quantity < 0:
        return [(pool[0], Fraction(1))]
    shares: list[tuple[LineOf, Fraction]] = []
    rest = quantity
    for at, order_line in enumerate(pool):
        came = sum((proof.quantity or _ZERO for proof in so_far.get(order_line.key, [])), _ZERO)
        room = max(ordered(order_line.line) - came, _ZERO)
        part = rest if at == len(pool) - 1 else min(rest, room)
        if part > 0:
            shares.append((order_line, part / quantity))
            rest -= part
    return shares
