"""Figures as people write them, for the sentence that says why."""

from decimal import Decimal
from fractions import Fraction

from app.documents.money import Money, decimal_of, plain

_PLACES = 10
_SHOWN = 6
_TWO = Decimal("0.01")


def figure(value: Fraction | Decimal) -> str:
    """`2,500`, `0.1184`, `33.333333…`."""
    exact = value if isinstance(value, Decimal) else decimal_of(value, _PLACES)
    shown = plain(round(exact, _SHOWN))
    dots = "…" if isinstance(value, Fraction) and Fraction(shown) != value else ""
    return f"{shown:,f}{dots}"


def price(value: Fraction | Decimal) -> str:
    """A unit price with at least two decimals: `0.1184`, `12.50`."""
    exact = plain(round(value if isinstance(value, Decimal) else decimal_of(value, _PLACES), _SHOWN))
    return f"{exact.quantize(_TWO) if exact == exact.quantize(_TWO) else exact:,f}"


def amount(value: Fraction | Decimal, currency: str) -> str:
    """An amount rounded to the currency's decimals: `1,340.00`."""
    return f"{Money.of(value, currency).amount:,f}"


def share(value: Decimal | None) -> str:
    """A percentage with two decimals."""
    return "beyond any percentage" if value is None else f"{round(value, 2)} %"


def money_decimal(value: Fraction, currency: str) -> Decimal:
    """An amount as a decimal: to the cent where it ends there, else as far as it goes."""
    rounded = Money.of(value, currency).amount
    return rounded if Fraction(rounded) == value else plain(decimal_of(value, _PLACES))


def quantity_decimal(value: Fraction) -> Decimal:
    """A quantity as a decimal without trailing zeros."""
    return plain(decimal_of(value, _PLACES))
