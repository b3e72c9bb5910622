"""Bodies of tables: the rows under a head, the record a line becomes, and the column each word stands in."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from dataclasses import dataclass, field

from app.reading import sums
from app.reading.figures import Figure, figures_of
from app.reading.heads import Head
from app.reading.rows import Row, cells
from app.reading.tokens import Token

#: Roles of columns that count things, the most telling first.
COUNTS = ("quantity", "ordered", "despatched", "received", "accepted", "rejected", "outstanding", "rights", "packs")
#: Roles of the columns that name the goods.
NAMES = frozenset({"description", "product"})
_TEXTS = frozenset(
    {"description", "seller_item", "product", "buyer_item", "gtin", "position", "license_key", "entitlement"}
)
_FAR = 2.6


@dataclass(slots=True, eq=False)
class BodyRow:
    """A row under the head with its figures and what its words say of a sum."""

    row: Row
    figures: list[Figure]
    label: sums.SumLabel | None
    cells: dict[str, Figure] = field(default_factory=dict)

    @property
    def is_sum(self) -> bool:
        """Whether the words name a sum and hardly anything else, or a sum of lines and whose (Subtotal masonry)."""
        if self.label is None:
            return False
        alone = len(self.figures) == 1 and self.label.tokens[0] is self.row.tokens[0]
        return self.label.share >= 0.7 or (alone and "lines" in self.label.roles)


@dataclass(slots=True, eq=False)
class Record:
    """One line as it stands on paper: figures by role, words by role, and the rows it takes."""

    anchor: BodyRow
    figures: dict[str, Figure]
    texts: dict[str, list[Token]] = field(default_factory=dict)
    words: list[list[Token]] = field(default_factory=list)
    rows: list[BodyRow] = field(default_factory=list)
    derived: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Whether quantity, price and amount are all printed."""
        return all(name in self.figures for name in ("quantity", "unit_price", "amount"))


def body_row(row: Row, mark: str | None) -> BodyRow:
    """The row with its figures and what its words say of a sum."""
    figures = figures_of(row, mark)
    label, _ = sums.split(row, figures)
    return BodyRow(row, figures, sums.label_of(label))


def apart(above: BodyRow, below: BodyRow) -> bool:
    """Whether a wide gap or a new page lies between the rows."""
    return above.row.page != below.row.page or below.row.top - above.row.bottom > _FAR * below.row.size


def lefts_of(anchors: list[BodyRow], heads: list[Head], edges: list[float]) -> dict[int, float]:
    """Where the words of each column usually begin."""
    starts: dict[int, list[float]] = {}
    for row in anchors:
        figures = {id(token) for figure in row.cells.values() for token in figure.tokens}
        known: set[int] = set()
        for token in row.row.tokens:
            at = _column(token, edges)
            if id(token) not in figures and at not in known:
                known.add(at)
                starts.setdefault(at, []).append(token.x0)
    return {at: sorted(xs)[len(xs) // 2] for at, xs in starts.items() if at < len(heads)}


def words_by_role(
    row: BodyRow, heads: list[Head], edges: list[float], lefts: dict[int, float] | None = None
) -> dict[str, list[Token]]:
    """The row's words by the role of the column they stand in.

    In an anchor row (no `lefts`) every word goes where it stands; in a further row a text runs on across
    columns, except where a word begins just where the words of its column begin.
    """
    main = lefts is None
    figures = {id(token): role for role, figure in row.cells.items() for token in figure.tokens}
    for role, figure in row.cells.items():
        if figure.unit is not None and role in {*COUNTS, "unit_price", "amount"}:
            figures[id(figure.unit)] = "unit" if role in COUNTS else ""
    out: dict[str, list[Token]] = {}
    for cell in _text_cells(row, figures, main=main):
        home = _column(cell[0], edges)
        for token in cell:
            at = _column(token, edges)
            # Words of one cell stay together unless the gap between them is where a column begins.
            starts = _begins(token, cell, edges, at) if lefts is None else abs(token.x0 - lefts.get(at, -99.0)) < 2.5
            if at != home and starts:
                home = at
            role = next(
                (name for name in heads[home].roles if name in _TEXTS),
                heads[home].roles[0] if heads[home].roles else "",
            )
            if role:
                out.setdefault(role, []).append(token)
    return out


def _text_cells(row: BodyRow, figures: dict[int, str], *, main: bool) -> list[list[Token]]:
    """The row's cells without the figures of columns; in further rows a figure within a text stays in it."""
    plain = [token for token in row.row.tokens if token.text != "|"]
    if main:
        return cells([token for token in plain if id(token) not in figures])
    out = []
    for cell in cells(plain):
        rest = [token for token in cell if id(token) not in figures]
        if rest:
            out.append(cell)
    return out


def _runs_over(cell: list[Token], home: int, edges: list[float]) -> bool:
    """Whether a text runs on into further columns: a remark, not a value of the column it begins in."""
    return home < len(edges) and cell[-1].x1 > edges[home] + cell[0].size


def _column(token: Token, edges: list[float]) -> int:
    anchor = min(token.center, token.x0 + 12)
    return sum(1 for edge in edges if anchor > edge)


def _begins(token: Token, cell: list[Token], edges: list[float], at: int) -> bool:
    before = cell[cell.index(token) - 1] if token is not cell[0] else None
    return before is None or (at > 0 and before.x1 <= edges[at - 1] + 1 and token.x0 >= edges[at - 1] - 1)
