"""POST /v1/documents/{id}/mapping: a table is read again by named columns, and its next ones are too."""

import pytest

from app.storage import layouts, trail
from app.storage.access import Role
from tests.api import papers
from tests.api.conftest import key_for
from tests.api.working import bring
from tests.documents.test_tables import workbook

TENANT = "default"

#: Exports whose headings nobody knows: a name, the rows by month, what a person says, and what is then read.
BASQUE = {
    "heads": ["Agiria", "Saltzailea", "Zer da", "Zenbat", "Bakoitza", "Guztira"],
    "told": {
        "Agiria": "invoice_number", "Saltzailea": "supplier", "Zer da": "description", "Zenbat": "quantity",
        "Bakoitza": "unit_price", "Guztira": "net_amount",
    },
    "row": lambda n: [f"F-{n}", "Haizea Adibidea SL", "Torlojua M8", str(n), "1.25", f"{n * 1.25:.2f}"],
}  # fmt: skip
IN_HOUSE = {
    "heads": ["XREF", "VNDR_KEY", "GDS_TXT", "VOL_C", "RT_A", "EXT_V"],
    "told": {
        "XREF": "invoice_number", "VNDR_KEY": "supplier", "GDS_TXT": "description", "VOL_C": "quantity",
        "RT_A": "unit_price", "EXT_V": "net_amount",
    },
    "row": lambda n: [f"K{n}", "Fabrikam Beispiel GmbH", "Bolt M8", n, 0.75, n * 0.75],
}  # fmt: skip
SWAHILI = {
    "heads": ["Namba ya ankara", "Muuzaji", "Maelezo ya bidhaa", "Idadi", "Bei ya kila moja", "Kiasi"],
    "told": {
        "A1": "invoice_number", "B1": "supplier", "C1": "description", "D1": "quantity", "E1": "unit_price",
        "F1": "net_amount",
    },
    "row": lambda n: [f"ANK-{n}", "Upepo Mfano Ltd", "Bolti M8", str(n), "2.50", f"{n * 2.5:.2f}"],
}  # fmt: skip
ICELANDIC = {
    "heads": ["Skjal", "Seljandi", "Hvað", "Stykkjatala", "Ein.verð", "Upphæð alls"],
    "told": {
        "Skjal": "invoice_number", "Seljandi": "supplier", "Hvað": "description", "Stykkjatala": "quantity",
        "Ein.verð": "unit_price", "Upphæð alls": "net_amount",
    },
    "row": lambda n: [f"R{n}", "Vindur Dæmi ehf", "Bolti M8", n, 3.5, n * 3.5],
}  # fmt: skip


def csv_of(export, *numbers, mark=";"):
    rows = [export["heads"], *(export["row"](n) for n in numbers)]
    return ("\n".join(mark.join(str(cell) for cell in row) for row in rows) + "\n").encode()


def xlsx_of(export, *numbers):
    return workbook(("Blad", [export["heads"], *(export["row"](n) for n in numbers)]))


EXPORTS = [
    pytest.param(BASQUE, csv_of, "csv", id="Basque, CSV"),
    pytest.param(SWAHILI, lambda e, *n: csv_of(e, *n, mark="\t"), "csv", id="Swahili, tabs, named by cells"),
    pytest.param(IN_HOUSE, xlsx_of, "xlsx", id="names of a database, XLSX"),
    pytest.param(ICELANDIC, xlsx_of, "xlsx", id="Icelandic, XLSX"),
    pytest.param(ICELANDIC, csv_of, "csv", id="Icelandic, CSV"),
]

LIST = "Invoice no,Supplier,Description,Quantity,Price,Zet,Amount\n"


def listed(number, *rows):
    """An export with the list price under Price and the price that was agreed under a heading of its own."""
    return (LIST + "".join(f"{number},Northwind Example Ltd,{row}\n" for row in rows)).encode()


def tell(client, identifier, columns, **headers):
    return client.post(f"/v1/documents/{identifier}/mapping", json={"columns": columns}, headers=headers)


def one(client, ctx, reader, name, data, **said):
    job = bring(client, ctx, reader, (name, data), **said)
    return job["documents"][0]["id"]


def shown(client, identifier):
    return client.get(f"/v1/documents/{identifier}").json()


def figures(body):
    names = ("quantity", "unit_price", "net_amount")
    return [tuple(float(line[name]) for name in names) for line in body["document"]["lines"]]


class TestUnknownHeadings:
    @pytest.mark.parametrize(("export", "make", "ending"), EXPORTS)
    def test_told_once_the_next_export_is_read_by_itself(self, client, ctx, drawer, export, make, ending):
        identifier = one(client, ctx, drawer, f"1.{ending}", make(export, 4))
        unread = shown(client, identifier)
        assert (unread["state"], unread["error"]["verdict"]) == ("unread", "unsupported")
        [table] = unread["tables"]
        assert [column["heading"] for column in table["columns"]] == export["heads"]

        answer = tell(client, identifier, export["told"])

        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["state"], body["kind"], body["version"]) == ("read", "invoice", 1)
        expected = export["row"](4)
        assert (body["number"], body["document"]["supplier"]["name"]) == (expected[0], expected[1])
        assert figures(body) == [tuple(float(cell) for cell in expected[3:])]
        assert [(column["field"], column["told"]) for column in body["tables"][0]["columns"]] == [
            (field, True) for field in export["told"].values()
        ]
        assert body["learned"]["version"] == 1
        assert body["learned"]["columns"] == dict(zip(export["heads"], export["told"].values(), strict=True))

        following = shown(client, one(client, ctx, drawer, f"2.{ending}", make(export, 6, 8)))
        assert (following["state"], following["number"]) == ("read", export["row"](6)[0])
        assert following["layout"]["memory"] == body["learned"]["memory"]
        assert (following["layout"]["version"], following["layout"]["outcome"]) == (1, "used")

    def test_the_exception_of_the_unreadable_file_is_closed(self, client, ctx, drawer):
        identifier = one(client, ctx, drawer, "1.csv", csv_of(BASQUE, 4))
        held = client.get(f"/v1/exceptions?invoice={identifier}&state=open").json()["data"]
        assert "DOC_UNREADABLE" in {row["code"] for row in held}

        order = {key: ("purchase_order_number" if key == "Agiria" else v) for key, v in BASQUE["told"].items()}
        body = tell(client, identifier, order).json()

        assert (body["kind"], body["number"]) == ("purchase_order", "F-4")
        assert client.get("/v1/exceptions?state=open").json()["data"] == []

    def test_rows_that_are_several_documents_become_several(self, client, ctx, drawer):
        identifier = one(client, ctx, drawer, "1.csv", csv_of(BASQUE, 4, 6, 8))

        body = tell(client, identifier, BASQUE["told"]).json()

        assert body["documents"][0] == identifier
        numbers = [shown(client, document)["number"] for document in body["documents"]]
        assert numbers == ["F-4", "F-6", "F-8"]
        assert [shown(client, document)["invoice"] is not None for document in body["documents"]] == [True] * 3

    def test_another_source_is_another_table(self, client, ctx, drawer):
        first = one(client, ctx, drawer, "1.csv", csv_of(BASQUE, 4), source="erp-a")
        assert tell(client, first, BASQUE["told"]).json()["learned"]["version"] == 1

        other = shown(client, one(client, ctx, drawer, "2.csv", csv_of(BASQUE, 5), source="erp-b"))
        same = shown(client, one(client, ctx, drawer, "3.csv", csv_of(BASQUE, 6), source="erp-a"))

        assert (other["state"], other["layout"]) == ("unread", None)
        assert (same["state"], same["number"]) == ("read", "F-6")

    def test_told_again_it_is_a_new_version(self, client, ctx, drawer):
        first = one(client, ctx, drawer, "1.csv", csv_of(BASQUE, 4))
        memory = tell(client, first, BASQUE["told"]).json()["learned"]["memory"]

        answer = tell(client, first, BASQUE["told"] | {"Saltzailea": None}).json()

        assert answer["learned"] == {
            "memory": memory, "version": 2, "columns": BASQUE["told"] | {"Saltzailea": None}, "reason": None,
        }  # fmt: skip
        assert (answer["document"]["supplier"].get("name"), answer["version"]) == (None, 2)
        with ctx.db.read() as session:
            known = layouts.versions(session, tenant=TENANT, identifier=memory)
        assert [entry.version for entry in known] == [1, 2]


class TestWhatIsOnFile:
    def test_the_content_before_is_kept_and_the_trail_tells_it(self, client, ctx, drawer):
        identifier = one(client, ctx, drawer, "1.csv", listed("N-1", "Bolt,10,2.00,1.50,15.00"))
        before = shown(client, identifier)
        assert figures(before) == [(10, 2, 15)]

        body = tell(client, identifier, {"Price": None, "Zet": "unit_price"}).json()

        assert (figures(body), body["version"]) == ([(10, 1.5, 15)], 2)
        assert body["document"]["evidence"]["/lines/0/unit_price"]["path"] == "F2"
        [kept] = client.get(f"/v1/documents/{identifier}/versions").json()["data"]
        assert kept["document"] == before["document"]
        assert kept["corrections"] == [{"column": "Price", "field": None}, {"column": "Zet", "field": "unit_price"}]
        with ctx.db.read() as session:
            entries = trail.entries(session, tenant=TENANT, limit=100)
            assert trail.check(session, tenant=TENANT)[1] is None
        [entry] = [entry for entry in entries if entry.event == "document.mapped"]
        assert (entry.subject, entry.actor, entry.body["version"]) == (identifier, "auditor:tests", 2)
        assert entry.body["columns"] == {"Price": None, "Zet": "unit_price"}
        assert entry.body["layout"] == f"{body['learned']['memory']}/1"
        [lesson] = [entry for entry in entries if entry.event == "layout.learned"]
        assert (lesson.subject, lesson.body["document"]) == (body["learned"]["memory"], identifier)

    def test_the_bills_are_judged_anew(self, client, ctx, drawer):
        identifier = one(client, ctx, drawer, "1.csv", listed("N-1", "Bolt,10,2.00,1.50,15.00"))
        wrong = client.get(f"/v1/exceptions?invoice={identifier}&state=open").json()["data"]
        assert "ARITH_LINE" in {row["code"] for row in wrong}

        tell(client, identifier, {"Price": None, "Zet": "unit_price"})

        after = client.get(f"/v1/exceptions?invoice={identifier}&state=open").json()["data"]
        assert "ARITH_LINE" not in {row["code"] for row in after}

    def test_a_document_on_file_is_never_lost(self, client, ctx, drawer):
        data = b"Invoice no,Supplier,Description,Quantity,Unit price,Amount,Zet\nN-1,Example Ltd,Bolt,1,2.00,2.00,Z\n"
        data += b"N-2,Example Ltd,Bolt,2,2.00,4.00,Z\n"
        first = one(client, ctx, drawer, "1.csv", data)
        before = shown(client, first)

        answer = tell(client, first, {"Invoice no": None, "Zet": "invoice_number"})

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/fewer-documents")
        assert shown(client, first) == before

    def test_what_a_person_corrected_is_not_undone(self, client, ctx, drawer):
        identifier = one(client, ctx, drawer, "1.csv", listed("N-1", "Bolt,10,2.00,1.50,15.00"))
        said = {"corrections": [{"pointer": "/number", "value": "N-100"}]}
        assert client.post(f"/v1/documents/{identifier}/corrections", json=said).status_code == 200

        answer = tell(client, identifier, {"Price": None, "Zet": "unit_price"})

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-allowed")


class TestTheContest:
    ROWS = ("Bolt,10,2.00,1.50,15.00", "Nut,20,1.00,0.80,16.00")
    FULL = ("Bolt,10,2.00,1.50,20.00", "Nut,20,1.00,0.80,20.00")

    def test_a_wrong_mapping_counts_for_its_file_and_is_not_remembered(self, client, ctx, drawer):
        identifier = one(client, ctx, drawer, "1.csv", listed("N-1", *self.FULL))

        body = tell(client, identifier, {"Price": None, "Zet": "unit_price"}).json()

        assert [price for _, price, _ in figures(body)] == [1.5, 0.8]
        assert (body["learned"]["memory"], body["learned"]["version"]) == (None, None)
        assert "arithmetic" in body["learned"]["reason"]
        following = shown(client, one(client, ctx, drawer, "2.csv", listed("N-2", *self.FULL)))
        assert (following["layout"], [price for _, price, _ in figures(following)]) == (None, [2, 1])

    def test_a_mapping_that_is_wrong_for_later_files_loses_and_decays(self, client, ctx, drawer):
        first = one(client, ctx, drawer, "1.csv", listed("N-1", *self.ROWS))
        memory = tell(client, first, {"Price": None, "Zet": "unit_price"}).json()["learned"]["memory"]
        good = shown(client, one(client, ctx, drawer, "2.csv", listed("N-2", *self.ROWS)))
        assert (good["layout"]["memory"], good["layout"]["outcome"]) == (memory, "used")

        outcomes = []
        for at in range(3, 7):
            found = shown(client, one(client, ctx, drawer, f"{at}.csv", listed(f"N-{at}", *self.FULL)))
            assert [price for _, price, _ in figures(found)] == [2, 1]
            outcomes.append(found["layout"] and found["layout"]["outcome"])

        assert outcomes == ["lost", "lost", "lost", None]
        with ctx.db.read() as session:
            [kept] = layouts.versions(session, tenant=TENANT, identifier=memory)
            entries = trail.entries(session, tenant=TENANT, limit=200)
        assert (kept.used, kept.lost_in_a_row, kept.retired_at is not None) == (1, 3, True)
        assert [entry.subject for entry in entries if entry.event == "layout.retired"] == [memory]

    def test_many_documents_of_one_file_count_once(self, client, ctx, drawer):
        first = one(client, ctx, drawer, "1.csv", listed("N-1", *self.ROWS))
        memory = tell(client, first, {"Price": None, "Zet": "unit_price"}).json()["learned"]["memory"]
        several = listed("N-2", *self.FULL) + b"".join(
            f"N-{at},Northwind Example Ltd,Bolt,10,2.00,1.50,20.00\n".encode() for at in range(3, 9)
        )

        one(client, ctx, drawer, "2.csv", several)

        with ctx.db.read() as session:
            [kept] = layouts.versions(session, tenant=TENANT, identifier=memory)
        assert (kept.lost_in_a_row, kept.retired_at) == (1, None)


class TestRefusals:
    @pytest.mark.parametrize(
        ("columns", "pointer", "words"),
        [
            ({"Nowhere": "quantity"}, "/columns/Nowhere", "no heading"),
            ({"Zer da": "colour"}, "/columns/Zer da", "one of the fields"),
            ({"Zenbat": "quantity", "Guztira": "quantity"}, "/columns/Guztira", "already"),
            ({"Zenbat": "quantity", "D1": "unit_price"}, "/columns/D1", "same column"),
            ({"Zenbat": "quantity"}, "/columns", "do not make documents"),
            (BASQUE["told"] | {"Zer da": "quantity", "Zenbat": None}, "/columns", "'Torlojua M8' is not a number"),
            ({}, "/columns", "one to"),
        ],
    )
    def test_what_leads_nowhere_is_named(self, client, ctx, drawer, columns, pointer, words):
        identifier = one(client, ctx, drawer, "1.csv", csv_of(BASQUE, 4))

        answer = tell(client, identifier, columns)

        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/malformed")
        [error] = answer.json()["errors"]
        assert error["pointer"] == pointer
        assert words in error["detail"]
        assert shown(client, identifier)["state"] == "unread"

    def test_a_heading_that_stands_twice_is_named_by_its_cell(self, client, ctx, drawer):
        data = csv_of(BASQUE, 4).replace(b"Bakoitza", b"Guztira")
        identifier = one(client, ctx, drawer, "1.csv", data)
        said = {key: field for key, field in BASQUE["told"].items() if key not in {"Bakoitza", "Guztira"}}

        twice = tell(client, identifier, said | {"Guztira": "net_amount"})
        told = tell(client, identifier, said | {"E1": "unit_price", "F1": "net_amount"})

        assert twice.status_code == 422
        assert "several columns" in twice.json()["errors"][0]["detail"]
        assert figures(told.json()) == [(4, 1.25, 5)]

    def test_what_is_no_table(self, client):
        identifier = client.post("/v1/documents", json=papers.order()).json()["id"]

        answer = tell(client, identifier, {"A1": "quantity"})

        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-allowed")

    def test_what_is_not_there(self, client):
        assert tell(client, "doc_none", {"A1": "quantity"}).status_code == 404

    def test_a_stale_etag_and_a_repeated_key(self, client, ctx, drawer):
        identifier = one(client, ctx, drawer, "1.csv", csv_of(BASQUE, 4))
        etag = client.get(f"/v1/documents/{identifier}").headers["etag"]

        first = tell(client, identifier, BASQUE["told"], **{"If-Match": etag, "Idempotency-Key": "m-1"})
        again = tell(client, identifier, BASQUE["told"], **{"If-Match": etag, "Idempotency-Key": "m-1"})
        stale = tell(client, identifier, BASQUE["told"], **{"If-Match": etag})

        assert first.status_code == again.status_code == 200
        assert again.json() == first.json()
        assert shown(client, identifier)["version"] == 1
        assert (stale.status_code, stale.json()["type"]) == (412, "/problems/changed-since")

    def test_a_key_that_only_brings_may_not(self, app, ctx, client, drawer):
        identifier = one(client, ctx, drawer, "1.csv", csv_of(BASQUE, 4))
        key = key_for(ctx, Role.UPLOADER, name="scanner")

        answer = tell(client, identifier, BASQUE["told"], Authorization=f"Bearer {key}")

        assert answer.status_code == 403
