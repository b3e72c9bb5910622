"""POST /v1/documents and what can be read afterwards."""

import io

from PIL import Image

from app.documents import canonical
from app.reading.reading import Breach, Difference, Reading, RuleCheck, Unread, Verdict
from app.storage import documents, trail
from app.storage.access import Role
from app.workflow.read import read_document
from tests.api import papers
from tests.api.conftest import key_for
from tests.processes.test_kill import invoice


class TestReceiveFiles:
    def send(self, client, *files, **data):
        return client.post("/v1/documents", files=[("files", file) for file in files], data=data)

    def test_several_files_are_one_job(self, client, asked):
        answer = self.send(client, ("a.pdf", b"%PDF-1.7 a"), ("b.pdf", b"%PDF-1.7 b"))

        assert answer.status_code == 202
        job = client.get(answer.headers["location"]).json()
        assert (job["phase"], job["total"], job["done"]) == ("queued", 2, 0)
        assert [entry["file"] for entry in job["documents"]] == ["a.pdf", "b.pdf"]
        assert asked.jobs == [("default", job["id"], 1)]

    def test_the_same_bytes_twice_are_one_document_and_it_says_so(self, client):
        first = self.send(client, ("a.pdf", b"%PDF-1.7 a")).json()["documents"][0]
        again = self.send(
            client, ("copy.pdf", b"%PDF-1.7 a"), ("b.pdf", b"%PDF-1.7 b"), ("c.pdf", b"%PDF-1.7 b")
        ).json()

        copy, fresh, twin = again["documents"]
        assert (copy["id"], copy["duplicate_of"], copy["state"]) == (first["id"], first["id"], "duplicate")
        assert fresh["duplicate_of"] is None
        assert twin["duplicate_of"] == fresh["id"]

    def test_a_repeat_of_what_is_still_to_be_read_is_waited_for(self, client, asked):
        self.send(client, ("a.pdf", b"%PDF-1.7 a"))

        again = self.send(client, ("copy.pdf", b"%PDF-1.7 a")).json()

        assert (again["phase"], again["done"]) == ("queued", 0)
        assert asked.jobs[-1][1] == again["id"]

    def test_it_is_kept_when_the_queue_is_away(self, client, asked, ctx):
        asked.fails = True

        answer = self.send(client, ("a.pdf", b"%PDF-1.7 a"))

        assert answer.status_code == 202
        with ctx.db.read() as session:
            record = documents.get(session, tenant="default", identifier=answer.json()["documents"][0]["id"])
        assert ctx.files.read(record.file_sha256) == b"%PDF-1.7 a"

    def test_a_file_over_the_limit_is_refused_by_name(self, client):
        answer = self.send(client, ("big.pdf", b"x" * 1_000_001))

        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert "big.pdf" in answer.json()["detail"]

    def test_no_file_is_a_named_problem(self, client):
        answer = client.post("/v1/documents", files={"other": b"x"})

        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/upload"

    def test_another_media_type_is_refused(self, client):
        answer = client.post("/v1/documents", content=b"x", headers={"content-type": "text/plain"})

        assert answer.status_code == 415
        assert answer.json()["type"] == "/problems/media-type"

    def test_the_senders_own_key_belongs_to_one_document(self, client):
        told = {"source": "sap", "external_id": "51056"}
        self.send(client, ("a.pdf", b"%PDF-1.7 a"), **told)

        answer = self.send(client, ("b.pdf", b"%PDF-1.7 b"), **told)

        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/external-id-taken"

    def test_what_cannot_be_read_stays_with_the_reason_and_opens_an_exception(self, client, ctx):
        from app.workflow.match import match_touched

        class Refuses:
            def read(self, data, *, name=""):
                return Reading(Verdict.ENCRYPTED, "The file has a password. Send it without.", (), ())

        identifier = self.send(client, ("a.pdf", b"%PDF-1.7 a")).json()["documents"][0]["id"]
        match_touched(ctx, read_document(ctx, Refuses(), identifier, tenant="default"), tenant="default")

        shown = client.get(f"/v1/documents/{identifier}").json()
        rows = client.get("/v1/exceptions?code=DOC_UNREADABLE").json()["data"]
        assert shown["error"] == {"verdict": "encrypted", "reason": "The file has a password. Send it without."}
        assert [row["document"] for row in rows] == [identifier]

    def test_what_was_tried_too_often_becomes_an_exception(self, client, ctx):
        from app.workflow.match import match_touched
        from app.workflow.read import refuse

        identifier = self.send(client, ("a.pdf", b"%PDF-1.7 a")).json()["documents"][0]["id"]
        refuse(ctx, identifier, tenant="default", reason="Tried five times.")
        match_touched(ctx, [identifier], tenant="default")

        rows = client.get("/v1/exceptions?code=DOC_UNREADABLE").json()["data"]
        assert client.get(f"/v1/documents/{identifier}").json()["error"]["reason"] == "Tried five times."
        assert [row["document"] for row in rows] == [identifier]


class TestWhatTheReaderDoubts:
    class Reads:
        """A reader whose answer is known."""

        def __init__(self, *kinds, **more):
            self.reading = Reading(Verdict.OK, None, kinds, (), **more)

        def read(self, data, *, name=""):
            return self.reading

    def bring(self, client, ctx, reader):
        from app.workflow.match import match_touched

        files = {"files": ("a.pdf", b"%PDF-1.7 a")}
        identifier = client.post("/v1/documents", files=files).json()["documents"][0]["id"]
        match_touched(ctx, read_document(ctx, reader, identifier, tenant="default"), tenant="default")
        return identifier

    def test_a_page_that_says_something_else_than_its_xml_is_held(self, client, ctx):
        client.post("/v1/documents", json=papers.order())
        client.post("/v1/documents", json=papers.receipt())
        bill = canonical.read(papers.invoice())
        reader = self.Reads(bill, format="hybrid", differences=(Difference("/totals/gross", "120.00", "210.00"),))

        identifier = self.bring(client, ctx, reader)

        shown = client.get(f"/v1/documents/{identifier}").json()
        assert [(d["kind"], d["read"], d["shown"]) for d in shown["doubts"]] == [("xml_differs", "120.00", "210.00")]
        rows = client.get("/v1/exceptions?state=open").json()["data"]
        assert [row["code"] for row in rows] == ["XML_PAGE_MISMATCH"]

    def test_a_page_that_could_not_be_read_holds_what_was_read(self, client, ctx):
        client.post("/v1/documents", json=papers.order())
        client.post("/v1/documents", json=papers.receipt())
        reader = self.Reads(canonical.read(papers.invoice()), format="pdf", unread=(Unread(2, "It is a picture."),))

        identifier = self.bring(client, ctx, reader)

        shown = client.get(f"/v1/documents/{identifier}").json()
        assert shown["state"] == "read"
        assert [(d["kind"], d["pointer"], d["read"]) for d in shown["doubts"]] == [
            ("page_unread", "/pages/2", "It is a picture.")
        ]
        (row,) = client.get("/v1/exceptions?state=open").json()["data"]
        assert row["code"] == "DOC_UNREADABLE"
        assert "Page 2" in row["why"]

    def test_a_broken_rule_of_the_standard_is_an_exception_with_what_it_asks(self, client, ctx):
        client.post("/v1/documents", json=papers.order())
        client.post("/v1/documents", json=papers.receipt())
        breach = Breach("BR-CO-16", "Amount due = total - paid.", True, "/rsm:CrossIndustryInvoice", 2)
        check = RuleCheck("EN 16931 (CII)", breaches=(breach,))

        identifier = self.bring(client, ctx, self.Reads(canonical.read(papers.invoice()), checks=(check,)))

        (row,) = client.get("/v1/exceptions?state=open").json()["data"]
        assert (row["code"], row["document"], row["severity"]) == ("EINVOICE_RULE", identifier, "warn")
        finding = client.get(f"/v1/exceptions/{row['id']}").json()["finding"]
        assert finding["why"] == (
            "The invoice breaks BR-CO-16 (fatal) at /rsm:CrossIndustryInvoice and 1 more."
            " It asks: Amount due = total - paid."
        )
        assert finding["detail"].items() >= {"rule": "BR-CO-16", "flag": "fatal"}.items()

    def test_that_the_rules_were_not_checked_stands_with_the_document(self, client, ctx):
        check = RuleCheck("EN 16931 (CII)", reason="The extra is not installed.")

        identifier = self.bring(client, ctx, self.Reads(canonical.read(papers.invoice()), checks=(check,)))

        (doubt,) = client.get(f"/v1/documents/{identifier}").json()["doubts"]
        assert (doubt["kind"], doubt["text"]) == ("not_checked", "The extra is not installed.")
        assert not [r for r in client.get("/v1/exceptions").json()["data"] if r["code"] == "EINVOICE_RULE"]


class TestReceiveJson:
    def test_a_canonical_document_is_on_file_at_once(self, client):
        answer = client.post("/v1/documents", json=papers.order())

        assert answer.status_code == 201
        shown = client.get(answer.headers["location"]).json()
        assert shown["state"] == "read"
        assert shown["document"]["lines"][0]["unit_price"] == "1.20"

    def test_the_same_content_again_is_the_same_document(self, client):
        first = client.post("/v1/documents", json=papers.order()).json()

        again = client.post("/v1/documents", json=papers.order())

        assert again.status_code == 200
        assert (again.json()["id"], again.json()["duplicate_of"]) == (first["id"], first["id"])

    def test_numbers_and_unknown_fields_are_refused_with_their_place(self, client):
        wrong = papers.order()
        wrong["lines"][0] |= {"quantity": 100, "colour": "blue"}

        answer = client.post("/v1/documents", json=wrong)

        assert answer.status_code == 422
        assert {entry["pointer"] for entry in answer.json()["errors"]} == {"/lines/0/quantity", "/lines/0/colour"}

    def test_what_is_no_json_is_a_named_problem(self, client):
        for body in (b"{", b"\xff", b"[" * 100_000, b'{"kind": NaN}', b"null"):
            answer = client.post("/v1/documents", content=body, headers={"content-type": "application/json"})
            assert (answer.status_code, answer.json()["type"]) == (422, "/problems/malformed"), body[:10]

    def test_license_keys_are_never_kept_in_clear(self, client, ctx, tmp_path):
        secret = "EXMPL-7Q2KD-99XYZ-AB12C"
        receipt = {
            "kind": "license_receipt", "number": "LR-1", "issue_date": "2026-10-10", "supplier": papers.SUPPLIER,
            "references": {"purchase_order": "PO-1"},
            "lines": [{"id": "1", "description": f"Key {secret}", "quantity": "1",
                       "license": {"product": "Draw", "rights": "5", "keys": [secret]}}],
        }  # fmt: skip
        answer = client.post("/v1/documents", json=receipt)

        key = answer.json()["document"]["lines"][0]["license"]["keys"][0]
        assert key.startswith("sealed:")
        assert key.endswith(":B12C")
        assert secret not in answer.text
        stored = [path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file()]
        assert stored
        assert all(secret.encode() not in data for data in stored)


class TestWhoMay:
    def test_no_key_no_answer(self, nobody):
        for path in ("/v1/documents", "/v1/exceptions", "/v1/trail", "/v1/jobs/job_1", "/v1/rules"):
            answer = nobody.get(path)
            assert (answer.status_code, answer.json()["type"]) == (401, "/problems/key-missing"), path

    def test_every_route_under_v1_asks_for_a_key(self, app, nobody):
        for route in app.openapi()["paths"]:
            if route.startswith("/v1"):
                path = route.replace("{page}", "1").replace("{", "").replace("}", "")
                for verb in app.openapi()["paths"][route]:
                    assert nobody.request(verb, path).status_code == 401, (verb, path)

    def test_the_standard_is_no_secret(self, nobody):
        found = nobody.get("/rules", headers={"Accept": "application/json"}).json()["data"]

        assert {"PRICE_OVER_PO", "LIC_KEY_REUSED"} <= {rule["code"] for rule in found}

    def test_an_uploader_cannot_decide(self, nobody, ctx):
        key = key_for(ctx, Role.UPLOADER)

        answer = nobody.post(
            "/v1/matches", json={"invoice": {"id": "inv_x"}},
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "1"},
        )  # fmt: skip

        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/role")

    def test_another_tenants_document_is_not_there(self, client, nobody, ctx):
        identifier = client.post("/v1/documents", json=papers.order()).json()["id"]
        other = {"Authorization": f"Bearer {key_for(ctx, Role.AUDITOR, tenant='other')}"}

        assert nobody.get(f"/v1/documents/{identifier}", headers=other).status_code == 404
        assert nobody.get("/v1/documents", headers=other).json() == {"data": [], "next": None}


def test_every_step_is_in_the_trail(client, ctx):
    client.post("/v1/documents", json=papers.order())
    client.post("/v1/documents", json=papers.invoice())

    events = [entry["event"] for entry in client.get("/v1/trail").json()["data"]]
    assert events[:4] == ["document.received", "document.read", "document.received", "document.read"]
    assert "invoice.matched" in events
    assert client.get("/v1/trail/verify").json()["holds"] is True
    with ctx.db.read() as session:
        assert trail.check(session, tenant="default")[1] is None


class TestPictures:
    def test_a_page_and_a_piece_of_it_are_drawn_aside(self, client, ctx, drawer):
        from app.workflow.read import read_document

        made = invoice(7)
        identifier = client.post("/v1/documents", files={"files": ("a.pdf", made)}).json()["documents"][0]["id"]
        read_document(ctx, drawer, identifier, tenant="default")

        whole = client.get(f"/v1/documents/{identifier}/pages/1.webp")
        piece = client.get(f"/v1/documents/{identifier}/crop.webp?box=60,40,200,70")

        assert Image.open(io.BytesIO(whole.content)).size == (893, 1263)
        assert Image.open(io.BytesIO(piece.content)).size == (280, 60)
        assert client.get(f"/v1/documents/{identifier}/pages/2.webp").json()["type"] == "/problems/no-picture"
        assert client.get(f"/v1/documents/{identifier}/crop.webp?box=5,5,1,1").status_code == 422

    def test_a_paper_without_a_page_has_no_picture(self, client):
        identifier = client.post("/v1/documents", json=papers.order()).json()["id"]

        assert client.get(f"/v1/documents/{identifier}/pages/1.webp").status_code == 404
        assert (
            client.get(f"/v1/documents/{identifier}/original").headers["content-disposition"].startswith("attachment")
        )
