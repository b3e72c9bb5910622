"""Counts: lists of goods without a head, each row a whole number and a name, as packers tick them off."""

from collections.abc import Sequence
from itertools import pairwise

from app.reading import table
from app.reading.heads import Head, HeadRow
from app.reading.rows import Row, cells
from app.reading.table import Table
from app.reading.tokens import Token

_EDGE, _LETTERS, _DIGITS = 3.0, 3, 5
_LEAST, _LEAST_BEHIND = 2, 3
_NEAR = 5.0


def read(rows: Sequence[Row], mark: str | None) -> Table | None:
    """The goods of a list where numbers stand in front of the names, or behind them; None where there is none."""
    for front, least in ((True, _LEAST), (False, _LEAST_BEHIND)):
        run = max(_runs(rows, front=front), key=len, default=[])
        if len(run) >= least and not _numbered([cell[0].text for cell in (_count(row, front=front) for row in run)]):
            start = next(at for at, row in enumerate(rows) if row is run[0])
            stop = next(at for at, row in enumerate(rows) if row is run[-1]) + 1
            return table.read(_head(run, start, front=front), rows[start:stop], mark)
    return None


def _runs(rows: Sequence[Row], *, front: bool) -> list[list[Row]]:
    """Stretches of rows whose counts stand under each other."""
    out: list[list[Row]] = []
    for row in rows:
        count = _count(row, front=front)
        if not count:
            continue
        above = out[-1][-1] if out else None
        near = above is not None and above.page == row.page and row.middle - above.middle < _NEAR * row.size
        if above is not None and near and _aligned(_count(above, front=front)[0], count[0]):
            out[-1].append(row)
        else:
            out.append([row])
    return out


def _aligned(one: Token, two: Token) -> bool:
    return min(abs(one.x0 - two.x0), abs(one.x1 - two.x1)) < _EDGE


def _parts(row: Row) -> list[list[Token]]:
    """The row's cells without the boxes to tick."""
    return cells([token for token in row.tokens if any(letter.isalnum() for letter in token.text)])


def _count(row: Row, *, front: bool) -> list[Token]:
    """The cell of the count, where the row has one and a name; empty otherwise."""
    parts = _parts(row)
    cell = parts[0 if front else -1] if len(parts) > 1 else []
    others = parts[1:] if front else parts[:-1]
    whole = len(cell) == 1 and cell[0].text.isdigit() and len(cell[0].text) <= _DIGITS
    named = any(sum(letter.isalpha() for token in part for letter in token.text) >= _LETTERS for part in others)
    return cell if whole and named else []


def _numbered(texts: list[str]) -> bool:
    """Whether the numbers only count the rows."""
    return all(int(two) == int(one) + 1 for one, two in pairwise(texts))


def _head(run: list[Row], start: int, *, front: bool) -> HeadRow:
    """A head in place of the one that is not printed: the count, the name, and what else has a column."""
    counts = [_count(row, front=front)[0] for row in run]
    heads = [Head([], ("quantity",), 1.0, min(token.x0 for token in counts), max(token.x1 for token in counts))]
    columns: dict[int, list[list[Token]]] = {}
    for row in run:
        for part in _parts(row)[1:] if front else _parts(row)[:-1]:
            columns.setdefault(round(part[0].x0 / _EDGE), []).append(part)
    shared = {place: parts for place, parts in columns.items() if 2 * len(parts) > len(run)}
    name = max(shared or columns, key=lambda place: sum(len(t.text) for part in columns[place] for t in part))
    for place, parts in (shared or {name: columns[name]}).items():
        role = ("description",) if place == name else ()
        heads.append(Head([], role, 1.0, parts[0][0].x0, max(part[-1].x1 for part in parts)))
    heads.sort(key=lambda head: head.x0)
    return HeadRow(run[0].page, start, start, heads, 1.0)
