"""Proseware Muster Elektro: ruled German invoices that carry their figures as XML too, set with typst."""

from sample_docs.company import spaced
from sample_docs.layouts.cii import cross_industry_invoice
from sample_docs.layouts.view import View
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "typst", "de"


def fill(paper: Paper) -> tuple[Json, bytes | None]:
    """What the template prints, and the XML of an invoice."""
    view = View(paper, "de")
    facts = [["Datum", view.date()], ["Ihre Bestellung", view.reference("purchase_order")]]
    if view.reference("despatch_advice"):
        facts.append(["Lieferschein", view.reference("despatch_advice")])
    found = {
        "number": view.number,
        "facts": facts,
        "buyer": {"name": view.buyer.name, "lines": list(view.buyer.lines)},
        "iban": spaced(view.seller.iban or ""),
    }
    if not view.priced:
        return found | _slip(view), None
    xml = cross_industry_invoice(view.document, view.seller, view.buyer)
    return found | _invoice(view), xml


def _invoice(view: View) -> Json:
    rows = [
        [entry["id"], entry["seller_item_id"], f"{entry['description']} (Best.-Pos. {entry['order_line']})",
         f"{view.quantity(entry)} {entry['unit_text']}", view.price(entry), view.amount(entry)]
        for entry in view.lines
    ]  # fmt: skip
    sums = [["Summe Positionen", view.total("lines")], *map(list, view.charges())] if view.charges() else []
    sums.append(["Nettobetrag", view.total("net")])
    sums += [[f"MwSt. {rate} % auf {base}", tax] for rate, base, tax in view.taxes()]
    sums.append(["Zahlbetrag EUR", view.total("due")])
    terms = f"Zahlbar: {view.document['payment_terms']}, fällig am {view.date('due_date')}."
    return {
        "title": "Rechnung",
        "columns": ["Pos.", "Artikel-Nr.", "Bezeichnung", "Menge", "E-Preis EUR", "Gesamt EUR"],
        "right": [3, 4, 5],
        "rows": rows,
        "sums": sums,
        "notes": [terms, f"Ihre USt-IdNr.: {view.buyer.vat_id}. Lieferdatum: {view.date('delivery_date')}."],
    }


def _slip(view: View) -> Json:
    rows = [
        [str(at), entry["seller_item_id"], f"{entry['description']} (Best.-Pos. {entry['order_line']})", view.quantity(entry), entry["unit_text"]]
        for at, entry in enumerate(view.lines, 1)
    ]  # fmt: skip
    return {
        "title": "Lieferschein",
        "columns": ["Pos.", "Artikel-Nr.", "Bezeichnung", "Menge", "Einheit"],
        "right": [3],
        "rows": rows,
        "sums": [],
        "notes": ["Ware vollständig erhalten: ______________________"],
    }
