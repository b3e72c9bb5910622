"""Exchange rates: what a unit of one currency was worth in another on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.registers.register import REGISTERS, Register


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """One unit of `currency` costs `rate` units of `base` from that day on, until the next rate."""

    currency: str
    base: str
    day: date
    rate: Decimal
    source: str | None = None


EXCHANGE_RATES = REGISTERS.add(
    "exchange_rates",
    Register(
        code="exchange_rates",
        title="rate table",
        entry=ExchangeRate,
        key=lambda rate: f"{rate.currency} {rate.base} {rate.day.isoformat()}",
        holds="Exchange rates by day, with their source.",
    ),
)
