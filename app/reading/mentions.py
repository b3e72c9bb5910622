"""Mentions: every place of a document that may name a party, with how it stands there."""
# ruff: noqa: PLR2004 (counts of words and parts are measures of this module alone)

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from app.reading import addresses, agreed, names
from app.reading.addresses import Sheet
from app.reading.legal_names import BANKS, names_with_forms
from app.reading.lexicon import Match, lexicon, words
from app.reading.names import Cell, cell_of, clean, has_facts, has_form, is_label, is_name, is_town
from app.reading.rows import cells
from app.reading.tokens import Token

_LETTERHEAD, _FOOT = 0.24, 0.86
_EDGE = 4.0
_MOST = 300
_UPPER = 0.45
_SHORT = 4
_LONGEST_NAME = 9
_PARTS = 3
_ARTICLES = frozenset({"der", "des", "of", "the", "de", "du", "della", "del", "van", "die", "das", "den"})
_LABEL_TAILS = frozenset({
    "address", "adresse", "anschrift", "details", "information", "info", "name", "indirizzo", "direccion", "adres",
    "adress", "daten",
})  # fmt: skip


class Origin(StrEnum):
    """How a name stands on paper."""

    LABEL = "label"
    ADDRESS = "address"
    INLINE = "inline"
    LETTERHEAD = "letterhead"
    FORM = "form"


@dataclass(slots=True, eq=False)
class Mention:
    """A name on paper with the lines of its address, the label over it, and what stands under it."""

    name: list[Token]
    origin: Origin
    row: int
    rest: list[list[Token]] = field(default_factory=list)
    tail: list[Cell] = field(default_factory=list)
    roles: tuple[str, ...] = ()
    score: float = 0.8

    @property
    def text(self) -> str:
        """The name as a value."""
        text = clean(self.name)
        return text if has_form(text) else text.rstrip(".")

    @property
    def tokens(self) -> list[Token]:
        """All words of name and address."""
        return [*self.name, *(token for line in self.rest for token in line)]


def mentions_of(sheet: Sheet) -> list[Mention]:
    """All mentions; what stands under a label is not read a second time as an address by itself."""
    out = [
        Mention(name, Origin.LABEL, row, roles=roles, score=0.95)
        for name, roles, row in agreed.named(sheet.rows)
        if any(has_form(token.text) for token in name)
    ]
    out.extend(_labelled(sheet))
    taken = {id(token) for mention in out for token in mention.tokens}
    out.extend(_inline(sheet, taken))
    taken = {id(token) for mention in out for token in mention.tokens}
    out.extend(_addresses(sheet, taken))
    out.extend(_letterhead(sheet, taken))
    out.extend(_feet(sheet))
    out.extend(Mention(name, Origin.FORM, row, score=0.6) for name, row in names_with_forms(sheet))
    return [mention for mention in out if _plausible(mention)][:_MOST]


def _plausible(mention: Mention) -> bool:
    text = mention.text
    base = words(names.without_forms(text))
    lettered = any(sum(letter.isalpha() for letter in word) > 1 for word in base)
    town = mention.origin is not Origin.FORM and is_town(text) and not has_form(text)
    if town and mention.origin is Origin.LABEL:
        town = not any(is_town(clean(line)) for line in mention.rest)
    if lexicon("columns").roles(words(text)) and not has_form(text):
        return False
    return lettered and len(mention.name) <= _LONGEST_NAME + _PARTS and not town


def _labelled(sheet: Sheet) -> Iterator[Mention]:
    """Blocks under, beside or behind a label such as Bill to or Verkäufer, on the first page."""
    for at, row in enumerate(sheet.cells):
        if sheet.rows[at].page > 1:
            return
        for number, cell in enumerate(row):
            match = _label(cell)
            if match is None:
                continue
            found = _block(sheet, row, number, cell, match)
            if found is not None:
                yield found


def _label(cell: Cell) -> Match | None:
    """The label of a party at the start of the cell, with further phrases and "address" behind it."""
    known = lexicon("parties")
    first = known.at(cell.words, 0) if cell.words else None
    if first is None:
        return None
    roles, stop = list(first.roles), first.stop
    while stop < len(cell.words):
        more = known.at(cell.words, stop)
        if more is not None and _separated(cell, stop):
            roles, stop = [*roles, *more.roles], more.stop
        elif cell.words[stop] in _LABEL_TAILS:
            stop += 1
        else:
            break
    if stop < len(cell.words) and cell.words[stop] in _ARTICLES and len(cell.words) <= stop + _PARTS:
        tail = cell.tokens[-1].text
        if not any(letter.isdigit() for letter in cell.text) and not tail.isupper() and not has_form(cell.text):
            stop = len(cell.words)
    return Match(0, stop, tuple(roles))


def _separated(cell: Cell, stop: int) -> bool:
    """Whether a sign such as / stands before the word: two labels for one party."""
    before = _token_stop(cell, stop)
    return any(mark in "".join(token.text for token in cell.tokens[max(0, before - 1) : before + 1]) for mark in "/&|")


def _token_stop(cell: Cell, count: int) -> int:
    """How many tokens hold the first `count` words of the cell."""
    seen_words = 0
    for at, token in enumerate(cell.tokens):
        seen_words += len(words(token.text))
        if seen_words >= count:
            return at + 1
    return len(cell.tokens)


def _block(sheet: Sheet, row: list[Cell], number: int, cell: Cell, match: Match) -> Mention | None:
    """The address lines of a label: behind it, beside it or under it."""
    stop = _token_stop(cell, match.stop)
    bracket = ")" in cell.tokens[stop - 1].text and "(" not in cell.text
    if bracket or sum(len(words(token.text)) for token in cell.tokens[:stop]) != match.stop:
        return None
    rest = [token for token in cell.tokens[stop:] if token.text.strip(":/-")]
    colon = cell.tokens[stop - 1].text.endswith(":") or (stop < len(cell.tokens) and cell.tokens[stop].text[:1] == ":")
    short = match.stop == 1 and len(cell.words[0]) <= _SHORT
    high = sheet.rows[cell.row].middle < _UPPER * sheet.height
    # "Client Solutions Ltd" is a name, "Bill to Acme Ltd" a label with one.
    told = match.stop > 1 and has_form(clean(rest)) and "third" not in match.roles
    if (rest and not colon and not told) or (short and not colon and not high):
        return None
    lines: list[Cell] = []
    left = cell.x0
    beside = row[number + 1] if number + 1 < len(row) else None
    if rest:
        lines, left = _parted(cell_of(rest, cell.row)), rest[0].x0
    elif beside is not None and not short and _beside(sheet, cell, beside, colon=colon):
        lines, left = [beside], beside.x0
    lines = addresses.downward(sheet, cell.row, lines, {left, cell.x0})
    if not lines or not is_name(lines[0]):
        return None
    if short and not colon and len(lines) < 2:
        return None
    score = (0.9 if not rest else 0.85) + 0.01 * match.stop - (0.25 if short else 0)
    found = Mention(lines[0].tokens, Origin.LABEL, lines[0].row, roles=match.roles, score=score)
    found.rest = [line.tokens for line in lines[1:]]
    found.tail = addresses.tail_of(sheet, lines[-1])
    _with_form(found)
    return found


def _parted(cell: Cell) -> list[Cell]:
    """An address in one line, part by part."""
    pieces = addresses.pieces_of(cell)
    whole = len(pieces) < _PARTS and not any(is_town(piece.text) for piece in pieces[1:])
    return [cell] if whole else pieces


def _beside(sheet: Sheet, cell: Cell, beside: Cell, *, colon: bool) -> bool:
    """Whether the name stands in the next cell of the row rather than under the label."""
    if not is_name(beside) or ":" in beside.text or names.is_heading(beside):
        return False
    if lexicon("parties").at(beside.words, 0) is not None and not has_form(beside.text):
        return False
    if colon or has_form(beside.text):
        return True
    next_row = sheet.cells[cell.row + 1] if cell.row + 1 < len(sheet.cells) else []
    if any(abs(c.x0 - beside.x0) < _EDGE for c in next_row) and not any(abs(c.x0 - cell.x0) < _EDGE for c in next_row):
        return True
    under = addresses.downward(sheet, cell.row, [], {cell.x0})
    return not any(is_town(line.text) or has_form(line.text) for line in under)


def _with_form(mention: Mention) -> None:
    """A legal form alone on the second line belongs to the name."""
    if mention.rest and not words(names.without_forms(clean(mention.rest[0]))) and has_form(clean(mention.rest[0])):
        mention.name = [*mention.name, *mention.rest[0]]
        mention.rest = mention.rest[1:]


def _inline(sheet: Sheet, taken: set[int]) -> Iterator[Mention]:
    """A name with its address or its facts in one line: the sender over the window, the foot of the page."""
    for at, row in enumerate(sheet.rows):
        for tokens in cells(row.tokens, 2.5):
            if len(tokens) < _PARTS or id(tokens[0]) in taken:
                continue
            found = _line(cell_of(tokens, at))
            if found is not None:
                yield found


def _line(cell: Cell) -> Mention | None:
    """The name at the start of a line that goes on with the street and town, or with telephone and bank."""
    dotted = any(token.text in "·•●|–—*▪-" for token in cell.tokens)
    if not dotted and "," not in cell.text:
        return None
    pieces = addresses.pieces_of(cell)
    dotted = dotted and len(pieces) > 1
    if len(pieces) < 2 or not _names(pieces[0]) or set(pieces[0].words) & BANKS:
        return None
    formed = has_form(pieces[0].text)
    towns = [piece for piece in pieces[1:] if is_town(piece.text)]
    facts = any(has_facts(piece.text) for piece in pieces[1:])
    streets = (
        dotted and len(pieces) >= _PARTS and any(names.is_street(piece) for piece in pieces[1 : 3 if formed else 2])
    )
    if not (towns or facts or streets):
        return None
    if len(pieces) < _PARTS and not formed and not (dotted and towns):
        return None
    if (
        not dotted
        and not formed
        and (len(pieces) < _PARTS or not pieces[1].text[:1].isdigit() or pieces[1].text.strip(",").isdigit())
    ):
        return None
    until = max((pieces.index(piece) for piece in towns), default=len(pieces) - 1 if streets and not facts else 0) + 1
    rest = [piece.tokens for piece in pieces[1:until]]
    return Mention(_cut(pieces[0].tokens), Origin.INLINE, cell.row, rest, score=0.85)


def _names(piece: Cell) -> bool:
    """Whether the first piece of a line is a name, not a street or a town."""
    if ":" in piece.text:
        return False
    if has_form(piece.text):
        return bool(words(names.without_forms(piece.text)))
    return (
        is_name(piece) and not names.is_street(piece) and not is_town(piece.text) and len(piece.tokens) <= _LONGEST_NAME
    )


def _cut(tokens: list[Token]) -> list[Token]:
    """The name up to its legal form, where other words follow (… SARL au capital de …)."""
    last = None
    for at, token in enumerate(tokens):
        if has_form(token.text):
            last = at
        elif token.text.endswith(".") and len(token.text) > _SHORT and at > 0:
            return tokens[: at + 1]
    if last is None or last + 1 >= len(tokens) or not tokens[last + 1].text[:1].islower():
        return tokens
    return tokens[: last + 1]


def _addresses(sheet: Sheet, taken: set[int]) -> Iterator[Mention]:
    """Addresses that stand by themselves: the lines over a postcode with its town."""
    known: set[int] = set()
    for row in sheet.cells:
        for cell in row:
            if cell.page > 1 or id(cell.tokens[0]) in taken or len(cell.tokens) > _LONGEST_NAME + _PARTS:
                continue
            if not is_town(cell.text) or is_label(cell):
                continue
            lines = addresses.upward(sheet, cell, taken)
            if len(lines) < 2 or any(id(token) in taken or id(token) in known for token in lines[0].tokens):
                continue
            lines = _without_trade_name(sheet, lines)
            known.update(id(token) for line in lines for token in line.tokens)
            found = Mention(
                lines[0].tokens, Origin.ADDRESS, lines[0].row, [line.tokens for line in lines[1:]], score=0.75
            )
            found.tail = addresses.tail_of(sheet, cell)
            _with_form(found)
            yield found


def _without_trade_name(sheet: Sheet, lines: list[Cell]) -> list[Cell]:
    """Where the second line stands elsewhere too and the first does not, the first is a mere trade name."""
    if len(lines) < _PARTS or has_form(lines[0].text) or not is_name(lines[1]) or names.is_street(lines[1]):
        return lines
    counts = [sum(line.words == other.words[-len(line.words) :] for other in sheet.every()) for line in lines[:2]]
    return lines[1:] if counts[0] < 2 <= counts[1] else lines


def _letterhead(sheet: Sheet, taken: set[int]) -> Iterator[Mention]:
    """Names at the top of the first page."""
    titles = lexicon("titles")
    for row, line in zip(sheet.rows, sheet.cells, strict=True):
        if row.page > 1 or row.middle > _LETTERHEAD * sheet.height:
            return
        for cell in line:
            if id(cell.tokens[0]) in taken or not is_name(cell) or len(cell.tokens) > _LONGEST_NAME:
                continue
            match = titles.at(cell.words, 0) if cell.words else None
            if (
                (match is not None and match.stop >= len(cell.words) - 1)
                or names.is_heading(cell)
                or is_town(cell.text)
            ):
                continue
            pieces = addresses.pieces_of(cell)
            if (len(pieces) > 1 and not has_form(pieces[0].text)) or is_town(pieces[0].text):
                continue
            name = _cut(_before_title(pieces[0]))
            if name:
                yield Mention(name, Origin.LETTERHEAD, cell.row, score=0.6)


def _before_title(cell: Cell) -> list[Token]:
    """The words in front of a title that ends the cell (Acme Tools Invoice)."""
    for match in lexicon("titles").find(cell.words):
        if match.stop == len(cell.words) and match.start > 0:
            return cell.tokens[: _token_stop(cell, match.start)]
    return cell.tokens


def _feet(sheet: Sheet) -> Iterator[Mention]:
    """A name alone at the foot of the first page, over a line with its address or its facts."""
    for at in range(len(sheet.rows) - 1):
        row, below = sheet.rows[at], sheet.rows[at + 1]
        if row.page > 1 or below.page > 1:
            return
        if row.middle < _FOOT * sheet.height or len(sheet.cells[at]) != 1 or below.middle - row.middle > 2 * row.size:
            continue
        cell = sheet.cells[at][0]
        told = has_facts(below.text) or is_town(below.text)
        plain = not has_facts(cell.text) and not any(letter.isdigit() for letter in cell.text)
        if told and plain and is_name(cell) and len(cell.tokens) <= _LONGEST_NAME and not names.is_heading(cell):
            yield Mention(cell.tokens, Origin.INLINE, at, score=0.6)
