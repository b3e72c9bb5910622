"""Alpen Muster Werkzeuge: long invoices with sums carried forward, printed from a browser."""

from decimal import Decimal

from sample_docs.company import spaced
from sample_docs.layouts.view import View, esc
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "chromium", "de"
FOOTER = ""
FIRST, NEXT = 17, 24

CSS = """
@page { size: A4; margin: 0 }
body { font: 9pt "Liberation Serif"; margin: 0; color: #000 }
section { width: 210mm; height: 296mm; box-sizing: border-box; padding: 14mm 20mm 12mm 20mm; break-after: page; position: relative }
section:last-child { break-after: auto }
.brand { font: italic bold 20pt "Liberation Serif"; border-bottom: 1pt double #000; padding-bottom: 2mm; display: flex; justify-content: space-between }
.brand span { font: 8.5pt "Liberation Serif"; align-self: end } .addr { margin: 10mm 0 8mm; display: flex; justify-content: space-between; white-space: pre-line; line-height: 1.4 }
h1 { font-size: 15pt; margin: 0 0 4mm } table { width: 100%; border-collapse: collapse } th { border-bottom: .8pt solid #000; text-align: left; padding: 1mm; font-size: 8.4pt }
td { padding: 1mm; vertical-align: top } .n { text-align: right; white-space: nowrap } .d { width: 62mm } .carry td { font-style: italic; border-top: .5pt solid #000; padding-top: 1.4mm }
.box { border: 1pt solid #000; width: 74mm; margin: 6mm 0 0 auto; padding: 2mm 3mm } .box div { display: flex; justify-content: space-between; padding: .7mm 0 } .box div:last-child { font-weight: bold; border-top: .5pt solid #000 }
.bottom { position: absolute; left: 20mm; right: 20mm; bottom: 10mm; font-size: 7.6pt; border-top: .4pt solid #000; padding-top: 1.5mm; display: flex; justify-content: space-between }
"""

HEAD = (
    '<thead><tr><th>Nr.</th><th>Artikel</th><th class="d">Bezeichnung</th><th class="n">Menge</th><th>Einh.</th>'
    '<th class="n">Einzelpreis</th><th class="n">Betrag EUR</th></tr></thead>'
)


def page(paper: Paper) -> str:
    """The paper as HTML, split over its pages by hand, as the sums carried forward ask for it."""
    view = View(paper, "de")
    chunks = [view.lines[:FIRST]]
    rest = view.lines[FIRST:]
    while rest:
        chunks.append(rest[:NEXT])
        rest = rest[NEXT:]
    carried, pages = Decimal(0), []
    for at, chunk in enumerate(chunks):
        before = carried
        carried += sum(Decimal(entry["net_amount"]) for entry in chunk)
        last = at == len(chunks) - 1
        pages.append(_page(view, chunk, at, len(chunks), before, None if last else carried))
    return f'<!doctype html><html lang="de"><meta charset="utf-8"><title>Rechnung {esc(view.number)}</title><style>{CSS}</style>{"".join(pages)}</html>'


def _page(view: View, chunk: list[Json], at: int, count: int, before: Decimal, after: Decimal | None) -> str:
    rows = _carry("Übertrag von Seite " + str(at), view, before) if at else ""
    rows += "".join(
        f'<tr><td>{entry["id"]}</td><td>{esc(entry["seller_item_id"])}</td><td class="d">{esc(entry["description"])}<br><small>zu Ihrer Pos. {entry["order_line"]}</small></td>'
        f'<td class="n">{view.quantity(entry)}</td><td>{entry["unit_text"]}</td><td class="n">{view.price(entry)}</td><td class="n">{view.amount(entry)}</td></tr>'
        for entry in chunk
    )
    if after is not None:
        rows += _carry("Zwischensumme / Übertrag", view, after)
    head = _address(view) if at == 0 else f"<p><b>Rechnung {esc(view.number)}</b> vom {view.date()}, Fortsetzung</p>"
    closing = _closing(view) if after is None else ""
    return (
        '<section><div class="brand">Alpen Muster Werkzeuge<span>GmbH · Beispielgasse 9 · 4020 Linz · Österreich</span></div>'
        f"{head}<table>{HEAD}<tbody>{rows}</tbody></table>{closing}"
        f'<div class="bottom"><span>{view.seller.name} · UID {view.seller.vat_id} · IBAN {spaced(view.seller.iban or "")}</span><span>Blatt {at + 1} / {count}</span></div></section>'
    )


def _carry(text: str, view: View, amount: Decimal) -> str:
    return f'<tr class="carry"><td colspan="6">{text}</td><td class="n">{view.style.money(amount)}</td></tr>'


def _address(view: View) -> str:
    to = "\n".join(("Firma", view.buyer.name, *view.buyer.lines, "DEUTSCHLAND"))
    facts = "\n".join(
        (
            f"Datum: {view.date()}",
            f"Ihre Bestellung: {view.reference('purchase_order')}",
            f"Lieferschein: {view.reference('despatch_advice')}",
            f"Ihre UID: {view.buyer.vat_id}",
        )
    )
    return (
        f'<div class="addr"><div>{esc(to)}</div><div>{esc(facts)}</div></div><h1>Rechnung Nr. {esc(view.number)}</h1>'
    )


def _closing(view: View) -> str:
    sums = [("Warenwert netto", view.total("net")), *((f"USt. {rate} %", tax) for rate, _, tax in view.taxes())]
    sums.append(("Rechnungsbetrag EUR", view.total("gross")))
    box = "".join(f"<div><span>{name}</span><span>{value}</span></div>" for name, value in sums)
    return f'<div class="box">{box}</div><p>Steuerfreie innergemeinschaftliche Lieferung.<br>Zahlbar bis {view.date("due_date")} ohne Abzug.</p>'
