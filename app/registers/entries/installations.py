"""Installations: what a software inventory found installed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.documents.normal import name_key
from app.registers.register import REGISTERS, Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """How often a product is installed (on one machine, or in all where no device is named).

    `quantity` is in the metric of the license (devices, users, cores).
    """

    product: str
    publisher: str | None = None
    metric: str | None = None
    quantity: Decimal = Decimal(1)
    device: str | None = None
    counted_on: date | None = None


INSTALLATIONS = REGISTERS.add(
    "installations",
    Register(
        code="installations",
        title="software inventory",
        entry=Installation,
        key=lambda one: " ".join((name_key(one.product) or one.product, one.metric or "", one.device or "")),
        holds="What is installed where, by product and metric.",
    ),
)
