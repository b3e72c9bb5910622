"""Heads of tables: one to four stacked rows whose words are phrases for columns."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from app.reading import numbers
from app.reading.layouts.layout import ColumnRule
from app.reading.lexicon import lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Token

_STACK = 5
# Rows of one head stand closer together than this many heights of print.
_LEADING = 1.35
_HEAD_GAP = 0.62
# Columns may part at a smaller gap where the rows below show an edge within this many points.
_TIGHT, _ALIGNED = 0.36, 1.2
#: So many rows below a head tell where its columns part.
BODY = 4
_LEAST_ROLES = 2
_SHORT = 2
_BASES = frozenset({"10", "100", "1000"})
#: Heads that name the goods, or their number beside a column of names.
GENERIC = frozenset(
    (word,) for word in "artikel article item product produkt artigo articulo articolo vare material".split()
)
#: Roles of heads that name money, and of those that name counts.
SUMS = frozenset({"amount", "unit_price", "gross_amount", "gross_price", "tax_amount"})
COUNTED = frozenset(
    {"quantity", "ordered", "despatched", "received", "accepted", "rejected", "outstanding", "rights", "packs"}
)
_NAMES = frozenset({"description", "seller_item", "product", "buyer_item", "gtin"})
_OTHERS = frozenset({"license_key", "entitlement", "metric", "license_type", "publisher"})


@dataclass(slots=True, eq=False)
class Head:
    """One column's head: what it can mean, how much of its text says so, and its place."""

    tokens: list[Token]
    roles: tuple[str, ...]
    share: float
    x0: float
    x1: float
    base: int | None = None

    @property
    def center(self) -> float:
        """The middle."""
        return (self.x0 + self.x1) / 2

    @property
    def text(self) -> str:
        """The head as printed."""
        return " ".join(token.text for token in self.tokens)


@dataclass(slots=True, eq=False)
class HeadRow:
    """A row of heads: the rows it takes (last exclusive), how sure it is one, and what is remembered of its columns."""

    page: int
    start: int
    stop: int
    heads: list[Head]
    score: float
    rules: tuple[ColumnRule, ...] = ()

    @property
    def signature(self) -> tuple[str, ...]:
        """What the heads say, for finding the same head again on the next page."""
        return tuple(" ".join(words(head.text)) for head in self.heads)


def head_rows(rows: list[Row]) -> list[HeadRow]:
    """The page's possible heads, the best first; overlapping ones are kept if they differ."""
    hits = [_phrases(row) for row in rows]
    numeric = [_numeric(row) for row in rows]
    found: list[HeadRow] = []
    # A row is looked at in several stacks over one body: it parts in the same way in each.
    parted: dict[tuple[int, int], list[list[Token]]] = {}
    for start, row in enumerate(rows):
        if not hits[start] or numeric[start] or _is_title(row):
            continue
        for stop in range(start + 1, min(start + _STACK, len(rows)) + 1):
            last = rows[stop - 1]
            if stop - start > 1 and (numeric[stop - 1] or last.middle - rows[stop - 2].middle > _LEADING * last.size):
                break
            if sum(hits[start:stop]) < _LEAST_ROLES:
                continue
            body = rows[stop : stop + BODY]
            for at in range(start, stop):
                if (at, stop) not in parted:
                    parted[at, stop] = _segments(rows[at], body)
            heads = _blocks(parted[at, stop] for at in range(start, stop))
            score = _score(heads)
            if score > 0:
                # A further row counts for the head if every column then reads as one phrase.
                whole = all(head.roles and head.share == 1.0 for head in heads)
                score += (0.02 if whole else -0.05) * (stop - start)
            if score > 0:
                found.append(HeadRow(row.page, start, stop, heads, score))
    found.sort(key=lambda head: -head.score)
    return _distinct(found)


def _is_title(row: Row) -> bool:
    """Whether the row as a whole is a document's title, such as Goods received note."""
    return bool(lexicon("titles").roles([word for token in row.tokens for word in words(token.text)]))


def _phrases(row: Row) -> int:
    text = [word for token in row.tokens for word in words(token.text)]
    return len(lexicon("columns").find(text))


def _numeric(row: Row) -> bool:
    """Two figures or more, one of them money, make a body row, not a head."""
    figures = [token.text for token in row.tokens if numbers.read(token.text, ".")]
    return len(figures) > _SHORT or any("." in text[1:-1] or "," in text[1:-1] for text in figures)


def _distinct(found: list[HeadRow]) -> list[HeadRow]:
    """Of overlapping candidates the best two."""
    kept: list[HeadRow] = []
    for head in found:
        rivals = [other for other in kept if other.start < head.stop and head.start < other.stop]
        if len(rivals) < _SHORT and all(other.signature != head.signature for other in rivals):
            kept.append(head)
    return kept


def blocks(rows: list[Row], body: list[Row]) -> list[Head]:
    """Stack the segments of the rows that stand over each other, and read each stack as one head."""
    return _blocks(_segments(row, body) for row in rows)


def _blocks(rows: Iterable[list[list[Token]]]) -> list[Head]:
    stacks: list[list[Token]] = []
    for segments in rows:
        for segment in segments:
            if lexicon("parties").roles([word for token in segment for word in words(token.text)]) and len(segment) > 1:
                return []
            home = _under(segment, stacks)
            if home is None:
                stacks.append(list(segment))
            else:
                home.extend(segment)
    heads = [_head(stack) for stack in stacks]
    heads.sort(key=lambda head: head.x0)
    if any("unit_price" in head.roles and "unit" not in head.roles for head in heads):
        # Beside a column for the price, one headed Unit holds units.
        for head in heads:
            if {"unit", "unit_price"} <= set(head.roles):
                head.roles = ("unit",)
    _settle(heads)
    named = [head for head in heads if "description" in head.roles]
    if len(named) > 1:
        # Beside a column for the description, one headed Article or Item holds its number.
        for head in named:
            if words(head.text) in GENERIC:
                head.roles = ("seller_item",)
    return heads


def _settle(heads: list[Head]) -> None:
    """Choose between two meanings of a head by what the heads beside it say."""
    measured = any("metric" in head.roles and "license_type" not in head.roles for head in heads)
    priced = any("unit_price" in head.roles for head in heads)
    others = sum("amount" in head.roles for head in heads)
    for head in heads:
        if "position" in head.roles and head is heads[0]:
            # Polish "Lp." counts lines; elsewhere "LP" is a list price.
            head.roles = tuple(role for role in head.roles if role not in SUMS)
        elif {"metric", "license_type"} <= set(head.roles):
            head.roles = ("license_type",) if measured else ("metric", "license_type")
        elif {"amount", "lot"} <= set(head.roles):
            # German "Charge" is a lot; an English one is what a line comes to, and ends its row.
            moneyless = not priced and others == 1
            if moneyless or (others > 1 and head is not heads[-1]):
                head.roles = ("lot",)


def _segments(row: Row, body: list[Row]) -> list[list[Token]]:
    """The row's cells, parted again where the body's columns part, and where a cell holds two phrases."""
    out: list[list[Token]] = []
    tight = cells([token for token in row.tokens if token.text.strip("|-_—·.:")], _HEAD_GAP)
    for cell in (part for whole in tight for part in _parted(whole, body)):
        text: list[str] = []
        owner: list[int] = []
        for at, token in enumerate(cell):
            for word in words(token.text):
                text.append(word)
                owner.append(at)
        known = lexicon("columns")
        matches = known.find(text)
        if len(matches) > 1 and sum(match.stop - match.start for match in matches) >= 0.7 * len(text):
            cuts = sorted({owner[match.start] for match in matches if set(match.roles) - {"ignored"}} - {0})
            roles = [match.roles for match in matches]
            if len(set(roles)) > 1 and _two_columns(cell, cuts):
                edges = [0, *cuts, len(cell)]
                out.extend(cell[a:b] for a, b in pairwise(edges) if a < b)
                continue
        out.append(cell)
    return out


def _parted(cell: list[Token], body: list[Row]) -> list[list[Token]]:
    """The cell cut where a word begins just where words of the body begin, or ends where their figures end."""
    out = [cell[:1]]
    for one, two in pairwise(cell):
        gap = two.x0 - one.x1
        if gap > _TIGHT * two.size and _edge(one, two, body):
            out.append([two])
        else:
            out[-1].append(two)
    return out


def _edge(one: Token, two: Token, body: list[Row]) -> bool:
    """Whether most of the rows under the head have an edge of columns between the two words."""
    hits = 0
    for row in body:
        hits += any(
            right.x0 - left.x1 > _TIGHT * right.size
            and (
                abs(right.x0 - two.x0) < _ALIGNED
                or (abs(left.x1 - one.x1) < _ALIGNED and left.text[-1:].isdigit() and right.x0 > one.x1)
            )
            for left, right in pairwise(row.tokens)
        )
    return hits >= min(2, len(body)) > 0


def _two_columns(cell: list[Token], cuts: list[int]) -> bool:
    """Words with punctuation that ties them (comma, &, slash) name one column; so does a bracket, or a small letter."""
    if cell[0].text[:1].isupper() and any(cell[cut].text[:1].islower() for cut in cuts):
        return False
    return bool(cuts) and not any(
        cell[cut - 1].text[-1:] in ",/&-("
        or cell[cut].text[:1] in "&/("
        or cell[cut - 1].text in {"or", "et", "und", "/"}
        for cut in cuts
    )


def _under(segment: list[Token], stacks: list[list[Token]]) -> list[Token] | None:
    """The stack above the segment: the one that shares most of its width."""
    x0, x1 = segment[0].x0, segment[-1].x1
    best, most = None, 0.25
    for stack in stacks:
        left, right = min(token.x0 for token in stack), max(token.x1 for token in stack)
        share = (min(x1, right) - max(x0, left)) / max(min(x1 - x0, right - left), 1.0)
        if share > most and abs(segment[0].middle - stack[-1].middle) > 1.0:
            best, most = stack, share
    return best


def _head(tokens: list[Token]) -> Head:
    text = _joined(tokens)
    known = lexicon("columns")
    roles = known.roles(text)
    share = 1.0
    if not roles and lexicon("parties").roles(text):
        text = ()
    if not roles and text:
        matches = [m for m in known.find(text) if m.stop - m.start > 1 or len(text[m.start]) > _SHORT]
        if matches:
            longest = max(matches, key=lambda m: (sum(len(word) for word in text[m.start : m.stop]), -m.start))
            roles = longest.roles
            share = sum(len(word) for word in text[longest.start : longest.stop]) / max(sum(map(len, text)), 1)
    x0, x1 = min(token.x0 for token in tokens), max(token.x1 for token in tokens)
    base = next((int(word) for word in text if word in _BASES), None)
    if base is not None and {"unit_price", "price_base"} & set(roles):
        # "Price per 100" heads prices, and says what they are for.
        return Head(tokens, ("unit_price",), 1.0, x0, x1, base)
    return Head(tokens, roles, share if roles else 0.0, x0, x1)


def _joined(tokens: list[Token]) -> tuple[str, ...]:
    """The stack's words; one parted by a hyphen at the end of a line is put together again."""
    text = ""
    for token in tokens:
        if text.endswith("-") and token.text[:1].islower():
            text = text[:-1] + token.text
        else:
            text = f"{text} {token.text}" if text else token.text
    found = words(text)
    kept = tuple(word for word in found if word.upper() not in numbers.CODES and word not in {"in", "euro"})
    return kept or found


def _score(heads: list[Head]) -> float:
    """How much the row looks like the head of a table of goods."""
    roles: dict[str, float] = {}
    for head in heads:
        for role in head.roles:
            roles[role] = max(roles.get(role, 0.0), head.share)
    named = [head for head in heads if head.roles and head.share >= 0.4]
    if len(named) < _LEAST_ROLES or not roles:
        return 0.0
    score = sum(min(head.share, 1.0) for head in named)
    strong = (bool(SUMS & set(roles)), bool(COUNTED & set(roles)), bool((_NAMES | _OTHERS) & set(roles)))
    if sum(strong) < _LEAST_ROLES and not (strong[2] and len(named) > _LEAST_ROLES and _OTHERS & set(roles)):
        return 0.0
    if not strong[0] and not strong[1] and len(named) <= _LEAST_ROLES:
        return 0.0
    lost = sum(1 for head in heads if not head.roles)
    return score + sum(strong) + (0.3 if "description" in roles else 0.0) - 0.7 * lost
