"""An invoice as EN 16931 cross industry invoice, the XML inside Factur-X and ZUGFeRD PDFs."""

from lxml import etree

from sample_docs.company import Firm
from sample_docs.papers import Json

RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"


class _Tree:
    """Builds nested elements by name; `ram:` is the default prefix."""

    def __init__(self) -> None:
        self.root = etree.Element(f"{{{RSM}}}CrossIndustryInvoice", nsmap={"rsm": RSM, "ram": RAM, "udt": UDT})

    def add(self, parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
        prefix, _, local = name.rpartition(":")
        space = {"rsm": RSM, "udt": UDT}.get(prefix, RAM)
        child = etree.SubElement(parent, f"{{{space}}}{local}", attributes)
        child.text = text
        return child

    def day(self, parent: etree._Element, name: str, iso: str) -> None:
        holder = self.add(parent, name)
        self.add(holder, "udt:DateTimeString", iso.replace("-", ""), format="102")


def cross_industry_invoice(document: Json, seller: Firm, buyer: Firm) -> bytes:
    """The XML of a canonical invoice, profile EN 16931."""
    tree = _Tree()
    context = tree.add(tree.root, "rsm:ExchangedDocumentContext")
    guideline = tree.add(context, "GuidelineSpecifiedDocumentContextParameter")
    tree.add(guideline, "ID", "urn:cen.eu:en16931:2017")
    head = tree.add(tree.root, "rsm:ExchangedDocument")
    tree.add(head, "ID", document["number"])
    tree.add(head, "TypeCode", "380")
    tree.day(head, "IssueDateTime", document["issue_date"])
    trade = tree.add(tree.root, "rsm:SupplyChainTradeTransaction")
    for entry in document["lines"]:
        _line(tree, trade, entry, document["tax_breakdown"][0]["rate"])
    _agreement(tree, trade, document, seller, buyer)
    delivery = tree.add(trade, "ApplicableHeaderTradeDelivery")
    event = tree.add(delivery, "ActualDeliverySupplyChainEvent")
    tree.day(event, "OccurrenceDateTime", document.get("delivery_date", document["issue_date"]))
    note = tree.add(delivery, "DespatchAdviceReferencedDocument")
    tree.add(note, "IssuerAssignedID", document["references"]["despatch_advice"])
    _settlement(tree, trade, document, seller)
    return etree.tostring(tree.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _line(tree: _Tree, trade: etree._Element, entry: Json, rate: str) -> None:
    item = tree.add(trade, "IncludedSupplyChainTradeLineItem")
    tree.add(tree.add(item, "AssociatedDocumentLineDocument"), "LineID", entry["id"])
    product = tree.add(item, "SpecifiedTradeProduct")
    tree.add(product, "SellerAssignedID", entry["seller_item_id"])
    tree.add(product, "Name", entry["description"])
    agreement = tree.add(item, "SpecifiedLineTradeAgreement")
    tree.add(tree.add(agreement, "BuyerOrderReferencedDocument"), "LineID", entry["order_line"])
    tree.add(tree.add(agreement, "NetPriceProductTradePrice"), "ChargeAmount", entry["unit_price"])
    tree.add(tree.add(item, "SpecifiedLineTradeDelivery"), "BilledQuantity", entry["quantity"], unitCode=entry["unit"])
    settlement = tree.add(item, "SpecifiedLineTradeSettlement")
    _tax(tree, settlement, rate)
    summation = tree.add(settlement, "SpecifiedTradeSettlementLineMonetarySummation")
    tree.add(summation, "LineTotalAmount", entry["net_amount"])


def _tax(tree: _Tree, parent: etree._Element, rate: str, name: str = "ApplicableTradeTax") -> None:
    tax = tree.add(parent, name)
    tree.add(tax, "TypeCode", "VAT")
    tree.add(tax, "CategoryCode", "S")
    tree.add(tax, "RateApplicablePercent", rate)


def _agreement(tree: _Tree, trade: etree._Element, document: Json, seller: Firm, buyer: Firm) -> None:
    agreement = tree.add(trade, "ApplicableHeaderTradeAgreement")
    for name, firm in (("SellerTradeParty", seller), ("BuyerTradeParty", buyer)):
        party = tree.add(agreement, name)
        tree.add(party, "Name", firm.name)
        address = tree.add(party, "PostalTradeAddress")
        code, _, city = firm.lines[-1].partition(" ")
        tree.add(address, "PostcodeCode", code)
        tree.add(address, "LineOne", firm.lines[0])
        tree.add(address, "CityName", city)
        tree.add(address, "CountryID", firm.country)
        registration = tree.add(party, "SpecifiedTaxRegistration")
        tree.add(registration, "ID", firm.vat_id, schemeID="VA")
    order = tree.add(agreement, "BuyerOrderReferencedDocument")
    tree.add(order, "IssuerAssignedID", document["references"]["purchase_order"])


def _settlement(tree: _Tree, trade: etree._Element, document: Json, seller: Firm) -> None:
    settlement = tree.add(trade, "ApplicableHeaderTradeSettlement")
    tree.add(settlement, "InvoiceCurrencyCode", document["currency"])
    means = tree.add(settlement, "SpecifiedTradeSettlementPaymentMeans")
    tree.add(means, "TypeCode", "58")
    tree.add(tree.add(means, "PayeePartyCreditorFinancialAccount"), "IBANID", seller.iban)
    for entry in document["tax_breakdown"]:
        tax = tree.add(settlement, "ApplicableTradeTax")
        tree.add(tax, "CalculatedAmount", entry["tax"])
        tree.add(tax, "TypeCode", "VAT")
        tree.add(tax, "BasisAmount", entry["taxable"])
        tree.add(tax, "CategoryCode", "S")
        tree.add(tax, "RateApplicablePercent", entry["rate"])
    for entry in document.get("charges", []):
        charge = tree.add(settlement, "SpecifiedTradeAllowanceCharge")
        indicator = tree.add(charge, "ChargeIndicator")
        tree.add(indicator, "udt:Indicator", "true")
        tree.add(charge, "ActualAmount", entry["amount"])
        tree.add(charge, "ReasonCode", entry["code"])
        tree.add(charge, "Reason", entry["reason"])
        _tax(tree, charge, document["tax_breakdown"][0]["rate"], "CategoryTradeTax")
    terms = tree.add(settlement, "SpecifiedTradePaymentTerms")
    tree.add(terms, "Description", document["payment_terms"])
    tree.day(terms, "DueDateDateTime", document["due_date"])
    totals = document["totals"]
    summation = tree.add(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    tree.add(summation, "LineTotalAmount", totals.get("lines", totals["net"]))
    tree.add(summation, "ChargeTotalAmount", totals.get("charges", "0.00"))
    tree.add(summation, "AllowanceTotalAmount", "0.00")
    tree.add(summation, "TaxBasisTotalAmount", totals["net"])
    tree.add(summation, "TaxTotalAmount", totals["tax"], currencyID=document["currency"])
    tree.add(summation, "GrandTotalAmount", totals["gross"])
    tree.add(summation, "DuePayableAmount", totals["due"])
