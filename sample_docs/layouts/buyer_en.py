"""The buyer's own papers in English: orders and goods receipts, set with typst."""

from sample_docs.layouts.view import View
from sample_docs.papers import Json, Paper

PRODUCER, LANGUAGE = "typst", "en"


def fill(paper: Paper) -> tuple[Json, bytes | None]:
    """What the template prints, and nothing attached."""
    view = View(paper, "en")
    found = _order(view) if view.kind == "purchase_order" else _receipt(view)
    found |= {"number": view.number, "seller": {"name": view.seller.name, "lines": list(view.seller.lines)}}
    return found, None


def _order(view: View) -> Json:
    facts = [["Order no.", view.number], ["Date", view.date()]]
    if view.reference("quote"):
        facts.append(["Your quote", view.reference("quote")])
    if view.has("delivery_date"):
        facts.append(["Delivery by", view.date("delivery_date")])
    facts += [["Terms", view.document["payment_terms"]], ["Currency", view.currency], ["Status", "Approved"]]
    rows = [
        [entry["id"], entry["seller_item_id"], _described(view, entry), view.quantity(entry), entry["unit_text"], view.price(entry), view.amount(entry)]
        for entry in view.lines
    ]  # fmt: skip
    return {
        "title": "Purchase order",
        "place": {"label": "DELIVER TO", "text": view.paper.extras["deliver_to"]},
        "facts": facts,
        "columns": ["Item", "Supplier SKU", "Description", "Qty", "Unit", "Unit price", "Amount"],
        "right": [3, 5, 6],
        "rows": rows,
        "sums": [[f"Order value, net {view.currency}", view.total("net")]],
        "notes": [
            "Quote our order number and item on your delivery note and invoice.",
            "Our conditions of purchase, issue 01/2026, apply. Please confirm the delivery date within three working days.",
            "Purchasing, Example Werke GmbH",
        ],
    }


def _described(view: View, entry: Json) -> str | Json:
    term = view.term(entry)
    if not term:
        return entry["description"]
    held = entry["license"]
    below = (
        f"Category: software · {held['publisher']} · metric: {held['metric']} · {held['type']} {term[0]} to {term[1]}"
    )
    return {"main": entry["description"], "sub": below}


def _receipt(view: View) -> Json:
    facts = [["Receipt no.", view.number], ["Date", view.date()], ["Purchase order", view.reference("purchase_order")]]
    if view.reference("despatch_advice"):
        facts.append(["Delivery note", view.reference("despatch_advice")])
    facts.append(["Posting", "Posted"])
    back = any(entry["received"].startswith("-") for entry in view.lines)
    rows = [
        [
            entry["order_line"],
            entry["seller_item_id"],
            entry["description"],
            view.ordered(entry),
            view.quantity(entry, "received"),
            view.quantity(entry, "accepted") if "accepted" in entry else "",
            view.quantity(entry, "rejected") if "rejected" in entry else "",
            entry["unit_text"],
        ]
        for entry in view.lines
    ]
    notes = [view.document["note"]] if view.has("note") else ["Counted and inspected on arrival."]
    return {
        "title": "Goods return" if back else "Goods receipt",
        "place": {"label": "PLANT", "text": "Receiving, Example Werke GmbH"},
        "facts": facts,
        "columns": ["PO item", "SKU", "Description", "Ordered", "Received", "Accepted", "Rejected", "Unit"],
        "right": [3, 4, 5, 6],
        "rows": rows,
        "sums": [],
        "notes": [*notes, "Receiving department"],
    }
