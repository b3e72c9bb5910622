"""A real server with its worker takes a mail apart, joins pages, and refuses bad files by name."""

import io
import json
import time

import pypdfium2 as pdfium
import pytest

from tests.api.test_mapping import IN_HOUSE, SWAHILI, csv_of, xlsx_of
from tests.api.test_several_files import first, second
from tests.documents.test_mail import CSV, letter, packed
from tests.processes.running import ask, serving, upload
from tests.processes.test_kill import invoice

END_SECONDS = 120


def done(server, key, job):
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until:
        found = ask(server, key, f"/v1/jobs/{job['id']}")
        if found["phase"] == "done":
            return found
        time.sleep(0.3)
    pytest.fail(f"not done in time: {found}")


def many_pages(count):
    pdf, out = pdfium.PdfDocument.new(), io.BytesIO()
    for _ in range(count):
        pdf.new_page(200, 200)
    pdf.save(out)
    return out.getvalue()


def found_of(server, key, job):
    """The first document of a job, when it is done."""
    return ask(server, key, f"/v1/documents/{done(server, key, job)['documents'][0]['id']}")


BAD = {
    "empty.pdf": (b"", "empty", "Send it again."),
    "cut.pdf": (invoice(9)[:300], "malformed", "Export it again"),
    "program.exe": (b"MZ\x90\x00 a program", "unsupported", "Send one of:"),
    "long.pdf": (many_pages(500), "resource_limit", "Send it in parts."),
    "letter.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "unsupported", "PDF"),
}


def test_a_server_reads_what_came_in_one_file_and_in_several(database_url, tmp_path):
    mail = letter(("1.pdf", first()), ("2.pdf", second()), ("more.zip", packed(("a.csv", CSV)))).as_bytes()

    with serving(tmp_path / "data", database_url) as server:
        server.start()
        key = server.key()
        papers = done(server, key, upload(server, key, ("papers.eml", mail)))
        bad = done(server, key, upload(server, key, *((name, data) for name, (data, _, _) in BAD.items())))
        held = ask(server, key, "/v1/exceptions?code=DOC_UNREADABLE&limit=50")["data"]

    assert [(entry["file"], entry["state"]) for entry in papers["documents"]] == [
        ("papers.eml", "unpacked"), ("1.pdf", "read"), ("2.pdf", "joined"), ("more.zip", "unpacked"), ("a.csv", "read"),
    ]  # fmt: skip
    assert (papers["total"], papers["done"], papers["failed"]) == (5, 5, 0)
    said = {entry["file"]: (entry["verdict"], entry["reason"]) for entry in bad["errors"]}
    for name, (_, verdict, advice) in BAD.items():
        assert said[name][0] == verdict, (name, said[name])
        assert advice in said[name][1]
    assert {row["document"] for row in held} == {entry["document"] for entry in bad["errors"]}


@pytest.mark.parametrize(("export", "make"), [(SWAHILI, csv_of), (IN_HOUSE, xlsx_of)], ids=["csv", "xlsx"])
def test_a_server_remembers_the_columns_of_a_table(database_url, tmp_path, export, make):
    told = json.dumps({"columns": export["told"]}).encode()

    with serving(tmp_path / "data", database_url) as server:
        server.start()
        key = server.key()
        unread = found_of(server, key, upload(server, key, ("1", make(export, 4))))
        mapped = ask(server, key, f"/v1/documents/{unread['id']}/mapping", told, {"Content-Type": "application/json"})
        following = found_of(server, key, upload(server, key, ("2", make(export, 6))))
        trail = ask(server, key, f"/v1/trail?subject={unread['id']}")["data"]

    assert (unread["state"], mapped["state"], following["state"]) == ("unread", "read", "read")
    assert (mapped["number"], following["number"]) == (export["row"](4)[0], export["row"](6)[0])
    assert following["layout"]["memory"] == mapped["learned"]["memory"]
    assert "document.mapped" in [entry["event"] for entry in trail]
