"""Litware Beispiel Chemie: no table at all, columns by tab stops, written with LibreOffice."""

from sample_docs.company import spaced
from sample_docs.layouts.fodt import Text
from sample_docs.layouts.view import View
from sample_docs.papers import Paper

PRODUCER, LANGUAGE = "libreoffice", "de"
TABS = [(2.2, "left"), (10.2, "right"), (10.5, "left"), (14.0, "right"), (17.0, "right")]


def text(paper: Paper) -> str:
    """The paper as flat OpenDocument text."""
    view = View(paper, "de")
    doc = Text(
        f"Rechnung {view.number}",
        "Liberation Serif",
        11,
        footer="Litware Beispiel Chemie GmbH · Musterring 55 · 67059 Ludwigshafen",
    )
    brand = doc.style("Brand", size=15, bold=True, align="end")
    right = doc.style("Facts", align="end", size=10)
    heading = doc.style("Heading", size=14, bold=True, above="1.2cm", below="0.4cm")
    head = doc.style("Head", bold=True, size=10, tabs=TABS, above="0.3cm", below="0.15cm")
    row, wrapped = doc.style("Row", tabs=TABS), doc.style("Wrapped", tabs=TABS, below="0.2cm", size=10)
    sums = doc.style("Sum", tabs=[(14.0, "right"), (17.0, "right")])
    total = doc.style("Total", bold=True, tabs=[(14.0, "right"), (17.0, "right")], above="0.1cm")
    doc.line("Litware Beispiel Chemie GmbH", brand)
    doc.line("\n".join((*view.seller.lines, f"USt-IdNr. {view.seller.vat_id}", view.seller.email or "")), right)
    doc.line("\n".join((view.buyer.name, "Rechnungsprüfung", *view.buyer.lines)))
    doc.line(f"Rechnung {view.number}", heading)
    doc.line(f"Rechnungsdatum {view.date()}")
    doc.line(f"Bestellung {view.reference('purchase_order')}")
    if view.reference("despatch_advice"):
        doc.line(f"Lieferschein {view.reference('despatch_advice')}")
    doc.line("Artikel\tBezeichnung\tMenge\t\tPreis/Einheit\tGesamt EUR", head)
    for entry in view.lines:
        base = view.base(entry)
        price = f"{view.price(entry)} / {base} {entry['unit_text']}" if base != "1" else view.price(entry)
        shown = [
            entry["seller_item_id"],
            entry["description"],
            view.quantity(entry),
            entry["unit_text"],
            price,
            view.amount(entry),
        ]
        doc.line("\t".join(shown), row)
        doc.line("\tGebinde mit Sicherheitsdatenblatt, Gefahrgut nach ADR", wrapped)
    doc.line(f"\tSumme netto\t{view.total('net')}", sums)
    for rate, _, tax in view.taxes():
        doc.line(f"\tUmsatzsteuer {rate} %\t{tax}", sums)
    doc.line(f"\tGesamtbetrag EUR\t{view.total('gross')}", total)
    doc.line("")
    doc.line(
        f"Bitte überweisen Sie den Betrag bis zum {view.date('due_date')} auf unser Konto {spaced(view.seller.iban or '')}."
    )
    return doc.xml()
