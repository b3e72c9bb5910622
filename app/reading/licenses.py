"""Licenses: product, metric, rights, keys and term, from a table's record or from a form of labelled rows."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.documents.document import License, Line
from app.reading import dates, numbers
from app.reading.dates import DayFirst
from app.reading.draft import DraftLine, Value
from app.reading.lexicon import lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Seen, Token, seen

_KEY = re.compile(r"[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8}){2,7}")
_PACKS = re.compile(
    r"(\d+)\s*(?:[^\W\d]+\s*)?[×xX*]\s*(?:[^\W\d]+\s+(?:of|à|a|de|di|von|van|po|med|om)\s+)?(\d+)(?:[^=\d]*=\s*(\d+))?"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*")
_NOTHING = "nothing"
_ROLES = frozenset({
    "product", "publisher", "metric", "rights", "packs", "rights_per_pack", "license_key", "entitlement", "start",
    "end", "period", "license_type", "seller_item", "order_line", "position", "description", "quantity", "unit",
    "order_number",
})  # fmt: skip
_HEADINGS = frozenset({"product", "description"})


def term_of(text: str, first: DayFirst) -> tuple[date, date] | None:
    """The first and last day of a term: 01 Oct 2026 – 30 Sep 2027."""
    one = dates.find(text, first)
    two = dates.find(text[one.stop :], first) if one else None
    if one is None or two is None or two.start > 14 or two.value < one.value:
        return None
    return one.value, two.value


def type_of(text: str) -> str | None:
    """The type of license that the words name."""
    found = lexicon("terms").find(words(text))
    return next((match.roles[0] for match in found if match.roles[0] != _NOTHING), None)


def keys_of(tokens: Iterable[Token]) -> list[Token]:
    """The words that look like license keys: groups of capitals and digits with dashes."""
    return [
        token
        for token in tokens
        if _KEY.fullmatch(token.text.strip(",;"))
        and any(c.isdigit() for c in token.text)
        and any(c.isalpha() for c in token.text)
    ]


def packs_of(text: str) -> dict[str, Decimal]:
    """Packs, rights per pack and rights: "2 packs × 5 = 10 users" or "25 seats (5 × pack of 5)"."""
    match = _PACKS.search(text)
    if match is None:
        return {}
    packs, each = Decimal(match[1]), Decimal(match[2])
    return {"packs": packs, "rights_per_pack": each, "rights": packs * each}


def rights_of(text: str) -> dict[str, Decimal]:
    """Packs, rights per pack and rights, or the rights alone where only one number is told."""
    number = _NUMBER.search(text)
    value = numbers.read(number[0], None) if number else None
    return packs_of(text) or ({"rights": value.value} if value else {})


@dataclass(slots=True)
class _Form:
    """One license of a form, while its rows still come."""

    values: dict[str, Value] = field(default_factory=dict)

    def put(self, name: str, value: Any, place: Seen) -> None:
        if value not in (None, "", ()) and name not in self.values:
            self.values[name] = Value(value, place, 0.9)


def forms_of(rows: list[Row], first: DayFirst) -> list[DraftLine]:
    """The licenses of a paper that names each value in a row of its own."""
    forms: list[_Form] = []
    for row in rows:
        for roles, value in _pairs(row):
            role = next((role for role in roles if role in _ROLES), None)
            if role == "license_type" and not type_of(" ".join(token.text for token in value)):
                role = "metric"
            if role is None:
                continue
            starts = (
                role in _HEADINGS and bool(forms) and "description" in forms[-1].values and _further(forms[-1], value)
            )
            if not forms or starts:
                forms.append(_Form())
            _fill(forms[-1], role, value, first)
    return [_line(form) for form in forms if "description" in form.values and len(form.values) > 3]


def _further(form: _Form, value: list[Token]) -> bool:
    """Whether the name opens another license; the same name again does not."""
    return words(str(form.values["description"].value)) != words(" ".join(token.text for token in value))


def _pairs(row: Row) -> Iterable[tuple[tuple[str, ...], list[Token]]]:
    """Label and value of the row, in neighbouring cells or with a colon."""
    parted = cells([token for token in row.tokens if token.text != "|"], 1.1)
    at = 0
    while at < len(parted):
        cell = parted[at]
        at += 1
        text: list[str] = []
        owner: list[int] = []
        for index, token in enumerate(cell):
            for word in words(token.text):
                text.append(word)
                owner.append(index)
        match = lexicon("columns").at(text, 0) if text else None
        if match is None:
            continue
        stop = owner[match.stop - 1] + 1
        value = [token for token in cell[stop:] if token.text != ":"]
        colon = cell[stop - 1].text.endswith(":") or (stop < len(cell) and cell[stop].text == ":")
        if not value and at < len(parted):
            value = parted[at]
            at += 1
        elif value and not colon:
            if not text[match.stop].isdigit() or match.stop + 1 < len(text) or at >= len(parted):
                continue
            # "License 2" is a heading with a number; the value stands in the next cell.
            value = parted[at]
            at += 1
        if value:
            yield match.roles, value


def _fill(form: _Form, role: str, value: list[Token], first: DayFirst) -> None:
    text, place = " ".join(token.text for token in value).strip(" :,"), seen(value)
    match role:
        case "product" | "description":
            form.put("description", text, place)
            form.put("license/product", text, place)
        case "publisher" | "metric":
            form.put(f"license/{role}", type_free(text) if role == "metric" else text, place)
        case "rights" | "quantity":
            for name, number in rights_of(text).items():
                form.put(f"license/{name}", number, place)
        case "packs" | "rights_per_pack":
            figure = numbers.read(value[0].text, None)
            form.put(f"license/{role}", figure.value if figure else None, place)
        case "license_key":
            form.put("license/keys", tuple(token.text.strip(",;") for token in value if len(token.text) > 4), place)
        case "entitlement":
            form.put("license/entitlement_ids", tuple(token.text.strip(",;") for token in value), place)
        case "start" | "end" | "period":
            _term(form, role, text, place, first)
        case "seller_item" | "order_line":
            form.put("seller_item_id" if role == "seller_item" else role, value[0].text, place)
        case "order_number":
            form.put("purchase_order", value[0].text, place)
        case "license_type":
            pass
        case _:
            return
    kind = type_of(text) if role in {"metric", "license_type", "period", "product", "description"} else None
    form.put("license/type", kind, place)


def type_free(text: str) -> str:
    """A metric without the type of license beside it: "named user, subscription" is named user."""
    parts = [part.strip() for part in text.split(",")]
    return ", ".join(part for part in parts if not _is_type(part))


def _is_type(text: str) -> bool:
    """Whether the words name a type of license and nothing else."""
    plain = [word for word in words(text) if not word.isdigit()]
    found = lexicon("terms").find(plain)
    return type_of(text) is not None and sum(match.stop - match.start for match in found) == len(plain)


def _term(form: _Form, role: str, text: str, place: Seen, first: DayFirst) -> None:
    both = term_of(text, first)
    if both:
        form.put("license/start", both[0], place)
        form.put("license/end", both[1], place)
        return
    day = dates.find(text, first)
    if day:
        form.put("license/end" if role == "end" else "license/start", day.value, place)


def _line(form: _Form) -> DraftLine:
    values = form.values
    held = {name.partition("/")[2]: value.value for name, value in values.items() if name.startswith("license/")}
    if {"packs", "rights_per_pack"} <= held.keys() and "rights" not in held:
        held["rights"] = held["packs"] * held["rights_per_pack"]
        values["license/rights"] = Value(held["rights"], values["license/packs"].seen, 0.9, derived=True)
    if "rights" in held:
        values.setdefault("quantity", values["license/rights"])
    if "order_line" in values:
        values.setdefault("id", values["order_line"])
    plain = {name: value.value for name, value in values.items() if "/" not in name}
    return DraftLine(Line(**plain, license=License(**held), period=None), values)
