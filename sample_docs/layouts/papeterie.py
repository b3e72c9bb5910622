"""Papeterie du Modèle: item numbers inside the description, two rates of tax, made with fpdf2."""

from sample_docs.company import spaced
from sample_docs.layouts.sheet import Sheet
from sample_docs.layouts.view import View
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "fpdf2", "fr"


def pdf(paper: Paper) -> bytes:
    """The paper as PDF."""
    view = View(paper, "fr-hard")
    title = "Facture" if view.priced else "Bon de livraison"
    sheet = Sheet("A4", f"{title} {view.number}", view.seller.name)
    sheet.text(14, 18, "Papeterie du Modèle SAS", "Times", "B", 20)
    for at, text in enumerate((*view.seller.lines, f"N° TVA {view.seller.vat_id}", view.seller.email or "")):
        sheet.text(14, 25 + 4.4 * at, text, "Times", "", 9.5)
    sheet.text(196, 18, f"{title} n° {view.number}", "Times", "B", 14, align="R")
    facts = [("Date", view.date()), ("Votre commande", view.reference("purchase_order"))]
    if view.priced:
        facts += [("Bon de livraison", view.reference("despatch_advice")), ("Date d'échéance", view.date("due_date"))]
    for at, (name, value) in enumerate(facts):
        sheet.text(196, 26 + 5 * at, f"{name} : {value}", "Times", "", 10, align="R")
    for at, text in enumerate(("Client", view.buyer.name, *view.buyer.lines, "Allemagne")):
        sheet.text(116, 58 + 4.8 * at, text, "Times", "B" if at == 1 else "", 10.5)
    y = _table(sheet, view, 92)
    if view.priced:
        _sums(sheet, view, y + 8)
    else:
        sheet.text(14, y + 12, "Marchandise livrée en parfait état, sauf réserve écrite.", "Times", "I", 10)
    return sheet.bytes()


def _described(entry: Json) -> str:
    return f"{entry['description']} (réf. {entry['seller_item_id']})"


def _table(sheet: Sheet, view: View, y: float) -> float:
    heads = [(14, "L", "Désignation"), (124, "R", "Quantité"), (128, "L", "Unité")]
    if view.priced:
        heads += [(158, "R", "Prix unit. HT"), (172, "R", "TVA"), (196, "R", "Total HT")]
    for x, align, text in heads:
        sheet.text(x, y, text, "Times", "BI", 10, align=align)
    sheet.rule(14, y + 1.8, 196, 0.2)
    y += 8
    for entry in view.lines:
        cells = [(124, "R", view.quantity(entry)), (128, "L", entry["unit_text"])]
        if view.priced:
            rate = view.style.quantity(entry["tax_rate"])
            cells += [(158, "R", view.price(entry)), (172, "R", f"{rate} %"), (196, "R", view.amount(entry))]
        for x, align, text in cells:
            sheet.text(x, y, text, "Times", "", 10.5, align=align)
        for row in sheet.wrapped(_described(entry), "Times", 10.5, 92):
            sheet.text(14, y, row, "Times", "", 10.5)
            y += 4.8
        y += 2.6
    return y


def _sums(sheet: Sheet, view: View, y: float) -> None:
    sums = [("Total HT", view.total("net"))]
    sums += [(f"TVA {rate} % sur {base}", tax) for rate, base, tax in view.taxes()]
    if len(sums) > 2:
        sums.append(("Total TVA", view.total("tax")))
    sums.append(("Total TTC à payer (EUR)", view.total("gross")))
    for at, (name, value) in enumerate(sums):
        style = "B" if at == len(sums) - 1 else ""
        sheet.text(160, y, name, "Times", style, 10.5, align="R")
        sheet.text(196, y, value, "Times", style, 10.5, align="R")
        y += 5.6
    sheet.text(
        14,
        262,
        f"Conditions : {view.document['payment_terms']}. Virement : {spaced(view.seller.iban or '')}",
        "Times",
        "",
        9.5,
    )
    sheet.text(14, 267, "Pas d'escompte pour paiement anticipé.", "Times", "", 9.5)
