"""Every field of every sample: walked by XPath on its own, and compared with what the reader says."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from lxml import etree

from app.documents import canonical
from app.reading.formats import einvoice
from app.reading.reading import Verdict

SAMPLES = Path(__file__).parent.parent.parent.parent / "shared" / "einvoice"
FILES = sorted(path.name for path in SAMPLES.glob("*.*")) if SAMPLES.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="the sample e-invoices beside the checkout are not here")

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

TEXT, NUMBER, DAY = "text", "number", "day"
LONE = "r:AppliedTradeAllowanceCharge[last()=1][normalize-space(r:ChargeIndicator)!='true']"

UBL_PARTY = [
    ("cac:PartyLegalEntity/cbc:RegistrationName", "name", TEXT),
    ("cac:PartyIdentification/cbc:ID", "id", TEXT),
    ("cac:PartyLegalEntity/cbc:CompanyID", "legal_id", TEXT),
    ("cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID", "vat_id", TEXT),
    ("cac:PostalAddress/cac:Country/cbc:IdentificationCode", "country", TEXT),
    ("self::*[cac:PartyLegalEntity/cbc:RegistrationName]/cac:PartyName/cbc:Name", "trading_name", TEXT),
    ("cac:PartyTaxScheme[cac:TaxScheme/cbc:ID!='VAT']/cbc:CompanyID", "tax_registration", TEXT),
    ("cbc:EndpointID", "electronic_address", TEXT),
    ("cac:Contact/cbc:Name", "contact", TEXT),
    ("cac:Contact/cbc:Telephone", "phone", TEXT),
    ("cac:Contact/cbc:ElectronicMail", "email", TEXT),
]
UBL_HEAD = [
    ("cbc:ID", "/number", TEXT),
    ("cbc:IssueDate", "/issue_date", DAY),
    ("cbc:DueDate", "/due_date", DAY),
    ("cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode", "/type_code", TEXT),
    ("cbc:DocumentCurrencyCode", "/currency", TEXT),
    ("cbc:BuyerReference", "/references/buyer_reference", TEXT),
    ("cac:ProjectReference/cbc:ID", "/references/project", TEXT),
    ("cac:ContractDocumentReference/cbc:ID", "/references/contract", TEXT),
    ("cac:OrderReference/cbc:ID", "/references/purchase_order", TEXT),
    ("cac:OrderReference/cbc:SalesOrderID", "/references/sales_order", TEXT),
    ("cac:ReceiptDocumentReference/cbc:ID", "/references/receiving_advice", TEXT),
    ("cac:DespatchDocumentReference/cbc:ID", "/references/despatch_advice", TEXT),
    ("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", "/references/preceding_invoice", TEXT),
    ("cac:InvoicePeriod/cbc:StartDate", "/period/start", DAY),
    ("cac:InvoicePeriod/cbc:EndDate", "/period/end", DAY),
    ("cac:Delivery/cbc:ActualDeliveryDate", "/delivery_date", DAY),
    ("cac:PaymentTerms/cbc:Note", "/payment_terms", TEXT),
    ("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID", "/supplier/iban", TEXT),
    ("cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID", "/supplier/bic", TEXT),
    ("cac:OriginatorDocumentReference/cbc:ID", "/references/tender", TEXT),
    ("cac:AdditionalDocumentReference[cbc:DocumentTypeCode='130']/cbc:ID", "/references/invoiced_object", TEXT),
    ("cbc:AccountingCost", "/references/accounting", TEXT),
    ("cac:PaymentMeans/cbc:PaymentMeansCode", "/payment/means", TEXT),
    ("cac:PaymentMeans/cbc:PaymentID", "/payment/remittance", TEXT),
    ("cac:PaymentMeans/cac:PaymentMandate/cbc:ID", "/payment/mandate", TEXT),
    ("cac:PaymentMeans/cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID", "/payment/debited_account", TEXT),
    ("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID", "/payment/accounts/0/iban", TEXT),
    ("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name", "/payment/accounts/0/name", TEXT),
    ("cac:PayeeParty/cac:PartyName/cbc:Name", "/payee/name", TEXT),
    ("cac:PayeeParty/cac:PartyIdentification/cbc:ID[not(@schemeID='SEPA')]", "/payee/id", TEXT),
    ("cac:Delivery/cac:DeliveryLocation/cbc:ID", "/ship_to/id", TEXT),
    ("cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode", "/ship_to/country", TEXT),
    ("cac:Delivery/cac:DeliveryParty/cac:PartyName/cbc:Name", "/ship_to/name", TEXT),
    ("cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "/totals/lines", NUMBER),
    ("cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount", "/totals/allowances", NUMBER),
    ("cac:LegalMonetaryTotal/cbc:ChargeTotalAmount", "/totals/charges", NUMBER),
    ("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", "/totals/net", NUMBER),
    ("cac:TaxTotal[cac:TaxSubtotal]/cbc:TaxAmount", "/totals/tax", NUMBER),
    ("cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", "/totals/gross", NUMBER),
    ("cac:LegalMonetaryTotal/cbc:PrepaidAmount", "/totals/prepaid", NUMBER),
    ("cac:LegalMonetaryTotal/cbc:PayableRoundingAmount", "/totals/rounding", NUMBER),
    ("cac:LegalMonetaryTotal/cbc:PayableAmount", "/totals/due", NUMBER),
    *((f"cac:AccountingSupplierParty/cac:Party/{path}", f"/supplier/{name}", sort) for path, name, sort in UBL_PARTY),
    *((f"cac:AccountingCustomerParty/cac:Party/{path}", f"/buyer/{name}", sort) for path, name, sort in UBL_PARTY),
]
UBL_LINE = [
    ("cbc:ID", "id", TEXT),
    ("cbc:InvoicedQuantity | cbc:CreditedQuantity", "quantity", NUMBER),
    ("cbc:LineExtensionAmount", "net_amount", NUMBER),
    ("cac:OrderLineReference/cbc:LineID", "order_line", TEXT),
    ("cac:InvoicePeriod/cbc:StartDate", "period/start", DAY),
    ("cac:InvoicePeriod/cbc:EndDate", "period/end", DAY),
    ("cac:Item/cac:SellersItemIdentification/cbc:ID", "seller_item_id", TEXT),
    ("cac:Item/cac:BuyersItemIdentification/cbc:ID", "buyer_item_id", TEXT),
    ("cac:Item/cac:StandardItemIdentification/cbc:ID", "gtin", TEXT),
    ("cac:Item/cac:ClassifiedTaxCategory/cbc:ID", "tax_category", TEXT),
    ("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", "tax_rate", NUMBER),
    ("cac:Price/cbc:PriceAmount", "unit_price", NUMBER),
    ("cac:Price/cbc:BaseQuantity", "price_base_quantity", NUMBER),
    ("cac:Price/cac:AllowanceCharge/cbc:Amount", "price_discount", NUMBER),
    ("cac:Price/cac:AllowanceCharge/cbc:BaseAmount", "gross_price", NUMBER),
    ("cbc:Note", "note", TEXT),
    ("cbc:AccountingCost", "accounting", TEXT),
    ("cac:DocumentReference/cbc:ID", "invoiced_object", TEXT),
    ("cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode", "classifications/0/code", TEXT),
    ("cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode/@listID", "classifications/0/scheme", TEXT),
    ("cac:Item/cac:OriginCountry/cbc:IdentificationCode", "origin", TEXT),
]
UBL_TAX = [
    ("cac:TaxCategory/cbc:ID", "category", TEXT),
    ("cac:TaxCategory/cbc:Percent", "rate", NUMBER),
    ("cbc:TaxableAmount", "taxable", NUMBER),
    ("cbc:TaxAmount", "tax", NUMBER),
    ("cac:TaxCategory/cbc:TaxExemptionReason", "exemption", TEXT),
    ("cac:TaxCategory/cbc:TaxExemptionReasonCode", "exemption_code", TEXT),
]
UBL_CHARGE = [
    ("cbc:Amount", "amount", NUMBER),
    ("cbc:AllowanceChargeReasonCode", "code", TEXT),
    ("cbc:AllowanceChargeReason", "reason", TEXT),
    ("cbc:MultiplierFactorNumeric", "percent", NUMBER),
    ("cbc:BaseAmount", "base", NUMBER),
    ("cac:TaxCategory/cbc:ID", "tax_category", TEXT),
    ("cac:TaxCategory/cbc:Percent", "tax_rate", NUMBER),
]

CII_PARTY = [
    ("r:Name", "name", TEXT),
    ("r:ID | self::*[not(r:ID)]/r:GlobalID", "id", TEXT),
    ("r:SpecifiedLegalOrganization/r:ID", "legal_id", TEXT),
    ("r:SpecifiedTaxRegistration/r:ID[@schemeID='VA']", "vat_id", TEXT),
    ("r:PostalTradeAddress/r:CountryID", "country", TEXT),
    ("r:SpecifiedLegalOrganization/r:TradingBusinessName", "trading_name", TEXT),
    ("r:SpecifiedTaxRegistration/r:ID[@schemeID='FC']", "tax_registration", TEXT),
    ("r:URIUniversalCommunication/r:URIID", "electronic_address", TEXT),
    ("r:DefinedTradeContact/r:PersonName", "contact", TEXT),
    ("r:DefinedTradeContact/r:TelephoneUniversalCommunication/r:CompleteNumber", "phone", TEXT),
    ("r:DefinedTradeContact/r:EmailURIUniversalCommunication/r:URIID", "email", TEXT),
]
# {A}, {D}, {S}: agreement, delivery and settlement, which ZUGFeRD 1 calls otherwise.
CII_HEAD = [
    ("{H}/r:ID", "/number", TEXT),
    ("{H}/r:TypeCode", "/type_code", TEXT),
    ("{H}/r:IssueDateTime/*", "/issue_date", DAY),
    ("{A}/r:BuyerReference", "/references/buyer_reference", TEXT),
    ("{A}/r:BuyerOrderReferencedDocument/{N}", "/references/purchase_order", TEXT),
    ("{A}/r:SellerOrderReferencedDocument/{N}", "/references/sales_order", TEXT),
    ("{A}/r:ContractReferencedDocument/{N}", "/references/contract", TEXT),
    ("{A}/r:SpecifiedProcuringProject/r:ID", "/references/project", TEXT),
    ("{D}/r:DespatchAdviceReferencedDocument/{N}", "/references/despatch_advice", TEXT),
    ("{D}/r:DeliveryNoteReferencedDocument/{N}", "/references/despatch_advice", TEXT),
    ("{D}/r:ReceivingAdviceReferencedDocument/{N}", "/references/receiving_advice", TEXT),
    ("{D}/r:ActualDeliverySupplyChainEvent/r:OccurrenceDateTime/*", "/delivery_date", DAY),
    ("{S}/r:InvoiceReferencedDocument/{N}", "/references/preceding_invoice", TEXT),
    ("{S}/r:InvoiceCurrencyCode", "/currency", TEXT),
    ("{S}/r:SpecifiedTradePaymentTerms/r:DueDateDateTime/*", "/due_date", DAY),
    ("{S}/r:BillingSpecifiedPeriod/r:StartDateTime/*", "/period/start", DAY),
    ("{S}/r:BillingSpecifiedPeriod/r:EndDateTime/*", "/period/end", DAY),
    (
        "{S}/r:SpecifiedTradeSettlementPaymentMeans/r:PayeePartyCreditorFinancialAccount/r:IBANID",
        "/supplier/iban",
        TEXT,
    ),
    (
        "{S}/r:SpecifiedTradeSettlementPaymentMeans/r:PayeeSpecifiedCreditorFinancialInstitution/r:BICID",
        "/supplier/bic",
        TEXT,
    ),
    ("{A}/r:AdditionalReferencedDocument[r:TypeCode='50']/{N}", "/references/tender", TEXT),
    ("{A}/r:AdditionalReferencedDocument[r:TypeCode='130']/{N}", "/references/invoiced_object", TEXT),
    ("{S}/r:ReceivableSpecifiedTradeAccountingAccount/r:ID", "/references/accounting", TEXT),
    ("{S}/r:SpecifiedTradeSettlementPaymentMeans/r:TypeCode", "/payment/means", TEXT),
    ("{S}/r:PaymentReference", "/payment/remittance", TEXT),
    ("{S}/r:CreditorReferenceID", "/payment/creditor", TEXT),
    ("{S}/r:SpecifiedTradePaymentTerms/r:DirectDebitMandateID", "/payment/mandate", TEXT),
    ("{S}//r:PayeePartyCreditorFinancialAccount/*[contains(local-name(), 'ID')]", "/payment/accounts/0/iban", TEXT),
    ("{S}//r:PayeePartyCreditorFinancialAccount/r:AccountName", "/payment/accounts/0/name", TEXT),
    ("{S}/r:PayeeTradeParty/r:Name", "/payee/name", TEXT),
    ("{S}/r:PayeeTradeParty/r:ID", "/payee/id", TEXT),
    ("{D}/r:ShipToTradeParty/r:Name", "/ship_to/name", TEXT),
    ("{D}/r:ShipToTradeParty/r:ID", "/ship_to/id", TEXT),
    ("{D}/r:ShipToTradeParty/r:PostalTradeAddress/r:CountryID", "/ship_to/country", TEXT),
    ("{M}/r:LineTotalAmount", "/totals/lines", NUMBER),
    ("{M}/r:AllowanceTotalAmount", "/totals/allowances", NUMBER),
    ("{M}/r:ChargeTotalAmount", "/totals/charges", NUMBER),
    ("{M}/r:TaxBasisTotalAmount", "/totals/net", NUMBER),
    ("{M}/r:TaxTotalAmount", "/totals/tax", NUMBER),
    ("{M}/r:GrandTotalAmount", "/totals/gross", NUMBER),
    ("{M}/r:TotalPrepaidAmount", "/totals/prepaid", NUMBER),
    ("{M}/r:RoundingAmount", "/totals/rounding", NUMBER),
    ("{M}/r:DuePayableAmount", "/totals/due", NUMBER),
    *((f"{{A}}/r:SellerTradeParty/{path}", f"/supplier/{name}", sort) for path, name, sort in CII_PARTY),
    *((f"{{A}}/r:BuyerTradeParty/{path}", f"/buyer/{name}", sort) for path, name, sort in CII_PARTY),
]
CII_LINE = [
    ("r:AssociatedDocumentLineDocument/r:LineID", "id", TEXT),
    ("r:SpecifiedTradeProduct/r:SellerAssignedID", "seller_item_id", TEXT),
    ("r:SpecifiedTradeProduct/r:BuyerAssignedID", "buyer_item_id", TEXT),
    ("r:SpecifiedTradeProduct/r:GlobalID", "gtin", TEXT),
    ("{LA}/r:BuyerOrderReferencedDocument/r:LineID", "order_line", TEXT),
    ("{LA}/r:NetPriceProductTradePrice/r:ChargeAmount", "unit_price", NUMBER),
    ("{LA}/r:NetPriceProductTradePrice/r:BasisQuantity", "price_base_quantity", NUMBER),
    ("{LA}/r:GrossPriceProductTradePrice/r:ChargeAmount", "gross_price", NUMBER),
    (f"{{LA}}/r:GrossPriceProductTradePrice/{LONE}/r:ActualAmount", "price_discount", NUMBER),
    ("r:AssociatedDocumentLineDocument/r:IncludedNote/r:Content", "note", TEXT),
    ("{LS}/r:ReceivableSpecifiedTradeAccountingAccount/r:ID", "accounting", TEXT),
    ("{LS}/r:AdditionalReferencedDocument[r:TypeCode='130']/{N}", "invoiced_object", TEXT),
    ("r:SpecifiedTradeProduct/r:DesignatedProductClassification/r:ClassCode", "classifications/0/code", TEXT),
    ("r:SpecifiedTradeProduct/r:OriginTradeCountry/r:ID", "origin", TEXT),
    ("{LD}/r:BilledQuantity", "quantity", NUMBER),
    ("{LS}/r:ApplicableTradeTax/r:CategoryCode", "tax_category", TEXT),
    ("{LS}/r:ApplicableTradeTax/{R}", "tax_rate", NUMBER),
    ("{LS}/r:BillingSpecifiedPeriod/r:StartDateTime/*", "period/start", DAY),
    ("{LS}/r:BillingSpecifiedPeriod/r:EndDateTime/*", "period/end", DAY),
    ("{LS}/*/r:LineTotalAmount", "net_amount", NUMBER),
]
CII_TAX = [
    ("r:CategoryCode", "category", TEXT),
    ("{R}", "rate", NUMBER),
    ("r:BasisAmount", "taxable", NUMBER),
    ("r:CalculatedAmount", "tax", NUMBER),
    ("r:ExemptionReason", "exemption", TEXT),
    ("r:ExemptionReasonCode", "exemption_code", TEXT),
]
CII_CHARGE = [
    ("r:ActualAmount | r:AppliedAmount", "amount", NUMBER),
    ("r:ReasonCode", "code", TEXT),
    ("r:Reason | r:Description", "reason", TEXT),
    ("r:CalculationPercent", "percent", NUMBER),
    ("r:BasisAmount", "base", NUMBER),
    ("r:CategoryTradeTax/r:CategoryCode | r:AppliedTradeTax/r:CategoryCode", "tax_category", TEXT),
    ("r:CategoryTradeTax/{R} | r:AppliedTradeTax/{R}", "tax_rate", NUMBER),
]
CII_WORDS = {
    "H": "*[local-name()='ExchangedDocument' or local-name()='HeaderExchangedDocument']",
    "T": "*[contains(local-name(), 'SupplyChainTradeTransaction')]",
    "N": "*[local-name()='IssuerAssignedID' or local-name()='ID']",
    "R": "*[local-name()='RateApplicablePercent' or local-name()='ApplicablePercent']",
    "LA": "*[local-name()='SpecifiedLineTradeAgreement' or local-name()='SpecifiedSupplyChainTradeAgreement']",
    "LD": "*[local-name()='SpecifiedLineTradeDelivery' or local-name()='SpecifiedSupplyChainTradeDelivery']",
    "LS": "*[local-name()='SpecifiedLineTradeSettlement' or local-name()='SpecifiedSupplyChainTradeSettlement']",
}
CII_WORDS |= {
    letter: f"{CII_WORDS['T']}/*[starts-with(local-name(), 'Applicable')][contains(local-name(), 'Trade{name}')]"
    for letter, name in {"A": "Agreement", "D": "Delivery", "S": "Settlement"}.items()
}
CII_WORDS["M"] = CII_WORDS["S"] + "/*[contains(local-name(), 'MonetarySummation')]"

#: What EN 16931 and the canonical document have no field for, and what other values already say.
WITHOUT_A_FIELD = re.compile(
    r"cbc:(CustomizationID|ProfileID|TaxCurrencyCode)$|cac:TaxRepresentativeParty/|cac:TaxScheme/cbc:ID$"
    r"|cac:AdditionalDocumentReference/|cbc:(ChargeIndicator|CompanyLegalForm)$"
    r"|cac:PayeeParty/cac:PartyLegalEntity/|cac:PostalAddress/|cac:DeliveryLocation/cac:Address/"
    r"|InvoiceDocumentReference/cbc:IssueDate$|cac:Item/(cac:AdditionalItemProperty/|cbc:Description$)"
    r"|cac:DocumentReference/cbc:DocumentTypeCode$"
    r"|DocumentContext/|TradeParty/(ram:DefinedTradeContact/ram:DepartmentName|ram:Description|ram:GlobalID)$"
    r"|PostalTradeAddress/|SellerTaxRepresentativeTradeParty/|ram:AdditionalReferencedDocument/|ram:IncludedNote/"
    r"|HeaderExchangedDocument/ram:Name$|TradeTax/ram:(TypeCode|TaxPointDate/udt:DateString)$"
    r"|ChargeIndicator/udt:Indicator$|ApplicableProductCharacteristic/|SpecifiedTradeProduct/ram:Description$"
    r"|GrossPriceProductTradePrice/(ram:BasisQuantity$|ram:AppliedTradeAllowanceCharge/)"
    r"|SpecifiedProcuringProject/ram:Name$|PaymentMeans/ram:Information$|ProprietaryID$|GermanBankleitzahlID$"
    r"|FinancialInstitution/ram:Name$|ram:TaxCurrencyCode$|IssueDateTime(/qdt:DateTimeString)?$"
)


def xml_of(name):
    data = (SAMPLES / name).read_bytes()
    if not name.endswith(".pdf"):
        return data
    pdf = pdfium.PdfDocument(data)
    try:
        return bytes(pdf.get_attachment(0).get_data())
    finally:
        pdf.close()


@pytest.fixture(params=FILES)
def sample(request):
    data = xml_of(request.param)
    reading = einvoice.read(data)
    assert reading.verdict == Verdict.OK, reading.reason
    return etree.fromstring(data, etree.XMLParser(remove_comments=True)), reading.documents[0]


def at(document, pointer):
    value = document
    for step in pointer.strip("/").split("/"):
        if value is None:
            return None
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


def worth(raw, sort):
    if sort == NUMBER:
        return Decimal(raw)
    if sort == DAY:
        digits = re.sub(r"\D", "", raw)[:8]
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return raw


class Walk:
    """Compares element by element, and counts."""

    def __init__(self, root, document):
        self.document = document
        spaces = set(root.xpath("//namespace::*"))
        library = next((uri for _, uri in spaces if "ReusableAggregate" in uri), "none")
        self.spaces = {"cac": CAC, "cbc": CBC, "r": library}
        self.wrong, self.compared = [], 0

    def all(self, element, path):
        return element.xpath(path.format(**CII_WORDS), namespaces=self.spaces)

    def compare(self, element, pairs, prefix=""):
        for path, name, sort in pairs:
            # The first that says something: the canonical document has one place for it.
            texts = [found if isinstance(found, str) else found.text for found in self.all(element, path)]
            said = [text.strip() for text in texts if text and text.strip()]
            if said:
                self.compared += 1
                value = at(self.document, prefix + name)
                if value != worth(said[0], sort):
                    self.wrong.append((prefix + name, said[0], value))

    def each(self, elements, pairs, prefix):
        elements = list(elements)
        if len(at(self.document, prefix) or ()) != len(elements):
            self.wrong.append((prefix, len(elements), at(self.document, prefix)))
            return []
        for place, element in enumerate(elements):
            self.compare(element, pairs, f"{prefix}/{place}/")
        return elements


def test_every_field_of_the_xml_comes_out(sample):
    root, document = sample
    walk = Walk(root, document)
    if "oasis" in root.tag:
        walk.compare(root, UBL_HEAD)
        own = [
            total
            for total in walk.all(root, "cac:TaxTotal")
            if walk.all(total, "cbc:TaxAmount")[0].get("currencyID") == document.currency
        ]
        walk.each(walk.all(own[0], "cac:TaxSubtotal"), UBL_TAX, "/tax_breakdown")
        charge, lines, line = (
            "cac:AllowanceCharge[cbc:ChargeIndicator='{}']",
            "cac:InvoiceLine | cac:CreditNoteLine",
            UBL_LINE,
        )
        holders, pairs, words = (root,), UBL_CHARGE, ("true", "false")
    else:
        walk.compare(root, CII_HEAD)
        walk.each(walk.all(root, "{S}/r:ApplicableTradeTax"), CII_TAX, "/tax_breakdown")
        charge = "r:SpecifiedTradeAllowanceCharge[normalize-space(r:ChargeIndicator)='{}']"
        lines = "{T}/r:IncludedSupplyChainTradeLineItem[r:SpecifiedTradeProduct/r:Name]"
        line, holders, pairs, words = CII_LINE, walk.all(root, "{S}"), CII_CHARGE, ("true", "false")
    for holder in holders:
        services = walk.all(holder, "r:SpecifiedLogisticsServiceCharge")
        walk.each([*walk.all(holder, charge.replace("{}", words[0])), *services], pairs, "/charges")
        walk.each(walk.all(holder, charge.replace("{}", words[1])), pairs, "/allowances")
    for place, element in enumerate(walk.each(walk.all(root, lines), line, "/lines")):
        inner = element if line is UBL_LINE else next(iter(walk.all(element, "{LS}")))
        walk.each(walk.all(inner, charge.replace("{}", "true")), pairs, f"/lines/{place}/charges")
        walk.each(walk.all(inner, charge.replace("{}", "false")), pairs, f"/lines/{place}/allowances")

    assert not walk.wrong
    assert walk.compared > 15


def test_nothing_in_the_xml_is_left_out_but_what_has_no_field(sample):
    root, document = sample
    used = {entry.path for entry in document.evidence.values()}
    spaces = {prefix: uri for prefix, uri in root.xpath("//namespace::*") if prefix}
    seen = {element for path in used if "@" not in path for element in found_by(root, path, spaces)}
    # A joined text has the place of its first part; a second sum of tax is told in another currency.
    joined = re.compile(
        r"(PaymentTerms/(cbc:Note|ram:Description)|cbc:Note|TaxTotal/cbc:TaxAmount|:TaxTotalAmount|CompanyID"
        r"|TaxRegistration/ram:ID|PaymentMeans/(ram:TypeCode|cbc:PaymentMeansCode)|FinancialAccount/(cbc:ID|ram:IBANID)|DueDateDateTime/udt:DateTimeString)$"
    )
    left = []
    for element in root.iter(etree.Element):
        if len(element) or not (element.text or "").strip() or element in seen:
            continue
        path = shown_path(root, element)
        if not WITHOUT_A_FIELD.search(path) and not joined.search(path):
            left.append((path, element.text.strip()[:40]))

    assert left == []


def test_evidence_names_the_element_and_what_stood_there(sample):
    root, document = sample
    spaces = {prefix: uri for prefix, uri in root.xpath("//namespace::*") if prefix}

    assert canonical.read(canonical.write(document)) == document
    for pointer, entry in document.evidence.items():
        assert entry.method == "xml"
        assert entry.score == 1
        found = found_by(root, entry.path, spaces)
        assert len(found) == 1, (pointer, entry.path)
        text = found[0] if isinstance(found[0], str) else found[0].text
        if not pointer.endswith(("/description", "/address", "/note", "/payment_terms")):
            assert text.strip() == entry.text, pointer


def found_by(root, path, spaces):
    # The root's own namespace has no prefix in UBL, and some files write none for the others.
    names = {"cac": CAC, "cbc": CBC, **spaces}
    return root.xpath(re.sub(r"^/[^/]+", "/*", path), namespaces=names)


def shown_path(root, element):
    prefixes = {uri: prefix for prefix, uri in root.xpath("//namespace::*") if prefix} | {CAC: "cac", CBC: "cbc"}
    steps = []
    for node in [element, *element.iterancestors()]:
        name = etree.QName(node)
        prefix = prefixes.get(name.namespace)
        steps.append(f"{prefix}:{name.localname}" if prefix else name.localname)
    return "/" + "/".join(reversed(steps))
