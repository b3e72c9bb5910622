"""What a person says a document states, put into it value by value."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.documents import canonical
from app.documents.corrections import Change, corrected, type_of, value_at
from app.documents.evidence import Method
from app.errors import MalformedListError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
READ = {"page": 1, "box": ["1", "2", "3", "4"], "method": "pdf", "score": "0.9"}
BILL = canonical.read(
    {
        "kind": "invoice",
        "number": "A-1",
        "lines": [{"id": str(at), "quantity": str(at), "net_amount": "1.00"} for at in (1, 2, 3)],
        "evidence": {
            "/number": READ,
            **{f"/lines/{at}/quantity": READ | {"text": str(at + 1)} for at in range(3)},
        },
    }
)


def correct(*changes):
    return corrected(BILL, [Change(**change) for change in changes], by="auditor:desk", at=NOW)


def test_a_value_gets_the_evidence_of_a_person():
    box = (Decimal(1), Decimal(2), Decimal(3), Decimal(4))

    found = correct({"pointer": "/lines/1/quantity", "value": "20", "page": 1, "box": box})

    entry = found.document.evidence["/lines/1/quantity"]
    assert found.document.lines[1].quantity == Decimal(20)
    assert (entry.method, entry.by, entry.at, entry.box, entry.score) == (Method.PERSON, "auditor:desk", NOW, box, 1)
    assert found.places == ("/lines/1/quantity",)


def test_what_was_not_corrected_stays_as_it_was():
    found = correct({"pointer": "/number", "value": "B-1"}).document

    assert found.lines == BILL.lines
    assert {p: e for p, e in found.evidence.items() if p != "/number"} == {
        p: e for p, e in BILL.evidence.items() if p != "/number"
    }


def test_a_value_that_the_paper_does_not_state_goes_with_its_evidence():
    found = correct({"pointer": "/number", "value": None}).document

    assert found.number is None
    assert "/number" not in found.evidence


def test_a_part_that_was_not_there_is_made():
    found = correct({"pointer": "/period/start", "value": "2026-01-01"}).document

    assert found.period.start == date(2026, 1, 1)


def test_pointers_mean_the_document_as_it_was_whatever_is_taken_away():
    found = correct(
        {"pointer": "/lines/0", "value": None},
        {"pointer": "/lines/2/quantity", "value": "30"},
        {"pointer": "/lines/-", "value": {"id": "9", "quantity": "9"}},
    )

    assert [(line.id, line.quantity) for line in found.document.lines] == [("2", 2), ("3", 30), ("9", 9)]
    assert found.places == (None, "/lines/1/quantity", "/lines/2")
    evidence = found.document.evidence
    assert evidence["/lines/0/quantity"].text == "2"
    assert evidence["/lines/1/quantity"].method is Method.PERSON
    assert {p for p in evidence if p.startswith("/lines/2/")} == {"/lines/2/id", "/lines/2/quantity"}


def test_the_document_it_came_from_is_not_changed():
    before = canonical.write(BILL)

    correct({"pointer": "/lines/0", "value": None})

    assert canonical.write(BILL) == before


def test_it_survives_json_with_who_and_when():
    found = correct({"pointer": "/number", "value": "B-1"}).document

    assert canonical.read(canonical.write(found)) == found


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"pointer": "number", "value": "1"}, "/corrections/0/pointer"),
        ({"pointer": "/", "value": "1"}, "/corrections/0/pointer"),
        ({"pointer": "/lines/3/quantity", "value": "1"}, "/corrections/0/pointer"),
        ({"pointer": "/lines/x", "value": None}, "/corrections/0/pointer"),
        ({"pointer": "/lines/-", "value": None}, "/corrections/0/pointer"),
        ({"pointer": "/number/deeper", "value": "1"}, "/corrections/0/pointer"),
        ({"pointer": "/evidence/~1number", "value": {}}, "/corrections/0/pointer"),
        ({"pointer": "/lines/0/net_amount", "value": 1.5}, "/corrections/0/value"),
        ({"pointer": "/lines/-", "value": {"quantity": "x"}}, "/corrections/0/value/quantity"),
    ],
)
def test_what_leads_nowhere_or_does_not_fit_is_named(change, place):
    with pytest.raises(MalformedListError) as caught:
        correct(change)

    assert [error.pointer for error in caught.value.errors] == [place]


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(MalformedListError) as caught:
        correct({"pointer": "/nowhere", "value": "1"}, {"pointer": "/lines/9", "value": None})

    assert len(caught.value.errors) == 2


def test_a_pointer_tells_the_type_of_its_value():
    assert type_of("/totals/gross") is Decimal
    assert type_of("/lines/7/period/start") is date
    assert type_of("/supplier/name") is str
    assert type_of("/supplier/colour") is None
    assert type_of("/lines/first/id") is None


def test_a_value_is_found_by_its_pointer():
    body = canonical.write(BILL)

    assert value_at(body, "/lines/2/id") == "3"
    assert value_at(body, "/lines/3/id") is None
    assert value_at(body, "/number/x") is None
