"""Details: what the small print of a line says of itself, such as "your item 10" or "Lot: A-4711"."""

from collections.abc import Iterable

from app.reading.lexicon import lexicon, words
from app.reading.tokens import Token

_SEPARATORS = frozenset({"·", "•", "|", ";", "–", "—", "/"})
_WORDY = frozenset({"metric", "publisher", "product", "period"})
_NUMBERED = frozenset({
    "seller_item", "buyer_item", "gtin", "order_line", "order_number", "lot", "serial", "license_key", "entitlement",
    "start", "end", "rights", "packs", "rights_per_pack", "need_by",
})  # fmt: skip

_ASIDE = frozenset({
    "order_line", "order_number", "lot", "serial", "gtin", "license_key", "entitlement", "buyer_item", "seller_item",
})  # fmt: skip
_SHORT = frozenset({"lot", "gtin", "order_line", "seller_item", "buyer_item"})

Details = dict[str, list[Token]]


def details_of(rows: Iterable[list[Token]]) -> Details:
    """The values that the rows name by a phrase for a column, by that column's role; the first one counts."""
    found: Details = {}
    for row in rows:
        for segment in _segments(row):
            _take(segment, found)
    return found


def is_detail(row: list[Token]) -> bool:
    """Whether the row says by its label which order, lot or number the goods have."""
    return bool(details_of([row]).keys() & _ASIDE)


def _segments(row: list[Token]) -> list[list[Token]]:
    """The row parted at dots, bars and commas."""
    out: list[list[Token]] = [[]]
    for token in row:
        if token.text in _SEPARATORS:
            out.append([])
            continue
        out[-1].append(token)
        if token.text.endswith((",", ";")):
            out.append([])
    return [segment for segment in out if segment]


def _take(segment: list[Token], found: Details) -> None:
    text: list[str] = []
    owner: list[int] = []
    for at, token in enumerate(segment):
        for word in words(token.text):
            text.append(word)
            owner.append(at)
    if not text:
        return
    for start in range(min(2, len(text))):
        match = lexicon("columns").at(text, start)
        if match is None:
            continue
        stop = owner[match.stop - 1] + 1
        if match.stop < len(owner) and owner[match.stop - 1] == owner[match.stop]:
            return
        value = segment[stop:]
        named = segment[stop - 1].text.endswith(":") or (value and value[0].text == ":")
        value = [token for token in value if token.text.strip(":.#=")]
        if not value:
            return
        value = _ended(value)
        for role in match.roles:
            # A day may stand before its date: Tag 09.11.2026.
            reach = value if role == "need_by" and named else value[:1]
            digits = any(letter.isdigit() for token in reach for letter in token.text)
            if role in _SHORT and digits:
                value = _first(value)
            if (role in _WORDY and named) or (role in _NUMBERED and digits and (named or len(value) == 1)):
                found.setdefault(role, value)
        return


def _ended(value: list[Token]) -> list[Token]:
    """The value up to the next label with a colon."""
    stop = next((at for at, token in enumerate(value) if at and token.text.endswith(":")), len(value))
    return value[:stop]


def _first(value: list[Token]) -> list[Token]:
    """The number at the start of the words; what holds no digit any more is another matter."""
    stop = next(
        (at for at, token in enumerate(value) if at and not any(letter.isdigit() for letter in token.text)), len(value)
    )
    return value[:stop]
