"""Exemple Fournitures: French, zebra rows, printed from a browser."""

from sample_docs.company import spaced
from sample_docs.layouts.view import View, esc
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "chromium", "fr"

FOOTER = (
    '<div style="font:8.5px DejaVu Sans;width:100%;text-align:center;color:#666">Exemple Fournitures SARL au capital de 10 000 € · '
    'RCS Lyon · TVA FR44111111118 · page <span class="pageNumber"></span>/<span class="totalPages"></span></div>'
)

CSS = """
@page { size: A4; margin: 15mm 16mm 18mm 16mm }
body { font: 8.8pt "DejaVu Sans"; color: #222; margin: 0 }
h1 { font: bold 19pt "DejaVu Sans"; color: #8a1c3b; margin: 0 } .top { display: flex; justify-content: space-between }
.top p { margin: 1mm 0; line-height: 1.4; white-space: pre-line } .to { margin: 8mm 0 6mm 55%; white-space: pre-line; line-height: 1.4 }
.facts { display: flex; gap: 7mm; background: #f6e9ee; padding: 2.5mm 3mm; margin-bottom: 5mm } .facts b { display: block; margin-top: .6mm }
.facts span { font-size: 7.6pt; color: #6d4050 }
table { width: 100%; border-collapse: collapse } th { background: #8a1c3b; color: #fff; text-align: left; font-size: 8pt; padding: 1.8mm }
td { padding: 1.8mm } tbody tr:nth-child(even) { background: #f3f3f3 } .n { text-align: right; white-space: nowrap }
.sums { width: 46%; margin: 5mm 0 0 auto } .sums td { border-bottom: .3pt solid #ccc } .sums tr:last-child td { font-weight: bold; background: #f6e9ee }
.foot { margin-top: 9mm; line-height: 1.5 }
"""

TITLES = {"invoice": "FACTURE", "credit_note": "AVOIR", "packing_slip": "BON DE LIVRAISON"}


def page(paper: Paper) -> str:
    """The paper as HTML."""
    view = View(paper, "fr")
    title = TITLES[view.kind]
    facts = [("N°", view.number), ("Date", view.date()), ("Votre commande", view.reference("purchase_order"))]
    if view.reference("preceding_invoice"):
        facts.append(("Facture d'origine", view.reference("preceding_invoice")))
    if view.reference("despatch_advice"):
        facts.append(("Bon de livraison", view.reference("despatch_advice")))
    if view.has("due_date"):
        facts.append(("Échéance", view.date("due_date")))
    shown = "".join(f"<div><span>{esc(name)}</span><b>{esc(value)}</b></div>" for name, value in facts)
    seller = "\n".join((*view.seller.lines, view.seller.email or ""))
    buyer = "\n".join((view.buyer.name, *view.buyer.lines, "Allemagne"))
    vat = f"\nTVA : {view.buyer.vat_id}" if view.priced else ""
    body = _priced(view) if view.priced else _slip(view)
    return (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title} {esc(view.number)}</title><style>{CSS}</style>'
        f'<div class="top"><div><b style="font-size:13pt">Exemple Fournitures SARL</b><p>{esc(seller)}</p></div><h1>{title}</h1></div>'
        f'<div class="to">{esc(buyer + vat)}</div><div class="facts">{shown}</div>{body}</html>'
    )


def _priced(view: View) -> str:
    rows = "".join(_row(view, entry) for entry in view.lines)
    sums = [("Total HT", view.total("net")), *((f"TVA {rate} %", tax) for rate, _, tax in view.taxes())]
    sums.append(("Net à déduire" if view.kind == "credit_note" else "Total TTC", view.total("gross")))
    if "due" in view.document["totals"]:
        sums[-1:] = [("Total TTC", view.total("gross")), ("Net à payer", view.total("due"))]
    table = "".join(f'<tr><td>{name}</td><td class="n">{value} €</td></tr>' for name, value in sums)
    terms = f"Règlement : {esc(view.document['payment_terms'])} par virement. " if view.has("payment_terms") else ""
    return (
        '<table><thead><tr><th>Réf.</th><th>Désignation</th><th class="n">Qté</th><th>Unité</th><th class="n">P.U. HT</th>'
        f'<th class="n">TVA</th><th class="n">Montant HT</th></tr></thead><tbody>{rows}</tbody></table><table class="sums">{table}</table>'
        f'<div class="foot">Livraison : {esc(view.paper.extras["deliver_to"])}<br>{terms}IBAN {spaced(view.seller.iban or "")}<br>'
        "En cas de retard : pénalités au taux légal et indemnité forfaitaire de 40 €.</div>"
    )


def _row(view: View, entry: Json) -> str:
    rate = view.style.quantity(view.document["tax_breakdown"][0]["rate"])
    order_line = f"<br><small>Poste commande {entry['order_line']}</small>" if "order_line" in entry else ""
    return (
        f'<tr><td>{esc(entry["seller_item_id"])}</td><td>{esc(entry["description"])}{order_line}</td><td class="n">{view.quantity(entry)}</td>'
        f'<td>{entry["unit_text"]}</td><td class="n">{view.price(entry)}</td><td class="n">{rate} %</td><td class="n">{view.amount(entry)}</td></tr>'
    )


def _slip(view: View) -> str:
    rows = "".join(
        f"<tr><td>{entry['order_line']}</td><td>{esc(entry['seller_item_id'])}</td><td>{esc(entry['description'])}</td>"
        f'<td class="n">{view.quantity(entry)}</td><td>{entry["unit_text"]}</td></tr>'
        for entry in view.lines
    )
    return (
        '<table><thead><tr><th>Poste</th><th>Réf.</th><th>Désignation</th><th class="n">Qté livrée</th><th>Unité</th></tr></thead>'
        f'<tbody>{rows}</tbody></table><div class="foot">Livraison : {esc(view.paper.extras["deliver_to"])}<br>'
        "Réserves à signaler sous trois jours.</div>"
    )
