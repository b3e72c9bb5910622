"""Contracts and the papers around them: terms in clauses, rates without counts, and whose number is whose."""

from datetime import date
from decimal import Decimal

import pytest

from tests.documents.test_deliveries import printed, told

RATES = [
    [(50, "Role"), (230, "Unit"), (380, "Rate GBP")],
    [(50, "Service desk analyst"), (230, "hour"), (540, "38.00", "right")],
    [(50, "Solution architect"), (230, "day"), (540, "720.00", "right")],
]
SCALE = [
    20,
    [(50, "Service level"), (230, "Target"), (380, "Service credit")],
    [(50, "Monthly availability"), (230, "99.9%"), (380, "5% of monthly fee")],
    [(50, "Monthly availability"), (230, "99.0%"), (380, "10% of monthly fee")],
    [(50, "Response time"), (230, "30 minutes"), (380, "2% of monthly fee")],
]


def test_the_clauses_of_a_contract_tell_its_terms_and_end_its_price_list():
    document = printed("Master Services Agreement", [
        "Agreement no: MSA-17",
        "This Agreement commences on 1 January 2027 and continues until 31 December 2029.",
        "Either party may terminate by giving ninety (90) days' written notice.",
        "Third-party goods are recharged at cost plus a mark-up of 6%.",
        "Total charges shall not exceed GBP 480,000 in any year.",
    ], [*RATES, *SCALE])  # fmt: skip

    terms = document.contract
    assert (terms.start, terms.end, terms.notice_days) == (date(2027, 1, 1), date(2029, 12, 31), 90)
    assert (terms.markup_percent, terms.limit) == (6, 480000)
    assert [(x.objective, x.target, x.credit_percent, x.lower_is_better) for x in terms.service_levels] == [
        ("Monthly availability", Decimal("99.9"), 5, None),
        ("Monthly availability", Decimal("99.0"), 10, None),
        ("Response time", 30, 2, True),
    ]
    assert told(document, "description", "unit_price") == [
        ("Service desk analyst", "38.00"),
        ("Solution architect", "720.00"),
    ]
    assert {"/contract/start", "/contract/notice_days", "/contract/service_levels"} <= document.evidence.keys()


@pytest.mark.parametrize(
    ("facts", "days", "markup"),
    [
        (
            [
                "Vertragsbeginn: 01.04.2027",
                "Vertragsende: 31.03.2029",
                "Kündigungsfrist: 3 Monate",
                "Aufschlag von 8 %",
            ],
            90,
            8,
        ),
        (["Date d'effet : 01/04/2027", "Date de fin : 31/03/2029", "Préavis : 2 mois", "majorés de 4 %"], 60, 4),
        (["Ingangsdatum: 01-04-2027", "Einddatum: 31-03-2029", "Opzegtermijn: 6 weken", "opslag van 5%"], 42, 5),
    ],
)
def test_terms_behind_labels_in_other_languages(facts, days, markup):
    document = printed("Rahmenvertrag RV-4471", facts, [
        [(50, "Leistung"), (300, "Preis EUR")],
        [(50, "Kopierpapier A4"), (350, "18,90", "right")],
        [(50, "Toner schwarz"), (350, "64,00", "right")],
    ])  # fmt: skip

    terms = document.contract
    assert (terms.start, terms.end) == (date(2027, 4, 1), date(2029, 3, 31))
    assert (terms.notice_days, terms.markup_percent, terms.limit) == (days, markup, None)


def test_an_order_confirmation_names_the_quote_and_is_none():
    document = printed("Order acknowledgement", ["Our order: SO-718", "Our quote: PQ-5519", "Your order: MV-2017"], [
        [(50, "Item"), (300, "Qty", "right"), (400, "Price each", "right"), (500, "Value", "right")],
        [(50, "Transfer pump"), (300, "2", "right"), (400, "1,870.00", "right"), (500, "3,740.00", "right")],
        [(50, "Seal kit"), (300, "4", "right"), (400, "96.00", "right"), (500, "384.00", "right")],
    ])  # fmt: skip

    assert (document.kind, document.number) == ("quote", "SO-718")
    assert (document.references.quote, document.references.purchase_order) == ("PQ-5519", "MV-2017")


def test_what_is_still_to_come_is_no_delivery():
    head = [(50, "Code"), (120, "Description"), (400, "Qty", "right")]
    document = printed("PACKING SLIP", ["Packing slip no: PS-4711"], [
        head,
        [(50, "CB-100"), (120, "Coated paper"), (400, "48", "right")],
        [(50, "CB-140"), (120, "Ivory board"), (400, "15", "right")],
        [(50, "Items to follow")],
        head,
        [(50, "CB-140"), (120, "Ivory board"), (400, "9", "right")],
    ])  # fmt: skip

    assert told(document, "description", "quantity") == [("Coated paper", "48"), ("Ivory board", "15")]


def test_what_was_delivered_is_what_was_accepted_and_what_was_rejected():
    document = printed("GOODS RECEIPT", ["Goods receipt no: GR-4711"], [
        [(50, "Article"), (280, "Delivered", "right"), (380, "Received", "right"), (490, "Rejected", "right")],
        [(50, "Klej 25 kg"), (280, "40", "right"), (380, "38", "right"), (490, "2", "right")],
        [(50, "Grunt 5 l"), (280, "12", "right"), (380, "12", "right"), (490, "0", "right")],
    ])  # fmt: skip

    assert told(document, "received", "accepted", "rejected") == [("40", "38", "2"), ("12", "12", "0")]
