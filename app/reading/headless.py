"""Tables without a head: lines found by arithmetic alone, or by amounts that add up to a printed total."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

from app.reading import columns as place
from app.reading import products, table
from app.reading import roles as parts
from app.reading.body import BodyRow, Record, body_row
from app.reading.columns import Column
from app.reading.figures import Figure
from app.reading.heads import Head, HeadRow
from app.reading.rows import Row
from app.reading.table import Table
from app.reading.tokens import Token

_MOST_COLUMNS = 9
_MOST_LINES = 200
_MOST_TOTALS = 20
_EDGE = 3.0
_SLACK = Decimal("0.011")
_LEAST_ROWS = 2


def read(rows: Sequence[Row], mark: str | None, totals: Sequence[Decimal]) -> Table | None:
    """The lines of a paper whose table has no head; None where nothing proves that there are any."""
    body = [body_row(row, mark) for row in rows]
    return products.read(body) or _by_arithmetic(rows, body, mark) or _by_sum(body, totals)


def _by_arithmetic(rows: Sequence[Row], body: list[BodyRow], mark: str | None) -> Table | None:
    """Three columns where quantity × price = amount in two rows or more stand for a head."""
    found = [column for column in place.columns_of([row.figures for row in body], len(body)) if len(column.figures) > 1]
    found = sorted(
        sorted(found, key=lambda column: -len(column.figures))[:_MOST_COLUMNS], key=lambda column: column.center
    )
    best: tuple[int, tuple[Column, ...]] | None = None
    for quantity, price, amount in permutations(found, 3):
        if not quantity.center < amount.center > price.center:
            continue
        right = [row for row in quantity.figures if _holds(row, quantity, price, amount)]
        score = len(right) * 2 + (quantity.center < price.center)
        if len(right) >= _LEAST_ROWS and (best is None or score > best[0]):
            best = (score, (quantity, price, amount))
    if best is None:
        return None
    first = min(row for row in best[1][0].figures if _holds(row, *best[1]))
    start = first
    if first and not _words_before(best[1], body[first].row) and not any(f.free for f in body[first - 1].figures):
        # Each name stands in a row of its own above its figures.
        start = first - 1
    return table.read(_head(best[1], body[start].row, start), rows[start:], mark)


def _words_before(columns: tuple[Column, ...], row: Row) -> bool:
    """Whether words stand in front of the figures."""
    left = min(column.x0 for column in columns)
    return any(token.x0 < left and any(letter.isalpha() for letter in token.text) for token in row.tokens)


def _holds(row: int, quantity: Column, price: Column, amount: Column) -> bool:
    q, p, a = (column.figures.get(row) for column in (quantity, price, amount))
    if q is None or p is None or a is None or 1 in {abs(q.value), abs(p.value)} or not a.value:
        return False
    return parts.any_reading(q, p, a)


def _head(columns: tuple[Column, ...], row: Row, start: int) -> HeadRow:
    """A head in place of the one that is not printed; the words stand left of the first figures."""
    names = ("quantity", "unit_price", "amount")
    heads = [Head([], (name,), 1.0, column.x0, column.x1) for name, column in zip(names, columns, strict=True)]
    left = min(column.x0 for column in columns)
    words = [token for token in row.tokens if any(letter.isalpha() for letter in token.text)]
    x0 = words[0].x0 if words else row.tokens[0].x0
    if x0 < left:
        heads.append(Head([], ("description",), 1.0, x0, max(min(x0 + 40, left - 4), x0 + 1)))
    heads.sort(key=lambda head: head.x0)
    return HeadRow(row.page, start, start, heads, 1.0)


def _by_sum(body: list[BodyRow], totals: Sequence[Decimal]) -> Table | None:
    """Rows of a name and an amount, one under the other, that add up to a printed total."""
    groups: dict[tuple[int, int], list[tuple[BodyRow, Figure]]] = {}
    for row in body:
        figure = _amount(row)
        if figure is None or row.is_sum or not any(letter.isalpha() for letter in row.row.tokens[0].text):
            continue
        key = (round(row.row.tokens[0].x0 / _EDGE), round(figure.x1 / _EDGE))
        groups.setdefault(key, []).append((row, figure))
    best: list[tuple[BodyRow, Figure]] = []
    for rows in groups.values():
        for run in _runs(rows[:_MOST_LINES], totals[-_MOST_TOTALS:]):
            best = run if len(run) > len(best) else best
    if len(best) < _LEAST_ROWS:
        return None
    records = [_record(row, figure) for row, figure in best]
    head = HeadRow(best[0][0].row.page, best[0][0].row.index, best[0][0].row.index, [], 1.0)
    return Table(head, records, {}, {id(row.row) for row, _ in best})


def _amount(row: BodyRow) -> Figure | None:
    """The last figure of the row, if it is money and ends the row."""
    if not row.figures:
        return None
    figure = row.figures[-1]
    money = figure.number.currency is not None or -figure.value.as_tuple().exponent == 2  # type: ignore[operator]
    return figure if figure.free and money and figure.tokens[-1] is row.row.tokens[-1] else None


def _runs(rows: list[tuple[BodyRow, Figure]], totals: Sequence[Decimal]) -> list[list[tuple[BodyRow, Figure]]]:
    """The stretches of neighbouring rows that add up to one of the totals."""
    out = []
    for start in range(len(rows)):
        added = Decimal(0)
        for stop in range(start, len(rows)):
            added += rows[stop][1].value
            if stop > start and any(abs(added - total) <= _SLACK for total in totals if total):
                out.append(rows[start : stop + 1])
    return out


def _record(row: BodyRow, figure: Figure) -> Record:
    used = {id(token) for token in figure.tokens}
    words: list[Token] = [token for token in row.row.tokens if id(token) not in used]
    return Record(row, {"amount": figure}, {"description": words}, [words], [row])
