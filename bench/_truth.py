"""Which values of a reading are right: each held against the truth of its document."""

import difflib
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

FIGURES = ("quantity", "unit_price", "net_amount")
COUNTS = ("received", "accepted", "rejected", "outstanding")
_NUMBERS = frozenset({*COUNTS, *FIGURES, "tax_rate", "price_base_quantity"})
_WORDS = frozenset({"name", "address", "description", "payment_terms", "delivery_terms"})
_ALIKE = 0.9
_PART = 0.4


def verdicts(read: dict, truth: dict) -> dict[str, bool]:
    """Whether each value that the truth knows of is right, by pointer; other values are left out.

    Both are canonical JSON. A line that is not on the paper is wrong with all its values, and a value is that the
    truth lists under `absent`.
    """
    out = {pointer: same(pointer, got, want) for pointer, got, want in _head(read, truth)}
    for at, (line, want) in enumerate(paired(read.get("lines") or [], truth.get("lines") or [])):
        for name, got in line.items():
            if want is None:
                out[f"/lines/{at}/{name}"] = False
            elif name in FIGURES and want.get(name) is not None:
                out[f"/lines/{at}/{name}"] = same_figure(name, line, want)
            elif name == "description" and want.get(name):
                texts = [want[name], *want.get("description_also", [])]
                out[f"/lines/{at}/{name}"] = any(similar(got, text) for text in texts)
            elif want.get(name) is not None and isinstance(got, str):
                out[f"/lines/{at}/{name}"] = same(name, got, want[name])
    return out


def lines_right(read: dict, truth: dict) -> list[bool]:
    """For each line that was read, whether all figures of it that the truth names are right."""
    return [
        want is not None and right(line, want)
        for line, want in paired(read.get("lines") or [], truth.get("lines") or [])
    ]


def line_f1(read: dict, truth: dict) -> float:
    """Twice the right lines by all lines that were read or are there."""
    count = len(read.get("lines") or []) + len(truth.get("lines") or [])
    return 2 * sum(lines_right(read, truth)) / count if count else 1.0


def right(line: dict, want: dict) -> bool:
    """Whether every figure and count that the truth names is equal."""
    return all(same_figure(name, line, want) for name in (*FIGURES, *COUNTS) if want.get(name) is not None)


def paired(read: list[dict], truth: list[dict]) -> list[tuple[dict, dict | None]]:
    """Each line that was read with its line of the truth: those with the same figures first, then in order."""
    left = dict(enumerate(truth))
    found: dict[int, dict | None] = {}
    for exact in (True, False):
        for at, line in enumerate(read):
            if at in found or not left:
                continue
            best = max(left, key=lambda other: (_likeness(line, left[other]), -abs(other - at)))
            if right(line, left[best]) if exact else _likeness(line, left[best]) > 0:
                found[at] = left.pop(best)
    return [(line, found.get(at)) for at, line in enumerate(read)]


def _likeness(line: dict, want: dict) -> float:
    equal = sum(same_figure(name, line, want) for name in FIGURES if want.get(name) is not None)
    full = right(line, want)
    return 10.0 * full + 2.0 * equal + similar(line.get("description"), want.get("description"))


def same_figure(name: str, line: dict, want: dict) -> bool:
    """Whether a figure is equal; a unit price may be given net, for one piece, or as the truth says besides."""
    wanted, got = number(want.get(name)), number(line.get(name))
    if got is None or wanted is None:
        return False
    if name != "unit_price":
        return abs(abs(got) - abs(wanted)) <= Decimal("0.0005")
    base = number(line.get("price_base_quantity")) or Decimal(1)
    options = {abs(wanted), abs(wanted) / (number(want.get("price_base_quantity")) or Decimal(1))}
    options |= {abs(Decimal(str(other))) for other in want.get("unit_price_also", [])}
    if discount := number(want.get("discount_percent")):
        options |= {entry * (1 - discount / 100) for entry in options}
    return any(abs(one - two) <= Decimal("0.00005") for one in (abs(got), abs(got) / base) for two in options)


def number(value: object) -> Decimal | None:
    if isinstance(value, dict):
        value = value.get("value", value.get("amount"))
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def similar(read: object, truth: object) -> bool:
    """Whether the words agree but for little, or hold those of the truth."""
    one, two = _plain(read), _plain(truth)
    if not one or not two:
        return False
    if two in one and len(two) >= _PART * len(one):
        return True
    return difflib.SequenceMatcher(None, one, two, autojunk=False).ratio() >= _ALIKE


def _plain(value: object) -> str:
    return re.sub(r"\W+", " ", str(value or "").casefold()).strip()


def same(pointer: str, got: object, want: object) -> bool:
    """Whether a value of the head or of a line says the same, by what sort of value it is."""
    name = pointer.rpartition("/")[2]
    if want is None:
        return False
    if "/totals/" in pointer or name in _NUMBERS:
        one, two = number(got), number(want)
        return one is not None and two is not None and abs(abs(one) - abs(two)) <= Decimal("0.0005")
    if name in _WORDS:
        return similar(got, want)
    return re.sub(r"\W", "", str(got).casefold()) == re.sub(r"\W", "", str(want).casefold())


def at(document: object, pointer: str) -> object:
    """The value at that place of a canonical document; None where there is none."""
    for step in pointer[1:].split("/"):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _head(read: dict, truth: dict) -> Iterator[tuple[str, object, object]]:
    """Each value of the head and the sums that both have, and those of which the truth says that there are none."""
    absent = set(truth.get("absent", ()))
    for name, got in read.items():
        if name in {"lines", "evidence", "charges", "allowances", "tax_breakdown"}:
            continue
        parts = got.items() if isinstance(got, dict) else [("", got)]
        for part, value in parts:
            pointer = f"/{name}/{part}".rstrip("/")
            want = at(truth, pointer)
            if value is not None and (want not in (None, "") or pointer in absent):
                yield pointer, value, want
