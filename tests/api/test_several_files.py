"""One document in several files over HTTP: pages that find each other, an XML beside its page, and what is not joined."""

import io

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from app.reading.einvoice import hybrid
from app.storage import trail
from app.workflow.gather import gather
from tests.api.working import bring
from tests.documents.test_mail import PAPER, letter
from tests.processes.test_kill import invoice

HEADS = ((60, "Pos"), (100, "Description"), (330, "Quantity"), (410, "Unit price"), (490, "Amount EUR"))


def page(*rows, lines=(), heads=True):
    """A page as a PDF: rows of text at heights, and a table."""
    out = io.BytesIO()
    paper = canvas.Canvas(out, pagesize=A4, invariant=True)
    for x, y, text in rows:
        paper.drawString(x, y, text)
    if heads:
        for x, text in HEADS:
            paper.drawString(x, 640, text)
    for at, line in enumerate(lines):
        for (x, _), text in zip(HEADS, line, strict=True):
            paper.drawString(x, 620 - 20 * at, text)
    paper.save()
    return out.getvalue()


def first(number="NW-77", mark="Page 1 of 2", *more):
    return page(
        (60, 780, "Nordwind Beispiel GmbH"), (60, 740, f"Invoice No. {number}"), (60, 720, "Date: 2026-10-12"),
        (300, 780, "VAT ID DE136695976"), (60, 700, "Your order: PO-77"), (480, 800, mark), *more,
        lines=[("1", "Hex bolt M8x40", "10", "1.20", "12.00"), ("2", "Washer M8 zinc", "100", "0.10", "10.00")],
    )  # fmt: skip


def second(number="NW-77", mark="Page 2 of 2", *more, heads=True):
    named = [(60, 740, f"Invoice No. {number}")] if number else []
    return page(
        (60, 780, "Nordwind Beispiel GmbH"), *named, (480, 800, mark), *more,
        (410, 560, "Total"), (490, 560, "30.00"),
        lines=[("3", "Nut M8 zinc plated", "40", "0.20", "8.00")], heads=heads,
    )  # fmt: skip


def sums_of(client, identifier):
    shown = client.get(f"/v1/documents/{identifier}").json()
    return [line["net_amount"] for line in shown["document"]["lines"]], shown["document"]["totals"].get("gross")


class TestPagesInFilesOfTheirOwn:
    def test_page_two_of_two_with_the_same_number_is_joined_and_both_can_be_drawn(self, client, ctx, drawer):
        job = bring(client, ctx, drawer, ("page1.pdf", first()), ("page2.pdf", second()))

        one, other = job["documents"]
        assert (one["state"], other["state"]) == ("read", "joined")
        assert sums_of(client, one["id"]) == (["12.00", "10.00", "8.00"], "30.00")
        shown = client.get(f"/v1/documents/{one['id']}").json()
        assert [(leaf["document"], leaf["page"]) for leaf in shown["pages"]] == [(one["id"], 1), (other["id"], 1)]
        assert "Page 2 of 2 follows page 1" in shown["remark"]
        assert shown["files"] == [
            {"name": "page2.pdf", "id": other["id"], "kind": None, "state": "joined", "reason": other["remark"]}
        ]
        assert shown["document"]["evidence"]["/totals/gross"]["page"] == 2
        pictures = [client.get(f"/v1/documents/{one['id']}/pages/{number}.webp") for number in (1, 2)]
        assert [picture.status_code for picture in pictures] == [200, 200]
        alone = client.get(f"/v1/documents/{other['id']}").json()
        assert (alone["joined_to"], alone["state"]) == (one["id"], "joined")
        assert client.get("/v1/exceptions?code=DOC_UNREADABLE").json()["data"] == []

    def test_the_order_of_the_upload_does_not_matter(self, client, ctx, drawer):
        job = bring(client, ctx, drawer, ("b.pdf", second()), ("a.pdf", first()))

        other, one = job["documents"]
        assert (one["state"], other["state"]) == ("read", "joined")
        assert sums_of(client, one["id"]) == (["12.00", "10.00", "8.00"], "30.00")

    def test_in_a_mail_as_in_an_upload(self, client, ctx, drawer):
        mail = letter(("1.pdf", first(mark="Seite 1 von 2")), ("2.pdf", second(None, "Seite 2 von 2")))

        job = bring(client, ctx, drawer, ("papers.eml", mail.as_bytes()))

        assert [entry["state"] for entry in job["documents"]] == ["unpacked", "read", "joined"]

    def test_a_sum_carried_forward_joins_pages_that_are_not_counted(self, client, ctx, drawer):
        one = first("NW-77", "", (380, 560, "Carried forward"), (490, 560, "22.00"))
        other = second(None, "", (380, 660, "Brought forward"), (490, 660, "22.00"))

        job = bring(client, ctx, drawer, ("a.pdf", one), ("b.pdf", other))

        assert [entry["state"] for entry in job["documents"]] == ["read", "joined"]
        assert "22.00" in job["documents"][1]["remark"]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (first(), second("NW-78")),
            (first(), second("NW-77", "Page 2 of 3")),
            (first(), first("NW-77", "Page 1 of 2", (60, 300, "Copy"))),
            (invoice(1), invoice(2)),
            (first("NW-77", ""), second(None, "", (380, 660, "Brought forward"), (490, 660, "23.00"))),
        ],
        ids=["another number", "another count", "two first pages", "two invoices", "another sum carried"],
    )
    def test_without_evidence_nothing_is_joined(self, client, ctx, drawer, one, other):
        job = bring(client, ctx, drawer, ("a.pdf", one), ("b.pdf", other))

        assert [entry["state"] for entry in job["documents"]] == ["read", "read"]

    def test_a_page_that_could_follow_two_follows_none(self, client, ctx, drawer):
        job = bring(
            client, ctx, drawer, ("a.pdf", first("NW-77")), ("b.pdf", first("NW-78")), ("c.pdf", second(None))
        )  # fmt: skip

        assert [entry["state"] for entry in job["documents"]] == ["read", "read", "read"]

    def test_the_sender_may_say_so(self, client, ctx, drawer):
        files = [("a.pdf", first("NW-77", "")), ("b.pdf", second(None, "", heads=False)), ("c.pdf", invoice(5))]

        job = bring(client, ctx, drawer, *files, together=["one", "one", ""])

        assert [entry["state"] for entry in job["documents"]] == ["read", "joined", "read"]
        assert sums_of(client, job["documents"][0]["id"])[1] == "30.00"

    def test_what_the_sender_put_together_wrongly_stays_apart_and_says_so(self, client, ctx, drawer):
        job = bring(client, ctx, drawer, ("a.pdf", invoice(1)), ("b.pdf", invoice(2)), together=["x", "x"])

        one, other = (client.get(f"/v1/documents/{entry['id']}").json() for entry in job["documents"])
        assert [(paper["state"], paper["number"]) for paper in (one, other)] == [("read", "NW-1"), ("read", "NW-2")]
        assert one["remark"] == other["remark"]
        assert one["remark"] == (
            "The files were sent as one document. They could not be read as one. "
            "Each of them is a document by itself: NW-1, NW-2."
        )
        assert (one["joined_to"], other["joined_to"]) == (None, None)
        assert [len(paper["pages"]) for paper in (one, other)] == [1, 1]

    def test_done_again_it_changes_nothing(self, client, ctx, drawer):
        job = bring(client, ctx, drawer, ("a.pdf", invoice(1)), ("b.pdf", invoice(2)), together=["x", "x"])
        places = [f"/v1/documents/{entry['id']}" for entry in job["documents"]]
        before = [client.get(place).headers["etag"] for place in places]

        gather(ctx, drawer, tenant="default", job=job["id"])

        assert [client.get(place).headers["etag"] for place in places] == before

    def test_it_is_in_the_trail(self, client, ctx, drawer):
        job = bring(client, ctx, drawer, ("a.pdf", first()), ("b.pdf", second()))

        one, other = job["documents"]
        with ctx.db.read() as session:
            rows = trail.entries(session, tenant="default", subject=one["id"], limit=9)
            assert trail.check(session, tenant="default")[1] is None
        assert [row.event for row in rows][:4] == [
            "document.received", "document.read", "document.read", "document.joined",
        ]  # fmt: skip
        assert rows[3].body["documents"] == [other["id"]]


class TestDataBesideItsPage:
    def bare(self):
        """The page of an e-invoice without its XML: not among the attachments, nor where /AF names it."""
        out, pdf = io.BytesIO(), pdfium.PdfDocument.new()
        pdf.import_pages(pdfium.PdfDocument(PAPER))
        pdf.save(out)
        return out.getvalue()

    def test_the_data_are_the_document_and_the_page_shows_where(self, client, ctx, drawer):
        xml = hybrid.attachments(PAPER)[0]

        job = bring(client, ctx, drawer, ("m.eml", letter(("r.pdf", self.bare()), ("r.xml", xml)).as_bytes()))

        _, page, data = job["documents"]
        assert (page["state"], data["state"]) == ("joined", "read")
        shown = client.get(f"/v1/documents/{data['id']}").json()
        assert shown["document"]["evidence"]["/number"]["method"] == "xml"
        assert shown["document"]["evidence"]["/number"]["page"] == 1
        assert shown["pages"][0]["document"] == page["id"]
        assert client.get(f"/v1/documents/{data['id']}/pages/1.webp").status_code == 200
        assert [doubt for doubt in shown["doubts"] if doubt["kind"] == "xml_differs"] == []
        codes = {row["code"] for row in client.get("/v1/exceptions").json()["data"]}
        assert not {code for code in codes if code.startswith("DUP_")}

    def test_a_page_that_says_something_else_is_a_finding(self, client, ctx, drawer):
        xml = hybrid.attachments(PAPER)[0]
        gross = client.post("/v1/documents", files={"files": ("r.pdf", PAPER)}).json()["documents"][0]["id"]
        assert gross
        changed = xml.replace(b"DuePayableAmount>", b"DuePayableAmount>9", 1)

        job = bring(client, ctx, drawer, ("r.pdf", self.bare()), ("r.xml", changed))

        data = client.get(f"/v1/documents/{job['documents'][1]['id']}").json()
        assert [doubt["pointer"] for doubt in data["doubts"] if doubt["kind"] == "xml_differs"] == ["/totals/due"]
