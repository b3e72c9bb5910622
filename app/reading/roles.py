"""Roles: which column is quantity, which price, which amount, decided by heads and by arithmetic."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from app.reading.columns import Column
from app.reading.figures import Figure

_QUANTITY: Mapping[str, float] = {
    "quantity": 1.0, "despatched": 0.95, "ordered": 0.8, "received": 0.9, "rights": 0.6, "packs": 0.55, "unit": 0.25,
}  # fmt: skip
_PRICE: Mapping[str, float] = {"unit_price": 1.0, "gross_price": 0.6, "amount": 0.3, "unit": 0.2}
_AMOUNT: Mapping[str, float] = {"amount": 1.0, "gross_amount": 0.75, "unit_price": 0.3, "tax_amount": 0.1}
_WEIGHT = 2.0
_PROVEN = 0.5
# Columns that a clear head calls a number of something else take no part in the arithmetic.
_NEVER = frozenset(
    {"order_line", "position", "gtin", "seller_item", "buyer_item", "lot", "serial", "order_number", "tax_rate"}
)
_HARDLY, _NAMED = 0.05, 0.8
_CENT = Decimal("0.0051")


@dataclass(slots=True, eq=False)
class Roles:
    """The columns for quantity, price and amount (None: the table has none), and how well they fit."""

    quantity: Column | None
    price: Column | None
    amount: Column | None
    score: float


def holds(quantity: Decimal, price: Decimal, amount: Decimal, *, slack: Decimal = _CENT) -> bool:
    """Whether quantity × price = amount within the rounding of the last printed digit; signs don't count."""
    exact = abs(quantity * price)
    # A price rounded to cents may be off by half a cent a piece; that is printed arithmetic too, but weak.
    return abs(exact - abs(amount)) <= slack


def choose(columns: list[Column], *, money: bool = True) -> Roles:
    """The best assignment of columns to quantity, price and amount.

    Where no head names `money`, columns are prices and amounts only if the arithmetic holds.
    """
    options = [_candidates(columns, table) for table in (_QUANTITY, _PRICE, _AMOUNT)]
    best = Roles(None, None, None, 0.0)
    for (quantity, a), (price, b), (amount, c) in product(*options):
        chosen = [column for column in (quantity, price, amount) if column is not None]
        if len({id(column) for column in chosen}) < len(chosen):
            continue
        score = a + b + c + _order(quantity, price)
        proven = _arithmetic(quantity, price, amount) if quantity and price and amount else 0.0
        if not money and (price or amount) and proven < _PROVEN:
            continue
        score += _WEIGHT * proven
        if score > best.score + 1e-9:
            best = Roles(quantity, price, amount, score)
    return best


def _candidates(columns: list[Column], table: Mapping[str, float]) -> list[tuple[Column | None, float]]:
    out: list[tuple[Column | None, float]] = [(None, 0.0)]
    for column in columns:
        worth = max((column.labels.get(role, 0.0) * weight for role, weight in table.items()), default=0.0)
        others = max((value for role, value in column.labels.items() if role not in table), default=0.0)
        size = min(len(column.figures), 3) / 3
        score = worth - 0.45 * others - 0.15 + 0.1 * size
        if worth < _HARDLY and column.labels.keys() & _NEVER and others >= _NAMED and not _counts_goods(column):
            continue
        if table is _QUANTITY:
            score += 0.3 * sum(1 for figure in column.figures.values() if figure.unit is not None) / len(column.figures)
        if _all_percent(column):
            score -= 1.0
        if score > -0.75:
            out.append((column, score))
    return sorted(out, key=lambda entry: -entry[1])[:7]


def _counts_goods(column: Column) -> bool:
    """Whether a column headed No. holds numbers of goods: they do not go up from line to line."""
    values = [column.figures[row].value for row in sorted(column.figures)]
    numbered = max(column.labels, key=lambda role: column.labels[role], default="") == "position"
    return numbered and any(one >= two for one, two in pairwise(values))


def _order(quantity: Column | None, price: Column | None) -> float:
    """What tells a quantity from a price when arithmetic cannot: money signs and decimals are the price's."""
    if quantity is None or price is None:
        return 0.0
    money = sum(1 for figure in quantity.figures.values() if figure.number.currency)
    pieces = sum(1 for figure in price.figures.values() if figure.unit is not None)
    return (
        (0.1 if quantity.center < price.center else 0.0)
        + 0.15 * (_whole(quantity) - _whole(price))
        - 0.5 * (money / len(quantity.figures) + pieces / len(price.figures))
    )


def _whole(column: Column) -> int:
    """1 if the column holds whole numbers only, as quantities do more often than prices."""
    return int(all(figure.value == figure.value.to_integral_value() for figure in column.figures.values()))


def _all_percent(column: Column) -> bool:
    return all(figure.number.percent for figure in column.figures.values())


def _arithmetic(quantity: Column, price: Column, amount: Column) -> float:
    """The share of rows where the arithmetic holds; rows with quantity 1 count little."""
    right = total = 0.0
    for row, figure in quantity.figures.items():
        other, sum_ = price.figures.get(row), amount.figures.get(row)
        if other is None or sum_ is None:
            continue
        weight = 0.2 if 1 in {abs(figure.value), abs(other.value)} else 1.0
        if sum_.value == 0 and (figure.value == 0 or other.value == 0):
            weight = 0.1
        total += weight
        if any_reading(figure, other, sum_):
            right += weight
    # Few rows out of many prove little.
    return right / max(total, 1.0, 0.3 * max(len(quantity.figures), len(price.figures))) if total else 0.0


def any_reading(quantity: Figure, price: Figure, amount: Figure) -> bool:
    """Whether the arithmetic holds for some reading of ambiguous figures (1.000)."""
    for q in _readings(quantity):
        for p in _readings(price):
            for a in _readings(amount):
                if holds(q, p, a):
                    return True
    return False


def settle(quantity: Figure, price: Figure, amount: Figure) -> None:
    """Take the readings under which the arithmetic holds, where another than the usual one is needed."""
    if holds(quantity.value, price.value, amount.value):
        return
    for q in _readings(quantity):
        for p in _readings(price):
            for a in _readings(amount):
                if holds(q, p, a):
                    for figure, value in ((quantity, q), (price, p), (amount, a)):
                        figure.number = figure.number._replace(value=value)
                    return


def _readings(figure: Figure) -> tuple[Decimal, ...]:
    number = figure.number
    return (number.value,) if number.other is None else (number.value, number.other)
