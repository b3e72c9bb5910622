"""Forms: licenses that a paper names value by value, beside or under labels, instead of in a table."""
# ruff: noqa: PLR2004 (shares of the print size and counts of words are measures of this module alone)

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from app.documents.document import License, Line
from app.reading import dates, numbers
from app.reading.dates import DayFirst
from app.reading.draft import DraftLine, Value
from app.reading.lexicon import Match, lexicon, words
from app.reading.licenses import keys_of, rights_of, term_of, type_free, type_of
from app.reading.rows import Row, cells
from app.reading.tokens import Seen, Token, seen

_TERMS = frozenset({
    "publisher", "metric", "license_type", "rights", "quantity", "packs", "rights_per_pack", "license_key",
    "entitlement", "start", "end", "period", "seller_item",
})  # fmt: skip
_ROLES = _TERMS | {"product", "order_line", "position", "description", "unit", "order_number"}
_HEADINGS = frozenset({"product", "description"})
_BARS = frozenset({"|", "·", "•", "–", "—"})
_LONGEST_HEADING = 9
# How the words for an entitlement begin.
_ENTITLING = ("entitl", "licen", "lizenz", "lisens", "berechtig", "derecho", "droit", "diritt", "direito", "uprawn")
_ENTITLED = re.compile(r"\bentitlement (?:id|no|number|ref)\b")

Pair = tuple[tuple[str, ...], list[Token]]


@dataclass(slots=True)
class _Form:
    """One license of a form, while its rows still come."""

    values: dict[str, Value] = field(default_factory=dict)

    def put(self, name: str, value: Any, place: Seen) -> None:
        if value not in (None, "", ()) and name not in self.values:
            self.values[name] = Value(value, place, 0.9)


def forms_of(rows: list[Row], first: DayFirst) -> list[DraftLine]:
    """The licenses of a paper that names each value by a label; a line of text over the labels may be the name."""
    parted = [_parts(row) for row in rows]
    found = list(_rows_of_pairs(parted))
    named = any(_HEADINGS & set(roles) for _, pairs in found for roles, _ in pairs)
    by_row = dict(found)
    forms: list[_Form] = []
    heading: list[Token] = []
    for at, row in enumerate(rows):
        pairs = by_row.get(at)
        if pairs is None:
            if forms and len(keys_of(row.tokens)) == len(row.tokens):
                _more_keys(forms[-1], row.tokens)
            heading = parted[at][0] if not named and _is_heading(parted[at]) else []
            continue
        if heading and any(_TERMS & set(roles) for roles, _ in pairs):
            _open(forms, heading, first)
        heading = []
        for roles, value in pairs:
            _take(forms, roles, value, first)
    return [_line(form) for form in forms if "description" in form.values and len(form.values) > 3]


def shared(drafts: list[DraftLine], rows: list[Row], first: DayFirst) -> list[DraftLine]:
    """The lines with the entitlement and the term that labels outside them name for all, where they name none."""
    common = dict(_common(rows, first))
    return [_sharing(draft, common) for draft in drafts] if common else drafts


def _common(rows: list[Row], first: DayFirst) -> Iterator[tuple[str, Value]]:
    """What the labels of the rows say of every license; a certificate's or a contract's own number is another."""
    for row in reversed(rows):
        for roles, value in _pairs(_parts(row)):
            number = value[0].text.strip(",;")
            before = words(" ".join(token.text for token in row.tokens if token.x1 < value[0].x0))
            entitled = "entitlement" in roles and any(word.startswith(_ENTITLING) for word in before)
            if entitled and any(letter.isdigit() for letter in number):
                yield "entitlement_ids", Value((number,), seen(value[:1]), 0.8)
            term = term_of(" ".join(token.text for token in value), first) if "period" in roles else None
            if term is not None:
                yield "start", Value(term[0], seen(value), 0.8)
                yield "end", Value(term[1], seen(value), 0.8)


def _sharing(draft: DraftLine, common: dict[str, Value]) -> DraftLine:
    held = draft.line.license or License()
    lacks = {"entitlement_ids": not held.entitlement_ids and not held.keys}
    lacks["start"] = lacks["end"] = held.start is None and held.end is None
    more = {name: value for name, value in common.items() if lacks[name]}
    told = replace(held, **{name: value.value for name, value in more.items()})
    values = draft.values | {f"license/{name}": replace(value, derived=True) for name, value in more.items()}
    return DraftLine(replace(draft.line, license=told), values)


def told(rows: list[Row]) -> frozenset[str]:
    """Whether the rows show license keys, long ones in groups, or name an entitlement."""
    for row in rows:
        if any(token.text.count("-") > 2 for token in keys_of(row.tokens)):
            return frozenset({"license_key"})
        text = row.text.casefold()
        if "entitlement" in text and _ENTITLED.search(text):
            return frozenset({"entitlement"})
    return frozenset()


def _parts(row: Row) -> list[list[Token]]:
    """The row's cells, parted further at bars and before a label with its colon."""
    out: list[list[Token]] = []
    for cell in cells(row.tokens, 1.1):
        part: list[Token] = []
        reach = 0
        for at, token in enumerate(cell):
            bar = token.text in _BARS and not _between_days(cell, at)
            if not part:
                # "License type:" is one label, not a license and a type.
                first = _label(cell[at:])
                reach = at + first[1] if first is not None else at
            if part and (bar or (at >= reach and _labels(cell, at))):
                out.append(part)
                part = []
            if not bar:
                part.append(token)
        if part:
            out.append(part)
    return out


def _between_days(cell: list[Token], at: int) -> bool:
    """Whether the dash stands between two dates."""
    return 0 < at < len(cell) - 1 and all(any(c.isdigit() for c in cell[n].text) for n in (at - 1, at + 1))


def _labels(cell: list[Token], at: int) -> bool:
    """Whether a label with a colon begins at this word."""
    found = _label(cell[at:])
    return found is not None and cell[at + found[1] - 1].text.endswith(":")


def _label(cell: list[Token]) -> tuple[Match, int, int] | None:
    """The label at the start of the words: the phrase, how many tokens it takes, and how many words all have."""
    text: list[str] = []
    owner: list[int] = []
    for index, token in enumerate(cell):
        for word in words(token.text):
            text.append(word)
            owner.append(index)
    match = lexicon("columns").at(text, 0) if text else None
    return (match, owner[match.stop - 1] + 1, len(text)) if match else None


def _rows_of_pairs(parted: list[list[list[Token]]]) -> Iterator[tuple[int, list[Pair]]]:
    """The rows that name values, each with its pairs of label and value."""
    below = -1
    for at, parts in enumerate(parted):
        if at == below:
            continue
        under = parted[at + 1] if at + 1 < len(parted) else []
        stacked = list(_stacked(parts, under))
        pairs = stacked or list(_pairs(parts))
        if stacked:
            below = at + 1
            yield below, []
        if pairs:
            yield at, pairs


def _stacked(parts: list[list[Token]], under: list[list[Token]]) -> Iterator[Pair]:
    """Labels side by side, each with its value under it."""
    found = [(part, _label(part)) for part in parts]
    whole = [(part, label[0]) for part, label in found if label is not None and label[0].stop == label[2]]
    if len(whole) < 2 or len(whole) < 0.75 * len(parts) or not under:
        return
    if any(label is not None and part[-1].text.endswith(":") for part, label in found):
        return
    # A label under a label: they stand in a column, each with its value beside it.
    below = _label(under[0])
    if below is not None and below[0].stop == below[2] and abs(under[0][0].x0 - parts[0][0].x0) < parts[0][0].size:
        return
    for part, match in whole:
        value = next((other for other in under if abs(other[0].x0 - part[0].x0) < 0.6 * part[0].size), None)
        if value is not None:
            yield match.roles, value


def _pairs(parted: list[list[Token]]) -> Iterable[Pair]:
    """Label and value of the row, in neighbouring cells or with a colon."""
    at = 0
    while at < len(parted):
        cell = parted[at]
        at += 1
        found = _label(cell)
        if found is None:
            continue
        match, stop, count = found
        if "entitlement" in match.roles and _is_own_number(cell[:stop]):
            continue
        value = [token for token in cell[stop:] if token.text != ":"]
        colon = cell[stop - 1].text.endswith(":") or (stop < len(cell) and cell[stop].text == ":")
        if not value and at < len(parted):
            value = parted[at]
            at += 1
        elif value and not colon and not _numbers(match.roles, value):
            if not value[0].text.isdigit() or match.stop + 1 < count or at >= len(parted):
                continue
            # "License 2" is a heading with a number; the value stands in the next cell.
            value = parted[at]
            at += 1
        if value:
            yield match.roles, value


def _numbers(roles: tuple[str, ...], value: list[Token]) -> bool:
    """Whether a number or key stands close behind its label, without a colon: Entitlement ID PE-4400."""
    own = {"license_key", "entitlement"} & set(roles)
    return bool(own) and len(value) == 1 and sum(letter.isdigit() for letter in value[0].text) > 2


def _is_own_number(label: list[Token]) -> bool:
    """Whether the label says what the paper's own number is, or a contract's, rather than that of an entitlement."""
    text = [word for token in label for word in words(token.text)]
    own = {"license_receipt_number", "contract_number"} & set(lexicon("fields").roles(text))
    return bool(own) and not any(word.startswith(_ENTITLING) for word in text)


def _is_heading(parts: list[list[Token]]) -> bool:
    """Whether the row can be the name of what the labels under it describe: a few words, no sentence, no title."""
    if len(parts) != 1 or len(parts[0]) > _LONGEST_HEADING or parts[0][-1].text[-1:] in ".,:;":
        return False
    text = [word for token in parts[0] for word in words(token.text)]
    titled = sum(match.stop - match.start for match in lexicon("titles").find(text))
    return any(word.isalpha() for word in text) and titled < 0.6 * len(text)


def _open(forms: list[_Form], name: list[Token], first: DayFirst) -> None:
    """Begin a license under its name, unless one without a name has begun."""
    if not forms or "description" in forms[-1].values:
        forms.append(_Form())
    _fill(forms[-1], "description", name, first)


def _take(forms: list[_Form], roles: tuple[str, ...], value: list[Token], first: DayFirst) -> None:
    role = next((role for role in roles if role in _ROLES), None)
    if role == "license_type" and not type_of(" ".join(token.text for token in value)):
        role = "metric"
    if role is None:
        return
    starts = role in _HEADINGS and bool(forms) and "description" in forms[-1].values and _further(forms[-1], value)
    if not forms or starts:
        forms.append(_Form())
    _fill(forms[-1], role, value, first)


def _further(form: _Form, value: list[Token]) -> bool:
    """Whether the name opens another license; the same name again does not."""
    return words(str(form.values["description"].value)) != words(" ".join(token.text for token in value))


def _more_keys(form: _Form, tokens: list[Token]) -> None:
    """Add a further row of keys."""
    known = form.values.get("license/keys")
    keys = tuple(token.text.strip(",;") for token in tokens)
    form.values["license/keys"] = Value((*known.value, *keys) if known else keys, known.seen if known else seen(tokens))


def _fill(form: _Form, role: str, value: list[Token], first: DayFirst) -> None:
    text, place = " ".join(token.text for token in value).strip(" :,"), seen(value)
    match role:
        case "product" | "description":
            form.put("description", text, place)
            form.put("license/product", text, place)
        case "publisher" | "metric":
            form.put(f"license/{role}", type_free(text) if role == "metric" else text, place)
        case "rights" | "quantity" if role == "rights" or numbers.read(value[0].text, None):
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
