"""The command line, as a program that other programs call."""

import json
import subprocess
import sys

import pytest
from reportlab.pdfgen import canvas

from tests.api import papers
from tests.processes.test_kill import invoice


def run(*words, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-m", "app.cli", *map(str, words)], capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture
def put(tmp_path):
    def put(name, document):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(document))
        return path

    return put


def test_read_prints_one_document_a_file_in_their_order(tmp_path, put):
    pdf, empty = tmp_path / "a.pdf", tmp_path / "empty.pdf"
    pdf.write_bytes(invoice(7))
    empty.write_bytes(b"")

    done = run("read", pdf, empty, put("order", papers.order()), "--json")

    first, second, third = json.loads(done.stdout)
    assert (first["kind"], first["number"], first["lines"][0]["net_amount"]) == ("invoice", "NW-7", "12.00")
    assert second["error"]["verdict"] == "empty"
    assert third["number"] == "PO-1"
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("documents", "status"),
    [
        ([papers.order(), papers.receipt(), papers.invoice()], 0),
        ([papers.order(), papers.receipt(), papers.invoice(price="1.30")], 3),
        ([papers.order(), papers.invoice()], 4),
        ([papers.order(), papers.receipt(), papers.invoice("NW/1"), papers.invoice("NW 1")], 5),
        ([papers.order()], 2),
    ],
)
def test_match_ends_with_the_worst_verdict_in_whatever_order_the_files_come(put, documents, status):
    files = [put(f"{n}", document) for n, document in enumerate(documents)]

    done = run("match", *reversed(files), "--json")

    assert done.returncode == status, done.stderr
    if status != 2:
        assert len(json.loads(done.stdout)) == sum(document["kind"] == "invoice" for document in documents)


def test_a_file_that_is_not_there_is_bad_input(tmp_path):
    done = run("read", tmp_path / "nothing.pdf")

    assert done.returncode == 2
    assert "nothing.pdf" in done.stderr


def test_a_key_is_printed_once_and_is_in_the_trail(tmp_path):
    made = run("key", "add", "sap", "--role", "ap_system", COUNTERSIGN_DATA=str(tmp_path))
    checked = run("trail", "verify", "--json", COUNTERSIGN_DATA=str(tmp_path))

    assert made.stdout.startswith("cs_")
    assert json.loads(checked.stdout)["entries"] == 1
    assert all(made.stdout.strip().encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_page_without_words_is_said_to_be_empty(tmp_path):
    blank = tmp_path / "blank.pdf"
    page = canvas.Canvas(str(blank))
    page.showPage()
    page.save()

    (answer,) = json.loads(run("read", blank, "--json").stdout)

    assert answer["error"]["reason"]


def test_a_register_is_imported_and_what_cannot_be_taken_is_written_out(tmp_path):
    table, left = tmp_path / "vendors.csv", tmp_path / "left.csv"
    table.write_text("Number;Name;Status\n1;Eins GmbH;blocked\n2;;\n")
    place = {"COUNTERSIGN_DATA": str(tmp_path / "data")}

    some = run("import", "registers", "vendors", table, "--refused", left, **place)
    strict = run("import", "registers", "vendors", table, "--strict", **place)
    table.write_text("Number;Name;Status\n1;Eins GmbH;blocked\n")
    again = run("import", "registers", "vendors", table, **place)
    unknown = run("import", "registers", "suppliers", table, **place)

    assert (some.returncode, strict.returncode, again.returncode, unknown.returncode) == (1, 2, 0, 2)
    assert "1 added" in some.stdout
    assert "row 3: name: missing" in some.stderr
    assert left.read_text().splitlines()[1] == "3;name: missing;2;;"
    assert "0 added, 0 changed, 0 taken out; on file are 1 (revision 1)" in " ".join(again.stdout.split())
