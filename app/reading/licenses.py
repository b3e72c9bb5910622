"""Licenses: product, metric, rights, keys and term, as the words of a record or a form name them."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from app.reading import dates, numbers
from app.reading.dates import DayFirst
from app.reading.lexicon import lexicon, words
from app.reading.tokens import Token

_KEY = re.compile(r"[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8}){2,7}")
_PACKS = re.compile(
    r"(\d+)\s*(?:[^\W\d]+\s*)?[×xX*]\s*(?:[^\W\d]+\s+(?:of|à|a|de|di|von|van|po|med|om)\s+)?(\d+)(?:[^=\d]*=\s*(\d+))?"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*")
_NOTHING = "nothing"


def term_of(text: str, first: DayFirst) -> tuple[date, date] | None:
    """The first and last day of a term: 01 Oct 2026 – 30 Sep 2027."""
    one = dates.find(text, first)
    two = dates.find(text[one.stop :].lstrip(" -–—"), first) if one else None
    if one is None or two is None or two.start > 14 or two.value < one.value:
        return None
    return one.value, two.value


def type_of(text: str) -> str | None:
    """The type of license that the words name."""
    found = lexicon("terms").find(words(text))
    return next((match.roles[0] for match in found if match.roles[0] != _NOTHING), None)


def keys_of(tokens: Iterable[Token]) -> list[Token]:
    """The words that look like license keys: groups of capitals and digits with dashes."""
    return [
        token
        for token in tokens
        if _KEY.fullmatch(token.text.strip(",;"))
        and any(c.isdigit() for c in token.text)
        and any(c.isalpha() for c in token.text)
    ]


def packs_of(text: str) -> dict[str, Decimal]:
    """Packs, rights per pack and rights: "2 packs × 5 = 10 users" or "25 seats (5 × pack of 5)"."""
    match = _PACKS.search(text)
    if match is None:
        return {}
    packs, each = Decimal(match[1]), Decimal(match[2])
    return {"packs": packs, "rights_per_pack": each, "rights": packs * each}


def rights_of(text: str) -> dict[str, Decimal]:
    """Packs, rights per pack and rights, or the rights alone where only one number is told."""
    number = _NUMBER.search(text)
    value = numbers.read(number[0], None) if number else None
    return packs_of(text) or ({"rights": value.value} if value else {})


def type_free(text: str) -> str:
    """A metric without the type of license beside it: "named user, subscription" is named user."""
    parts = [part.strip() for part in text.split(",")]
    return ", ".join(part for part in parts if not _is_type(part))


def _is_type(text: str) -> bool:
    """Whether the words name a type of license and nothing else."""
    plain = [word for word in words(text) if not word.isdigit()]
    found = lexicon("terms").find(plain)
    return type_of(text) is not None and sum(match.stop - match.start for match in found) == len(plain)
