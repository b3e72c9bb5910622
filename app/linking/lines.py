"""The lines of one paper paired with the lines of others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.documents.document import Line
from app.documents.normal import number_key, without_zeros
from app.linking.link import Basis, LineOf, Link
from app.linking.similarity import (
    MARGIN,
    Likeness,
    description_key,
    is_sure,
    item_keys,
    likeness,
    names_of,
    same_item,
    wording,
)

Key = tuple[str, int]
_ONE = Decimal(1)
# Between lines of the same item the nearer price decides, then the nearer quantity.
_PRICE_RANK = Decimal("0.04")
_QUANTITY_RANK = Decimal("0.01")
# What a second and third use of a pool costs, so that one line for one line is preferred where both fit.
_AGAIN = 0.03
_TIMES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """The lines that one line belongs to: usually one; several where equal lines stand on the other paper.

    `pool` is in the order in which it is used up: by the day it is needed, then as printed.
    """

    pool: tuple[LineOf, ...]
    basis: Basis
    score: Decimal
    parts: Mapping[str, Decimal] = field(default_factory=dict)
    ambiguous_with: tuple[LineOf, ...] = ()

    def link(self, line: LineOf, to: LineOf) -> Link:
        """The link from the line to one of its partners."""
        return Link(
            document=line.filed.id,
            line=line.id,
            to_document=to.filed.id,
            to_line=to.id,
            basis=self.basis,
            score=self.score,
            parts=self.parts,
            ambiguous_with=tuple(other.id for other in self.ambiguous_with),
        )


@lru_cache(maxsize=65536)
def line_key(number: str) -> str:
    """A line number for comparing: `00010` is `10`."""
    return without_zeros(number_key(number) or number)


def pair(lines: Sequence[LineOf], others: Sequence[LineOf], *, by_reference: bool = True) -> dict[Key, Partner]:
    """Find each line's partner among the others, from the surest tier to the weakest.

    First what the papers refer to themselves, then item numbers and equal descriptions, at last
    likeness: there the best assignment of all lines together, not the best of each.
    """
    found: dict[Key, Partner] = {}
    pools = _pools(others)
    rest: list[LineOf] = []
    index = _by_number(others) if by_reference else {}
    names = _by_name(pools)
    for line in lines:
        partner = _referred(line, index) or _named(line, names)
        if partner is None:
            rest.append(line)
        else:
            found[line.key] = partner
    if rest and pools:
        taken = {pool.lines[0].key for pool in pools if any(pool.holds(p) for p in found.values())}
        found.update(_inferred(rest, [pool for pool in pools if pool.lines[0].key not in taken]))
        left = [line for line in rest if line.key not in found]
        found.update(_inferred(left, pools) if left else {})
    return found


@dataclass(frozen=True, slots=True)
class _Pool:
    """Lines of one paper that nothing but their number tells apart."""

    lines: tuple[LineOf, ...]

    def holds(self, partner: Partner) -> bool:
        return any(line.key == partner.pool[0].key for line in self.lines)


def _pools(lines: Iterable[LineOf]) -> list[_Pool]:
    groups: dict[object, list[LineOf]] = {}
    for entry in lines:
        if not _cancelled(entry.line):
            groups.setdefault(_sort(entry), []).append(entry)
    return [_Pool(tuple(sorted(group, key=_need))) for group in groups.values()]


def _sort(entry: LineOf) -> object:
    line = entry.line
    items = tuple(sorted(item_keys(line).items()))
    words = description_key(wording(line)) or None
    if not items and words is None:
        return entry.key
    return (items, words, line.unit, line.unit_price, line.price_base_quantity, line.match_way)


def _need(entry: LineOf) -> tuple[date, int, int]:
    return (entry.line.need_by or date.max, entry.filed.sequence, entry.at)


def _cancelled(line: Line) -> bool:
    return bool(line.cancelled_quantity and line.quantity is not None and line.cancelled_quantity >= line.quantity)


def _by_number(lines: Iterable[LineOf]) -> dict[str, list[LineOf]]:
    index: dict[str, list[LineOf]] = {}
    for entry in lines:
        index.setdefault(line_key(entry.id), []).append(entry)
    return index


def _referred(line: LineOf, index: Mapping[str, list[LineOf]]) -> Partner | None:
    """The line that the paper itself names; among several orders' lines of that number the likest one."""
    if line.line.order_line is None:
        return None
    named = index.get(line_key(line.line.order_line), [])
    if not named:
        return None
    if len(named) > 1:
        agreeing = [other for other in named if same_item(line.line, other.line)]
        named = agreeing or sorted(named, key=lambda other: -_rank(line, other, likeness(line.line, other.line)))[:1]
    # What goes beyond the named line stays with it, for that is what the paper says.
    return Partner(pool=(named[0],), basis=Basis.REFERENCE, score=_ONE, parts={"reference": _ONE})


def _by_name(pools: Iterable[_Pool]) -> dict[str, list[_Pool]]:
    """The pools by each item number and by their words, so that naming a line costs no walk over all of them."""
    index: dict[str, list[_Pool]] = {}
    for pool in pools:
        for name in names_of(pool.lines[0].line):
            index.setdefault(name, []).append(pool)
    return index


def _named(line: LineOf, names: Mapping[str, list[_Pool]]) -> Partner | None:
    """The pool of the same item number or, failing that, of the same words."""
    best: tuple[Decimal, _Pool, Likeness] | None = None
    candidates = {pool.lines[0].key: pool for name in names_of(line.line) for pool in names.get(name, ())}
    for pool in candidates.values():
        like = likeness(line.line, pool.lines[0].line)
        if like is None or like.basis is Basis.INFERRED:
            continue
        rank = _rank(line, pool.lines[0], like)
        if best is None or rank > best[0]:
            best = (rank, pool, like)
    if best is None:
        return None
    _, pool, like = best
    return Partner(pool=pool.lines, basis=like.basis, score=like.score, parts=like.parts)


def _rank(line: LineOf, other: LineOf, like: Likeness | None) -> Decimal:
    if like is None:
        return Decimal(0)
    price = like.parts.get("price", _ONE)
    quantity = like.parts.get("quantity", _ONE)
    exact = Decimal(int(line.line.unit_price is not None and line.line.unit_price == other.line.unit_price))
    return like.score - _PRICE_RANK * (2 - price - exact) - _QUANTITY_RANK * (1 - quantity)


def _inferred(lines: Sequence[LineOf], pools: Sequence[_Pool]) -> dict[Key, Partner]:
    """The assignment of lines to pools with the greatest likeness in all.

    A pool is used once, but again (at a small cost) by lines that bill only a part of its quantity.
    """
    if not lines or not pools:
        return {}
    likes = [[likeness(line.line, pool.lines[0].line) for pool in pools] for line in lines]
    gain = np.array([[float(like.score) if like else 0.0 for like in row] for row in likes])
    parts = np.array([[_is_part(line, pool) for pool in pools] for line in lines])
    again = np.where(parts, np.maximum(gain - _AGAIN, 0.0), 0.0)
    rows, columns = linear_sum_assignment(np.hstack([gain, *[again] * _TIMES]), maximize=True)
    chosen = {
        int(row): int(column) % len(pools)
        for row, column in zip(rows, columns, strict=True)
        if (gain if column < len(pools) else again)[row][int(column) % len(pools)] > 0
    }
    taken = set(chosen.values())
    found: dict[Key, Partner] = {}
    for row, column in chosen.items():
        like = likes[row][column]
        if like is None:
            continue
        rivals = tuple(
            pools[other].lines[0]
            for other, rival in enumerate(likes[row])
            if rival is not None and other != column and other not in taken and like.score - rival.score < MARGIN
        )
        found[lines[row].key] = Partner(
            pool=pools[column].lines,
            basis=Basis.DESCRIPTION if is_sure(like, _runner_up(likes[row], column)) else like.basis,
            score=like.score.quantize(Decimal("0.0001")),
            parts=like.parts,
            ambiguous_with=rivals,
        )
    return found


def _is_part(line: LineOf, pool: _Pool) -> bool:
    """Whether the line bills only a part of what the pool holds, so that others may bill the rest."""
    held = sum((other.line.quantity or Decimal(0) for other in pool.lines), Decimal(0))
    return line.line.quantity is not None and 0 < line.line.quantity < held


def _runner_up(likes: Sequence[Likeness | None], chosen: int) -> Decimal:
    """The likeness of the best other pool."""
    return max((like.score for at, like in enumerate(likes) if like and at != chosen), default=Decimal(0))
