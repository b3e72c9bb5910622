"""Photos of the pages of one document are read together, in their order."""

import io
from decimal import Decimal

import pypdfium2 as pdfium
import pytest

from app.reading import read_bytes
from app.reading.inside.whole import piece_of
from app.reading.joining import joints
from app.reading.ocr.networks import available
from app.reading.reading import Verdict
from app.reading.together import read_together
from tests.api.test_several_files import first, second


def photo(data):
    out = io.BytesIO()
    pdf = pdfium.PdfDocument(data)
    pdf[0].render(scale=150 / 72).to_pil().convert("RGB").save(out, "JPEG", quality=90, dpi=(150, 150))
    return out.getvalue()


@pytest.mark.skipif(not available(), reason="reading scans needs the extra `ocr`")
def test_two_photos_are_one_document():
    photos = [photo(first()), photo(second())]
    pieces = [piece_of(read_bytes(data, note_sheets=True)) for data in photos]

    (joint,) = joints(pieces)
    reading = read_together([photos[at] for at in joint.pieces])

    assert joint.pieces == (0, 1)
    assert [line.net_amount for line in reading.documents[0].lines] == [Decimal(n) for n in ("12.00", "10.00", "8.00")]
    assert reading.documents[0].evidence["/totals/gross"].page == 2
    assert all(abs(page.width - 595) < 2 and abs(page.height - 842) < 2 for page in reading.pages)


def test_a_photo_beside_a_text_layer_keeps_both():
    assert read_together([first(), photo(second())], postpone_ocr=True).verdict in {Verdict.NEEDS_OCR, Verdict.OK}


def test_what_is_broken_is_refused_with_a_reason():
    reading = read_together([first(), b"%PDF-1.7 broken"])

    assert reading.verdict is Verdict.MALFORMED
    assert reading.reason.endswith("Send them as one PDF.")
