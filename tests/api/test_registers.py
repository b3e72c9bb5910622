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


def bring(client, code, data, name="list.csv", **told):
    return client.post(f"/v1/registers/{code}", files={"file": (name, data)}, data=told)


VENDORS = b"Kreditorennr;Name;IBAN;Sperre\r\n1;Eins GmbH;DE02120300000000202051;\r\n2;Zwei KG;;gesperrt\r\n"


def workbook(*rows):
    """An XLSX file with these rows as text and numbers."""
    import io
    import zipfile

    def cell(value):
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    sheet = "".join(f"<row>{''.join(cell(value) for value in row)}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}"><Default Extension="rels" ContentType="{package}+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        book.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'
        )
    return out.getvalue()


class TestImport:
    def test_a_file_is_read_and_taken(self, client):
        found = bring(client, "vendors", VENDORS).json()

        assert (found["revision"], found["rows"], found["refused_rows"], found["mode"]) == (1, 2, 0, "replace")
        assert [column["field"] for column in found["columns"]] == ["id", "name", "ibans", "status"]
        shown = client.get("/v1/registers/vendors").json()["data"]
        assert [row["entry"].get("status") for row in shown] == ["active", "blocked"]

    def test_a_spreadsheet_says_the_same(self, client):
        rows = [("Date", "From", "To", "Rate"), ("2026-10-30", "USD", "EUR", 0.9213)]
        found = bring(client, "exchange_rates", workbook(*rows), "rates.xlsx").json()

        assert (found["rows"], found["refused"]) == (1, [])
        entry = client.get("/v1/registers/exchange_rates").json()["data"][0]["entry"]
        assert entry == {"currency": "USD", "base": "EUR", "day": "2026-10-30", "rate": "0.9213"}

    def test_the_same_file_twice_changes_nothing(self, client):
        bring(client, "vendors", VENDORS)
        again = bring(client, "vendors", VENDORS).json()

        assert (again["revision"], again["added"], again["changed"], again["removed"]) == (1, 0, 0, 0)

    def test_a_preview_writes_nothing(self, client):
        found = bring(client, "vendors", VENDORS, preview="true").json()

        assert (found["added"], found["preview"], found["job"]) == (2, True, None)
        assert client.get("/v1/registers/vendors").json()["data"] == []

    def test_merge_keeps_what_is_not_in_the_file(self, client):
        bring(client, "vendors", VENDORS)
        more = bring(client, "vendors", b"Number;Name\n2;Zwei KG\n3;Drei\n", mode="merge").json()
        less = bring(client, "vendors", b"Number;Name\n3;Drei\n").json()

        assert (more["rows"], more["added"], more["changed"], more["removed"]) == (3, 1, 1, 0)
        assert (less["rows"], less["removed"]) == (1, 2)

    def test_while_rows_are_refused_nothing_is_taken_out(self, client):
        bring(client, "vendors", VENDORS)
        found = bring(client, "vendors", b"Number;Name;Status\n3;Drei;\n2;;\n").json()

        assert (found["mode"], found["rows"], found["removed"], found["refused_rows"]) == ("merge", 3, 0, 1)
        assert found["refused"] == [{"sheet": None, "row": 3, "reason": "name: missing"}]
        assert found["refused_csv"].splitlines()[1] == "3;name: missing;2;;"

    def test_strict_takes_all_or_nothing(self, client):
        answer = bring(client, "vendors", b"Number;Name\n3;Drei\n2;\n", strict="true")

        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"pointer": "/rows/3", "detail": "name: missing"}]
        assert client.get("/v1/registers/vendors").json()["data"] == []

    def test_a_value_for_all_rows(self, client):
        found = bring(client, "sanctions", b"Name;Aliases\nMuster;M\n", fill=["list=EU"]).json()

        assert found["rows"] == 1
        assert bring(client, "sanctions", b"Name;Aliases\nMuster;M\n").status_code == 422
        assert bring(client, "sanctions", b"Name;Aliases\nMuster;M\n", fill=["wrong=EU"]).status_code == 422
        assert bring(client, "sanctions", b"Name;Aliases\nMuster;M\n", fill=["list"]).status_code == 422

    @pytest.mark.parametrize("told", [{"mode": "add"}, {"strict": "yes"}, {"other": "1"}])
    def test_what_the_form_does_not_know_is_refused(self, client, told):
        assert bring(client, "vendors", VENDORS, **told).status_code == 422

    def test_what_is_no_table_or_no_register(self, client):
        assert bring(client, "vendors", b"%PDF-1.7").status_code == 422
        assert bring(client, "suppliers", VENDORS).status_code == 404
        assert client.post("/v1/registers/vendors", data={"mode": "merge"}).status_code in {415, 422}
        assert client.post("/v1/registers/vendors", json={}).status_code == 415
        assert bring(client, "vendors", b"x" * 1_000_001).status_code == 413

    def test_the_trail_has_the_digest_of_the_file_and_no_names(self, client):
        bring(client, "employees", b"Employee no;Name;IBAN\nE-1;Kim Beispiel;DE02120300000000202051\n")
        (event,) = [row for row in client.get("/v1/trail").json()["data"] if row["event"] == "register.changed"]

        assert event["body"]["rows"] == 1
        assert len(event["body"]["file_sha256"]) == 64
        assert "Kim" not in str(event)
