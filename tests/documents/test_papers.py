"""Papers printed in random layouts and languages read back as they were printed."""

from decimal import Decimal

import pytest

from app.documents import canonical
from app.reading import Verdict, read_bytes
from app.reading.render import PageError, crop, page_image
from tests.documents import press

SEEDS = range(1000, 1040)
KINDS = ("invoice", "credit_note", "purchase_order", "quote", "packing_slip", "goods_receipt")


@pytest.fixture(scope="module")
def readings():
    out = []
    for seed in SEEDS:
        data, truth = press.document(seed, KINDS[seed % len(KINDS)])
        reading = read_bytes(data)
        assert reading.verdict is Verdict.OK
        out.append((seed, data, truth, reading))
    return out


def figures(line, truth):
    names = ("quantity", "unit_price", "net_amount", "received", "accepted", "rejected", "outstanding")
    return [getattr(line, name) == Decimal(truth[name]) for name in names if name in truth]


def test_nearly_all_lines_have_the_printed_figures(readings):
    right = total = 0
    for _, _, truth, reading in readings:
        lines = reading.documents[0].lines
        total += max(len(lines), len(truth["lines"]))
        right += sum(all(figures(read, want)) for read, want in zip(lines, truth["lines"], strict=False))

    assert right >= 0.95 * total


def test_kind_number_and_order_are_read(readings):
    missed = [
        seed
        for seed, _, truth, reading in readings
        if (reading.documents[0].kind, reading.documents[0].number) != (truth["kind"], truth["number"])
        or (
            "references" in truth
            and reading.documents[0].references.purchase_order != truth["references"]["purchase_order"]
        )
    ]

    assert len(missed) <= len(readings) // 20


def test_the_sums_are_read(readings):
    missed = [
        seed
        for seed, _, truth, reading in readings
        for name, value in truth.get("totals", {}).items()
        if getattr(reading.documents[0].totals, name) != Decimal(value)
    ]

    assert len(missed) <= 2


def test_every_value_has_evidence_on_its_page(readings):
    for _, _, _, reading in readings:
        document = reading.documents[0]
        for at, line in enumerate(document.lines):
            for name in ("quantity", "unit_price", "net_amount", "description"):
                if getattr(line, name) is not None:
                    evidence = document.evidence[f"/lines/{at}/{name}"]
                    size = reading.pages[evidence.page - 1]
                    x0, top, x1, bottom = evidence.box
                    assert 0 <= x0 < x1 <= size.width
                    assert 0 <= top < bottom <= size.height
                    assert 0 < evidence.score <= 1
        for name in ("/number", "/issue_date", "/currency"):
            if getattr(document, name[1:]) is not None:
                assert name in document.evidence


def test_the_documents_are_canonical(readings):
    for _, _, _, reading in readings:
        document = reading.documents[0]
        assert canonical.read(canonical.write(document)) == document


def test_a_sure_line_is_right(readings):
    sure = [
        all(figures(read, want))
        for _, _, truth, reading in readings
        if len(reading.documents[0].lines) == len(truth["lines"])
        for at, (read, want) in enumerate(zip(reading.documents[0].lines, truth["lines"], strict=True))
        if read.net_amount is not None
        and reading.documents[0].evidence[f"/lines/{at}/net_amount"].score >= Decimal("0.99")
    ]

    assert len(sure) > 100
    assert sum(sure) >= 0.995 * len(sure)


def test_the_crop_of_a_value_shows_ink(readings):
    _, data, _, reading = readings[0]
    evidence = reading.documents[0].evidence["/lines/0/quantity"]

    part = crop(data, evidence.page, evidence.box, scale=3, margin=1).convert("L")

    assert part.getextrema()[0] < 128


def test_a_page_that_is_not_there_is_an_error_of_its_own(readings):
    data = readings[0][1]

    assert page_image(data, 1, scale=1).size == (595, 842)
    for page in (0, 99):
        with pytest.raises(PageError):
            page_image(data, page, scale=1)
