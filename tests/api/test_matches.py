"""POST /v1/matches: the decision, on file and as a dry run."""

import pytest

from tests.api import papers
from tests.processes.test_kill import invoice as paper


def put(client, *documents):
    return [client.post("/v1/documents", json=document).json()["id"] for document in documents]


def ask(client, identifier, key="k1"):
    return client.post("/v1/matches", json={"invoice": {"id": identifier}}, headers={"Idempotency-Key": key})


class TestDecisions:
    def test_a_perfect_purchase_is_paid(self, client):
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice())

        answer = ask(client, invoice).json()

        assert answer["decision"] == "pay"
        assert answer["payable"] == {"amount": "120.00", "currency": "EUR"}
        assert answer["held"] == {"amount": "0.00", "currency": "EUR"}
        assert answer["invoice"] == invoice.replace("doc_", "inv_")
        assert len(answer["inputs_sha256"]) == 64

    def test_a_price_above_the_order_is_held_with_the_reason(self, client):
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice(price="1.30"))

        answer = ask(client, invoice).json()

        assert answer["decision"] == "hold"
        assert (answer["payable"]["amount"], answer["held"]["amount"]) == ("120.00", "10.00")
        (finding,) = [f for f in answer["findings"] if f["code"] == "PRICE_OVER_PO"]
        assert (finding["line"], finding["order_line"], finding["variance"]) == ("10", "10", "10.00")
        assert "1.30" in finding["why"]
        assert {place["pointer"] for place in finding["evidence"]} == {"/lines/0/unit_price"}
        assert answer["erp_hints"]["sap"] == {"PaymentBlockingReason": "R"}

    def test_a_missing_receipt_waits_and_clears_itself(self, client):
        _, invoice = put(client, papers.order(), papers.invoice())

        assert ask(client, invoice).json()["decision"] == "wait"
        put(client, papers.receipt())
        assert ask(client, invoice, "k2").json()["decision"] == "pay"
        rows = client.get("/v1/exceptions?code=RECEIPT_MISSING").json()["data"]
        assert [row["state"] for row in rows] == ["resolved"]

    def test_an_unknown_order_is_a_finding_not_an_error(self, client):
        (invoice,) = put(client, papers.invoice(order_number="PO-404"))

        answer = ask(client, invoice)

        assert (answer.status_code, answer.json()["decision"]) == (200, "hold")
        assert "PO_NOT_FOUND" in [f["code"] for f in answer.json()["findings"]]

    def test_an_order_that_comes_late_clears_the_exception(self, client):
        put(client, papers.receipt(), papers.invoice())
        before = client.get("/v1/exceptions?state=open").json()["data"]
        put(client, papers.order())
        after = client.get("/v1/exceptions?state=open").json()["data"]

        assert [row["code"] for row in before] == ["PO_NOT_FOUND"]
        assert after == []

    def test_two_invoices_never_consume_the_same_goods(self, client):
        put(client, papers.order(), papers.receipt())
        first, second = put(client, papers.invoice("A", "60"), papers.invoice("B", "60"))

        one, two = ask(client, first).json(), ask(client, second, "k2").json()

        assert one["decision"] == "pay"
        assert two["decision"] == "hold"
        assert two["payable"]["amount"] == "48.00"
        assert {f["code"] for f in two["findings"]} >= {"QTY_OVER_ORDERED", "QTY_OVER_RECEIVED"}

    def test_the_same_bill_again_is_rejected_and_consumes_nothing(self, client):
        put(client, papers.order(), papers.receipt(), papers.invoice("NW/26-7"))
        (again,) = put(client, papers.invoice("NW 26 7"))

        answer = ask(client, again).json()

        assert answer["decision"] == "reject"
        assert answer["payable"]["amount"] == "0.00"
        assert client.get(f"/v1/documents/{again}").json()["standing"] == "duplicate"


class TestAsking:
    def test_it_needs_a_key_of_the_callers_own(self, client):
        answer = client.post("/v1/matches", json={"invoice": {"id": "inv_x"}})

        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency-key-missing")

    def test_the_same_key_gets_the_same_bytes(self, client):
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice())

        first, again = ask(client, invoice), ask(client, invoice)

        assert first.content == again.content
        assert first.headers["content-type"] == again.headers["content-type"]

    def test_the_same_key_for_another_question_is_refused(self, client):
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice())
        ask(client, invoice)

        answer = ask(client, "inv_other")

        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")

    def test_a_failed_question_frees_its_key(self, client):
        assert ask(client, "inv_nothing").status_code == 404
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice())
        assert ask(client, invoice).status_code == 200

    def test_the_callers_own_name_for_the_invoice_works(self, client):
        put(client, papers.order(), papers.receipt())
        client.post("/v1/documents?source=sap&external_id=51056", json=papers.invoice())

        answer = client.post(
            "/v1/matches", json={"invoice": {"source": "sap", "external_id": "51056"}},
            headers={"Idempotency-Key": "k"},
        )  # fmt: skip

        assert answer.json()["decision"] == "pay"

    def test_what_is_still_being_read_says_so_with_its_job(self, client):
        job = client.post("/v1/documents", files={"files": ("a.pdf", b"%PDF-1.7")}).json()

        answer = ask(client, job["documents"][0]["id"])

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-read-yet")
        assert answer.json()["job"] == job["id"]

    def test_an_order_is_not_an_invoice(self, client):
        (order,) = put(client, papers.order())

        assert ask(client, order).json()["type"] == "/problems/not-an-invoice"

    def test_asking_again_with_nothing_new_is_the_same_match(self, client):
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice())

        assert ask(client, invoice, "a").json()["id"] == ask(client, invoice, "b").json()["id"]

    def test_a_match_can_be_read_again(self, client):
        *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice())
        answer = ask(client, invoice).json()

        assert client.get(f"/v1/matches/{answer['id']}").json() == answer


class TestDryRun:
    def run(self, client, *documents, **more):
        return client.post("/v1/matches?dry_run=true", json={"documents": list(documents), **more})

    def test_it_judges_each_bill_and_stores_nothing(self, client):
        answer = self.run(
            client, papers.order(), papers.receipt(), papers.invoice("A", "60"), papers.invoice("B", "60")
        )

        assert [entry["decision"] for entry in answer.json()["invoices"]] == ["pay", "hold"]
        assert client.get("/v1/documents").json()["data"] == []
        assert client.get("/v1/trail").json()["data"] == []

    def test_a_policy_can_be_tried(self, client):
        papers_ = (papers.order(), papers.receipt(), papers.invoice(price="1.30"))

        strict = self.run(client, *papers_).json()["invoices"][0]
        loose = self.run(client, *papers_, policy={"price": {"up_pct": "10"}}).json()["invoices"][0]

        assert (strict["decision"], loose["decision"]) == ("hold", "pay")

    @pytest.mark.parametrize(
        ("more", "pointer"),
        [
            ({"policy": {"price": {"up_pct": 10}}}, "/policy/price/up_pct"),
            ({"policy": {"colour": "blue"}}, "/policy/colour"),
            ({"as_of": "yesterday"}, "/as_of"),
            ({"colour": 1}, "/colour"),
        ],
    )
    def test_what_is_wrong_is_named(self, client, more, pointer):
        answer = self.run(client, papers.order(), **more)

        assert answer.status_code == 422
        assert pointer in [entry["pointer"] for entry in answer.json()["errors"]]

    def test_a_place_inside_a_document_is_named(self, client):
        answer = self.run(client, papers.order(), papers.order() | {"number": 7})

        assert [entry["pointer"] for entry in answer.json()["errors"]] == ["/documents/1/number"]

    def test_a_rule_without_its_register_says_that_it_did_not_check(self, client):
        papers_ = [papers.order(), papers.receipt(), papers.invoice()]

        without = self.run(client, *papers_).json()["invoices"][0]["not_checked"]
        with_it = self.run(client, *papers_, registers={"employees": []}).json()["invoices"][0]["not_checked"]

        assert "not checked: no employee register on file" in [gap["because"] for gap in without]
        assert "employees" not in [gap["register"] for gap in with_it]

    def test_a_wrong_entry_of_a_register_is_named(self, client):
        answer = self.run(client, papers.order(), registers={"employees": [{"id": "1"}]})

        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"pointer": "/registers/employees/0/name", "detail": "missing"}]


class TestExceptions:
    def test_they_are_listed_page_by_page(self, client):
        for number in ("A", "B", "C"):
            put(client, papers.invoice(number, order_number=f"PO-{number}"))

        first = client.get("/v1/exceptions?code=PO_NOT_FOUND&limit=2").json()
        second = client.get(f"/v1/exceptions?code=PO_NOT_FOUND&limit=2&after={first['next']}").json()

        assert [row["number"] for row in first["data"] + second["data"]] == ["C", "B", "A"]
        assert second["next"] is None

    def test_filters_narrow_them(self, client):
        put(
            client,
            papers.order(),
            papers.receipt(),
            papers.invoice("A", price="1.30"),
            papers.invoice("B", order_number="X"),
        )

        codes = [row["code"] for row in client.get("/v1/exceptions?code=PRICE_OVER_PO").json()["data"]]
        found = client.get("/v1/exceptions", params={"q": "nw_%"}).json()["data"]

        assert codes == ["PRICE_OVER_PO"]
        assert found == []

    def test_they_can_be_taken_away_without_formulas(self, client):
        put(client, papers.invoice("=1+1", order_number="X"))

        answer = client.get("/v1/exceptions?format=csv")

        assert answer.headers["content-type"].startswith("text/csv")
        assert "'=1+1" in answer.text

    def test_an_exception_stays_one_however_often_it_is_found(self, client):
        put(client, papers.order(), papers.invoice("A", price="1.30"))
        put(client, papers.receipt("GR-1", "50"), papers.receipt("GR-2", "50"))

        rows = client.get("/v1/exceptions?code=PRICE_OVER_PO").json()["data"]

        assert len(rows) == 1
        assert rows[0]["state"] == "open"
        assert client.get(f"/v1/exceptions/{rows[0]['id']}").json()["finding"]["code"] == "PRICE_OVER_PO"


class TestWhatGoesWrong:
    def test_a_bill_that_cannot_be_judged_stops_no_other_one(self, client, ctx, monkeypatch):
        from app.payment import judge as judging
        from app.workflow import match

        def judge(invoice, *args, **more):
            if invoice.document.number == "A":
                raise RuntimeError("broken")
            return judging.judge(invoice, *args, **more)

        put(client, papers.order(), papers.receipt())
        monkeypatch.setattr(match, "judge", judge)
        with pytest.raises(RuntimeError, match="broken"):
            match.match_touched(ctx, [_put_quietly(ctx, n) for n in ("A", "B")], tenant="default")

        found = {row["number"]: row["id"] for row in client.get("/v1/documents?kind=invoice").json()["data"]}
        monkeypatch.undo()
        assert ask(client, found["B"]).json()["decision"] == "hold"
        assert ask(client, found["A"], "k2").json()["decision"] == "pay"

    def test_a_job_that_is_begun_again_still_knows_all_its_papers(self, client, ctx, drawer):
        from app.workflow.read import papers_of, read_document, waiting

        job = client.post(
            "/v1/documents", files=[("files", ("a.pdf", paper(1))), ("files", ("b.pdf", paper(2)))]
        ).json()
        identifiers = [entry["id"] for entry in job["documents"]]
        read_document(ctx, drawer, identifiers[0], tenant="default")

        assert waiting(ctx, tenant="default", job=job["id"]) == identifiers[1:]
        assert papers_of(ctx, tenant="default", job=job["id"]) == identifiers


def _put_quietly(ctx, number):
    """A bill on file that nobody judged yet."""
    from app.documents import canonical
    from app.workflow.receive import receive_document

    document = canonical.read(papers.invoice(number, "100" if number == "A" else "60"))
    return receive_document(ctx, document, tenant="default", actor="tests").id
