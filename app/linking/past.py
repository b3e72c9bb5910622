"""What earlier matches found: the memory that some rules need across invoices and across runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFinding:
    """A finding of an earlier match: its code, where it was, the money, and the limit that it broke."""

    code: str
    line: str | None = None
    order_line: str | None = None
    at_risk: Decimal = Decimal(0)
    currency: str | None = None
    holds: bool = False
    limit: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """An earlier match of this invoice or of another one of its supplier's.

    `on` is the day that the invoice was judged as of; `policy_version` the policy that it was judged by.
    """

    invoice: str
    number: str | None
    on: date
    policy_version: str
    findings: tuple[PastFinding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRelease:
    """A waiver that somebody gave and that no longer covers the facts."""

    code: str
    line: str | None
    order_line: str | None
    by: str
    at: datetime
    covered: Decimal
    now: Decimal
