"""Columns: the figures of a table's body gathered by place, and the heads they stand under."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from app.reading.figures import Figure
from app.reading.heads import Head
from app.reading.tokens import Token

_SHARED = 0.5
_MOST_COLUMNS = 40
_WORDY = frozenset({"description", "product", "ignored", "unit", "publisher", "metric", "period", "date", "need_by"})
_TEXTUAL = frozenset({
    "description", "product", "seller_item", "buyer_item", "gtin", "unit", "lot", "serial", "publisher", "metric",
    "license_key", "entitlement", "order_number", "date", "need_by", "start", "end", "period",
})  # fmt: skip
_REACH = 14.0
_FAR = 400
_MONEY = frozenset({"unit_price", "amount"})


@dataclass(slots=True, eq=False)
class Column:
    """Figures that stand under each other: row number → figure, and the heads that may name them."""

    figures: dict[int, Figure] = field(default_factory=dict)
    x0: float = 0.0
    x1: float = 0.0
    labels: dict[str, float] = field(default_factory=dict)
    head: Head | None = None
    percent: bool = False
    extent: int = 1_000_000

    def settle(self) -> None:
        """Take the usual left and right edge of the figures as the column's place."""
        within = [figure for row, figure in self.figures.items() if row < self.extent] or list(self.figures.values())
        self.x0 = median(figure.x0 for figure in within)
        self.x1 = median(figure.x1 for figure in within)

    @property
    def center(self) -> float:
        """The middle."""
        return (self.x0 + self.x1) / 2


def columns_of(rows: list[list[Figure]], extent: int) -> list[Column]:
    """Gather the free figures of the body rows into columns by shared width.

    Rows from `extent` on, which lie beyond the table proper, only join columns that are there.
    """
    spans: list[list[float]] = []
    homes: list[Column] = []
    for at, figures in enumerate(rows):
        for figure in figures:
            if not figure.free or figure.named:
                continue
            home = _home(figure, spans, homes)
            if home is None and at >= extent:
                continue
            if home is None:
                spans.append([figure.x0, figure.x1])
                homes.append(Column({at: figure}, percent=figure.number.percent, extent=extent))
                continue
            if at in homes[home].figures:
                continue
            homes[home].figures[at] = figure
            spans[home][0] = min(spans[home][0], figure.x0)
            spans[home][1] = max(spans[home][1], figure.x1)
    for column in homes:
        column.settle()
    homes = sorted(homes, key=lambda column: -len(column.figures))[:_MOST_COLUMNS]
    return sorted(homes, key=lambda column: column.center)


def merged(columns: list[Column], heads: list[Head]) -> list[Column]:
    """Put columns together that stand under the same head and never share a row: ragged or shifted figures."""
    middles = [(left.center + right.center) / 2 for left, right in pairwise(heads)]
    homes: dict[int, list[Column]] = {}
    for column in columns:
        homes.setdefault(_slot(column, heads, middles), []).append(column)
    out: list[Column] = []
    for slot in homes.values():
        while True:
            pairs = [
                (abs(one.center - two.center), at, number)
                for at, one in enumerate(slot)
                for number, two in enumerate(slot[at + 1 :], at + 1)
                if one.percent == two.percent and not one.figures.keys() & two.figures.keys()
            ]
            if not pairs:
                break
            _, at, number = min(pairs)
            slot[at].figures.update(slot.pop(number).figures)
            slot[at].settle()
        out.extend(slot)
    return sorted(out, key=lambda column: column.center)


def _slot(column: Column, heads: list[Head], middles: list[float]) -> int:
    """The head that the column stands under, or else the one whose middle is nearest."""
    shares = [min(column.x1, head.x1) - max(column.x0, head.x0) for head in heads]
    best = max(range(len(heads)), key=lambda at: shares[at], default=0)
    if shares and shares[best] > 0:
        return best
    nearest = sum(1 for middle in middles if column.center > middle)
    if set(heads[nearest].roles) <= _WORDY:
        # Beside a head of words: the nearer neighbour that heads figures.
        others = [at for at, head in enumerate(heads) if not set(head.roles) <= _WORDY]
        return min(others, key=lambda at: abs(heads[at].center - column.center), default=nearest)
    return nearest


def _home(figure: Figure, spans: list[list[float]], homes: list[Column]) -> int | None:
    best, most = None, _SHARED
    for at, (x0, x1) in enumerate(spans):
        if homes[at].percent != figure.number.percent:
            continue
        share = (min(x1, figure.x1) - max(x0, figure.x0)) / max(min(x1 - x0, figure.x1 - figure.x0), 1.0)
        if share > most:
            best, most = at, share
    return best


def label(columns: list[Column], heads: list[Head]) -> None:
    """Name the columns after the heads: near ones count, and an assignment that keeps the order counts more."""
    fits = [[_fit(column, heads, at) for at in range(len(heads))] for column in columns]
    # A column for every head of figures is likelier than two heads without one.
    bonus = [0.0 if head.roles and set(head.roles) <= _WORDY else 0.15 for head in heads]
    pulls = [[fit + more if fit > 0 else 0.0 for fit, more in zip(row, bonus, strict=True)] for row in fits]
    chosen = _in_order(pulls, len(heads))
    for at, column in enumerate(columns):
        column.labels = {}
        mine = chosen[at]
        column.head = heads[mine] if mine is not None else None
        for number, head in enumerate(heads):
            strength = fits[at][number] * head.share
            strength = min(strength + 0.25, 1.2) if chosen[at] == number else 0.5 * strength
            if fits[at][number] <= 0:
                continue
            for role in head.roles:
                column.labels[role] = max(column.labels.get(role, 0.0), strength)


def _fit(column: Column, heads: list[Head], at: int) -> float:
    head = heads[at]
    shared = min(column.x1, head.x1) - max(column.x0, head.x0)
    ratio = max(shared, 0.0) / max(min(column.x1 - column.x0, head.x1 - head.x0), 1.0)
    near = min(abs(column.x1 - head.x1), abs(column.x0 - head.x0), abs(column.center - head.center))
    aligned = max(0.0, 1 - near / _REACH)
    if column.percent and not {"tax_rate", "discount", "ignored"} & set(head.roles):
        return 0.0
    # Figures in a column of words are rare: a figure beside it belongs to the neighbour.
    wordy = 0.3 if head.roles and set(head.roles) <= _WORDY else 1.0
    if shared > 0:
        return wordy * (0.32 + 0.4 * min(ratio, 1.0) + 0.28 * aligned)
    left = head.x0 - 3
    wide = bool(set(head.roles) & _MONEY)
    # Prices at the right edge of a wide last column may stand far from its head at the left edge.
    right = heads[at + 1].x0 if at + 1 < len(heads) else head.x1 + (_FAR if wide else 80)
    slot = 0.3 if left <= column.center < right else 0.0
    return wordy * max(slot, 0.25 * max(0.0, 1 - near / (3 * _REACH)))


def _in_order(fits: list[list[float]], heads: int) -> list[int | None]:
    """The assignment of columns to heads that keeps their order and has the largest sum of fits."""
    count = len(fits)
    best = [[0.0] * (heads + 1) for _ in range(count + 1)]
    for i in range(1, count + 1):
        for j in range(1, heads + 1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1], best[i - 1][j - 1] + fits[i - 1][j - 1])
    chosen: list[int | None] = [None] * count
    i, j = count, heads
    while i and j:
        if best[i][j] == best[i - 1][j - 1] + fits[i - 1][j - 1] and fits[i - 1][j - 1] > 0:
            chosen[i - 1] = j - 1
            i, j = i - 1, j - 1
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            j -= 1
    return chosen


def borders(heads: list[Head], anchors: list[list[Token]]) -> list[float]:
    """Where one head's column ends and the next begins: the widest gap that the anchor rows leave between them."""
    out: list[float] = []
    for left, right in pairwise(heads):
        if not out and (numbered := _behind_numbers(left, right, anchors)) is not None:
            out.append(numbered)
            continue
        low, high = left.center, right.center
        if _TEXTUAL & set(right.roles) or not right.roles:
            # Words begin where their head begins, or before it.
            high = min(high, right.x0 + 3)
        low = min(low, high - 1)
        out.append(_gap(low, high, anchors) or (left.x1 + right.x0) / 2)
    return out


def _behind_numbers(left: Head, right: Head, rows: list[list[Token]]) -> float | None:
    """Where words begin behind a first column of bare numbers, however its head and theirs are placed."""
    if not {"position", "quantity", "order_line"} & set(left.roles) or not _TEXTUAL & set(right.roles):
        return None
    starts = [
        (tokens[0].x1, tokens[1].x0)
        for tokens in rows
        if len(tokens) > 1 and tokens[0].text.isdigit() and any(letter.isalpha() for letter in tokens[1].text[:3])
    ]
    if len(starts) < 0.6 * len(rows) or not starts:
        return None
    end, begin = max(start[0] for start in starts), min(start[1] for start in starts)
    return (end + begin) / 2 if end < begin <= right.x1 else None


def _gap(low: float, high: float, rows: list[list[Token]]) -> float | None:
    """The middle of the widest stretch between low and high that no word (or the fewest) covers."""
    if high <= low or not rows:
        return None
    events: list[tuple[float, int]] = []
    for tokens in rows:
        for token in tokens:
            if token.x1 > low and token.x0 < high:
                events.append((max(token.x0, low), 1))
                events.append((min(token.x1, high), -1))
    if not events:
        return None
    events.sort()
    depth, at = 0, low
    stretches: list[tuple[int, float, float]] = []
    for x, step in events:
        if x > at:
            stretches.append((depth, at, x))
        depth, at = depth + step, max(at, x)
    if high > at:
        stretches.append((depth, at, high))
    # A stretch of less than two points is the gap between two words, not between two columns.
    wide = [stretch for stretch in stretches if stretch[2] - stretch[1] > 2.0] or stretches
    least = min(stretch[0] for stretch in wide)
    _, x0, x1 = max((stretch for stretch in wide if stretch[0] == least), key=lambda s: s[2] - s[1])
    return (x0 + x1) / 2
