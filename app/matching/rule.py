"""A rule of the standard, and the condition that it reports."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.documents.evidence import Evidence
from app.documents.money import Money
from app.linking.filed import Filed
from app.linking.link import LineOf
from app.linking.voucher import Voucher, VoucherLine
from app.matching.cure import BY_ACTION, Cure
from app.matching.policy import Policy
from app.registry import Registry


class Severity(StrEnum):
    """What a finding does: stop the payment, ask to be acknowledged, or tell."""

    HOLD = "hold"
    WARN = "warn"
    INFO = "info"


class Owner(StrEnum):
    """Who works a finding; `nobody` may release it, only the facts can be put right."""

    NOBODY = "nobody"
    PAYABLES = "payables"
    BUYING = "buying"
    RECEIVING = "receiving"
    TAX = "tax"
    SECURITY = "security"
    LICENSES = "licenses"
    AUDIT = "audit"


class Level(StrEnum):
    """What a finding is about."""

    LINE = "line"
    CUMULATIVE = "cumulative"
    DOCUMENT = "document"
    ORDER = "order"
    ACROSS = "across"


class Assertion(StrEnum):
    """What the invoice asserts and the rule tests."""

    OCCURRENCE = "occurrence"
    ACCURACY = "accuracy"
    COMPLETENESS = "completeness"
    CUTOFF = "cut-off"
    RIGHTS = "rights"
    AUTHORISATION = "authorisation"


class Disputes(StrEnum):
    """What of the money a finding disputes; the rest of the invoice stays payable."""

    DOCUMENT = "document"
    LINE = "line"
    QUANTITY = "quantity"
    PRICE = "price"
    CHARGE = "charge"
    AMOUNT = "amount"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands: the document, the JSON pointer within it and, on paper, the page and box."""

    document: str
    pointer: str
    text: str | None = None
    read: Evidence | None = None

    def as_json(self) -> dict[str, Any]:
        """The evidence as the interface shows it."""
        read = self.read
        return {
            "document": self.document,
            "pointer": self.pointer,
            "page": read.page if read else None,
            "box": [format(edge, "f") for edge in read.box] if read and read.box else None,
            "text": (read.text if read else None) or self.text,
            "method": read.method.value if read else "api",
            "score": format(read.score, "f") if read else "1",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a rule saw: expected and actual, the variance, the money at risk and the sentence that says why.

    Attributes:
        line: the voucher line concerned, None where it is the whole document.
        order: the order concerned, where there is one.
        expected: what should be, as text.
        actual: what is.
        variance: the excess in the finding's own measure (quantity, amount), signed.
        percent: the variance in percent, unrounded; None where it has no base or its base is zero.
        charge: the code of the charge concerned.
        limit: the tolerance gone by, with its source.
        at_risk: the money concerned.
        why: one plain sentence with the arithmetic written out.
        evidence: where the compared values stand.
        supported: what is not disputed of the quantity, unit price, charge or amount that the rule disputes.
        disputes: what this condition disputes, where it differs from its rule.
        detail: further facts, by name.
    """

    line: VoucherLine | None = None
    order: Filed | None = None
    expected: str | None = None
    actual: str | None = None
    variance: Decimal | None = None
    percent: Decimal | None = None
    charge: str | None = None
    limit: Mapping[str, str] | None = None
    at_risk: Money
    why: str
    evidence: tuple[Place, ...] = ()
    supported: Fraction | None = None
    disputes: Disputes | None = None
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def at(self) -> str | None:
        """The invoice line's number."""
        return self.line.id if self.line else None

    @property
    def order_line(self) -> str | None:
        """The order line's number: of the line found or, failing that, the one that the invoice names."""
        if self.line is None:
            return None
        return self.line.order_id or self.line.line.line.order_line


Check = Callable[[Voucher, Policy], Iterator[Condition]]
Concern = Callable[[Voucher, Policy], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peppol:
    """What to tell the supplier: status, reason and action of a Peppol invoice response (None: nothing)."""

    status: str | None = None
    reason: str | None = None
    action: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """The three codes."""
        return {"status": self.status, "reason": self.reason, "action": self.action}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: its code (for ever), what it tests, and the pure function that tests it.

    Attributes:
        code: the exception type.
        title: the finding in words, from the function's name.
        criterion: what must hold.
        procedure: how it is tested.
        chapter: the module it stands in.
        needs: JSON pointers of invoice fields without which it has nothing to say.
        disputes: what of the money a finding disputes.
        x12_426: the reason code of X12 element 426.
        uncl_4465: the adjustment reason of UN/CEFACT list 4465.
        cure: which paper, or whose act, would put a finding right.
        registers: the registers it reads; where one was never imported, the match says that it was not checked.
        concerns: whether the rule has anything to check on a voucher; None where it always has.
    """

    code: str
    title: str
    criterion: str
    procedure: str
    chapter: str
    severity: Severity
    owner: Owner
    level: Level
    assertion: Assertion
    disputes: Disputes
    version: int
    needs: tuple[str, ...]
    peppol: Peppol
    x12_426: str | None
    uncl_4465: str | None
    cure: Cure
    registers: tuple[str, ...]
    concerns: Concern | None
    check: Check


RULES: Registry[Rule] = Registry("rule")


def rule(
    code: str,
    *,
    severity: Severity,
    owner: Owner,
    level: Level,
    assertion: Assertion,
    disputes: Disputes = Disputes.DOCUMENT,
    version: int = 1,
    needs: tuple[str, ...] = (),
    peppol: tuple[str, str, str] | None = None,
    x12_426: str | None = None,
    uncl_4465: str | None = None,
    cure: Cure | None = None,
    registers: tuple[str, ...] = (),
    concerns: Concern | None = None,
) -> Callable[[Check], Check]:
    """Register a function as a rule; its docstring says the criterion, then the procedure.

    Without a `cure` of its own it has the usual one: a receipt from receiving, rights from whoever owns licenses,
    else what the Peppol action asks the supplier for, else a decision.
    """

    def register(check: Check) -> Check:
        criterion, _, procedure = inspect.cleandoc(check.__doc__ or "").partition("\n\n")
        name: str = getattr(check, "__name__", code)
        RULES.add(
            code,
            Rule(
                code=code,
                title=name.replace("_", " ").capitalize(),
                criterion=" ".join(criterion.split()),
                procedure=" ".join(procedure.split()),
                chapter=check.__module__.rpartition(".")[2],
                severity=severity,
                owner=owner,
                level=level,
                assertion=assertion,
                disputes=disputes,
                version=version,
                needs=needs,
                peppol=Peppol(status=peppol[0], reason=peppol[1], action=peppol[2]) if peppol else Peppol(),
                x12_426=x12_426,
                uncl_4465=uncl_4465,
                cure=cure or _usual_cure(severity, owner, peppol),
                registers=registers,
                concerns=concerns,
                check=check,
            ),
        )
        return check

    return register


def _usual_cure(severity: Severity, owner: Owner, peppol: tuple[str, str, str] | None) -> Cure:
    if severity is Severity.INFO:
        return Cure.NOTHING
    if owner is Owner.RECEIVING:
        return Cure.RECEIPT
    if owner is Owner.LICENSES:
        return Cure.LICENSE_RECEIPT
    return BY_ACTION[peppol[2]] if peppol else Cure.APPROVAL


def place(of: LineOf | Filed, name: str) -> Place:
    """Where a field of a line or of a document's head stands (`unit_price`, `totals/net`)."""
    filed = of.filed if isinstance(of, LineOf) else of
    pointer = of.pointer(name) if isinstance(of, LineOf) else f"/{name}"
    value: object = of.line if isinstance(of, LineOf) else of.document
    for step in name.split("/"):
        value = value[int(step)] if isinstance(value, tuple) else getattr(value, step, None)
    # Blocks are named, not printed: a license block holds keys.
    text = str(value) if isinstance(value, str | Decimal | date | int) else None
    return Place(document=filed.id, pointer=pointer, text=text, read=filed.document.evidence.get(pointer))
