"""E-invoices, orders and advices made here: what each vocabulary says, and what is refused."""

import json
from datetime import date
from decimal import Decimal

import pytest

from app.documents import canonical
from app.reading import read_bytes
from app.reading.reading import Reading, Verdict

D = Decimal
SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
STANDARD = "urn:un:unece:uncefact:data:standard:"


def ubl(root, body):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{SPACE}{root}-2"'
        f' xmlns:cac="{SPACE}CommonAggregateComponents-2" xmlns:cbc="{SPACE}CommonBasicComponents-2">{body}</{root}>'
    ).encode()


def party(role, name, vat=""):
    scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    tax = f"<cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID>{scheme}</cac:PartyTaxScheme>" if vat else ""
    return (
        f"<cac:{role}><cac:Party>{tax}<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>"
        f"</cac:PartyLegalEntity></cac:Party></cac:{role}>"
    )


def cii(body, root="CrossIndustryInvoice", version="100", library="100"):
    return (
        f'<rsm:{root} xmlns:rsm="{STANDARD}{root}:{version}"'
        f' xmlns:ram="{STANDARD}ReusableAggregateBusinessInformationEntity:{library}"'
        f' xmlns:udt="{STANDARD}UnqualifiedDataType:{library}">{body}</rsm:{root}>'
    ).encode()


def one(data):
    reading = read_bytes(data)
    assert reading.verdict == Verdict.OK, reading.reason
    assert len(reading.documents) == 1
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading
    return reading.documents[0]


INVOICE = ubl(
    "Invoice",
    "<cbc:ID>NW-2026-00417</cbc:ID><cbc:IssueDate>2026-10-30+01:00</cbc:IssueDate><cbc:DueDate>2026-11-13</cbc:DueDate>"
    "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>First</cbc:Note><cbc:Note>Second</cbc:Note>"
    "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    "<cac:OrderReference><cbc:ID>PO-4500017742</cbc:ID></cac:OrderReference>"
    + party("AccountingSupplierParty", "Nordwind Components GmbH", "DE123456789")
    + party("AccountingCustomerParty", "Muster Maschinen AG")
    + "<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>DE02120300000000202051</cbc:ID></cac:PayeeFinancialAccount>"
    "</cac:PaymentMeans><cac:PaymentTerms><cbc:Note>14 days net</cbc:Note></cac:PaymentTerms>"
    "<cac:TaxTotal><cbc:TaxAmount currencyID='SEK'>700.00</cbc:TaxAmount></cac:TaxTotal>"
    "<cac:TaxTotal><cbc:TaxAmount currencyID='EUR'>64.79</cbc:TaxAmount><cac:TaxSubtotal>"
    "<cbc:TaxableAmount currencyID='EUR'>341.00</cbc:TaxableAmount><cbc:TaxAmount currencyID='EUR'>64.79</cbc:TaxAmount>"
    "<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>"
    "<cac:LegalMonetaryTotal><cbc:LineExtensionAmount>341.00</cbc:LineExtensionAmount>"
    "<cbc:TaxExclusiveAmount>341.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount>405.79</cbc:TaxInclusiveAmount>"
    "<cbc:PayableAmount>405.79</cbc:PayableAmount></cac:LegalMonetaryTotal>"
    "<cac:InvoiceLine><cbc:ID>10</cbc:ID><cbc:InvoicedQuantity unitCode='C62'>2500</cbc:InvoicedQuantity>"
    "<cbc:LineExtensionAmount>341.00</cbc:LineExtensionAmount>"
    "<cac:OrderLineReference><cbc:LineID>10</cbc:LineID></cac:OrderLineReference>"
    "<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>"
    "<cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode><cbc:Amount>45.00</cbc:Amount></cac:AllowanceCharge>"
    "<cac:Item><cbc:Description>zinc</cbc:Description><cbc:Name>Hex bolt M8x40</cbc:Name>"
    "<cac:AdditionalItemProperty><cbc:Name>Norm</cbc:Name><cbc:Value>DIN 933</cbc:Value></cac:AdditionalItemProperty>"
    "</cac:Item><cac:Price><cbc:PriceAmount>11.84</cbc:PriceAmount><cbc:BaseQuantity>100</cbc:BaseQuantity></cac:Price>"
    "</cac:InvoiceLine>",
)


def test_an_invoice_with_its_evidence():
    document = one(INVOICE)
    line = document.lines[0]

    assert (document.kind, document.number, document.issue_date) == ("invoice", "NW-2026-00417", date(2026, 10, 30))
    assert document.due_date == date(2026, 11, 13)
    assert document.supplier.vat_id == "DE123456789"
    assert document.supplier.iban == "DE02120300000000202051"
    assert document.buyer.name == "Muster Maschinen AG"
    assert document.references.purchase_order == "PO-4500017742"
    assert document.note == "First\nSecond"
    assert document.totals.tax == D("64.79")
    assert (line.quantity, line.unit, line.unit_price, line.price_base_quantity) == (D(2500), "C62", D("11.84"), D(100))
    assert line.net_amount == line.quantity * line.unit_price / line.price_base_quantity + line.charges[0].amount
    assert line.charges[0].code == "FC"
    assert line.description == "Hex bolt M8x40\nzinc\nNorm: DIN 933"
    entry = document.evidence["/lines/0/unit_price"]
    assert entry.path == "/Invoice/cac:InvoiceLine/cac:Price/cbc:PriceAmount"
    assert (entry.text, entry.method, entry.score) == ("11.84", "xml", 1)
    assert document.evidence["/totals/tax"].path == "/Invoice/cac:TaxTotal[2]/cbc:TaxAmount"


def test_an_invoice_in_the_envelope_of_the_networks():
    head, body = INVOICE.split(b"?>", 1)
    space = b'xmlns:sh="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"'
    wrapped = b"<sh:StandardBusinessDocument %s><sh:StandardBusinessDocumentHeader/>%s</sh:StandardBusinessDocument>"
    document = one(head + b"?>" + wrapped % (space, body))

    assert document.number == "NW-2026-00417"
    assert document.evidence["/number"].path == "/StandardBusinessDocument/Invoice/cbc:ID"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_any_encoding_that_xml_allows(encoding):
    text = INVOICE.decode().replace("Nordwind", "Nördwind")
    named = text.replace("UTF-8", {"utf-16": "UTF-16", "iso-8859-1": "ISO-8859-1"}.get(encoding, "UTF-8"))

    assert one(named.encode(encoding)).supplier.name == "Nördwind Components GmbH"


def test_an_unknown_unit_is_kept_as_it_stands():
    line = one(INVOICE.replace(b"unitCode='C62'", b"unitCode='QQQ'")).lines[0]
    old = one(INVOICE.replace(b"unitCode='C62'", b"unitCode='BX'")).lines[0]

    assert (line.unit, line.unit_text) == (None, "QQQ")
    assert (old.unit, old.unit_text) == ("XBX", "BX")


def test_an_invoice_below_zero_stays_so_and_a_credit_note_turns():
    below = INVOICE.replace(b">405.79<", b">-405.79<").replace(b">341.00<", b">-341.00<")
    below = below.replace(b">11.84<", b">-11.84<").replace(b">45.00<", b">-45.00<").replace(b">64.79<", b">-64.79<")
    credit = one(below.replace(b">380<", b">381<"))

    assert one(below).totals.gross == D("-405.79")
    assert credit.kind == "credit_note"
    assert credit.totals.gross == D("405.79")
    assert credit.tax_breakdown[0].tax == D("64.79")
    assert (credit.lines[0].net_amount, credit.lines[0].unit_price, credit.lines[0].quantity) == (
        D(341),
        D("11.84"),
        2500,
    )
    assert credit.lines[0].charges[0].amount == D("45.00")


def test_a_corrected_invoice_is_an_invoice_and_says_its_type():
    assert [one(INVOICE.replace(b">380<", b">384<")).kind, one(INVOICE.replace(b">380<", b">384<")).type_code] == [
        "invoice",
        "384",
    ]


def test_a_credit_note_for_the_price_alone_says_so():
    assert one(INVOICE.replace(b">380<", b">296<")).correction == "price"
    assert one(INVOICE.replace(b">380<", b">381<")).correction is None


def test_an_order_and_what_the_seller_answers():
    body = (
        "<cbc:ID>PO-7</cbc:ID><cbc:IssueDate>2026-10-01</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
        "<cac:QuotationDocumentReference><cbc:ID>Q-1</cbc:ID></cac:QuotationDocumentReference>{}"
        + party("BuyerCustomerParty", "Muster Maschinen AG")
        + party("SellerSupplierParty", "Nordwind Components GmbH")
        + "<cac:AnticipatedMonetaryTotal><cbc:PayableAmount>12.50</cbc:PayableAmount></cac:AnticipatedMonetaryTotal>"
        "<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode='EA'>10</cbc:Quantity>"
        "<cbc:LineExtensionAmount>12.50</cbc:LineExtensionAmount><cac:Delivery><cac:RequestedDeliveryPeriod>"
        "<cbc:EndDate>2026-10-20</cbc:EndDate></cac:RequestedDeliveryPeriod></cac:Delivery>"
        "<cac:Price><cbc:PriceAmount>1.25</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>M8 bolt</cbc:Name></cac:Item>"
        "</cac:LineItem></cac:OrderLine>"
    )
    order = one(ubl("Order", body.format("")))
    answer = one(ubl("OrderResponse", body.format("<cac:OrderReference><cbc:ID>PO-6</cbc:ID></cac:OrderReference>")))

    change = one(
        ubl(
            "OrderChange",
            body.format(
                "<cbc:SequenceNumberID>2</cbc:SequenceNumberID><cac:OrderReference><cbc:ID>PO-6</cbc:ID></cac:OrderReference>"
            ),
        )
    )

    assert (change.kind, change.number, change.version) == ("purchase_order", "PO-6", "2")
    assert (order.kind, order.number, order.references.quote) == ("purchase_order", "PO-7", "Q-1")
    assert (order.buyer.name, order.supplier.name) == ("Muster Maschinen AG", "Nordwind Components GmbH")
    assert order.lines[0].need_by == date(2026, 10, 20)
    assert (order.lines[0].quantity, order.lines[0].unit_price) == (10, D("1.25"))
    assert order.totals.due == D("12.50")
    assert (answer.kind, answer.references.purchase_order) == ("quote", "PO-6")


def test_a_quotation_says_until_when_it_holds():
    document = one(
        ubl(
            "Quotation",
            "<cbc:ID>Q-1</cbc:ID><cbc:IssueDate>2026-09-01</cbc:IssueDate><cbc:PricingCurrencyCode>EUR</cbc:PricingCurrencyCode>"
            "<cac:ValidityPeriod><cbc:EndDate>2026-10-31</cbc:EndDate></cac:ValidityPeriod>"
            + party("SellerSupplierParty", "Nordwind Components GmbH")
            + "<cac:QuotedMonetaryTotal><cbc:TaxExclusiveAmount>9</cbc:TaxExclusiveAmount></cac:QuotedMonetaryTotal>"
            "<cac:QuotationLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode='H87'>3</cbc:Quantity>"
            "<cac:Price><cbc:PriceAmount>3</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>Nut</cbc:Name></cac:Item>"
            "</cac:LineItem></cac:QuotationLine>",
        )
    )

    assert (document.kind, document.currency, document.valid_until) == ("quote", "EUR", date(2026, 10, 31))
    assert (document.totals.net, document.lines[0].description) == (9, "Nut")


def test_despatch_and_receipt_say_what_came_and_what_did_not():
    line = (
        "<cac:{0}><cbc:ID>1</cbc:ID><cbc:{1} unitCode='EA'>8</cbc:{1}>{2}"
        "<cac:OrderLineReference><cbc:LineID>10</cbc:LineID><cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>"
        "</cac:OrderLineReference><cac:Item><cbc:Name>M8 bolt</cbc:Name><cac:ItemInstance><cbc:SerialID>A1</cbc:SerialID>"
        "<cac:LotIdentification><cbc:LotNumberID>L9</cbc:LotNumberID></cac:LotIdentification></cac:ItemInstance></cac:Item></cac:{0}>"
    )
    outstanding = "<cbc:OutstandingQuantity unitCode='EA'>2</cbc:OutstandingQuantity>"
    rejected = "<cbc:ShortQuantity>2</cbc:ShortQuantity><cbc:RejectedQuantity>1</cbc:RejectedQuantity>"
    head = "<cbc:ID>{}</cbc:ID><cbc:IssueDate>2026-10-19</cbc:IssueDate><cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>"
    sender = party("DespatchSupplierParty", "Nordwind Components GmbH") + party(
        "DeliveryCustomerParty", "Muster Maschinen AG"
    )
    slip = one(
        ubl(
            "DespatchAdvice",
            head.format("LS-1") + sender + line.format("DespatchLine", "DeliveredQuantity", outstanding),
        )
    )
    receipt = one(
        ubl(
            "ReceiptAdvice",
            head.format("WE-1")
            + "<cac:DespatchDocumentReference><cbc:ID>LS-1</cbc:ID></cac:DespatchDocumentReference>"
            + sender
            + line.format("ReceiptLine", "ReceivedQuantity", rejected),
        )
    )

    assert (slip.kind, slip.supplier.name, slip.buyer.name) == (
        "packing_slip",
        "Nordwind Components GmbH",
        "Muster Maschinen AG",
    )
    assert (slip.lines[0].quantity, slip.lines[0].outstanding) == (8, 2)
    assert (slip.lines[0].lot, slip.lines[0].serials) == ("L9", ("A1",))
    assert (slip.lines[0].order_line, slip.lines[0].purchase_order) == ("10", "PO-7")
    assert (receipt.kind, receipt.references.despatch_advice) == ("goods_receipt", "LS-1")
    assert (receipt.lines[0].quantity, receipt.lines[0].received, receipt.lines[0].rejected) == (8, 8, 1)


def test_the_terms_that_give_a_discount_do_not_set_the_due_date():
    terms = (
        "<ram:SpecifiedTradePaymentTerms><ram:Description>{}</ram:Description><ram:DueDateDateTime>"
        "<udt:DateTimeString format='102'>{}</udt:DateTimeString></ram:DueDateDateTime>{}</ram:SpecifiedTradePaymentTerms>"
    )
    discount = "<ram:ApplicableTradePaymentDiscountTerms><ram:CalculationPercent>2</ram:CalculationPercent></ram:ApplicableTradePaymentDiscountTerms>"
    document = one(
        cii(
            "<rsm:ExchangedDocument><ram:ID>R-9</ram:ID></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>"
            "<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
            + terms.format("2 % in 8 days", "20261008", discount)
            + terms.format("30 days net", "20261030", "")
            + "</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>"
        )
    )

    assert document.due_date == date(2026, 10, 30)
    assert document.payment_terms == "2 % in 8 days\n30 days net"


def test_an_order_of_the_cross_industry_library():
    document = one(
        cii(
            "<rsm:ExchangedDocument><ram:ID>PO-8</ram:ID><ram:TypeCode>220</ram:TypeCode></rsm:ExchangedDocument>"
            "<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
            "<ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct><ram:Name>Nut</ram:Name>"
            "</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>"
            "<ram:ChargeAmount>.5</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
            "<ram:SpecifiedLineTradeDelivery><ram:RequestedQuantity unitCode='H87'>6</ram:RequestedQuantity>"
            "</ram:SpecifiedLineTradeDelivery></ram:IncludedSupplyChainTradeLineItem><ram:ApplicableHeaderTradeSettlement>"
            "<ram:OrderCurrencyCode>EUR</ram:OrderCurrencyCode></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>",
            root="SCRDMCCBDACIOMessageStructure",
            library="128",
        )
    )

    assert (document.kind, document.number, document.currency) == ("purchase_order", "PO-8", "EUR")
    assert (document.lines[0].quantity, document.lines[0].unit_price) == (6, D("0.5"))
    assert canonical.write(document)["lines"][0]["unit_price"] == "0.5"


def test_elements_of_strangers_are_no_fields():
    decoy = b'<evil:ID xmlns:evil="urn:example:other">FALSE</evil:ID><cbc:ID>'
    document = one(INVOICE.replace(b"<cbc:ID>", decoy, 1))

    assert document.number == "NW-2026-00417"


def broken(data):
    reading = read_bytes(data)
    assert reading.documents == ()
    return reading.verdict, reading.reason


@pytest.mark.parametrize("number", ["1.234,50", "1,234.50", "1e3", "12 EUR", "0x10", "NaN", "9" * 40])
def test_a_number_that_is_no_plain_decimal_is_refused(number):
    verdict, reason = broken(INVOICE.replace(b">11.84<", f">{number}<".encode()))

    assert verdict == Verdict.MALFORMED
    assert "Line 1: cbc:PriceAmount is" in reason
    assert "not a plain decimal number" in reason


def test_a_day_that_does_not_exist_is_refused():
    verdict, reason = broken(INVOICE.replace(b"2026-11-13", b"2026-02-30"))

    assert (verdict, "cbc:DueDate" in reason) == (Verdict.MALFORMED, True)


def test_xml_that_breaks_off_names_the_line():
    verdict, reason = broken(INVOICE.replace(b"<cac:OrderReference>", b"\n\n<cac:OrderReference>")[:700])

    assert verdict == Verdict.MALFORMED
    assert "in line 3" in reason


BOMB = b"".join(b'<!ENTITY e%d "%s">' % (at + 1, b"&e%d;" % at * 10) for at in range(9))


@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE Invoice [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE Invoice SYSTEM "http://example.org/invoice.dtd">',
        b'<!DOCTYPE Invoice [<!ENTITY e0 "ha">' + BOMB + b"]>",
        b"<!DOCTYPE Invoice>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_document_type_is_let_in(head, encoding):
    text = INVOICE.decode().replace("?>", "?>" + head.decode(), 1).replace("UTF-8", encoding.upper())
    verdict, reason = broken(text.encode(encoding))

    assert verdict == Verdict.MALFORMED
    assert "DOCTYPE" in reason


def test_deep_and_wide_xml_is_refused():
    deep = ubl("Invoice", "<cac:Party>" * 5000 + "</cac:Party>" * 5000)
    wide = ubl("Invoice", "<cbc:Note/>" * 1_700_000)

    assert broken(deep)[0] == Verdict.RESOURCE_LIMIT
    assert broken(wide)[0] == Verdict.RESOURCE_LIMIT


def test_a_large_file_carried_along_is_passed_over_and_a_large_text_is_not():
    carried = (
        b"<cac:AdditionalDocumentReference><cbc:ID>A</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode='x'>"
        b"%s</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference><cac:OrderReference>"
    )
    large = b"QUJD" * 2_800_000

    assert (
        one(INVOICE.replace(b"<cac:OrderReference>", carried % large, 1)).references.purchase_order == "PO-4500017742"
    )
    assert broken(INVOICE.replace(b"First", large))[0] == Verdict.RESOURCE_LIMIT


def test_more_lines_than_a_document_may_have_are_refused():
    assert broken(ubl("Invoice", "<cac:InvoiceLine/>" * 20_001))[0] == Verdict.RESOURCE_LIMIT


def test_unknown_and_empty_xml_say_so():
    verdict, reason = broken(b"<note>hello</note>")

    assert verdict == Verdict.UNSUPPORTED
    assert "<note>" in reason
    assert broken(ubl("Invoice", ""))[0] == Verdict.EMPTY
    assert broken(b'<Invoice xmlns="urn:example:other"/>')[0] == Verdict.UNSUPPORTED
    assert broken(b"<!doctype html><html></html>")[0] == Verdict.UNSUPPORTED


def test_a_currency_that_is_none_is_left_out():
    assert one(INVOICE.replace(b">EUR<", b">EURO<")).currency is None
