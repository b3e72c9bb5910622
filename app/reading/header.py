"""The head of a document: kind, number, dates, references and the other values that stand behind labels."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.reading import dates, fields
from app.reading.dates import DayFirst
from app.reading.draft import Value
from app.reading.fields import Label
from app.reading.lexicon import lexicon, words
from app.reading.numbers import CODES, CURRENCIES
from app.reading.rows import Row, cells
from app.reading.titles import Title
from app.reading.tokens import Token, seen

#: The label of each kind's own number.
NUMBERS = {
    "invoice": "invoice_number",
    "credit_note": "credit_note_number",
    "purchase_order": "purchase_order_number",
    "quote": "quote_number",
    "packing_slip": "packing_slip_number",
    "goods_receipt": "goods_receipt_number",
    "license_receipt": "license_receipt_number",
    "contract": "contract_number",
}
_VERSION = 3
_SENTENCES = {"due_sentence": "/due_date", "valid_sentence": "/valid_until"}
_REFERENCES = {
    "purchase_order_number": "purchase_order",
    "quote_number": "quote",
    "contract_number": "contract",
    "packing_slip_number": "despatch_advice",
    "goods_receipt_number": "receiving_advice",
    "sales_order_number": "sales_order",
    "project": "project",
    "buyer_reference": "buyer_reference",
}
# What the words for the confirmation of an order have in them.
_CONFIRMS = (
    "confirm", "conferma", "ackn", "bestatig", "bevestig", "potwierdz", "potvr", "bekraft", "bekraeft", "bekreft",
    "vahvist",
)  # fmt: skip
_GENERIC_WORDS = frozenset({"no", "nr", "n", "id", "number", "nummer", "numero", "num", "nro"})


@dataclass(slots=True)
class Header:
    """The values of the head by their place in the canonical document ("/number", "/references/quote" …)."""

    kind: str = "invoice"
    values: dict[str, Value] = field(default_factory=dict)

    def offer(self, pointer: str, value: Value | None) -> None:
        """Take the value if it is surer than the one at hand."""
        if value is None:
            return
        known = self.values.get(pointer)
        if known is None or value.score > known.score + 1e-9:
            self.values[pointer] = value


def read(
    rows: list[Row],
    titles: list[Title],
    kind: str,
    first: DayFirst,
    used: set[int],
) -> Header:
    """Read what stands behind labels outside the table."""
    header = Header(kind)
    outside = [row for row in rows if id(row) not in used]
    confirms = kind == "quote" and bool(titles) and not _quotes(titles[0].tokens)
    for label in fields.labels_of(outside):
        if confirms and "quote_number" in label.roles and _quotes(label.tokens):
            # The quote that an order confirmation names is not itself.
            header.offer("/references/quote", _identifier(label, 0.87))
            continue
        _take(header, label, kind, first)
    _title_line(header, titles, kind, first)
    if confirms and "/number" not in header.values and (own := header.values.get("/references/sales_order")):
        header.offer("/number", replace(own, score=0.8 * own.score))
    _plain_dates(header, outside, first)
    return header


def _take(header: Header, label: Label, kind: str, first: DayFirst) -> None:
    own = NUMBERS.get(kind, "")
    if label.longer:
        return
    for role in label.roles:
        if role in {"issue_date", "due_date", "valid_until", "delivery_date"}:
            score = _date_score(label, role)
            header.offer(f"/{role}", _date_value(label, first, score))
        elif role in _SENTENCES:
            value = _date_value(label, first, 0.5, reach=32) if label.inside else None
            header.offer(_SENTENCES[role], value)
        elif role in {own, "document_number"}:
            _number(header, label, role)
        elif own in label.roles and role in NUMBERS.values():
            # A label that may mean this paper or another means this one.
            continue
        elif role == "preceding_invoice" or (role == "invoice_number" and kind == "credit_note"):
            header.offer(
                "/references/preceding_invoice", _identifier(label, 0.9 if role == "preceding_invoice" else 0.6)
            )
        elif role in _REFERENCES:
            weight = _weight(label, role, kind)
            value = _identifier(label, weight + 0.02 * len(label.tokens))
            header.offer(f"/references/{_REFERENCES[role]}", value)
        elif role == "version":
            header.offer("/version", _version(label))
        elif role == "currency":
            header.offer("/currency", _currency(label))
        elif role in {"payment_terms", "delivery_terms"}:
            header.offer(f"/{role}", _words_after(label))


def _weight(label: Label, role: str, kind: str) -> float:
    """How surely the label names the reference: one word says little, "our order" is the seller's on a quote."""
    weak = words(" ".join(token.text for token in label.tokens)) in (("order",), ("ordine",), ("reference",), ("ref",))
    both = {"purchase_order_number", "sales_order_number"} <= set(label.roles) and kind == "quote"
    return (0.5 if weak else 0.85) - 0.3 * (both and role == "purchase_order_number")


def _quotes(tokens: list[Token]) -> bool:
    """Whether the words name a quote, and not the confirmation of an order."""
    text = [word for token in tokens for word in words(token.text)]
    found = [text[match.start : match.stop] for match in lexicon("titles").find(text) if "quote" in match.roles]
    return any(not any(stem in word for word in phrase for stem in _CONFIRMS) for phrase in found)


def _number(header: Header, label: Label, role: str) -> None:
    text = words(" ".join(token.text for token in label.tokens))
    if text == ("#",) and not label.first:
        return
    explicit = len(text) > 1 or any(word.endswith(("nummer", "nr")) for word in text)
    weight = 0.45 if role == "document_number" else (0.95 if explicit else 0.7)
    if role == "document_number" and (not label.first or set(text) <= _GENERIC_WORDS):
        weight = 0.42
    if not label.first:
        weight *= 0.5
    weight -= 0.0003 * label.row.middle + 0.2 * (label.row.page - 1)
    header.offer("/number", _identifier(label, weight))


def _identifier(label: Label, weight: float) -> Value | None:
    for tokens, certainty in fields.candidates(label):
        found = fields.identifier(tokens)
        if found is None:
            continue
        text, used = found
        if dates.find(text, first=None) and not any(letter.isalpha() for letter in text):
            continue
        return Value(text, seen(used), weight * certainty)
    return None


def _date_score(label: Label, role: str) -> float:
    text = words(" ".join(token.text for token in label.tokens))
    weight = 0.7 if len(text) == 1 and len(text[0]) <= 6 else 0.9
    if role == "issue_date":
        for strong in (
            "invoice",
            "rechnung",
            "facture",
            "factuur",
            "fattura",
            "faktura",
            "issue",
            "emission",
            "emision",
        ):
            if any(strong in word for word in text):
                weight = 0.97
        for weak in (
            "deliver",
            "liefer",
            "livraison",
            "entrega",
            "consegna",
            "lever",
            "ship",
            "versand",
            "order",
            "bestell",
        ):
            if any(weak in word for word in text):
                weight = 0.6
    weight *= 1.0 if label.first else (0.3 if set(text) <= _LEADS else 0.7)
    return weight - 0.0001 * label.row.middle - 0.15 * (label.row.page - 1)


def _date_value(label: Label, first: DayFirst, weight: float, reach: int = 14) -> Value | None:
    for tokens, certainty in fields.candidates(label):
        text = " ".join(token.text for token in tokens[:8])
        day = dates.find(text, first, compact=True)
        if day is not None and day.start <= reach:
            return Value(day.value, seen(_covering(tokens[:8], day.start, day.stop)), weight * certainty)
    return _broken_date(label, first, weight)


def _broken_date(label: Label, first: DayFirst, weight: float) -> Value | None:
    """A date in words that goes on in the next row: 3 de junio / de 2025."""
    begun = label.inside or (label.beside[0] if label.beside else [])
    if not 1 < len(begun) < 5 or not begun[0].text[:1].isdigit():
        return None
    for under in label.under[:1]:
        text = " ".join(token.text for token in [*begun, *under])
        day = dates.find(text, first)
        if day is not None and day.start == 0:
            return Value(day.value, seen([*begun, *under]), 0.9 * weight)
    return None


def _covering(tokens: list[Token], start: int, stop: int) -> list[Token]:
    """The words that hold the characters from start to stop of the words joined by blanks."""
    out, at = [], 0
    for token in tokens:
        if at < stop and at + len(token.text) > start:
            out.append(token)
        at += len(token.text) + 1
    return out or tokens[:1]


def _version(label: Label) -> Value | None:
    """The number or letter of a revision, where nothing else stands beside it."""
    for tokens, certainty in fields.candidates(label):
        text = tokens[0].text.strip(":.,;()")
        if (label.colon or label.whole) and label.first and 0 < len(text) <= _VERSION and text.isalnum():
            return Value(text, seen(tokens[:1]), 0.8 * certainty)
    return None


def _currency(label: Label) -> Value | None:
    for tokens, certainty in fields.candidates(label):
        for token in tokens[:4]:
            text = token.text.strip("():,.;")
            code = text if text in CODES else CURRENCIES.get(text.casefold())
            if code:
                return Value(code, seen([token]), 0.98 * certainty)
    return None


def _words_after(label: Label) -> Value | None:
    for tokens, certainty in fields.candidates(label):
        text = " ".join(token.text for token in tokens).strip(" :|").partition(". ")[0].rstrip(".")
        if len(text) > 2:
            return Value(text, seen(tokens), 0.8 * certainty)
    return None


def _title_line(header: Header, titles: list[Title], kind: str, first: DayFirst) -> None:
    """Number and date directly behind the title: Invoice 103767, Rechnung Nr. 4711 vom 5. März 2014."""
    for title in titles[:6]:
        if not ({kind, "correction"} & set(title.kinds)) or not title.after:
            continue
        rank = 1.0 if title is titles[0] else 0.8
        after = _plain_after(title.after)
        if after is None or title.score < 0.4 * titles[0].score:
            continue
        found = fields.identifier(after)
        if found and not dates.find(found[0], first=None):
            header.offer("/number", Value(found[0], seen(found[1]), 0.98 * rank))
        text = " ".join(token.text for token in title.after)
        day = dates.find(text, first)
        if day is not None:
            header.offer(
                "/issue_date", Value(day.value, seen(_covering(title.after, day.start, day.stop)), 0.98 * rank)
            )


def _plain_after(tokens: list[Token]) -> list[Token] | None:
    """What follows a title, without a remark in brackets; None if further words make it something else."""
    out: list[Token] = []
    inside = False
    for token in tokens:
        inside = inside or token.text.startswith("(")
        if not inside:
            out.append(token)
        inside = inside and not token.text.endswith(")")
    numbered = next(
        (at for at, token in enumerate(out[1:4], 1) if words(token.text) and set(words(token.text)) <= _NUMBERED), 0
    )
    out = out[numbered:]
    if not out:
        return None
    lead = [word for token in out[:1] for word in words(token.text)]
    digits = any(letter.isdigit() for letter in out[0].text)
    return out if digits or not lead or set(lead) <= _LEADS else None


_NUMBERED = frozenset({"no", "nr", "n", "number", "nummer", "numero", "num"})
_LEADS = _GENERIC_WORDS | {
    "vom",
    "of",
    "du",
    "dated",
    "del",
    "von",
    "from",
    "den",
    "le",
    "issued",
    "on",
    "date",
    "z",
    "dnia",
    "av",
    "van",
}


def _plain_dates(header: Header, rows: list[Row], first: DayFirst) -> None:
    """Where no label names the date of issue, the first date of the first page is the likeliest."""
    if "/issue_date" in header.values and header.values["/issue_date"].score > 0.3:
        return
    for row in rows:
        if row.page > 1:
            return
        for cell in cells(row.tokens, 1.1):
            text = " ".join(token.text for token in cell)
            day = dates.find(text, first)
            if day is not None:
                header.offer("/issue_date", Value(day.value, seen(_covering(cell, day.start, day.stop)), 0.5))
                return


def first_day_of(texts: Iterable[str], *, month_first: bool) -> DayFirst:
    """Whether days stand before months: by evidence, else by the habit of the document's language and money."""
    known = dates.day_first(texts)
    return known if known is not None else (False if month_first else None)
