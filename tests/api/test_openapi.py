"""The description of the API: complete, with examples that are real answers."""

import json
from pathlib import Path

import pytest

from app.storage.access import Role
from tests.api import papers
from tests.api.conftest import key_for

EXAMPLES = json.loads((Path(__file__).parents[2] / "app" / "api" / "examples.json").read_text())


@pytest.fixture
def described(app):
    return app.openapi()


def operations(described):
    return [(path, verb, found) for path, verbs in described["paths"].items() for verb, found in verbs.items()]


def test_every_operation_is_named_and_summed_up(described):
    found = operations(described)

    assert described["openapi"].startswith("3.1")
    assert all(entry["summary"] and entry["operationId"] for _, _, entry in found)
    assert len({entry["operationId"] for _, _, entry in found}) == len(found)


def test_every_operation_that_answers_json_has_an_example(described):
    without = [
        entry["operationId"]
        for _, _, entry in operations(described)
        if "application/json" in entry["responses"].get("200", entry["responses"].get("202", {})).get("content", {})
        and not any("example" in a.get("content", {}).get("application/json", {}) for a in entry["responses"].values())
    ]

    assert without == []


def test_every_operation_under_a_key_says_what_may_go_wrong(described):
    for path, verb, entry in operations(described):
        if path.startswith("/v1"):
            assert {"401", "403"} <= set(entry["responses"]), (path, verb)


def shape(value):
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def test_the_examples_have_the_shape_of_real_answers(client):
    client.post("/v1/documents", json=papers.order("PO-9", "2500", "0.1120"))
    client.post("/v1/documents", json=papers.receipt("GR-9", "2500", "PO-9"))
    sent = papers.invoice("NW-9", "2500", "0.1184", "PO-9", due_date="2026-11-13")
    document = client.post("/v1/documents?source=sap&external_id=9", json=sent).json()
    match = client.post(
        "/v1/matches", json={"invoice": {"id": document["id"]}}, headers={"Idempotency-Key": "1"}
    ).json()

    assert shape(document) == shape(EXAMPLES["receive_documents 201"])
    assert shape(match) == shape(EXAMPLES["match"])
    assert shape(client.get(f"/v1/matches/{match['id']}").json()) == shape(EXAMPLES["get_match"])
    assert shape(client.post(f"/v1/matches/{match['id']}/reperform").json()) == shape(EXAMPLES["reperform_match"])
    assert shape(client.get("/v1/trail/verify").json()) == shape(EXAMPLES["verify_trail"])
    assert shape(client.get("/v1/rules").json()["data"][0]) == shape(EXAMPLES["list_rules"]["data"][0])
    row = client.get("/v1/exceptions").json()["data"][0]
    assert shape(row) == shape(EXAMPLES["list_exceptions"]["data"][0])
    whole = client.get(f"/v1/exceptions/{row['id']}").json()
    assert shape(whole) == shape(EXAMPLES["get_exception"])


def test_the_examples_of_policies_have_the_shape_of_real_answers(client):
    given = next(
        entry["requestBody"]["content"]["application/json"]["example"]
        for _, _, entry in operations(client.app.openapi())
        if entry["operationId"] == "draft_policy"
    )
    drafted = client.post("/v1/policies", json=given).json()
    version = drafted["version"]

    assert shape(drafted) == shape(EXAMPLES["draft_policy 201"])
    assert drafted["policy"] == EXAMPLES["get_policy"]["policy"]
    assert drafted["sha256"] == EXAMPLES["get_policy"]["sha256"]
    assert set(client.get(f"/v1/policies/{version}").json()) == set(EXAMPLES["get_policy"])
    assert set(client.get("/v1/policies").json()["data"][0]) == set(EXAMPLES["list_policies"]["data"][0])
    withdrawn = client.post(f"/v1/policies/{version}/withdraw").json()
    assert shape(withdrawn) == shape(EXAMPLES["withdraw_policy"])


def test_the_examples_of_actions_have_the_shape_of_real_answers(client, ctx):
    for paper in (papers.order("PO-9", "2500", "0.1120"), papers.receipt("GR-9", "2500", "PO-9")):
        client.post("/v1/documents", json=paper)
    client.post("/v1/documents", json=papers.invoice("NW-9", "2500", "0.1184", "PO-9", due_date="2026-11-13"))
    row = client.get("/v1/exceptions").json()["data"][0]
    asked = {"type": "waive", "reason": "agreed_by_buyer", "words": "Agreed."}
    as_anna = {"Authorization": f"Bearer {key_for(ctx, Role.AUDITOR, name='anna')}", "Idempotency-Key": "1"}

    shown = client.post("/v1/exceptions:bulk", json=asked | {"exceptions": [row["id"]]}, headers=as_anna).json()
    done = client.post(
        f"/v1/exceptions/{row['id']}/actions", json=asked | {"expect": row["fingerprint"]}, headers=as_anna
    ).json()

    assert shape(shown) == shape(EXAMPLES["act_on_exceptions"])
    assert shape(done) == shape(EXAMPLES["act_on_exception"])
