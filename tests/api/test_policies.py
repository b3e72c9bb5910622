"""/v1/policies: drafted by one, approved by another, in force from its day on, never changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from app.storage.access import Role
from app.storage.tables import POLICY
from tests.api import papers
from tests.api.conftest import key_for
from tests.conftest import NOW

LOOSE = {"version": "2026-2", "effective_from": "2026-11-01", "price": {"up_pct": "20"}}


def caller(app, ctx, name, role=Role.AUDITOR, tenant="default"):
    return TestClient(app, headers={"Authorization": f"Bearer {key_for(ctx, role, tenant, name)}"})


@pytest.fixture
def anna(app, ctx):
    return caller(app, ctx, "anna")


@pytest.fixture
def ben(app, ctx):
    return caller(app, ctx, "ben", Role.RELEASER)


def put_in_force(anna, ben, policy=LOOSE):
    assert anna.post("/v1/policies", json=policy).status_code == 201
    assert ben.post(f"/v1/policies/{policy['version']}/approve").status_code == 200


def over_price(client):
    client.post("/v1/documents", json=papers.order())
    client.post("/v1/documents", json=papers.receipt())
    return client.post("/v1/documents", json=papers.invoice(price="1.30")).json()["id"]


def decide(client, identifier, key="k1"):
    answer = client.post("/v1/matches", json={"invoice": {"id": identifier}}, headers={"Idempotency-Key": key})
    return answer.json()


class TestDrafts:
    def test_a_draft_has_all_that_it_says_and_decides_nothing(self, anna):
        answer = anna.post("/v1/policies", json=LOOSE)

        assert answer.status_code == 201
        found = answer.json()
        assert (found["version"], found["state"], found["made_by"]) == ("2026-2", "draft", "auditor:anna")
        assert (found["approved_by"], found["holds_from"], found["effective_from"]) == (None, None, "2026-11-01")
        assert found["policy"]["price"] == {"up_pct": "20"}
        assert found["policy"]["match_way"] == 3
        assert anna.get("/v1/policies/2026-2").json() == found
        assert decide(anna, over_price(anna))["policy_version"] == "2026-1"

    @pytest.mark.parametrize(
        ("given", "pointer"),
        [
            ({"effective_from": "2027-01-01"}, "/version"),
            ({"version": "x"}, "/effective_from"),
            ({"version": "a b", "effective_from": "2027-01-01"}, "/version"),
            ({**LOOSE, "prices": {}}, "/prices"),
            ({**LOOSE, "price": {"up_pct": 2}}, "/price/up_pct"),
            ({**LOOSE, "price": {"up_pct": "2", "combine": {}}}, "/price/combine"),
            ({**LOOSE, "price_basis": ["net"]}, "/price_basis"),
            ({**LOOSE, "receipt_proof": {}}, "/receipt_proof"),
            ({**LOOSE, "name_similarity": 101}, "/name_similarity"),
            ({**LOOSE, "stale_days": 999_999}, "/stale_days"),
            ({**LOOSE, "effective_from": "soon"}, "/effective_from"),
            ({**LOOSE, "overrides": [{"supplier": "DE1", "colour": "red"}]}, "/overrides/0/colour"),
            ([], ""),
        ],
    )
    def test_what_is_wrong_with_one_is_named(self, anna, given, pointer):
        answer = anna.post("/v1/policies", json=given)

        assert answer.status_code == 422
        assert [place["pointer"] for place in answer.json()["errors"]] == [pointer]

    @pytest.mark.parametrize("version", ["2026-1", "2026-2"])
    def test_a_version_is_taken_once(self, anna, version):
        anna.post("/v1/policies", json=LOOSE)

        answer = anna.post("/v1/policies", json={**LOOSE, "version": version, "price": None})

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-allowed")
        assert anna.get("/v1/policies/2026-2").json()["policy"]["price"] == {"up_pct": "20"}

    def test_the_same_key_drafts_once(self, anna):
        first, again = (anna.post("/v1/policies", json=LOOSE, headers={"Idempotency-Key": "d"}) for _ in range(2))

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content

    def test_a_draft_can_be_withdrawn_and_stays_on_file(self, anna, ben):
        anna.post("/v1/policies", json=LOOSE)

        assert anna.post("/v1/policies/2026-2/withdraw").json()["state"] == "withdrawn"
        assert ben.post("/v1/policies/2026-2/approve").status_code == 409
        assert [row["state"] for row in anna.get("/v1/policies").json()["data"]] == ["withdrawn", "in_force"]

    @pytest.mark.parametrize("role", [Role.UPLOADER, Role.AP_SYSTEM, Role.BUYER, Role.ADMIN])
    def test_only_those_who_work_exceptions_draft(self, app, ctx, role):
        client = caller(app, ctx, "carl", role)

        assert client.post("/v1/policies", json=LOOSE).status_code == 403
        assert client.get("/v1/policies").status_code == 200


class TestApproval:
    def test_nobody_approves_their_own(self, app, ctx, anna):
        anna.post("/v1/policies", json=LOOSE)
        in_another_role = caller(app, ctx, "Anna", Role.RELEASER)

        for client in (anna, in_another_role):
            answer = client.post("/v1/policies/2026-2/approve")
            assert (answer.status_code, answer.json()["type"]) == (403, "/problems/second-person")
        assert anna.get("/v1/policies/2026-2").json()["state"] == "draft"

    def test_a_second_person_puts_it_in_force_and_the_trail_says_so(self, anna, ben):
        put_in_force(anna, ben)

        found = anna.get("/v1/policies/2026-2").json()
        assert (found["state"], found["approved_by"]) == ("in_force", "releaser:ben")
        # It cannot have held before somebody approved it.
        assert (found["effective_from"], found["holds_from"]) == ("2026-11-01", "2026-11-22")
        steps = anna.get("/v1/trail?subject=policy:2026-2").json()["data"]
        assert [(step["event"], step["actor"]) for step in steps] == [
            ("policy.drafted", "auditor:anna"),
            ("policy.approved", "releaser:ben"),
        ]
        assert {step["body"]["policy_sha256"] for step in steps} == {found["sha256"]}
        assert anna.get("/v1/trail/verify").json()["holds"]

    def test_it_is_approved_once(self, anna, ben):
        put_in_force(anna, ben)

        assert ben.post("/v1/policies/2026-2/approve").status_code == 409
        assert ben.post("/v1/policies/2026-2/withdraw").status_code == 409

    def test_an_unknown_one_is_not_there(self, anna):
        answers = [
            anna.post("/v1/policies/9/approve"),
            anna.post("/v1/policies/9/withdraw"),
            anna.get("/v1/policies/9"),
        ]

        assert [(a.status_code, a.json()["type"]) for a in answers] == [(404, "/problems/unknown-policy")] * 3


class TestInForce:
    def test_matches_go_by_the_policy_of_their_day(self, ctx, anna, ben):
        invoice = over_price(anna)
        before = decide(anna, invoice)
        put_in_force(anna, ben)
        put_in_force(anna, ben, {"version": "2026-3", "effective_from": "2026-12-01"})

        after = decide(anna, invoice, "k2")
        anna.app.state.context = replace(ctx, now=lambda: NOW + timedelta(days=9))
        december = decide(anna, invoice, "k3")

        assert [(found["policy_version"], found["decision"]) for found in (before, after, december)] == [
            ("2026-1", "hold"),
            ("2026-2", "pay"),
            ("2026-3", "hold"),
        ]
        (told,) = [f["limit"] for f in after["findings"] if f["limit"] and f["limit"]["metric"] == "price"]
        assert (told["up_pct"], told["source"]) == ("20", "policy")
        states = {row["version"]: row["state"] for row in anna.get("/v1/policies").json()["data"]}
        assert states == {"2026-3": "in_force", "2026-2": "retired", "2026-1": "retired"}

    def test_a_dry_run_without_a_policy_goes_by_it_too(self, anna, ben):
        given = {"documents": [papers.order(), papers.receipt(), papers.invoice(price="1.30")]}
        put_in_force(anna, ben)

        own = anna.post("/v1/matches?dry_run=true", json=given).json()
        other = anna.post("/v1/matches?dry_run=true", json={**given, "policy": {}}).json()

        assert (own["policy_version"], own["invoices"][0]["decision"]) == ("2026-2", "pay")
        assert other["invoices"][0]["decision"] == "hold"

    def test_another_company_keeps_its_own(self, app, ctx, anna, ben):
        put_in_force(anna, ben)
        other = caller(app, ctx, "dora", tenant="other")

        assert [row["version"] for row in other.get("/v1/policies").json()["data"]] == ["2026-1"]
        assert decide(other, over_price(other))["policy_version"] == "2026-1"

    def test_the_list_comes_in_pages(self, anna):
        for at in range(3):
            anna.post("/v1/policies", json={**LOOSE, "version": f"v{at}"})

        first = anna.get("/v1/policies?limit=2").json()
        rest = anna.get(f"/v1/policies?limit=2&after={first['next']}").json()

        assert [row["version"] for row in first["data"] + rest["data"]] == ["v2", "v1", "v0", "2026-1"]
        assert rest["next"] is None


class TestNeverChanged:
    @pytest.mark.parametrize("values", [{"body": {}}, {"made_by": "auditor:eve"}, {"version": "9"}])
    def test_the_database_refuses_to_change_what_a_draft_says(self, anna, database, values):
        anna.post("/v1/policies", json=LOOSE)

        with pytest.raises(DBAPIError), database.begin() as session:
            session.execute(update(POLICY).values(**values))

    def test_the_database_refuses_to_move_or_delete_an_approved_one(self, anna, ben, database):
        put_in_force(anna, ben)

        with pytest.raises(DBAPIError), database.begin() as session:
            session.execute(update(POLICY).values(state="draft"))
        with pytest.raises(DBAPIError), database.begin() as session:
            session.execute(delete(POLICY))


class TestBackTest:
    def test_it_says_what_a_draft_would_change_and_stores_nothing(self, anna):
        over = over_price(anna)
        decide(anna, over)
        clean = anna.post("/v1/documents", json=papers.invoice("NW-2", "5", order_number="PO-404")).json()["id"]
        decide(anna, clean, "k2")
        anna.post("/v1/policies", json=LOOSE)
        before = anna.get("/v1/trail?limit=200").json()

        found = anna.post("/v1/policies/2026-2/backtest").json()

        assert anna.get("/v1/trail?limit=200").json() == before
        assert (found["policy"], found["against"], found["judged"], found["complete"]) == ("2026-2", "2026-1", 2, True)
        assert found["decisions"]["hold"] == {"before": 2, "after": 1}
        assert found["decisions"]["pay"] == {"before": 0, "after": 1}
        assert found["findings"]["PRICE_OVER_PO"] == {"before": 1, "after": 0}
        (changed,) = found["changed"]
        assert changed["invoice"] == over.replace("doc_", "inv_")
        assert (changed["no_longer"], changed["held"]["before"]["amount"]) == (["PRICE_OVER_PO"], "10.00")
        assert changed["held"]["after"]["amount"] == "0.00"
        (sums,) = found["held"]
        assert (sums["before"]["amount"], sums["after"]["amount"]) == ("16.00", "6.00")

    def test_it_looks_at_no_more_than_asked(self, anna):
        decide(anna, over_price(anna))
        clean = anna.post("/v1/documents", json=papers.invoice("NW-2", "5")).json()["id"]
        decide(anna, clean, "k2")
        anna.post("/v1/policies", json=LOOSE)

        found = anna.post("/v1/policies/2026-2/backtest?limit=1").json()

        assert (found["judged"], found["complete"]) == (1, False)
        assert anna.post("/v1/policies/9/backtest").status_code == 404
