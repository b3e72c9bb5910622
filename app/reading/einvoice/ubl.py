"""UBL 2.1: invoices, credit notes, orders and the answers, despatch and receipt advices, quotations."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.documents.document import Charge, Document, Line, Period, TaxBreakdown
from app.reading.einvoice.collect import Collected, at_most, billed_by, correction_of, positive
from app.reading.einvoice.tree import Node
from app.reading.einvoice.ubl_parties import party_of, payee_of, payment_of, ship_to_of

_SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
_PREFIXES = {f"{_SPACE}CommonBasicComponents-2": "cbc", f"{_SPACE}CommonAggregateComponents-2": "cac"}

# UNCL 1001: what gives money back; everything else under an invoice's root asks for it.
CREDITS = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})


@dataclass(frozen=True, slots=True)
class _Root:
    """What a root element is, and by which names its parts go."""

    kind: str
    lines: str
    item: str = ""
    supplier: str = "SellerSupplierParty"
    buyer: str = "BuyerCustomerParty"
    order: str = "OrderReference/ID"
    totals: str = "LegalMonetaryTotal"
    type_code: str = ""


_BILLING = {"supplier": "AccountingSupplierParty", "buyer": "AccountingCustomerParty"}
_DELIVERY = {
    "supplier": "SellerSupplierParty|DespatchSupplierParty",
    "buyer": "BuyerCustomerParty|DeliveryCustomerParty",
}
_ROOTS = {
    "Invoice": _Root("invoice", "InvoiceLine", type_code="InvoiceTypeCode", **_BILLING),
    "CreditNote": _Root("credit_note", "CreditNoteLine", type_code="CreditNoteTypeCode", **_BILLING),
    "SelfBilledInvoice": _Root("invoice", "InvoiceLine", type_code="InvoiceTypeCode", **_BILLING),
    "SelfBilledCreditNote": _Root("credit_note", "CreditNoteLine", **_BILLING),
    "DebitNote": _Root("invoice", "DebitNoteLine", totals="RequestedMonetaryTotal", **_BILLING),
    "FreightInvoice": _Root("invoice", "InvoiceLine", type_code="InvoiceTypeCode", **_BILLING),
    "Order": _Root(
        "purchase_order",
        "OrderLine",
        "LineItem",
        order="",
        totals="AnticipatedMonetaryTotal",
        type_code="OrderTypeCode",
    ),
    "OrderChange": _Root("purchase_order", "OrderLine", "LineItem", order="", totals="AnticipatedMonetaryTotal"),
    # What the seller answers to an order is the offer that stands against it.
    "OrderResponse": _Root("quote", "OrderLine", "LineItem", totals="AnticipatedMonetaryTotal|LegalMonetaryTotal"),
    "DespatchAdvice": _Root("packing_slip", "DespatchLine", type_code="DespatchAdviceTypeCode", **_DELIVERY),
    "ReceiptAdvice": _Root("goods_receipt", "ReceiptLine", type_code="ReceiptAdviceTypeCode", **_DELIVERY),
    "Quotation": _Root(
        "quote",
        "QuotationLine",
        "LineItem",
        buyer="BuyerCustomerParty|OriginatorCustomerParty",
        totals="QuotedMonetaryTotal",
    ),
}
_QUANTITY = "InvoicedQuantity|CreditedQuantity|DebitedQuantity|Quantity|DeliveredQuantity|ReceivedQuantity"


def knows(space: str, local: str) -> bool:
    """Whether the root element is one of UBL's that is read."""
    return local in _ROOTS and space == f"{_SPACE}{local}-2"


def prefix_of(space: str) -> str | None:
    """The usual prefix of a namespace of UBL."""
    return _PREFIXES.get(space)


def read(root: Node) -> tuple[Document, ...]:
    """The document under the root."""
    return (_Reader(root, _ROOTS[root.name]).document(),)


class _Reader:
    def __init__(self, root: Node, what: _Root) -> None:
        self.root = root
        self.what = what
        self.found = Collected()

    def document(self) -> Document:
        root, what, found = self.root, self.what, self.found
        currency = found.currency(root.at("DocumentCurrencyCode|PricingCurrencyCode"))
        type_code = found.text("/type_code", root.at(what.type_code)) if what.type_code else None
        kind = "credit_note" if what.kind == "invoice" and type_code in CREDITS else what.kind
        charges, allowances = self._charges("", root)
        # A change keeps the order's own number, and its own becomes the version.
        changed = root.name == "OrderChange"
        tax = self._tax_total(currency)
        supplier, buyer = (root.at(f"{path}/Party") for path in (what.supplier, what.buyer))
        document = Document(
            kind=kind,
            number=found.text("/number", (root.at("OrderReference/ID") if changed else None) or root.at("ID")),
            issue_date=found.day("/issue_date", root.at("IssueDate")),
            due_date=found.day("/due_date", root.at("DueDate") or root.at("PaymentMeans|PaymentTerms/PaymentDueDate")),
            currency=currency,
            type_code=type_code,
            correction=correction_of(type_code),
            supplier=party_of(found, "/supplier", supplier, root.at("PaymentMeans/PayeeFinancialAccount")),
            buyer=party_of(found, "/buyer", buyer),
            payee=payee_of(found, root),
            ship_to=ship_to_of(found, root),
            payment=payment_of(found, root, supplier),
            references=found.references(**self._references()),
            lines=tuple(self._lines()),
            charges=charges,
            allowances=allowances,
            totals=found.totals(**self._sums(tax)),
            tax_breakdown=tuple(self._breakdown(tax)),
            period=self._period("/period", root.at("InvoicePeriod")),
            payment_terms=found.joined("/payment_terms", root.all("PaymentTerms/Note")),
            delivery_terms=found.joined(
                "/delivery_terms", [root.at("DeliveryTerms/ID"), root.at("DeliveryTerms/SpecialTerms")], glue=" "
            ),
            delivery_date=found.day("/delivery_date", self._delivery(kind)),
            valid_until=found.day("/valid_until", root.at("ValidityPeriod/EndDate")),
            version=found.text("/version", root.at("SequenceNumberID|ID")) if changed else None,
            note=found.joined("/note", root.all("Note")),
            evidence=found.evidence,
        )
        return billed_by(positive(document), by_buyer=root.name.startswith("SelfBilled"))

    def _delivery(self, kind: str) -> Node | None:
        return next((day for path in _DELIVERED.get(kind, ()) if (day := self.root.at(path)) is not None), None)

    def _references(self) -> dict[str, Node | None]:
        root = self.root
        return {
            "purchase_order": root.at(self.what.order) if self.what.order else None,
            "quote": root.at("QuotationDocumentReference/ID"),
            "contract": root.at("ContractDocumentReference|Contract/ID"),
            "despatch_advice": root.at("DespatchDocumentReference/ID"),
            "receiving_advice": root.at("ReceiptDocumentReference/ID"),
            "preceding_invoice": root.at(
                "BillingReference/InvoiceDocumentReference|CreditNoteDocumentReference|SelfBilledInvoiceDocumentReference/ID"
            ),
            "sales_order": root.at("OrderReference/SalesOrderID") or root.at("SalesOrderID"),
            "project": root.at("ProjectReference/ID") or _typed(root, "AdditionalDocumentReference", "50"),
            "buyer_reference": root.at("BuyerReference|CustomerReference"),
            "tender": root.at("OriginatorDocumentReference/ID"),
            "invoiced_object": _typed(root, "AdditionalDocumentReference", "130"),
            "accounting": root.at("AccountingCost"),
        }

    def _tax_total(self, currency: str | None) -> Node | None:
        """The tax in the document's own currency; a second one may tell it in the seller's (BT-111)."""
        totals = list(self.root.all("TaxTotal"))
        for total in totals:
            amount = total.at("TaxAmount")
            if amount is not None and amount.get("currencyID") == currency:
                return total
        return totals[0] if totals else None

    def _sums(self, tax: Node | None) -> dict[str, Node | None]:
        sums = self.root.at(self.what.totals)
        names = {
            "lines": "LineExtensionAmount",
            "allowances": "AllowanceTotalAmount",
            "charges": "ChargeTotalAmount",
            "net": "TaxExclusiveAmount",
            "gross": "TaxInclusiveAmount",
            "prepaid": "PrepaidAmount",
            "rounding": "PayableRoundingAmount",
            "due": "PayableAmount",
        }
        found = {name: sums.at(path) for name, path in names.items()} if sums is not None else {}
        return found | {"tax": tax.at("TaxAmount") if tax is not None else None}

    def _breakdown(self, tax: Node | None) -> Iterator[TaxBreakdown]:
        for at, part in enumerate(tax.all("TaxSubtotal") if tax is not None else ()):
            pointer = f"/tax_breakdown/{at}"
            yield TaxBreakdown(
                category=self.found.text(f"{pointer}/category", part.at("TaxCategory/ID")),
                rate=self.found.number(f"{pointer}/rate", part.at("TaxCategory/Percent") or part.at("Percent")),
                taxable=self.found.number(f"{pointer}/taxable", part.at("TaxableAmount")),
                tax=self.found.number(f"{pointer}/tax", part.at("TaxAmount")),
                exemption=self.found.joined(f"{pointer}/exemption", part.all("TaxCategory/TaxExemptionReason")),
                exemption_code=self.found.text(
                    f"{pointer}/exemption_code", part.at("TaxCategory/TaxExemptionReasonCode")
                ),
            )

    def _charges(self, pointer: str, holder: Node) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
        sides: dict[str, list[Charge]] = {"charges": [], "allowances": []}
        for node in holder.all("AllowanceCharge"):
            side = "charges" if node.says("ChargeIndicator") in {"true", "1"} else "allowances"
            charge = self.found.charge(
                f"{pointer}/{side}/{len(sides[side])}",
                amount=node.at("Amount"),
                code=node.at("AllowanceChargeReasonCode"),
                reason=node.at("AllowanceChargeReason"),
                percent=node.at("MultiplierFactorNumeric"),
                base=node.at("BaseAmount"),
                tax_rate=node.at("TaxCategory/Percent"),
                tax_category=node.at("TaxCategory/ID"),
            )
            if charge is not None:
                sides[side].append(charge)
        return tuple(sides["charges"]), tuple(sides["allowances"])

    def _period(self, pointer: str, node: Node | None) -> Period | None:
        if node is None:
            return None
        start = self.found.day(f"{pointer}/start", node.at("StartDate"))
        end = self.found.day(f"{pointer}/end", node.at("EndDate"))
        return Period(start=start, end=end) if start or end else None

    def _lines(self) -> Iterator[Line]:
        for at, outer in enumerate(at_most(list(self.root.all(self.what.lines)))):
            yield self._line(f"/lines/{at}", outer, (outer.at(self.what.item) if self.what.item else None) or outer)

    def _line(self, pointer: str, outer: Node, line: Node) -> Line:
        found = self.found
        item, price, quantity = line.at("Item"), line.at("Price"), line.at(_QUANTITY)
        charges, allowances = self._charges(pointer, line)
        fields: dict[str, Any] = found.unit(pointer, quantity)
        if item is not None:
            fields |= self._item(pointer, item)
        if not fields.get("description"):
            fields["description"] = found.joined(f"{pointer}/description", line.all("Note"))
        if price is not None:
            fields["unit_price"] = found.number(f"{pointer}/unit_price", price.at("PriceAmount"))
            base = found.number(f"{pointer}/price_base_quantity", price.at("BaseQuantity"))
            fields["price_base_quantity"] = base if base is not None and base > 0 else None
            fields |= self._gross(pointer, price)
        fields |= self._line_references(pointer, outer, line)
        if self.root.name in {"DespatchAdvice", "ReceiptAdvice"}:
            fields |= self._delivered(pointer, line)
        elif self.what.item:
            need = line.at("Delivery/RequestedDeliveryPeriod/EndDate") or line.at(
                "Delivery/RequestedDeliveryPeriod/StartDate"
            )
            fields["need_by"] = found.day(f"{pointer}/need_by", need or line.at("Delivery/RequestedDeliveryDate"))
        return Line(
            id=found.text(f"{pointer}/id", line.at("ID")),
            quantity=found.number(f"{pointer}/quantity", quantity),
            net_amount=found.number(f"{pointer}/net_amount", line.at("LineExtensionAmount")),
            note=found.joined(f"{pointer}/note", line.all("Note")),
            accounting=found.text(f"{pointer}/accounting", line.at("AccountingCost")),
            invoiced_object=found.text(f"{pointer}/invoiced_object", _typed(line, "DocumentReference", "130", None)),
            period=self._period(f"{pointer}/period", line.at("InvoicePeriod")),
            charges=charges,
            allowances=allowances,
            **fields,
        )

    def _gross(self, pointer: str, price: Node) -> dict[str, Any]:
        """The price before its discount, and the discount."""
        names = {"price_discount": "Amount", "gross_price": "BaseAmount"}
        for part in price.all("AllowanceCharge"):
            if part.says("ChargeIndicator") not in {"true", "1"}:
                return {name: self.found.number(f"{pointer}/{name}", part.at(path)) for name, path in names.items()}
        return {}

    def _item(self, pointer: str, item: Node) -> dict[str, Any]:
        found = self.found
        tax = item.at("ClassifiedTaxCategory")
        words = [item.at("Name"), *item.all("Description")]
        attributes = [
            f"{name}: {value}"
            for entry in item.all("AdditionalItemProperty")
            if (name := entry.says("Name")) and (value := entry.says("Value"))
        ]
        described = [node.text for node in words if node is not None and node.text]
        text = "\n".join(dict.fromkeys((*described, *attributes)))
        return {
            "description": found.worded(
                f"{pointer}/description", next((n for n in words if n is not None), item), text
            ),
            "seller_item_id": found.text(f"{pointer}/seller_item_id", item.at("SellersItemIdentification/ID")),
            "buyer_item_id": found.text(f"{pointer}/buyer_item_id", item.at("BuyersItemIdentification/ID")),
            "gtin": found.text(f"{pointer}/gtin", item.at("StandardItemIdentification/ID")),
            "tax_rate": found.number(f"{pointer}/tax_rate", tax.at("Percent") if tax is not None else None),
            "tax_category": found.text(f"{pointer}/tax_category", tax.at("ID") if tax is not None else None),
            "origin": found.text(f"{pointer}/origin", item.at("OriginCountry/IdentificationCode")),
            "classifications": found.classifications(
                pointer, item.all("CommodityClassification/ItemClassificationCode|CommodityCode")
            ),
            "lot": found.text(f"{pointer}/lot", item.at("ItemInstance/LotIdentification/LotNumberID")),
            "serials": tuple(
                found.text(f"{pointer}/serials/{at}", node) or ""
                for at, node in enumerate(n for n in item.all("ItemInstance/SerialID") if n.text)
            ),
        }

    def _line_references(self, pointer: str, outer: Node, line: Node) -> dict[str, str | None]:
        places = {
            "order_line": line.at("OrderLineReference/LineID") or outer.at("OrderLineReference/LineID"),
            "purchase_order": line.at("OrderLineReference/OrderReference/ID"),
            "despatch_advice": line.at("DespatchLineReference/DocumentReference/ID"),
            "receiving_advice": line.at("ReceiptLineReference/DocumentReference/ID"),
        }
        return {name: self.found.text(f"{pointer}/{name}", node) for name, node in places.items() if node is not None}

    def _delivered(self, pointer: str, line: Node) -> dict[str, Any]:
        names = {"outstanding": "OutstandingQuantity"}
        if self.root.name == "ReceiptAdvice":
            names = {"received": "ReceivedQuantity", "rejected": "RejectedQuantity", "outstanding": "ShortQuantity"}
        return {name: self.found.number(f"{pointer}/{name}", line.at(path)) for name, path in names.items()}


_DELIVERED = {
    "invoice": ("Delivery/ActualDeliveryDate",),
    "credit_note": ("Delivery/ActualDeliveryDate",),
    "packing_slip": ("Shipment/Delivery/ActualDeliveryDate", "Shipment/Delivery/Despatch/ActualDespatchDate"),
    "goods_receipt": ("Shipment/Delivery/ActualDeliveryDate",),
    "purchase_order": ("Delivery/RequestedDeliveryPeriod/EndDate", "Delivery/RequestedDeliveryDate"),
}


def _typed(holder: Node, name: str, *codes: str | None) -> Node | None:
    """The number of the document reference with one of those types (UNCL 1001)."""
    found = (entry for entry in holder.all(name) if entry.says("DocumentTypeCode") in codes)
    return next((number for entry in found if (number := entry.at("ID")) is not None), None)
