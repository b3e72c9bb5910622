"""The buyer's own papers in German: orders and goods receipts, printed from a browser."""

from sample_docs.layouts.view import View, esc
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "chromium", "de"

FOOTER = (
    '<div style="font:9px Liberation Sans;width:100%;margin:0 18mm;display:flex;justify-content:space-between;color:#444">'
    "<span>Example Werke GmbH · Musterstraße 12 · 21079 Hamburg · USt-IdNr. DE123123125</span>"
    '<span>Seite <span class="pageNumber"></span> von <span class="totalPages"></span></span></div>'
)

CSS = """
@page { size: A4; margin: 16mm 18mm 20mm 18mm }
body { font: 9.2pt "Liberation Sans"; color: #111; margin: 0 }
.head { display: flex; justify-content: space-between; border-bottom: 2.5pt solid #16324f; padding-bottom: 3mm }
.logo { font: bold 17pt "Liberation Sans"; color: #16324f } .logo small { display: block; font: 7.5pt "Liberation Sans"; color: #555 }
.doc { text-align: right; font: bold 15pt "Liberation Sans" }
.addr { display: flex; justify-content: space-between; margin: 9mm 0 7mm }
.addr div { white-space: pre-line; line-height: 1.35 } .addr table td { padding: 0.4mm 0 0.4mm 6mm } .addr table td:last-child { text-align: right }
table.lines { width: 100%; border-collapse: collapse } thead { display: table-header-group }
.lines th { text-align: left; font-size: 8pt; border-top: 0.8pt solid #16324f; border-bottom: 0.8pt solid #16324f; padding: 1.6mm 1.5mm; background: #eef2f6 }
.lines td { padding: 1.5mm; border-bottom: 0.3pt solid #bbb; vertical-align: top } .lines tr { break-inside: avoid }
.n { text-align: right !important; white-space: nowrap } .lines td:nth-child(2) { white-space: nowrap } .sub { color: #555; font-size: 7.8pt }
.sums { margin: 4mm 0 0 auto; border-collapse: collapse } .sums td { padding: 0.9mm 1.5mm 0.9mm 10mm } .sums tr:last-child td { font-weight: bold; border-top: 0.8pt solid #16324f }
.note { margin-top: 8mm; line-height: 1.45; break-inside: avoid }
"""


def page(paper: Paper) -> str:
    """The paper as HTML."""
    view = View(paper, "de")
    order = view.kind == "purchase_order"
    title = "Bestellung" if order else "Wareneingangsschein"
    facts = [("Nummer", view.number), ("Datum", view.date())]
    if order:
        if view.reference("quote"):
            facts.append(("Ihr Angebot", view.reference("quote")))
        facts += [
            ("Liefertermin", view.date("delivery_date")),
            ("Zahlungsbedingung", view.document["payment_terms"]),
            ("Status", "freigegeben"),
        ]
    else:
        facts += [
            ("Bestellung", view.reference("purchase_order")),
            ("Lieferschein", view.reference("despatch_advice")),
            ("Buchung", "gebucht"),
        ]
    rows = "".join(f"<tr><td>{esc(name)}</td><td><b>{esc(value)}</b></td></tr>" for name, value in facts)
    address = "\n".join((view.seller.name, *view.seller.lines))
    lead = "Lieferant" if order else "Lieferant der Ware"
    body = _order(view) if order else _receipt(view)
    return (
        f'<!doctype html><html lang="de"><meta charset="utf-8"><title>{title} {esc(view.number)}</title><style>{CSS}</style>'
        f'<div class="head"><div class="logo">Example Werke GmbH<small>Antriebe · Pumpen · Anlagen</small></div><div class="doc">{title}</div></div>'
        f'<div class="addr"><div><span class="sub">{lead}</span>\n{esc(address)}</div><table>{rows}</table></div>{body}</html>'
    )


def _order(view: View) -> str:
    cells = "".join(_ordered(view, entry) for entry in view.lines)
    sums = [("Summe Positionen", view.total("lines"))] if "lines" in view.document["totals"] else []
    sums += [*view.charges(), (f"Nettobestellwert {view.currency}", view.total("net"))]
    table = "".join(f'<tr><td>{esc(name)}</td><td class="n">{value}</td></tr>' for name, value in sums)
    place = view.paper.extras["deliver_to"]
    return (
        f'<p>Lieferanschrift: {esc(place)}</p><table class="lines"><thead><tr><th>Pos.</th><th>Art.-Nr. Lieferant</th><th>Bezeichnung</th><th class="n">Menge</th>'
        f'<th>ME</th><th class="n">Preis {view.currency}</th><th class="n">je</th><th class="n">Netto {view.currency}</th></tr></thead>'
        f'<tbody>{cells}</tbody></table><table class="sums">{table}</table>'
        '<div class="note">Preise ohne Umsatzsteuer. Bitte nennen Sie auf Lieferschein und Rechnung unsere Bestellnummer und Position.<br>Es gelten unsere Einkaufsbedingungen, Fassung 01/2026. Bitte bestätigen Sie den Liefertermin innerhalb von drei Arbeitstagen.<br><br>Mit freundlichen Grüßen<br>Einkauf, Example Werke GmbH</div>'
    )


def _ordered(view: View, entry: Json) -> str:
    return (
        f"<tr><td>{entry['id']}</td><td>{esc(entry['seller_item_id'])}</td><td>{esc(entry['description'])}</td>"
        f'<td class="n">{view.quantity(entry)}</td><td>{entry["unit_text"]}</td><td class="n">{view.price(entry)}</td>'
        f'<td class="n">{view.base(entry)}</td><td class="n">{view.amount(entry)}</td></tr>'
    )


def _receipt(view: View) -> str:
    cells = "".join(
        f"<tr><td>{entry['order_line']}</td><td>{esc(entry['seller_item_id'])}</td><td>{esc(entry['description'])}</td>"
        f'<td class="n">{view.quantity(entry, "received")}</td><td class="n">{view.quantity(entry, "accepted")}</td>'
        f'<td class="n">{view.quantity(entry, "rejected")}</td><td>{entry["unit_text"]}</td></tr>'
        for entry in view.lines
    )
    return (
        '<table class="lines"><thead><tr><th>Best.-Pos.</th><th>Artikel</th><th>Bezeichnung</th><th class="n">Erhalten</th>'
        f'<th class="n">Angenommen</th><th class="n">Abgelehnt</th><th>ME</th></tr></thead><tbody>{cells}</tbody></table>'
        '<div class="note">Ware gezählt und auf sichtbare Schäden geprüft.<br>Wareneingang, Werk Harburg</div>'
    )
