"""A file is read in a process of its own; whatever it does, a verdict comes in time and the next one is read."""

import json
import time

import pytest

from app.reading.reading import Verdict
from app.reading.sandbox import Limits, ReaderDownError, Sandbox

GOOD = json.dumps({"kind": "purchase_order", "number": "PO-1", "lines": []}).encode()


@pytest.fixture
def sandbox():
    found = Sandbox(limits=Limits(seconds=10, memory=1 << 30), readers=1)
    yield found
    found.close()


def test_a_document_comes_out_as_it_was_read(sandbox):
    reading = sandbox.read(GOOD, name="order.json")

    assert reading.verdict is Verdict.OK
    assert reading.documents[0].number == "PO-1"


@pytest.mark.parametrize("data", [b"", b"nothing of the kind", b"%PDF-1.7\nbroken", b"PK\x03\x04", b"\x89PNG\r\n"])
def test_what_is_no_document_gets_a_verdict_with_a_reason(sandbox, data):
    reading = sandbox.read(data, name="x")

    assert reading.verdict is not Verdict.OK
    assert reading.reason.endswith(".")


def test_a_reading_that_takes_too_long_is_stopped_and_the_next_one_works():
    sandbox = Sandbox(limits=Limits(seconds=0, memory=1 << 30), readers=1)
    began = time.monotonic()
    try:
        reading = sandbox.read(GOOD)
        assert reading.verdict is Verdict.RESOURCE_LIMIT
        assert "took longer" in reading.reason
        sandbox._limits = Limits(seconds=10, memory=1 << 30)
        assert sandbox.read(GOOD).verdict is Verdict.OK
    finally:
        sandbox.close()
    assert time.monotonic() - began < 30


def test_a_reading_that_takes_too_much_memory_is_stopped():
    sandbox = Sandbox(limits=Limits(seconds=10, memory=1 << 20), readers=1)
    try:
        reading = sandbox.read(GOOD + b" " * 20_000_000)
        assert reading.verdict is Verdict.RESOURCE_LIMIT
        assert "memory" in reading.reason or "MB" in reading.reason
    finally:
        sandbox.close()


def test_a_reader_that_does_not_start_is_no_fault_of_the_file(sandbox, monkeypatch):
    monkeypatch.setattr("app.reading.sandbox.sys.executable", "/bin/false")

    with pytest.raises(ReaderDownError):
        sandbox.read(GOOD)

    monkeypatch.undo()
    assert sandbox.read(GOOD).verdict is Verdict.OK


def test_it_survives_the_end_of_its_own_process(sandbox):
    assert sandbox.read(GOOD).verdict is Verdict.OK
    zygote = sandbox._idle.queue[0]
    zygote._process.kill()
    zygote._process.wait()

    assert sandbox.read(GOOD).verdict is Verdict.OK


def test_how_many_pages_are_read_can_be_chosen():
    import io

    import pypdfium2 as pdfium

    pdf, out = pdfium.PdfDocument.new(), io.BytesIO()
    for _ in range(3):
        pdf.new_page(200, 200)
    pdf.save(out)
    few = Sandbox(limits=Limits(seconds=10, memory=1 << 30, pages=2), readers=1)
    try:
        reading = few.read(out.getvalue())
        assert (reading.verdict, reading.reason) == (
            Verdict.RESOURCE_LIMIT, "The PDF has 3 pages; at most 2 are read. Send it in parts.",
        )  # fmt: skip
    finally:
        few.close()
