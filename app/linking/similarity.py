"""How alike two lines are: one transparent score, with its parts."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from app.documents.document import Line
from app.documents.normal import number_key
from app.linking.link import Basis

# The weights of the parts (they add up to 1) and the score from which lines may be partners at all.
# A conflict of numbers (2007 against 2010, 5 users against 10) weighs against, strongly.
WEIGHTS: Mapping[str, Decimal] = {
    "description": Decimal("0.60"),
    "price": Decimal("0.25"),
    "quantity": Decimal("0.10"),
    "unit": Decimal("0.05"),
}
CONFLICT = Decimal("0.45")
_LEAST_WORDS = Decimal("0.62")
LEAST = Decimal("0.60")
MARGIN = Decimal("0.08")
SURE_WORDS = Decimal("0.90")
_SURE = Decimal(1)
_SAME_WORDS = Decimal("0.95")
# Words that make another article of the same product: left out, they may not be passed over.
_EDITION_WORDS = """upgrade update full pro professional standard premium enterprise business basic lite light home
    student academic education renewal trial maintenance support refurbished used gebraucht plus advanced express
    deluxe starter"""
# So many words in a row are a phrase, not an accident.
_LEAST_PHRASE = 3
_EDITIONS = frozenset(_EDITION_WORDS.split())
_NEAR_PRICE = Decimal("0.25")

_WORD = re.compile(r"\w+")
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A score from 0 to 1, what it rests on, and its parts."""

    score: Decimal
    basis: Basis
    parts: Mapping[str, Decimal]


@lru_cache(maxsize=65536)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a description for comparing: no accents, no case, no punctuation."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return tuple(_WORD.findall(bare))


@lru_cache(maxsize=65536)
def description_key(text: str) -> str:
    """A description in one form."""
    return " ".join(words_of(text))


def printed(line: Line) -> str:
    """What the line says it is: its description or, on a license receipt, the product."""
    return line.description or (line.license.product if line.license else None) or ""


def wording(line: Line) -> str:
    """The same without the line's own item numbers."""
    text = printed(line)
    for number in (line.seller_item_id, line.buyer_item_id):
        # Compared on their own; among the words they would only set two papers apart.
        if number and len(text) > len(number) and number in text:
            text = text.replace(number, " ").strip()
    return text


def item_keys(line: Line) -> dict[str, str]:
    """The line's item identifiers in one form, by the name of the field."""
    named = {"buyer_item_id": line.buyer_item_id, "seller_item_id": line.seller_item_id, "gtin": line.gtin}
    keys = {name: number_key(value) for name, value in named.items()}
    return {name: key for name, key in keys.items() if key}


def same_words(left: Line, right: Line) -> bool:
    """Whether two lines say the same words, in whatever order, with or without their item numbers."""
    return bool(set(word_sets(left)) & set(word_sets(right)))


def names_of(line: Line) -> tuple[str, ...]:
    """All that names the line outright: its item numbers, and its words in whatever order."""
    return (*sorted(set(item_keys(line).values())), *(f" {words}" for words in word_sets(line)))


def word_sets(line: Line) -> tuple[str, ...]:
    """The line's words in one order: all of them and, where its item number is among them, the others."""
    sets = {" ".join(sorted(words_of(text))) for text in (printed(line), wording(line))}
    return tuple(sorted(sets - {""}))


def same_item(left: Line, right: Line) -> bool | None:
    """Whether the item identifiers agree; None where no identifier of the same sort stands on both.

    One agreement is enough: a buyer's number may change while the GTIN stays.
    """
    ours, theirs = item_keys(left), item_keys(right)
    shared = [name for name in ours if name in theirs]
    if not shared:
        return None
    return any(ours[name] == theirs[name] for name in shared)


def likeness(left: Line, right: Line) -> Likeness | None:
    """How alike two lines are; None where they cannot be partners."""
    item = same_item(left, right)
    if item is None and set(item_keys(left).values()) & set(item_keys(right).values()):
        item = True  # One paper prints the number under another heading.
    parts = _parts(left, right)
    if item:
        return Likeness(_SURE, Basis.ITEM, {"item": _SURE, **parts})
    if same_words(left, right):
        # Two numbers for the very same words are two numbering schemes, not two articles.
        return Likeness(_SAME_WORDS, Basis.DESCRIPTION, {**parts, "description": _SURE})
    if item is False:
        return None
    if parts.get("description", Decimal(0)) < _LEAST_WORDS:
        return None
    weighed = sum((parts[name] * weight for name, weight in WEIGHTS.items() if name in parts), Decimal(0))
    share = sum((weight for name, weight in WEIGHTS.items() if name in parts), Decimal(0))
    score = weighed / share - CONFLICT * parts.get("numbers_conflict", Decimal(0))
    return Likeness(max(score, Decimal(0)), Basis.INFERRED, parts) if score >= LEAST else None


def is_sure(like: Likeness, runner_up: Decimal) -> bool:
    """Whether words of another order or length still name this line, and no other (the standard's tier of words).

    They share nearly all of them, the numbers in them agree, the price is the same, no other line comes near.
    """
    return (
        like.parts.get("shared_words", Decimal(0)) >= SURE_WORDS
        and not like.parts.keys() & {"numbers_conflict", "numbers_extra"}
        and like.parts.get("price") == 1
        and like.score - runner_up >= MARGIN
    )


def _parts(left: Line, right: Line) -> dict[str, Decimal]:
    parts: dict[str, Decimal] = {}
    # Item numbers are compared on their own; where only one paper knows them they may stand among the words.
    said = wording if item_keys(left) and item_keys(right) else printed
    ours, theirs = description_key(said(left)), description_key(said(right))
    if ours and theirs:
        description, shared, conflict, extra = _descriptions(ours, theirs)
        parts["description"] = description
        parts["shared_words"] = shared
        if conflict:
            parts["numbers_conflict"] = conflict
        elif extra:
            parts["numbers_extra"] = extra
    price = _nearness(_unit_price(left), _unit_price(right))
    if price is not None:
        parts["price"] = max(Decimal(0), 1 - (1 - price) / _NEAR_PRICE)
    quantity = _nearness(left.quantity, right.quantity)
    if quantity is not None:
        parts["quantity"] = quantity
    if left.unit and right.unit:
        parts["unit"] = Decimal(int(left.unit == right.unit))
    return parts


@lru_cache(maxsize=262144)
def _descriptions(left: str, right: str) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """How alike two descriptions are, as a whole and in the words they share.

    Then whether the numbers and codes in them conflict, or only one has some that the other lacks.
    """
    one, other = left.split(), right.split()
    shared = fuzz.token_set_ratio(left, right) / 100
    alike = (shared + fuzz.token_sort_ratio(left, right) / 100) / 2
    ours = {word for word in one if _HAS_DIGIT.search(word)}
    theirs = {word for word in other if _HAS_DIGIT.search(word)}
    joined_ours, joined_theirs = "".join(one), "".join(other)
    # "M8 x 40" and "M8x40" are the same code written apart.
    only_ours = {word for word in ours - theirs if word not in joined_theirs}
    only_theirs = {word for word in theirs - ours if word not in joined_ours}
    conflict = Decimal(1) if only_ours and only_theirs else Decimal(0)
    editions = set(one).symmetric_difference(other) & _EDITIONS
    whole = _holds(left, right) and not editions
    extra = Decimal(1) if editions or ((only_ours or only_theirs) and not whole) else Decimal(0)
    return Decimal(str(round(alike, 4))), Decimal(str(round(shared, 4))), conflict, extra


def _holds(left: str, right: str) -> bool:
    """Whether one description stands whole within the other: what is added are numbers, references, remarks."""
    short, long = sorted((left, right), key=len)
    return len(short.split()) >= _LEAST_PHRASE and f" {short} " in f" {long} "


def _unit_price(line: Line) -> Decimal | None:
    if line.unit_price is None:
        return None
    return line.unit_price / (line.price_base_quantity or Decimal(1))


def _nearness(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """1 where equal, towards 0 the further apart; None where one is missing or not above zero."""
    if left is None or right is None or left <= 0 or right <= 0:
        return None
    return (min(left, right) / max(left, right)).quantize(Decimal("0.0001"))
