"""Anchors: the rows of a table that carry a line each."""

# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)
from collections.abc import Sequence

from app.reading import details
from app.reading import roles as parts
from app.reading.body import COUNTS, BodyRow
from app.reading.columns import Column
from app.reading.figures import Figure
from app.reading.heads import HeadRow

_BASES = frozenset({10, 100, 1000})


def anchors_of(body: list[BodyRow], named: dict[str, Column], head: HeadRow) -> list[int]:
    """The rows that carry a line: two of quantity, price and amount, or what the table has of them."""
    have = [role for role in ("quantity", "unit_price", "amount") if role in named]
    strong = [at for at, row in enumerate(body) if _is_strong(row, have)]
    summed = [at for at in strong if "amount" in body[at].cells]
    if 2 * len(summed) >= len(strong):
        # A price with a discount under a line is no line of its own.
        strong = summed
    closing = next(
        (at for at, row in enumerate(body) if row.is_sum and closes(row) and at > min(strong, default=-1)), None
    )
    if len(have) >= 2 and strong:
        anchors = [at for at in strong if closing is None or at < closing or _goes_on(body[at], body[closing])]
        return sorted({*anchors, *_lone_lines(body, anchors, head, closing)})
    single = _single(body, named, head, closing)
    return single or strong


def _is_strong(row: BodyRow, have: Sequence[str]) -> bool:
    held = [role for role in have if role in row.cells]
    if len(held) < 2:
        return False
    if row.is_sum:
        return _multiplies(row) and row.cells["quantity"].value != 0
    return True


def _goes_on(row: BodyRow, sum_: BodyRow) -> bool:
    """Whether a row under a sum is a line still: it multiplies, or the sum was that of an earlier page."""
    whole = {"quantity", "unit_price", "amount"} <= row.cells.keys()
    roles = set(sum_.label.roles) if sum_.label is not None else set()
    return _multiplies(row) or (whole and row.row.page > sum_.row.page and roles <= {"lines", "skipped"})


def _multiplies(row: BodyRow) -> bool:
    cells = row.cells
    if not all(role in cells for role in ("quantity", "unit_price", "amount")):
        return False
    quantity, price, amount = cells["quantity"], cells["unit_price"], cells["amount"]
    if parts.any_reading(quantity, price, amount):
        return True
    # A price for ten, a hundred or a thousand says so beside it.
    bases = [price.base, *(figure.value for figure in row.figures if figure.value in _BASES)]
    return any(base and parts.holds(quantity.value / base, price.value, amount.value) for base in bases)


def closes(row: BodyRow) -> bool:
    """Whether the sum ends a table; a carried-forward row or a charge does not."""
    roles = set(row.label.roles) if row.label else set()
    return bool(roles & {"lines", "net", "gross", "tax", "due"}) and bool(row.figures)


def _lone_lines(body: list[BodyRow], anchors: list[int], head: HeadRow, closing: int | None) -> list[int]:
    """Lines that print an amount only, among others that print more."""
    names = [h for h in head.heads if {"description", "product", "seller_item"} & set(h.roles)]
    if not names or not anchors:
        return []
    left = min([min(h.x0 for h in names) - 25, *(body[at].row.tokens[0].x0 - 5 for at in anchors)])
    last = closing if closing is not None else max(anchors) + 1
    known = set(anchors)
    out = []
    for at in range(last):
        row = body[at]
        figure = row.cells.get("amount")
        if at in known or figure is None or row.label is not None or len(row.cells) > 2:
            continue
        words = [token for token in row.row.tokens if token not in figure.tokens]
        right = max(h.x1 for h in names)
        if words and left <= words[0].x0 <= right and any(letter.isalpha() for letter in words[0].text):
            out.append(at)
    return out


def _single(body: list[BodyRow], named: dict[str, Column], head: HeadRow, closing: int | None) -> list[int]:
    """The rows of a table that has quantities only, or amounts only, or as a price list prices only."""
    counts = [role for role in COUNTS if role in named]
    role = counts[0] if counts else next((role for role in ("amount", "unit_price") if role in named), None)
    if role is None:
        return _worded(body, head)
    last = closing if closing is not None else len(body)
    out: list[int] = []
    ended = 0
    for at in range(last):
        row = body[at]
        if row.row.page == ended:
            continue
        figure = next((row.cells[name] for name in [*counts, role] if name in row.cells), None)
        if figure is None or row.is_sum or not _says_something(row, figure) or _remarks(row):
            continue
        above = body[out[-1]].row if out else None
        if above is not None and above.page == row.row.page and row.row.middle - above.middle > 14 * row.row.size:
            # Far below the lines stands the foot of the page; the next page may go on.
            ended = row.row.page
            continue
        out.append(at)
    return out[:-1] if _sums_up(body, out, counts) else out


def _remarks(row: BodyRow) -> bool:
    """Whether the row, with one figure, says by its label which order line or lot the goods above it have."""
    first = row.row.tokens[0].text
    return len(row.cells) == 1 and first[:1].isalpha() and details.is_detail(row.row.tokens)


def _sums_up(body: list[BodyRow], rows: list[int], counts: list[str]) -> bool:
    """Whether the last row counts all the others together, under a word for a sum."""
    if len(rows) < 3 or body[rows[-1]].label is None:
        return False
    for role in counts:
        figures = [body[at].cells[role].value for at in rows if role in body[at].cells]
        if len(figures) == len(rows) and figures[-1] == sum(figures[:-1]):
            return True
    return False


def _says_something(row: BodyRow, figure: Figure) -> bool:
    """Whether the row has words besides the unit."""
    others = (token for token in row.row.tokens if token is not figure.unit)
    return len(row.cells) > 1 or any(letter.isalpha() for token in others for letter in token.text)


def _worded(body: list[BodyRow], head: HeadRow) -> list[int]:
    """Lines without any figure column (license keys): each row with words under two heads."""
    roles = {role for entry in head.heads for role in entry.roles}
    if not roles & {"license_key", "entitlement", "metric", "publisher", "serial"}:
        return []
    out: list[int] = []
    for at, row in enumerate(body):
        filled = sum(1 for h in head.heads if any(t.x1 > h.x0 - 4 and t.x0 < h.x1 + 4 for t in row.row.tokens))
        if row.is_sum or filled < max(2, len(head.heads) - 1):
            if out:
                break
            continue
        out.append(at)
    return out
