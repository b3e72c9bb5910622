"""Fields: the labels of a document's head, and the value that stands beside or under each."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.reading.lexicon import Lexicon, Match, lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Token

# A value under a label stands within this many heights of print.
_UNDER = 2.4
_LOOK_DOWN = 3
_IDENTIFIER = re.compile(r"[A-Za-z0-9ÄÖÜäöüßÅåØøŁł](?:[\w/.:#+*&()'’-]*[\w*)])?", re.UNICODE)
_LONGEST_ID = 40
# What says "number" right before the number: n°4711, Nr.4711, #4711.
_GLUED = re.compile(r"^(?:[Nn]\.?[°º]:?|№|[Nn][ro][.:°º]|#)(?=[A-Z\d])")


@dataclass(slots=True, eq=False)
class Label:
    """A label on paper: what it can mean, its words, and the words after it in the same cell and row."""

    roles: tuple[str, ...]
    tokens: list[Token]
    inside: list[Token]
    beside: list[list[Token]]
    under: list[list[Token]]
    row: Row
    whole: bool
    colon: bool
    first: bool
    longer: bool

    @property
    def size(self) -> float:
        """The height of print."""
        return max(token.size for token in self.tokens)


def labels_of(rows: list[Row]) -> Iterator[Label]:
    """All labels of the rows, in reading order."""
    known = lexicon("fields")
    for at, row in enumerate(rows):
        parted = cells([token for token in row.tokens if token.text != "|"], 1.1)
        for number, cell in enumerate(parted):
            text: list[str] = []
            owner: list[int] = []
            for index, token in enumerate(cell):
                for word in words(token.text):
                    text.append(word)
                    owner.append(index)
            if not text:
                continue
            for found in known.find(text):
                match = _whole(found, known, text, owner, cell)
                if match is None:
                    continue
                start, stop = owner[match.start], owner[match.stop - 1] + 1
                while stop < len(cell) and words(cell[stop].text) and set(words(cell[stop].text)) <= _FURTHER:
                    # "V/ encomenda n.º" and "DDT fornitore" are one label each.
                    stop += 1
                rest = cell[stop:]
                if rest and all(not words(token.text) for token in rest[:1]):
                    rest = rest[1:]
                label_end = cell[stop - 1].text
                colon = label_end.endswith((":", "：")) or (stop < len(cell) and cell[stop].text[:1] == ":")
                tail = _tail(cell[stop - 1], text[match.stop - 1])
                below = list(_below(rows, at, cell[start:stop], cell, parted, number))
                yield Label(
                    match.roles,
                    cell[start:stop],
                    ([tail] if tail else []) + rest,
                    parted[number + 1 :] or ([] if _stands_on(cell, below) else _half_below(rows, at, cell)),
                    below,
                    row,
                    whole=all(set(words(t.text)) <= _HARMLESS for t in rest),
                    colon=colon,
                    first=match.start == 0,
                    longer=_goes_on(cell[stop - 1 :]),
                )


def _whole(match: Match, known: Lexicon, text: list[str], owner: list[int], cell: list[Token]) -> Match | None:
    """The phrase, if it does not end within a word such as PO-1008; then a shorter one before that word."""
    last = owner[match.stop - 1]
    if match.stop >= len(owner) or owner[match.stop] != last or ":" in cell[last].text:
        return match
    cut = owner.index(last)
    return known.at(text[:cut], match.start) if cut > match.start else None


def _goes_on(tokens: list[Token]) -> bool:
    """Whether more words follow before the colon: the label says more than the phrase that was found."""
    if tokens[0].text.endswith(":"):
        return False
    for at, token in enumerate(tokens[1:5]):
        if at == 0 and sum(letter.isdigit() for letter in token.text) > 1 and not token.text.endswith(":"):
            # The value has begun.
            return False
        named = words(token.text) and any(letter.isalpha() for letter in token.text)
        if words(token.text) and set(words(token.text)) <= _HARMLESS and not token.text.endswith(":"):
            continue
        if set(words(token.text)) & _HARMLESS and token.text.endswith(":"):
            return False
        if token.text.endswith(":") or token.text == ":":
            return at > 0 or bool(named)
        if token.text.isdigit() and len(token.text) > 2:
            # The value has begun; the colon is that of the next label.
            return False
    return False


def _tail(token: Token, word: str) -> Token | None:
    """What is glued to a label behind its colon: NUMBER:4711."""
    head, mark, tail = token.text.partition(":")
    if mark and tail and words(head)[-1:] == (word,):
        return Token(
            tail, token.x0, token.top, token.x1, token.bottom, token.page, token.size, token.source, token.score
        )
    return None


def _stands_on(cell: list[Token], below: list[list[Token]]) -> bool:
    """Whether the value stands right under its label, left edge on left edge."""
    return any(abs(other[0].x0 - cell[0].x0) < 1 and any(t.text[:1].isdigit() for t in other[:1]) for other in below)


def _half_below(rows: list[Row], at: int, cell: list[Token]) -> list[list[Token]]:
    """What stands to the right of the label, less than a line lower."""
    below = rows[at + 1] if at + 1 < len(rows) else None
    if below is None or below.page != rows[at].page or below.middle - rows[at].middle > rows[at].size:
        return []
    return [other for other in cells(below.tokens, 1.1) if other[0].x0 > cell[-1].x1]


def _below(
    rows: list[Row], at: int, label: list[Token], cell: list[Token], parted: list[list[Token]], number: int
) -> Iterator[list[Token]]:
    """The cells under the label that begin or end where it does."""
    x0, x1 = cell[0].x0, cell[-1].x1
    following = parted[number + 1][0].x0 if number + 1 < len(parted) else 1e9
    for row in rows[at + 1 : at + 1 + _LOOK_DOWN]:
        if row.middle - rows[at].middle > _UNDER * max(label[0].size, row.size):
            return
        for other in cells([token for token in row.tokens if token.text != "|"], 1.1):
            left, right = other[0].x0, other[-1].x1
            size = label[0].size
            starts = abs(left - x0) < 0.8 * size
            ends = abs(right - x1) < 0.8 * size
            centred = abs((left + right) / 2 - (x0 + x1) / 2) < size
            if (starts or ends or centred or (left > x0 and left < x1)) and left < following:
                yield other


def identifier(tokens: list[Token]) -> tuple[str, list[Token]] | None:
    """The number of a document at the start of these words; it holds a digit."""
    used: list[Token] = []
    for token in tokens[:6]:
        text = token.text.strip(" :,;|")
        if not text or (not used and (not words(text) or text.casefold().strip(".:°º#") in _SKIPPED)):
            continue
        if not used:
            text = _GLUED.sub("", text)
        if text in _JOINTS and used and _joins(used, tokens):
            used.append(token)
            continue
        digits = any(letter.isdigit() for letter in text)
        apart = bool(used) and (not digits or token.x0 - used[-1].x1 > 0.6 * token.size)
        if apart or not _IDENTIFIER.fullmatch(text.strip("#")):
            break
        if not digits:
            if _is_abbreviation(text, tokens, len(used)):
                continue
            if not _is_prefix(token, text):
                return None
        used.append(token)
        if digits and not _continues(used, tokens):
            break
    if used and used[-1].text.isdigit() and _goes_on_as_sum(used, tokens):
        return None
    text = _GLUED.sub("", " ".join(token.text for token in used).strip(" :,;|")).strip("# ")
    if not any(letter.isdigit() for letter in text) or len(text) > _LONGEST_ID:
        return None
    return text.rstrip("."), used


def _goes_on_as_sum(used: list[Token], tokens: list[Token]) -> bool:
    """Whether what was taken for a number is the beginning of a sum: 24 867,94."""
    at = next(index for index, token in enumerate(tokens) if token is used[-1])
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        after is not None and _SUM_END.fullmatch(after.text) is not None and after.x0 - used[-1].x1 < 0.45 * after.size
    )


_SUM_END = re.compile(r"\d{3}[.,]\d{2}")


def _is_prefix(token: Token, text: str) -> bool:
    """A prefix such as "INV" may stand apart from its digits; other words, and the next label, are no number."""
    return text.isupper() and len(text) <= 6 and not token.text.endswith(":")


def _is_abbreviation(text: str, tokens: list[Token], at: int) -> bool:
    """Whether the capitals say what is numbered (PZ nr 12, WZ-12) and are no part of the number itself."""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return bool(lexicon("fields").roles(words(text))) and (
        after.casefold().strip(".:") in _SKIPPED or any(letter.isalpha() for letter in after)
    )


def _continues(used: list[Token], tokens: list[Token]) -> bool:
    """Whether the next word may be a further part of the number (PO 4500 017 742)."""
    at = next(index for index, token in enumerate(tokens) if token is used[-1])
    if at + 1 >= len(tokens):
        return False
    after = tokens[at + 1]
    if after.text in _JOINTS:
        return _joins(used, tokens)
    if used[-1].text in _JOINTS:
        return True
    return (
        _DIGITS.fullmatch(after.text) is not None
        and used[-1].text.isdigit()
        and after.x0 - used[-1].x1 < 0.45 * after.size
    )


def _joins(used: list[Token], tokens: list[Token]) -> bool:
    """Whether a stroke with blanks around it goes on with the number: 22 / 089."""
    at = next(index for index, token in enumerate(tokens) if token is used[-1])
    if at + 2 >= len(tokens):
        return False
    joint, after = tokens[at + 1 : at + 3]
    close = all(two.x0 - one.x1 < 0.45 * two.size for one, two in ((used[-1], joint), (joint, after)))
    return close and joint.text in _JOINTS and after.text.isdigit() and len(used[-1].text) <= _SHORT_PART


_JOINTS = frozenset({"/", "-"})
_SHORT_PART = 8
# A further part of a number: digits, with a check digit behind a hyphen.
_DIGITS = re.compile(r"\d+(?:-\d{1,2})?")
_SIGNS_OF_NUMBERS = frozenset({"no", "nr", "n", "o", "num", "number", "nummer", "numero", "nro", "#", "numer"})
_HARMLESS = frozenset({
    "kunde", "kunden", "customer", "client", "buyer", "besteller", "nr", "no", "number", "klant", "cliente",
    "supplier", "vendor", "seller", "lieferant", "lieferanten", "fournisseur", "proveedor", "fornitore",
    "fornecedor", "leverancier", "leverantor", "leverandor", "dostawcy", "klienta", "kundens", "kund",
})  # fmt: skip
_FURTHER = _SIGNS_OF_NUMBERS | _HARMLESS
_SKIPPED = frozenset(
    {"no", "nr", "n", "num", "number", "nummer", "numero", "nro", "id", "ref", "#", "nº", "n°", "no.", "nr."}
)


def candidates(label: Label) -> Iterator[tuple[list[Token], float]]:
    """Where the label's value may stand, the likeliest place first."""
    if label.inside:
        yield label.inside, 1.0 if label.colon else 0.8
    if label.whole:
        if label.beside:
            yield label.beside[0], 0.95 if label.colon else 0.85
        for number, cell in enumerate(label.under[:2]):
            yield cell, (0.8 if not label.colon or not label.beside else 0.6) - 0.15 * number
