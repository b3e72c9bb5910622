"""/v1/registers: what is on file beside the papers, who may see it, and what follows from a change."""

import pytest

from app.storage import jobs, registers, trail
from app.storage.access import Role
from tests.api import papers
from tests.api.conftest import key_for
from tests.api.working import work

VENDOR = {"id": "70012", "name": "Nordwind Beispiel GmbH", "vat_id": "DE123456788"}
OTHER = {"id": "70013", "name": "Fabrikam Example Ltd", "status": "on_hold"}
PERSON = {"id": "E-1", "name": "Kim Beispiel", "ibans": ["DE02120300000000202051"]}


def put(client, code, *entries, **headers):
    return client.put(f"/v1/registers/{code}", json={"entries": list(entries)}, headers=headers)


def a_client(client, ctx, role):
    key = key_for(ctx, role, name=role.value)
    client.headers["Authorization"] = f"Bearer {key}"
    return client


class TestPut:
    def test_the_entries_are_the_whole_register(self, client):
        first = put(client, "vendors", VENDOR, OTHER).json()
        second = put(client, "vendors", OTHER | {"status": "blocked"}).json()

        assert {k: first[k] for k in ("revision", "rows", "added", "changed", "removed")} == {
            "revision": 1, "rows": 2, "added": 2, "changed": 0, "removed": 0,
        }  # fmt: skip
        assert {k: second[k] for k in ("revision", "rows", "added", "changed", "removed")} == {
            "revision": 2, "rows": 1, "added": 0, "changed": 1, "removed": 1,
        }  # fmt: skip

    def test_the_same_again_changes_nothing(self, client, ctx):
        first = put(client, "vendors", VENDOR, OTHER).json()
        again = put(client, "vendors", OTHER, VENDOR).json()

        assert (again["revision"], again["added"], again["sha256"]) == (1, 0, first["sha256"])
        with ctx.db.read() as session:
            events = trail.entries(session, tenant="default", subject="register:vendors", limit=10)
        assert len(events) == 1

    def test_what_was_there_before_stays_readable(self, client):
        put(client, "vendors", VENDOR)
        put(client, "vendors", OTHER)

        now, before = client.get("/v1/registers/vendors").json(), client.get("/v1/registers/vendors?revision=1").json()

        assert [row["entry"]["id"] for row in now["data"]] == ["70013"]
        assert [row["entry"]["id"] for row in before["data"]] == ["70012"]
        assert client.get("/v1/registers/vendors?revision=3").status_code == 404

    def test_every_place_that_breaks_the_format_is_named_and_nothing_is_taken(self, client):
        answer = put(client, "vendors", VENDOR, {"id": 7}, OTHER | {"status": "odd"}, VENDOR)

        assert answer.status_code == 422
        places = [error["pointer"] for error in answer.json()["errors"]]
        assert places == ["/entries/1/id", "/entries/1/name", "/entries/2/status", "/entries/3"]
        assert client.get("/v1/registers/vendors").json()["data"] == []

    def test_an_unknown_register_and_a_wrong_body(self, client):
        assert put(client, "suppliers", VENDOR).status_code == 404
        assert client.put("/v1/registers/vendors", json=[VENDOR]).status_code == 422
        assert client.put("/v1/registers/vendors", json={"entries": [], "x": 1}).status_code == 422
        assert client.put("/v1/registers/vendors", json={"entries": {}}).status_code == 422

    def test_an_empty_register_is_on_file(self, client):
        assert put(client, "sanctions").json()["revision"] == 1
        shown = {row["code"]: row["on_file"] for row in client.get("/v1/registers").json()["data"]}

        assert shown["sanctions"]["rows"] == 0
        assert shown["vendors"] is None

    def test_the_same_request_again_gets_the_same_answer(self, client):
        headers = {"Idempotency-Key": "1"}
        first = put(client, "vendors", VENDOR, **headers)
        put(client, "vendors", OTHER)

        assert put(client, "vendors", VENDOR, **headers).content == first.content
        assert put(client, "vendors", OTHER, **headers).status_code == 422

    def test_the_list_goes_on_by_its_cursor(self, client):
        put(client, "vendors", *({"id": f"V{at}", "name": f"Firma {at}"} for at in range(5)))
        first = client.get("/v1/registers/vendors?limit=3").json()
        rest = client.get(f"/v1/registers/vendors?limit=3&after={first['next']}").json()

        assert [row["key"] for row in first["data"] + rest["data"]] == ["V0", "V1", "V2", "V3", "V4"]
        assert rest["next"] is None


class TestAccess:
    def test_people_are_shown_to_auditors_alone(self, client, ctx):
        assert put(client, "employees", PERSON).status_code == 200
        assert client.get("/v1/registers/employees").json()["data"][0]["entry"]["name"] == "Kim Beispiel"
        for role in (Role.RELEASER, Role.BUYER, Role.AP_SYSTEM, Role.ADMIN, Role.UPLOADER):
            assert a_client(client, ctx, role).get("/v1/registers/employees").status_code == 403

    @pytest.mark.parametrize("role", [Role.RELEASER, Role.BUYER, Role.ADMIN, Role.UPLOADER])
    def test_whoever_buys_or_releases_does_not_keep_the_facts(self, client, ctx, role):
        assert put(a_client(client, ctx, role), "vendors", VENDOR).status_code == 403

    def test_nobody_sees_another_companys_register(self, client, ctx):
        put(client, "vendors", VENDOR)
        client.headers["Authorization"] = f"Bearer {key_for(ctx, Role.AUDITOR, tenant='other')}"

        assert client.get("/v1/registers/vendors").json()["data"] == []
        assert put(client, "vendors", OTHER).json()["revision"] == 1

    def test_the_trail_names_nobody(self, client):
        put(client, "employees", PERSON)

        found = client.get("/v1/trail").text
        assert "register.changed" in found
        assert "Kim" not in found
        assert "DE0212" not in found


class TestMatching:
    @pytest.fixture
    def bill(self, client):
        client.post("/v1/documents", json=papers.order("PO-9", "2500", "0.1120"))
        client.post("/v1/documents", json=papers.receipt("GR-9", "2500", "PO-9"))
        sent = papers.invoice("NW-9", "2500", "0.1120", "PO-9", due_date="2026-11-13")
        return client.post("/v1/documents", json=sent).json()["id"]

    def match(self, client, bill, key="1"):
        asked = {"invoice": {"id": bill}}
        return client.post("/v1/matches", json=asked, headers={"Idempotency-Key": key}).json()

    def blocked(self):
        return VENDOR | {"name": papers.invoice("N", "1", "1", "P")["supplier"]["name"], "vat_id": None}

    def test_a_match_reads_what_is_on_file_and_says_which_revision(self, client, bill):
        before = self.match(client, bill)
        put(client, "vendors", self.blocked() | {"status": "blocked"})
        after = self.match(client, bill, "2")

        assert before["registers"] == {}
        assert "vendors" in {gap["register"] for gap in before["not_checked"]}
        assert after["registers"] == {"vendors": 1}
        assert "vendors" not in {gap["register"] for gap in after["not_checked"]}
        assert "VENDOR_BLOCKED" in {finding["code"] for finding in after["findings"]}

    def test_open_bills_are_judged_again_by_a_job(self, client, ctx, asked, bill, drawer):
        self.match(client, bill)
        job = put(client, "vendors", self.blocked() | {"status": "blocked"}).json()["job"]

        assert ("default", job, 1) in asked.jobs
        assert client.get(f"/v1/jobs/{job}").json()["documents"][0]["state"] == "read"
        assert client.get("/v1/exceptions?code=VENDOR_BLOCKED").json()["data"] == []
        work(ctx, drawer, job)
        assert len(client.get("/v1/exceptions?code=VENDOR_BLOCKED").json()["data"]) == 1

    def test_the_job_is_committed_although_the_queue_is_away(self, client, ctx, asked, bill):
        asked.fails = True
        job = put(client, "vendors", VENDOR).json()["job"]

        with ctx.db.read() as session:
            assert [one.job for one in jobs.unfinished(session, before=ctx.now())] == [job]

    def test_paid_bills_are_left_alone(self, client, ctx, bill):
        from app.linking.filed import Standing
        from app.storage import documents

        with ctx.db.begin() as session:
            documents.set_standing(session, tenant="default", identifier=bill, standing=Standing.PAID)

        assert put(client, "vendors", VENDOR).json()["job"] is None

    def test_what_was_on_file_then_can_be_read_again(self, client, ctx):
        put(client, "vendors", VENDOR)
        put(client, "vendors", VENDOR, OTHER)

        with ctx.db.read() as session:
            old = registers.facts(session, tenant="default", at={"vendors": 1})
            new = registers.facts(session, tenant="default", at=registers.revisions(session, tenant="default"))
            shown = {code: found.sha256 for code, found in registers.current(session, tenant="default").items()}
            again = registers.facts(session, tenant="default", at={"vendors": 1})

        assert again.sheets["vendors"] is old.sheets["vendors"]  # kept, not loaded again
        assert [entry.id for entry in old.sheets["vendors"].entries] == ["70012"]
        assert [entry.id for entry in new.sheets["vendors"].entries] == ["70012", "70013"]
        assert new.digests() == shown
