"""Closings: the net, tax and gross that arithmetic alone proves, where the labels of the sums say too little."""
# ruff: noqa: PLR2004 (weights and shares are measures of this module alone)

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from app.reading.draft import Value
from app.reading.figures import Figure, figures_of
from app.reading.rows import Row
from app.reading.sums import label_of, split
from app.reading.tokens import seen

_SLACK = Decimal("0.021")
_OFF = Decimal("0.06")
_HIGHEST = Decimal("0.35")
_PROOF = 2.5
_MOST_FIGURES = 90
_SCORE = 0.9
_NONE = Decimal(0)


# Whose label names one of these is no tax, and whose label names a net alone is no gross.
_NO_TAX = frozenset({"charges", "allowances", "prepaid", "rounding", "FC", "SH", "HD", "PC", "IN", "AAA"})


class Closing(NamedTuple):
    """Net, tax and gross with their places, and how much speaks for them."""

    net: Value
    tax: Value
    gross: Value
    score: float


class _Printed(NamedTuple):
    """A sum of money on paper, and what the words of its row name."""

    figure: Figure
    roles: tuple[str, ...]
    order: int

    @property
    def amount(self) -> Decimal:
        return abs(self.figure.value)


def prove(rows: Iterable[Row], every: Iterable[Row], mark: str | None, lines: Iterable[Decimal]) -> Closing | None:
    """The closing for which most speaks: it adds up, and the lines' sum or a printed rate agrees.

    `rows` are those outside the table of goods, `every` all of them (for the rates), `lines` what the lines
    may come to, with and without charges.
    """
    printed = list(_printed(rows, mark))[-_MOST_FIGURES:]
    rates = {figure.value for row in every if "%" in row.text for figure in figures_of(row, mark) if _is_rate(figure)}
    expected = [abs(value) for value in lines if value]
    best: Closing | None = None
    roundings = [entry.figure.value for entry in printed if "rounding" in entry.roles]
    for found in _closings(printed, expected, rates, roundings):
        if found.score >= _PROOF and (best is None or _rank(found) > _rank(best)):
            best = found
    return best or _untaxed(printed, expected)


def _untaxed(printed: list[_Printed], expected: list[Decimal]) -> Closing | None:
    """Where no tax can be told, a total of some sort that is what the lines come to."""
    totals = [entry for entry in printed if "gross" in entry.roles and entry.amount in expected]
    if not totals:
        return None
    whole = totals[-1].figure
    place = seen(whole.tokens)
    none = Value(_NONE, place, 0.6, derived=True)
    return Closing(Value(whole.value, place, 0.7), none, Value(whole.value, place, _SCORE), 0.0)


def _rank(closing: Closing) -> tuple[float, Decimal]:
    return closing.score, abs(closing.gross.value)


def _printed(rows: Iterable[Row], mark: str | None) -> Iterator[_Printed]:
    order = 0
    for row in rows:
        figures = [figure for figure in figures_of(row, mark) if _is_money(figure)]
        if not figures:
            continue
        label = label_of(split(row, figures)[0])
        for figure in figures:
            order += 1
            yield _Printed(figure, label.roles if label is not None else (), order)


def _is_money(figure: Figure) -> bool:
    cents = -int(figure.value.as_tuple().exponent)
    return not figure.number.percent and figure.value != 0 and (cents == 2 or figure.number.currency is not None)


def _is_rate(figure: Figure) -> bool:
    return figure.number.percent and 0 < figure.value < 100 * _HIGHEST


def _closings(
    printed: list[_Printed], expected: list[Decimal], rates: set[Decimal], roundings: list[Decimal]
) -> Iterator[Closing]:
    """Every net, tax and gross that add up, a rounding included; the net may be known from the lines alone."""
    for tax in printed:
        for gross in printed:
            if _is_charge(tax) or ("net" in gross.roles and not {"gross", "due"} & set(gross.roles)):
                continue
            if gross is tax or gross.amount <= tax.amount or gross.figure.value * tax.figure.value < 0:
                continue
            net = gross.amount - tax.amount
            shifts = (_NONE, *roundings, *(-off for off in roundings))
            net = next((net + off for off in shifts if net + off in expected), net)
            if tax.amount > _HIGHEST * net:
                continue
            score = _agreement(net, tax.amount, gross.amount, expected, rates)
            score += 0.3 * bool({"gross", "due"} & set(gross.roles)) + 0.3 * ("tax" in tax.roles)
            score += 0.001 * (gross.order > tax.order)
            if score + 1.0 < _PROOF:
                continue
            place = next((entry for entry in printed if _is_net(entry, net, tax, gross)), None)
            yield _closing(place, tax, gross, net, score + (1.0 if place is not None else 0.0))


def _is_charge(entry: _Printed) -> bool:
    return bool(_NO_TAX & set(entry.roles)) and "tax" not in entry.roles


def _is_net(entry: _Printed, net: Decimal, tax: _Printed, gross: _Printed) -> bool:
    return entry is not tax and entry is not gross and abs(entry.amount - net) <= _SLACK


def _agreement(net: Decimal, tax: Decimal, gross: Decimal, expected: list[Decimal], rates: set[Decimal]) -> float:
    """What the lines and the printed rates say for it."""
    score = 0.0
    if any(abs(net - value) <= _SLACK for value in expected):
        score += 2.0
    elif any(abs(gross - value) <= _SLACK for value in expected):
        score += 1.0
    if any(abs(net * rate / 100 - tax) <= _OFF for rate in rates):
        score += 1.5
    return score


def _closing(net: _Printed | None, tax: _Printed, gross: _Printed, rest: Decimal, score: float) -> Closing:
    taken, whole = tax.figure, gross.figure
    known = Value(net.figure.value, seen(net.figure.tokens), _SCORE) if net is not None else None
    derived = Value(rest.copy_sign(whole.value), seen(whole.tokens), 0.85, derived=True)
    return Closing(
        known or derived,
        Value(taken.value, seen(taken.tokens), _SCORE),
        Value(whole.value, seen(whole.tokens), _SCORE),
        score,
    )
