"""Mails and archives over HTTP: every file in them is a file of its own, with its pages and its origin."""

import io

from PIL import Image

from app.storage import documents, trail
from tests.api.working import bring
from tests.documents.test_mail import CSV, letter, packed
from tests.processes.test_kill import invoice


def picture(width, height):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


def states(job):
    return {entry["file"]: entry["state"] for entry in job["documents"]}


class TestMail:
    def test_every_attachment_is_a_document_whose_pages_can_be_drawn(self, client, ctx, drawer):
        mail = letter(("one.pdf", invoice(1)), ("two.pdf", invoice(2)))

        job = bring(client, ctx, drawer, ("papers.eml", mail.as_bytes()))

        assert states(job) == {"papers.eml": "unpacked", "one.pdf": "read", "two.pdf": "read"}
        assert (job["total"], job["done"], job["failed"], job["errors"]) == (3, 3, 0, [])
        holder, *inner = job["documents"]
        assert [entry["inside"] for entry in inner] == [holder["id"]] * 2
        for entry in inner:
            shown = client.get(f"/v1/documents/{entry['id']}").json()
            assert shown["came_in"] == [{"id": holder["id"], "file": "papers.eml", "name": entry["file"]}]
            assert shown["document"]["evidence"]["/number"]["page"] == 1
            assert client.get(f"/v1/documents/{entry['id']}/pages/1.webp").status_code == 200
        assert client.get(f"/v1/documents/{inner[1]['id']}/original").content == invoice(2)

    def test_the_mail_itself_is_kept_with_what_its_head_says(self, client, ctx, drawer):
        mail = letter(("one.pdf", invoice(1)))
        mail.add_attachment(picture(120, 40), maintype="image", subtype="png", cid="<logo>", disposition="inline")

        job = bring(client, ctx, drawer, ("papers.eml", mail.as_bytes()))

        holder = client.get(f"/v1/documents/{job['documents'][0]['id']}").json()
        assert holder["mail"] == {
            "sender": "a@example.com",
            "subject": "Invoices",
            "date": "2026-10-30T09:00:00Z",
            "message_id": "<1@example.com>",
        }
        assert [entry["name"] for entry in holder["files"]] == ["one.pdf"]
        assert holder["left_out"] == ["image_png"] or holder["left_out"] == ["png"]
        assert client.get(f"/v1/documents/{holder['id']}/original").content == mail.as_bytes()
        assert client.get("/v1/documents?state=unpacked").json()["data"][0]["id"] == holder["id"]

    def test_what_is_on_file_already_is_the_same_document(self, client, ctx, drawer):
        first = bring(client, ctx, drawer, ("alone.pdf", invoice(1)))["documents"][0]["id"]

        job = bring(client, ctx, drawer, ("papers.eml", letter(("one.pdf", invoice(1)), ("b.csv", CSV)).as_bytes()))

        entry = next(entry for entry in job["documents"] if entry["file"] == "one.pdf")
        assert (entry["id"], entry["state"]) == (first, "duplicate")
        assert client.get(f"/v1/documents/{first}").json()["came_in"][0]["file"] == "papers.eml"

    def test_the_same_mail_again_names_all_that_was_in_it(self, client, ctx, drawer):
        mail = letter(("papers.zip", packed(("one.pdf", invoice(1))))).as_bytes()
        first = bring(client, ctx, drawer, ("papers.eml", mail))

        again = bring(client, ctx, drawer, ("copy.eml", mail))

        assert [entry["id"] for entry in again["documents"]] == [entry["id"] for entry in first["documents"]]
        assert {entry["state"] for entry in again["documents"]} == {"duplicate"}

    def test_archives_in_mails_are_opened_and_remembered(self, client, ctx, drawer):
        mail = letter(("papers.zip", packed(("a/one.pdf", invoice(1)), ("a/two.pdf", invoice(2)))))

        job = bring(client, ctx, drawer, ("papers.eml", mail.as_bytes()))

        outer, archive, *inner = job["documents"]
        assert [entry["state"] for entry in job["documents"]] == ["unpacked", "unpacked", "read", "read"]
        assert archive["inside"] == outer["id"]
        assert [entry["inside"] for entry in inner] == [archive["id"]] * 2
        assert client.get(f"/v1/documents/{archive['id']}/original").status_code == 200

    def test_it_is_in_the_trail_and_the_trail_holds(self, client, ctx, drawer):
        job = bring(client, ctx, drawer, ("papers.eml", letter(("one.pdf", invoice(1))).as_bytes()))

        with ctx.db.read() as session:
            rows = trail.entries(session, tenant="default", subject=job["documents"][0]["id"], limit=9)
            assert trail.check(session, tenant="default")[1] is None
        assert [row.event for row in rows] == ["document.received", "document.unpacked"]
        assert rows[1].body["documents"] == [job["documents"][1]["id"]]


class TestWhatCannotBeTakenOut:
    def test_a_protected_archive_is_an_exception_that_says_what_to_do(self, client, ctx, drawer):
        data = bytearray(packed(("a.csv", CSV)))
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1

        job = bring(client, ctx, drawer, ("papers.zip", bytes(data)))

        (error,) = job["errors"]
        assert error["verdict"] == "encrypted"
        assert "Send it without one." in error["reason"]
        (row,) = client.get("/v1/exceptions?code=DOC_UNREADABLE").json()["data"]
        assert "password" in row["why"]

    def test_a_broken_file_stays_with_its_reason_beside_those_that_were_read(self, client, ctx, drawer):
        mail = letter(("one.pdf", invoice(1)), ("bad.pdf", b"%PDF-1.7 broken"), ("note.txt", b"see above"))

        job = bring(client, ctx, drawer, ("papers.eml", mail.as_bytes()))

        assert states(job) == {
            "papers.eml": "unpacked", "one.pdf": "read", "bad.pdf": "unread", "note.txt": "aside",
        }  # fmt: skip
        assert [error["file"] for error in job["errors"]] == ["bad.pdf"]
        rows = client.get("/v1/exceptions?code=DOC_UNREADABLE").json()["data"]
        assert "damaged" in " ".join(row["why"] for row in rows)

    def test_an_entry_that_unpacks_to_too_much_stays_with_its_reason(self, client, ctx, drawer):
        job = bring(client, ctx, drawer, ("p.zip", packed(("bomb.csv", b"0" * 3_000_000), ("one.pdf", invoice(1)))))

        assert states(job) == {"p.zip": "unpacked", "bomb.csv": "unread", "one.pdf": "read"}
        (error,) = job["errors"]
        assert error["verdict"] == "resource_limit"
        assert "Send it by itself." in error["reason"]

    def test_one_that_lies_too_deep_stays_on_file(self, client, ctx, drawer):
        deep = packed(("c.zip", packed(("d.zip", packed(("one.pdf", invoice(1)))))))

        job = bring(client, ctx, drawer, ("b.zip", deep))

        entry = job["documents"][-1]
        assert (entry["file"], entry["state"], entry["error"]["verdict"]) == ("d.zip", "unread", "resource_limit")
        assert client.get(f"/v1/documents/{entry['id']}/original").status_code == 200

    def test_a_file_over_the_upload_limit_inside_is_named(self, client, ctx, drawer):
        import random

        noise = random.Random(1).randbytes(900_000)
        job = bring(client, ctx, drawer, ("p.zip", packed(("big.bin", noise + b"0" * 200_000), ("a.csv", CSV))))

        entry = next(entry for entry in job["documents"] if entry["file"] == "big.bin")
        assert entry["error"]["verdict"] == "resource_limit"
        with ctx.db.read() as session:
            assert documents.get(session, tenant="default", identifier=entry["id"]).file_sha256 is None

    def test_outlooks_own_wrapping_is_refused_by_its_name(self, client, ctx, drawer):
        mail = letter(("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(60)), ("a.csv", CSV))

        job = bring(client, ctx, drawer, ("papers.eml", mail.as_bytes()))

        entry = next(entry for entry in job["documents"] if entry["file"] == "winmail.dat")
        assert entry["state"] == "unread"
        assert "winmail.dat" in entry["error"]["reason"]
        assert "Send the mail as HTML or text." in entry["error"]["reason"]
