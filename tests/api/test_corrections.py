"""POST /v1/documents/{id}/corrections: the document changes, its bills are judged anew, the layout is learned."""

import pytest

from app.reading.sandbox import Limits, Sandbox
from app.storage import documents, layouts, trail
from app.storage.access import Role
from app.workflow.match import match_touched
from app.workflow.read import read_document
from tests.api import papers
from tests.api.conftest import key_for
from tests.conftest import NOW
from tests.documents.oddities import LAYOUTS, box_of, paper_of, value_at

BY_NAME = {layout.name: layout for layout in LAYOUTS}
SWAPPED = BY_NAME["price before quantity, under the heads of each other"]
NUMBERED = BY_NAME["a number under a word of its own"]


@pytest.fixture(scope="module")
def reader():
    found = Sandbox(limits=Limits(seconds=20, memory=1 << 30), readers=1)
    yield found
    found.close()


@pytest.fixture
def bring(client, ctx, reader):
    """Bring a paper of a layout and read it, as the worker does."""

    def act(layout, seed):
        data, truth = paper_of(layout, seed)
        sent = client.post("/v1/documents", files={"files": (f"{seed}.pdf", data)}).json()
        identifier = sent["documents"][0]["id"]
        match_touched(ctx, read_document(ctx, reader, identifier, tenant="default"), tenant="default")
        return identifier, data, truth

    return act


def corrections_of(layout, data, truth):
    pointers = [entry.replace("*", "0") for entry in layout.teach]
    return [
        {
            "pointer": pointer,
            "value": value_at(truth, pointer),
            "page": 1,
            "box": [str(side) for side in box_of(data, truth, pointer)],
        }
        for pointer in pointers
    ]


def correct(client, identifier, corrections, **headers):
    return client.post(f"/v1/documents/{identifier}/corrections", json={"corrections": corrections}, headers=headers)


def read_of(client, identifier):
    return client.get(f"/v1/documents/{identifier}").json()


class TestWhatIsOnFile:
    def test_a_value_is_corrected_with_who_and_when(self, client, bring):
        identifier, data, truth = bring(NUMBERED, 0)

        answer = correct(client, identifier, corrections_of(NUMBERED, data, truth))

        assert answer.status_code == 200
        body = answer.json()
        assert body["number"] == body["document"]["number"] == truth["number"]
        evidence = body["document"]["evidence"]["/number"]
        assert (evidence["method"], evidence["by"], evidence["at"]) == (
            "person",
            "auditor:tests",
            "2026-11-22T09:00:00Z",
        )
        assert (evidence["text"], evidence["document"], evidence["page"]) == (truth["number"], identifier, 1)

    def test_the_content_before_is_kept(self, client, bring):
        identifier, data, truth = bring(NUMBERED, 0)
        before = read_of(client, identifier)

        after = correct(client, identifier, corrections_of(NUMBERED, data, truth)).json()

        [kept] = client.get(f"/v1/documents/{identifier}/versions").json()["data"]
        assert (before["version"], kept["version"], after["version"]) == (1, 1, 2)
        assert kept["document"] == before["document"]
        assert kept["corrected_by"] == "auditor:tests"
        assert [(c["was"], c["value"]) for c in kept["corrections"]] == [(before["number"], truth["number"])]

    def test_the_trail_tells_it_and_holds(self, client, ctx, bring):
        identifier, data, truth = bring(NUMBERED, 0)

        learned = correct(client, identifier, corrections_of(NUMBERED, data, truth)).json()["learned"]

        with ctx.db.read() as session:
            entries = trail.entries(session, tenant="default", limit=100)
            assert trail.check(session, tenant="default")[1] is None
        [entry] = [entry for entry in entries if entry.event == "document.corrected"]
        assert (entry.subject, entry.actor) == (identifier, "auditor:tests")
        assert entry.body["layout"] == f"{learned['memory']}/1"
        [lesson] = [entry for entry in entries if entry.event == "layout.learned"]
        assert (lesson.subject, lesson.body["gives"]) == (learned["memory"], ["/number"])

    def test_the_bills_that_it_touches_are_judged_anew(self, client):
        order = client.post("/v1/documents", json=papers.order(price="1.20")).json()["id"]
        client.post("/v1/documents", json=papers.receipt())
        bill = client.post("/v1/documents", json=papers.invoice(price="1.50")).json()["id"]
        held = client.get(f"/v1/exceptions?invoice={bill}&state=open").json()["data"]

        answer = correct(
            client,
            order,
            [
                {"pointer": "/lines/0/unit_price", "value": "1.50"},
                {"pointer": "/lines/0/net_amount", "value": "150.00"},
            ],
        )

        assert answer.status_code == 200
        assert "PRICE_OVER_PO" in {row["code"] for row in held}
        left = client.get(f"/v1/exceptions?invoice={bill}&state=open").json()["data"]
        assert "PRICE_OVER_PO" not in {row["code"] for row in left}

    def test_bills_that_hung_on_the_old_number_are_judged_anew(self, client):
        order = client.post("/v1/documents", json=papers.order()).json()["id"]
        client.post("/v1/documents", json=papers.receipt())
        bill = client.post("/v1/documents", json=papers.invoice()).json()["id"]

        correct(client, order, [{"pointer": "/number", "value": "PO-2"}])

        codes = {row["code"] for row in client.get(f"/v1/exceptions?invoice={bill}&state=open").json()["data"]}
        assert "PO_NOT_FOUND" in codes

    def test_a_line_can_be_added_and_taken_away(self, client):
        bill = client.post("/v1/documents", json=papers.invoice()).json()["id"]
        new = papers.line("5", "2.00", id="20", description="Washer") | {"id": "20", "description": "Washer"}

        answer = correct(client, bill, [{"pointer": "/lines/0", "value": None}, {"pointer": "/lines/-", "value": new}])

        lines = answer.json()["document"]["lines"]
        assert [(line["id"], line["description"], line["quantity"]) for line in lines] == [("20", "Washer", "5")]
        evidence = answer.json()["document"]["evidence"]
        assert {pointer for pointer in evidence if pointer.startswith("/lines/")} >= {"/lines/0/quantity"}

    def test_a_value_that_is_not_on_paper_is_no_layout(self, client, bring):
        identifier, *_ = bring(NUMBERED, 0)

        learned = correct(client, identifier, [{"pointer": "/payment_terms", "value": "30 days"}]).json()["learned"]

        assert learned == {"memory": None, "version": None, "gives": [], "alone": ["/payment_terms"]}


MALFORMED = [
    ({"pointer": "/nonsense", "value": "1"}, "/corrections/0/pointer"),
    ({"pointer": "/lines/7/quantity", "value": "1"}, "/corrections/0/pointer"),
    ({"pointer": "", "value": {}}, "/corrections/0/pointer"),
    ({"pointer": "/evidence", "value": {}}, "/corrections/0/pointer"),
    ({"pointer": "/lines", "value": []}, "/corrections/0/pointer"),
    ({"pointer": "/lines/0/quantity", "value": 5}, "/corrections/0/value"),
    ({"pointer": "/lines/0/quantity", "value": "five"}, "/corrections/0/value"),
    ({"pointer": "/issue_date", "value": "22.11.2026"}, "/corrections/0/value"),
    ({"pointer": "/currency", "value": "EURO"}, "/corrections/0/value"),
    ({"pointer": "/lines/-", "value": {"colour": "red"}}, "/corrections/0/value/colour"),
    ({"pointer": "/kind", "value": None}, "/corrections/0/value"),
    ({"pointer": "/number"}, "/corrections/0/value"),
    ({"pointer": "/number", "value": "1", "why": "?"}, "/corrections/0/why"),
    ({"pointer": "/number", "value": "1", "page": 1}, "/corrections/0/box"),
    ({"pointer": "/number", "value": "1", "page": 1, "box": ["1", "2", "3"]}, "/corrections/0/box"),
    ({"pointer": "/number", "value": "1", "page": 1, "box": [9, 2, 3, 4]}, "/corrections/0/box"),
    ({"pointer": "/number", "value": "1", "page": 1, "box": [1, 2, 3, 4]}, "/corrections/0/page"),
]


class TestWhatIsRefused:
    @pytest.fixture
    def bill(self, client):
        return client.post("/v1/documents", json=papers.invoice()).json()["id"]

    def test_malformed_input_is_422_and_names_the_place(self, client, bill):
        for correction, pointer in MALFORMED:
            answer = correct(client, bill, [correction])

            assert (answer.status_code, correction) == (422, correction)
            assert answer.headers["content-type"] == "application/problem+json"
            assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert read_of(client, bill)["version"] == 1

    def test_an_unknown_document_is_404(self, client):
        assert correct(client, "doc_unknown", [{"pointer": "/number", "value": "1"}]).status_code == 404

    def test_another_tenants_document_is_404(self, client, app, ctx, bill):
        key = key_for(ctx, Role.AUDITOR, tenant="other")

        answer = correct(client, bill, [{"pointer": "/number", "value": "1"}], Authorization=f"Bearer {key}")

        assert answer.status_code == 404

    def test_other_roles_may_not(self, client, ctx, bill):
        for role in (Role.UPLOADER, Role.AP_SYSTEM, Role.BUYER, Role.ADMIN):
            key = key_for(ctx, role)

            answer = correct(client, bill, [{"pointer": "/number", "value": "1"}], Authorization=f"Bearer {key}")

            assert answer.status_code == 403

    def test_what_is_still_being_read_is_409(self, client):
        sent = client.post("/v1/documents", files={"files": ("a.pdf", b"%PDF-1.7 a")}).json()

        answer = correct(client, sent["documents"][0]["id"], [{"pointer": "/number", "value": "1"}])

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-read-yet")

    def test_what_changed_since_is_412_and_nothing_happens(self, client, bill):
        seen = client.get(f"/v1/documents/{bill}").headers["etag"]
        first = correct(client, bill, [{"pointer": "/number", "value": "A-1"}], **{"If-Match": seen})

        second = correct(client, bill, [{"pointer": "/number", "value": "B-1"}], **{"If-Match": seen})

        assert (first.status_code, second.status_code) == (200, 412)
        assert read_of(client, bill)["number"] == "A-1"
        third = correct(client, bill, [{"pointer": "/number", "value": "C-1"}], **{"If-Match": first.headers["etag"]})
        assert third.status_code == 200

    def test_the_same_key_again_gets_the_same_answer(self, client, bill):
        told = [{"pointer": "/number", "value": "A-1"}]
        first = correct(client, bill, told, **{"Idempotency-Key": "k"})

        again = correct(client, bill, told, **{"Idempotency-Key": "k"})
        other = correct(client, bill, [{"pointer": "/number", "value": "B-1"}], **{"Idempotency-Key": "k"})

        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        assert read_of(client, bill)["version"] == 2
        assert other.status_code == 422


class TestTheLayout:
    def test_the_next_paper_is_read_right_and_says_by_which_memory(self, client, bring):
        identifier, data, truth = bring(SWAPPED, 0)
        learned = correct(client, identifier, corrections_of(SWAPPED, data, truth)).json()["learned"]

        second, _, truth = bring(SWAPPED, 2)

        shown = read_of(client, second)
        assert [(line["quantity"], line["unit_price"]) for line in shown["document"]["lines"]] == [
            (f"{line['quantity']:f}", f"{line['unit_price']:f}") for line in truth["lines"]
        ]
        assert (shown["layout"]["memory"], shown["layout"]["outcome"]) == (learned["memory"], "used")
        assert "/lines/0/quantity" in shown["layout"]["gave"]
        assert learned["gives"] == ["/lines/0/quantity", "/lines/0/unit_price"]

    def test_another_vendors_paper_is_untouched(self, client, bring):
        identifier, data, truth = bring(SWAPPED, 0)
        correct(client, identifier, corrections_of(SWAPPED, data, truth))

        other, *_ = bring(NUMBERED, 1)

        assert read_of(client, other)["layout"] is None

    def test_a_further_correction_is_a_new_version_of_the_same_layout(self, client, ctx, bring):
        identifier, data, truth = bring(SWAPPED, 0)
        first = correct(client, identifier, corrections_of(SWAPPED, data, truth)).json()["learned"]
        second, data, truth = bring(SWAPPED, 2)
        box = [str(side) for side in box_of(data, truth, "/number")]
        told = [{"pointer": "/number", "value": truth["number"], "page": 1, "box": box}]

        then = correct(client, second, told).json()["learned"]

        assert (then["memory"], then["version"]) == (first["memory"], 2)
        with ctx.db.read() as session:
            kept = layouts.versions(session, tenant="default", identifier=first["memory"])
        assert [(entry.version, len(entry.body["columns"]) > 1) for entry in kept] == [(1, True), (2, True)]

    def test_one_that_loses_on_paper_after_paper_is_retired(self, client, ctx, bring):
        identifier, data, truth = bring(SWAPPED, 0)
        learned = correct(client, identifier, corrections_of(SWAPPED, data, truth)).json()["learned"]
        with ctx.db.begin() as session:
            [known] = layouts.versions(session, tenant="default", identifier=learned["memory"])
            # What a slip of the hand would teach: quantity and amount taken for each other.
            turned = {"quantity": "amount", "amount": "quantity"}
            rules = [rule | {"role": turned.get(rule["role"], rule["role"])} for rule in known.body["columns"]]
            keys = layouts.keys_of(documents.get(session, tenant="default", identifier=identifier).document)
            layouts.learn(
                session, tenant="default", identifier=known.id, fingerprint=known.fingerprint,
                body=dict(known.body) | {"columns": rules}, document=identifier, supplier=None, keys=keys,
                by="auditor:tests", at=NOW,
            )  # fmt: skip

        shown = [read_of(client, bring(SWAPPED, seed)[0])["layout"] for seed in (2, 3, 4, 5)]

        assert [use and use["outcome"] for use in shown] == ["lost", "lost", "lost", None]
        with ctx.db.read() as session:
            told = [
                entry
                for entry in trail.entries(session, tenant="default", limit=200)
                if entry.event == "layout.retired"
            ]
        assert [(entry.subject, entry.body["version"]) for entry in told] == [(learned["memory"], 2)]
