"""Process: who did what."""

import hashlib
from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.linking.voucher import Voucher
from app.matching.cure import Cure
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked

_HUNDRED = 100


@rule(
    "SAMPLE_REVIEW",
    severity=Severity.HOLD,
    owner=Owner.AUDIT,
    level=Level.DOCUMENT,
    assertion=Assertion.OCCURRENCE,
)
def drawn_for_review(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A random share of invoices is looked at by a person, whatever the rules say.

    Draws by a digest of seller, number and policy version, so that the draw can be repeated; small invoices
    are drawn less often. Nothing is drawn unless the policy says so.
    """
    if policy.sample_percent is None or voucher.is_credit:
        return
    chance = Fraction(policy.sample_percent) / _HUNDRED
    value = Fraction(asked(voucher).amount)
    if policy.sample_full_value:
        chance *= min(Fraction(1), value / Fraction(policy.sample_full_value))
    document = voucher.invoice.document
    seed = "\x1f".join((policy.version, document.supplier.name or "", document.number or "", voucher.invoice.id))
    drawn = Fraction(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]), 2**64)
    if drawn < chance:
        yield Condition(
            expected="a look at the papers",
            actual="drawn",
            at_risk=asked(voucher),
            why=f"The invoice was drawn for review (a share of {policy.sample_percent:f} %).",
            evidence=(place(voucher.invoice, "number"),),
        )


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


@rule(
    "RELEASE_STALE",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.ACROSS,
    assertion=Assertion.AUTHORISATION,
    disputes=Disputes.NOTHING,
    cure=Cure.APPROVAL,
)
def release_no_longer_covers_the_facts(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """What was waived is what is paid.

    Where the facts of a waived exception became worse than those that the waiver covered, the exception is open
    again, and this says so until somebody decides anew.
    """
    for release in voucher.stale:
        line = next((one for one in voucher.lines if one.id == release.line), None) if release.line else None
        yield Condition(
            line=line,
            expected=f"{release.covered:f} waived",
            actual=f"{release.now:f}",
            at_risk=Money.of(release.now, voucher.currency),
            why=f"{release.by} waived {release.code} over {release.covered:f} on {release.at.date()}; "
            + (
                f"now it stands at {release.now:f}."
                if release.now != release.covered
                else "the facts are no longer those."
            ),
            evidence=(place(voucher.invoice, "number"),),
            detail={"about": f"{release.code} {release.order_line or ''}".strip()},
        )
