"""Products: lines that print their arithmetic, such as 146 × £1.85, wherever it stands in its row."""

from collections.abc import Iterator
from itertools import pairwise

from app.reading import roles as parts
from app.reading.body import BodyRow, Record
from app.reading.figures import Figure
from app.reading.heads import HeadRow
from app.reading.table import Table

_TIMES = frozenset({"x", "X", "×", "*", "@", "à", "á", "a"})
_LEAST, _MOST = 2, 200
_NEAR = 1.6


def read(body: list[BodyRow]) -> Table | None:
    """The rows whose printed product is the amount that ends them; None where fewer than two are."""
    found = [(at, *three) for at, row in enumerate(body) for three in _products(row)][:_MOST]
    if len(found) < _LEAST:
        return None
    records = [_record(body, *entry) for entry in found]
    anchors = {id(row.row) for record in records for row in record.rows}
    for record, after in zip(records, [*(entry[0] for entry in found[1:]), None], strict=True):
        record.rows.extend(_below(body, record, after, anchors))
    head = HeadRow(body[found[0][0]].row.page, body[found[0][0]].row.index, body[found[0][0]].row.index, [], 1.0)
    return Table(head, records, {}, {id(row.row) for record in records for row in record.rows})


def _products(row: BodyRow) -> Iterator[tuple[Figure, Figure, Figure]]:
    """Quantity, price and amount of the row, where a sign of multiplication stands between the first two."""
    if len(row.figures) < _LEAST + 1:
        return
    amount = row.figures[-1]
    for quantity, price in pairwise(row.figures[:-1]):
        between = [t for t in row.row.tokens if quantity.tokens[-1].x1 <= t.x0 and t.x1 <= price.x0 + 0.1]
        signs = [token for token in between if token.text in _TIMES and token not in price.tokens]
        glued = price.tokens[0].text[:1] in "×@"
        if (signs or glued) and amount.value and parts.any_reading(quantity, price, amount):
            yield quantity, price, amount
            return


def _record(body: list[BodyRow], at: int, quantity: Figure, price: Figure, amount: Figure) -> Record:
    row = body[at]
    figures = {"quantity": quantity, "unit_price": price, "amount": amount}
    words = [token for token in row.row.tokens if token.x1 <= quantity.tokens[0].x0]
    rows = [row]
    above = body[at - 1] if at else None
    if not any(letter.isalpha() for token in words for letter in token.text):
        words = []
        if above is not None and _close(above, row) and not above.is_sum:
            words, rows = list(above.row.tokens), [above, row]
    return Record(row, figures, {"description": words} if words else {}, [words] if words else [], rows)


def _below(body: list[BodyRow], record: Record, after: int | None, anchors: set[int]) -> list[BodyRow]:
    """Rows of words under the line that begin where its words begin, up to the next line."""
    words = record.texts.get("description")
    out: list[BodyRow] = []
    if not words:
        return out
    start = next(at for at, row in enumerate(body) if row is record.rows[-1]) + 1
    before = record.rows[-1]
    for row in body[start:after]:
        first = row.row.tokens[0]
        if id(row.row) in anchors or row.is_sum or not _close(before, row) or abs(first.x0 - words[0].x0) > first.size:
            break
        if any(figure.free and figure.number.currency for figure in row.figures):
            break
        out.append(row)
        record.words.append(list(row.row.tokens))
        before = row
    return out


def _close(above: BodyRow, below: BodyRow) -> bool:
    near = below.row.middle - above.row.middle < _NEAR * max(above.row.size, below.row.size)
    return above.row.page == below.row.page and near
