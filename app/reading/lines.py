"""Lines: from a table's records to the lines of a document, each value with its place and score."""
# ruff: noqa: PLR2004 (shares of the print size and of a text are measures of this module alone)

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from stdnum import ean
from stdnum.exceptions import ValidationError

from app.documents.document import Charge, Line, Period
from app.reading import dates, details, numbers, serials, units
from app.reading import roles as parts
from app.reading.body import Record
from app.reading.build import Builder, unbroken
from app.reading.dates import DayFirst
from app.reading.draft import DraftLine
from app.reading.entitlements import license_of
from app.reading.figures import Figure
from app.reading.lexicon import words
from app.reading.table import Table
from app.reading.tokens import Seen, Token, seen

_GTIN = re.compile(r"\b\d{8}(?:\d{4,6})?\b")
_ORDER_LINE = re.compile(
    r"(?:\b(?:po|order|best(?:ell)?)[ .-]?(?:line|pos(?:ition)?|item)\.?|bestellposition|ligne (?:de )?(?:bc|commande)"
    r"|linea (?:de )?pedido)[ .:#-]*(\w{1,10})\b",
    re.IGNORECASE,
)
_LOT = re.compile(
    r"\b(?:lot(?: (?:no|number))?|batch(?: (?:no|number))?|charge(?:n(?:nr|nummer))?|lote|lotto|partij|partia)\.?[ :#]+"
    r"([A-Z0-9][\w/-]{2,24})",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?=.*[^\W\d_].*[^\W\d_]|.*[^\W\d_].*\d\d\d)[\w./-]{4,24}")
_COUNTED = ("quantity", "despatched", "ordered", "received", "accepted", "rejected", "outstanding", "rights")
_BASES = (Decimal(10), Decimal(100), Decimal(1000))
_SURE, _WEAK, _WRONG = 0.995, 0.75, 0.4


# Which column counts on a kind of document, before the one that head and arithmetic chose.
_COUNTS_FIRST = {"packing_slip": "despatched", "goods_receipt": "received", "license_receipt": "rights"}


def lines_of(table: Table, kind: str, mark: str | None, first: DayFirst) -> list[DraftLine]:
    """The table's lines in order."""
    role = _COUNTS_FIRST.get(kind)
    if kind == "goods_receipt" and table.records and all(_accepts(record) for record in table.records):
        # What was delivered is what came, what was taken in is what was accepted of it.
        for record in table.records:
            record.figures["accepted"] = record.figures["received"]
            record.figures["received"] = record.figures["despatched"]
    for record in table.records:
        if role is not None and role in record.figures:
            record.figures["quantity"] = record.figures[role]
    return [_line(record, kind, mark, first) for record in table.records]


def _accepts(record: Record) -> bool:
    """Whether what was delivered is what was taken in and what was rejected, and nothing counts the accepted."""
    parts_of = [record.figures.get(role) for role in ("despatched", "received", "rejected")]
    came, taken, refused = (None if figure is None else figure.value for figure in parts_of)
    return (
        came is not None and taken is not None and "accepted" not in record.figures and came == taken + (refused or 0)
    )


def _line(record: Record, kind: str, mark: str | None, first: DayFirst) -> DraftLine:
    build = Builder(record, mark, first)
    allowances = _sums(build)
    _unit(build)
    _names(build)
    _tax(build)
    _others(build)
    values = build.values
    period, held = _period(build), license_of(build, surely=kind == "license_receipt")
    found: dict[str, Any] = {name: value.value for name, value in values.items() if "/" not in name}
    line = Line(**found, license=held, period=period)
    return DraftLine(replace(line, allowances=allowances), values)


def _sums(build: Builder) -> tuple[Charge, ...]:
    """Quantity, price and amount, how sure they are, and the discount between them."""
    figures = build.record.figures
    quantity, price, amount = (figures.get(role) for role in ("quantity", "unit_price", "amount"))
    allowances: tuple[Charge, ...] = ()
    if quantity and price and amount:
        parts.settle(quantity, price, amount)
        allowances = _difference(build, quantity, price, amount)
    if quantity is None:
        quantity = next(
            (figures[role] for role in ("despatched", "received", "ordered", "rights") if role in figures), None
        )
        if quantity is not None:
            build.put("quantity", quantity.value, seen(quantity.tokens))
    build.figure("quantity", "quantity")
    build.figure("unit_price", "unit_price")
    build.figure("amount", "net_amount")
    return allowances


def _difference(build: Builder, quantity: Figure, price: Figure, amount: Figure) -> tuple[Charge, ...]:
    """What stands between quantity × price and the amount: nothing, a discount, or a price base."""
    if parts.holds(quantity.value, price.value, amount.value):
        build.score = _SURE
        return ()
    product = abs(quantity.value * price.value)
    target = abs(amount.value)
    base = build.record.figures.get("price_base")
    printed = [base.value] if base is not None and base.value > 0 else []
    printed += [price.base] if price.base is not None else []
    for many in (*printed, *_BASES):
        if abs(product / many - target) <= Decimal("0.0051") and (many in printed or _prints(build.record, many)):
            build.score = _SURE
            build.put("price_base_quantity", many, seen(base.tokens if base else price.tokens))
            return ()
    discount = build.record.figures.get("discount")
    if discount is not None and discount.value:
        for off, percent in _discounts(product, abs(discount.value), quantity.value):
            if abs(product - off - target) <= Decimal("0.011"):
                build.score = _SURE
                build.put("allowances/0/amount", product - target, seen(discount.tokens))
                return (Charge(code="95", amount=product - target, percent=percent, reason=None),)
    # Prices printed with fewer digits than they were worked out with: weak, but no contradiction.
    rounding = abs(quantity.value) * Decimal(10) ** min(int(price.value.as_tuple().exponent), 0) / 2
    build.score = _WEAK if abs(product - target) <= max(rounding, Decimal("0.02")) else _WRONG
    return ()


def _discounts(product: Decimal, value: Decimal, quantity: Decimal) -> list[tuple[Decimal, Decimal | None]]:
    return [(product * value / 100, value), (value, None), (value * abs(quantity), None)]


def _prints(record: Record, many: Decimal) -> bool:
    """Whether the record prints the price base: 100, or a sign for hundred."""
    wanted = f"{many:f}"
    if any(wanted in re.findall(r"\d+", token.text) for row in record.rows for token in row.row.tokens):
        return True
    signs = {token.text.strip("()").casefold() for token in record.anchor.row.tokens}
    return many == 100 and bool(signs & {"%", "c", "cto", "hundert", "hundred"})


def _unit(build: Builder) -> None:
    figures = build.record.figures
    for role in _COUNTED:
        figure = figures.get(role)
        if figure is not None and figure.unit is not None:
            build.put("unit_text", figure.unit.text, seen([figure.unit]))
            build.put("unit", units.code_of(figure.unit.text), seen([figure.unit]))
            return
    tokens = build.record.texts.get("unit")
    if tokens:
        text = " ".join(token.text for token in tokens[:3])
        code = units.code_of(text) or units.code_of(tokens[0].text)
        if code or len(text) <= 12:
            build.put("unit_text", text, seen(tokens[:3]))
            build.put("unit", code, seen(tokens[:1]))


def _names(build: Builder) -> None:
    texts = build.record.texts
    block = _block(build.record)
    if block:
        text: str | None = _joined(block)
        build.put("description", text, seen([token for row in block for token in row]), 0.9)
    elif texts.get("seller_item"):
        text = build.text("seller_item", "description", 0.7)
    else:
        other = max(texts, key=lambda role: len(" ".join(t.text for t in texts[role])), default=None)
        text = build.text(other, "description", 0.6) if other else None
    if block:
        _item(build, "seller_item", "seller_item_id")
    _item(build, "buyer_item", "buyer_item_id")
    build.text("position", "id", 0.95)
    if "id" in build.values and len(str(build.values["id"].value)) > 12:
        del build.values["id"]
    number = build.values.get("id")
    if number is not None and "seller_item_id" not in build.values and _ARTICLE.fullmatch(str(number.value)):
        # "Item #" heads the number of the article as often as that of the line.
        build.values["seller_item_id"] = build.values.pop("id")
    _gtin(build)
    whole = " ".join(row.row.text for row in build.record.rows)
    if build.tokens("order_line"):
        build.text("order_line", "order_line")
        if "id" not in build.values and "order_line" not in build.details:
            build.text("order_line", "id", 0.8)
    elif match := _ORDER_LINE.search(whole):
        build.put("order_line", match[1], _row_place(build, match[0]))
    if text and (match := _LOT.search(whole)) and any(letter.isdigit() for letter in match[1]):
        build.put("lot", match[1], _row_place(build, match[0]))
    found, used = serials.listed([row.row.tokens for row in build.record.rows], _count(build))
    if found:
        build.put("serials", found, seen(used))


def _count(build: Builder) -> Decimal | None:
    value = build.values.get("quantity")
    return value.value if value is not None else None


def _block(record: Record) -> list[list[Token]]:
    """The rows of the name: those that begin where it begins and follow closely; remarks further down are none."""
    if not record.words:
        return []
    rows = record.words
    gaps = [two[0].middle - one[0].middle for one, two in pairwise(rows)]
    usual = min((gap for gap in gaps if gap > 1), default=0.0)
    out = [rows[0]]
    for gap, row in zip(gaps, rows[1:], strict=True):
        shifted = abs(row[0].x0 - rows[0][0].x0) > 0.6 * row[0].size
        if max(token.font for token in row) < 0.93 * max(token.font for token in rows[0]):
            # Smaller print explains; it is not the name.
            break
        if details.is_detail(row):
            # "Your item 10", "Batch: 26-0417": said of the goods, not their name.
            break
        far = gap > 1.3 * max(usual, rows[0][0].size) or row[0].page != out[-1][0].page
        if shifted and (far or any(token.text.endswith(":") for token in row)):
            break
        if far and gap > 1.7 * max(usual, rows[0][0].size) and row[0].page == out[-1][0].page:
            break
        out.append(row)
    lengths = [sum(len(token.text) for token in row) for row in out]
    remark = next((at for at, row in enumerate(out) if at and any(token.text.endswith(":") for token in row[:3])), None)
    told = any(token.text.endswith(":") for token in out[0][:3])
    if remark is not None and not told and sum(lengths[:remark]) < 0.4 * sum(lengths):
        out = out[:remark]
    return out


def _joined(rows: list[list[Token]]) -> str:
    """The rows as one text; a word parted by a hyphen at the end of a row is put together again."""
    text = ""
    for row in rows:
        line = " ".join(token.text for token in row).strip(" |")
        if text.endswith("-") and text[-2:-1].isalpha() and line[:1].islower():
            text = text[:-1] + line
        elif text.endswith("-") and text[-2:-1].isalpha():
            text += line
        else:
            text = f"{text} {line}" if text else line
    return text.strip(" |:-")


def _row_place(build: Builder, text: str) -> Seen:
    """The words of the record that hold the text."""
    wanted = set(words(text))
    for row in build.record.rows:
        tokens = [token for token in row.row.tokens if wanted & set(words(token.text))]
        if tokens and wanted <= {word for token in tokens for word in words(token.text)}:
            return seen(tokens)
    return seen(build.record.anchor.row.tokens)


def _item(build: Builder, role: str, name: str) -> None:
    line = build.tokens(role)
    if not line:
        return
    text = " ".join(unbroken(line)).strip(" |:")
    if 0 < len(text) <= 40:
        build.put(name, text, seen(line), 0.9)


def _gtin(build: Builder) -> None:
    for row in build.record.rows:
        for token in row.row.tokens:
            match = _GTIN.search(token.text)
            if match and len(match[0]) in {8, 12, 13, 14} and _checks(match[0]):
                named = "gtin" in build.record.texts and token in build.record.texts["gtin"]
                if len(match[0]) > 8 or named:
                    build.put("gtin", match[0], seen([token]), 0.97)
                    return


def _checks(number: str) -> bool:
    try:
        ean.validate(number)
    except ValidationError:
        return False
    return True


def _tax(build: Builder) -> None:
    figure = build.record.figures.get("tax_rate")
    if figure is not None and 0 <= figure.value <= 40:
        build.put("tax_rate", figure.value, seen(figure.tokens))
        return
    for token in build.record.texts.get("tax_rate", []):
        number = numbers.read(token.text.strip("()*"), build.mark)
        if number is not None and 0 <= number.value <= 40:
            build.put("tax_rate", number.value, seen([token]))
            return


def _others(build: Builder) -> None:
    for role in ("outstanding", "received", "accepted", "rejected"):
        build.figure(role, role)
    build.text("lot", "lot")
    tokens = build.record.texts.get("serial")
    if tokens:
        found = serials.columned(tokens, _count(build))
        build.put("serials", found, seen(tokens))
    day = build.day("need_by")
    if day:
        build.put("need_by", day.value, day.seen)
    build.text("order_number", "purchase_order")


def _period(build: Builder) -> Period | None:
    start, end = build.day("start"), build.day("end")
    if start or end:
        for name, day in (("period/start", start), ("period/end", end)):
            if day:
                build.put(name, day.value, day.seen)
        return Period(start=start.value if start else None, end=end.value if end else None)
    for tokens in [build.record.texts.get("period", []), *[row.row.tokens for row in build.record.rows]]:
        found = _two_days(" ".join(token.text for token in tokens), build.first)
        if found:
            build.put("period/start", found[0], seen(tokens))
            build.put("period/end", found[1], seen(tokens))
            return Period(start=found[0], end=found[1])
    return None


def _two_days(text: str, first: DayFirst) -> tuple[date, date] | None:
    one = dates.find(text, first)
    if one is None:
        return None
    two = dates.find(text[one.stop :].lstrip(" -–—"), first)
    if two is None or two.start > 12 or two.value < one.value:
        return None
    return one.value, two.value
