"""What the words of a line, or of a name, say beside it."""

import pytest

from app.documents.document import Document, Line, Party
from app.documents.evidence import Evidence, Method
from app.reading.naming import told


def line_of(description, kind="invoice", **more):
    return told(Document(kind=kind, lines=(Line(description=description, **more),))).lines[0]


@pytest.mark.parametrize(
    ("words", "name", "order_line"),
    [
        ("Hammer 300 g zu Ihrer Pos. 10", "Hammer 300 g", "10"),
        ("Hammer 300 g (your item no. 20)", "Hammer 300 g", "20"),
        ("Marteau 300 g, votre poste 30", "Marteau 300 g", "30"),
        ("Martillo 300 g su línea: 40", "Martillo 300 g", "40"),
        ("Hammer 300 g, PO line 50", "Hammer 300 g", "50"),
    ],
)
def test_a_line_of_the_buyers_order_is_taken_out_of_the_words(words, name, order_line):
    found = line_of(words)

    assert (found.description, found.order_line) == (name, order_line)


@pytest.mark.parametrize(
    "words", ["Your item of choice", "Position light 12 V", "Line cable 10 m", "Pos. display 40 cm"]
)
def test_other_words_stay(words):
    assert line_of(words).description == words
    assert line_of(words).order_line is None


def test_a_labelled_item_number_behind_the_name_is_its_number():
    found = line_of("Cahier relié A5 (réf. CA-519)", seller_item_id="CA-519)")

    assert (found.description, found.seller_item_id) == ("Cahier relié A5", "CA-519")


def test_codes_before_most_names_are_item_numbers():
    names = ("BX-16128 Shipping box", "TP-2110C Sealing tape", "Carriage")
    paper = Document(kind="invoice", lines=tuple(Line(description=name) for name in names))

    assert [line.seller_item_id for line in told(paper).lines] == ["BX-16128", "TP-2110C", None]


def test_on_the_buyers_own_papers_they_are_the_buyers_numbers():
    names = ("M-100 Bolt", "M-200 Nut")
    paper = told(Document(kind="purchase_order", lines=tuple(Line(description=name) for name in names)))

    assert [line.buyer_item_id for line in paper.lines] == ["M-100", "M-200"]


def test_one_code_alone_may_be_part_of_a_name():
    names = ("ESP32 module", "Soldering iron", "Flux pen")
    paper = told(Document(kind="invoice", lines=tuple(Line(description=name) for name in names)))

    assert [line.seller_item_id for line in paper.lines] == [None, None, None]


def test_what_was_derived_says_where_it_stood():
    place = Evidence(page=1, box=None, text="Hammer zu Ihrer Pos. 10", method=Method.PDF, score=1)
    paper = Document(kind="invoice", lines=(Line(description=place.text),), evidence={"/lines/0/description": place})

    found = told(paper).evidence["/lines/0/order_line"]

    assert (found.page, found.text) == (1, "10")
    assert found.score < place.score


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Alpen Muster GmbH UID ATU99999993", "Alpen Muster GmbH"),
        ("Exemple SARL · TVA FR 44 111111118", "Exemple SARL"),
        ("Voorbeeld B.V. - BTW NL111111110B01", "Voorbeeld B.V."),
        ("Tax Advisers Ltd", "Tax Advisers Ltd"),
        ("Studio 54 Vat Dyes", "Studio 54 Vat Dyes"),
    ],
)
def test_a_name_ends_before_the_tax_number(printed, name):
    assert told(Document(kind="invoice", supplier=Party(name=printed))).supplier.name == name
