"""The currency: by its label, by the signs and codes beside figures, else by the country that the paper shows."""
# ruff: noqa: PLR2004 (counts of signs are measures of this module alone)

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from app.reading import numbers, sums
from app.reading.draft import Value
from app.reading.lexicon import words
from app.reading.numbers import CODES, CURRENCIES
from app.reading.rows import Row
from app.reading.tokens import Token, seen

# Codes that are words or abbreviations too.
_WORDS = frozenset({"CAD", "TRY", "COP", "PEN", "SAR", "MAD"})
_MONEY = re.compile(r"\d[.,]\d\d(?!\d)")
_SIGNS = "€£$¥₹₺₴₪"
_CROWNS = frozenset({"SEK", "NOK", "DKK", "ISK"})
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "UYU"})
# Numbers of companies that only one of the countries with dollars and pesos has.
_REGISTERS = {
    "cuit": "ARS",
    "cuil": "ARS",
    "rfc": "MXN",
    "cfdi": "MXN",
    "nit": "COP",
    "rut": "CLP",
    "abn": "AUD",
    "acn": "AUD",
    "nzbn": "NZD",
    "uen": "SGD",
    "hst": "CAD",
    "qst": "CAD",
    "pst": "CAD",
}
# The tax of goods and services and the rates that only one of these countries has.
_RATE = re.compile(r"\bGST[^\d%]{0,12}(\d{1,2})(?:\.0+)? ?%")
_GST = {"15": "NZD", "10": "AUD", "5": "CAD", "8": "SGD", "9": "SGD"}
_COUNTRIES = {
    **dict.fromkeys(("AT", "BE", "CY", "DE", "EE", "EL", "ES", "FI", "FR", "HR", "IE", "IT", "LT", "LU", "LV"), "EUR"),
    **dict.fromkeys(("MT", "NL", "PT", "SI", "SK"), "EUR"),
    "GB": "GBP", "XI": "GBP", "CH": "CHF", "SE": "SEK", "NO": "NOK", "DK": "DKK", "PL": "PLN", "CZ": "CZK", "HU": "HUF",
    "RO": "RON", "IS": "ISK", "BG": "EUR",
}  # fmt: skip
# Words that only one of the countries with crowns prints on its papers.
_TELLING = {
    "NOK": frozenset({"mva", "belop", "foretaksregisteret", "forfallsdato", "fakturadato"}),
    "DKK": frozenset({"cvr", "belob", "forfaldsdato", "momsbelob"}),
    "SEK": frozenset({"belopp", "forfallodatum", "orgnr", "bankgiro", "fakturadatum", "momsbelopp"}),
}


def currency_of(
    rows: Iterable[Row], mark: str | None, found: Mapping[str, Value], *, american: bool = False
) -> Value | None:
    """The document's currency; a label counts most, then what stands most often beside figures."""
    if "/currency" in found:
        return found["/currency"]
    rows = list(rows)
    votes: Counter[str] = Counter()
    places: dict[str, Token] = {}
    shared: Counter[str] = Counter()
    for row in rows:
        for at, token in enumerate(row.tokens):
            code = _money_sign(row.tokens, at, mark)
            if code is None:
                continue
            places.setdefault(code, token)
            if _is_shared(token.text):
                shared[code] += 1
            else:
                votes[code] += 1
    if votes and not (shared and votes.most_common(1)[0][1] < 2 <= shared.most_common(1)[0][1]):
        code, count = votes.most_common(1)[0]
        return Value(code, seen([places[code]]), 0.9 if count > 1 else 0.75)
    home = _home(found)
    if shared:
        sign = shared.most_common(1)[0][0]
        code = _resolved(sign, rows, votes, home)
        return Value(code, seen([places[sign]]), 0.85 if code != sign or home is not None else 0.75)
    return _alone(rows) or home or (_dollars(rows) if american else None)


def _dollars(rows: list[Row]) -> Value | None:
    """The money of a paper that prints no sign and is American by its words and addresses."""
    first = next((row.tokens[:1] for row in rows if row.tokens), None)
    return Value("USD", seen(first), 0.5, derived=True) if first else None


def _money_sign(tokens: list[Token], at: int, mark: str | None) -> str | None:
    """The currency that the word names: a sign anywhere, a code beside money, in brackets or behind a sum's name."""
    token = tokens[at]
    text = token.text.strip("():,.;[]/*")
    if text[-1:] in _SIGNS or text[-1:].isdigit():
        # CA$12.00 names another dollar than $12.00.
        glued = numbers.read(text, mark)
        if glued is not None and glued.currency:
            return glued.currency
    sign = next((letter for letter in text if letter in _SIGNS), None)
    if sign is not None:
        return CURRENCIES.get(text.casefold()) or CURRENCIES[sign]
    beside = tokens[max(0, at - 1) : at] + tokens[at + 1 : at + 3]
    money = any(_MONEY.search(other.text) for other in beside)
    if text in CODES:
        summed = at > 0 and bool(sums.label_of(tokens[max(0, at - 4) : at]))
        return text if money or token.text[:1] in "([" or summed else None
    number = numbers.read(text, mark) if text[:1].isdigit() or text[-1:].isdigit() else None
    if number is not None and number.currency and not _SIZE.fullmatch(text):
        return number.currency
    known = CURRENCIES.get(text.casefold()) if len(text) > 1 or text == "R" else None
    return known if known and money else None


# A size or a type, such as 2RS of a bearing, is no money.
_SIZE = re.compile(r"\d{1,3}[A-Za-z]{2}")


def _is_shared(text: str) -> bool:
    """Whether the sign belongs to several currencies: kr, a bare $."""
    plain = re.sub(r"[\d.,\s()/*–-]", "", text).casefold()
    return plain in {"kr", "$"}


def _resolved(sign: str, rows: list[Row], votes: Counter[str], home: Value | None) -> str:
    """Which of the currencies that share the sign is meant: by a code, by the country, by words of the language."""
    family = _CROWNS if sign in _CROWNS | {"DKK"} else _DOLLARS
    for code, _ in votes.most_common():
        if code in family:
            return code
    if home is not None and home.value in family:
        return str(home.value)
    if family is _DOLLARS:
        named = {
            _REGISTERS[word] for row in rows for token in row.tokens for word in words(token.text) if word in _REGISTERS
        }
        named = named or {_GST[match[1]] for row in rows for match in _RATE.finditer(row.text) if match[1] in _GST}
        return named.pop() if len(named) == 1 else sign
    if family is _CROWNS:
        told = {word for row in rows for token in row.tokens for word in words(token.text)}
        codes = [code for code in sorted(family) if code.casefold() in told]
        if len(codes) == 1:
            return codes[0]
        best = max(_TELLING, key=lambda code: len(_TELLING[code] & told))
        return best if _TELLING[best] & told else sign
    return sign


def _home(found: Mapping[str, Value]) -> Value | None:
    """The money of the seller's country, by his account or VAT id."""
    for pointer in ("/supplier/iban", "/supplier/vat_id", "/buyer/iban", "/buyer/vat_id"):
        value = found.get(pointer)
        code = _COUNTRIES.get(str(value.value)[:2]) if value is not None else None
        if value is not None and code is not None:
            return Value(code, value.seen, 0.5, derived=True)
    return None


def _alone(rows: list[Row]) -> Value | None:
    """A code that stands by itself; the one that stands most often."""
    places: dict[str, list[Token]] = {}
    for row in rows:
        for token in row.tokens:
            text = token.text.strip("():,.;[]/*")
            if text in CODES and text not in _WORDS:
                places.setdefault(text, []).append(token)
    if not places:
        return None
    code = max(places, key=lambda name: len(places[name]))
    return Value(code, seen(places[code][:1]), 0.6)
