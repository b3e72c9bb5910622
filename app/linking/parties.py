"""Whether two papers name the same company."""

import re
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from app.documents.document import Document, Party
from app.documents.normal import name_key, number_key, tax_key

_NUMBER = re.compile(r"\d+")


class Sameness(StrEnum):
    """What can be said of two parties."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def same_party(left: Party, right: Party, *, least: int) -> Sameness:
    """Compare two parties by tax identifiers, then by registration, then by name.

    Names agree at a similarity of `least` (0 to 100) or more, legal forms left out. Where neither
    identifiers nor names stand on both papers, nothing can be said.
    """
    for one, other in ((left.vat_id, right.vat_id), (left.legal_id, right.legal_id)):
        found = _same_id(tax_key(one), tax_key(other))
        if found is not None:
            return Sameness.SAME if found else Sameness.DIFFERENT
    numbers = number_key(left.id), number_key(right.id)
    if None not in numbers and numbers[0] == numbers[1]:
        return Sameness.SAME
    ours, theirs = name_key(left.name), name_key(right.name)
    if ours is None or theirs is None:
        # Numbers of two numbering schemes say nothing; with nothing else on paper they are all there is.
        return Sameness.DIFFERENT if None not in numbers else Sameness.UNKNOWN
    return Sameness.SAME if name_likeness(ours, theirs) >= least else Sameness.DIFFERENT


def same_seller(left: Document, right: Document, *, least: int) -> Sameness:
    """Whether two papers name one seller.

    A tax identifier that is a buyer's on either paper was taken from the wrong place, and says nothing.
    """
    buyers = {tax_key(paper.buyer.vat_id) for paper in (left, right)} - {None}
    sellers = [
        replace(paper.supplier, vat_id=None) if tax_key(paper.supplier.vat_id) in buyers else paper.supplier
        for paper in (left, right)
    ]
    return same_party(sellers[0], sellers[1], least=least)


def _same_id(left: str | None, right: str | None) -> bool | None:
    """Equal, with or without the country's letters in front; None where one is missing."""
    if left is None or right is None:
        return None
    return left == right or left.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == right.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@lru_cache(maxsize=65536)
def name_likeness(left: str, right: str) -> float:
    """How alike two name keys are, 0 to 100, the order of the words aside; other numbers make another company."""
    ours, theirs = sorted(_NUMBER.findall(left)), sorted(_NUMBER.findall(right))
    if ours and theirs and ours != theirs:
        return 0.0
    return fuzz.token_sort_ratio(left, right)
