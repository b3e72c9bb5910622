"""A small second opinion: what a plain reading of the standard finds in the sample's truths.

Not the product's engine, and only as clever as the sample needs: no tolerances, one tax category a rate,
lines found by order line, item number or words.
"""

import re
from collections import defaultdict
from decimal import Decimal

BASES = {10, 12, 100, 144, 1000}


def pieces(line):
    return Decimal(line["quantity"]) * (12 if line["unit"] == "DZN" else 1)


def piece_price(line):
    base = Decimal(line.get("price_base_quantity", "1")) * (12 if line["unit"] == "DZN" else 1)
    return Decimal(line["unit_price"]) / base


def words(line):
    return set(re.findall(r"\w+", line["description"].lower()))


def counterpart(paper, line):
    """The line of an order or quote that a line belongs to."""
    for other in paper["lines"]:
        if line.get("order_line") == other["id"] or line.get("seller_item_id", "") == other["seller_item_id"]:
            return other
    if "seller_item_id" in line:
        return None
    return max(paper["lines"], key=lambda other: len(words(line) & words(other)))


def normalised(number):
    return re.sub(r"[^A-Z0-9]", "", number.upper())


class Judge:
    """Papers in order of arrival; `findings` answers (code, invoice, line id or None, amount at risk)."""

    def __init__(self, papers):
        self.papers = papers
        self.orders = {p["number"]: p for p in papers if p["kind"] == "purchase_order"}
        self.quotes = {p["number"]: p for p in papers if p["kind"] == "quote"}
        self.billed = defaultdict(Decimal)
        self.found = []
        for paper in papers:
            if paper["kind"] == "credit_note":
                for line in paper["lines"]:
                    self.billed[self.place(paper, line)] -= pieces(line)

    def place(self, paper, line):
        order = self.orders[paper["references"]["purchase_order"]]
        return order["number"], counterpart(order, line)["id"]

    def of(self, order, *kinds):
        return [p for p in self.papers if p["kind"] in kinds and p["references"]["purchase_order"] == order["number"]]

    def findings(self):
        seen = set()
        for paper in self.papers:
            if paper["kind"] != "invoice":
                continue
            totals = {name: Decimal(value) for name, value in paper["totals"].items()}
            key = (paper["supplier"]["name"], normalised(paper["number"]), totals["gross"])
            if key in seen:
                self.report("DUP_EXACT", paper, None, totals["gross"])
                continue
            seen.add(key)
            self.document(paper, totals)
        return self.found

    def report(self, code, paper, line, at_risk):
        self.found.append((code, paper["number"], line["id"] if line else None, at_risk))

    def document(self, paper, totals):
        if off := totals["gross"] - totals["net"] - totals["tax"]:
            self.report("ARITH_TOTALS", paper, None, abs(off))
        order = self.orders.get(paper["references"]["purchase_order"])
        if order is None:
            self.report("PO_NOT_FOUND", paper, None, totals["gross"])
        elif order["supplier"]["name"] != paper["supplier"]["name"]:
            self.report("SUPPLIER_MISMATCH", paper, None, totals["gross"])
        else:
            planned = {charge["code"] for charge in order.get("charges", [])}
            for charge in paper.get("charges", []):
                if charge["code"] not in planned:
                    self.report("CHARGE_NOT_ON_PO", paper, None, Decimal(charge["amount"]))
            for line in paper["lines"]:
                self.line(paper, order, line)

    def line(self, paper, order, line):
        ordered = counterpart(order, line)
        net = Decimal(line["net_amount"])
        if ordered is None:
            self.report("LINE_NOT_ON_PO", paper, line, net)
            return
        excess = piece_price(line) - piece_price(ordered)
        if excess > 0:
            self.report("PRICE_OVER_PO", paper, line, excess * pieces(line))
            if piece_price(line) / piece_price(ordered) in BASES:
                self.report("PRICE_BASE_MISMATCH", paper, line, excess * pieces(line))
        self.billed[order["number"], ordered["id"]] += pieces(line)
        total = self.billed[order["number"], ordered["id"]]
        if total > pieces(ordered):
            self.report("QTY_OVER_ORDERED", paper, line, (total - pieces(ordered)) * piece_price(ordered))
        self.received(paper, order, line, ordered, total)
        self.quoted(paper, order, line, ordered)
        if ordered.get("category") == "software":
            self.licensed(paper, order, line, ordered)

    def received(self, paper, order, line, ordered, total):
        proofs = self.of(order, "goods_receipt") or self.of(order, "packing_slip")
        proofs += self.of(order, "license_receipt")
        came = [pieces(entry) for proof in proofs for entry in proof["lines"] if counterpart(order, entry) is ordered]
        if not came:
            self.report("RECEIPT_MISSING", paper, line, None)
        elif total > sum(came):
            self.report("QTY_OVER_RECEIVED", paper, line, (total - sum(came)) * piece_price(ordered))

    def quoted(self, paper, order, line, ordered):
        quote = self.quotes.get(order.get("references", {}).get("quote"))
        if quote and (worse := piece_price(ordered) - piece_price(counterpart(quote, ordered))) > 0:
            self.report("QUOTE_PO_MISMATCH", paper, line, worse * pieces(line))

    def licensed(self, paper, order, line, ordered):
        held = self.keys(order, ordered)
        net = Decimal(line["net_amount"])
        if held is None:
            self.report("LIC_MISSING", paper, line, net)
            self.report("LIC_SEATS_SHORT", paper, line, net)
            return
        earlier = list(self.orders).index(order["number"])
        others = [o for at, o in enumerate(self.orders.values()) if at < earlier]
        if any(held & (self.keys(other, entry) or set()) for other in others for entry in other["lines"]):
            self.report("LIC_KEY_REUSED", paper, line, net)

    def keys(self, order, ordered):
        """The keys delivered for an order's line; None where no license receipt names it."""
        entries = [
            entry
            for receipt in self.of(order, "license_receipt")
            for entry in receipt["lines"]
            if counterpart(order, entry) is ordered
        ]
        return {key for entry in entries for key in entry["license"]["keys"]} if entries else None
