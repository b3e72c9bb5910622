"""Nothing that was answered 202 is lost, whenever the server and its worker are killed."""

import io
import random
import threading
import time

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from tests.processes.running import ask, serving, upload

FILES = 40
KILLS = 3
END_SECONDS = 300


def invoice(number):
    """A small invoice as a PDF."""
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=True)
    rows = [
        (60, 780, "Nordwind Beispiel GmbH"), (60, 740, f"Invoice No. NW-{number}"), (60, 720, "Date: 2026-10-12"),
        (60, 700, "Your order: PO-77"), (60, 640, "Pos"), (100, 640, "Description"), (330, 640, "Quantity"),
        (410, 640, "Unit price"), (490, 640, "Amount EUR"), (60, 620, "1"), (100, 620, "Hex bolt M8x40"),
        (330, 620, "10"), (410, 620, "1.20"), (490, 620, "12.00"), (410, 560, "Total"), (490, 560, "12.00"),
    ]  # fmt: skip
    for x, y, text in rows:
        page.drawString(x, y, text)
    page.save()
    return out.getvalue()


@pytest.mark.slow
def test_what_was_answered_is_read_in_the_end(database_url, tmp_path):
    chance = random.Random(20261122)
    papers = [(f"invoice-{n}.pdf", invoice(n)) for n in range(FILES)]
    answered, sent = {}, set()

    with serving(tmp_path / "data", database_url) as server:
        server.start()
        key = server.key()
        for _ in range(KILLS):
            sender = threading.Thread(target=send, args=(server, key, papers, sent, answered))
            sender.start()
            time.sleep(chance.uniform(0.2, 1.5))
            server.kill()
            sender.join()
            server.start()
        send(server, key, papers, sent, answered)
        found = wait_until_read(server, key, answered)

    assert len(answered) == FILES
    assert set(found) == {document for document, _ in answered.values()}
    assert {entry["state"] for entry in found.values()} == {"read"}
    assert {entry["number"] for entry in found.values()} == {f"NW-{n}" for n in range(FILES)}


def send(server, key, papers, sent, answered):
    """Send what is not answered yet, four files a request, until the server is gone."""
    left = [paper for paper in papers if paper[0] not in answered]
    for start in range(0, len(left), 4):
        batch = left[start : start + 4]
        sent.update(name for name, _ in batch)
        try:
            job = upload(server, key, *batch)
        except OSError:
            return
        answered.update({entry["file"]: (entry["id"], job["id"]) for entry in job["documents"]})


def wait_until_read(server, key, answered):
    until = time.monotonic() + END_SECONDS
    jobs = {job for _, job in answered.values()}
    while time.monotonic() < until:
        phases = {ask(server, key, f"/v1/jobs/{job}")["phase"] for job in jobs}
        if phases == {"done"}:
            break
        time.sleep(0.5)
    else:
        pytest.fail(f"not done in time: {[ask(server, key, f'/v1/jobs/{job}') for job in jobs]}")
    identifiers = {document for document, _ in answered.values()}
    return {identifier: ask(server, key, f"/v1/documents/{identifier}") for identifier in identifiers}
