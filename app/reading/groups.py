"""Groups: headings within a table that say which order the lines below them belong to."""

from collections.abc import Sequence

from app.reading import details
from app.reading.body import BodyRow, Record
from app.reading.tokens import Token

_LONGEST = 8


def told(body: Sequence[BodyRow], anchors: Sequence[int], records: Sequence[Record]) -> None:
    """Give each record the order that the heading over it names, where such a heading opens the table."""
    # Without a heading over the first line there is none over the others.
    if not anchors or not any(_order(row) for row in body[: anchors[0]]):
        return
    known = set(anchors)
    found = {at: order for at in range(anchors[-1]) if at not in known and (order := _order(body[at]))}
    headings = {id(body[at].row) for at in found}
    for at, record in zip(anchors, records, strict=True):
        record.rows = [row for row in record.rows if id(row.row) not in headings]
        above = max(place for place in found if place < at)
        record.texts.setdefault("order_number", found[above])


def _order(row: BodyRow) -> list[Token]:
    """The number of the order, where the row says that and nothing else."""
    tokens = row.row.tokens
    if row.is_sum or len(tokens) > _LONGEST or not tokens[0].text[:1].isalpha():
        return []
    named = details.details_of([tokens])
    return named["order_number"][:1] if named.keys() == {"order_number"} else []
