"""Titles: what kind of document a paper is, and the words that follow its title."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from app.reading import fields
from app.reading.lexicon import Match, lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Token

# UNCL 1001 in brackets behind a title.
_CODE = re.compile(r"\((\d{3})\)")
_CODES = {
    "380": "invoice", "384": "invoice", "389": "invoice", "386": "invoice", "326": "invoice", "381": "credit_note",
    "396": "credit_note", "220": "purchase_order", "231": "purchase_order", "310": "quote", "270": "packing_slip",
}  # fmt: skip
_ENDINGS = {
    "rechnung": "invoice", "faktura": "invoice", "gutschrift": "credit_note", "lieferschein": "packing_slip",
    "bestellung": "purchase_order", "angebot": "quote", "factuur": "invoice",
}  # fmt: skip
_NUMBER_ENDS = ("nummer", "nr", "number")
_LONGEST_COMPOUND = 30
_MINUS = re.compile(r"[-−–]\d[\d.,]*[.,]\d\d|\d[\d.,]*[.,]\d\d[-−–]")
# Below this score a title may as well be the label of a reference.
_CLEAR, _SURE, _FAINT = 0.7, 1.0, 0.4
_PRICED = frozenset({"invoice", "credit_note", "purchase_order", "quote", "contract", "correction"})
_USUAL, _LABEL, _OFTEN = 1.05, 0.6, 3
_SPACED, _APART = 5, 1.8
_MONEY = frozenset({"amount", "unit_price", "gross_amount", "gross_price", "tax_amount", "tax_rate"})
_TELLING = {
    "license_receipt": frozenset({"license_key", "entitlement", "rights_per_pack", "rights"}),
    "goods_receipt": frozenset({"received", "accepted", "rejected"}),
    "packing_slip": frozenset({"despatched", "outstanding"}),
}
_OPEN_ENDS = frozenset({"vom", "of", "du", "dated", "del", "van", "dnia", "den", "da", "from"})


class Title(NamedTuple):
    """A title on paper: the kinds it may mean, its score, the words that follow it in its row, and its own."""

    kinds: tuple[str, ...]
    score: float
    after: list[Token]
    tokens: list[Token]


def titles_of(rows: list[Row], height: float) -> list[Title]:
    """Titles by weight: large print, high on the first page, alone in the cell, counts most."""
    usual = _usual_size(rows)
    out: list[Title] = []
    for row, below in zip(rows, [*rows[1:], None], strict=False):
        if row.page > 1:
            break
        parted = cells(row.tokens, 1.1)
        for cell, beside in zip(parted, [*parted[1:], []], strict=True):
            found = _titles(_closed(cell), usual, row.middle / max(height, 1.0))
            out.extend(_named(title, beside, usual) for title in found)
            out.extend(_number_label(cell, usual))
            if out and below is not None and out[-1].after[-1:] == cell[-1:] and set(words(cell[-1].text)) & _OPEN_ENDS:
                # The date stands in the next row.
                out[-1].after.extend(cells(below.tokens, 1.1)[0])
    often = Counter(" ".join(token.text for token in title.tokens) for title in out if title.score < _CLEAR)
    # What stands in row after row is a unit or a reference (PZ, PO), no title.
    out = [title for title in out if often[" ".join(token.text for token in title.tokens)] < _OFTEN]
    return sorted(out, key=lambda title: -title.score)


def _named(title: Title, beside: list[Token], usual: float) -> Title:
    """A title in usual print with a number in the next cell is rather the label of a reference."""
    plain = max(token.size for token in title.tokens) <= _USUAL * usual
    labels = not title.after and plain and bool(beside) and fields.identifier(beside) is not None
    return title._replace(score=title.score * _LABEL) if labels else title


def _closed(cell: list[Token]) -> list[Token]:
    """The cell's words; letters that are spaced out (D E L I V E R Y   N O T E) are put together again."""
    if len(cell) < _SPACED or any(len(token.text) > 1 for token in cell):
        return cell
    gaps = sorted(two.x0 - one.x1 for one, two in pairwise(cell))
    out = [replace(cell[0])]
    for one, two in pairwise(cell):
        if two.x0 - one.x1 > _APART * max(gaps[0], 1.0):
            out.append(replace(two))
        else:
            out[-1] = replace(out[-1], text=out[-1].text + two.text, x1=two.x1)
    return out


def _titles(cell: list[Token], usual: float, place: float) -> Iterator[Title]:
    text: list[str] = []
    owner: list[int] = []
    for at, token in enumerate(cell):
        for word in words(token.text):
            text.append(word)
            owner.append(at)
    matches = lexicon("titles").find(text) or _compounds(text)
    for match in matches:
        stop = owner[match.stop - 1] + 1
        after = cell[stop:]
        share = (match.stop - match.start) / len(text)
        # "1. Abschlagsrechnung" begins with its title too.
        begins = all(word.isdigit() for word in text[: match.start])
        score = min(max(token.size for token in cell[:stop]) / usual, 3.0) ** 1.5 * (0.4 + 0.6 * share)
        score *= (1.0 - 0.6 * min(place, 1.0)) * (1.0 if begins else 0.55)
        score *= 1 + 0.15 * (match.stop - match.start - 1)
        score *= 1.15 if cell[0].text.isupper() else 1.0
        kinds = match.roles
        code = _CODE.fullmatch(after[0].text) if after else None
        if code and code[1] in _CODES:
            kinds, after, score = (_CODES[code[1]],), after[1:], score * 2
        if cell[stop - 1].text.endswith(":") or (after and after[0].text[:1] == ":"):
            # A label such as "Order: 4711" names another document.
            score *= 0.3
        elif begins and fields.identifier(after):
            score *= 1.5
        yield Title(kinds, score, after, cell[:stop])


def _number_label(cell: list[Token], usual: float) -> Iterator[Title]:
    """A label such as Rechnungsnummer tells the kind where no title does; large print makes it one."""
    first = words(cell[0].text)
    if len(first) != 1:
        return
    stem = next((first[0].removesuffix(end) for end in _NUMBER_ENDS if first[0].endswith(end)), None)
    kind = _ENDINGS.get(stem.removesuffix("s")) if stem else None
    if kind:
        yield Title((kind,), 0.2 * min(cell[0].size / usual, 3.0) ** 2, cell[1:], cell[:1])


def _compounds(text: list[str]) -> list[Match]:
    """Germanic compounds: what ends in -rechnung is an invoice of some sort."""
    if not text or len(text[0]) > _LONGEST_COMPOUND:
        return []
    kind = next((kind for ending, kind in _ENDINGS.items() if text[0].endswith(ending)), None)
    return [Match(0, 1, (kind,))] if kind else []


def kind_of(titles: list[Title], rows: list[Row], heads: frozenset[str] = frozenset()) -> tuple[str, float]:
    """The document's kind by its best title, or where none is clear by what the table's heads tell.

    A correction is told by the signs of its sums.
    """
    if not titles:
        return _told(heads) or "invoice", 0.0
    best = titles[0]
    billed = best.kinds[0] in _PRICED and best.score < _SURE
    told = _told(heads) if billed or best.score < _FAINT else None
    if told is not None:
        return told, 0.0
    kind = best.kinds[0]
    if kind == "correction":
        minus = sum(1 for row in rows for token in row.tokens if _MINUS.fullmatch(token.text))
        kind = "invoice" if minus > 1 else "credit_note"
    return kind, best.score


def _told(heads: frozenset[str]) -> str | None:
    """The kind that a table without money can only belong to."""
    if heads & _MONEY:
        return None
    return next((kind for kind, roles in _TELLING.items() if heads & roles), None)


def _usual_size(rows: list[Row]) -> float:
    sizes = sorted(token.size for row in rows for token in row.tokens)
    return sizes[len(sizes) // 2] if sizes else 10.0
