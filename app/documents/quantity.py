"""Quantity: an exact number of one unit."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.documents.money import exact, plain
from app.documents.units import PackSizes, factor, is_unit
from app.errors import MalformedError


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many of a unit (UN/ECE Rec 20 code)."""

    value: Decimal
    unit: str

    @classmethod
    def parse(cls, value: object, pointer: str = "") -> "Quantity":
        """From `{"value": "2500", "unit": "C62"}`; a JSON number is refused.

        Raises:
            MalformedError: names the place.
        """
        if not isinstance(value, dict) or set(value) != {"value", "unit"}:
            raise MalformedError(pointer, 'a quantity is {"value": "2500", "unit": "C62"}')
        unit = value["unit"]
        if not isinstance(unit, str) or not is_unit(unit):
            raise MalformedError(f"{pointer}/unit", "not a code of UN/ECE Recommendation 20")
        return cls(plain(exact(value["value"], f"{pointer}/value")), unit)

    def as_json(self) -> dict[str, str]:
        """`{"value": "2500", "unit": "C62"}`."""
        return {"value": format(plain(self.value), "f"), "unit": self.unit}

    def times(self, unit: str, packs: PackSizes | None = None) -> Fraction:
        """How many of `unit` this is, exactly (a third of a dozen stays a third).

        Raises:
            UnitError: no way from one unit to the other is known.
        """
        return Fraction(self.value) * factor(self.unit, unit, packs or {})

    def __str__(self) -> str:
        return f"{plain(self.value):,f} {self.unit}"
