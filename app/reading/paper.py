"""Paper: from pages of tokens to a document, the same way for PDFs and for scans."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from app.documents.document import Charge, ContractTerms, Document, Line, Party, References, TaxBreakdown, Totals
from app.documents.evidence import Evidence
from app.reading import (
    calibration,
    closings,
    counts,
    currency,
    endings,
    forms,
    header,
    headless,
    naming,
    numbers,
    parties,
    table,
    terms,
    titles,
    totals,
)
from app.reading import lines as line_reader
from app.reading import roles as parts
from app.reading.body import NAMES
from app.reading.dates import DayFirst
from app.reading.draft import DraftLine, Value, evidence_of
from app.reading.heads import HeadRow, head_rows
from app.reading.layouts import places, recall
from app.reading.layouts.layout import Layout
from app.reading.lexicon import phrases_of, words
from app.reading.numbers import CODES
from app.reading.rows import Row, rows_of
from app.reading.table import Table
from app.reading.tokens import Page, Token, seen

# What only papers from the United States say: sales tax, a state with its ZIP code.
_AMERICAN = re.compile(
    r"\b(?:[Ss]ales [Tt]ax|SALES TAX|ZIP [Cc]ode|(?:A[KLRZ]|C[AOT]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|"
    r"O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?)\b"
)
# Who writes "date" in another language puts the day first, in dollars too.
_ELSEWHERE = re.compile(r"fecha|datum|dato|emisi[oó]n|vencimiento", re.IGNORECASE)
_COMMA = re.compile(r"\d{1,3},\d{3}")
_HYPOTHESES = 4
_TRIAL = 150
_STRONG_HEAD = 2.8
# What makes a license more than a name.
_WHOLE = frozenset({"quantity", "license/rights", "license/keys"})
_NEAR, _NAMED = 0.6, 0.9
_MOST_ROWS = 600
_TOTALS = frozenset({"gross", "net", "due", "lines"})
_MONTH_FIRST_MONEY = frozenset({"USD"})


@dataclass(slots=True)
class _Sheet:
    """All rows of the document with what the whole document decides."""

    rows: list[Row]
    pages: Sequence[Page]
    mark: str | None
    first: DayFirst
    heads: dict[int, list[HeadRow]]
    american: bool = False
    ends: frozenset[int] = frozenset()


def read(pages: Sequence[Page]) -> Document:
    """The document that the pages hold, with evidence for every value and the probability that it is right."""
    return recall.recalled(pages, lambda layout: calibration.scored(weighed(pages, layout)))


def weighed(pages: Sequence[Page], layout: Layout | None = None) -> Document:
    """The document that the pages hold; its scores are what candidates were weighed by, and mean no more than that."""
    sheet = _sheet(pages, layout)
    found_titles = titles.titles_of(sheet.rows, pages[0].height if pages else 842.0)
    if layout is not None:
        found_titles = recall.titled(layout, sheet.rows, found_titles)
    sheet.ends = endings.of(sheet.rows, sheet.heads, found_titles[0].kinds if found_titles else ())
    tables = _tables(sheet) or _counted(sheet, found_titles)
    kind, _ = titles.kind_of(found_titles, sheet.rows, _roles(tables) | forms.told(sheet.rows))
    drafts = [line for found in tables for line in line_reader.lines_of(found, kind, sheet.mark, sheet.first)]
    if kind == "license_receipt":
        filled = forms.forms_of(sheet.rows, sheet.first)
        named = bool(NAMES & _roles(tables))
        drafts, tables = (filled, []) if _tells_more(filled, drafts, named=named) else (drafts, tables)
    used = set().union(*(found.used for found in tables)) if tables else set()
    outside = [row for row in sheet.rows if id(row) not in used]
    if kind == "license_receipt" and tables:
        drafts = forms.shared(drafts, outside, sheet.first)
    drafts, printed = _balanced(sheet, drafts, outside)
    found = header.read(sheet.rows, found_titles, kind, sheet.first, used)
    if found_titles:
        found.offer("/kind", Value(kind, seen(found_titles[0].tokens), min(0.6 + 0.15 * found_titles[0].score, 0.99)))
    for pointer, value in parties.read(sheet.rows, used, kind, pages[0] if pages else None).items():
        found.offer(pointer, value)
    if kind == "contract":
        found.values.update(terms.read(sheet.rows, sheet.first, sheet.mark))
    if layout is not None:
        found.values.update(places.values(layout, sheet.rows, sheet.first, sheet.mark))
    money = currency.currency_of(sheet.rows, sheet.mark, found.values, american=sheet.american)
    return naming.told(_document(found, drafts, printed, money))


def _sheet(pages: Sequence[Page], layout: Layout | None) -> _Sheet:
    rows: list[Row] = []
    heads: dict[int, list[HeadRow]] = {}
    for page in pages:
        own = rows_of(page)
        heads[page.number] = head_rows(own) if layout is None else recall.headed(layout, own, head_rows(own))
        rows.extend(own)
    texts = [token.text for row in rows for token in row.tokens]
    mark = numbers.mark_of(_standing_free(rows), texts)
    mark = mark or ("," if _thousandths(texts) and not _english(heads) else None)
    american = any("$" in text or text == "USD" for text in texts) or any(_AMERICAN.search(row.text) for row in rows)
    american = american and not any(_ELSEWHERE.search(text) for text in texts)
    month_first = mark != "," and american
    first = header.first_day_of((row.text for row in rows), month_first=month_first)
    if layout is not None:
        mark, first = layout.decimal_mark or mark, first if layout.day_first is None else layout.day_first
    return _Sheet(rows, pages, mark, first, heads, american)


def _thousandths(texts: list[str]) -> bool:
    """Whether most figures of three digits behind a comma end in zeros: counts with three decimals (250,000)."""
    figures = [text for text in texts if _COMMA.fullmatch(text)]
    zeros = sum(text.endswith(",000") for text in figures)
    return zeros > 1 and 2 * zeros > len(figures)


def _english(heads: Mapping[int, list[HeadRow]]) -> bool:
    """Whether the likeliest head of the table is in English, or none is found."""
    best = max((head for found in heads.values() for head in found), key=lambda head: head.score, default=None)
    named = [words(head.text) for head in best.heads if head.share > _NAMED] if best is not None else []
    english = phrases_of("columns", "en")
    return 2 * sum(1 for phrase in named if phrase in english) >= len(named)


def _roles(tables: list[Table]) -> frozenset[str]:
    """What the heads of the tables name."""
    return frozenset(
        role for found in tables for head in found.head.heads if head.share > _NAMED for role in head.roles
    )


def _standing_free(rows: list[Row]) -> Iterator[str]:
    """The figures that stand in columns; those within a text (0.75 kW) may follow another country's habit."""
    for row in rows:
        before: Token | None = None
        for token in row.tokens:
            if token.text[-1:].isdigit() or token.text[:1].isdigit():
                near = before is not None and token.x0 - before.x1 < _NEAR * token.size
                if before is None or not near or not before.text[-1:].isalpha() or before.text in CODES:
                    yield token.text
            before = token


def _tables(sheet: _Sheet) -> list[Table]:
    """The best table of goods, among a few hypotheses of where its head stands."""
    options = sorted((head for heads in sheet.heads.values() for head in heads), key=lambda head: -head.score)
    best: Table | None = None
    for head in options[:_HYPOTHESES]:
        if best is not None and head.score < 0.45 * options[0].score:
            break
        # The beginning of a long table tells enough of which head is right.
        found = table.read(head, _body(sheet, head)[:_TRIAL], sheet.mark)
        found.score = _worth(found)
        if best is None or found.score > best.score:
            best = found
    if best is not None and best.records and not _priced_only(best):
        body = _body(sheet, best.head)
        return [best if len(body) <= _TRIAL else table.read(best.head, body, sheet.mark)]
    sums = [entry.value for entry in totals.sums_of(sheet.rows, sheet.mark) if set(entry.label.roles) & _TOTALS]
    other = headless.read(sheet.rows, sheet.mark, sums) if len(sheet.rows) < _MOST_ROWS else None
    if other is not None and other.records:
        return [other]
    return [best] if best is not None and best.records else []


def _counted(sheet: _Sheet, found: list[titles.Title]) -> list[Table]:
    """On a paper of deliveries, a list of counts and names that no head stands over."""
    if not found or not {"packing_slip", "goods_receipt"} & set(found[0].kinds) or len(sheet.rows) > _MOST_ROWS:
        return []
    listed = counts.read(sheet.rows, sheet.mark)
    return [listed] if listed is not None and listed.records else []


def _priced_only(found: Table) -> bool:
    """Whether the table lists prices and nothing else, as a contract does; on a bill that proves nothing."""
    return all(
        record.figures.keys() & {"quantity", "unit_price", "amount"} == {"unit_price"} for record in found.records
    )


def _body(sheet: _Sheet, head: HeadRow) -> list[Row]:
    """The rows under the head, over all pages; the same head again continues, another table's head ends it."""
    out: list[Row] = []
    for page in sheet.pages:
        if page.number < head.page:
            continue
        rows = [row for row in sheet.rows if row.page == page.number]
        start = head.stop if page.number == head.page else 0
        skipped: set[int] = set()
        ends = len(rows)
        for other in sheet.heads[page.number]:
            if page.number == head.page and other.start < head.stop:
                continue
            if _same(other, head):
                skipped.update(range(other.start, other.stop))
                if page.number > head.page:
                    start = max(start, other.stop) if other.start < len(rows) / 2 else start
            elif other.score >= _STRONG_HEAD and other.start < ends and _other_table(other):
                ends = other.start
        ends = next((at for at in range(start, ends) if id(rows[at]) in sheet.ends), ends)
        sums = totals.headed(rows[start:ends], sheet.mark)
        out.extend(row for row in rows[start:ends] if row.index not in skipped and id(row) not in sums)
        if ends < len(rows):
            break
    return out


def _same(other: HeadRow, head: HeadRow) -> bool:
    ours, theirs = set(head.signature), set(other.signature)
    return len(ours & theirs) >= 0.6 * max(len(ours), 1)


def _other_table(head: HeadRow) -> bool:
    """A head of taxes, payments or allowances: it names sums, but neither goods nor quantities."""
    roles = {role for entry in head.heads for role in entry.roles if entry.share > 0.4}
    return not (roles & {"quantity", "unit_price", "position"}) or ("tax_amount" in roles and "quantity" not in roles)


def _worth(found: Table) -> float:
    """How much a hypothesis explains: rows whose arithmetic holds, complete rows, words."""
    worth = 0.3 * found.head.score
    for record in found.records:
        figures = record.figures
        if record.complete:
            right = parts.any_reading(figures["quantity"], figures["unit_price"], figures["amount"])
            worth += 1.0 if right else 0.15
        else:
            worth += 0.3 if len(figures) > 1 else 0.15
        if record.texts.get("description") or record.texts.get("product") or record.texts.get("seller_item"):
            worth += 0.2
    return worth


def _balanced(sheet: _Sheet, drafts: list[DraftLine], outside: list[Row]) -> tuple[list[DraftLine], totals.Sums]:
    """The lines and the sums; lines that print less than the others count only if the sums need them."""
    printed = totals.sums_of(outside, sheet.mark)
    drafts = _amounts(drafts, {entry.value for entry in printed if {"lines", "net"} & set(entry.label.roles)})
    sums = totals.solve(printed, _lines_sum(drafts))
    if not sums.agrees:
        expected = totals.expected(sums, _lines_sum(drafts))
        totals.close(sums, closings.prove(outside, sheet.rows, sheet.mark, expected), _lines_sum(drafts))
    if sums.lines_agree:
        return drafts, sums
    complete = [draft for draft in drafts if {"quantity", "unit_price", "net_amount"} <= draft.values.keys()]
    paired = [draft for draft in drafts if len({"quantity", "unit_price", "net_amount"} & draft.values.keys()) > 1]
    added = [draft for draft in drafts if draft.line.net_amount is None or draft.line.net_amount >= 0]
    for fewer in (paired, complete, added):
        if fewer and len(fewer) < len(drafts):
            other = totals.solve(printed, _lines_sum(fewer))
            if other.lines_agree:
                return fewer, other
    return drafts, sums


def _amounts(drafts: list[DraftLine], printed: set[Decimal]) -> list[DraftLine]:
    """A sole column of money is that of the amounts, whatever its head says, if it comes to a printed sum."""
    prices = [draft.line.unit_price for draft in drafts]
    if any(price is None for price in prices) or any("net_amount" in draft.values for draft in drafts):
        return drafts
    products = sum(((draft.line.quantity or 1) * (draft.line.unit_price or 0) for draft in drafts), Decimal(0))
    if sum((price for price in prices if price is not None), Decimal(0)) not in printed or products in printed:
        return drafts
    for draft in drafts:
        draft.values["net_amount"] = draft.values.pop("unit_price")
        draft.line = replace(draft.line, unit_price=None, net_amount=draft.line.unit_price)
    return drafts


def _tells_more(filled: list[DraftLine], drafts: list[DraftLine], *, named: bool) -> bool:
    """Whether labels tell of more licenses than the table, or more of as many; a table of goods is `named`."""
    if not filled or not named:
        return bool(filled)
    whole = [sum(1 for one in lines if _WHOLE & one.values.keys()) for lines in (filled, drafts)]
    values = [sum(len(one.values) for one in lines) for lines in (filled, drafts)]
    return (whole[0], values[0]) > (whole[1], values[1])


def _lines_sum(drafts: list[DraftLine]) -> Decimal | None:
    amounts = [draft.line.net_amount for draft in drafts if draft.line.net_amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _beside(pointer: str, entry: Charge | TaxBreakdown, value: Value) -> dict[str, Evidence]:
    """The evidence of a charge, an allowance or a tax: the sum where it stands, the rest from the row it stands in."""
    main = "tax" if isinstance(entry, TaxBreakdown) else "amount"
    told = [field.name for field in fields(entry) if getattr(entry, field.name) is not None]
    rest = evidence_of(replace(value, derived=True))
    return {f"{pointer}/{name}": evidence_of(value) if name == main else rest for name in told}


def _received(line: Line, draft: DraftLine) -> Line:
    """On a goods receipt the quantity is what came."""
    source = "received" if line.received is not None else "quantity"
    amount = line.received if line.received is not None else line.quantity
    if amount is None:
        return line
    draft.values["quantity"] = draft.values["received"] = draft.values[source]
    return replace(line, quantity=amount, received=amount)


def _document(found: header.Header, drafts: list[DraftLine], sums: totals.Sums, currency: Value | None) -> Document:
    """Put the values together and note where each stood."""
    values = dict(found.values)
    if currency is not None:
        values["/currency"] = currency
    credit = found.kind == "credit_note"
    for name, value in sums.values.items():
        values[f"/totals/{name}"] = Value(abs(value.value), value.seen, value.score, value.derived) if credit else value
    evidence: dict[str, Evidence] = {pointer: evidence_of(value) for pointer, value in values.items()}
    lines = []
    for at, draft in enumerate(drafts):
        line = draft.line
        if credit:
            line = replace(
                line,
                quantity=abs(line.quantity) if line.quantity is not None else None,
                net_amount=abs(line.net_amount) if line.net_amount is not None else None,
                unit_price=abs(line.unit_price) if line.unit_price is not None else None,
            )
        if found.kind == "goods_receipt":
            line = _received(line, draft)
        lines.append(line)
        for name, value in draft.values.items():
            evidence[f"/lines/{at}/{name}"] = evidence_of(value)
    for name, entries in (
        ("charges", sums.charges),
        ("allowances", sums.allowances),
        ("tax_breakdown", sums.breakdown),
    ):
        for at, (_, value) in enumerate(entries):
            evidence.update(_beside(f"/{name}/{at}", entries[at][0], value))

    def under(prefix: str) -> dict[str, Any]:
        return {
            pointer.rsplit("/", 1)[1]: value.value
            for pointer, value in values.items()
            if pointer.startswith(prefix) and pointer.count("/") == prefix.count("/")
        }

    top = under("/")
    top.pop("kind", None)
    return Document(
        kind=found.kind,
        **top,
        supplier=Party(**under("/supplier/")),
        buyer=Party(**under("/buyer/")),
        references=References(**under("/references/")),
        lines=tuple(lines),
        charges=tuple(charge for charge, _ in sums.charges),
        allowances=tuple(charge for charge, _ in sums.allowances),
        totals=Totals(**under("/totals/")),
        tax_breakdown=tuple(entry for entry, _ in sums.breakdown),
        contract=ContractTerms(**agreed) if (agreed := under("/contract/")) else None,
        evidence=evidence,
    )
