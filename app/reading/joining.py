"""Joining: which files of one upload or mail are one document, told by what they say and never by their names.

Joining wrongly pays what nobody billed, not joining leaves a question for a person: so a join needs evidence.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from app.documents.document import Document
from app.documents.evidence import Method
from app.documents.normal import name_key, number_key, tax_key
from app.reading.reading import Sheet

_PAGES = frozenset({"pdf", "scan", "hybrid"})
_DATA = frozenset({Method.XML, Method.EDI})
_HYBRID = "hybrid"
_SECOND = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A file with one document: what was read of it, what its pages say of their place, and its format."""

    document: Document
    sheets: tuple[Sheet, ...]
    format: str | None


@dataclass(frozen=True, slots=True)
class Joint:
    """Files that are one document, by their places, the one that stays first; and why."""

    pieces: tuple[int, ...]
    why: str


class _Rank(IntEnum):
    """How good the evidence is that one file goes on where another ends."""

    CARRIED_AND_COUNTED = 1
    COUNTED = 2
    CARRIED = 3
    UNFINISHED = 4
    ADDED_UP = 5


def joints(pieces: Sequence[Piece | None]) -> list[Joint]:
    """The files that are one document; None stands for a file that cannot be part of one."""
    chains = _chains(pieces)
    within = {at: chain for chain in chains for at in chain.pieces}
    alone = [Joint((at,), "") for at in range(len(pieces)) if at not in within]
    papers = [chain for chain in (*chains, *alone) if _is_paper(pieces[chain.pieces[0]])]
    out = {chain.pieces: chain for chain in chains}
    for data, paper in _pictures(pieces, papers):
        out.pop(paper.pieces, None)
        why = "The page shows the same document as the data: number and supplier are the same."
        out[data, *paper.pieces] = Joint((data, *paper.pieces), " ".join(filter(None, (why, paper.why))))
    return sorted(out.values(), key=lambda joint: joint.pieces)


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


def why_apart(pieces: Sequence[Piece | None]) -> str | None:
    """Why papers that were sent as one document are several: each opens one, of another number or supplier."""
    papers = [piece for piece in pieces if piece is not None and piece.sheets]
    for at, other in enumerate(papers):
        if any(not _may_go_on(other) and _differ(one, other) for one in papers[:at]):
            names = ", ".join(dict.fromkeys(piece.document.number or "without a number" for piece in papers))
            return f"Each of them is a document by itself: {names}."
    return None


def _chains(pieces: Sequence[Piece | None]) -> list[Joint]:
    """Files whose pages follow each other; where one could go on in two ways, it goes on in none."""
    steps: dict[int, tuple[int, str]] = {}
    # Nearly all files open a document and are whole: what goes on is looked for among the few others.
    going_on = [(at, piece) for at, piece in enumerate(pieces) if piece is not None and _may_go_on(piece)]
    for rank in _Rank:
        found = [
            (one, other, why)
            for one, first in enumerate(pieces)
            for other, second in going_on
            if one != other and one not in steps and other not in {after for after, _ in steps.values()}
            if first is not None and (why := _follows(first, second, rank))
        ]
        befores, afters = Counter(one for one, _, _ in found), Counter(other for _, other, _ in found)
        steps |= {one: (other, why) for one, other, why in found if befores[one] == afters[other] == 1}
    starts = set(steps) - {after for after, _ in steps.values()}
    return [_chain(start, steps) for start in sorted(starts)]


def _may_go_on(piece: Piece) -> bool:
    """Whether a file's first page may be another one's next."""
    return bool(piece.sheets) and (not piece.sheets[0].titled or (piece.sheets[0].number or 1) > 1)


def _chain(start: int, steps: dict[int, tuple[int, str]]) -> Joint:
    places, why, at = [start], [], start
    while at in steps:
        at, said = steps[at]
        places.append(at)
        why.append(said)
    return Joint(tuple(places), " ".join(why))


def _follows(one: Piece, other: Piece, rank: _Rank) -> str | None:
    """Why the other file goes on where this one ends; None where it does not."""
    if not (one.sheets and other.sheets) or _HYBRID in {one.format, other.format} or _differ(one, other):
        return None
    end, start = one.sheets[-1], other.sheets[0]
    same = _number(one) is not None and _number(one) == _number(other)
    unread = end.number is None and end.of is not None and start.number == _SECOND and same
    counted = (unread or (end.number is not None and start.number == end.number + 1)) and start.of == end.of
    carried = end.carried is not None and end.carried == start.carried and not start.titled
    page = f"Page {start.number}" + (f" of {start.of}" if start.of else "")
    match rank:
        case _Rank.CARRIED_AND_COUNTED if counted and carried:
            return f"{page} brings forward the {end.carried} that page {end.number} carries forward."
        case _Rank.COUNTED if counted and same and (start.of or not start.titled):
            return f"{page} follows page {end.number or 1} and has the same number."
        case _Rank.COUNTED if counted and start.of and _number(other) is None and not start.titled:
            return f"{page} follows page {end.number} and has no number of its own."
        case _Rank.CARRIED if carried and start.number in {None, _SECOND}:
            return f"A page brings forward the {end.carried} that the page before it carries forward."
        case _Rank.UNFINISHED if same and _same_supplier(one, other) and _goes_on(one, other):
            return "A page without a title has the same number and supplier, and the page before it ends without a sum."
        case _Rank.ADDED_UP if _number(other) is None and _goes_on(one, other) and _adds_up(one, other):
            return "The lines of both pages add up to the sum on the second, and the first ends without one."
    return None


def _goes_on(one: Piece, other: Piece) -> bool:
    """Whether one opens and ends without a sum, and the other does not open and has lines or a sum."""
    first, second = one.document, other.document
    ends_open = first.totals.gross is None and first.totals.due is None and first.totals.net is None
    opens_none = one.sheets[0].titled and not other.sheets[0].titled and other.sheets[0].number != 1
    return opens_none and ends_open and bool(second.lines or second.totals.gross or second.totals.net)


def _adds_up(one: Piece, other: Piece) -> bool:
    """Whether the lines of both add up, to the cent, to the sum of the other."""
    first, second = ([line.net_amount for line in piece.document.lines] for piece in (one, other))
    if not first or not second or None in first or None in second:
        return False
    total = sum((amount for amount in (*first, *second) if amount is not None), Decimal(0))
    sums = other.document.totals
    return total in {sums.lines, sums.net} - {None}


def _differ(one: Piece, other: Piece) -> bool:
    """Whether two files name different numbers or tax ids."""
    ids = tax_key(one.document.supplier.vat_id), tax_key(other.document.supplier.vat_id)
    numbers = _number(one), _number(other)
    return any(None not in pair and pair[0] != pair[1] for pair in (ids, numbers))


# ── a page and its data ─────────────────────────────────────────────────────────────────────────


def _pictures(pieces: Sequence[Piece | None], papers: Sequence[Joint]) -> Iterator[tuple[int, Joint]]:
    """E-invoices that came beside the page that shows them, each with that page's files."""
    pairs = [
        (at, paper)
        for at, piece in enumerate(pieces)
        if piece is not None and _is_data(piece)
        for paper in papers
        if (page := pieces[paper.pieces[0]]) is not None and _shows(page, piece)
    ]
    datas, pages = Counter(at for at, _ in pairs), Counter(paper.pieces for _, paper in pairs)
    return ((at, paper) for at, paper in pairs if datas[at] == pages[paper.pieces] == 1)


def _shows(page: Piece, data: Piece) -> bool:
    """Whether the page shows the document that the data are: the same kind, number and supplier."""
    one, other = page.document, data.document
    if one.kind != other.kind or _number(page) is None or _number(page) != _number(data):
        return False
    if page.format == _HYBRID:
        # It has data of its own: two that say two things are for a person to look at.
        return one.totals == other.totals and len(one.lines) == len(other.lines)
    sums = one.totals.gross, other.totals.gross
    known = one.supplier.name or one.supplier.vat_id
    return _same_supplier(page, data) or (not known and sums[0] is not None and sums[0] == sums[1])


def _is_data(piece: Piece) -> bool:
    entry = piece.document.evidence.get("/number")
    return piece.format not in _PAGES and entry is not None and entry.method in _DATA


def _is_paper(piece: Piece | None) -> bool:
    return piece is not None and piece.format in _PAGES


def _number(piece: Piece) -> str | None:
    return number_key(piece.document.number)


def _same_supplier(one: Piece, other: Piece) -> bool:
    first, second = one.document.supplier, other.document.supplier
    ids = tax_key(first.vat_id), tax_key(second.vat_id)
    if None not in ids:
        return ids[0] == ids[1]
    names = name_key(first.name), name_key(second.name)
    return None not in names and names[0] == names[1]
