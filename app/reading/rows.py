"""Rows: words that stand on one visual line, and the cells that gaps cut them into."""

import re
from dataclasses import dataclass

from app.reading.tokens import Page, Token

# Words share a row if they overlap by this share of the smaller one's height.
_OVERLAP = 0.5
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
    """The page's visual rows from top to bottom."""
    rows: list[Row] = []
    heights: list[tuple[float, float]] = []
    for token in sorted(page.tokens, key=lambda word: (word.middle, word.x0)):
        if _RULE.fullmatch(token.text):
            continue
        home = _home(token, rows, heights)
        if home is None:
            rows.append(Row(page.number, 0, [token], token.top, token.bottom))
            heights.append((token.top, token.bottom))
        else:
            rows[home].tokens.append(token)
            rows[home].top = min(rows[home].top, token.top)
            rows[home].bottom = max(rows[home].bottom, token.bottom)
    rows.sort(key=lambda row: row.middle)
    for index, row in enumerate(rows):
        row.index = index
        row.tokens.sort(key=lambda word: word.x0)
    return rows


def _home(token: Token, rows: list[Row], heights: list[tuple[float, float]]) -> int | None:
    """The last rows are looked at only: words come from top to bottom."""
    best, most = None, 0.0
    for at in range(len(rows) - 1, max(-1, len(rows) - 5), -1):
        top, bottom = heights[at]
        shared = min(bottom, token.bottom) - max(top, token.top)
        share = shared / max(min(bottom - top, token.bottom - token.top), 0.1)
        if share >= _OVERLAP and share > most and _close(token, top, bottom):
            best, most = at, share
    return best


def _close(token: Token, top: float, bottom: float) -> bool:
    """A small word beside tall print belongs to it only if their middles are near each other."""
    return abs(token.middle - (top + bottom) / 2) < 0.5 * max(min(bottom - top, token.bottom - token.top), 1.0)


def cells(tokens: list[Token], gap: float = CELL_GAP) -> list[list[Token]]:
    """The row's words parted at wide gaps."""
    out: list[list[Token]] = []
    for token in tokens:
        if out and token.x0 - out[-1][-1].x1 < gap * min(token.size, out[-1][-1].size):
            out[-1].append(token)
        else:
            out.append([token])
    return out
