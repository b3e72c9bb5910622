"""Faults: each puts one thing wrong into a clean purchase, and says what must be found and what that entails."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bench.purchases.clean import CURRENCIES, DOZEN, coin, net_of, total


@dataclass(frozen=True)
class Fault:
    """One thing wrong: what it must raise, what else follows from it, and how it is put in.

    `put` gives False where the purchase has no place for it.
    """

    name: str
    raises: frozenset
    entails: frozenset
    put: Callable


FAULTS: dict[str, Fault] = {}


def fault(*raises, entails=()):
    def register(put):
        name = put.__name__
        FAULTS[name] = Fault(name, frozenset(raises), frozenset(entails), put)
        return put

    return register


# ── helpers ─────────────────────────────────────────────────────────────────────────────────────


def lines_of(purchase, paper, wanted):
    """The paper's lines whose order line satisfies the test, with that order line."""
    ordered = {line["id"]: line for line in purchase.order["lines"]}
    found = [(line, ordered.get(line["id"])) for line in paper["lines"]]
    return [(line, of) for line, of in found if of is not None and wanted(of)]


def is_goods(line):
    return "license" not in line and line.get("category") != "services"


def plain_goods(line):
    return is_goods(line) and not line.get("charges")


def is_software(line):
    return "license" in line


def again(line, paper):
    line["net_amount"] = str(net_of(line, paper["currency"]))
    total(paper)


def receipts_of(purchase, number):
    """The receipt lines of an order line, with their papers."""
    papers = purchase.of_kind("goods_receipt")
    return [(paper, line) for paper in papers for line in paper["lines"] if line["order_line"] == number]


def rights_billed_by(purchase):
    """The license receipts, and their lines, for the software of the invoice."""
    numbers = {ordered["id"] for _, ordered in lines_of(purchase, purchase.invoice, is_software)}
    papers = purchase.of_kind("license_receipt")
    return [(paper, row) for paper in papers for row in paper["lines"] if row["order_line"] in numbers]


def aim_at_a_credit(purchase):
    """Make the credit note the target; False where there is none."""
    found = [at for at, paper in enumerate(purchase.papers) if paper["kind"] == "credit_note"]
    purchase.target = found[0] if found else purchase.target
    return bool(found)


def drop(purchase, kind):
    kept = [paper for paper in purchase.papers if paper["kind"] != kind]
    purchase.target = kept.index(purchase.invoice)
    purchase.papers[:] = kept


def in_pieces(line):
    """How many of the order's units one unit of the line is."""
    return DOZEN if line["unit"] == "DZN" else 1


_OVER = ("QTY_OVER_ORDERED", "QTY_OVER_RECEIVED", "QTY_OVER_ACCEPTED", "LIC_SEATS_SHORT")

# ── quantity ────────────────────────────────────────────────────────────────────────────────────


@fault("QTY_OVER_ORDERED", entails=("QTY_OVER_RECEIVED",))
def more_than_ordered(purchase):
    for line, ordered in lines_of(purchase, purchase.invoice, plain_goods):
        line["quantity"] = str(Decimal(line["quantity"]) + Decimal(ordered["quantity"]) / in_pieces(line))
        again(line, purchase.invoice)
        return True
    return False


@fault("QTY_OVER_RECEIVED", entails=("SLIP_RECEIPT_MISMATCH",))
def less_came_than_is_billed(purchase):
    purchase.target = last_invoice(purchase)
    for _, ordered in lines_of(purchase, purchase.invoice, lambda o: plain_goods(o) and o["match_way"] == 3):
        _, row = receipts_of(purchase, ordered["id"])[-1]
        if Decimal(row["quantity"]) > DOZEN // 2 and not purchase.of_kind("credit_note"):
            for name in ("quantity", "received"):
                row[name] = str(Decimal(row[name]) - 5)
            return True
    return False


def last_invoice(purchase):
    return max(at for at, paper in enumerate(purchase.papers) if paper["kind"] == "invoice")


@fault("QTY_OVER_ACCEPTED")
def rejected_goods_are_billed(purchase):
    purchase.target = last_invoice(purchase)
    for _, ordered in lines_of(purchase, purchase.invoice, lambda o: plain_goods(o) and o["match_way"] == 4):
        if purchase.of_kind("credit_note"):
            return False
        _, row = receipts_of(purchase, ordered["id"])[-1]
        row |= {"accepted": str(Decimal(row["quantity"]) - 2), "rejected": "2"}
        return True
    return False


@fault("RECEIPT_MISSING", entails=("DOC_CHAIN_INCOMPLETE", "LINK_INFERRED"))
def nothing_came(purchase):
    needed = lines_of(purchase, purchase.invoice, lambda o: is_goods(o) and o["match_way"] > 2)
    if not needed or purchase.of_kind("credit_note"):
        return False
    drop(purchase, "goods_receipt")
    drop(purchase, "packing_slip")
    return True


@fault("RECEIPT_DRAFT_ONLY")
def the_receipt_is_a_draft(purchase):
    if len(purchase.of_kind("goods_receipt")) != 1:
        return False
    if purchase.of_kind("credit_note") or purchase.of_kind("packing_slip"):
        return False
    if not lines_of(purchase, purchase.invoice, lambda o: is_goods(o) and o["match_way"] > 2):
        return False
    purchase.of_kind("goods_receipt")[0]["posting"] = "draft"
    return True


@fault("UOM_UNKNOWN")
def a_unit_that_does_not_convert(purchase):
    for line, ordered in lines_of(purchase, purchase.invoice, plain_goods):
        if ordered["unit"] == "C62" and line.get("order_line"):
            line["unit"] = "LTR"
            line["unit_price"] = str(Decimal(line["unit_price"]) * 2)
            again(line, purchase.invoice)
            return True
    return False


# ── price and amount ────────────────────────────────────────────────────────────────────────────


@fault("PRICE_OVER_PO", entails=("PRICE_OVER_CONTRACT",))
def dearer_than_ordered(purchase):
    for line, _ in lines_of(purchase, purchase.invoice, plain_goods):
        more = Decimal(line["unit_price"]) * Decimal("1.07")
        line["unit_price"] = str(more)
        worth = net_of(line, purchase.invoice["currency"]) - Decimal(line["net_amount"])
        again(line, purchase.invoice)
        return worth > coin(purchase.invoice["currency"]) * 2
    return False


@fault("PRICE_BASE_MISMATCH", entails=("PRICE_OVER_PO", "PRICE_OVER_CONTRACT", "LINE_TOTAL_OVER_PO"))
def the_price_of_a_hundred_for_each(purchase):
    for line, _ in lines_of(purchase, purchase.invoice, lambda o: plain_goods(o) and o.get("price_base_quantity")):
        line["price_base_quantity"] = None
        again(line, purchase.invoice)
        return True
    return False


@fault("LINE_TOTAL_OVER_PO", entails=("PRICE_OVER_PO", "QTY_OVER_ORDERED"))
def a_service_beyond_its_amount(purchase):
    for line, ordered in lines_of(purchase, purchase.invoice, lambda o: o.get("category") == "services"):
        for one in (line, ordered):
            one["basis"] = "amount"
        line["unit_price"] = str(Decimal(line["unit_price"]) * Decimal("1.2"))
        again(line, purchase.invoice)
        return True
    return False


@fault("CHARGE_NOT_ON_PO")
def a_charge_that_nobody_ordered(purchase):
    currency = purchase.invoice["currency"]
    charge = {"code": "ABL", "amount": str((coin(currency) * 1200).quantize(coin(currency))), "tax_rate": "19"}
    purchase.invoice["charges"] = [charge]
    total(purchase.invoice)
    return True


@fault("CHARGE_OVER_PO", entails=("PRICE_OVER_PO", "LINE_TOTAL_OVER_PO"))
def freight_above_the_plan(purchase):
    for line, _ in lines_of(purchase, purchase.invoice, lambda o: o.get("charges")):
        if Decimal(line["charges"][0]["amount"]) <= 0:
            continue
        line["charges"][0]["amount"] = str(Decimal(line["charges"][0]["amount"]) * 2)
        again(line, purchase.invoice)
        return True
    return False


@fault("ARITH_LINE", entails=("PRICE_OVER_PO", "PRICE_OVER_CONTRACT", "LINE_TOTAL_OVER_PO", "PRICE_BASE_MISMATCH"))
def a_line_that_does_not_multiply_out(purchase):
    line = purchase.invoice["lines"][0]
    line["net_amount"] = str(Decimal(line["net_amount"]) + coin(purchase.invoice["currency"]) * 500)
    total(purchase.invoice)
    return True


@fault("ARITH_TOTALS")
def a_total_one_coin_too_high(purchase):
    sums, one = purchase.invoice["totals"], coin(purchase.invoice["currency"])
    for name in ("gross", "due"):
        sums[name] = str(Decimal(sums[name]) + one)
    return True


@fault("ARITH_TAX")
def tax_that_does_not_follow_from_its_rate(purchase):
    entry, currency = purchase.invoice["tax_breakdown"][0], purchase.invoice["currency"]
    more = coin(currency) * (5 + len(purchase.invoice["lines"]))
    entry["tax"] = str(Decimal(entry["tax"]) + more)
    sums = purchase.invoice["totals"]
    for name in ("tax", "gross", "due"):
        sums[name] = str(Decimal(sums[name]) + more)
    return True


# ── references ──────────────────────────────────────────────────────────────────────────────────


@fault("PO_NOT_FOUND", entails=("LINK_INFERRED", "LINK_AMBIGUOUS", "LINE_NOT_ON_PO", "DOC_CHAIN_INCOMPLETE"))
def an_order_that_nobody_knows(purchase):
    purchase.invoice["references"]["purchase_order"] = "ZZ-404404"
    return True


@fault("LINE_NOT_ON_PO")
def a_line_that_nobody_ordered(purchase):
    line = {"id": "990", "description": "Golden paperweight with engraving", "quantity": "1", "unit": "C62"}
    line |= {"unit_price": str(coin(purchase.invoice["currency"]) * 9900), "tax_rate": "19"}
    purchase.invoice["lines"].append(line)
    again(line, purchase.invoice)
    return True


@fault("SUPPLIER_MISMATCH", entails=("BANK_CHANGED", "BANK_SHARED"))
def billed_by_somebody_else(purchase):
    purchase.invoice["supplier"] = {"name": "Unbekannt Import Export Ltd", "vat_id": "DE899999999"}
    return True


@fault("CURRENCY_MISMATCH", entails=_OVER)
def billed_in_another_money(purchase):
    other = next(c for c, places in CURRENCIES.items() if c != purchase.invoice["currency"] and places == 2)
    if CURRENCIES[purchase.invoice["currency"]] != 2:
        return False
    purchase.invoice["currency"] = other
    return True


@fault("WRONG_ADDRESSEE", entails=("PO_NOT_FOUND",))
def billed_to_somebody_else(purchase):
    purchase.invoice["buyer"] = {"name": "Ganz Andere Werke GmbH", "vat_id": "DE877777777"}
    return True


@fault("DOC_FIELD_MISSING")
def an_invoice_without_a_date(purchase):
    # The day of arrival stays as it is: papers arrive in their order.
    purchase.invoice["supplier"] = {"vat_id": purchase.invoice["supplier"]["vat_id"]}
    return True


# ── the order ───────────────────────────────────────────────────────────────────────────────────


@fault("PO_STATUS_INVALID")
def the_order_was_cancelled(purchase):
    purchase.order["status"] = "cancelled"
    return True


@fault("PO_AFTER_INVOICE", entails=("DATE_OUT_OF_RANGE", "QUOTE_MISSING_EXPIRED"))
def an_order_raised_after_the_bill(purchase):
    day = date.fromisoformat(purchase.invoice["issue_date"]) + timedelta(days=1)
    purchase.order["created_at"] = f"{day.isoformat()}T09:00:00Z"
    return True


@fault("PO_CHANGED_AFTER_INVOICE", entails=("PRICE_OVER_PO", "PRICE_OVER_CONTRACT"))
def an_order_raised_to_fit_the_bill(purchase):
    for line, _ in lines_of(purchase, purchase.invoice, plain_goods):
        line["unit_price"] = str(Decimal(line["unit_price"]) * Decimal("1.5"))
        again(line, purchase.invoice)
        changed = deepcopy(purchase.order)
        for row in changed["lines"]:
            if row["id"] == line["id"]:
                row["unit_price"] = str(Decimal(row["unit_price"]) * Decimal("1.5"))
                row["net_amount"] = str(net_of(row, changed["currency"]))
        changed |= {"version": "2", "issue_date": purchase.papers[-1]["issue_date"]}
        day = date.fromisoformat(purchase.papers[-1]["issue_date"]) + timedelta(days=1)
        changed["approved_at"] = f"{day.isoformat()}T09:00:00Z"
        purchase.papers.append(total(changed))
        return True
    return False


@fault("SOD_CONFLICT")
def one_person_orders_and_approves(purchase):
    purchase.order["approved_by"] = purchase.order["created_by"]
    return True


# ── dates and terms ─────────────────────────────────────────────────────────────────────────────


@fault("TERMS_MISMATCH")
def shorter_terms_than_ordered(purchase):
    purchase.invoice["payment_terms"] = "10 days net"
    purchase.invoice["due_date"] = (date.fromisoformat(purchase.invoice["issue_date"]) + timedelta(days=10)).isoformat()
    return True


@fault("FREIGHT_TERM_CONFLICT", entails=("CHARGE_NOT_ON_PO", "CHARGE_OVER_PO"))
def freight_billed_though_the_seller_pays(purchase):
    purchase.order["delivery_terms"] = "DAP"
    currency = purchase.invoice["currency"]
    purchase.invoice["charges"] = [{"code": "FC", "amount": str(coin(currency) * 4500), "tax_rate": "19"}]
    total(purchase.invoice)
    return True


# ── duplicates and credits ──────────────────────────────────────────────────────────────────────


@fault("DUP_EXACT", entails=(*_OVER, "DUP_SAME_AMOUNT_DATE", "LIC_PERIOD_OVERLAP", "LINE_TOTAL_OVER_PO"))
def the_same_bill_again(purchase):
    copy = deepcopy(purchase.invoice)
    copy["number"] = copy["number"].lower().replace("-", " ")
    purchase.after(copy)
    return True


@fault("DUP_NUMBER_SIMILAR", entails=(*_OVER, "DUP_SAME_AMOUNT_DATE", "LINE_TOTAL_OVER_PO", "DUP_SPLIT_SUM"))
def the_same_bill_under_a_number_misread(purchase):
    copy = deepcopy(purchase.invoice)
    if "0" not in copy["number"]:
        return False
    copy["number"] = copy["number"].replace("0", "O", 1)
    purchase.after(copy)
    return True


@fault("CREDIT_REF_MISSING", entails=("CREDIT_OVER_BILLED", "LINK_INFERRED"))
def a_credit_for_no_bill(purchase):
    if not aim_at_a_credit(purchase):
        return False
    purchase.invoice["references"]["preceding_invoice"] = None
    return True


@fault("CREDIT_OVER_BILLED")
def a_credit_for_more_than_was_billed(purchase):
    if not aim_at_a_credit(purchase):
        return False
    line = purchase.invoice["lines"][0]
    line["quantity"] = str(Decimal(line["quantity"]) + 10_000)
    again(line, purchase.invoice)
    return True


@fault("BANK_CHANGED")
def another_account(purchase):
    for order in purchase.of_kind("purchase_order"):
        order["supplier"]["iban"] = purchase.invoice["supplier"]["iban"]
    purchase.invoice["supplier"]["iban"] = "LT121000011101001000"
    return True


# ── quotes, contracts, licenses ─────────────────────────────────────────────────────────────────


@fault("QUOTE_PO_MISMATCH")
def ordered_dearer_than_quoted(purchase):
    numbers = {ordered["id"] for _, ordered in lines_of(purchase, purchase.invoice, plain_goods)}
    rows = [(quote, row) for quote in purchase.of_kind("quote") for row in quote["lines"] if row["id"] in numbers]
    for quote, row in rows[:1]:
        row["unit_price"] = str(Decimal(row["unit_price"]) * Decimal("0.8"))
        again(row, quote)
    return bool(rows)


@fault("QUOTE_MISSING_EXPIRED")
def ordered_after_the_quote_ran_out(purchase):
    for quote in purchase.of_kind("quote"):
        quote["valid_until"] = quote["issue_date"]
        return True
    return False


@fault("PRICE_OVER_CONTRACT")
def dearer_than_the_price_list(purchase):
    listed = {row["id"]: row for paper in purchase.of_kind("contract") for row in paper["lines"]}
    for line, ordered in lines_of(purchase, purchase.invoice, plain_goods):
        if ordered["id"] in listed and line:
            row = listed[ordered["id"]]
            row["unit_price"] = str(Decimal(row["unit_price"]) * Decimal("0.8"))
            row["net_amount"] = str(net_of(row, purchase.order["currency"]))
            return True
    return False


@fault("LIC_MISSING", entails=("DOC_CHAIN_INCOMPLETE",))
def software_without_a_license_receipt(purchase):
    if not lines_of(purchase, purchase.invoice, is_software):
        return False
    drop(purchase, "license_receipt")
    return True


@fault("LIC_SEATS_SHORT")
def fewer_rights_than_billed(purchase):
    for _, row in rights_billed_by(purchase):
        held = row["license"]
        if int(held["rights"]) > 1:
            row["quantity"] = held["rights"] = str(int(held["rights"]) - 1)
            held["packs"] = held["rights_per_pack"] = None
            return True
    return False


@fault("LIC_METRIC_MISMATCH")
def rights_by_another_metric(purchase):
    for line, _ in lines_of(purchase, purchase.invoice, is_software):
        line["license"]["metric"] = "core"
        return True
    return False


@fault("LIC_KEY_REUSED")
def an_entitlement_that_another_purchase_holds(purchase):
    for paper, row in rights_billed_by(purchase)[:1]:
        other = deepcopy(paper) | {"number": "L-OTHER", "references": {"purchase_order": "PO-OTHER"}}
        other |= {"lines": [deepcopy(row)], "issue_date": purchase.papers[0]["issue_date"]}
        purchase.papers.insert(0, other)
        purchase.target += 1
        return True
    return False
