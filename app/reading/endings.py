"""Endings: headings and heads that end a table of goods: what is still to come, and the scale of credits."""

from collections.abc import Mapping, Sequence

from app.reading import terms
from app.reading.heads import HeadRow
from app.reading.lexicon import lexicon, words
from app.reading.rows import Row

# The head of the next table stands within so many rows of its heading, and a heading has so few words.
_NEAR, _LONGEST = 2, 8
_COUNTING = frozenset({"packing_slip", "goods_receipt"})


def of(rows: Sequence[Row], heads: Mapping[int, Sequence[HeadRow]], kinds: Sequence[str]) -> frozenset[int]:
    """The rows (by identity) that end a table on a paper of these kinds."""
    if "contract" in kinds:
        return frozenset(id(row) for row in rows if terms.opens_scale(row))
    if not _COUNTING & set(kinds):
        return frozenset()
    starts = {(page, head.start) for page, found in heads.items() for head in found}
    return frozenset(
        id(row)
        for row in rows
        if any((row.page, row.index + step) in starts for step in range(1, _NEAR + 1)) and _outstanding(row)
    )


def _outstanding(row: Row) -> bool:
    """Whether a few words, and no figure, say that what follows is still to come."""
    text = [word for token in row.tokens for word in words(token.text)]
    if not text or len(text) > _LONGEST or any(letter.isdigit() for word in text for letter in word):
        return False
    found = [match.roles for match in lexicon("columns").find(text) if "outstanding" in match.roles]
    others = [match for match in lexicon("columns").find(text) if {"despatched", "ordered"} & set(match.roles)]
    return bool(found) and not others
