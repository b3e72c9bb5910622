"""What people do with exceptions: waivers bound to the facts, two people above a limit, many at once."""

import itertools

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from app.storage.access import Role
from app.storage.case_tables import EXCEPTION_ACTION
from tests.api import papers
from tests.api.conftest import key_for

_keys = itertools.count()


@pytest.fixture
def anna(client, ctx):
    """Somebody without a part in the purchase; `client` is who brings the papers."""
    return Person(client, key_for(ctx, Role.AUDITOR, name="anna"))


@pytest.fixture
def ben(client, ctx):
    return Person(client, key_for(ctx, Role.RELEASER, name="ben"))


class Person:
    def __init__(self, client, key):
        self.client, self.headers = client, {"Authorization": f"Bearer {key}"}

    def act(self, row, kind, *, expect=..., key=None, **more):
        body = {"type": kind, **more}
        if expect is ...:
            body["expect"] = row["fingerprint"]
        elif expect is not None:
            body["expect"] = expect
        headers = self.headers | {"Idempotency-Key": key or f"k{next(_keys)}"}
        return self.client.post(f"/v1/exceptions/{row['id']}/actions", json=body, headers=headers)

    def waive(self, row, **more):
        return self.act(row, "waive", reason="agreed_by_buyer", words="Agreed by mail.", **more)

    def bulk(self, rows, kind, **more):
        body = {"type": kind, "exceptions": [row["id"] for row in rows], **more}
        headers = self.headers | {"Idempotency-Key": f"k{next(_keys)}"}
        return self.client.post("/v1/exceptions:bulk", json=body, headers=headers)


def put(client, *documents):
    return [client.post("/v1/documents", json=document).json()["id"] for document in documents]


def rows(client, **wanted):
    found = client.get("/v1/exceptions", params={"limit": 200, **wanted}).json()["data"]
    return sorted(found, key=lambda row: row["code"])


def one(client, code, **wanted):
    [row] = rows(client, code=code, **wanted)
    return row


def decision(client, document):
    answer = client.post(
        "/v1/matches", json={"invoice": {"id": document}}, headers={"Idempotency-Key": f"m{next(_keys)}"}
    )
    return answer.json()


def correct(client, document, **values):
    changes = [{"pointer": pointer, "value": value} for pointer, value in values.items()]
    return client.post(f"/v1/documents/{document}/corrections", json={"corrections": changes})


def reprice(client, document, price, amount):
    """The invoice asks for another price."""
    answer = correct(
        client,
        document,
        **{"/lines/0/unit_price": price, "/lines/0/net_amount": amount}
        | {f"/totals/{name}": amount for name in ("lines", "net", "gross", "due")},
    )
    assert answer.status_code == 200, answer.text


@pytest.fixture
def overpriced(client):
    """An invoice at 1.30 where the order says 1.20: 10.00 too much."""
    *_, invoice = put(client, papers.order(), papers.receipt(), papers.invoice(price="1.30"))
    return invoice


class TestWaiving:
    def test_a_waiver_pays_and_the_answer_says_so(self, client, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")
        assert decision(client, overpriced)["decision"] == "hold"

        answer = anna.waive(row)

        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["state"], body["match"]["decision"]) == ("waived", "pay")
        assert body["match"]["payable"]["amount"] == "130.00"
        assert [(w["kind"], w["state"], w["by"]) for w in body["waivers"]] == [("waived", "given", "auditor:anna")]
        assert [(a["type"], a["reason"]) for a in body["actions"]] == [("waive", "agreed_by_buyer")]
        assert decision(client, overpriced)["id"] == body["match"]["id"]
        events = [e["event"] for e in client.get("/v1/trail?limit=200").json()["data"] if e["subject"] == row["id"]]
        assert sorted(events) == ["exception.opened", "exception.waived"]
        assert client.get("/v1/trail/verify").json()["holds"] is True

    def test_it_needs_the_facts_that_were_seen(self, client, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")

        assert anna.waive(row, expect=None).status_code == 422
        answer = anna.waive(row, expect="0" * 32)

        assert (answer.status_code, answer.json()["type"]) == (412, "/problems/changed-since")
        assert one(client, "PRICE_OVER_PO")["state"] == "open"
        assert anna.waive(row, expect=str(one(client, "PRICE_OVER_PO")["revision"])).status_code == 200

    def test_changed_facts_are_refused(self, client, anna, overpriced):
        seen = one(client, "PRICE_OVER_PO")
        reprice(client, overpriced, "1.50", "150.00")

        assert anna.waive(seen).status_code == 412

    def test_a_key_of_the_callers_own_is_needed_and_decides_once(self, client, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")
        without = client.post(
            f"/v1/exceptions/{row['id']}/actions", json={"type": "comment", "words": "x"}, headers=anna.headers
        )

        first, again = anna.waive(row, key="same"), anna.waive(row, key="same")

        assert (without.status_code, without.json()["type"]) == (400, "/problems/idempotency-key-missing")
        assert first.content == again.content
        assert len(client.get(f"/v1/exceptions/{row['id']}").json()["waivers"]) == 1

    def test_reopening_takes_it_back(self, client, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")
        anna.waive(row)

        answer = anna.act(row, "reopen", reason="mistaken").json()

        assert (answer["state"], answer["match"]["decision"]) == ("open", "hold")
        assert [w["state"] for w in answer["waivers"]] == ["ended"]
        assert anna.act(row, "reopen", reason="mistaken").status_code == 409

    def test_a_finding_called_wrong_pays_too(self, client, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")

        answer = anna.act(row, "wrong", reason="wrong_link", words="The frame order's price holds.").json()

        assert (answer["state"], answer["waivers"][0]["kind"]) == ("waived", "wrong")
        assert answer["match"]["decision"] == "pay"

    def test_what_nobody_owns_is_not_let_pass(self, client, anna):
        put(client, papers.order(), papers.receipt(), papers.invoice(currency="USD"))
        row = one(client, "CURRENCY_MISMATCH")

        for answer in (anna.waive(row), anna.act(row, "wrong", reason="misread", words="It is EUR.")):
            assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-allowed")
        assert one(client, "CURRENCY_MISMATCH")["state"] == "open"

    def test_only_warnings_are_acknowledged(self, client, anna, overpriced):
        assert anna.act(one(client, "PRICE_OVER_PO"), "acknowledge", reason="noted").status_code == 409

    def test_a_warning_is_acknowledged(self, client, anna):
        put(client, papers.order(), papers.receipt(), papers.invoice(issue_date="2026-01-12"))
        row = next(row for row in rows(client) if row["severity"] == "warn")

        answer = anna.act(row, "acknowledge", reason="noted").json()

        assert (answer["state"], answer["waivers"][0]["kind"]) == ("waived", "acknowledged")

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"type": "forget"}, "/type"),
            ({"type": "waive", "words": "x", "expect": "1"}, "/reason"),
            ({"type": "waive", "reason": "misread", "words": "x", "expect": "1"}, "/reason"),
            ({"type": "waive", "reason": "urgent", "expect": "1"}, "/words"),
            ({"type": "comment", "words": "x", "colour": "blue"}, "/colour"),
            ({"type": "comment", "words": "a\0b"}, "/words"),
            ({"type": "assign"}, "/assignee"),
        ],
    )
    def test_what_is_wrong_is_named(self, client, anna, overpriced, body, pointer):
        row = one(client, "PRICE_OVER_PO")
        headers = anna.headers | {"Idempotency-Key": "k"}

        answer = client.post(f"/v1/exceptions/{row['id']}/actions", json=body, headers=headers)

        assert answer.status_code == 422
        assert [entry["pointer"] for entry in answer.json()["errors"]] == [pointer]

    def test_an_exception_of_another_company_is_not_there(self, client, ctx, overpriced):
        stranger = Person(client, key_for(ctx, Role.AUDITOR, tenant="other", name="anna"))

        assert stranger.waive(one(client, "PRICE_OVER_PO")).status_code == 404


class TestDuties:
    @pytest.mark.parametrize("role", [Role.UPLOADER, Role.AP_SYSTEM, Role.BUYER, Role.ADMIN])
    def test_others_do_not_work_exceptions(self, client, ctx, overpriced, role):
        other = Person(client, key_for(ctx, role, name="cara"))

        assert other.waive(one(client, "PRICE_OVER_PO")).status_code == 403

    def test_whoever_brought_the_invoice_does_not_let_it_pass(self, client, ctx, overpriced):
        under_another_key = Person(client, key_for(ctx, Role.RELEASER, name="tests"))

        answer = under_another_key.waive(one(client, "PRICE_OVER_PO"))

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-allowed")
        assert "brought" in answer.json()["detail"]

    def test_whoever_placed_the_order_does_not(self, client, anna):
        put(client, papers.order(created_by="Anna"), papers.receipt(), papers.invoice(price="1.30"))

        assert "placed" in anna.waive(one(client, "PRICE_OVER_PO")).json()["detail"]

    def test_whoever_has_two_duties_does_not(self, client, anna, ben):
        put(
            client,
            papers.order(created_by="cara", approved_by="Anna"),
            papers.receipt() | {"created_by": "anna"},
            papers.invoice(price="1.30"),
        )
        assert one(client, "SOD_CONFLICT")["state"] == "open"

        assert "SOD_CONFLICT" in anna.waive(one(client, "PRICE_OVER_PO")).json()["detail"]
        assert ben.waive(one(client, "PRICE_OVER_PO")).status_code == 200

    def test_they_may_still_comment(self, client, overpriced, ctx):
        person = Person(client, key_for(ctx, Role.AUDITOR, name="tests"))

        assert person.act(one(client, "PRICE_OVER_PO"), "comment", words="Asked the buyer.").status_code == 200


class TestTwoPeople:
    @pytest.fixture
    def dear(self, client):
        """1,500.00 too much; one person lets 1,000.00 pass."""
        put(client, papers.order(quantity="15000"), papers.receipt(quantity="15000"))
        return put(client, papers.invoice(quantity="15000", price="1.30"))[0]

    def test_a_second_person_agrees(self, client, anna, ben, dear):
        row = one(client, "PRICE_OVER_PO")

        first = anna.waive(row).json()
        same = anna.waive(row)
        second = ben.waive(row).json()

        assert (first["state"], first["waivers"][0]["state"], first["match"]["decision"]) == (
            "open",
            "proposed",
            "hold",
        )
        assert same.status_code == 409
        assert (second["state"], second["match"]["decision"]) == ("waived", "pay")
        assert [(w["by"], w["second_by"]) for w in second["waivers"]] == [("auditor:anna", "releaser:ben")]
        events = [e["event"] for e in client.get("/v1/trail?limit=200").json()["data"] if e["subject"] == row["id"]]
        assert sorted(events) == ["exception.opened", "exception.proposed", "exception.waived"]

    def test_a_proposal_over_other_facts_counts_for_nothing(self, client, anna, ben, dear):
        anna.waive(one(client, "PRICE_OVER_PO"))
        reprice(client, dear, "1.40", "21000.00")

        answer = ben.waive(one(client, "PRICE_OVER_PO")).json()

        assert (answer["state"], answer["match"]["decision"]) == ("open", "hold")

    def test_it_can_be_taken_back(self, client, anna, ben, dear):
        row = one(client, "PRICE_OVER_PO")
        anna.waive(row)
        assert anna.act(row, "reopen", reason="mistaken").status_code == 200

        assert ben.waive(row).json()["state"] == "open"

    def test_small_ones_add_up(self, client, anna):
        put(client, papers.order(quantity="100", price="6.00"), papers.receipt(quantity="100"))
        put(client, papers.invoice(quantity="100", price="13.00", charges=[{"code": "FC", "amount": "700.00"}],
                                   totals={"lines": "1300.00", "charges": "700.00", "net": "2000.00", "tax": "0.00",
                                           "gross": "2000.00", "due": "2000.00"}))  # fmt: skip

        first = anna.waive(one(client, "PRICE_OVER_PO")).json()
        second = anna.waive(one(client, "CHARGE_NOT_ON_PO")).json()

        assert (first["state"], second["state"]) == ("waived", "open")
        assert second["waivers"][0]["state"] == "proposed"


class TestWorseFacts:
    def test_a_waiver_opens_again_and_says_so(self, client, anna, overpriced):
        anna.waive(one(client, "PRICE_OVER_PO"))
        assert decision(client, overpriced)["decision"] == "pay"

        reprice(client, overpriced, "1.50", "150.00")

        found = decision(client, overpriced)
        assert found["decision"] == "hold"
        [stale] = [f for f in found["findings"] if f["code"] == "RELEASE_STALE"]
        assert (stale["expected"], stale["actual"]) == ("10.00 waived", "30.00")
        assert "auditor:anna waived PRICE_OVER_PO over 10.00" in stale["why"]
        assert one(client, "PRICE_OVER_PO")["state"] == one(client, "RELEASE_STALE")["state"] == "open"
        assert anna.waive(one(client, "RELEASE_STALE")).status_code == 409

        again = anna.waive(one(client, "PRICE_OVER_PO")).json()

        assert again["match"]["decision"] == "pay"
        assert [w["state"] for w in again["waivers"]] == ["ended", "given"]
        assert [f["code"] for f in again["match"]["findings"] if f["code"] == "RELEASE_STALE"] == []
        assert one(client, "RELEASE_STALE")["state"] == "resolved"
        assert decision(client, overpriced)["id"] == again["match"]["id"]

    def test_it_stands_from_run_to_run_until_somebody_decides(self, client, anna, overpriced):
        anna.waive(one(client, "PRICE_OVER_PO"))
        reprice(client, overpriced, "1.50", "150.00")
        put(client, papers.receipt("GR-2", "1"))
        reprice(client, overpriced, "1.25", "125.00")

        assert "RELEASE_STALE" in [f["code"] for f in decision(client, overpriced)["findings"]]

        answer = anna.act(one(client, "PRICE_OVER_PO"), "reopen", reason="noted").json()

        assert [w["state"] for w in answer["waivers"]] == ["ended"]
        assert one(client, "RELEASE_STALE")["state"] == "resolved"
        assert answer["match"]["decision"] == "hold"

    def test_better_facts_stay_waived(self, client, anna, overpriced):
        anna.waive(one(client, "PRICE_OVER_PO"))

        reprice(client, overpriced, "1.25", "125.00")

        found = decision(client, overpriced)
        assert (found["decision"], found["payable"]["amount"]) == ("pay", "125.00")
        assert one(client, "PRICE_OVER_PO")["state"] == "waived"
        assert rows(client, code="RELEASE_STALE") == []

    def test_it_measures_from_what_was_let_pass_and_not_from_the_last_run(self, client, anna, overpriced):
        anna.waive(one(client, "PRICE_OVER_PO"))
        reprice(client, overpriced, "1.25", "125.00")
        reprice(client, overpriced, "1.30", "130.00")
        assert decision(client, overpriced)["decision"] == "pay"

        reprice(client, overpriced, "1.31", "131.00")

        assert decision(client, overpriced)["decision"] == "hold"

    def test_when_the_condition_is_gone_so_is_the_release(self, client, anna, overpriced):
        anna.waive(one(client, "PRICE_OVER_PO"))
        reprice(client, overpriced, "1.50", "150.00")

        reprice(client, overpriced, "1.20", "120.00")

        assert decision(client, overpriced)["decision"] == "pay"
        assert {row["state"] for row in rows(client)} == {"resolved"}


class TestAttributes:
    def test_a_case_is_given_to_somebody(self, client, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")

        assert anna.act(row, "assign", assignee="ben", expect=None).json()["assignee"] == "ben"
        assert [found["id"] for found in rows(client, assignee="ben")] == [row["id"]]
        assert anna.act(row, "assign", assignee=None, expect=None).json()["assignee"] is None

    def test_a_dispute_leaves_it_open(self, client, anna, overpriced):
        answer = anna.act(one(client, "PRICE_OVER_PO"), "dispute", reason="price_disputed", expect=None).json()

        assert (answer["state"], answer["match"]["decision"]) == ("open", "hold")
        assert answer["disputed_at"] is not None

    def test_comments_stay_as_they_were_written(self, client, ctx, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")
        anna.act(row, "comment", words="Asked the buyer.", expect=None)

        answer = anna.act(row, "comment", words="No answer yet.", expect=None).json()

        assert [action["words"] for action in answer["actions"]] == ["Asked the buyer.", "No answer yet."]
        with pytest.raises(DatabaseError, match="append-only"), ctx.db.begin() as session:
            session.execute(update(EXCEPTION_ACTION).values(words="Agreed."))

    def test_the_supported_part_is_paid(self, client, anna, overpriced):
        row = one(client, "PRICE_OVER_PO")

        answer = anna.act(row, "pay_supported", reason="rest_in_dispute").json()

        assert (answer["state"], answer["match"]["decision"]) == ("open", "hold")
        [event] = [e for e in client.get("/v1/trail?limit=200").json()["data"] if e["event"] == "invoice.released"]
        assert (event["body"]["payable"], event["body"]["held"]) == ("120.00", "10.00")
        assert event["body"]["match"] == answer["match"]["id"]

    def test_where_nothing_is_supported_nothing_is_paid(self, client, anna):
        put(client, papers.invoice(order_number="PO-404"))
        row = one(client, "PO_NOT_FOUND")

        assert anna.act(row, "pay_supported", reason="urgent").status_code == 409
        assert client.get(f"/v1/exceptions/{row['id']}").json()["actions"] == []


class TestMany:
    @pytest.fixture
    def two(self, client):
        put(client, papers.order(quantity="200"), papers.receipt(quantity="200"))
        return put(client, papers.invoice("A", price="1.30"), papers.invoice("B", price="1.25"))

    def test_first_what_will_change_then_the_change(self, client, anna, two):
        found = rows(client, state="open")
        asked = {"reason": "agreed_by_buyer", "words": "Agreed by mail."}

        shown = anna.bulk(found, "waive", **asked).json()
        assert (shown["done"], decision(client, two[0])["decision"]) == (False, "hold")
        done = anna.bulk(found, "waive", **asked, token=shown["token"]).json()

        assert sorted(change["id"] for change in shown["changes"]) == sorted(row["id"] for row in found)
        assert {(change["state"], change["becomes"]) for change in shown["changes"]} == {("open", "waived")}
        assert shown["sums"] == [{"amount": "15.00", "currency": "EUR"}]
        assert (done["done"], [entry["decision"] for entry in done["decisions"]]) == (True, ["pay", "pay"])
        assert {row["state"] for row in rows(client)} == {"waived"}

    def test_a_preview_of_other_facts_is_refused(self, client, anna, two):
        found = rows(client, state="open")
        asked = {"reason": "agreed_by_buyer", "words": "Agreed by mail."}
        token = anna.bulk(found, "waive", **asked).json()["token"]
        reprice(client, two[0], "1.50", "150.00")

        assert anna.bulk(found, "waive", **asked, token=token).status_code == 412
        assert {row["state"] for row in rows(client)} == {"open"}

    def test_a_token_stands_for_one_request_of_one_person(self, client, anna, ben, two):
        found = rows(client, state="open")
        token = anna.bulk(found, "assign", assignee="ben").json()["token"]

        assert anna.bulk(found, "assign", assignee="cara", token=token).status_code == 412
        assert ben.bulk(found, "assign", assignee="ben", token=token).status_code == 412
        assert anna.bulk(found, "assign", assignee="ben", token=token).status_code == 200

    def test_what_takes_no_such_action_is_told_apart(self, client, anna, two):
        put(client, papers.invoice("C", currency="USD"))
        found = rows(client, state="open")

        shown = anna.bulk(found, "waive", reason="immaterial", words="Small.").json()

        assert "CURRENCY_MISMATCH" in [entry["code"] for entry in shown["refused"]]
        assert all("because" in entry for entry in shown["refused"])
        assert {change["code"] for change in shown["changes"]} == {"PRICE_OVER_PO"}
