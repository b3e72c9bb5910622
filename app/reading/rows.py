"""Rows: words that stand on one visual line, and the cells that gaps cut them into."""

import re
from dataclasses import dataclass

from app.reading.tokens import Page, Token

# Words share a row if their baselines differ by less than this share of the smaller print.
_OFF = 0.3
# Rules drawn with signs.
_RULE = re.compile(r"[-_=*.·–—~#|+]{3,}")
# A gap wider than this share of the print size parts two cells.
CELL_GAP = 0.75


@dataclass(slots=True, eq=False)
class Row:
    """The words of one visual line from left to right."""

    page: int
    index: int
    tokens: list[Token]
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """The height of the row's middle."""
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """The height of print."""
        return max(self.bottom - self.top, 1.0)

    @property
    def text(self) -> str:
        """The row as one string."""
        return " ".join(token.text for token in self.tokens)


def rows_of(page: Page) -> list[Row]:
    """The page's visual rows from top to bottom: words whose baselines agree."""
    rows: list[Row] = []
    bases: list[tuple[float, float]] = []
    for token in sorted(page.tokens, key=_base):
        if _RULE.fullmatch(token.text):
            continue
        home = _home(token, bases)
        if home is None:
            rows.append(Row(page.number, 0, [token], token.top, token.bottom))
            bases.append((_base(token), token.size))
        else:
            rows[home].tokens.append(token)
            rows[home].top = min(rows[home].top, token.top)
            rows[home].bottom = max(rows[home].bottom, token.bottom)
    rows.sort(key=lambda row: row.middle)
    for index, row in enumerate(rows):
        row.index = index
        row.tokens.sort(key=lambda word: word.x0)
    return rows


def _base(token: Token) -> float:
    return token.base or token.bottom


def _home(token: Token, bases: list[tuple[float, float]]) -> int | None:
    """The row with the nearest baseline; only the last rows are looked at, for words come from top to bottom."""
    best, least = None, _OFF
    for at in range(len(bases) - 1, max(-1, len(bases) - 4), -1):
        base, size = bases[at]
        off = abs(_base(token) - base) / min(size, token.size)
        if off < least:
            best, least = at, off
    return best


def cells(tokens: list[Token], gap: float = CELL_GAP) -> list[list[Token]]:
    """The row's words parted at wide gaps."""
    out: list[list[Token]] = []
    for token in tokens:
        if out and token.x0 - out[-1][-1].x1 < gap * min(token.size, out[-1][-1].size):
            out[-1].append(token)
        else:
            out.append([token])
    return out
