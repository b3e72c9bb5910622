"""XML against page: the same value found in both gets its box, a value the page shows otherwise is a difference.

A reader of pages errs now and then; an invoice is not held for that. So a difference needs two things:
the page reader read another value, and the XML's value is printed nowhere on the pages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.documents.document import Document, Line
from app.documents.evidence import Evidence
from app.documents.money import plain
from app.documents.normal import number_key
from app.reading.reading import Difference

#: How sure a value is of which XML and page say two things: not sure enough to pay on.
UNSURE = Decimal("0.5")
_IDENTIFIERS = ("/number", "/references/purchase_order", "/supplier/vat_id", "/supplier/iban")
_SUMS = ("net", "tax", "gross", "due")
_FIGURES = ("quantity", "unit_price", "net_amount")
_SLACK = Decimal("0.02")
_LEAST_KEY = 3
# A page that prints fewer amounts than this is no invoice one could miss a sum on.
_AMOUNT = re.compile(r"[0-9][.,][0-9]{2}(?![0-9])")
_LEAST_AMOUNTS = 3
_MARKS = r"[.,’'\s]?"


def value_at(document: Document, pointer: str) -> Any:
    """The value under the pointer; None where there is none."""
    value: Any = document
    for step in pointer.split("/")[1:]:
        if value is None:
            return None
        entry = int(step) if step.isdigit() else None
        value = getattr(value, step, None) if entry is None else (value[entry] if entry < len(value) else None)
    return value


def pairs(ours: Sequence[Line], theirs: Sequence[Line]) -> dict[int, int]:
    """Which line of the XML is which on the page: in order where they are as many, else by equal figures."""
    if len(ours) == len(theirs):
        return {at: at for at in range(len(ours))}
    found: dict[int, int] = {}
    free = dict(enumerate(theirs))
    for at, line in enumerate(ours):
        same = next((place for place, other in free.items() if _alike(line, other)), None)
        if same is not None:
            found[at] = same
            del free[same]
    return found


def _alike(line: Line, other: Line) -> bool:
    return line.net_amount is not None and line.net_amount == other.net_amount and line.quantity == other.quantity


def placed(document: Document, printed: Document, lines: dict[int, int], differing: set[str]) -> dict[str, Evidence]:
    """The XML's evidence with page and box from the page's reader, where that found the same value."""
    out = dict(document.evidence)
    for pointer, entry in document.evidence.items():
        other = printed.evidence.get(_theirs(pointer, lines))
        if pointer in differing:
            place = other or entry
            out[pointer] = replace(entry, score=UNSURE, page=place.page, box=place.box)
        elif other is not None and other.box is not None and entry.box is None:
            ours, theirs = value_at(document, pointer), value_at(printed, _theirs(pointer, lines))
            if same(ours, theirs):
                out[pointer] = replace(entry, page=other.page, box=other.box)
    return out


def _theirs(pointer: str, lines: dict[int, int]) -> str:
    """The pointer of the same value in the page's document."""
    match = re.match(r"/lines/([0-9]+)(/.*)", pointer)
    if match is None:
        return pointer
    place = lines.get(int(match[1]))
    return "" if place is None else f"/lines/{place}{match[2]}"


def same(ours: Any, theirs: Any) -> bool:
    """Whether two values are the same thing, however each is written."""
    if ours is None or theirs is None:
        return False
    if isinstance(ours, Decimal) and isinstance(theirs, Decimal):
        return abs(ours) == abs(theirs)
    if isinstance(ours, str) and isinstance(theirs, str):
        left, right = number_key(ours), number_key(theirs)
        return left == right or bool(left and right and (left.startswith(right) or right.startswith(left)))
    return bool(ours == theirs)


def differences(document: Document, printed: Document, lines: dict[int, int], text: str) -> tuple[Difference, ...]:
    """What the page shows otherwise, its words being `text`."""
    found = [
        *(_suspect(document, printed, pointer, pointer) for pointer in _IDENTIFIERS),
        *(_suspect(document, printed, pointer, pointer) for pointer in ("/issue_date", "/due_date", "/currency")),
        *(_suspect(document, printed, f"/totals/{name}", f"/totals/{name}") for name in _SUMS),
        *_line_suspects(document, printed, lines),
    ]
    suspects = [entry for entry in found if entry is not None]
    unseen = document.totals.gross if printed.totals.gross is None and printed.totals.due is None else None
    if not suspects and not unseen:
        return ()
    key = number_key(text) or ""
    out = [entry for entry in suspects if not _is_shown(value_at(document, entry.pointer), text, key)]
    sums = [value for value in (document.totals.gross, document.totals.due) if value]
    if unseen and len(_AMOUNT.findall(text)) >= _LEAST_AMOUNTS and not any(_is_shown(s, text, key) for s in sums):
        out.append(Difference("/totals/gross", _said(unseen)))
    return tuple(out)


def _suspect(document: Document, printed: Document, pointer: str, other: str) -> Difference | None:
    ours, theirs = value_at(document, pointer), value_at(printed, other)
    if ours is None or theirs is None or same(ours, theirs):
        return None
    return Difference(pointer, _said(ours), _said(theirs))


def _line_suspects(document: Document, printed: Document, lines: dict[int, int]) -> Iterator[Difference | None]:
    """Lines are compared where those of the page prove themselves: they add up to the page's own net sum."""
    amounts = [line.net_amount for line in printed.lines]
    sums = {printed.totals.lines, printed.totals.net} - {None}
    if None in amounts or sum((amount for amount in amounts if amount is not None), Decimal(0)) not in sums:
        return
    if len(document.lines) != len(printed.lines):
        return
    for at, place in lines.items():
        other = printed.lines[place]
        if not _proves(other):
            continue
        for name in _FIGURES:
            if name == "unit_price" and _price(document.lines[at]) == _price(other):
                continue
            yield _suspect(document, printed, f"/lines/{at}/{name}", f"/lines/{place}/{name}")


def _proves(line: Line) -> bool:
    """Whether the line's own arithmetic holds on the page."""
    price = _price(line)
    if line.quantity is None or price is None or line.net_amount is None:
        return False
    return abs(Fraction(line.quantity) * price - Fraction(line.net_amount)) <= Fraction(_SLACK)


def _price(line: Line) -> Fraction | None:
    if line.unit_price is None:
        return None
    return Fraction(line.unit_price) / Fraction(line.price_base_quantity or 1)


def _said(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _is_shown(value: Any, text: str, key: str) -> bool:
    """Whether the pages show the value in any of the usual ways of writing it."""
    if isinstance(value, Decimal):
        return re.search(_figure(value), text) is not None
    if isinstance(value, date):
        return re.search(_day(value), text) is not None
    wanted = number_key(str(value)) or ""
    return len(wanted) < _LEAST_KEY or wanted in key


def _figure(value: Decimal) -> str:
    """A pattern for the number with any marks, or none, and any zeros at its end."""
    whole, _, part = format(plain(abs(value)), "f").partition(".")
    groups = [whole[max(at - 3, 0) : at] for at in range(len(whole), 0, -3)][::-1]
    decimals = rf"[.,]\s?{part}0*" if part else r"(?:[.,]0+)?"
    grouped = _MARKS.join(groups)
    return rf"(?<![0-9])(?<![0-9][.,]){grouped}{decimals}(?![0-9])(?![.,][0-9])"


def _day(value: date) -> str:
    """A pattern for the day in digits in either order, or with the month as a word."""
    day, month, year = rf"0?{value.day}", rf"0?{value.month}", rf"(?:{value.year}|{value.year % 100:02})"
    mark, word = r"\s?[-./\s]\s?", r"[^\W\d_]{3,12}\.?"
    forms = (
        rf"{day}{mark}{month}{mark}{year}",
        rf"{month}{mark}{day}{mark}{year}",
        rf"{value.year}{mark}{month}{mark}{day}",
        rf"{day}(?:st|nd|rd|th|er|\.|º)?[\s\-/]*(?:of |de )?{word}[\s,.\-/]*(?:de |del )?{year}",
        rf"{word}\s+{day}(?:st|nd|rd|th)?,?\s+{year}",
        rf"{value.year}{value.month:02}{value.day:02}",
    )
    return rf"(?<![0-9])(?:{'|'.join(forms)})(?![0-9])"
