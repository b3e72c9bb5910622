"""Totals: the sums under the lines, chosen so that they agree with each other and with the lines."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise

from app.documents.document import Charge, TaxBreakdown
from app.reading import sums
from app.reading.closings import Closing
from app.reading.draft import Value
from app.reading.figures import Figure, figures_of
from app.reading.numbers import CODES
from app.reading.rows import Row, cells
from app.reading.sums import CHARGE_CODES, SumLabel
from app.reading.tokens import Token, seen

_SLACK = Decimal("0.021")
_LEAST_SHARE = 0.6
_MOST_RATES = 8
_MOST_SUMS = 40


@dataclass(slots=True, eq=False)
class Sum:
    """A labelled sum on paper: its roles, its figures (the last is the sum), and a rate if one is printed."""

    label: SumLabel
    figures: list[Figure]
    row: Row
    rate: Decimal | None
    order: int

    @property
    def value(self) -> Decimal:
        """The sum itself."""
        return self.figures[-1].value

    @property
    def place(self) -> Value:
        """The sum with its place."""
        return Value(self.value, seen(self.figures[-1].tokens), 0.9 * min(self.label.share + 0.1, 1.0))


#: A row of labels that waits for the figures under it, each label with its edges.
Waiting = tuple[Row, list[tuple[SumLabel, float, float]]]


@dataclass(slots=True)
class Sums:
    """The document's sums as read: by field of `totals`, with charges, allowances and the tax breakdown."""

    values: dict[str, Value] = field(default_factory=dict)
    charges: list[tuple[Charge, Value]] = field(default_factory=list)
    allowances: list[tuple[Charge, Value]] = field(default_factory=list)
    breakdown: list[tuple[TaxBreakdown, Value]] = field(default_factory=list)
    agrees: bool = False
    lines_agree: bool = False


def sums_of(rows: Iterable[Row], mark: str | None) -> list[Sum]:
    """Every labelled sum of the rows."""
    out: list[Sum] = []
    waiting: list[Waiting] = []
    for row in _joined_rows(list(rows)):
        figures = figures_of(row, mark)
        for label, found, rate in _pairs(row, figures):
            out.append(Sum(label, found, row, rate, len(out)))
        if figures:
            out.extend(_under(waiting, row, figures, len(out)))
            # A table of taxes goes on; its last row is the sum of the others.
            waiting = [(row if _goes_on(at, row, labels, figures) else at, labels) for at, labels in waiting]
        waiting = [
            (at, labels) for at, labels in waiting if row.page == at.page and row.middle - at.middle < 4 * row.size
        ]
        heads = all(figure.number.percent for figure in figures)
        labels = list(_heads(row)) if heads else []
        if len(labels) > 1:
            waiting.append((row, labels))
    return out


def _goes_on(above: Row, row: Row, labels: list[tuple[SumLabel, float, float]], figures: list[Figure]) -> bool:
    """Whether all figures of the row stand under one of the labels."""
    if row.page != above.page or row.middle - above.middle > 2.2 * row.size:
        return False
    free = [figure for figure in figures if not figure.number.percent]
    return len(free) > 1 and all(any(f.x1 > x0 - 12 and f.x0 < x1 + 12 for _, x0, x1 in labels) for f in free)


def headed(rows: list[Row], mark: str | None) -> set[int]:
    """Rows of labels of sums with the rows of figures under them; no line of goods stands there."""
    out: set[int] = set()
    for row, below in pairwise(rows):
        if row.page != below.page or below.middle - row.middle > 3 * row.size or not _bare(below):
            continue
        if len(list(_heads(row))) > 1 and all(figure.number.percent for figure in figures_of(row, mark)):
            out.update((id(row), id(below)))
    return out


def _heads(row: Row) -> Iterator[tuple[SumLabel, float, float]]:
    """The labels of sums that stand side by side, each with its edges."""
    for cell in cells(row.tokens, 1.1):
        label = sums.label_of(cell)
        if label is not None and label.share >= _LEAST_SHARE:
            yield label, cell[0].x0, cell[-1].x1


def _joined_rows(rows: list[Row]) -> list[Row]:
    """Put a row of mere figures together with the words that stand half a line off."""
    out: list[Row] = []
    for row in rows:
        above = out[-1] if out else None
        near = (
            above is not None and above.page == row.page and row.middle - above.middle < 0.8 * max(row.size, above.size)
        )
        if above is not None and near and _bare(above) != _bare(row):
            tokens = sorted([*above.tokens, *row.tokens], key=lambda token: token.x0)
            out[-1] = Row(row.page, above.index, tokens, min(above.top, row.top), max(above.bottom, row.bottom))
        else:
            out.append(row)
    return out


def _bare(row: Row) -> bool:
    """Whether the row holds figures and currencies only."""
    return all(not any(letter.isalpha() for letter in token.text) or token.text in CODES for token in row.tokens)


def _pairs(row: Row, figures: list[Figure]) -> Iterator[tuple[SumLabel, list[Figure], Decimal | None]]:
    """Walk along the row: words, then the figures that follow them."""
    start = {id(figure.tokens[0]): figure for figure in figures}
    inside = {id(token) for figure in figures for token in figure.tokens}
    words: list[Token] = []
    found: list[Figure] = []
    rate: Decimal | None = None
    last: Token | None = None
    for token in [*row.tokens, None]:
        figure = start.get(id(token)) if token is not None else None
        if figure is not None:
            if figure.number.percent or (
                not figure.free and not figure.number.currency and words and _in_text(figure, words)
            ):
                rate = figure.value if figure.number.percent else rate
                if not figure.number.percent and words and _folded_word(words[-1]) in _ON:
                    found.append(figure)
                continue
            found.append(figure)
            continue
        if token is not None and id(token) in inside:
            continue
        if token is None or (found and any(letter.isalpha() for letter in token.text)):
            if found and token is not None and _closing_word(token, found[-1]):
                continue
            label = sums.label_of(words) if words else None
            found = [figure for figure in found if figure.free or figure.number.currency or "." in str(figure.value)]
            if label is not None and label.share >= _LEAST_SHARE and found:
                yield label, found, rate
            words, found, rate = [], [], None
        if token is not None:
            if words and last is not None and token.x0 - last.x1 > 12 * token.size and sums.label_of([token]):
                words = []
            words.append(token)
            last = token


_ON = frozenset(
    {"on", "of", "auf", "von", "sur", "de", "su", "di", "sobre", "over", "van", "av", "na", "od", "af", "z"}
)


def _folded_word(token: Token) -> str:
    return token.text.casefold().strip(".,:")


def _in_text(figure: Figure, words: list[Token]) -> bool:
    """A figure in the running text of a label: "on 403.55" or "(19,00)"."""
    return figure.x0 - words[-1].x1 < 0.6 * words[-1].size and "." not in figure.tokens[-1].text[-3:]


def _closing_word(token: Token, figure: Figure) -> bool:
    """A word directly behind a figure that belongs to it (a bracket with the rate)."""
    return token.x0 - figure.x1 < 0.6 * token.size and token.text[:1] in "(*"


def _under(waiting: list[Waiting], row: Row, figures: list[Figure], count: int) -> list[Sum]:
    """Figures under a row of labels: TOTAL HT | TOTAL TVA | TOTAL TTC."""
    out: list[Sum] = []
    free = [figure for figure in figures if not figure.number.percent]
    for above, labels in waiting:
        if row.page != above.page or row.middle - above.middle > 4 * row.size or len(labels) < 2:
            continue
        for at, (label, x0, x1) in enumerate(labels):
            near = [f for f in free if f.x1 > x0 - 12 and f.x0 < x1 + 12]
            if len(free) == len(labels):
                near = [free[at]]
            if near:
                best = min(near, key=lambda f: min(abs(f.x1 - x1), abs(f.x0 - x0), abs(f.center - (x0 + x1) / 2)))
                out.append(Sum(label, [best], row, None, count + len(out)))
    return out


def solve(found: list[Sum], lines: Decimal | None) -> Sums:
    """Choose among the labelled sums so that net + tax = gross, and the lines add up."""
    answer = Sums()
    roles = _by_role(found)
    _adjustments(answer, found)
    net, tax, gross = _triple(roles, answer, lines)
    if tax is None and net is not None and gross is not None and net.value == gross.value:
        tax = Value(Decimal(0), net.seen, 0.7, derived=True)
    for name, value in (("net", net), ("tax", tax), ("gross", gross)):
        if value is not None:
            answer.values[name] = value
    for name in ("lines", "due", "prepaid", "rounding"):
        options = roles.get(name, [])
        if options:
            answer.values[name] = _with_sign(name, options, lines)
    _finish(answer, lines)
    _due(answer)
    _breakdown(answer, roles.get("tax", []))
    return answer


def expected(answer: Sums, lines: Decimal | None) -> list[Decimal]:
    """What the lines may come to: alone, and with the charges and allowances of the document."""
    return [] if lines is None else [lines, lines + _added(answer)]


def close(answer: Sums, closing: Closing | None, lines: Decimal | None) -> None:
    """Take the net, tax and gross that arithmetic proves, where the labels did not tell them."""
    if closing is None:
        return
    answer.agrees = True
    answer.values |= {"net": closing.net, "tax": closing.tax, "gross": closing.gross}
    _finish(answer, lines)
    if "due" in answer.values and answer.values["due"].derived:
        del answer.values["due"]
    _due(answer)


def _by_role(found: list[Sum]) -> dict[str, list[Sum]]:
    out: dict[str, list[Sum]] = {}
    for entry in found:
        for role in entry.label.roles:
            out.setdefault(role, []).append(entry)
    return out


def _with_sign(name: str, options: list[Sum], lines: Decimal | None) -> Value:
    if name == "lines" and lines is not None:
        for entry in options:
            if abs(entry.value - lines) <= _SLACK:
                return entry.place
    place = options[-1].place if name == "due" else options[0].place
    return Value(abs(place.value), place.seen, place.score) if name == "prepaid" else place


def _triple(
    roles: dict[str, list[Sum]], answer: Sums, lines: Decimal | None
) -> tuple[Value | None, Value | None, Value | None]:
    """The net, tax and gross that add up; without such three, the likeliest of each."""
    nets = [entry.place for entry in [*roles.get("net", []), *roles.get("lines", [])]]
    grosses = [
        entry.place for entry in [*reversed(roles.get("gross", [])), *roles.get("due", []), *roles.get("net", [])]
    ]
    taxes = list(_taxes(roles.get("tax", [])))
    best: tuple[float, Value | None, Value | None, Value | None] = (0.0, None, None, None)
    # Sums stand at the end; a long statement must not cost more than its last ones.
    for net in nets[-_MOST_SUMS:]:
        for tax in taxes[:_MOST_SUMS]:
            for gross in grosses[:_MOST_SUMS]:
                off = abs(net.value + tax.value - gross.value)
                if off > _SLACK or net.value == 0 or (gross.seen == net.seen and tax.value):
                    continue
                score = (1 if off else 1.2) + net.score + gross.score + 0.5 * tax.score + (0.5 if tax.value else 0.0)
                if lines is not None and abs(lines + _added(answer) - net.value) <= _SLACK:
                    score += 1
                elif lines is not None and abs(lines + _added(answer) - gross.value) <= _SLACK:
                    score += 0.8
                if score > best[0]:
                    best = (score, net, tax, gross)
    if best[0]:
        answer.agrees = True
        return _raised(best[1]), _raised(best[2]), _raised(best[3])
    return _likeliest(roles, taxes, lines, answer)


def _raised(value: Value | None) -> Value | None:
    return Value(value.value, value.seen, 0.99, value.derived) if value else None


def _likeliest(
    roles: dict[str, list[Sum]], taxes: list[Value], lines: Decimal | None, answer: Sums
) -> tuple[Value | None, Value | None, Value | None]:
    proved = _by_lines(roles, taxes, lines, answer)
    if proved is not None:
        return proved
    net = next((entry.place for entry in roles.get("net", [])), None)
    tax = taxes[0] if taxes else None
    grosses = [entry.place for entry in roles.get("gross", [])]
    gross = grosses[-1] if grosses else next((entry.place for entry in reversed(roles.get("due", []))), None)
    lowest = next((entry.place for entry in roles.get("lines", [])), None)
    if gross is not None and tax is not None and net is None:
        rest = gross.value - tax.value
        if lowest is not None and abs(lowest.value + _added(answer) - rest) <= _SLACK:
            answer.agrees = True
            # What is printed counts; a total rounded to five cents lies a little off.
            net = lowest if not _added(answer) else Value(rest, lowest.seen, 0.9, derived=True)
        elif lines is not None and abs(lines + _added(answer) - rest) <= _SLACK:
            net = Value(lines + _added(answer), gross.seen, 0.85, derived=True)
    if net is None and lowest is not None:
        added = lowest.value + _added(answer)
        net = lowest if added == lowest.value else Value(added, lowest.seen, 0.7, derived=True)
    if net is None and gross is not None and tax is None:
        net = gross if lines is None or abs(lines + _added(answer) - gross.value) <= _SLACK else None
    return net, tax, gross


def _by_lines(
    roles: dict[str, list[Sum]], taxes: list[Value], lines: Decimal | None, answer: Sums
) -> tuple[Value, Value, Value] | None:
    """The tax that leads from what the lines come to, to a printed total, a printed rounding included."""
    net = lines + _added(answer) if lines is not None else None
    if not net:
        return None
    shifts = [Decimal(0), *(sign * entry.value for entry in roles.get("rounding", []) for sign in (1, -1))]
    for gross in (entry.place for entry in reversed(roles.get("gross", []))):
        for tax in taxes[:_MOST_SUMS]:
            if tax.value and any(abs(net + tax.value + off - gross.value) <= _SLACK for off in shifts):
                printed = next((entry.place for entry in roles.get("net", []) if entry.value == net), None)
                answer.agrees = True
                return printed or Value(net, gross.seen, 0.85, derived=True), tax, gross
    return None


def _taxes(found: list[Sum]) -> Iterator[Value]:
    """Each tax sum, and the sum of several rates."""
    yield from sorted((entry.place for entry in found), key=lambda value: -value.score)
    distinct = list({(entry.value, entry.row.page, round(entry.row.middle)): entry for entry in found}.values())[
        -_MOST_RATES:
    ]
    for size in range(min(len(distinct), 4), 1, -1):
        for group in combinations(distinct, size):
            total = sum((entry.value for entry in group), Decimal(0))
            tokens = [token for entry in group for token in entry.figures[-1].tokens]
            yield Value(total, seen(tokens), 0.8, derived=True)


def _adjustments(answer: Sums, found: list[Sum]) -> None:
    """Charges and allowances of the document by their labels."""
    for entry in found:
        roles = set(entry.label.roles)
        code = next((role for role in entry.label.roles if role in CHARGE_CODES), None)
        if entry.value == 0:
            continue
        reason = " ".join(token.text for token in entry.label.tokens).strip(" :")
        place = entry.place
        if code is not None and not roles & {"gross", "net", "tax", "lines"}:
            if all(known.amount != entry.value or known.code != code for known, _ in answer.charges):
                answer.charges.append((Charge(code=code, amount=abs(entry.value), reason=reason), place))
        elif "allowances" in roles:
            answer.allowances.append(
                (Charge(code="95", amount=abs(entry.value), reason=reason, percent=entry.rate), place)
            )
            answer.values.setdefault("allowances", Value(abs(entry.value), place.seen, place.score))
        elif "charges" in roles:
            answer.values.setdefault("charges", Value(abs(entry.value), place.seen, place.score))


def _added(answer: Sums) -> Decimal:
    """What charges and allowances add to the lines."""
    added = sum((charge.amount for charge, _ in answer.charges), Decimal(0))
    if not answer.charges and "charges" in answer.values:
        added = answer.values["charges"].value
    off = sum((charge.amount for charge, _ in answer.allowances), Decimal(0))
    return added - off


def _finish(answer: Sums, lines: Decimal | None) -> None:
    """Sums that follow from others, and whether the lines add up."""
    values = answer.values
    if answer.charges:
        total = sum((charge.amount for charge, _ in answer.charges), Decimal(0))
        values["charges"] = Value(total, answer.charges[0][1].seen, 0.9, derived=len(answer.charges) > 1)
    printed = [values[name].value for name in ("lines", "net", "gross") if name in values]
    if lines is None:
        return
    added = _added(answer)
    answer.lines_agree = any(abs(lines - value) <= _SLACK or abs(lines + added - value) <= _SLACK for value in printed)


def _due(answer: Sums) -> None:
    """What is left to pay follows from the total, where nothing else is printed."""
    gross, prepaid = answer.values.get("gross"), answer.values.get("prepaid")
    if gross is not None and "due" not in answer.values:
        left = gross.value - (prepaid.value if prepaid else 0)
        answer.values["due"] = Value(left, gross.seen, gross.score * 0.95, derived=True)


def _breakdown(answer: Sums, taxes: list[Sum]) -> None:
    net = answer.values.get("net")
    rated = [entry for entry in taxes if entry.rate is not None]
    for entry in rated:
        taxable = entry.figures[-2].value if len(entry.figures) > 1 else None
        if taxable is None and net is not None and len({known.rate for known in rated}) == 1:
            taxable = net.value
        place = entry.place
        row = TaxBreakdown(category="S" if entry.rate else "Z", rate=entry.rate, taxable=taxable, tax=entry.value)
        if all(known.rate != row.rate or known.tax != row.tax for known, _ in answer.breakdown):
            answer.breakdown.append((row, place))
