"""Calibration: what candidates were weighed by, turned into the probability that a value is right.

While a paper is read, scores only rank its candidates. Here each value gets the share of values like it that
were right in documents with known truths, by its field, by what arithmetic says of it, and by its weight.
`calibration.json` holds the shares with how they came about; `python -m bench calibrate` makes it anew.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.documents.document import Document, Line, Totals
from app.documents.evidence import Evidence, Method

PATH = Path(__file__).parent / "calibration.json"
#: The version of the file's shape; a file of another version is not read.
VERSION = 1
#: What a field's values and those of its whole chapter are filed under, where their own group is too small.
ANY = "*"
_CENT = Decimal("0.0051")
_SLACK = Decimal("0.021")
_ROUNDED = Decimal("0.02")
_MOST = Decimal("0.8")
_NEAR = Decimal("0.002")
_MOST_OFF = 60
_TENS = tuple(Decimal(10) ** power for power in (-3, -2, -1, 1, 2, 3))
# Kinds that state quantities only: a line without a price is whole there.
_COUNTING = frozenset({"packing_slip", "goods_receipt", "license_receipt"})
_SCORED = frozenset({Method.PDF, Method.OCR, Method.DERIVED})
_CHAPTERS = frozenset({"figures", "lines", "sums", "head"})
_FIGURES = frozenset({"lines/quantity", "lines/unit_price", "lines/net_amount"})
_SUMS = frozenset({"totals", "charges", "allowances", "tax_breakdown"})


class Class(NamedTuple):
    """What a value is filed under: its source, its field, and the signs that speak for or against it."""

    source: str
    field: str
    signs: str

    @property
    def chapter(self) -> str:
        """The part of the document that the field belongs to: figures or other values of lines, sums or head."""
        if self.field in _FIGURES:
            return "figures"
        first = self.field.partition("/")[0]
        return first if first in _CHAPTERS else "sums" if first in _SUMS else "head"


@dataclass(frozen=True, slots=True)
class Steps:
    """A rising staircase: from each weight on, the probability."""

    least: tuple[float, ...]
    score: tuple[Decimal, ...]

    def at(self, weight: float) -> Decimal:
        """The probability of a value of that weight."""
        return self.score[max(bisect_right(self.least, weight) - 1, 0)]


def scored(document: Document, table: Mapping[Class, Steps] | None = None) -> Document:
    """The document with a probability for every value that was read from paper, in place of its weight."""
    known = _table() if table is None else table
    if not known:
        return document
    evidence = dict(document.evidence)
    for pointer, entry, kind in classes(document):
        steps = steps_of(kind, known)
        if steps is not None:
            evidence[pointer] = Evidence(
                document=entry.document,
                page=entry.page,
                box=entry.box,
                path=entry.path,
                text=entry.text,
                method=entry.method,
                score=steps.at(float(entry.score)),
            )
    return replace(document, evidence=evidence)


def steps_of(kind: Class, table: Mapping[Class, Steps]) -> Steps | None:
    """The staircase of the value's own group, else of its chapter with the same signs, else of the whole chapter."""
    for field, signs in ((kind.field, kind.signs), (kind.chapter, kind.signs), (kind.chapter, ANY)):
        found = table.get(Class(kind.source, field, signs))
        if found is not None:
            return found
    return None


def classes(document: Document) -> Iterator[tuple[str, Evidence, Class]]:
    """Every value read from paper, with what it is filed under."""
    methods = {entry.method for entry in document.evidence.values()}
    scanned = Method.OCR in methods
    head = _added_up(document)
    lines = _line_signs(document, head)
    sums = f"{_identity(document.totals)} {head}"
    for pointer, entry in document.evidence.items():
        if entry.method not in _SCORED:
            continue
        source = "ocr" if entry.method is Method.OCR or (scanned and entry.method is Method.DERIVED) else "pdf"
        parts = pointer[1:].split("/")
        first = parts[0]
        if first == "lines":
            signs = lines[int(parts[1])]
            field = "/".join(part for part in parts if not part.isdigit())
        elif first in _SUMS:
            signs = f"{sums} derived" if entry.method is Method.DERIVED else sums
            field = "/".join(part for part in parts if not part.isdigit())
        else:
            signs, field = head, pointer[1:]
        yield pointer, entry, Class(source, field, signs)


def _line_signs(document: Document, added: str) -> list[str]:
    """For each line: its own arithmetic, whether the lines add up, and whether the arithmetic of most lines holds."""
    own = [arithmetic(line) for line in document.lines]
    if document.kind in _COUNTING:
        own = ["count" if sign in {"single", "none"} else sign for sign in own]
    holding = sum(sign in {"holds", "one"} for sign in own)
    most = "most" if holding >= _MOST * len(own) else "few"
    return [f"{sign} {added} {most}" for sign in own]


def arithmetic(line: Line) -> str:
    """What quantity × price − allowances = amount says of the line.

    `holds`; `one`: it holds, but proves little, for the quantity is 1; `near`: but for rounding; `less`: but for a
    whole percentage, as a discount that was not read would be; `tens`: but for a power of ten, as a price for a
    hundred would be, or a decimal mark that was lost; `breaks`; `pair` and `single`: only two or one of the three
    are there; `none`.
    """
    quantity, price, amount = line.quantity, line.unit_price, line.net_amount
    if quantity is None or price is None or amount is None:
        there = sum(value is not None for value in (quantity, price, amount))
        return ("none", "single", "pair")[there]
    product = abs(quantity * price)
    if line.price_base_quantity:
        product /= line.price_base_quantity
    product += sum((entry.amount for entry in line.charges), Decimal(0))
    product -= sum((entry.amount for entry in line.allowances), Decimal(0))
    off = abs(product - abs(amount))
    if off <= _CENT:
        return "one" if abs(quantity) == 1 or abs(price) == 1 or not amount else "holds"
    exponent = price.as_tuple().exponent
    rounding = abs(quantity) * Decimal(10) ** min(exponent if isinstance(exponent, int) else 0, 0) / 2
    if off <= max(rounding, _ROUNDED, _NEAR * abs(amount)):
        return "near"
    return _explained(product, abs(amount))


def _explained(product: Decimal, amount: Decimal) -> str:
    """What would explain the difference between a product and an amount that is not 0."""
    if not product:
        return "breaks"
    off = (1 - amount / product) * 100
    whole = off.quantize(Decimal(1))
    if 0 < whole <= _MOST_OFF and abs(product * (100 - whole) / 100 - amount) <= _CENT:
        return "less"
    return "tens" if any(abs(product / ten - amount) <= _CENT for ten in _TENS) else "breaks"


def _added_up(document: Document) -> str:
    """Whether the lines add up to a printed sum: `agrees`, `differs`, or `alone` where there is nothing to compare."""
    amounts = [line.net_amount for line in document.lines if line.net_amount is not None]
    totals = document.totals
    printed = [value for value in (totals.lines, totals.net, totals.gross) if value is not None]
    if not amounts or not printed:
        return "alone"
    lines = sum(amounts, Decimal(0))
    more = sum((entry.amount for entry in document.charges), Decimal(0)) or totals.charges or Decimal(0)
    less = sum((entry.amount for entry in document.allowances), Decimal(0)) or totals.allowances or Decimal(0)
    wanted = (lines, lines + more - less)
    same = any(abs(abs(one) - abs(two)) <= _SLACK for one in wanted for two in printed)
    return "agrees" if same else "differs"


def _identity(totals: Totals) -> str:
    """Whether net + tax = gross: `adds`, `equal` (there is no tax), `breaks`, or `part` where not all are printed."""
    net, tax, gross = totals.net, totals.tax, totals.gross
    if net is None or gross is None or (tax is None and net != gross):
        return "part"
    if not tax and net == gross:
        return "equal"
    return "adds" if abs(net + (tax or Decimal(0)) - gross) <= _SLACK else "breaks"


@cache
def _table() -> Mapping[Class, Steps]:
    return read(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}


def read(text: str) -> Mapping[Class, Steps]:
    """The table that the file holds; empty if it is of another version."""
    held = json.loads(text)
    if held.get("version") != VERSION:
        return {}
    return {
        Class(row["source"], row["field"], row["signs"]): Steps(
            tuple(float(step[0]) for step in row["steps"]), tuple(Decimal(step[1]) for step in row["steps"])
        )
        for row in held["groups"]
    }
