"""Nordwind Beispiel: a fully ruled table with a price unit, written with LibreOffice."""

from sample_docs.company import spaced
from sample_docs.layouts.fodt import Text
from sample_docs.layouts.view import View
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "libreoffice", "de"
TITLES = {"quote": "Angebot", "packing_slip": "Lieferschein", "invoice": "Rechnung"}
DESKS = {"quote": "Abteilung Einkauf", "packing_slip": "Wareneingang", "invoice": "Kreditorenbuchhaltung"}
GREETINGS = {
    "quote": ("Sehr geehrte Damen und Herren,", "vielen Dank für Ihre Anfrage. Wir bieten Ihnen freibleibend an:"),
    "packing_slip": ("Wir liefern Ihnen wie vereinbart:",),
    "invoice": ("Für unsere Lieferung erlauben wir uns zu berechnen:",),
}
RULE = "0.5pt solid #000000"


def text(paper: Paper) -> str:
    """The paper as flat OpenDocument text."""
    view = View(paper, "de")
    title = TITLES[view.kind]
    footer = f"Nordwind Beispiel GmbH · Am Beispielkai 7 · 24103 Kiel · USt-IdNr. {view.seller.vat_id} · IBAN {spaced(view.seller.iban or '')}"
    doc = Text(f"{title} {view.number}", "Liberation Sans", 9.5, footer=footer)
    brand = doc.style("Brand", size=16, bold=True, color="#004f8a")
    small = doc.style("Small", size=7.5, above="0.9cm", below="0.15cm")
    heading = doc.style("Heading", size=13, bold=True, above="1cm", below="0.3cm")
    facts = doc.style("Facts", tabs=[(4.2, "left")])
    doc.line("NORDWIND BEISPIEL GmbH", brand)
    doc.line("Verbindungstechnik · Normteile · Zubehör")
    doc.line("Nordwind Beispiel GmbH, Am Beispielkai 7, 24103 Kiel", small)
    doc.line("\n".join((view.buyer.name, DESKS[view.kind], *view.buyer.lines)))
    doc.line(f"{title} {view.number}", heading)
    for name, value in _facts(view):
        doc.line(f"{name}:\t{value}", facts)
    doc.line("")
    for sentence in GREETINGS[view.kind]:
        doc.line(sentence)
    doc.line("")
    normal, right = doc.style("Cell", size=9), doc.style("Right", size=9, align="end")
    bold, bold_right = doc.style("Bold", size=9, bold=True), doc.style("BoldRight", size=9, bold=True, align="end")
    styles = (normal, right, bold, bold_right)
    if view.priced:
        _priced(doc, view, styles)
    else:
        _slip(doc, view, styles)
    return doc.xml()


def _facts(view: View) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = [("Datum", view.date())]
    if view.reference("purchase_order"):
        found.append(("Ihre Bestellung", view.reference("purchase_order")))
    if view.reference("despatch_advice"):
        found.append(("Lieferschein-Nr.", view.reference("despatch_advice")))
    if view.has("valid_until"):
        found.append(("Gültig bis", view.date("valid_until")))
    if view.has("payment_terms"):
        found.append(("Zahlungsbedingung", view.document["payment_terms"]))
    return found


def _priced(doc: Text, view: View, styles: tuple[str, str, str, str]) -> None:
    normal, right, bold, bold_right = styles
    heads = ["Pos.", "Art.-Nr.", "Bezeichnung", "Menge", "ME", "Preis", "PE", "Betrag EUR"]
    rows = [[(head, bold_right if at in {3, 5, 6, 7} else bold) for at, head in enumerate(heads)]]
    for entry in view.lines:
        cells = [entry["id"], entry["seller_item_id"], _described(entry), view.quantity(entry), entry["unit_text"]]
        cells += [view.price(entry), view.base(entry), view.amount(entry)]
        rows.append([(cell, right if at in {3, 5, 6, 7} else normal) for at, cell in enumerate(cells)])
    doc.table("Positionen", [1.1, 1.9, 6.0, 1.7, 1.1, 1.7, 1.1, 2.4], rows, rule=RULE)
    doc.line("")
    sums = [("Nettobetrag", view.total("net")), *((f"zzgl. {rate} % MwSt.", tax) for rate, _, tax in view.taxes())]
    sums.append(("Rechnungsbetrag EUR" if view.kind == "invoice" else "Angebotssumme EUR", view.total("gross")))
    total = [[(name, normal), (value, right)] for name, value in sums[:-1]] + [
        [(sums[-1][0], bold), (sums[-1][1], bold_right)]
    ]
    doc.table("Summen", [4.4, 2.4], total, rule=RULE, heads=0, shift=10.2)
    doc.line("")
    if view.kind == "invoice":
        doc.line(
            f"Zahlbar ohne Abzug bis {view.date('due_date')}. Leistungsdatum entspricht dem Datum des Lieferscheins."
        )
    else:
        doc.line("Lieferung frei Haus ab Lager Kiel, Zwischenverkauf vorbehalten. PE = Preiseinheit in Stück.")


def _described(entry: Json) -> str:
    return f"{entry['description']}\nIhre Pos. {entry['order_line']}" if "order_line" in entry else entry["description"]


def _slip(doc: Text, view: View, styles: tuple[str, str, str, str]) -> None:
    normal, right, bold, bold_right = styles
    rows = [
        [("Best.-Pos.", bold), ("Art.-Nr.", bold), ("Bezeichnung", bold), ("Liefermenge", bold_right), ("ME", bold)]
    ]
    rows += [
        [(entry["order_line"], normal), (entry["seller_item_id"], normal), (entry["description"], normal), (view.quantity(entry), right), (entry["unit_text"], normal)]
        for entry in view.lines
    ]  # fmt: skip
    doc.table("Positionen", [2.0, 2.4, 8.2, 2.6, 1.8], rows, rule=RULE)
    doc.line("")
    doc.line("Versand: eigener LKW, 1 Palette. Bitte prüfen Sie die Ware bei Annahme.")
