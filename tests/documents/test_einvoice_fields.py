"""The fields beyond the samples: prices before discounts, several accounts, who is paid, where goods go."""

from decimal import Decimal

import pytest

from app.documents import canonical
from app.documents.document import Account, Classification, Payment
from app.reading import Verdict, read_bytes
from tests.documents.bills import CII, UBL

D = Decimal


def one(text):
    reading = read_bytes(text.encode())
    assert reading.verdict is Verdict.OK, reading.reason
    (document,) = reading.documents
    assert canonical.read(canonical.write(document)) == document
    return document


def put(text, *pairs):
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


UBL_FULL = put(
    UBL,
    (
        " <cac:AccountingSupplierParty>",
        ("<cbc:AccountingCost>4711</cbc:AccountingCost>"
        "<cac:OriginatorDocumentReference><cbc:ID>LOT-3</cbc:ID></cac:OriginatorDocumentReference>"
        "<cac:AdditionalDocumentReference><cbc:ID>METER-9</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>"
        "</cac:AdditionalDocumentReference> <cac:AccountingSupplierParty>"),
    ),
    (
        "<cac:PostalAddress>",
        ("<cbc:EndpointID schemeID='0204'>991-12345-67</cbc:EndpointID>"
        "<cac:PartyIdentification><cbc:ID schemeID='SEPA'>DE98ZZZ09999999999</cbc:ID></cac:PartyIdentification>"
        "<cac:PartyName><cbc:Name>Nordwind</cbc:Name></cac:PartyName><cac:PostalAddress>"),
    ),
    (
        "  <cac:PartyLegalEntity>",
        ("<cac:PartyTaxScheme><cbc:CompanyID>22/815/0815</cbc:CompanyID><cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme>"
        "</cac:PartyTaxScheme><cac:PartyLegalEntity>"),
    ),
    (
        "</cac:PartyLegalEntity>\n </cac:Party></cac:AccountingSupplierParty>",
        ("</cac:PartyLegalEntity><cac:Contact><cbc:Name>Accounts</cbc:Name></cac:Contact>"
        "</cac:Party></cac:AccountingSupplierParty>"),
    ),
    (
        " <cac:TaxTotal>",
        ("<cac:PayeeParty><cac:PartyName><cbc:Name>Factor Example AG</cbc:Name></cac:PartyName></cac:PayeeParty>"
        "<cac:Delivery><cac:DeliveryLocation><cbc:ID>GATE-2</cbc:ID><cac:Address><cbc:CityName>Linz</cbc:CityName>"
        "<cac:Country><cbc:IdentificationCode>AT</cbc:IdentificationCode></cac:Country></cac:Address></cac:DeliveryLocation>"
        "</cac:Delivery>"
        "<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cbc:PaymentID>RF18 5390 0754</cbc:PaymentID>"
        "<cac:PayeeFinancialAccount><cbc:ID>DE02120300000000202051</cbc:ID><cbc:Name>Nordwind</cbc:Name>"
        "</cac:PayeeFinancialAccount></cac:PaymentMeans>"
        "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>"
        "<cbc:ID>DE02500105170137075030</cbc:ID><cac:FinancialInstitutionBranch><cbc:ID>BYLADEM1001</cbc:ID>"
        "</cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount><cac:PaymentMandate><cbc:ID>M-1</cbc:ID>"
        "</cac:PaymentMandate></cac:PaymentMeans> <cac:TaxTotal>"),
    ),
    (
        "<cac:Item>",
        ("<cac:Item><cac:OriginCountry><cbc:IdentificationCode>NO</cbc:IdentificationCode></cac:OriginCountry>"
        "<cac:CommodityClassification><cbc:ItemClassificationCode listID='TST'>31161600</cbc:ItemClassificationCode>"
        "</cac:CommodityClassification>"),
    ),
    ('<cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount>\n  <cac:Item>',
     ("<cbc:Note>As agreed</cbc:Note><cbc:AccountingCost>KST-8</cbc:AccountingCost>"
     '<cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount>\n  <cac:Item>')),
    ("1.25</cbc:PriceAmount>", ("1.25</cbc:PriceAmount><cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
     "<cbc:Amount>0.25</cbc:Amount><cbc:BaseAmount>1.50</cbc:BaseAmount></cac:AllowanceCharge>")),
)  # fmt: skip

CII_FULL = put(
    CII,
    (
        "<ram:Name>Nordwind Components GmbH</ram:Name>",
        (
            "<ram:Name>Nordwind Components GmbH</ram:Name><ram:SpecifiedLegalOrganization>"
            "<ram:TradingBusinessName>Nordwind</ram:TradingBusinessName></ram:SpecifiedLegalOrganization>"
            "<ram:DefinedTradeContact><ram:DepartmentName>Accounts</ram:DepartmentName></ram:DefinedTradeContact>"
            "<ram:URIUniversalCommunication><ram:URIID schemeID='0204'>991-12345-67</ram:URIID></ram:URIUniversalCommunication>"
            "<ram:SpecifiedTaxRegistration><ram:ID schemeID='FC'>22/815/0815</ram:ID></ram:SpecifiedTaxRegistration>"
        ),
    ),
    (
        "</ram:ApplicableHeaderTradeAgreement>",
        (
            "<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>LOT-3</ram:IssuerAssignedID><ram:TypeCode>50</ram:TypeCode>"
            "</ram:AdditionalReferencedDocument><ram:AdditionalReferencedDocument>"
            "<ram:IssuerAssignedID>METER-9</ram:IssuerAssignedID><ram:TypeCode>130</ram:TypeCode>"
            "</ram:AdditionalReferencedDocument></ram:ApplicableHeaderTradeAgreement>"
        ),
    ),
    (
        "<ram:ApplicableHeaderTradeDelivery/>",
        (
            "<ram:ApplicableHeaderTradeDelivery><ram:ShipToTradeParty><ram:ID>GATE-2</ram:ID><ram:PostalTradeAddress>"
            "<ram:CityName>Linz</ram:CityName><ram:CountryID>AT</ram:CountryID></ram:PostalTradeAddress>"
            "</ram:ShipToTradeParty></ram:ApplicableHeaderTradeDelivery>"
        ),
    ),
    (
        "   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>",
        (
            "<ram:CreditorReferenceID>DE98ZZZ09999999999</ram:CreditorReferenceID>"
            "<ram:PaymentReference>RF18 5390 0754</ram:PaymentReference><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
            "<ram:PayeeTradeParty><ram:Name>Factor Example AG</ram:Name></ram:PayeeTradeParty>"
            "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>"
            "<ram:IBANID>DE02120300000000202051</ram:IBANID><ram:AccountName>Nordwind</ram:AccountName>"
            "</ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>"
            "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>30</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>"
            "<ram:IBANID>DE02500105170137075030</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>"
            "<ram:PayeeSpecifiedCreditorFinancialInstitution><ram:BICID>BYLADEM1001</ram:BICID>"
            "</ram:PayeeSpecifiedCreditorFinancialInstitution></ram:SpecifiedTradeSettlementPaymentMeans>"
        ),
    ),
    (
        "</ram:SpecifiedTradePaymentTerms>",
        (
            "<ram:DirectDebitMandateID>M-1</ram:DirectDebitMandateID></ram:SpecifiedTradePaymentTerms>"
            "<ram:ReceivableSpecifiedTradeAccountingAccount><ram:ID>4711</ram:ID></ram:ReceivableSpecifiedTradeAccountingAccount>"
        ),
    ),
    (
        "<ram:LineID>1</ram:LineID>",
        "<ram:LineID>1</ram:LineID><ram:IncludedNote><ram:Content>As agreed</ram:Content></ram:IncludedNote>",
    ),
    (
        "<ram:Name>M8 bolt</ram:Name>",
        (
            "<ram:Name>M8 bolt</ram:Name><ram:DesignatedProductClassification><ram:ClassCode listID='TST'>31161600</ram:ClassCode>"
            "</ram:DesignatedProductClassification><ram:OriginTradeCountry><ram:ID>NO</ram:ID></ram:OriginTradeCountry>"
        ),
    ),
    (
        "<ram:NetPriceProductTradePrice>",
        (
            "<ram:GrossPriceProductTradePrice><ram:ChargeAmount>1.50</ram:ChargeAmount><ram:AppliedTradeAllowanceCharge>"
            "<ram:ChargeIndicator><udt:Indicator>false</udt:Indicator></ram:ChargeIndicator><ram:ActualAmount>0.25</ram:ActualAmount>"
            "</ram:AppliedTradeAllowanceCharge></ram:GrossPriceProductTradePrice><ram:NetPriceProductTradePrice>"
        ),
    ),
    (
        "</ram:SpecifiedTradeSettlementLineMonetarySummation>",
        (
            "</ram:SpecifiedTradeSettlementLineMonetarySummation><ram:ReceivableSpecifiedTradeAccountingAccount><ram:ID>KST-8"
            "</ram:ID></ram:ReceivableSpecifiedTradeAccountingAccount>"
        ),
    ),
)


@pytest.mark.parametrize("text", [UBL_FULL, CII_FULL], ids=["UBL", "CII"])
class TestBothSyntaxesSayTheSame:
    def test_of_the_parties(self, text):
        document = one(text)

        supplier = document.supplier
        assert (supplier.name, supplier.trading_name) == ("Nordwind Components GmbH", "Nordwind")
        assert (supplier.vat_id, supplier.tax_registration) == ("DE123456789", "22/815/0815")
        assert (supplier.contact, supplier.electronic_address) == ("Accounts", "991-12345-67")
        assert (supplier.email, supplier.id) == (None, None)
        assert document.payee.name == "Factor Example AG"
        assert (document.ship_to.id, document.ship_to.address, document.ship_to.country) == ("GATE-2", "Linz", "AT")

    def test_of_the_payment_with_every_account(self, text):
        document = one(text)

        assert document.payment == Payment(
            means="58, 30",
            remittance="RF18 5390 0754",
            accounts=(
                Account(iban="DE02120300000000202051", name="Nordwind"),
                Account(iban="DE02500105170137075030", bic="BYLADEM1001"),
            ),
            mandate="M-1",
            creditor="DE98ZZZ09999999999",
        )
        assert document.supplier.iban == "DE02120300000000202051"
        assert "DE02500105170137075030" in document.evidence["/payment/accounts/1/iban"].text

    def test_of_the_references(self, text):
        references = one(text).references

        assert (references.tender, references.invoiced_object, references.accounting) == ("LOT-3", "METER-9", "4711")

    def test_of_a_line(self, text):
        line = one(text).lines[0]

        assert (line.unit_price, line.gross_price, line.price_discount) == (D("1.25"), D("1.50"), D("0.25"))
        assert (line.note, line.accounting, line.origin) == ("As agreed", "KST-8", "NO")
        assert line.classifications == (Classification(code="31161600", scheme="TST"),)
        assert line.description == "M8 bolt"


def test_several_discounts_on_a_price_add_up():
    more = (
        "<ram:AppliedTradeAllowanceCharge><ram:ActualAmount>0.05</ram:ActualAmount></ram:AppliedTradeAllowanceCharge>"
    )
    text = put(CII_FULL, ("</ram:GrossPriceProductTradePrice>", more + "</ram:GrossPriceProductTradePrice>"))

    document = one(text)

    assert document.lines[0].price_discount == D("0.30")
    assert document.evidence["/lines/0/price_discount"].method == "derived"


def test_what_nobody_says_is_not_there():
    for text in (UBL, CII):
        document = one(text)
        assert (document.payment, document.payee, document.ship_to) == (None, None, None)
