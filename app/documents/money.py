"""Money: an exact amount in one currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

from babel.core import get_global

from app.errors import CurrencyMixError, MalformedError

# ISO 4217 gives most currencies two decimals; these differ. CLDR's own digits are for display and
# differ from ISO for some (IQD 0 instead of 3), so the standard's list stands here.
_EXPONENTS = (
    dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    )
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | {"CLF": 4, "UYW": 4}
)


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes that CLDR knows, those out of use included (old papers name them)."""
    names: frozenset[str] = frozenset(get_global("all_currencies"))
    return names


def exponent(currency: str) -> int:
    """How many decimals an amount in this currency has (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def quantum(currency: str) -> Decimal:
    """The smallest amount of the currency, as one unit in the last place."""
    return Decimal(1).scaleb(-exponent(currency))


def decimal_of(value: Fraction, places: int = 28) -> Decimal:
    """A fraction as a decimal, exact where it ends within `places` digits, else rounded half up there."""
    scaled = value * 10**places
    whole = scaled.numerator // scaled.denominator
    if 2 * (scaled - whole) >= 1:
        whole += 1
    # Built from text: the context's precision (28 digits) must not round it a second time.
    found = Decimal(f"{whole}e-{places}")
    return plain(found)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent (`2.50` → `2.5`, `1E+2` → `100`)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal(text if text not in {"-0", "", "-"} else "0")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in a currency, rounded to the currency's decimals.

    Amounts of two currencies never meet: adding or comparing them raises CurrencyMixError.
    """

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, value: Decimal | Fraction | int | str, currency: str) -> "Money":
        """The value rounded half up, away from zero, to the currency's decimals (ISO 4217).

        This is the one rounding of money; intermediate values are never rounded.
        """
        if isinstance(value, Fraction):
            minor = _half_up(value * 10 ** exponent(currency))
            return cls.from_minor(minor, currency)
        return cls(Decimal(value).quantize(quantum(currency), rounding=ROUND_HALF_UP), currency)

    @classmethod
    def floor(cls, value: Fraction, currency: str) -> "Money":
        """The value rounded towards zero: what may be paid is never rounded up."""
        scaled = value * 10 ** exponent(currency)
        minor = abs(scaled.numerator) // scaled.denominator
        return cls.from_minor(minor if value >= 0 else -minor, currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in that currency."""
        return cls.from_minor(0, currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> "Money":
        """From whole minor units (cents), as storage keeps them."""
        return cls(Decimal(f"{minor}e-{exponent(currency)}").quantize(quantum(currency), rounding=ROUND_DOWN), currency)

    @classmethod
    def parse(cls, value: object, pointer: str = "") -> "Money":
        """From `{"amount": "61.00", "currency": "EUR"}`; a JSON number as amount is refused.

        Raises:
            MalformedError: names the place.
        """
        if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
            raise MalformedError(pointer, 'money is {"amount": "61.00", "currency": "EUR"}')
        currency = value["currency"]
        if not isinstance(currency, str) or currency not in currencies():
            raise MalformedError(f"{pointer}/currency", "not an ISO 4217 currency code")
        amount = exact(value["amount"], f"{pointer}/amount")
        if amount != amount.quantize(quantum(currency)):
            raise MalformedError(f"{pointer}/amount", f"{currency} has {exponent(currency)} decimals")
        return cls.of(amount, currency)

    @property
    def minor(self) -> int:
        """The amount in whole minor units (cents)."""
        return int(self.amount.scaleb(exponent(self.currency)))

    def as_json(self) -> dict[str, str]:
        """`{"amount": "61.00", "currency": "EUR"}`."""
        return {"amount": format(self.amount, "f"), "currency": self.currency}

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMixError(self.currency, other.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: "Money") -> bool:
        return other < self

    def __ge__(self, other: "Money") -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"


def _half_up(value: Fraction) -> int:
    """The nearest whole number; halves go away from zero."""
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return whole if value >= 0 else -whole


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts in one currency."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def exact(value: object, pointer: str = "") -> Decimal:
    """A decimal from its JSON string; JSON numbers are refused, because floats are not exact.

    Raises:
        MalformedError: not a string, or not a plain decimal number, or absurdly long.
    """
    if isinstance(value, bool | int | float):
        raise MalformedError(pointer, 'amounts, prices and quantities are strings, such as "12.50"')
    if not isinstance(value, str) or not _is_plain(value):
        raise MalformedError(pointer, 'not a plain decimal number, such as "-1250.00"')
    return Decimal(value)


_MOST_DIGITS = 30


def _is_plain(text: str) -> bool:
    body = text.removeprefix("-")
    whole, dot, rest = body.partition(".")
    return (
        len(body) <= _MOST_DIGITS
        and whole.isascii()
        and whole.isdigit()
        and (not dot or (rest.isascii() and rest.isdigit()))
    )
