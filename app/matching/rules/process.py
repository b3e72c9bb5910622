"""Process: who did what."""

from collections.abc import Iterator

from app.linking.voucher import Voucher
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked


@rule(
    "SOD_CONFLICT",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.ACROSS,
    assertion=Assertion.AUTHORISATION,
)
def one_person_with_two_duties(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """Nobody approves their own order, or posts the receipt of an order that they placed or approved.

    Compares the names that the order and its receipts carry.
    """
    seen: set[tuple[str, str]] = set()
    for order in voucher.orders:
        placed, approved = order.document.created_by, order.document.approved_by
        pairs = [("placed and approved", placed, approved, order)]
        for line in voucher.lines_of(order):
            for paper in (proof.line.filed for proof in line.receipts):
                if paper.document.kind == "goods_receipt":
                    pairs.append(("placed, and received on", placed, paper.document.created_by, paper))
                    pairs.append(("approved, and received on", approved, paper.document.created_by, paper))
        for duties, one, other, paper in pairs:
            if not one or not other or one.casefold() != other.casefold() or (order.id, one.casefold()) in seen:
                continue
            seen.add((order.id, one.casefold()))
            yield Condition(
                order=order,
                expected="two people",
                actual=one,
                at_risk=asked(voucher),
                why=f"{one} {duties} order {order.document.number}.",
                evidence=(place(order, "created_by"), place(paper, "created_by")),
                detail={"about": one.casefold()},
            )
