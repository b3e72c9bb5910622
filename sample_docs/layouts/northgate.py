"""Northgate Sample Trading: a plain letter with a small table, printed from a browser."""

from sample_docs.company import spaced
from sample_docs.layouts.view import View, esc
from sample_docs.papers import Paper

PRODUCER, LANGUAGE = "chromium", "en"
FOOTER = ""

CSS = """
@page { size: A4; margin: 22mm 25mm }
body { font: 10.5pt "Liberation Mono"; color: #000; margin: 0; line-height: 1.45 } pre { font: inherit; margin: 0 0 7mm }
table { border-collapse: collapse; width: 100% } th, td { border: .6pt dashed #000; padding: 1.5mm 2mm; text-align: left } .n { text-align: right }
"""


def page(paper: Paper) -> str:
    """The paper as HTML."""
    view = View(paper, "uk")
    rows = "".join(
        f'<tr><td>{esc(entry["description"])}</td><td class="n">{view.quantity(entry)} {entry["unit_text"]}</td>'
        f'<td class="n">{view.price(entry)}</td><td class="n">{view.amount(entry)}</td></tr>'
        for entry in view.lines
    )
    rate, _, tax = next(view.taxes())
    for name, value in (("Net", view.total("net")), (f"VAT @ {rate}%", tax), ("TOTAL DUE GBP", view.total("due"))):
        rows += f'<tr><td colspan="3" class="n">{name}</td><td class="n">{value}</td></tr>'
    seller = "\n".join(
        (view.seller.name.upper(), *view.seller.lines, f"VAT Reg. {view.seller.vat_id}", view.seller.email or "")
    )
    facts = "\n".join(
        (
            f"Invoice no.   {view.number}",
            f"Date          {view.date()}",
            f"Order no.     {view.reference('purchase_order')}",
            f"Pay by        {view.date('due_date')}",
        )
    )
    buyer = "\n".join(("To:", view.buyer.name, *view.buyer.lines, "Germany"))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Invoice {view.number}</title><style>{CSS}</style><pre>{esc(seller)}</pre>'
        f"<pre>{esc(buyer)}</pre><pre><b>INVOICE</b>\n{esc(facts)}</pre>"
        f'<table><tr><th>Goods</th><th class="n">Quantity</th><th class="n">Each (GBP)</th><th class="n">Amount (GBP)</th></tr>{rows}</table>'
        f"<p>Please pay to {spaced(view.seller.iban or '')}</p></html>"
    )
