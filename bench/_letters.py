"""Letters: generated papers whose head, parties, dates and sums stand as differently as companies print them.

`tests.documents.press` varies the table; here the head varies, with the words and numbers that mislead a reader:
customer numbers, delivery addresses, dates of orders and deliveries, tax numbers of both sides.
"""

import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from stdnum import iban
from stdnum.iso7064 import mod_11_10

from tests.documents import press
from tests.documents.press import CENT, RATES, Layout, Paper, money

MORE = tomllib.loads((Path(__file__).parent / "letters.toml").read_text(encoding="utf-8"))
SELLERS = (
    "Sample Works {}", "Muster Pumpen {}", "Example Electric {}", "Modell & Partner {}", "Nullpunkt Technik {}",
    "Beispiel Druck {}", "Specimen Tools {}", "Exemple Fournitures {}", "Placeholder Oils {}", "Fiktiv Logistik {}",
)  # fmt: skip
BUYERS = ("Testbau {}", "Demo Industrie {}", "Schablone Handel {}", "Gabarit Services {}", "Template Foods {}")
FORMS = {
    "en": ("Ltd", "Limited", "Inc."),
    "de": ("GmbH", "AG", "GmbH & Co. KG"),
    "fr": ("SARL", "SAS"),
    "es": ("S.L.", "S.A."),
    "it": ("S.r.l.", "S.p.A."),
    "nl": ("B.V.", "N.V."),
}
PLACES = {
    "en": ("12 Sample Road", "London EC1A 1BB", "GB"),
    "de": ("Musterweg 12", "20095 Hamburg", "DE"),
    "fr": ("3 rue du Modèle", "69002 Lyon", "FR"),
    "es": ("Calle Ejemplo 8", "28013 Madrid", "ES"),
    "it": ("Via Esempio 5", "20121 Milano", "IT"),
    "nl": ("Voorbeeldstraat 9", "1012 AB Amsterdam", "NL"),
}
MONEY = {"en": "GBP"}
KINDS = ("invoice", "invoice", "invoice", "credit_note", "purchase_order", "quote")


def _priced(choose: random.Random, lines: list[dict], discount: str) -> None:
    """Amounts that are not quantity × price: a discount named in the words or nowhere, or prices that were rounded."""
    how = choose.choice(["plain"] * 7 + ["told", "quiet", "rounded"])
    for line in lines:
        quantity, price = Decimal(line["quantity"]), Decimal(line["unit_price"])
        if how == "plain" or choose.random() < 0.4:
            continue
        if how == "rounded":
            price += Decimal(choose.randint(-4, 4)) / 1000
            line["net_amount"] = str((quantity * price).quantize(CENT, ROUND_HALF_UP))
            continue
        percent = choose.choice([2, 3, 5, 10, 15, 20, 25, 30])
        line["net_amount"] = str((quantity * price * (100 - percent) / 100).quantize(CENT, ROUND_HALF_UP))
        if how == "told":
            line["description"] += f", {percent} % {discount}"


#: Bills of few columns, as for telephones, rooms and subscriptions.
LEAN = (("description", "amount"), ("pos", "description", "amount"), ("description", "quantity", "amount"))


def _lean(choose: random.Random, layout: Layout) -> set[str]:
    """Now and then leave only few columns; gives the fields of the lines that are then not on the paper."""
    if choose.random() > 0.12:
        return set()
    layout.columns = list(choose.choice(LEAN))
    layout.headings = layout.stacked = False
    return {"unit_price", "seller_item_id", "discount_percent"} | ({"quantity"} - set(layout.columns))


class Sheet(Paper):
    """A paper that knows what was written on it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def write(
        self, x: float, y: float, text: str, size: float = 9, align: str = "left", font: str = "Helvetica"
    ) -> None:
        self.texts.append(text)
        super().write(x, y, text, size, align, font)


@dataclass
class Facts:
    """What a letter says in its head."""

    kind: str
    language: str
    number: str
    order: str
    issued: date
    due: date
    delivered: date
    seller: str
    buyer: str
    seller_tax: str
    buyer_tax: str
    account: str
    customer: str


def _facts(choose: random.Random, language: str, kind: str) -> Facts:
    issued = date(2026, 1, 1) + timedelta(days=choose.randrange(300))
    form = choose.choice(FORMS[language])
    base = f"99{choose.randrange(10**16):016d}"
    account = f"DE00{base}"
    return Facts(
        kind=kind,
        language=language,
        number=choose.choice(["{}", "A-{}", "RE{}", "2026/{}", "{}-26", "INV-{}"]).format(choose.randint(1000, 999999)),
        order=choose.choice(["PO-{}", "45000{}", "B{}", "{}/26"]).format(choose.randint(1000, 99999)),
        issued=issued,
        due=issued + timedelta(days=choose.choice([10, 14, 30, 60])),
        delivered=issued - timedelta(days=choose.randrange(1, 20)),
        seller=choose.choice(SELLERS).format(form),
        buyer=choose.choice(BUYERS).format(choose.choice(FORMS[language])),
        seller_tax=_tax_id(choose),
        buyer_tax=_tax_id(choose),
        account=account[:2] + iban.calc_check_digits(account) + account[4:],
        customer=str(choose.randint(10000, 99999)),
    )


def _tax_id(choose: random.Random) -> str:
    digits = f"9999{choose.randrange(10**4):04d}"
    return f"DE{digits}{mod_11_10.calc_check_digit(digits)}"


def _day(day: date, language: str, long: bool) -> str:  # noqa: FBT001
    if language == "en":
        return f"{day.day} {day:%B} {day.year}" if long else f"{day:%d/%m/%Y}"
    return f"{day:%d.%m.%Y}" if language in {"de", "nl"} else f"{day:%d/%m/%Y}"


Rows = list[tuple[str, str]]


def _rows(choose: random.Random, facts: Facts, words: dict) -> Rows:
    """The labels and values of the head, in no fixed order, misleading ones among them."""
    more = MORE[facts.language]
    long = choose.random() < 0.3
    date_word = more["issued"] if facts.kind == "invoice" and choose.random() < 0.5 else words["date"]
    rows = [(words["number"], facts.number), (date_word, _day(facts.issued, facts.language, long))]
    if facts.kind != "purchase_order":
        rows.append((words["order"], facts.order))
    if facts.kind == "invoice" and choose.random() < 0.6:
        rows.append((more["due"], _day(facts.due, facts.language, long)))
    if choose.random() < 0.6:
        rows.append((more["customer"], facts.customer))
    if choose.random() < 0.4:
        rows.append((more["delivered"], _day(facts.delivered, facts.language, long)))
    if choose.random() < 0.3:
        rows.append((more["contact"], "A. Sample, +49 40 000000"))
    if choose.random() < 0.5:
        choose.shuffle(rows)
    return rows


def _block(paper: Paper, x: float, y: float, texts: list[str], size: float = 9) -> None:
    for at, text in enumerate(texts):
        paper.write(x, y + at * size * 1.3, text, size)


def _window(choose: random.Random, paper: Paper, facts: Facts, words: dict, rows: Rows) -> float:
    """A letter with the address in the window and the facts at the right."""
    street, city, _ = PLACES[facts.language]
    paper.write(50, 45, facts.seller, 15)
    paper.write(50, 115, f"{facts.seller} · {street} · {city}", 6.5)
    _block(paper, 50, 132, [facts.buyer, "Industriestrasse 5", "80331 München"])
    for at, (name, value) in enumerate(rows):
        paper.write(350, 120 + at * 13, name + choose.choice([":", ""]), 9)
        paper.write(545, 120 + at * 13, value, 9, "right")
    paper.write(50, 235, words[facts.kind], 14)
    return 275.0


def _grid(choose: random.Random, paper: Paper, facts: Facts, words: dict, rows: Rows) -> float:
    """A form with values under their labels."""
    paper.write(350, 50, words[facts.kind], 18)
    _block(paper, 50, 50, [facts.seller, *PLACES[facts.language][:2]])
    paper.write(50, 115, words["buyer"], 8)
    _block(paper, 50, 127, [facts.buyer, "Industriestrasse 5", "80331 München"])
    if choose.random() < 0.6:
        paper.write(300, 115, MORE[facts.language]["ship"], 8)
        _block(paper, 300, 127, ["Lager Nord", "Hafenstrasse 1", "20457 Hamburg"])
    for at, (name, value) in enumerate(rows):
        paper.write(50 + at % 4 * 130, 190 + at // 4 * 30, name, 7)
        paper.write(50 + at % 4 * 130, 201 + at // 4 * 30, value, 9)
    return 275.0


def _title_row(choose: random.Random, paper: Paper, facts: Facts, words: dict, rows: Rows) -> float:
    """Number and date in the title, the rest in a row of its own."""
    _block(paper, 380, 45, [facts.seller, *PLACES[facts.language][:2]])
    _block(paper, 50, 120, [facts.buyer, "Industriestrasse 5", "80331 München"])
    issued = _day(facts.issued, facts.language, long=False)
    paper.write(50, 205, f"{words[facts.kind]} {facts.number} {MORE[facts.language]['of']} {issued}", 12)
    rest = [f"{name}: {value}" for name, value in rows if value != facts.number and name != rows[1][0]][:4]
    for at, text in enumerate(rest):
        paper.write(50 + at % 2 * 260, 228 + at // 2 * 14, text, choose.choice([8, 9]))
    return 275.0


def _foot_only(choose: random.Random, paper: Paper, facts: Facts, words: dict, rows: Rows) -> float:
    """The seller stands at the foot only, as where a picture is the letterhead."""
    paper.write(300, 70, words[facts.kind], 20, "center")
    _block(paper, 50, 110, [facts.buyer, "Industriestrasse 5", "80331 München"])
    for at, (name, value) in enumerate(rows):
        paper.write(330, 110 + at * 14, f"{name}  {value}" if choose.random() < 0.5 else f"{name}: {value}", 9)
    _block(paper, 50, 790, [facts.seller, *PLACES[facts.language][:2]], 6.5)
    return 275.0


def _two_sides(choose: random.Random, paper: Paper, facts: Facts, words: dict, rows: Rows) -> float:
    """Seller and buyer side by side under their labels, either of them first."""
    first, second = (("supplier", facts.seller), ("buyer", facts.buyer))
    if choose.random() < 0.4:
        first, second = second, first
    paper.write(50, 50, words[facts.kind].upper(), 16)
    for x, (label, name) in ((50, first), (320, second)):
        place = PLACES[facts.language][:2] if name == facts.seller else ("Industriestrasse 5", "80331 München")
        paper.write(x, 80, words[label], 8)
        _block(paper, x, 93, [name, *place])
        if choose.random() < 0.6:
            tax = facts.seller_tax if name == facts.seller else facts.buyer_tax
            paper.write(x, 133, f"{MORE[facts.language]['vat']} {tax}", 8)
    for at, (name, value) in enumerate(rows):
        paper.write(50 + at % 2 * 270, 165 + at // 2 * 15, name, 9)
        paper.write(165 + at % 2 * 270, 165 + at // 2 * 15, value, 9)
    return 275.0


HEADS: dict[str, Callable[[random.Random, Paper, Facts, dict, Rows], float]] = {
    "window": _window,
    "grid": _grid,
    "title": _title_row,
    "foot": _foot_only,
    "sides": _two_sides,
}


def letter(seed: int) -> tuple[str, bytes, dict]:
    """The family of the layout, a PDF and its truth."""
    choose = random.Random(f"letter {seed}")
    language, kind = choose.choice(list(MORE)), choose.choice(KINDS)
    layout = press.layout_of(choose, kind)
    words = press.WORDS[language]
    mark, group = (".", ",") if language == "en" else (",", choose.choice([".", " ", ""]))
    layout.language, layout.mark, layout.group = language, mark, group
    sign = MONEY.get(language, "EUR")
    layout.money_sign = choose.choice(["", sign])
    facts = _facts(choose, language, kind)
    style = choose.choice(list(HEADS))
    paper = Sheet()
    rows = _rows(choose, facts, words)
    if choose.random() < 0.7:
        _foot(paper, facts)
    # Orders are written by the buyer: what else names the seller's side then names the buyer's.
    turned = {"buyer": words["supplier"], "supplier": words["buyer"]} if kind == "purchase_order" else {}
    y = HEADS[style](choose, paper, facts, words | turned, rows)
    lines = [press.line(choose, layout, kind, at) for at in range(choose.choice([1, 2, 3, 4, 6, 9, 15]))]
    if "discount" not in layout.columns:
        _priced(choose, lines, words["discount"].split()[0])
    hidden = _lean(choose, layout)
    y = press.table(paper, choose, layout, words, lines, y)
    lines = [{name: value for name, value in line.items() if name not in hidden} for line in lines]
    totals = _sums(paper, choose, layout, words, lines, y)
    return f"letter {style} {language}", paper.bytes(), _truth(facts, layout, lines, totals, sign, paper.texts)


def _foot(paper: Paper, facts: Facts) -> None:
    text = f"{facts.seller} | {MORE[facts.language]['vat']} {facts.seller_tax} | IBAN {iban.format(facts.account)}"
    paper.write(50, 825, text, 6.5)


def _truth(facts: Facts, layout: Layout, lines: list[dict], totals: dict, sign: str, texts: list[str]) -> dict:
    """What the paper says: of the head only what was written."""
    orders = facts.kind == "purchase_order"
    issuer, other = ("buyer", "supplier") if orders else ("supplier", "buyer")
    told = "\n".join(texts)

    def shows(day: date) -> bool:
        return any(_day(day, facts.language, long) in told for long in (False, True))

    def shown(**values: str) -> dict[str, str]:
        return {name: value for name, value in values.items() if value in told or iban.format(value) in told}

    dates = {"issue_date": facts.issued, "delivery_date": facts.delivered}
    dates |= {"due_date": facts.due} if facts.kind == "invoice" else {}
    return {
        "kind": facts.kind,
        "number": facts.number,
        **{name: day.isoformat() for name, day in dates.items() if shows(day)},
        **({"currency": sign} if layout.money_sign else {}),
        issuer: {"name": facts.seller, **shown(vat_id=facts.seller_tax, iban=facts.account)},
        other: {"name": facts.buyer, **shown(vat_id=facts.buyer_tax)},
        "references": {} if orders else shown(purchase_order=facts.order),
        "lines": lines,
        "totals": totals,
    }


def _sums(paper: Paper, choose: random.Random, layout: Layout, words: dict, lines: list[dict], y: float) -> dict:
    """The sums: one under the other, beside each other under their names, or the last one only."""
    if y > 690:
        paper.turn()
        y = 80
    more = MORE[layout.language]
    net = sum((Decimal(line["net_amount"]) for line in lines), Decimal(0))
    tax = (net * RATES[layout.language] / 100).quantize(CENT, ROUND_HALF_UP)
    prepaid = (net / 3).quantize(CENT) if choose.random() < 0.15 else Decimal(0)
    rows = [(words["net"], net), (words["vat"], tax), (words["gross"], net + tax)]
    if prepaid:
        rows += [(more["prepaid"], prepaid), (more["left"], net + tax - prepaid)]
    y += layout.size * 2
    match choose.choice(["under", "under", "beside", "last"]):
        case "under":
            for name, value in rows:
                paper.write(360, y, name, layout.size)
                paper.write(545, y, money(value, layout), layout.size, "right")
                y += layout.size * 1.5
        case "beside":
            for at, (name, value) in enumerate(rows):
                paper.write(130 + at * 105, y, name, layout.size, "right")
                paper.write(130 + at * 105, y + layout.size * 1.4, money(value, layout), layout.size, "right")
        case _:
            paper.write(360, y, words["gross"], layout.size + 2)
            paper.write(545, y, money(net + tax, layout), layout.size + 2, "right")
            return {"gross": str(net + tax)}
    told = {"net": str(net), "tax": str(tax), "gross": str(net + tax)}
    return told | ({"prepaid": str(prepaid), "due": str(net + tax - prepaid)} if prepaid else {})
