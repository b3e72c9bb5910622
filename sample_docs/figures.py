"""Figures and dates as each country prints them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NARROW = "\u202f"
HARD = "\u00a0"

#: decimal mark, thousands mark, date pattern
STYLES = {
    "de": (",", ".", "%d.%m.%Y"),
    "fr": (",", NARROW, "%d/%m/%Y"),
    "fr-hard": (",", HARD, "%d/%m/%Y"),
    "en": (".", ",", "%d %b %Y"),
    "uk": (".", ",", "%d/%m/%Y"),
    "us": (".", ",", "%m/%d/%Y"),
}


def cents(value: Decimal) -> Decimal:
    """To two decimals, halves away from zero."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """A decimal as canonical JSON writes a quantity: no exponent, no idle zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Style:
    """Prints figures and dates in one country's manner."""

    def __init__(self, name: str) -> None:
        self.mark, self.thousands, self.pattern = STYLES[name]

    def number(self, value: str | Decimal) -> str:
        """A decimal with as many digits as it was given."""
        text = format(Decimal(value), ",f")
        return text.replace(",", "_").replace(".", self.mark).replace("_", self.thousands)

    def money(self, value: str | Decimal) -> str:
        """An amount with at least two decimals (unit prices may have more)."""
        amount = Decimal(value)
        if -amount.as_tuple().exponent < 2:
            amount = amount.quantize(Decimal("0.01"))
        return self.number(amount)

    def quantity(self, value: str | Decimal) -> str:
        """A quantity without idle zeros."""
        return self.number(plain(Decimal(value)))

    def date(self, value: str) -> str:
        """An ISO date in the country's order."""
        return date.fromisoformat(value).strftime(self.pattern)


#: Printed words of the units, by language and Rec 20 code.
UNITS = {
    "de": {
        "H87": "Stk", "XBX": "Karton", "DZN": "Dtzd", "HUR": "Std", "DAY": "Tag", "LTR": "l", "XDR": "Fass", "MTR": "m",
        "XRO": "Rolle", "SET": "Satz", "PR": "Paar", "XPK": "Pack", "ANN": "Jahr",
    },
    "fr": {"H87": "pce", "XCT": "carton", "DZN": "dz", "XRO": "rouleau", "XBO": "flacon", "SET": "lot", "XPK": "paquet"},
    "en": {
        "H87": "pcs", "EA": "EA", "XBX": "box", "DZN": "dozen", "HUR": "h", "DAY": "day", "XRO": "roll", "XCT": "carton",
        "SET": "set", "XBO": "bottle", "XPK": "pack", "XDR": "drum", "ANN": "year",
    },
}  # fmt: skip
