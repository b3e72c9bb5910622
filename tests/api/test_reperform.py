"""POST /v1/matches/{id}/reperform: the same answer from the same inputs, whatever came on file since."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.matching.rule import RULES
from app.storage import documents
from app.storage.tables import DOCUMENT, EXCEPTION, KEPT, MATCH, MATCH_INPUTS
from app.workflow import reperform as verb
from tests.api import papers
from tests.api.test_matches import ask, put
from tests.api.test_policies import LOOSE, caller, put_in_force


def again(client, match):
    answer = client.post(f"/v1/matches/{match['id']}/reperform")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def held(client):
    """A match with a finding on the price: the invoice, and the answer."""
    *_, invoice = put(client, papers.order(), papers.receipt(quantity="60"), papers.invoice(price="1.30"))
    return invoice, ask(client, invoice).json()


def correct(client, document, pointer, value):
    given = {"corrections": [{"pointer": pointer, "value": value}]}
    answer = client.post(f"/v1/documents/{document}/corrections", json=given)
    assert answer.status_code == 200, answer.text


class TestTheSameAnswer:
    def test_at_once(self, client, held):
        _, match = held

        found = again(client, match)

        assert (found["identical"], found["differences"]) == (True, [])
        assert found["rules_version"] == {"then": match["rules_version"], "now": match["rules_version"]}
        assert found["inputs_sha256"] == {"then": match["inputs_sha256"], "now": match["inputs_sha256"]}
        assert found["inputs"]["documents"] == 3
        assert match["findings"]

    def test_after_later_papers(self, client, held):
        invoice, match = held
        put(client, papers.receipt("GR-2", "40"), papers.invoice("NW-2", "5"), papers.order(version="2", price="1.30"))

        assert ask(client, invoice, "k2").json()["inputs_sha256"] != match["inputs_sha256"]
        assert again(client, match)["identical"]

    def test_after_corrections_of_every_paper(self, client):
        order, receipt, invoice = put(client, papers.order(), papers.receipt(), papers.invoice(price="1.30"))
        match = ask(client, invoice).json()
        correct(client, order, "/lines/0/unit_price", "1.30")
        correct(client, receipt, "/lines/0/received", "7")
        correct(client, invoice, "/lines/0/unit_price", "1.20")
        correct(client, invoice, "/lines/0/unit_price", "1.25")
        later = ask(client, invoice, "k2").json()

        assert later["findings"] != match["findings"]
        assert again(client, match)["identical"]
        assert again(client, later)["identical"]

    def test_after_another_policy_came_in_force(self, app, ctx, client, held):
        invoice, match = held
        put_in_force(caller(app, ctx, "anna"), caller(app, ctx, "ben"), LOOSE)
        later = ask(client, invoice, "k2").json()

        assert (match["policy_version"], later["policy_version"]) == ("2026-1", "2026-2")
        assert again(client, match)["identical"]
        assert again(client, later)["identical"]

    def test_after_an_invoice_of_the_order_was_voided(self, client, ctx):
        _, _, first, second = put(
            client, papers.order(), papers.receipt(), papers.invoice(), papers.invoice("NW-2", "10")
        )
        match = ask(client, second).json()
        with ctx.db.begin() as session:
            documents.set_standing(session, tenant="default", identifier=first, standing=documents.Standing.VOID)

        assert ask(client, second, "k2").json()["decision"] == "pay"
        assert (match["decision"], again(client, match)["identical"]) == ("hold", True)

    def test_of_every_bill_of_an_order(self, client):
        given = [papers.invoice(f"NW-{at}", "30", "1.2" + str(at)) for at in range(5)]
        found = put(client, papers.order(), papers.receipt(), *given)
        bodies = [ask(client, invoice, f"k{invoice}").json() for invoice in found[2:]]

        assert {body["decision"] for body in bodies} >= {"pay", "hold"}
        assert all(again(client, body)["identical"] for body in bodies)

    def test_of_a_paper_that_could_not_be_read(self, client, ctx, database):
        _, invoice = put(client, papers.order(), papers.invoice())
        with database.begin() as session:
            session.execute(
                update(DOCUMENT)
                .where(DOCUMENT.c.id == invoice)
                .values(state="unread", verdict="malformed", reason="no PDF", body=None, body_sha256=None)
            )
        match = ask(client, invoice).json()

        assert "DOC_UNREADABLE" in [finding["code"] for finding in match["findings"]]
        assert again(client, match)["identical"]

    def test_with_what_people_let_pass(self, client, database, held):
        invoice, match = held
        waive(database, "PRICE_OVER_PO")
        waived = ask(client, invoice, "k2").json()
        put(client, papers.receipt("GR-2", "40"))

        assert waived["findings"] == match["findings"]
        assert waived["inputs_sha256"] != match["inputs_sha256"]
        assert again(client, match)["identical"]
        assert again(client, waived)["identical"]

    def test_with_the_registers_as_they_were(self, client):
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice())
        before = ask(client, invoice).json()
        vendor = {"id": "70012", "name": "Nordwind Beispiel GmbH", "vat_id": "DE136695976", "status": "blocked"}
        register(client, vendor)
        with_it = ask(client, invoice, "k2").json()
        register(client)

        assert (before["registers"], with_it["registers"]) == ({}, {"vendors": 1})
        assert (before["decision"], with_it["decision"]) == ("pay", "hold")
        assert again(client, before)["identical"]
        assert again(client, with_it)["identical"]

    def test_it_stores_nothing(self, client, held):
        _, match = held
        before = client.get("/v1/trail?limit=200").json()
        again(client, match)

        assert client.get("/v1/trail?limit=200").json() == before

    def test_an_unknown_match_is_not_there(self, client):
        assert client.post("/v1/matches/mat_9/reperform").status_code == 404


def register(client, *entries):
    answer = client.put("/v1/registers/vendors", json={"entries": list(entries)})
    assert answer.status_code == 200, answer.text


def waive(database, code):
    with database.begin() as session:
        done = session.execute(update(EXCEPTION).where(EXCEPTION.c.code == code).values(state="waived"))
        assert done.rowcount == 1


class TestOtherRules:
    def test_it_says_so_and_shows_what_differs(self, client, held, monkeypatch):
        _, match = held
        (price,) = [finding["id"] for finding in match["findings"] if finding["code"] == "PRICE_OVER_PO"]
        silent = replace(RULES["PRICE_OVER_PO"], version=9, check=lambda _voucher, _policy: iter(()))
        monkeypatch.setitem(RULES._entries, "PRICE_OVER_PO", silent)
        monkeypatch.setattr(verb, "RULES_VERSION", "another")

        found = again(client, match)

        assert found["rules_version"] == {"then": match["rules_version"], "now": "another"}
        assert not found["identical"]
        places = {place["pointer"]: place["now"] for place in found["differences"]}
        assert places[f"/findings/{price}"] is None
        # The inputs are the same; it is the rules that are not.
        assert "/inputs_sha256" not in places
        assert not any(pointer.startswith(("/inputs/", "/trail/")) for pointer in places)


class TestTampering:
    def test_with_a_document(self, client, held, database):
        invoice, match = held
        with database.begin() as session:
            where = DOCUMENT.c.id == invoice
            body = session.execute(select(DOCUMENT.c.body).where(where)).scalar()
            body["lines"][0]["unit_price"] = "1.20"
            session.execute(update(DOCUMENT).where(where).values(body=body))

        found = again(client, match)

        assert not found["identical"]
        assert [place["pointer"] for place in found["differences"]] == [f"/inputs/documents/{invoice}"]

    def test_with_a_document_and_its_digest(self, client, held, database):
        invoice, match = held
        with database.begin() as session:
            where = DOCUMENT.c.id == invoice
            body = session.execute(select(DOCUMENT.c.body).where(where)).scalar()
            body["lines"][0]["unit_price"] = "1.20"
            session.execute(update(DOCUMENT).where(where).values(body=body, body_sha256="0" * 64))

        (place,) = again(client, match)["differences"]

        assert (place["pointer"], place["now"]) == (f"/inputs/documents/{invoice}", None)

    def test_with_the_record(self, client, held, database):
        _, match = held
        with database.begin() as session:
            where = MATCH_INPUTS.c.match == match["id"]
            body = session.execute(select(MATCH_INPUTS.c.body).where(where)).scalar()
            body["waived"] = [match["findings"][0]["id"].removeprefix("fnd_")]
            session.execute(update(MATCH_INPUTS).where(where).values(body=body))

        pointers = [place["pointer"] for place in again(client, match)["differences"]]

        assert {"/trail/record_sha256", "/inputs_sha256"} <= set(pointers)

    def test_with_the_answer(self, client, held, database):
        _, match = held
        changed = json.loads(json.dumps(match))
        changed["findings"][0]["why"] = "nothing at all"
        changed["decision"] = "pay"
        with database.begin() as session:
            session.execute(update(MATCH).where(MATCH.c.id == match["id"]).values(body=changed))

        pointers = [place["pointer"] for place in again(client, match)["differences"]]

        finding = match["findings"][0]["id"]
        assert pointers == ["/trail/answer_sha256", "/decision", f"/findings/{finding}/why"]

    def test_with_the_policy(self, client, held, database):
        _, match = held
        with database.begin() as session:
            body = session.execute(select(KEPT.c.body)).scalar()
            body["policy"]["match_way"] = 2
            session.execute(update(KEPT).values(body=body))

        assert [place["pointer"] for place in again(client, match)["differences"]] == ["/inputs/policy"]
