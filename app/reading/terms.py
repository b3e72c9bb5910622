"""Terms: what the clauses of a contract agree, by their words: term, notice, mark-up, limit and service levels."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice, pairwise

from app.documents.document import ServiceLevel
from app.reading import dates, numbers
from app.reading.dates import DayFirst
from app.reading.draft import Value
from app.reading.lexicon import Match, lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Token, seen

# A clause goes on for so many rows; what it agrees stands within so many words behind what it is about, or before it.
_ROWS, _AFTER, _BEFORE = 3, 14, 7
_LABELS = {"contract_start": "start", "contract_end": "end", "valid_until": "end"}
_DAYS = {"1": 1, "7": 7, "30": 30}
_MOST_LEVELS, _WIDE, _PAIR = 40, 3, 2
_WHOLE = 100
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)(%?)[.;,)]*")
_LIKELY, _SURE = 0.8, 0.9


def read(rows: Sequence[Row], first: DayFirst, mark: str | None) -> dict[str, Value]:
    """The terms by their place in the canonical document (/contract/start, /contract/notice_days …)."""
    found: dict[str, Value] = {}
    for at in range(len(rows)):
        tokens = [token for row in islice(rows, at, at + _ROWS) for token in row.tokens]
        own = len(rows[at].tokens)
        for start, stop, term in _subjects(tokens):
            value = None if start >= own else _agreed(term, tokens, start, stop, first, mark)
            if value is not None and f"/contract/{term}" not in found:
                found[f"/contract/{term}"] = value
    one, two = found.get("/contract/start"), found.get("/contract/end")
    if one and two and two.value <= one.value:
        del found["/contract/end"]
    levels, places = _levels(rows, mark)
    if levels:
        found["/contract/service_levels"] = Value(levels, seen(places), _LIKELY)
    return found


def _subjects(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """From which token to which (exclusive) a term is named, and which one."""
    text, owner = _words(tokens)
    for name in ("agreement", "fields"):
        for match in lexicon(name).find(text):
            terms = [_LABELS.get(role, "") for role in match.roles] if name == "fields" else list(match.roles)
            for term in terms:
                if term in {"start", "end", "notice_days", "markup_percent", "limit"}:
                    yield owner[match.start], owner[match.stop - 1] + 1, term


def _words(tokens: Sequence[Token]) -> tuple[list[str], list[int]]:
    text: list[str] = []
    owner: list[int] = []
    for at, token in enumerate(tokens):
        for word in words(token.text):
            text.append(word)
            owner.append(at)
    return text, owner


def _agreed(
    term: str, tokens: Sequence[Token], start: int, stop: int, first: DayFirst, mark: str | None
) -> Value | None:
    """What stands behind the words for the term, or for a share or a time of notice in front of them."""
    after = list(tokens[stop : stop + _AFTER])
    if term in {"start", "end"}:
        text = " ".join(token.text for token in after[:6])
        day = dates.find(text, first)
        return Value(day.value, seen(after[:6]), _SURE) if day is not None and day.start < 2 * _AFTER else None
    before = list(tokens[max(start - _BEFORE, 0) : start])
    if term == "notice_days":
        return _days(after) or _days(before)
    if term == "markup_percent":
        return _percent(after) or _percent(before)
    return _money(after, mark)


def _days(tokens: Sequence[Token]) -> Value | None:
    for one, two in pairwise(tokens):
        digits = re.sub(r"\D", "", one.text)
        unit = next((role for role in lexicon("agreement").roles(words(two.text)) if role in _DAYS), None)
        if digits and len(digits) <= _WIDE and unit is not None:
            return Value(int(digits) * _DAYS[unit], seen([one, two]), _SURE)
    return None


def _percent(tokens: Sequence[Token]) -> Value | None:
    for at, token in enumerate(tokens):
        share = _share(tokens, at)
        if share is not None:
            return Value(share, seen([token]), _SURE)
        if token.text.endswith("."):
            return None
    return None


def _share(tokens: Sequence[Token], at: int) -> Decimal | None:
    """The percentage that this word is, with its sign glued or apart."""
    match = _PERCENT.fullmatch(tokens[at].text.lstrip("(<>≥≤"))
    if match is None:
        return None
    apart = at + 1 < len(tokens) and tokens[at + 1].text.strip("().;,") in {"%", "percent", "Prozent"}
    value = Decimal(match[1].replace(",", ".")) if match[2] or apart else None
    return value if value is not None and value <= _WHOLE else None


def _money(tokens: Sequence[Token], mark: str | None) -> Value | None:
    """The first sum with its currency beside it."""
    for at, token in enumerate(tokens):
        used = [token]
        text = token.text.strip("().;,")
        while at + len(used) < len(tokens) and re.fullmatch(r"\d{3}(?:[.,]\d\d)?[.;,]?", tokens[at + len(used)].text):
            if not re.fullmatch(r"\D{0,2}\d{1,3}(?: \d{3})*", text):
                break
            text = f"{text} {tokens[at + len(used)].text.strip('.;,')}"
            used.append(tokens[at + len(used)])
        figure = numbers.read(text, mark)
        around = [*tokens[max(at - 1, 0) : at], *tokens[at + len(used) : at + len(used) + 1]]
        named = figure is not None and (figure.currency or any(_is_currency(other.text) for other in around))
        if figure is not None and named and figure.value > 0:
            return Value(figure.value, seen(used), _SURE)
    return None


def _is_currency(text: str) -> bool:
    plain = text.strip("().;,")
    return plain in numbers.CODES or plain.casefold() in numbers.CURRENCIES


def opens_scale(row: Row) -> bool:
    """Whether the row heads a table of service levels: one of several cells names credits."""
    return len(cells(row.tokens, 1.1)) > 1 and _names(row.tokens, "credit")


def _levels(rows: Sequence[Row], mark: str | None) -> tuple[tuple[ServiceLevel, ...], list[Token]]:
    """The scale of credits: rows under a head that names credits, each with a target and a share of the fee."""
    levels: list[ServiceLevel] = []
    places: list[Token] = []
    for at, row in enumerate(rows):
        if len(levels) >= _MOST_LEVELS or not _names(row.tokens, "credit"):
            continue
        named = cells(row.tokens, 1.1)
        heading = _plain(named[0]) if len(named) > 1 else ""
        if len(named) == 1:
            level = _level(row, mark, heading)
            if level is not None and level not in levels:
                levels.append(level)
                places.extend(row.tokens)
            continue
        for below in rows[at + 1 :]:
            level = _level(below, mark, heading) if below.page == row.page else None
            if level is None:
                break
            levels.append(level)
            places.extend(below.tokens)
            heading = level.objective or heading
    return tuple(dict.fromkeys(levels)), places


def _level(row: Row, mark: str | None, heading: str) -> ServiceLevel | None:
    """The row's objective, target and credit; None where it has no two figures, the last a share."""
    tokens = row.tokens
    marks: list[tuple[int, Decimal, bool]] = []
    for at, token in enumerate(tokens):
        share = _share(tokens, at)
        figure = numbers.read(token.text.strip("<>≥≤ "), mark)
        timed = at + 1 < len(tokens) and "time" in lexicon("agreement").roles(words(tokens[at + 1].text))
        if share is not None:
            marks.append((at, share, False))
        elif figure is not None and timed:
            marks.append((at, figure.value, True))
    if len(marks) < _PAIR or marks[-1][2]:
        return None
    at, target, timed = marks[0]
    name = _plain(tokens[:at]) or heading
    if not name:
        return None
    return ServiceLevel(
        objective=name,
        measure=None,
        target=target,
        credit_percent=marks[-1][1],
        lower_is_better=True if timed else None,
    )


def _names(tokens: Sequence[Token], role: str) -> bool:
    text, _ = _words(tokens)
    return any(role in match.roles for match in lexicon("agreement").find(text))


def _plain(tokens: Sequence[Token]) -> str:
    """The words without those of comparison at their end and without signs."""
    kept = [token for token in tokens if words(token.text)]
    while kept:
        text, owner = _words(kept)
        found: list[Match] = [
            match
            for match in lexicon("agreement").find(text)
            if match.stop == len(text) and "comparison" in match.roles
        ]
        if not found:
            break
        kept = kept[: owner[found[-1].start]]
    return " ".join(token.text for token in kept).strip(" :;,<>≥≤")
