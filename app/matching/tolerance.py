"""The tolerance: how far a figure may lie from what was agreed, and who said so."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.documents.money import decimal_of, exact, plain
from app.errors import MalformedError

_HUNDRED = 100
_PLACES = 12
_SHOWN = Decimal("0.0001")


class Combine(StrEnum):
    """Whether either limit breached raises (`any`), or either limit kept passes (`all`)."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """Limits upward and downward, in percent and absolute.

    None = not checked; 0 = nothing allowed. A limit is breached only beyond it: equal passes.
    `source` names where it came from (default, policy, supplier, order line, …).
    """

    up_pct: Decimal | None = None
    up_abs: Decimal | None = None
    lo_pct: Decimal | None = None
    lo_abs: Decimal | None = None
    combine: Combine = Combine.ANY
    source: str = "default"

    @property
    def is_checked(self) -> bool:
        """Whether there is any limit at all."""
        return any(limit is not None for limit in (self.up_pct, self.up_abs, self.lo_pct, self.lo_abs))

    def breached_by(self, variance: Fraction, base: Fraction, *, extended: Fraction | None = None) -> bool:
        """Whether the variance lies beyond the limits of its side.

        Percent limits look at the variance on its base (a base of zero breaches every percent limit),
        absolute ones at `extended`, where the variance of one unit and that of the whole differ.
        """
        whole = variance if extended is None else extended
        breaches = [
            *([_above_percent(variance, base, self.up_pct if variance > 0 else self.lo_pct)] if variance else []),
            *([_above(whole, self.up_abs if whole > 0 else self.lo_abs)] if whole else []),
        ]
        judged = [breach for breach in breaches if breach is not None]
        if not judged:
            return False
        return any(judged) if self.combine is Combine.ANY else all(judged)

    def as_json(self, metric: str) -> dict[str, str]:
        """The limits that are set, with the metric, how they combine and where they came from."""
        limits = {"up_pct": self.up_pct, "up_abs": self.up_abs, "lo_pct": self.lo_pct, "lo_abs": self.lo_abs}
        told = {name: format(limit, "f") for name, limit in limits.items() if limit is not None}
        return {"metric": metric, **told, "combine": self.combine.value, "source": self.source}

    @classmethod
    def parse(cls, value: object, pointer: str, *, source: str = "policy") -> "Tolerance":
        """From `{"up_pct": "2", "up_abs": null, "combine": "any"}`; JSON numbers and unknown keys are refused.

        Raises:
            MalformedError: names the place.
        """
        if not isinstance(value, dict):
            raise MalformedError(pointer, 'a tolerance is an object such as {"up_pct": "2", "up_abs": "50.00"}')
        limits: dict[str, Decimal | None] = {}
        combine = Combine.ANY
        for name, given in value.items():
            if name == "combine":
                combine = _combine(given, f"{pointer}/combine")
            elif name in _LIMITS:
                limits[name] = None if given is None else _limit(given, f"{pointer}/{name}")
            else:
                raise MalformedError(f"{pointer}/{name}", "unknown key of a tolerance")
        return cls(**limits, combine=combine, source=source)


_LIMITS = ("up_pct", "up_abs", "lo_pct", "lo_abs")
#: Nothing is checked.
UNCHECKED = Tolerance()
#: Nothing is allowed upward.
NOTHING_UP = Tolerance(up_abs=Decimal(0))


def _combine(given: object, pointer: str) -> Combine:
    if not isinstance(given, str) or given not in set(Combine):
        raise MalformedError(pointer, "one of any, all")
    return Combine(given)


def _limit(given: object, pointer: str) -> Decimal:
    limit = exact(given, pointer)
    if limit < 0:
        raise MalformedError(pointer, "a limit is not below zero")
    return limit


def _above(value: Fraction, limit: Decimal | None) -> bool | None:
    return None if limit is None else abs(value) > Fraction(limit)


def _above_percent(variance: Fraction, base: Fraction, limit: Decimal | None) -> bool | None:
    if limit is None:
        return None
    return base == 0 or abs(variance) * _HUNDRED > Fraction(limit) * abs(base)


def percent_of(variance: Fraction, base: Fraction) -> Decimal | None:
    """The variance in percent of its base, unrounded as far as figures go; None where the base is zero."""
    if base == 0:
        return None
    found = decimal_of(variance * _HUNDRED / abs(base), _PLACES)
    return found.quantize(_SHOWN) if plain(found) == found.quantize(_SHOWN) else found


Tolerances = Mapping[str, Tolerance]
