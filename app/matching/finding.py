"""The finding: what a rule reported in one run, immutable."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.documents.money import Money
from app.matching.rule import Condition, Disputes, Rule, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A condition that a rule found on an invoice.

    `key` tells it from every other finding of the invoice and stays the same from run to run;
    `suppressed_by` is the code of the finding that is its cause, None where it asks for work itself.
    """

    rule: Rule
    condition: Condition
    invoice: str
    key: str
    suppressed_by: str | None = None

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code

    @property
    def severity(self) -> Severity:
        """The rule's severity."""
        return self.rule.severity

    @property
    def line(self) -> str | None:
        """The invoice line's number."""
        return self.condition.at

    @property
    def order_line(self) -> str | None:
        """The order line's number."""
        return self.condition.order_line

    @property
    def at_risk(self) -> Money:
        """The money concerned."""
        return self.condition.at_risk

    @property
    def disputes(self) -> Disputes:
        """What of the money it disputes."""
        return self.condition.disputes or self.rule.disputes

    def as_json(self, id: str | None = None) -> dict[str, Any]:  # noqa: A002 (the interface's own name)
        """The finding as the interface shows it; the identifier is storage's."""
        seen = self.condition
        return {
            "id": id or f"fnd_{self.key}",
            "code": self.code,
            "severity": self.severity.value,
            "line": self.line,
            "order_line": self.order_line,
            "charge": seen.charge,
            "expected": seen.expected,
            "actual": seen.actual,
            "variance": _text(seen.variance),
            "percent": _text(seen.percent),
            "limit": dict(seen.limit) if seen.limit is not None else None,
            "at_risk": seen.at_risk.as_json(),
            "why": seen.why,
            "suppressed_by": self.suppressed_by,
            "peppol": self.rule.peppol.as_json(),
            "cure": self.rule.cure.value,
            "evidence": [place.as_json() for place in seen.evidence],
            "detail": dict(seen.detail),
        }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def key_of(rule: Rule, condition: Condition) -> str:
    """What a finding is about: its rule, order line, invoice line and charge."""
    order = condition.line.order if condition.line else None
    about = (
        rule.code,
        (order.document.number or order.filed.id)
        if order
        else (condition.order.document.number if condition.order else ""),
        condition.order_line or "",
        condition.at or "",
        condition.charge or "",
        condition.detail.get("about", ""),
    )
    return hashlib.sha256("\x1f".join(part or "" for part in about).encode()).hexdigest()[:26]
