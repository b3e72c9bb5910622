"""Tax ids and accounts: VAT ids by the shape of each country, IBANs, and whose they are."""
# ruff: noqa: PLR2004 (lengths of numbers are measures of this module alone)

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from stdnum import get_cc_module, iban
from stdnum.ch import uid as swiss_uid
from stdnum.ch import vat as swiss_vat
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from app.reading.addresses import Sheet
from app.reading.lexicon import lexicon, words
from app.reading.names import Cell
from app.reading.tokens import Seen, Token, seen

# The shapes of the ids behind their country, blanks and dots left out.
_SHAPES = {
    "AT": r"U\d{8}", "BE": r"[01]?\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}", "IT": r"\d{11}",
    "LT": r"\d{9}(?:\d{3})?", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"\d{9}B\d{2}", "PL": r"\d{10}",
    "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}",
    "GB": r"(?:\d{9}(?:\d{3})?|GD\d{3}|HA\d{3})", "XI": r"\d{9}(?:\d{3})?", "NO": r"\d{9}(?:MVA)?",
    "CHE": r"\d{9}(?:MWST|TVA|IVA)?",
}  # fmt: skip
_START = re.compile(
    r"(?<![A-Za-z0-9])(CHE|" + "|".join(key for key in _SHAPES if key != "CHE") + r")[ .:-]?(?=[A-Z0-9])"
)
_LOOSE = re.compile(r"[ .-]")
_MOST, _LEAST = 22, 8
# Ids without their country, behind a label of a country that prints them so.
_BARE = {
    "IT": (
        r"(?<!\d)(\d{11})(?!\d)",
        frozenset(
            {
                ("p", "iva"),
                ("partita", "iva"),
                ("part", "iva"),
                ("piva",),
                ("p", "iva", "e", "c", "f"),
                ("p", "iva", "c", "f"),
                ("partita", "iva", "e", "codice", "fiscale"),
            }
        ),
    ),
    "ES": (
        r"(?<![A-Z0-9])([A-Z]-?\d{8}|[A-Z]-?\d{7}[A-Z]|\d{8}-?[A-Z])(?![A-Z0-9])",
        frozenset({("nif",), ("cif",)}),
    ),
    "PT": (r"(?<!\d)(\d{9})(?!\d)", frozenset({("contribuinte",), ("nipc",), ("nif",)})),
    "PL": (r"(?<!\d)(\d{3}-?\d{3}-?\d{2}-?\d{2}|\d{3}-\d{2}-\d{2}-\d{3})(?!\d)", frozenset({("nip",)})),
    "HU": (r"(?<!\d)(\d{8})-?\d-?\d{2}(?!\d)", frozenset({("adoszam",), ("adoszama",)})),
    "HR": (r"(?<!\d)(\d{11})(?!\d)", frozenset({("oib",)})),
    "EL": (r"(?<!\d)(\d{9})(?!\d)", frozenset({("afm",), ("a", "f", "m")})),
    "FI": (r"(?<!\d)(\d{7}-\d)(?!\d)", frozenset({("y", "tunnus")})),
    "DK": (r"(?<!\d)(\d{2} ?\d{2} ?\d{2} ?\d{2})(?!\d)", frozenset({("cvr",), ("cvr", "nr"), ("se", "nr")})),
}
# Tax numbers of countries that put no letters in front, by the module of stdnum that checks their digits.
_NATIONAL = {
    "au.abn": (r"(?<!\d)(\d{2} ?\d{3} ?\d{3} ?\d{3})(?!\d)", frozenset({("abn",)})),
    "in.gstin": (
        r"(?<![A-Z0-9])(\d{2}[A-Z]{5}\d{4}[A-Z][0-9A-Z]Z[0-9A-Z])(?![A-Z0-9])",
        frozenset({("gstin",), ("gstin", "uin"), ("gst", "no"), ("gst",), ("gst", "in")}),
    ),
    "br.cnpj": (r"(?<!\d)(\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2})(?!\d)", frozenset({("cnpj",), ("cnpj", "mf")})),
    "mx.rfc": (r"(?<![A-Z0-9&])([A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3})(?![A-Z0-9])", frozenset({("rfc",)})),
    "tr.vkn": (r"(?<!\d)(\d{10})(?!\d)", frozenset({("vkn",), ("vergi", "no"), ("vergi", "numarasi")})),
    "nz.ird": (
        r"(?<!\d)(\d{2,3}[- ]?\d{3}[- ]?\d{3})(?!\d)",
        frozenset({("gst", "no"), ("gst", "number"), ("gst",), ("ird",)}),
    ),
}
_LABELLED = [(country, re.compile(pattern), labels) for country, (pattern, labels) in (_BARE | _NATIONAL).items()]
_LAST_WORDS = frozenset(name[-1] for _, _, labels in _LABELLED for name in labels)
_YOURS = frozenset({
    "ihre", "ihr", "your", "yours", "votre", "vos", "su", "sus", "vostra", "vs", "uw", "sua", "vossa", "er", "ert",
    "din", "deres", "panstwa",
})  # fmt: skip
_OURS = frozenset({"our", "unsere", "notre", "nuestro", "nostra", "onze", "nossa", "var", "vores"})
_BUYERS = frozenset({
    "customer", "kunde", "kunden", "client", "buyer", "cliente", "klant", "kund", "nabywca", "nabywcy", "acheteur",
    "koper", "kaufer", "purchaser", "recipient",
})  # fmt: skip
_SELLERS = frozenset({
    "seller", "supplier", "vendor", "verkaufer", "vendeur", "lieferant", "sprzedawca", "sprzedawcy",
})  # fmt: skip
_IBAN = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}\d{2}(?: ?[0-9A-Z]{1,4}){3,8})(?![a-z])")


class TaxId(NamedTuple):
    """A VAT id as printed, its place, whether its check digits hold, and whom its label names."""

    number: str
    place: Seen
    tokens: tuple[Token, ...]
    checked: bool
    whose: str | None
    cell: Cell


def vat_ids(sheet: Sheet) -> Iterator[TaxId]:
    """The VAT ids of the sheet; one that fails its check counts where a label names it."""
    for cell in sheet.every():
        if sum(letter.isdigit() for letter in cell.text) < _LEAST - 1:
            continue
        text, spans = _joined(cell.tokens)
        yield from _in_text(text, spans, cell, _before(sheet, cell))


def _before(sheet: Sheet, cell: Cell) -> str:
    """The label that may stand in the cell in front."""
    row = sheet.cells[cell.row]
    at = next(number for number, other in enumerate(row) if other is cell)
    return row[at - 1].text if at else ""


def _in_text(text: str, spans: list[tuple[Token, int, int]], cell: Cell, before: str) -> Iterator[TaxId]:
    found = False
    for match in _START.finditer(text):
        country = match[1]
        end, number = _longest(country, text, match.end())
        if number is None:
            continue
        ahead = text[: match.start()]
        label = ahead if words(ahead) else before
        checked = _valid(country + number)
        if not checked and not _labelled(label):
            continue
        if not checked and iban_at(text, match.start()):
            continue
        found = True
        tokens = tuple(token for token, a, b in spans if a < end and b > match.start())
        yield TaxId(country + number, seen(tokens), tokens, checked, _whose(label), cell)
    if not found:
        yield from _bare(text, spans, cell, before)


def _longest(country: str, text: str, start: int) -> tuple[int, str | None]:
    """The shortest run of letters and digits from here that has the country's shape and ends with a word."""
    shape = _shape(country)
    best: tuple[int, str | None] = (start, None)
    for end in range(start + 2, min(len(text), start + _MOST) + 1):
        part = text[start:end]
        if not part[-1].isalnum() or (end < len(text) and text[end].isalnum()):
            continue
        compact = _LOOSE.sub("", part)
        if shape.fullmatch(compact):
            best = (end, compact)
            if _valid(country + compact):
                return best
    return best


@lru_cache(maxsize=64)
def _shape(country: str) -> re.Pattern[str]:
    return re.compile(_SHAPES[country])


def _bare(text: str, spans: list[tuple[Token, int, int]], cell: Cell, before: str) -> Iterator[TaxId]:
    """A number without its country, right behind a label; one whose check digits hold comes first."""
    if _LAST_WORDS.isdisjoint(words(text)) and _LAST_WORDS.isdisjoint(words(before)):
        return
    best: TaxId | None = None
    for country, pattern, labels in _LABELLED:
        for match in pattern.finditer(text):
            ahead = text[: match.start()]
            label = ahead if words(ahead) else before
            told = words(label)
            if not any(told[-len(name) :] == name or told[-len(name) - 1 : -1] == name for name in labels):
                continue
            digits = _LOOSE.sub("", match[1]).replace("/", "")
            number = country + digits if country in _BARE else digits
            checked = _valid(number) if country in _BARE else _holds(country, number)
            if best is None or checked:
                tokens = tuple(token for token, a, b in spans if a < match.end() and b > match.start())
                best = TaxId(number, seen(tokens), tokens, checked=checked, whose=_whose(label), cell=cell)
            if checked:
                yield best
                return
    if best is not None:
        yield best


@lru_cache(maxsize=1024)
def _holds(name: str, number: str) -> bool:
    module = get_cc_module(*name.split("."))
    return module is not None and bool(module.is_valid(number))


def _joined(tokens: list[Token]) -> tuple[str, list[tuple[Token, int, int]]]:
    text, spans = "", []
    for token in tokens:
        if text:
            text += " "
        spans.append((token, len(text), len(text) + len(token.text)))
        text += token.text
    return text, spans


@lru_cache(maxsize=4096)
def _valid(number: str) -> bool:
    country = number[:2]
    try:
        if country == "CH":
            return any(bool(module.is_valid(number)) for module in (swiss_vat, swiss_uid))
        if country in {"GB", "XI", "NO"}:
            module = get_cc_module("gb" if country == "XI" else country.lower(), "mva" if country == "NO" else "vat")
            return module is not None and bool(module.is_valid(number))
        return bool(vat.is_valid(number))
    except (ValidationError, ValueError, ImportError):
        return False


def _labelled(before: str) -> bool:
    text = list(words(before))
    return any("vat_id" in match.roles and match.stop >= len(text) - 1 for match in lexicon("fields").find(text))


def _whose(before: str) -> str | None:
    """The party that the label's own words name: "yours" the addressee, "ours" the writer."""
    text = set(words(before)[-6:])
    known = (("addressee", _YOURS), ("issuer", _OURS), ("buyer", _BUYERS), ("supplier", _SELLERS))
    return next((whose for whose, said in known if text & said), None)


def ibans(sheet: Sheet) -> Iterator[tuple[str, Seen, float]]:
    """The IBANs of the sheet; one that fails its check counts where it is labelled."""
    for cell in sheet.every():
        if sum(letter.isdigit() for letter in cell.text) < 12:
            continue
        text, spans = _joined(cell.tokens)
        for match in _IBAN.finditer(text):
            number, end = _iban(text, match.start(1))
            place = seen([token for token, a, b in spans if a < (end or match.end(1)) and b > match.start(1)])
            if number is not None:
                yield number, place, 0.98
            elif "iban" in words(text[: match.start(1)])[-2:]:
                compact = match[1].replace(" ", "")
                if 15 <= len(compact) <= 34:
                    yield compact, place, 0.6


def iban_at(text: str, start: int) -> bool:
    """Whether an IBAN starts here."""
    match = _IBAN.match(text, start)
    return match is not None and (_iban(text, start)[0] is not None or len(match[1].replace(" ", "")) > 16)


def _iban(text: str, start: int) -> tuple[str | None, int]:
    match = _IBAN.match(text, start)
    part = match[1] if match else ""
    for end in range(len(part), 14, -1):
        compact = part[:end].replace(" ", "")
        if part[end - 1] != " " and (end == len(part) or part[end] == " ") and _valid_iban(compact):
            return compact, start + end
    return None, 0


@lru_cache(maxsize=4096)
def _valid_iban(number: str) -> bool:
    return bool(iban.is_valid(number, check_country=False))
