"""Numbers as printed: strict, exact, and honest about the ones that can be read in two ways."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

#: Signs and codes of money that may stand beside a figure, and the ISO code each one names.
CURRENCIES = {
    "€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "zł": "PLN", "zl": "PLN", "kč": "CZK", "ft": "HUF",
    "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD", "r$": "BRL", "nz$": "NZD", "hk$": "HKD", "s$": "SGD",
    "kr": "SEK", "kr.": "DKK", "rs": "INR", "rs.": "INR", "fr.": "CHF", "sfr": "CHF", "sfr.": "CHF", "euro": "EUR",
    "euros": "EUR", "₺": "TRY", "₩": "KRW", "lei": "RON", "r": "ZAR", "mx$": "MXN", "₴": "UAH",
    "tl": "TRY", "лв": "BGN", "лв.": "BGN", "грн": "UAH", "грн.": "UAH", "руб": "RUB", "руб.": "RUB", "₽": "RUB",
    "din": "RSD", "din.": "RSD", "₪": "ILS", "₫": "VND", "₦": "NGN", "₱": "PHP",
}  # fmt: skip
CODES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "ISK",
        "JPY",
        "CNY",
        "INR",
        "AUD",
        "CAD",
        "NZD",
        "HKD",
        "SGD",
        "BRL",
        "MXN",
        "ZAR",
        "TRY",
        "AED",
        "ILS",
        "KRW",
        "THB",
        "MYR",
        "IDR",
        "PHP",
        "CLP",
        "COP",
        "PEN",
        "ARS",
        "UAH",
        "SAR",
        "RSD",
        "RUB",
        "EGP",
        "NGN",
        "KES",
        "VND",
        "TWD",
        "PKR",
        "LKR",
        "BDT",
        "QAR",
        "KWD",
        "MKD",
        "BAM",
        "GEL",
        "MDL",
        "UYU",
    ]
)
_SIGN = "[-−–+]"
_MONEY = (
    r"(?:[€£$¥₹₺₩₽₴₪₫₦₱]|(?:us|ca?|a|r|nz|hk|s|mx)\$|zł|zl|kč|ft|kr\.?|rs\.?|s?fr\.?|euros?|lei|tl"
    r"|лв\.?|грн\.?|руб\.?|din\.?|r(?= \d)|[a-z]{3})"
)
_FIGURE = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>{_SIGN})?\s*(?P<before>{_MONEY})?\s*(?P<inner>{_SIGN})?\s*"
    r"(?P<lead>%)?(?P<digits>\d(?:[\d.,'’  ]*\d)?|[.,]\d+)(?P<dash>[.,][-–]{1,2})?"
    rf"\s*(?P<percent>%)?\s*(?P<after>{_MONEY})?\s*(?P<last>[-−–])?\s*(?P<close>\))?(?:\*|(?<=[.,]\d\d)[TNXEB])?",
    re.IGNORECASE,
)
#: Fractions that are one letter, alone or behind a whole number: 2½.
FRACTIONS = {"¼": Decimal("0.25"), "½": Decimal("0.5"), "¾": Decimal("0.75")}
# A minus as Indian books print it: (-)0.28.
_BRACKETED = ("(-)", "(–)")
_THREE = 3
_WESTERN = re.compile(r"\d{1,3}([.,'’ ])\d{3}(?:\1\d{3})*")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_LONGEST = 24


class Number(NamedTuple):
    """A figure as printed: its value, the other reading if it has one, and what stood beside it."""

    value: Decimal
    other: Decimal | None
    currency: str | None
    percent: bool
    signed: bool = False


class Ambiguous(NamedTuple):
    """A figure with two readings that nothing decides between: 1.000 is one or one thousand."""

    as_decimal: Decimal
    as_thousands: Decimal


def decimal_mark(texts: Iterable[str]) -> str | None:
    """The document's decimal mark by vote of the figures that can be read in one way only; None without a majority."""
    votes = {",": 0, ".": 0}
    for text in texts:
        match = _FIGURE.fullmatch(text) if len(text) < _LONGEST else None
        if match:
            mark = _own_mark(match["digits"])
            if mark:
                votes[mark] += 1
    if votes[","] == votes["."]:
        return None
    return "," if votes[","] > votes["."] else "."


# Where dates are written so, figures have a decimal comma; but for Switzerland and Liechtenstein.
_DATED = re.compile(r"[0-3]?[0-9]\.[01]?[0-9]\.(?:19|20)[0-9]{2}")
_POINTED = re.compile(r"CHF|CHE-?[0-9].*|(?:CH|FL)-[0-9]{4}|Schweiz|Suisse|Svizzera|Liechtenstein|[0-9]+['’][0-9]{3}.*")


# On a paper in English a date with points says nothing of the figures.
_ENGLISH = frozenset("quantity qty ordered received delivered shipped receipt delivery invoice the of and".split())
_SOME_WORDS = 2


def mark_of(free: Iterable[str], texts: Sequence[str]) -> str | None:
    """The document's decimal mark: by its figures that stand free, by all of them, or by how it writes its dates.

    A figure with one decimal (8.8, a grade of steel) proves less than dates do.
    """
    columns = list(free)
    mark = decimal_mark(columns) or decimal_mark(texts)
    return mark if any(_is_plain(text) for text in columns) else _mark_of_dates(texts) or mark


def _is_plain(text: str) -> bool:
    """Whether the figure shows its decimal mark by two decimals or more, or by its groups."""
    match = _FIGURE.fullmatch(text) if len(text) < _LONGEST else None
    return match is not None and _own_mark(match["digits"]) is not None and match["digits"][-2:-1] not in {",", "."}


def _mark_of_dates(texts: Iterable[str]) -> str | None:
    dated, english = False, set()
    for text in texts:
        bare = text.strip(",;:()")
        if _POINTED.fullmatch(bare):
            return None
        dated = dated or _DATED.fullmatch(bare) is not None
        english |= {bare.casefold()} & _ENGLISH
    return "," if dated and len(english) < _SOME_WORDS else None


def strict(text: str, mark: str | None = None) -> Decimal | Ambiguous | None:
    """The number that the text is, by the document's decimal mark; Ambiguous rather than a guess."""
    number = read(text, mark)
    if number is None:
        return None
    if number.other is None or mark is not None:
        return number.value
    small, large = sorted((number.value, number.other), key=abs)
    return Ambiguous(as_decimal=small, as_thousands=large)


@lru_cache(maxsize=20_000)
def read(text: str, mark: str | None) -> Number | None:
    """The figure that the whole text is, with its currency or percent sign; None if it is none."""
    if text[-1:] in FRACTIONS and (text[:-1].isdigit() or not text[:-1]):
        return Number(Decimal(text[:-1] or 0) + FRACTIONS[text[-1]], None, None, percent=False)
    if len(text) > _LONGEST or not any(letter.isdigit() for letter in text):
        return None
    if text.startswith(_BRACKETED):
        text = "-" + text[3:]
    match = _FIGURE.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    currencies = [_currency(word) for word in (match["before"], match["after"]) if word]
    if None in currencies:
        return None
    readings = _readings(match["digits"], mark)
    if readings is None:
        return None
    minus = any(match[name] in {"-", "−", "–"} for name in ("sign", "inner", "last") if match[name]) or match["open"]
    value, other = ((-figure if minus and figure is not None else figure) for figure in readings)
    if value is None:
        return None
    signed = bool(minus) or match["sign"] == "+"
    return Number(value, other, currencies[0] if currencies else None, bool(match["percent"] or match["lead"]), signed)


def _currency(word: str) -> str | None:
    return word.upper() if word.upper() in CODES else CURRENCIES.get(word.lower())


def _own_mark(digits: str) -> str | None:
    """The decimal mark that this figure proves, if it does."""
    commas, points = digits.count(","), digits.count(".")
    if commas and points:
        last = max(digits.rfind(","), digits.rfind("."))
        return digits[last] if digits.count(digits[last]) == 1 else ("." if digits[last] == "," else ",")
    if commas + points != 1:
        # Marks between groups of three; those of a date (02.09.2026) prove nothing.
        grouped = all(len(part) == _THREE for part in re.split("[.,]", digits)[1:])
        return None if commas + points == 0 or not grouped else ("." if commas else ",")
    mark = "," if commas else "."
    whole, part = digits.split(mark)
    if len(part) != _THREE or len(whole.replace(" ", "")) > _THREE or whole in {"", "0"}:
        return mark
    return None


def _readings(digits: str, mark: str | None) -> tuple[Decimal, Decimal | None] | None:
    """Both readings of the digits, the one by the document's mark first."""
    digits = digits.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")
    for blank in (" ", "'"):
        if blank in digits:
            whole, dot, part = _last_mark(digits)
            if not _WESTERN.fullmatch(whole) or "," in whole or "." in whole or not part.isdigit():
                return None
            digits = whole.replace(blank, "") + (dot + part if dot else "")
    commas, points = digits.count(","), digits.count(".")
    if commas and points:
        return _both_marks(digits)
    if commas + points == 0:
        return (Decimal(digits), None) if digits.isdigit() else None
    sign = "," if commas else "."
    if commas + points > 1:
        whole = digits.replace(sign, "")
        fits = _WESTERN.fullmatch(digits) or _INDIAN.fullmatch(digits)
        return (Decimal(whole), None) if fits else None
    whole, part = digits.split(sign)
    small = Decimal(f"{whole or '0'}.{part}")
    if _own_mark(digits):
        return small, None
    large = Decimal(whole + part)
    return (small, large) if sign == mark else (large, small)


def _last_mark(digits: str) -> tuple[str, str, str]:
    at = max(digits.rfind(","), digits.rfind("."))
    return (digits[:at], ".", digits[at + 1 :]) if at >= 0 else (digits, "", "0")


def _both_marks(digits: str) -> tuple[Decimal, None] | None:
    mark = _own_mark(digits)
    group = "," if mark == "." else "."
    whole, dot, part = digits.partition(mark or ".")
    if group in part or not (_WESTERN.fullmatch(whole) or _INDIAN.fullmatch(whole)):
        return None
    return Decimal(f"{whole.replace(group, '')}{'.' if dot else ''}{part}"), None
