"""The command line takes mails and archives apart, and joins files that are one document, as the server does."""

import json

from tests.api import papers
from tests.api.test_several_files import first, second
from tests.documents.test_mail import CSV, letter, packed
from tests.processes.test_cli import run
from tests.processes.test_kill import invoice


def test_read_prints_what_is_in_a_mail_and_what_could_not_be_read(tmp_path):
    mail = tmp_path / "papers.eml"
    mail.write_bytes(letter(("one.pdf", invoice(1)), ("b.zip", packed(("c.csv", CSV))), ("x.pdf", b"%PDF-")).as_bytes())

    done = run("read", mail, "--json")

    (found,) = json.loads(done.stdout)
    assert (found["number"], found["also"][0]["number"]) == ("NW-1", "R-1")
    assert found["also"][1]["error"]["file"] == "x.pdf"
    assert found["also"][1]["error"]["verdict"] == "malformed"
    assert done.returncode == 2


def test_read_joins_pages_only_if_it_is_asked_to(tmp_path):
    one, other = tmp_path / "1.pdf", tmp_path / "2.pdf"
    one.write_bytes(first())
    other.write_bytes(second())

    apart = json.loads(run("read", one, other, "--json").stdout)
    joined = json.loads(run("read", "--together", one, other, "--json").stdout)

    assert [len(found["lines"]) for found in apart] == [2, 1]
    assert len(joined[0]["lines"]) == 3
    assert joined[1]["joined"].startswith("It belongs to 1.pdf.")


def test_match_judges_pages_in_two_files_as_one_invoice(tmp_path):
    one, other, order = tmp_path / "1.pdf", tmp_path / "2.pdf", tmp_path / "o.json"
    one.write_bytes(first())
    other.write_bytes(second())
    order.write_text(json.dumps(papers.order("PO-77")))

    judged = json.loads(run("match", one, other, order, "--json").stdout)

    assert [entry["number"] for entry in judged] == ["NW-77"]
