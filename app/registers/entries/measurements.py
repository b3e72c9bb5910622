"""Measurements: the service levels that were reached."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.documents.normal import number_key
from app.registers.register import REGISTERS, Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What was measured for an objective of a contract from the first to the last day, both included."""

    contract: str
    objective: str
    start: date
    end: date
    measured: Decimal
    source: str | None = None


MEASUREMENTS = REGISTERS.add(
    "measurements",
    Register(
        code="measurements",
        title="service level measurement",
        entry=Measurement,
        key=lambda one: " ".join(
            (number_key(one.contract) or one.contract, one.objective.casefold(), one.start.isoformat())
        ),
        holds="The service levels that were measured, by contract, objective and period.",
    ),
)
