"""Serials: the numbers of single pieces, listed under a line or in a column of their own, over several rows."""
# ruff: noqa: PLR2004 (lengths of numbers and lists are measures of this module alone)

import re
from collections.abc import Sequence
from decimal import Decimal

from app.reading.build import unbroken
from app.reading.tokens import Token

_LABEL = re.compile(
    r"(?:serial(?: (?:no|number|nos|numbers))?|s/n|serien-?n(?:umme)?r\.?n?|serienummers?|n° de série|numéros? de série"
    r"|n\.?[º°o]s? (?:de )?s[eé]rie"
    r"|n[uú]meros? de serie|matricola|nr seryjny|numery seryjne|výrobní číslo|sarjanumerot?|service tags?)"
    r"(?:s|\(s\))?[ .:#]+(.+)$",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[,;\s]+")
_DASHES = frozenset({"-", "–", "—", "to", "bis", "à", "a", "al", "t/m", "through", "thru", "till", "til", "do", "až"})
_RANGE = re.compile(r"(\w*?)(\d{2,})[-–](?:\1)?(\d{2,})")
_ENDS = re.compile(r"(.*?)(\d+)")
_MOST = 2000


def listed(rows: Sequence[Sequence[Token]], quantity: Decimal | None) -> tuple[tuple[str, ...], list[Token]]:
    """The serials that rows name behind a label, and go on with in the rows below, and their words."""
    found: list[str] = []
    used: list[Token] = []
    open_end = False
    for row in rows:
        text = " ".join(token.text for token in row)
        match = _LABEL.search(text)
        if match:
            parts = _SPLIT.split(match[1].strip())
        elif found and _goes_on([token.text for token in row], found, open_end=open_end):
            parts = _SPLIT.split(text.strip())
        else:
            open_end = False
            continue
        found.extend(part for part in parts if part)
        used.extend(row)
        open_end = text.rstrip().endswith((",", ";", "–", "-"))
    return _told(found, quantity), used


def columned(tokens: Sequence[Token], quantity: Decimal | None) -> tuple[str, ...]:
    """The serials in a column of their own."""
    return _told([part for text in unbroken(list(tokens)) for part in _SPLIT.split(text) if part], quantity)


def _goes_on(texts: list[str], found: list[str], *, open_end: bool) -> bool:
    """Whether a row holds further serials only: after a comma, or of the same make as those before."""
    plain = [part for text in texts for part in _SPLIT.split(text) if part]
    if not plain or not all(any(letter.isdigit() for letter in part) and len(part) > 3 for part in plain):
        return False
    last = found[-1]
    return open_end or all(len(part) == len(last) and part[:2] == last[:2] for part in plain)


def _told(parts: list[str], quantity: Decimal | None) -> tuple[str, ...]:
    """The serials, with a range spelt out where it holds as many pieces as the line counts."""
    out: list[str] = []
    at = 0
    while at < len(parts):
        part = parts[at]
        if part in _DASHES and out and at + 1 < len(parts):
            out.extend(_between(out[-1], parts[at + 1], quantity))
            out.append(parts[at + 1])
            at += 2
            continue
        whole = _RANGE.fullmatch(part)
        inner = _between(whole[1] + whole[2], whole[1] + whole[3], quantity) if whole else []
        if whole and inner:
            out.extend([whole[1] + whole[2], *inner, whole[1] + whole[3]])
        else:
            out.append(part)
        at += 1
    return tuple(part for part in out if any(letter.isdigit() for letter in part))[:_MOST]


def _between(first: str, last: str, quantity: Decimal | None) -> list[str]:
    """The numbers between two ends of a range that counts as many pieces as the line; none where it does not."""
    one, two = _ENDS.fullmatch(first), _ENDS.fullmatch(last)
    if one is None or two is None or one[1] != two[1] or quantity is None:
        return []
    low, high = int(one[2]), int(two[2])
    if high - low + 1 != quantity or high - low >= _MOST:
        return []
    return [f"{one[1]}{number:0{len(one[2])}d}" for number in range(low + 1, high)]
