"""Recall: where a remembered layout takes part in a reading, as one more hypothesis."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from app.documents.document import Document
from app.reading.columns import Column
from app.reading.heads import BODY, Head, HeadRow, blocks
from app.reading.layouts import fingerprint
from app.reading.layouts.contest import Match, contest
from app.reading.layouts.layout import ColumnRule, Layout, Use
from app.reading.lexicon import teaching, words
from app.reading.rows import Row, cells, rows_of
from app.reading.titles import Title
from app.reading.tokens import Page, Token

_EDGE = 6.0
_COLUMN = 14.0
_SURE = 1.25
_KNOWN_HEAD = 20.0
_MOST_OF = 0.6
_STACK = 4

Read = Callable[[Layout | None], Document]


@dataclass(slots=True)
class Offer:
    """The layouts that may be tried in this reading, the pages of its papers, and what each layout did."""

    layouts: tuple[Layout, ...]
    papers: list[Sequence[Page]] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)

    def uses(self, documents: Sequence[Document]) -> tuple[Use, ...]:
        """What the layouts did, by document; a paper that became none of the documents is left out."""
        found = []
        for match in self.matches:
            # A document is told by its sums: the same object, whatever was put beside it since.
            at = next((n for n, document in enumerate(documents) if document.totals is match.document.totals), None)
            if at is not None:
                layout = match.layout
                use = Use(
                    document=at,
                    memory=layout.memory,
                    version=layout.version,
                    outcome=match.outcome,
                    gave=match.gave,
                )
                found.append(use)
        return tuple(found)


_OFFER: ContextVar[Offer | None] = ContextVar("offer", default=None)


@contextmanager
def offering(layouts: Sequence[Layout]) -> Iterator[Offer]:
    """Within, papers are read with these layouts in mind."""
    offer = Offer(tuple(layouts))
    before = _OFFER.set(offer)
    try:
        yield offer
    finally:
        _OFFER.reset(before)


def recalled(pages: Sequence[Page], read: Read) -> Document:
    """The document of the pages; with the best remembered layout, if one is on offer and it reads better."""
    offer = _OFFER.get()
    if offer is None:
        return read(None)
    offer.papers.append(pages)
    found = read(None)
    layout = alike(offer.layouts, pages) if offer.layouts else None
    if layout is None:
        return found
    match = contest(found, layout, lambda taught: _taught(read, taught))
    offer.matches.append(match)
    return match.document


def _taught(read: Read, layout: Layout) -> Document:
    """The document as the layout has it."""
    columns: dict[tuple[str, ...], tuple[str, ...]] = {}
    for rule in layout.columns:
        if rule.words:
            columns[rule.words] = tuple(dict.fromkeys((*columns.get(rule.words, ()), rule.role)))
    sums = {rule.words: (rule.role,) for rule in layout.sums if rule.words}
    with teaching({"columns": columns, "sums": sums}):
        return read(layout)


def alike(layouts: Sequence[Layout], pages: Sequence[Page]) -> Layout | None:
    """The layout whose fingerprint stands on the pages, the fullest one first."""
    rows = [row for page in pages[:2] for row in rows_of(page)]
    shares = [(fingerprint.share(layout.marks, rows), at) for at, layout in enumerate(layouts)]
    best, at = max(shares, key=lambda entry: (entry[0], -entry[1]))
    return layouts[at] if best >= fingerprint.ALIKE else None


def located(row: Row, phrase: Sequence[str]) -> list[Token]:
    """The words of the row that say the phrase, the first time it stands there; empty where it does not."""
    text: list[str] = []
    owner: list[Token] = []
    for token in row.tokens:
        for word in words(token.text):
            text.append(word)
            owner.append(token)
    many = len(phrase)
    for start in range(len(text) - many + 1):
        if tuple(text[start : start + many]) == tuple(phrase):
            return list({id(token): token for token in owner[start : start + many]}.values())
    return []


# ── titles ──────────────────────────────────────────────────────────────────────────────────────


def titled(layout: Layout, rows: Sequence[Row], found: list[Title]) -> list[Title]:
    """The titles, those first that the layout knows."""
    best = found[0].score if found else 1.0
    for rule in layout.titles:
        for row in rows:
            tokens = located(row, rule.words) if row.page == 1 else []
            if tokens:
                cell = next(cell for cell in cells(row.tokens, 1.1) if tokens[0] in cell)
                after = cell[cell.index(tokens[-1]) + 1 :] if tokens[-1] in cell else []
                return [Title((rule.kind,), best + 0.5, after, tokens), *found]
    return found


# ── heads of tables ─────────────────────────────────────────────────────────────────────────────


def headed(layout: Layout, rows: list[Row], found: list[HeadRow]) -> list[HeadRow]:
    """The page's possible heads with the one that the layout knows; all of them named as it names them."""
    if not layout.columns:
        return found
    known = _known_head(layout.columns, rows)
    if known is not None:
        found = [known, *(head for head in found if head.stop <= known.start or head.start >= known.stop)]
    for head in found:
        _name(head, layout.columns)
    return found


def _known_head(rules: Sequence[ColumnRule], rows: list[Row]) -> HeadRow | None:
    """The rows in which most of the heads stand in their places."""
    named = [rule for rule in rules if rule.words]
    best: tuple[int, int, int] | None = None
    for start in range(len(rows)):
        if not any(_stands(rule.words[:1], rule, rows[start : start + 1]) for rule in named):
            continue
        for depth in range(1, min(_STACK, len(rows) - start) + 1):
            count = sum(1 for rule in named if _stands(rule.words, rule, rows[start : start + depth]))
            if best is None or count > best[0]:
                best = (count, start, start + depth)
    if best is None or best[0] < max(2, _MOST_OF * len(named)):
        return None
    _, start, stop = best
    heads = blocks(rows[start:stop], rows[stop : stop + BODY])
    heads = heads or [Head([], (rule.role,), 1.0, rule.head_x0, rule.head_x1) for rule in named]
    return HeadRow(rows[start].page, start, stop, heads, _KNOWN_HEAD)


def _stands(phrase: Sequence[str], rule: ColumnRule, rows: Sequence[Row]) -> bool:
    """Whether the head's words stand where its column is."""
    here = [
        word
        for row in rows
        for token in row.tokens
        if token.x0 > rule.head_x0 - _EDGE and token.x1 < rule.head_x1 + _EDGE
        for word in words(token.text)
    ]
    return all(word in here for word in phrase)


def _name(head: HeadRow, rules: Sequence[ColumnRule]) -> None:
    """Name the heads by the rules, and put one where a column without a head is known."""
    hits = 0
    known: set[int] = set()
    for rule in rules:
        mine = [entry for entry in head.heads if _same_head(entry, rule)]
        if rule.words and mine:
            hits += 1
            for entry in mine:
                entry.roles, entry.share = (rule.role,), 1.0
                known.add(id(entry))
        elif not rule.words and not any(entry.x0 < rule.x1 and entry.x1 > rule.x0 for entry in head.heads):
            head.heads.append(Head([], (rule.role,), 1.0, rule.x0, rule.x1))
    head.heads.sort(key=lambda entry: entry.x0)
    named = sum(1 for rule in rules if rule.words)
    if hits >= max(1, _MOST_OF * named) or head.score >= _KNOWN_HEAD:
        head.rules = tuple(rules)
        # What a rule says of one column, no other head says of its own; only names run over several columns.
        roles = {rule.role for rule in rules if rule.words} - {"description"}
        for entry in head.heads:
            if id(entry) not in known:
                entry.roles = tuple(role for role in entry.roles if role not in roles) or ("ignored",)


def _same_head(head: Head, rule: ColumnRule) -> bool:
    near = min(abs(head.x0 - rule.head_x0), abs(head.x1 - rule.head_x1)) < _EDGE
    return near and words(head.text) == rule.words


def relabel(columns: list[Column], rules: Sequence[ColumnRule]) -> None:
    """Name the columns of figures by the rules; no other column then has these names."""
    pairs = sorted(
        (_off(column, rule), number, at)
        for at, column in enumerate(columns)
        for number, rule in enumerate(rules)
        if _off(column, rule) < _COLUMN
    )
    taken: set[int] = set()
    named: dict[int, str] = {}
    for _, number, at in pairs:
        if number not in taken and at not in named:
            taken.add(number)
            named[at] = rules[number].role
    roles = set(named.values()) - {"ignored"}
    for at, column in enumerate(columns):
        if at in named:
            column.labels = {named[at]: _SURE}
        else:
            column.labels = {role: strength for role, strength in column.labels.items() if role not in roles}


def _off(column: Column, rule: ColumnRule) -> float:
    """How far the column stands from where the rule has it, in points: by the edge or middle that agrees best."""
    if column.x1 < rule.x0 - _COLUMN or column.x0 > rule.x1 + _COLUMN:
        return 1e9
    middle = abs(column.center - (rule.x0 + rule.x1) / 2)
    return min(abs(column.x0 - rule.x0), abs(column.x1 - rule.x1), middle)


__all__ = ["Offer", "alike", "headed", "located", "offering", "recalled", "relabel", "titled"]
