"""The head of a document: numbers, dates, references and currency behind labels, under labels and in titles."""

from datetime import date

import pytest

from tests.documents.layout import read

GOODS = [
    (50, 400, "Description"), (300, 400, "Quantity"), (400, 400, "Price"), (500, 400, "Amount"),
    (50, 415, "Bolt M8"), (300, 415, "10"), (400, 415, "2.50"), (500, 415, "25.00"),
]  # fmt: skip


def test_labels_beside_their_values():
    document = read(
        (400, 40, "INVOICE", 16), (50, 200, "Invoice no."), (150, 200, "INV-4711"), (50, 214, "Date"), (150, 214, "15/10/2026"),
        (50, 228, "Your order no."), (150, 228, "4500017705"), (50, 242, "Payment due"), (150, 242, "16/11/2026"), *GOODS,
    )  # fmt: skip
    assert (document.kind, document.number) == ("invoice", "INV-4711")
    assert (document.issue_date, document.due_date) == (date(2026, 10, 15), date(2026, 11, 16))
    assert document.references.purchase_order == "4500017705"


def test_labels_over_their_values():
    document = read(
        (400, 40, "INVOICE", 16), (50, 240, "Number", 7), (180, 240, "Date", 7), (300, 240, "P.O. number", 7), (430, 240, "Due date", 7),
        (50, 252, "INV-4711"), (180, 252, "15 Oct 2026"), (300, 252, "45-100"), (430, 252, "16 Nov 2026"), *GOODS,
    )  # fmt: skip
    assert (document.number, document.references.purchase_order) == ("INV-4711", "45-100")
    assert (document.issue_date, document.due_date) == (date(2026, 10, 15), date(2026, 11, 16))


@pytest.mark.parametrize(
    ("title", "number", "day"),
    [
        ("Rechnung Nr. 4711 vom 05.03.2026", "4711", date(2026, 3, 5)),
        ("Facture n°FA-12 du 05/03/2026", "FA-12", date(2026, 3, 5)),
        ("Fattura n. 12/A del 05/03/2026", "12/A", date(2026, 3, 5)),
        ("Faktura VAT nr FV/12/2026 z dnia 05.03.2026", "FV/12/2026", date(2026, 3, 5)),
        ("Fatura n.º FT-88 de 05/03/2026", "FT-88", date(2026, 3, 5)),
        ("Rechnung Nr. 26 / 089 vom 05.03.2026", "26 / 089", date(2026, 3, 5)),
        ("Rechnung 4'471 vom 5. März 2026", "4'471", date(2026, 3, 5)),
        ("Rechnungsnummer 77 0012 8841-3 vom 05.03.2026", "77 0012 8841-3", date(2026, 3, 5)),
    ],
)
def test_number_and_date_in_the_title(title, number, day):
    document = read((50, 200, title, 14), *GOODS)
    assert (document.kind, document.number, document.issue_date) == ("invoice", number, day)


def test_the_kind_from_the_label_of_a_number():
    document = read((50, 200, "INV. NO"), (150, 200, "S1-90"), (50, 214, "CUST. ORDER"), (150, 214, "by phone"), *GOODS)
    assert (document.kind, document.number) == ("invoice", "S1-90")
    document = read((50, 200, "Rechnungsnummer 4711", 14), (50, 230, "Ihre Bestellung: 45-100"), *GOODS)
    assert (document.kind, document.number) == ("invoice", "4711")
    assert document.references.purchase_order == "45-100"


def test_a_receipt_number_on_a_goods_receipt_is_its_own():
    document = read((400, 40, "GOODS RETURN", 14), (50, 100, "Receipt no."), (150, 100, "5000300416"), *GOODS)
    assert (document.kind, document.number) == ("goods_receipt", "5000300416")


def test_a_longer_label_says_something_else():
    document = read(
        (400, 40, "Facture", 16),
        (50, 200, "Date : 31/01/2026"),
        (50, 214, "DATE DE FACTURE ASSOCIÉE : 01/01/2026"),
        *GOODS,
    )
    assert document.issue_date == date(2026, 1, 31)


def test_a_label_glued_to_other_words_does_not_begin_the_line():
    document = read(
        (400, 40, "PURCHASE ORDER", 16),
        (50, 200, "Date :"),
        (150, 200, "09/01/2020"),
        (50, 700, "Pick-up_Date: 15/01/2020"),
        *GOODS,
    )
    assert document.issue_date == date(2020, 1, 9)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Zahlbar ohne Abzug bis 12.10.2026.", date(2026, 10, 12)),
        ("Bitte überweisen Sie den Betrag bis zum 26.11.2026 auf unser Konto.", date(2026, 11, 26)),
        ("Zahlbar: 30 Tage netto, fällig am 20.11.2026.", date(2026, 11, 20)),
    ],
)
def test_due_dates_in_sentences(sentence, day):
    document = read((50, 200, "Rechnung 4711", 14), (50, 230, "Datum: 11.09.2026"), (50, 600, sentence), *GOODS)
    assert (document.issue_date, document.due_date) == (date(2026, 9, 11), day)


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("V/ encomenda n.º", "PO-6125"),
        ("Nr zamówienia", "PO-6125"),
        ("Ert ordernr", "PO-6125"),
        ("Vs. ordine", "PO-6125"),
    ],
)
def test_orders_in_many_languages(label, number):
    document = read((50, 200, "Fatura 88", 14), (50, 230, label), (200, 230, number), *GOODS)
    assert document.references.purchase_order == number


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Total 25,00 €", "EUR"), ("Total EUR 25,00", "EUR"), ("Belopp 25,00 kr", "SEK"), ("Beløb 25,00 kr. Forfaldsdato", "DKK"),
        ("Beløp 25,00 kr MVA", "NOK"), ("Total 25.00 IBAN DE89 3704 0044 0532 0130 00", "EUR"),
    ],
)  # fmt: skip
def test_currencies(words, code):
    assert read((50, 40, "Faktura 4711", 14), (50, 600, words)).currency == code


@pytest.mark.parametrize(
    ("title", "label", "field"),
    [
        ("Goods receipt", "Delivery note no.", "despatch_advice"),
        ("Bolla di entrata", "DDT fornitore", "despatch_advice"),
        ("Przyjęcie zewnętrzne PZ", "WZ dostawcy", "despatch_advice"),
        ("Bestellung", "Ihr Angebot", "quote"),
        ("Indkøbsordre", "Deres tilbud", "quote"),
        ("Faktura", "Avtale", "contract"),
        ("Nota di credito", "Fattura di riferimento", "preceding_invoice"),
        ("Creditfactuur", "Betreft factuur", "preceding_invoice"),
        ("Kreditfaktura", "Avser faktura", "preceding_invoice"),
    ],
)
@pytest.mark.parametrize("apart", [True, False])
def test_references_to_other_papers(title, label, field, apart):
    told = [(50, 230, label + ":"), (220, 230, "AB-4711")] if apart else [(50, 230, f"{label} AB-4711")]
    document = read((50, 100, title, 14), *told, *GOODS)
    assert getattr(document.references, field) == "AB-4711"


def test_the_next_label_is_no_number():
    document = read((400, 40, "Invoice", 16), (400, 60, "DATE: 01/02/2026"), (400, 74, "INVOICE: NO. 001"), *GOODS)
    assert (document.number, document.issue_date) == ("001", date(2026, 2, 1))


def test_a_date_that_goes_on_in_the_next_row():
    document = read((50, 50, "FACTURA", 16), (300, 100, "Fecha de factura: 3 de junio"), (300, 112, "de 2026"))

    assert document.issue_date == date(2026, 6, 3)


def test_a_number_before_the_label_of_a_date():
    document = read((50, 50, "FACTURE", 16), (50, 80, "N° 0001442 / Date : 09.06.2026"))

    assert (document.number, document.issue_date) == ("0001442", date(2026, 6, 9))


def test_the_day_of_the_order_is_not_that_of_the_invoice():
    document = read(
        (50, 50, "RECHNUNG", 16),
        (50, 80, "Horgen, 02.05.2026"),
        (50, 95, "Ihre Bestellung"),
        (150, 95, "B-55 vom 11.4.2026"),
    )

    assert document.issue_date == date(2026, 5, 2)


@pytest.mark.parametrize(
    ("amount", "code"),
    [("CA$25.00", "CAD"), ("25,00 TL", "TRY"), ("25,00 лв.", "BGN"), ("25,00 грн", "UAH"), ("A$25.00", "AUD")],
)
def test_money_of_further_countries(amount, code):
    document = read((50, 50, "INVOICE", 16), (50, 300, "Total"), (400, 300, amount))

    assert document.currency == code


def test_an_american_paper_without_a_sign_counts_in_dollars():
    document = read((50, 50, "INVOICE", 16), (50, 80, "TRENTON NJ 08611"), (50, 300, "Total"), (400, 300, "25.00"))

    assert document.currency == "USD"


@pytest.mark.parametrize(
    ("words", "amount", "code"),
    [
        ("CUIT: 30-71234567-1", "$ 25,00", "ARS"),
        ("RFC: EVA990101AB3", "$25.00", "MXN"),
        ("Howick", "R 1 025.00", "ZAR"),
        ("GST 15%", "$25.00", "NZD"),
    ],
)
def test_whose_dollars_and_pesos_by_the_number_of_the_company(words, amount, code):
    document = read((50, 50, "INVOICE", 16), (50, 80, words), (50, 300, "Total"), (400, 300, amount))

    assert document.currency == code


def test_a_value_right_under_its_label_counts_before_one_half_a_line_lower():
    document = read(
        (50, 50, "FACTUUR", 16), (50, 107, "Datum"), (50, 121, "03/11/2026"),
        (150, 100, "Vervaldag"), (150, 113, "03/12/2026"),
    )  # fmt: skip

    assert document.issue_date == date(2026, 11, 3)


def test_a_title_behind_its_count():
    document = read(
        (50, 100, "1. Abschlagsrechnung Nr. 25-0871"), (50, 112, "Auftrag vom 02.06.2026, Auftrags-Nr. 66-014")
    )

    assert (document.kind, document.number) == ("invoice", "25-0871")
