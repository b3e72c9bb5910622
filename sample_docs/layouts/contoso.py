"""Contoso Example IT Services: quotes, license receipts and invoices with two-line records, set with typst."""

from sample_docs.company import spaced
from sample_docs.layouts.view import View
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "typst", "en"
TITLES = {"quote": "Quotation", "invoice": "Invoice", "license_receipt": "License receipt"}


def fill(paper: Paper) -> tuple[Json, bytes | None]:
    """What the template prints, and nothing attached."""
    view = View(paper, "en")
    facts = [[f"{TITLES[view.kind]} no.", view.number], ["Date", view.date()]]
    if view.reference("purchase_order"):
        facts.append(["Your order", view.reference("purchase_order")])
    if view.has("valid_until"):
        facts.append(["Valid until", view.date("valid_until")])
    if view.has("due_date"):
        facts.append(["Due date", view.date("due_date")])
    if view.has("payment_terms"):
        facts.append(["Payment terms", view.document["payment_terms"]])
    found = {
        "title": TITLES[view.kind],
        "number": view.number,
        "buyer": {"name": view.buyer.name, "lines": [*view.buyer.lines, "Germany"]},
        "facts": facts,
        "priced": view.priced,
    }
    return found | (_priced(view) if view.priced else _rights(view)), None


def _priced(view: View) -> Json:
    rows = []
    for entry in view.lines:
        below = f"Item {entry['seller_item_id']}" if "seller_item_id" in entry else "as accepted by you"
        if term := view.term(entry):
            below += f" · {entry['license']['metric']} · {term[0]} to {term[1]}"
        rows.append(
            [entry["id"], {"main": entry["description"], "sub": below}, f"{view.quantity(entry)} {entry['unit_text']}", view.price(entry), view.amount(entry)]
        )  # fmt: skip
    sums = [["Subtotal", view.total("net")], *([f"VAT {rate}%", tax] for rate, _, tax in view.taxes())]
    sums.append([f"Total {view.currency}", view.total("gross")])
    notes = ["Prices are valid for the complete configuration."]
    if view.kind == "invoice":
        sums.append([f"Amount due {view.currency}", view.total("due")])
        notes = [f"Please transfer the amount due to {spaced(view.seller.iban or '')}."]
    return {"columns": ["#", "Description", "Quantity", "Rate", "Amount"], "rows": rows, "sums": sums, "notes": notes}


def _rights(view: View) -> Json:
    rows = []
    for entry in view.lines:
        held, term = entry["license"], view.term(entry)
        below = f"{held['publisher']} · item {entry['seller_item_id']} · order item {entry['order_line']}"
        count = f"{held['packs']} packs × {held['rights_per_pack']} = {held['rights']} {entry['unit_text']}"
        rows.append(
            [entry["id"], {"main": held["product"], "sub": below}, {"main": count, "sub": f"metric: {held['metric']}, {held['type']}"},
             {"main": ", ".join(held["keys"]), "sub": f"{term[0]} to {term[1]}" if term else ""}]
        )  # fmt: skip
    notes = ["Keep this receipt: it is the proof of your right of use."]
    return {"columns": ["#", "Product", "Rights", "License key and term"], "rows": rows, "sums": [], "notes": notes}
