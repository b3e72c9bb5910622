"""Duplicates: bills that were sent before."""

import re
from collections.abc import Iterator
from fractions import Fraction

from app.documents.money import Money
from app.documents.normal import number_key, without_zeros
from app.linking.filed import Filed
from app.linking.parties import Sameness, same_party
from app.linking.voucher import Voucher
from app.matching.policy import Policy
from app.matching.rule import Assertion, Condition, Disputes, Level, Owner, Severity, place, rule
from app.matching.rules.references import asked

_FOLDED = str.maketrans("OQDILBSZG", "000118526")
_SUFFIX = re.compile(r"[A-Z]{1,4}$|COPY$|KOPIE$|DUPLICATE$|DUPLIKAT$")
_DIGIT_SUFFIX = re.compile(r"[\s\-_/.][0-9]$")
_DIGITS = re.compile(r"[0-9]")
_RECEIPTS = 3


def _days_apart(one: Filed, other: Filed) -> int | None:
    ours, theirs = one.document.issue_date, other.document.issue_date
    return None if ours is None or theirs is None else abs((ours - theirs).days)


def _same_money(one: Filed, other: Filed) -> bool:
    ours, theirs = (
        f.document.totals.gross if f.document.totals.gross is not None else f.document.totals.due for f in (one, other)
    )
    if ours is None or theirs is None or ours != theirs:
        return False
    currencies = {one.document.currency, other.document.currency} - {None}
    return len(currencies) <= 1


def _candidates(voucher: Voucher, policy: Policy) -> Iterator[Filed]:
    """The earlier live bills of the same supplier that share the number or the sum."""
    document = voucher.invoice.document
    for bill in voucher.duplicates:
        if bill.document.correction is not document.correction:
            continue  # A correction of a bill is no copy of it.
        if same_party(bill.document.supplier, document.supplier, least=policy.name_similarity) is Sameness.SAME:
            yield bill


def _same_number(one: Filed, other: Filed) -> bool:
    ours = number_key(one.document.number)
    return ours is not None and ours == number_key(other.document.number)


def is_exact(voucher: Voucher, bill: Filed, policy: Policy) -> bool:
    """Whether number, money and (within a year) the date say that it is the same bill."""
    apart = _days_apart(voucher.invoice, bill)
    near = apart is None or apart <= policy.duplicate_days
    return near and _same_number(voucher.invoice, bill) and _same_money(voucher.invoice, bill)


def _dated(bill: Filed, word: str = " of") -> str:
    return f"{word} {bill.document.issue_date}" if bill.document.issue_date else ""


def _seen_before(voucher: Voucher, bill: Filed, why: str, *, variance_of: str = "number") -> Condition:
    return Condition(
        expected="a bill not sent before",
        actual=f"{bill.document.number or 'a bill'}{_dated(bill)}",
        at_risk=asked(voucher),
        why=why,
        evidence=(place(voucher.invoice, variance_of), place(bill, variance_of)),
        detail={"about": bill.document.number or bill.id, "earlier": bill.id},
    )


@rule(
    "DUP_EXACT",
    severity=Severity.HOLD,
    owner=Owner.NOBODY,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    peppol=("RE", "OTH", "NOA"),
    x12_426="19",
    uncl_4465="53",
)
def same_invoice_again(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """An invoice or credit is sent once.

    Looks among the supplier's live bills for the same number (case and punctuation aside) with the same sum
    in the same currency, dated within a year.
    """
    for bill in _candidates(voucher, policy):
        if is_exact(voucher, bill, policy):
            yield _seen_before(
                voucher,
                bill,
                f"{bill.document.number} over {asked(voucher)} came before{_dated(bill, ', dated')}.",
            )
            return


@rule(
    "DUP_NUMBER_SIMILAR",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    peppol=("UQ", "OTH", "PIN"),
    x12_426="19",
    uncl_4465="53",
)
def nearly_the_same_number(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Bills of one sum from one supplier have numbers that are clearly different.

    Compares the numbers without leading zeros and suffixes, with signs that are easily misread made one
    (O0, I1, B8, S5, Z2), and by one sign changed or two swapped; that last only where no order and delivery
    of its own back the invoice and, of neighbours in the supplier's sequence, only where the delivery, the
    period or a used-up order line is the same.
    """
    own = voucher.invoice.document.number
    for bill in _candidates(voucher, policy):
        earlier = bill.document.number
        apart = _days_apart(voucher.invoice, bill)
        if (
            own is None
            or earlier is None
            or _same_number(voucher.invoice, bill)
            or not _same_money(voucher.invoice, bill)
        ):
            continue
        if apart is not None and apart > policy.duplicate_days:
            continue
        reason = _likeness(own, earlier, policy)
        if reason is None or (reason in _WEAK and not _suspicious(voucher, bill, reason)):
            continue
        yield _seen_before(
            voucher,
            bill,
            f"{own} over {asked(voucher)} is {earlier} {reason}, which came before{_dated(bill, ', dated')}.",
        )
        return


_ONE_SIGN = "with one sign changed"
_SWAPPED = "with two signs swapped"
_WEAK = frozenset({_ONE_SIGN, _SWAPPED})


def _likeness(one: str, other: str, policy: Policy) -> str | None:
    """In which way two numbers are nearly the same; None where they are not."""
    ours, theirs = number_key(one) or "", number_key(other) or ""
    if without_zeros(ours) == without_zeros(theirs):
        return "without leading zeros"
    if _root(one) == without_zeros(theirs) or _root(other) == without_zeros(ours):
        return "with a suffix"
    if ours.translate(_FOLDED) == theirs.translate(_FOLDED):
        return "with a sign misread"
    if min(len(ours), len(theirs)) < policy.similar_least:
        return None
    if _is_swap(ours, theirs):
        return _SWAPPED
    return _ONE_SIGN if _one_edit(ours, theirs) else None


def _root(number: str) -> str:
    """The number without a copy's suffix and without leading zeros."""
    bare = _DIGIT_SUFFIX.sub("", number.strip().upper())
    key = number_key(bare) or ""
    return without_zeros(_SUFFIX.sub("", key) or key)


def _is_swap(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    wrong = [at for at in range(len(one)) if one[at] != other[at]]
    return (
        len(wrong) == len("ab")
        and wrong[1] == wrong[0] + 1
        and one[wrong[0]] == other[wrong[1]]
        and one[wrong[1]] == other[wrong[0]]
    )


def _one_edit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) == len(short):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _suspicious(voucher: Voucher, bill: Filed, reason: str) -> bool:
    """Whether a number that is nearly another's stands for the same bill, not for the next one."""
    if _coincides(voucher, bill):
        return True
    return not is_backed(voucher) and not (reason == _ONE_SIGN and _in_sequence(voucher.invoice, bill))


def _coincides(voucher: Voucher, bill: Filed) -> bool:
    """Whether more than the sum is the same: the delivery, the period, or an order line already used up."""
    ours, theirs = voucher.invoice.document, bill.document
    for name in ("despatch_advice", "receiving_advice"):
        key = number_key(getattr(ours.references, name))
        if key is not None and key == number_key(getattr(theirs.references, name)):
            return True
    if ours.period is not None and ours.period == theirs.period:
        return True
    return any(line.order is not None for line in voucher.lines) and not is_backed(voucher)


def _in_sequence(one: Filed, other: Filed) -> bool:
    """Whether two numbers that differ in one figure are what one supplier would count up from day to day."""
    ours, theirs = (number_key(bill.document.number) or "" for bill in (one, other))
    if _DIGITS.sub("", ours) != _DIGITS.sub("", theirs) or len(ours) != len(theirs):
        return False
    step = int("".join(_DIGITS.findall(ours))) - int("".join(_DIGITS.findall(theirs)))
    first, last = other.document.issue_date, one.document.issue_date
    if abs(step) == 1 or first is None or last is None:
        return True
    return first != last and (step > 0) == (last > first)


def is_backed(voucher: Voucher) -> bool:
    """Whether every line still had something ordered and, where receipts are asked for, received to bill."""
    if not voucher.lines or any(line.order is None for line in voucher.lines):
        return False
    return all(_has_room(voucher, at) for at in range(len(voucher.lines)))


def _has_room(voucher: Voucher, at: int) -> bool:
    line = voucher.lines[at]
    if line.by_amount or line.quantity is None:
        return (line.order_amount or 0) >= (line.billed_amount or 0)
    received = line.received
    proven = line.match_way < _RECEIPTS or not line.receipts or received is None or line.billed <= received
    return line.billed <= line.ordered and proven


@rule(
    "DUP_SAME_AMOUNT_DATE",
    severity=Severity.WARN,
    owner=Owner.PAYABLES,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.NOTHING,
    peppol=("UQ", "OTH", "PIN"),
    x12_426="19",
    uncl_4465="53",
)
def same_money_under_another_number(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """Bills of one sum from one supplier do not follow each other within days.

    Looks for another live bill of the same sum and currency within the policy's days. Where something
    ordered was still open for this bill, the order itself explains it.
    """
    if any(line.order is not None and line.billed_before < line.ordered for line in voucher.lines):
        return
    for bill in _candidates(voucher, policy):
        apart = _days_apart(voucher.invoice, bill)
        if _same_number(voucher.invoice, bill) or not _same_money(voucher.invoice, bill):
            continue
        if apart is None or apart > policy.same_amount_days:
            continue
        own, earlier = voucher.invoice.document.number, bill.document.number
        if own and earlier and _likeness(own, earlier, policy) not in {None, *_WEAK}:
            continue
        yield _seen_before(
            voucher,
            bill,
            f"{earlier or 'A bill'}{_dated(bill)} is over {asked(voucher)} too, {apart} days apart.",
            variance_of="totals/gross",
        )
        return


@rule(
    "DUP_NUMBER_REUSED",
    severity=Severity.INFO,
    owner=Owner.PAYABLES,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.NOTHING,
)
def number_used_again(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """A supplier's number stands for one bill.

    Looks for the same number on another live bill of the supplier with another sum, or more than a year apart.
    """
    for bill in _candidates(voucher, policy):
        if _same_number(voucher.invoice, bill) and not is_exact(voucher, bill, policy):
            yield _seen_before(
                voucher,
                bill,
                f"Number {bill.document.number} stands on another bill already{_dated(bill)}.",
            )
            return


@rule(
    "DUP_CROSS_SUPPLIER",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    peppol=("UQ", "OTH", "PIN"),
    x12_426="19",
    uncl_4465="53",
)
def same_invoice_under_another_supplier(voucher: Voucher, policy: Policy) -> Iterator[Condition]:
    """One invoice is not filed under two suppliers.

    Looks for the same number, sum and date under a supplier with another tax identifier that shares the
    bank account or the name.
    """
    own = voucher.invoice.document
    for bill in voucher.duplicates:
        other = bill.document
        if same_party(other.supplier, own.supplier, least=policy.name_similarity) is not Sameness.DIFFERENT:
            continue
        if not _same_number(voucher.invoice, bill) or not _same_money(voucher.invoice, bill):
            continue
        if own.issue_date is None or own.issue_date != other.issue_date:
            continue
        accounts = number_key(own.supplier.iban), number_key(other.supplier.iban)
        if accounts[0] is not None and accounts[0] == accounts[1]:
            yield _seen_before(
                voucher,
                bill,
                f"{other.number} over {asked(voucher)} came from {other.supplier.name} before, "
                "to be paid to the same account.",
                variance_of="supplier/iban",
            )
            return


@rule(
    "DUP_DELIVERY_REBILLED",
    severity=Severity.HOLD,
    owner=Owner.PAYABLES,
    level=Level.ACROSS,
    assertion=Assertion.OCCURRENCE,
    disputes=Disputes.LINE,
    peppol=("UQ", "OTH", "CNP"),
    x12_426="19",
    uncl_4465="53",
)
def same_delivery_billed_twice(voucher: Voucher, _policy: Policy) -> Iterator[Condition]:
    """A delivery is billed once, whatever the invoices are called.

    Looks for a serial number that an earlier live bill on the order line billed already.
    """
    for line in voucher.lines:
        serials = {number_key(serial) for serial in line.line.line.serials} - {None}
        if not serials or not line.bills:
            continue
        for entry in line.history:
            twice = sorted(s for s in entry.line.line.serials if number_key(s) in serials)
            if twice and entry.kind.value == "bill":
                yield Condition(
                    line=line,
                    order=line.order.filed if line.order else None,
                    expected="serial numbers not billed before",
                    actual=", ".join(twice),
                    at_risk=Money.of(abs(line.net or Fraction(0)), voucher.currency),
                    why=f"Serial {', '.join(twice)} was billed on invoice {entry.line.document.number} already.",
                    evidence=(place(line.line, "serials"), place(entry.line, "serials")),
                )
                break
