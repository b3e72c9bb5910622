"""Rows of sums: what a label such as Subtotal, VAT 19 % or Freight says, and which figure belongs to it."""

from functools import lru_cache
from typing import NamedTuple

from app.reading.figures import Figure
from app.reading.lexicon import Match, lexicon, words
from app.reading.rows import Row
from app.reading.tokens import Token

#: Codes of charges on document level (UNCL 7161), as the lexicon names them; AAA stands for any other.
CHARGE_CODES = frozenset({"FC", "SH", "HD", "PC", "IN", "AAA"})
# Words that may stand beside a sum's label without changing what it says.
_FILLERS = frozenset(
    [
        "eur",
        "usd",
        "gbp",
        "chf",
        "sek",
        "nok",
        "dkk",
        "pln",
        "czk",
        "in",
        "of",
        "the",
        "on",
        "der",
        "die",
        "das",
        "von",
        "auf",
        "le",
        "la",
        "les",
        "de",
        "des",
        "du",
        "del",
        "il",
        "lo",
        "et",
        "y",
        "e",
        "a",
        "al",
        "total",
        "amount",
        "sum",
        "summe",
        "gesamt",
        "betrag",
        "invoice",
        "rechnung",
        "excl",
        "incl",
        "inkl",
        "exkl",
        "vat",
        "ust",
        "mwst",
        "tva",
        "iva",
        "btw",
        "moms",
        "netto",
        "net",
        "gross",
        "brutto",
        "ht",
        "ttc",
        "s",
        "z",
        "k",
        "o",
        "ae",
        "aa",
        "standard",
        "rate",
        "reduced",
        "reverse",
        "charge",
        "exempt",
        "autoliquidation",
        "steuerfrei",
        "est",
        "estimated",
        "zu",
        "za",
        "na",
        "este",
        "van",
        "och",
        "und",
        "and",
        "your",
        "sur",
        "su",
        "sobre",
        "sul",
        "over",
        "av",
        "af",
        "od",
        "ob",
        "dont",
        "davon",
        "darin",
        "taux",
        "satz",
        "sats",
        "tarief",
        "aliquota",
        "tipo",
        "stawka",
        "taxa",
        "plus",
        "zzgl",
        "zuzuglich",
        "sales",
        "gst",
        "at",
    ]
)

_NET_WORDS = frozenset(
    {"net", "netto", "neto", "ht", "imponibile", "liquido", "nettobetrag", "excl", "exkl", "ohne", "sin", "sem"}
)
_INCLUDED = frozenset(
    "inc incl including inclusive inkl ink inklusive mit ttc con com con avec incluido incluye".split()
)
_GROSS_WORDS = frozenset({"gross", "brutto", "brut", "bruto", "ttc", "incl", "inkl", "con", "com", "inclusive"})


class SumLabel(NamedTuple):
    """What a row's words say about its figure: the lexicon's roles, and how much of the text says so."""

    roles: tuple[str, ...]
    share: float
    tokens: tuple[Token, ...]


@lru_cache(maxsize=16384)
def _is_figure(word: str) -> bool:
    return word in {"%", "#"} or any(letter.isdigit() for letter in word)


def label_of(tokens: list[Token]) -> SumLabel | None:
    """The sum that these words name; None if they name none or talk of something else."""
    text: list[str] = []
    owners: list[Token] = []
    for token in tokens:
        for word in words(token.text):
            if _is_figure(word):
                continue
            text.append(word)
            owners.append(token)
    if not text:
        return None
    matches = lexicon("sums").find(text) or _compounds(text)
    if not matches:
        return None
    best = _best(matches, text)
    after = set(text[best.stop : best.stop + 2])
    if {"gross", "lines"} & set(best.roles) and after & _NET_WORDS and not after & _GROSS_WORDS:
        best = best._replace(roles=("net",))
    meant = {at for match in matches for at in range(match.start, match.stop)}
    told = sum(len(word) for at, word in enumerate(text) if at in meant or word in _FILLERS)
    return SumLabel(best.roles, told / sum(len(word) for word in text), tuple(owners[best.start : best.stop]))


def _compounds(text: list[str]) -> list[Match]:
    """Germanic compounds: what begins with netto- is a net sum of some sort."""
    for at, word in enumerate(text):
        if not word.endswith(_ENDS):
            continue
        role = next((role for start, role in _STARTS.items() if word.startswith(start)), None)
        if role:
            return [Match(at, at + 1, (role,))]
    return []


_ENDS = ("betrag", "summe", "wert", "total", "belopp", "belob", "belop", "sum", "bedrag")
_STARTS = {
    "netto": "net",
    "brutto": "gross",
    "gesamt": "gross",
    "umsatzsteuer": "tax",
    "mehrwertsteuer": "tax",
    "moms": "tax",
}


def _best(matches: list[Match], text: list[str]) -> Match:
    """The first phrase says what the sum is; "total" alone gives way to what follows it."""
    first = matches[0]
    weak = text[first.start : first.stop] in (["total"], ["totaal"], ["totale"], ["summe"], ["gesamt"], ["suma"])
    if weak and len(matches) > 1 and matches[1].start - first.stop <= 1:
        # "Total (inc. GST)" is no tax.
        return first if set(text[first.stop : matches[1].start]) & _INCLUDED else matches[1]
    return first


def split(row: Row, figures: list[Figure]) -> tuple[list[Token], list[Token]]:
    """The row's words, and the words of its figures."""
    used = {id(token) for figure in figures for token in figure.tokens}
    rest = [token for token in row.tokens if id(token) not in used]
    return rest, [token for token in row.tokens if id(token) in used]
