"""Layouts that no dictionary foresees: invented heads and labels, misleading places; printed with the truth beside them.

Each layout belongs to a vendor of its own, and prints as many different papers as there are seeds.
"""

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pypdfium2 as pdfium

from app.reading.characters import page_tokens
from tests.documents.press import GOODS, Paper

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Layout:
    """How one vendor prints: heads with the place and side of their columns, labels with their places, labels of sums."""

    name: str
    vendor: str
    tax_id: str
    title: str
    columns: tuple  # (field, head, x, side)
    labels: tuple  # (field, label, x of the label, x of the value, top)
    sums: tuple  # (field, label)
    teach: tuple  # the pointers that a person corrects on the first paper; `*` stands for the first line
    kind: str = "invoice"
    mark: str = ","
    days: str = "%d.%m.%Y"
    quantities: tuple = (1, 2, 3, 5, 10, 12, 25)
    prices: tuple = (50, 90000)
    whole: bool = False
    first: dict = field(default_factory=dict)
    buyer: str = "Muster Industrie AG"
    top: float = 290


def money(value, layout, places=2):
    text = f"{value:,.{places}f}"
    group = "." if layout.mark == "," else ","
    return text.replace(",", "\0").replace(".", layout.mark).replace("\0", group)


def paper_of(layout, seed):
    """A PDF of this vendor, and the truth with `places`: by pointer the text, where it was written and its side."""
    choose = random.Random(f"{layout.name}{seed}")
    page = Paper()
    page.write(50, 50, layout.vendor, 14)
    page.write(50, 64, f"Am Beispiel 12 - 20095 Hamburg - USt-IdNr. {layout.tax_id}", 7)
    page.write(50, 110, layout.title, 16)
    truth = head_of(choose, layout)
    places = {"/kind": (layout.title, 50, 110, "left")}
    for name, label, x, value_x, top in layout.labels:
        if label:
            page.write(x, top, label, 9)
        page.write(value_x, top, shown(truth[name], layout), 9)
        places[f"/{name}"] = (shown(truth[name], layout), value_x, top, "left")
    for at, text in enumerate((layout.buyer, "Industriestrasse 5", "80331 Muenchen")):
        page.write(50, 152 + at * 12, text, 9)
    lines = [line_of(choose, layout) for _ in range(choose.choice([2, 3, 4, 6, 9]))]
    bottom = table(page, layout, lines, places)
    truth["lines"] = lines
    if layout.sums:
        truth["totals"] = sums(page, layout, lines, bottom, places)
    truth["places"] = places
    return page.bytes(), truth


def head_of(choose, layout):
    day = date(2026, choose.randint(1, 12), choose.randint(1, 12))
    return {
        "kind": layout.kind,
        "number": f"{choose.choice(['RX', 'KV'])}-{choose.randint(10000, 99999)}",
        "issue_date": day,
        "due_date": date(2027, choose.randint(1, 12), choose.randint(13, 28)),
        "references/purchase_order": f"PO-{choose.randint(1000, 9999)}",
        "customer": f"{choose.randint(10000, 99999)}",
    }


def shown(value, layout):
    return value if isinstance(value, str) else value.strftime(layout.days)


def line_of(choose, layout):
    quantity = Decimal(choose.choice(layout.quantities))
    price = Decimal(choose.randint(*layout.prices)) / 100
    if layout.whole:
        price = Decimal(int(price) + 2)
    amount = (quantity * price).quantize(CENT, ROUND_HALF_UP)
    return {
        "description": choose.choice(GOODS),
        "seller_item_id": f"{choose.choice('ABCD')}{choose.randint(100, 999)}",
        "code": f"{choose.randint(1000, 9999)}",
        "quantity": quantity,
        "other": Decimal(choose.choice([2, 4, 6, 20, 30])),
        "unit_price": price,
        "net_amount": amount,
    }


def cell(line, name, layout):
    value = line[name]
    if isinstance(value, str):
        return value
    if name in {"quantity", "other"}:
        return f"{value:f}"
    return f"{value:f}" if layout.whole and name == "unit_price" else money(value, layout)


def table(page, layout, lines, places):
    y = layout.top
    for _, head, x, side in layout.columns:
        for at, part in enumerate(head.split("|")):
            page.write(x, y + 10 * at, part, 9, side)
    y += 28
    for number, line in enumerate(lines):
        for name, _, x, side in layout.columns:
            page.write(x, y, cell(line, name, layout), 9, side)
            places[f"/lines/{number}/{name}"] = (cell(line, name, layout), x, y, side)
        y += 15
    return y + 12


def sums(page, layout, lines, y, places):
    net = sum((line["net_amount"] for line in lines), Decimal(0))
    tax = (net * Decimal("0.19")).quantize(CENT, ROUND_HALF_UP)
    truth = {"net": net, "tax": tax, "gross": net + tax, "other": (net * 2).quantize(CENT)}
    for at, (name, label) in enumerate(layout.sums):
        page.write(350, y + at * 14, label, 9)
        page.write(545, y + at * 14, money(truth[name], layout), 9, "right")
        places[f"/totals/{name}"] = (money(truth[name], layout), 545, y + at * 14, "right")
    del truth["other"]
    return {name: truth[name] for name, _ in layout.sums if name in truth}


NUMBER = (("number", "Rechnungsnummer", 340, 450, 140), ("issue_date", "Datum", 340, 450, 154))
TOTALS = (("net", "Nettobetrag"), ("tax", "zzgl. 19 % MwSt."), ("gross", "Gesamtbetrag"))
PLAIN = (
    ("description", "Bezeichnung", 50, "left"),
    ("quantity", "Menge", 360, "right"),
    ("unit_price", "Einzelpreis", 450, "right"),
    ("net_amount", "Gesamt", 545, "right"),
)

LAYOUTS = (
    Layout(
        "price before quantity, under invented heads", "Astwerk Beispiel GmbH", "DE100000016", "Rechnung",
        (("description", "Wofür", 50, "left"), ("unit_price", "Zuje", 360, "right"), ("quantity", "Davonn", 450, "right"),
         ("net_amount", "Macht", 545, "right")),
        NUMBER, TOTALS, ("/lines/*/quantity", "/lines/*/unit_price"), whole=True, quantities=(2, 3, 5, 12, 25),
    ),
    Layout(
        "price before quantity, under the heads of each other", "Birkenhof Muster AG", "DE100000024", "Rechnung",
        (("description", "Bezeichnung", 50, "left"), ("unit_price", "Menge", 360, "right"),
         ("quantity", "Einzelpreis", 450, "right"), ("net_amount", "Gesamt", 545, "right")),
        NUMBER, TOTALS, ("/lines/*/quantity", "/lines/*/unit_price"), whole=True, quantities=(2, 3, 5, 12, 25),
    ),
    Layout(
        "an unlabelled number at the top right", "Cedernholz Beispiel KG", "DE100000032", "Rechnung",
        PLAIN,
        (("number", "", 0, 470, 60), ("customer", "Kundennummer", 340, 450, 140), ("issue_date", "Datum", 340, 450, 154)),
        TOTALS, ("/number",),
    ),
    Layout(
        "a number under a word of its own", "Distelfeld Muster GmbH", "DE100000040", "Rechnung",
        PLAIN,
        (("customer", "Beleg", 340, 450, 140), ("number", "Vorgangskennung", 340, 450, 154), ("issue_date", "Datum", 340, 450, 168)),
        TOTALS, ("/number",),
    ),
    Layout(
        "sums with invented labels", "Erlenbach Beispiel GmbH", "DE100000059", "Rechnung",
        PLAIN, NUMBER, (("net", "Warenlast"), ("tax", "Staatsanteil"), ("gross", "Schlussziffer"), ("other", "Gesamtbetrag")),
        ("/totals/net", "/totals/tax", "/totals/gross"),
    ),
    Layout(
        "month before day, with nothing American", "Fichtenau Muster Ltd", "DE100000067", "Invoice",
        PLAIN, (("number", "Invoice number", 340, 450, 140), ("issue_date", "Date", 340, 450, 154)), TOTALS,
        ("/issue_date",), mark=".", days="%m/%d/%Y",
    ),
    Layout(
        "the order under an invented label", "Ginsterberg Beispiel AG", "DE100000075", "Rechnung",
        PLAIN, (*NUMBER, ("references/purchase_order", "Ihr Ruf", 340, 450, 168)), TOTALS, ("/references/purchase_order",),
    ),
    Layout(
        "packs of a head that means quantity", "Haselgrund Muster GmbH", "DE100000083", "Lieferschein",
        (("description", "Bezeichnung", 50, "left"), ("other", "Menge", 400, "right"), ("quantity", "Kommt an", 500, "right")),
        (("number", "Lieferscheinnummer", 340, 450, 140), ("issue_date", "Datum", 340, 450, 154)), (),
        ("/lines/*/quantity",), kind="packing_slip",
    ),
    Layout(
        "item numbers under an invented head", "Ingwertal Beispiel GmbH", "DE100000091", "Rechnung",
        (("code", "Artikel", 50, "left"), ("seller_item_id", "Kürzzel", 110, "left"), ("description", "Bezeichnung", 190, "left"),
         ("quantity", "Menge", 400, "right"), ("unit_price", "Einzelpreis", 470, "right"), ("net_amount", "Gesamt", 545, "right")),
        NUMBER, TOTALS, ("/lines/*/seller_item_id",),
    ),
    Layout(
        "a title that is no known kind", "Jasminweg Muster AG", "DE100000105", "Rückvergütungsbeleg",
        PLAIN, (("number", "Nummer", 340, 450, 140), ("issue_date", "Datum", 340, 450, 154)), TOTALS, ("/kind",),
        kind="credit_note",
    ),
    Layout(
        "pay until, under an invented label", "Kastanien Beispiel GmbH", "DE100000113", "Rechnung",
        PLAIN, (*NUMBER, ("due_date", "Geldeingangstag", 340, 450, 168)), TOTALS, ("/due_date",),
    ),
    Layout(
        "quantities of one, two columns of money and no arithmetic", "Lindenau Muster GmbH", "DE100000121", "Rechnung",
        (("description", "Leistungsding", 50, "left"), ("other", "Stk.", 330, "right"), ("quantity", "Zähler", 400, "right"),
         ("unit_price", "Satzz", 470, "right"), ("net_amount", "Betragg", 545, "right")),
        NUMBER, TOTALS, ("/lines/*/quantity", "/lines/*/unit_price", "/lines/*/net_amount"), quantities=(1,),
    ),
)  # fmt: skip


def value_at(truth, pointer):
    """The true value at a pointer, as JSON has it."""
    parts = pointer[1:].split("/")
    if parts[0] == "lines":
        value = truth["lines"][int(parts[1])][parts[2]]
    elif parts[0] == "totals":
        value = truth["totals"][parts[1]]
    else:
        value = truth["/".join(parts)]
    return value if isinstance(value, str) else value.isoformat() if hasattr(value, "isoformat") else f"{value:f}"


def box_of(data, truth, pointer):
    """Where the value stands on page 1, as a person would draw a box around it."""
    text, x, y, side = truth["places"][pointer]
    pdf = pdfium.PdfDocument(data)
    try:
        tokens = page_tokens(pdf[0], 1, 100_000).tokens
    finally:
        pdf.close()
    parts = text.split()
    for at in range(len(tokens)):
        run = tokens[at : at + len(parts)]
        edge = run[0].x0 if side == "left" else run[-1].x1
        if [token.text for token in run] == parts and abs(edge - x) < 3 and abs(run[0].base - y) < 4:
            sides = (run[0].x0, min(t.top for t in run), run[-1].x1, max(t.bottom for t in run))
            return tuple(round(Decimal(str(side)), 2) for side in sides)
    raise AssertionError(f"{text!r} does not stand at {x}, {y}")


def wrong_in(document, truth, layout):
    """What the document says otherwise than the paper: (pointer, read, printed)."""
    out = []
    told = ["kind", *(name for name, *_ in layout.labels if name != "customer")]
    for name in told:
        read = document.references.purchase_order if "/" in name else getattr(document, name)
        if read != truth[name]:
            out.append((f"/{name}", read, truth[name]))
    for name, value in truth.get("totals", {}).items():
        if getattr(document.totals, name) != value:
            out.append((f"/totals/{name}", getattr(document.totals, name), value))
    names = [name for name, *_ in layout.columns if name not in {"other", "code"}]
    if len(document.lines) != len(truth["lines"]):
        out.append(("/lines", len(document.lines), len(truth["lines"])))
    for at, (line, want) in enumerate(zip(document.lines, truth["lines"], strict=False)):
        out += [
            (f"/lines/{at}/{name}", getattr(line, name), want[name])
            for name in names
            if getattr(line, name) != want[name]
        ]
    return out
