"""XML against page: the same value found in both gets its box, a value the page shows otherwise is a difference.

A reader of pages errs now and then; an invoice is not held for that. So a difference needs two things:
the page reader read another value, and the XML's value is printed nowhere on the pages.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
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
# A figure that is printed with fewer decimals than this is not rounded but another.
_LEAST_DECIMALS = 2
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
    key = number_key(text) or ""
    heads = (*_IDENTIFIERS, "/issue_date", "/due_date", "/currency", *(f"/totals/{name}" for name in _SUMS))
    sure = _vouched(document, printed)
    suspects = [_suspect(document, printed, pointer, pointer) for pointer in heads]
    suspects += _line_suspects(document, printed, lines)
    out = [
        entry
        for entry in suspects
        # What the page's own sums vouch for is right: that the XML's figure is printed elsewhere is chance.
        if entry
        and (_theirs(entry.pointer, lines) in sure or not _is_shown(value_at(document, entry.pointer), text, key))
    ]
    if "/lines" in sure and document.lines and len(document.lines) != len(printed.lines):
        out.append(Difference("/lines", f"{len(document.lines)} lines", f"{len(printed.lines)} lines"))
    unseen = document.totals.gross if printed.totals.gross is None and printed.totals.due is None else None
    sums = [value for value in (document.totals.gross, document.totals.due) if value]
    if unseen and len(_AMOUNT.findall(text)) >= _LEAST_AMOUNTS and not any(_is_shown(s, text, key) for s in sums):
        out.append(Difference("/totals/gross", _said(unseen)))
    elif document.number and printed.number is None and any(_is_shown(s, text, key) for s in sums):
        # The page is that of an invoice over this sum, and bears another number, however it is put there.
        out += [] if _is_shown(document.number, text, key) else [Difference("/number", document.number)]
    return tuple(out)


def _vouched(document: Document, printed: Document) -> set[str]:
    """The fields of the page that its own arithmetic vouches for, by their pointers; `/lines` for their number."""
    totals, found = printed.totals, set()
    if None not in (totals.net, totals.tax, totals.gross) and _sum([totals.net, totals.tax]) == totals.gross:
        found |= {"/totals/net", "/totals/tax", "/totals/gross"}
    amounts = [line.net_amount for line in printed.lines]
    if amounts and None not in amounts and _sum(amounts) in {totals.lines, totals.net} - {None}:
        found |= {"/lines", *(f"/lines/{at}/net_amount" for at in range(len(amounts)))}
        found |= {f"/lines/{at}/unit_price" for at, line in enumerate(printed.lines) if _proves(line)}
    if len(document.lines) == len(printed.lines):
        both = enumerate(zip(document.lines, printed.lines, strict=True))
        found |= {f"/lines/{at}/quantity" for at, (ours, line) in both if _proves(line, ours)}
    return found


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), Decimal(0))


def _suspect(document: Document, printed: Document, pointer: str, other: str) -> Difference | None:
    ours, theirs = value_at(document, pointer), value_at(printed, other)
    if ours is None or theirs is None or same(ours, theirs):
        return None
    return Difference(pointer, _said(ours), _said(theirs))


def _line_suspects(document: Document, printed: Document, lines: dict[int, int]) -> Iterator[Difference | None]:
    """The figures of the lines, where the XML and the page have as many."""
    if len(document.lines) != len(printed.lines):
        return
    adds_up = "/lines" in _vouched(document, printed)
    for at, place in lines.items():
        ours, other = document.lines[at], printed.lines[place]
        if not adds_up and not _proves(other):
            continue
        for name in _FIGURES:
            if name == "unit_price" and (_price(ours) == _price(other) or _is_discounted(ours, other)):
                continue
            if name == "net_amount" or not _is_rounded(getattr(ours, name), getattr(other, name)):
                yield _suspect(document, printed, f"/lines/{at}/{name}", f"/lines/{place}/{name}")


def _is_discounted(ours: Line, other: Line) -> bool:
    """Whether the page shows the price before its discount, as its own arithmetic may say by not holding."""
    net, gross = ours.unit_price, ours.gross_price
    if net is not None and gross is not None and gross == other.unit_price:
        return gross - (ours.price_discount or 0) == net
    return bool(ours.gross_price or ours.allowances or ours.charges) and not _proves(other)


def _is_rounded(ours: Decimal | None, printed: Decimal | None) -> bool:
    """Whether the page shows a price or quantity of the XML with fewer decimals."""
    if ours is None or printed is None:
        return False
    decimals = -int(printed.as_tuple().exponent)
    return decimals >= _LEAST_DECIMALS and 2 * abs(abs(ours) - abs(printed)) <= Decimal(1).scaleb(-decimals)


def _proves(line: Line, other: Line | None = None) -> bool:
    """Whether the line's own arithmetic holds on the page; where it shows no price, with that of the other."""
    price = _price(line) or (_price(other) if other is not None else None)
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
    if len(wanted) <= _LEAST_KEY:
        # Three letters, as of a currency, stand by chance across words.
        return len(wanted) < _LEAST_KEY or re.search(rf"(?<!\w){re.escape(str(value))}(?!\w)", text) is not None
    return wanted in key


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
