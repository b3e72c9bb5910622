"""UN/CEFACT Cross Industry: invoices (D16B, ZUGFeRD 1 and 2, Factur-X), orders (Order-X) and despatch advices."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.documents.document import Charge, Document, Line, Period, TaxBreakdown
from app.reading.einvoice.cii_parties import account_of, party_of, payment_of, some_party
from app.reading.einvoice.collect import Collected, at_most, billed_by, correction_of, positive
from app.reading.einvoice.tree import Node
from app.reading.einvoice.ubl import CREDITS

_STANDARD = "urn:un:unece:uncefact:data:standard:"
_DATA = "urn:un:unece:uncefact:data:"
# Orders and despatch advices leave the word "standard" out of their namespace; some senders put it in.
_ROOTS = {
    "CrossIndustryInvoice": (f"{_STANDARD}CrossIndustryInvoice:",),
    "CrossIndustryDocument": ("urn:ferd:CrossIndustryDocument:",),
    **{
        name: (f"{_DATA}{name}:", f"{_STANDARD}{name}:")
        for name in ("SCRDMCCBDACIOMessageStructure", "SCRDMCCBDACIDAMessageStructure")
    },
}
_SPACES = tuple(space for spaces in _ROOTS.values() for space in spaces)
# UNCL 1001: orders, their changes, the answers to them, and despatch advices.
_KINDS = {"220": "purchase_order", "230": "purchase_order", "231": "quote", "310": "quote", "351": "packing_slip"}
_DEFAULT_KINDS = {
    "SCRDMCCBDACIOMessageStructure": "purchase_order",
    "SCRDMCCBDACIDAMessageStructure": "packing_slip",
}
_AGREEMENT = "ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_DELIVERY = "ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
_SETTLEMENT = "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_NUMBER = "IssuerAssignedID|ID"
_RATE = "RateApplicablePercent|ApplicablePercent"
_SUMS = {
    "lines": "LineTotalAmount",
    "allowances": "AllowanceTotalAmount",
    "charges": "ChargeTotalAmount",
    "net": "TaxBasisTotalAmount",
    "gross": "GrandTotalAmount",
    "prepaid": "TotalPrepaidAmount",
    "rounding": "RoundingAmount",
    "due": "DuePayableAmount",
}
_LINE_SUM = "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
_LINE_HEAD = "AssociatedDocumentLineDocument"
_QUANTITIES = {
    "invoice": "BilledQuantity",
    "credit_note": "BilledQuantity",
    "packing_slip": "DespatchedQuantity|ActualDespatchedQuantity",
    "purchase_order": "RequestedQuantity|AgreedQuantity",
    "quote": "AgreedQuantity|RequestedQuantity",
}

# A line that has none of these and no product is a mere note.
_FIGURES = (
    "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery/BilledQuantity|RequestedQuantity|DespatchedQuantity",
    f"SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement/{_LINE_SUM}/LineTotalAmount",
)


def knows(space: str, local: str) -> bool:
    """Whether the root element is one of those that are read."""
    return local in _ROOTS and space.startswith(_ROOTS[local])


def prefix_of(space: str) -> str | None:
    """The usual prefix of a namespace of the library, in any version."""
    if space.startswith(f"{_STANDARD}ReusableAggregateBusinessInformationEntity:"):
        return "ram"
    if space.startswith(f"{_STANDARD}UnqualifiedDataType:"):
        return "udt"
    if space.startswith(f"{_STANDARD}QualifiedDataType:"):
        return "qdt"
    return "rsm" if space.startswith(_SPACES) else None


def read(root: Node) -> tuple[Document, ...]:
    """The document under the root."""
    return (_Reader(root).document(),)


class _Reader:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.found = Collected()
        self.trade = root.at("SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction") or root
        self.agreement = self.trade.at(_AGREEMENT) or root
        self.delivery = self.trade.at(_DELIVERY) or root
        self.settlement = self.trade.at(_SETTLEMENT) or root
        self.kind = "invoice"

    def document(self) -> Document:
        found, agreement, settlement = self.found, self.agreement, self.settlement
        head = self.root.at("ExchangedDocument|HeaderExchangedDocument") or self.root
        type_code = found.text("/type_code", head.at("TypeCode"))
        self.kind = _kind(self.root.name.rpartition(":")[2], type_code)
        currency = found.currency(settlement.at("InvoiceCurrencyCode|OrderCurrencyCode|DocumentCurrencyCode"))
        charges, allowances = self._charges("", settlement)
        document = Document(
            kind=self.kind,
            number=found.text("/number", head.at("ID")),
            issue_date=self._day("/issue_date", head.at("IssueDateTime")),
            due_date=self._day("/due_date", self._due()),
            currency=currency,
            type_code=type_code,
            correction=correction_of(type_code),
            supplier=party_of(found, "/supplier", agreement.at("SellerTradeParty"), account_of(settlement)),
            buyer=party_of(found, "/buyer", agreement.at("BuyerTradeParty")),
            payee=some_party(found, "/payee", settlement.at("PayeeTradeParty")),
            ship_to=some_party(found, "/ship_to", self.delivery.at("ShipToTradeParty")),
            payment=payment_of(found, settlement),
            references=found.references(**self._references()),
            lines=tuple(self._lines()),
            charges=charges,
            allowances=allowances,
            totals=found.totals(**self._sums(currency)),
            tax_breakdown=tuple(self._breakdown()),
            period=self._period("/period", settlement.at("BillingSpecifiedPeriod")),
            payment_terms=found.joined("/payment_terms", settlement.all("SpecifiedTradePaymentTerms/Description")),
            delivery_terms=found.joined(
                "/delivery_terms", [agreement.at(f"ApplicableTradeDeliveryTerms/{name}") for name in _TERMS], glue=" "
            ),
            delivery_date=self._day("/delivery_date", self._delivered()),
            note=found.joined("/note", head.all("IncludedNote/Content")),
            evidence=found.evidence,
        )
        return billed_by(positive(document))

    def _delivered(self) -> Node | None:
        if self.kind in {"purchase_order", "quote"}:
            return self.delivery.at("RequestedDeliverySupplyChainEvent/OccurrenceDateTime")
        return self.delivery.at("ActualDeliverySupplyChainEvent|ActualDespatchSupplyChainEvent/OccurrenceDateTime")

    def _due(self) -> Node | None:
        """The day the whole sum is due: the terms that give a discount name the day of that."""
        terms = list(self.settlement.all("SpecifiedTradePaymentTerms"))
        whole = [entry for entry in terms if entry.at("ApplicableTradePaymentDiscountTerms") is None]
        return next((due for entry in (*whole, *terms) if (due := entry.at("DueDateDateTime")) is not None), None)

    def _day(self, pointer: str, node: Node | None) -> Any:
        """A date, which stands in an element of its own or, in older versions, in the one that names it."""
        if node is None:
            return None
        return self.found.day(pointer, node.at("DateTimeString|DateString|DateTime|Date") or node)

    def _references(self) -> dict[str, Node | None]:
        agreement, delivery, settlement = self.agreement, self.delivery, self.settlement
        return {
            "purchase_order": agreement.at(f"BuyerOrderReferencedDocument/{_NUMBER}"),
            "quote": agreement.at(f"QuotationReferencedDocument/{_NUMBER}"),
            "contract": agreement.at(f"ContractReferencedDocument/{_NUMBER}"),
            "despatch_advice": delivery.at(
                f"DespatchAdviceReferencedDocument|DeliveryNoteReferencedDocument/{_NUMBER}"
            ),
            "receiving_advice": delivery.at(f"ReceivingAdviceReferencedDocument/{_NUMBER}"),
            "preceding_invoice": settlement.at(f"InvoiceReferencedDocument/{_NUMBER}"),
            "sales_order": agreement.at(f"SellerOrderReferencedDocument/{_NUMBER}"),
            "project": agreement.at("SpecifiedProcuringProject/ID"),
            "buyer_reference": agreement.at("BuyerReference"),
            "tender": _typed(agreement, "50"),
            "invoiced_object": _typed(agreement, "130"),
            "accounting": settlement.at("ReceivableSpecifiedTradeAccountingAccount/ID"),
        }

    def _sums(self, currency: str | None) -> dict[str, Node | None]:
        names = "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
        sums = self.settlement.at(names)
        if sums is None:
            return {}
        taxes = list(sums.all("TaxTotalAmount"))
        # A second sum may tell the tax in the seller's own currency (BT-111).
        own = [node for node in taxes if node.get("currencyID") in {currency, None}]
        tax = next(iter(own or taxes), None)
        return {name: sums.at(path) for name, path in _SUMS.items()} | {"tax": tax}

    def _breakdown(self) -> Iterator[TaxBreakdown]:
        for at, tax in enumerate(self.settlement.all("ApplicableTradeTax")):
            pointer = f"/tax_breakdown/{at}"
            yield TaxBreakdown(
                category=self.found.text(f"{pointer}/category", tax.at("CategoryCode")),
                rate=self.found.number(f"{pointer}/rate", tax.at(_RATE)),
                taxable=self.found.number(f"{pointer}/taxable", tax.at("BasisAmount")),
                tax=self.found.number(f"{pointer}/tax", tax.at("CalculatedAmount")),
                exemption=self.found.text(f"{pointer}/exemption", tax.at("ExemptionReason")),
                exemption_code=self.found.text(f"{pointer}/exemption_code", tax.at("ExemptionReasonCode")),
            )

    def _charges(self, pointer: str, holder: Node) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
        sides: dict[str, list[Charge]] = {"charges": [], "allowances": []}
        for node in holder.all("SpecifiedTradeAllowanceCharge|SpecifiedLogisticsServiceCharge"):
            indicator = node.says("ChargeIndicator/Indicator") or node.says("ChargeIndicator") or ""
            service = node.name.endswith("SpecifiedLogisticsServiceCharge")
            side = "charges" if service or indicator in {"true", "1"} else "allowances"
            charge = self.found.charge(
                f"{pointer}/{side}/{len(sides[side])}",
                amount=node.at("ActualAmount|AppliedAmount"),
                code=node.at("ReasonCode"),
                reason=node.at("Reason|Description"),
                percent=node.at("CalculationPercent"),
                base=node.at("BasisAmount"),
                tax_rate=node.at(f"CategoryTradeTax|AppliedTradeTax/{_RATE}"),
                tax_category=node.at("CategoryTradeTax|AppliedTradeTax/CategoryCode"),
            )
            if charge is not None:
                sides[side].append(charge)
        return tuple(sides["charges"]), tuple(sides["allowances"])

    def _period(self, pointer: str, node: Node | None) -> Period | None:
        if node is None:
            return None
        start = self._day(f"{pointer}/start", node.at("StartDateTime"))
        end = self._day(f"{pointer}/end", node.at("EndDateTime"))
        return Period(start=start, end=end) if start or end else None

    def _lines(self) -> Iterator[Line]:
        nodes = [n for n in at_most(list(self.trade.all("IncludedSupplyChainTradeLineItem"))) if _counts(n)]
        for at, node in enumerate(self._told_once(nodes)):
            yield self._line(f"/lines/{at}", node)

    def _told_once(self, nodes: list[Node]) -> list[Node]:
        """The lines that make up the document's sum, where some are parts of others and none says which count."""
        parents = {id(node): node.says(f"{_LINE_HEAD}/ParentLineID") for node in nodes}
        total = Collected().number("/", self._sums(None).get("lines"))
        if total is None or not any(parents.values()):
            return nodes
        named = set(parents.values())
        parts = [node for node in nodes if node.says(f"{_LINE_HEAD}/LineID") not in named]
        wholes = [node for node in nodes if parents[id(node)] is None]
        return next((some for some in (nodes, parts, wholes) if _amount_of(some) == total), nodes)

    def _line(self, pointer: str, node: Node) -> Line:
        found = self.found
        agreement = node.at("SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement") or node
        delivery = node.at("SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery") or node
        settlement = node.at("SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement") or node
        quantity = delivery.at(_QUANTITIES[self.kind])
        tax = settlement.at("ApplicableTradeTax")
        charges, allowances = self._charges(pointer, settlement)
        amount = settlement.at(f"{_LINE_SUM}/LineTotalAmount")
        need = delivery.at("RequestedDeliverySupplyChainEvent/OccurrenceDateTime")
        order = agreement.at("BuyerOrderReferencedDocument")
        fields: dict[str, Any] = found.unit(pointer, quantity)
        if (product := node.at("SpecifiedTradeProduct")) is not None:
            fields |= self._product(pointer, product)
        notes = list(node.all("AssociatedDocumentLineDocument/IncludedNote/Content"))
        if not fields.get("description"):
            fields["description"] = found.joined(f"{pointer}/description", notes)
        return Line(
            id=found.text(f"{pointer}/id", node.at("AssociatedDocumentLineDocument/LineID")),
            quantity=found.number(f"{pointer}/quantity", quantity),
            net_amount=found.number(f"{pointer}/net_amount", amount),
            tax_rate=found.number(f"{pointer}/tax_rate", tax.at(_RATE) if tax is not None else None),
            tax_category=found.text(f"{pointer}/tax_category", tax.at("CategoryCode") if tax is not None else None),
            order_line=found.text(f"{pointer}/order_line", order.at("LineID") if order is not None else None),
            purchase_order=found.text(f"{pointer}/purchase_order", order.at(_NUMBER) if order is not None else None),
            despatch_advice=found.text(
                f"{pointer}/despatch_advice",
                delivery.at(f"DespatchAdviceReferencedDocument|DeliveryNoteReferencedDocument/{_NUMBER}"),
            ),
            receiving_advice=found.text(
                f"{pointer}/receiving_advice", delivery.at(f"ReceivingAdviceReferencedDocument/{_NUMBER}")
            ),
            period=self._period(f"{pointer}/period", settlement.at("BillingSpecifiedPeriod")),
            need_by=self._day(f"{pointer}/need_by", need) if self.kind == "purchase_order" else None,
            charges=charges,
            allowances=allowances,
            note=found.joined(f"{pointer}/note", notes),
            accounting=found.text(
                f"{pointer}/accounting", settlement.at("ReceivableSpecifiedTradeAccountingAccount/ID")
            ),
            invoiced_object=found.text(f"{pointer}/invoiced_object", _typed(settlement, "130")),
            **self._price(pointer, agreement),
            **fields,
        )

    def _price(self, pointer: str, agreement: Node) -> dict[str, Any]:
        """The net price; where only the gross one stands and nothing is taken off it, they are the same."""
        net, gross = agreement.at("NetPriceProductTradePrice"), agreement.at("GrossPriceProductTradePrice")
        before = self._gross(pointer, gross) if gross is not None else {}
        if net is None and gross is not None and gross.at("AppliedTradeAllowanceCharge") is None:
            net = gross
        if net is None:
            return before
        base = net.at("BasisQuantity") or (gross.at("BasisQuantity") if gross is not None else None)
        size = self.found.number(f"{pointer}/price_base_quantity", base)
        return before | {
            "unit_price": self.found.number(f"{pointer}/unit_price", net.at("ChargeAmount")),
            "price_base_quantity": size if size is not None and size > 0 else None,
        }

    def _gross(self, pointer: str, gross: Node) -> dict[str, Any]:
        """The price before its discounts, and what they come to."""
        scratch = Collected()
        parts = []
        for node in gross.all("AppliedTradeAllowanceCharge"):
            amount = scratch.number("/", node.at("ActualAmount"))
            if amount is not None:
                plus = (node.says("ChargeIndicator/Indicator") or node.says("ChargeIndicator")) in {"true", "1"}
                parts.append((node, amount.copy_negate() if plus else amount))
        fields = {"gross_price": self.found.number(f"{pointer}/gross_price", gross.at("ChargeAmount"))}
        if len(parts) == 1 and parts[0][1] >= 0:
            fields["price_discount"] = self.found.number(f"{pointer}/price_discount", parts[0][0].at("ActualAmount"))
        elif parts:
            total = sum((amount for _, amount in parts), Decimal(0))
            fields["price_discount"] = self.found.derived(f"{pointer}/price_discount", gross, total)
        return fields

    def _product(self, pointer: str, product: Node) -> dict[str, Any]:
        found = self.found
        words = [product.at("Name"), *product.all("Description")]
        attributes = [
            f"{name}: {value}"
            for entry in product.all("ApplicableProductCharacteristic")
            if (name := entry.says("Description")) and (value := entry.says("Value|ValueMeasure"))
        ]
        described = [node.text for node in words if node is not None and node.text]
        text = "\n".join(dict.fromkeys((*described, *attributes)))
        serials = (n for n in product.all("IndividualTradeProductInstance/SerialID") if n.text)
        return {
            "description": found.worded(
                f"{pointer}/description", next((n for n in words if n is not None), product), text
            ),
            "seller_item_id": found.text(f"{pointer}/seller_item_id", product.at("SellerAssignedID")),
            "buyer_item_id": found.text(f"{pointer}/buyer_item_id", product.at("BuyerAssignedID")),
            "gtin": found.text(f"{pointer}/gtin", product.at("GlobalID")),
            "origin": found.text(f"{pointer}/origin", product.at("OriginTradeCountry/ID")),
            "classifications": found.classifications(pointer, product.all("DesignatedProductClassification/ClassCode")),
            "lot": found.text(f"{pointer}/lot", product.at("IndividualTradeProductInstance/BatchID")),
            "serials": tuple(found.text(f"{pointer}/serials/{at}", n) or "" for at, n in enumerate(serials)),
        }


def _amount_of(nodes: list[Node]) -> Decimal:
    scratch = Collected()
    path = f"SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement/{_LINE_SUM}/LineTotalAmount"
    return sum((scratch.number("/", node.at(path)) or Decimal(0) for node in nodes), Decimal(0))


_TERMS = ("DeliveryTypeCode", "Description", "RelevantTradeLocation/Name")


def _kind(root: str, type_code: str | None) -> str:
    if root in _DEFAULT_KINDS:
        return _KINDS.get(type_code or "", _DEFAULT_KINDS[root])
    return "credit_note" if type_code in CREDITS else "invoice"


def _counts(node: Node) -> bool:
    """Whether the line is one of goods: not a mere note, nor one that only groups or explains others."""
    if node.says("AssociatedDocumentLineDocument/LineStatusReasonCode") in {"GROUP", "INFORMATION"}:
        return False
    product = node.at("SpecifiedTradeProduct")
    if product is not None and (product.at("Name|Description|SellerAssignedID|GlobalID") is not None):
        return True
    return any(node.at(path) is not None for path in _FIGURES)


def _typed(holder: Node, code: str) -> Node | None:
    """The number of the referenced document with that type (UNCL 1001)."""
    found = (entry for entry in holder.all("AdditionalReferencedDocument") if entry.says("TypeCode") == code)
    return next((number for entry in found if (number := entry.at(_NUMBER)) is not None), None)
