"""The papers of a small purchase, as canonical documents."""

SUPPLIER = {"name": "Nordwind Beispiel GmbH", "vat_id": "DE136695976"}
BUYER = {"name": "Example Werke GmbH"}


def order(number="PO-1", quantity="100", price="1.20", **more):
    return {
        "kind": "purchase_order", "number": number, "issue_date": "2026-10-01", "currency": "EUR", "status": "approved",
        "supplier": SUPPLIER, "buyer": BUYER,
        "lines": [line(quantity, price)], **more,
    }  # fmt: skip


def line(quantity, price, **more):
    from decimal import Decimal

    amount = str((Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01")))
    return {
        "id": "10", "description": "Hex bolt M8x40 zinc", "buyer_item_id": "B-840", "quantity": quantity,
        "unit": "C62", "unit_price": price, "net_amount": amount, **more,
    }  # fmt: skip


def receipt(number="GR-1", quantity="100", order_number="PO-1"):
    return {
        "kind": "goods_receipt", "number": number, "issue_date": "2026-10-10", "supplier": SUPPLIER, "buyer": BUYER,
        "references": {"purchase_order": order_number},
        "lines": [{"id": "1", "order_line": "10", "description": "Hex bolt M8x40 zinc", "buyer_item_id": "B-840",
                   "quantity": quantity, "received": quantity, "unit": "C62"}],
    }  # fmt: skip


def invoice(number="NW-1", quantity="100", price="1.20", order_number="PO-1", **more):
    lines = [line(quantity, price, order_line="10")]
    net = lines[0]["net_amount"]
    return {
        "kind": "invoice", "number": number, "issue_date": "2026-10-12", "currency": "EUR", "supplier": SUPPLIER,
        "buyer": BUYER, "references": {"purchase_order": order_number}, "lines": lines,
        "totals": {"lines": net, "net": net, "tax": "0.00", "gross": net, "due": net}, **more,
    }  # fmt: skip
