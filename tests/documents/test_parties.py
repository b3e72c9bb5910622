"""Who sells and who buys: labels, windows, letterheads, feet and tax ids, each on a page of its own."""

import pytest

from app.reading import names, tax_ids
from app.reading.addresses import sheet_of
from tests.documents.layout import lines, page_of, read, rows

SELLER = ("Harbour Lane Tools Ltd", "14 Kiln Road", "Bristol BS1 4DJ")
BUYER = ("Bergmann Technik GmbH", "Industriestraße 4", "73033 Göppingen")
GOODS = [
    (50, 400, "Description"), (300, 400, "Quantity"), (400, 400, "Price"), (500, 400, "Amount"),
    (50, 415, "Bolt M8"), (300, 415, "10"), (400, 415, "2.50"), (500, 415, "25.00"),
]  # fmt: skip


def parties(*prints):
    document = read(*prints, *GOODS)
    return document.supplier.name, document.buyer.name


def test_labels_over_blocks():
    found = parties(
        (400, 50, "INVOICE", 16),
        (50, 150, "From:"),
        *lines(50, 162, *SELLER),
        (300, 150, "Bill to:"),
        *lines(300, 162, *BUYER),
    )
    assert found == (SELLER[0], BUYER[0])


def test_from_and_to_name_the_writer_and_the_reader_of_an_order():
    found = parties(
        (50, 50, "PURCHASE ORDER", 16),
        (50, 150, "From:"),
        *lines(50, 162, *BUYER),
        (300, 150, "To:"),
        *lines(300, 162, *SELLER),
    )
    assert found == (SELLER[0], BUYER[0])


def test_the_window_under_the_senders_line():
    found = parties(
        (60, 120, "Bergmann Technik GmbH · Industriestraße 4 · 73033 Göppingen", 6),
        *lines(60, 135, *SELLER),
        (60, 240, "Rechnung 4711", 14),
    )
    assert found == (BUYER[0], SELLER[0])


def test_a_senders_line_parted_by_commas():
    found = parties(
        (60, 120, "Bergmann Technik GmbH, Industriestraße 4, 73033 Göppingen", 6),
        *lines(60, 135, *SELLER),
        (60, 240, "Rechnung 4711", 14),
    )
    assert found == (BUYER[0], SELLER[0])


def test_the_letterhead_of_an_order_is_the_buyers():
    found = parties(
        (50, 40, BUYER[0], 16), (400, 42, "Bestellung", 16), (50, 110, "Lieferant"), *lines(50, 122, *SELLER)
    )
    assert found == (SELLER[0], BUYER[0])


def test_a_label_of_several_words_is_no_name():
    found = parties(
        (50, 40, BUYER[0], 16),
        (350, 42, "Wareneingangsschein", 16),
        (50, 110, "Lieferant der Ware"),
        *lines(50, 122, *SELLER),
    )
    assert found == (SELLER[0], BUYER[0])


def test_a_short_letterhead_gives_way_to_the_full_name_at_the_foot():
    found = parties(
        (50, 40, "HARBOUR LANE TOOLS", 20), (400, 45, "INVOICE", 16), *lines(50, 150, *BUYER),
        (50, 800, "Harbour Lane Tools Ltd, registered in England.", 7),
    )  # fmt: skip
    assert found == (SELLER[0], BUYER[0])


def test_a_letterhead_in_small_letters_is_the_same_name():
    found = parties(
        (50, 40, "harbour lane tools", 15), (400, 45, "Invoice", 16), (50, 150, "Prepared for"), *lines(50, 162, *BUYER),
        (50, 800, "Harbour Lane Tools Ltd · 14 Kiln Road · BS1 4DJ Bristol", 7),
    )  # fmt: skip
    assert found == (SELLER[0], BUYER[0])


def test_a_legal_form_on_the_second_line_belongs_to_the_name():
    found = parties(
        (50, 40, SELLER[0], 14), (400, 40, "Invoice", 14), (50, 150, "Bill to"),
        *lines(50, 162, "Bergmann Technik", "GmbH", "Industriestraße 4", "73033 Göppingen"),
    )  # fmt: skip
    assert found == (SELLER[0], BUYER[0])


def test_a_legal_form_behind_a_comma_belongs_to_the_name():
    found = parties(
        (50, 40, "Redwood Fastener Supply, Inc.", 14), (50, 58, "4500 Industrial Blvd, Dayton, OH 45402", 8),
        (400, 40, "INVOICE", 14), (50, 150, "Bill to"), *lines(50, 162, *BUYER),
    )  # fmt: skip
    assert found[0] == "Redwood Fastener Supply, Inc."


@pytest.mark.parametrize(
    "care", ["Attn: Accounts Payable", "z. Hd. Frau Wagner", "Einkauf", "À l'attention de Mme Roux"]
)
def test_lines_for_somebodys_attention_are_no_names(care):
    found = parties(
        (50, 40, SELLER[0], 14), (400, 40, "Invoice", 14), (50, 150, "Bill to"),
        *lines(50, 162, BUYER[0], care, *BUYER[1:]),
    )  # fmt: skip
    assert found == (SELLER[0], BUYER[0])
    above = parties(
        (50, 40, SELLER[0], 14), (400, 40, "Invoice", 14), (50, 150, "Bill to"),
        *lines(50, 162, care if care != "Einkauf" else "Attn: Einkauf", *BUYER),
    )  # fmt: skip
    assert above == (SELLER[0], BUYER[0])


def test_a_department_that_is_also_a_title_stays_in_the_address():
    found = parties(
        (60, 120, "Bergmann Technik GmbH · Industriestraße 4 · 73033 Göppingen", 6),
        *lines(60, 135, SELLER[0], "Wareneingang", *SELLER[1:]),
        (60, 240, "Lieferschein LS-4711", 14),
    )
    assert found == (BUYER[0], SELLER[0])


def test_a_salutation_is_no_party():
    found = parties(
        (60, 120, "Bergmann Technik GmbH · Industriestraße 4 · 73033 Göppingen", 6),
        *lines(60, 135, *SELLER),
        (60, 240, "Angebot 4711", 14),
        (60, 270, "Sehr geehrte Damen und Herren,"),
    )
    assert found == (BUYER[0], SELLER[0])


def test_carriers_and_banks_are_no_parties():
    found = parties(
        (50, 40, "Blue Heron Studio", 11), (50, 54, "9 Quay St, Portland, OR 97205", 8), (400, 40, "PACKING SLIP", 14),
        (50, 150, "Ship to:"), *lines(50, 162, *BUYER), (50, 780, "Carrier: UPS Supply Chain Solutions Inc."),
    )  # fmt: skip
    assert found == ("Blue Heron Studio", BUYER[0])


def test_a_form_of_labels_and_values():
    found = parties(
        (200, 40, SELLER[0], 14), (180, 80, "License Certificate", 18),
        (80, 140, "Licensed to"), (240, 140, BUYER[0]), (80, 158, "Issued by"), (240, 158, SELLER[0]),
        (80, 176, "Publisher"), (240, 176, "Northwind Software Inc."),
    )  # fmt: skip
    assert found == (SELLER[0], BUYER[0])


def test_names_behind_labels_inside_a_box():
    found = parties(
        (250, 40, "FATTURA", 16), (50, 100, "Cedente/prestatore (fornitore)"), (50, 114, "Denominazione: Officine Bellini S.r.l."),
        (50, 126, "Indirizzo: Via Roma 18, 20121 Milano"), (310, 100, "Cessionario/committente (cliente)"),
        (310, 114, "Denominazione: Cartiera Aurora S.p.A."), (310, 126, "Indirizzo: Strada Provinciale 4, 36100 Vicenza"),
    )  # fmt: skip
    assert found == ("Officine Bellini S.r.l.", "Cartiera Aurora S.p.A.")


def test_nobody_is_both():
    document = read((50, 40, SELLER[0], 14), (400, 40, "Invoice 4711", 14), *GOODS)
    assert document.supplier.name == SELLER[0]
    assert document.buyer.name is None


def test_a_name_has_its_place():
    document = read(
        (50, 40, SELLER[0], 14), (400, 40, "Invoice", 14), (50, 150, "Bill to"), *lines(50, 162, *BUYER), *GOODS
    )
    evidence = document.evidence["/buyer/name"]
    assert (evidence.page, evidence.box[0], evidence.box[1]) == (1, 50, 162)
    assert evidence.text == BUYER[0]
    assert 0 < evidence.score < 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("USt-IdNr. DE136695976 IBAN DE89 3704 0044 0532 0130 00", "DE136695976"),
        ("USt-IdNr.: ATU13585627", "ATU13585627"),
        ("TVA FR 40 303 265 045", "FR40303265045"),
        ("BTW NL004495445B01", "NL004495445B01"),
        ("VAT No. GB 980 7806 84", "GB980780684"),
        ("P.IVA 00743110157", "IT00743110157"),
        ("NIP: 856-734-62-15", "PL8567346215"),
        ("VAT IE9999999P", "IE9999999P"),
    ],
)
def test_vat_ids_by_the_shape_of_their_country(text, number):
    assert [entry.number for entry in tax_ids.vat_ids(sheet_of(rows((50, 50, text))))] == [number]


def test_an_id_without_a_label_that_fails_its_check_is_none():
    assert not list(tax_ids.vat_ids(sheet_of(rows((50, 50, "Item DE123456789 blue")))))


def test_vat_ids_go_to_their_parties():
    document = read(
        (50, 40, SELLER[0], 14), (400, 40, "Invoice", 14), (50, 150, "Bill to"), *lines(50, 162, *BUYER, "VAT DE136695976"),
        (50, 800, "VAT No. GB980780684", 7), *GOODS,
    )  # fmt: skip
    assert (document.supplier.vat_id, document.buyer.vat_id) == ("GB980780684", "DE136695976")


def test_your_vat_id_is_the_readers():
    document = read(
        (60, 120, "Bergmann Technik GmbH · Industriestraße 4 · 73033 Göppingen", 6), *lines(60, 135, *SELLER),
        (60, 240, "Rechnung 4711", 14), (60, 600, "Ihre USt-IdNr.: GB980780684"), (60, 800, "USt-IdNr. DE136695976", 7), *GOODS,
    )  # fmt: skip
    assert (document.supplier.vat_id, document.buyer.vat_id) == ("DE136695976", "GB980780684")


def test_the_id_at_the_foot_of_an_order_is_the_buyers():
    document = read(
        (50, 40, BUYER[0], 16), (400, 42, "Bestellung", 16), (50, 110, "Lieferant"), *lines(50, 122, *SELLER),
        (50, 810, "Bergmann Technik GmbH · Industriestraße 4 · 73033 Göppingen · USt-IdNr. DE136695976", 7), *GOODS,
    )  # fmt: skip
    assert (document.supplier.vat_id, document.buyer.vat_id) == (None, "DE136695976")


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("21079 Hamburg", True), ("Leeds LS1 0EX", True), ("BS1 4DJ", True), ("Springfield, IL 62700", True), ("1011 EX Amsterdam", True),
        ("00-950 Warszawa", True), ("903 26 Umeå", True), ("88802Spielkreis", True), ("Since 1964", False), ("Musterstraße 12", False),
        ("Tel: 0123 45678", False),
    ],
)  # fmt: skip
def test_towns(text, town):
    assert names.is_town(text) is town


@pytest.mark.parametrize(
    ("text", "formed"),
    [
        ("Acme GmbH & Co. KG", True),
        ("Acme, Inc.", True),
        ("Acme Sp. z o.o.", True),
        ("3421 AB Oudewater", False),
        ("Agentur", False),
    ],
)
def test_legal_forms(text, formed):
    assert names.has_form(text) is formed


def test_a_page_without_words_has_no_parties():
    document = read()
    assert (document.supplier.name, document.buyer.name) == (None, None)
    assert page_of().tokens == []


def test_bars_alone_in_a_row_break_nothing():
    found = parties((50, 40, SELLER[0], 14), (400, 40, "Invoice", 14), (50, 800, "|"), (50, 812, "| |"))
    assert found == (SELLER[0], None)


def test_a_buyer_who_is_delivered_elsewhere():
    found = parties(
        (50, 40, SELLER[0], 14), (400, 40, "Invoice", 14), (50, 150, "Bill to"), (300, 150, "Ship to"),
        *lines(50, 162, *BUYER), *lines(300, 162, "Taylor's Store", "5 Mill Lane", "Leeds LS1 0EX", "shop@taylor.example"),
    )  # fmt: skip
    assert found == (SELLER[0], BUYER[0])


def test_a_name_beside_its_label_with_the_address_under_it():
    found = parties(
        (50, 40, SELLER[0], 20),
        (400, 40, "Invoice", 14),
        (102, 150, "Sold to"),
        *lines(149, 150, "Wingtip Toys", "554 Magnolia Way", "Walnut, WY, 98432"),
    )
    assert found == (SELLER[0], "Wingtip Toys")


@pytest.mark.parametrize(
    "name", ["Client Solutions Ltd", "Spedition Huber GmbH", "Van Dijk Techniek B.V.", "The Bolt Company Ltd"]
)
def test_names_that_begin_like_labels(name):
    found = parties(
        (50, 40, name, 14), (400, 40, "Invoice", 14), (50, 150, "Bill to"), *lines(50, 162, *BUYER),
        (50, 810, f"{name} · 9 Dock Street · Leeds LS1 0EX", 7),
    )  # fmt: skip
    assert found == (name, BUYER[0])


def test_the_slip_for_the_payment_does_not_turn_the_parties_around():
    found = parties(
        *lines(50, 50, *BUYER),
        (50, 110, "USt-IdNr. DE811569869"),
        *lines(320, 150, *SELLER),
        (50, 700, "To:"),
        *lines(50, 712, *BUYER),
        (300, 700, "Zahlbar durch"),
        *lines(300, 712, *SELLER),
    )
    assert found == (BUYER[0], SELLER[0])


def test_who_ships_the_goods_is_not_who_bills_the_freight():
    found = parties(
        (50, 40, "Northwind Forwarding B.V.", 12),
        (50, 55, "Maasboulevard 9, 3011 XB Rotterdam"),
        (50, 68, "Tel. 010 000 0000"),
        *lines(50, 150, *BUYER),
        (50, 230, "SHIPPER"),
        (50, 242, BUYER[0].upper()),
        (300, 230, "CONSIGNEE"),
        (300, 242, "Pacific Joinery Pty Ltd"),
    )
    assert found == ("Northwind Forwarding B.V.", BUYER[0])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Adószám: 12892312-2-06", "HU12892312"),
        ("OIB: 33392005961", "HR33392005961"),
        ("ΑΦΜ: 094259216", "EL094259216"),
        ("Y-tunnus 0112038-9", "FI01120389"),
        ("CVR-nr. 13585628", "DK13585628"),
        ("ABN 51 824 753 556", "51824753556"),
        ("GSTIN/UIN: 24AAACC4175D1Z4", "24AAACC4175D1Z4"),
        ("CNPJ: 11.222.333/0001-81", "11222333000181"),
        ("VKN: 4540536920", "4540536920"),
        ("P.IVA e C.F. 00743110157", "IT00743110157"),
        ("ABN 51 824 753 557", "51824753557"),
        ("Telephone 51 824 753 557", None),
        ("Konto 33392005961", None),
    ],
)
def test_tax_numbers_without_letters_of_the_country(text, number):
    found = [entry.number for entry in tax_ids.vat_ids(sheet_of(rows((50, 100, text))))]
    assert found == ([number] if number else [])


@pytest.mark.parametrize(
    "name",
    ["Marmara Rulman A.Ş.", "Ege Makina Ltd. Şti.", "Строй Инвест ЕООД", "ΕΛΑΙΩΝΕΣ Α.Ε.", "Tartu Puit OÜ", "Serra S/A"],
)
def test_legal_forms_of_further_countries(name):
    assert names.has_form(name)


def test_who_is_left_over_at_the_head_is_the_buyer():
    found = parties(
        *lines(380, 40, *BUYER),
        (380, 80, "USt-IdNr. DE811569869"),
        (50, 60, SELLER[0]),
        (50, 72, "Accounts department"),
        (50, 240, "Rechnung 4711", 14),
    )
    assert found == (BUYER[0], SELLER[0])
