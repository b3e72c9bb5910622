"""Bad files: each gets a verdict and a sentence that says what to do, and none raises."""

import io
import json
import random

import pypdfium2 as pdfium
import pytest
from PIL import Image

from app.reading import MOST_BYTES, Verdict, read_bytes
from app.reading.reading import Reading
from tests.documents import press


@pytest.fixture(scope="module")
def paper():
    return press.document(7, "invoice")[0]


def image(style):
    out = io.BytesIO()
    Image.new("L", (827, 1169), 255).save(out, style, dpi=(100, 100))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (b"", Verdict.EMPTY),
        (b"  \n", Verdict.EMPTY),
        (b"MZ\x90\x00 a program", Verdict.UNSUPPORTED),
        (b"%PDF-1.7 and nothing more", Verdict.MALFORMED),
        (b"{not json", Verdict.MALFORMED),
        (b"[]", Verdict.EMPTY),
        (b'{"kind":"invoice","surprise":1}', Verdict.MALFORMED),
        (b"[" * 100_000, Verdict.MALFORMED),
        (b"\x89PNG\r\n\x1a\nbroken", Verdict.MALFORMED),
    ],
)
def test_a_bad_file_gets_a_verdict_with_a_reason(data, verdict):
    reading = read_bytes(data, name="invoice.pdf")

    assert reading.verdict is verdict
    assert reading.reason
    assert reading.documents == ()


def saved(pdf):
    out = io.BytesIO()
    pdf.save(out)
    pdf.close()
    return out.getvalue()


def test_a_pdf_without_pages_is_empty():
    assert read_bytes(saved(pdfium.PdfDocument.new())).verdict is Verdict.EMPTY


def test_a_pdf_under_a_password_is_encrypted():
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    body += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n4 0 obj" + lock + b"endobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % body.index(b"%d 0 obj" % number) for number in range(1, 5)
    )
    tail = b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<41><42>]>>\nstartxref\n%d\n%%%%EOF" % len(body)

    reading = read_bytes(body + table + tail)

    assert reading.verdict is Verdict.ENCRYPTED
    assert "password" in reading.reason


def test_too_large_a_file_is_refused_by_its_size():
    assert read_bytes(b"%PDF-" + b"x" * MOST_BYTES).verdict is Verdict.RESOURCE_LIMIT


def test_too_many_pages_are_refused():
    pdf = pdfium.PdfDocument.new()
    for _ in range(201):
        pdf.new_page(100, 100)

    reading = read_bytes(saved(pdf))

    assert reading.verdict is Verdict.RESOURCE_LIMIT
    assert "201" in reading.reason


@pytest.mark.parametrize("style", ["PNG", "JPEG", "TIFF"])
def test_an_image_keeps_its_size_in_points(style):
    (page,) = read_bytes(image(style)).pages

    assert (round(page.width), round(page.height)) == (595, 842)


def test_a_cut_or_mutated_pdf_never_raises(paper):
    choose = random.Random(1)
    for _ in range(60):
        data = bytearray(paper)
        for _ in range(choose.choice([1, 5, 50])):
            data[choose.randrange(len(data))] = choose.randrange(256)
        if choose.random() < 0.3:
            data = data[: choose.randrange(len(data))]

        reading = read_bytes(bytes(data))

        assert reading.verdict in Verdict
        assert reading.verdict is Verdict.OK or reading.reason


def test_the_name_of_a_file_decides_nothing(paper):
    assert read_bytes(paper, name="photo.png").format == "pdf"


def test_a_reading_crosses_the_pipe_as_json(paper):
    reading = read_bytes(paper)

    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading


@pytest.mark.parametrize(
    "value", [{}, {"verdict": "fine"}, {"verdict": "ok", "reason": None, "documents": 3, "pages": [], "format": None}]
)
def test_what_is_no_reading_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 (any malformed shape)
        Reading.from_json(value)
