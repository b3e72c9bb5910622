"""Each page of a PDF is read in the way that shows what a person sees on it: decided cheaply, before any OCR."""

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image

from app.reading import read_bytes
from app.reading.characters import page_tokens
from app.reading.formats.pdf import unread_of
from app.reading.ocr.cipher import is_cipher
from app.reading.ocr.layer import Sight, sight_of
from app.reading.reading import Verdict

INVOICE = [
    "Invoice INV-2041",
    "Date: 2026-03-04",
    "Pos    Description    Quantity    Unit price    Amount",
    "1    Hex bolt M8x40    12    1.25    15.00",
    "2    Washer 8.4    200    0.11    22.00",
    "Total    37.00",
]
FOOTER = "Example Ltd, 12 Sample Street, Exampletown, registered in the Example register"


def sheet():
    out = FPDF(unit="pt", format="A4")
    out.add_page()
    out.set_font("Helvetica", size=11)
    return out


def written(out, texts, top=90):
    for at, text in enumerate(texts):
        out.text(60, top + 20 * at, text)
    return out


def picture(texts=INVOICE):
    with pdfium.PdfDocument(bytes(written(sheet(), texts).output())) as document:
        return document[0].render(scale=150 / 72, grayscale=True).to_pil().convert("L")


def over_all(out):
    out.image(picture(), 0, 0, out.w, out.h)
    return out


def outlines(words=20, rows=6, *, apart=True):
    """Rows of rings, as letters drawn in curves: each by itself, or all in one path."""
    rings = []
    for row in range(rows):
        for at in range(words * 5):
            x, y, r = 60 + at * 5 + 3 * (at // 5), 700 - 20 * row, 2.2
            rings.append(
                f"{x - r} {y} m {x - r} {y + r} {x + r} {y + r} {x + r} {y} c "
                f"{x + r} {y - r} {x - r} {y - r} {x - r} {y} c h {x} {y} m {x} {y + 1} {x + 1} {y + 1} {x + 1} {y} c"
                + (" f" if apart else "")
            )
    return "\n".join(rings) + ("" if apart else " f")


def typed_without_a_map(texts):
    """A PDF whose font (Type 3) names its shapes by numbers that mean nothing."""
    codes = range(33, 123)
    shapes = b" ".join(b"/g%d 6 0 R" % code for code in codes)
    content = b"BT /F1 11 Tf 60 720 Td 20 TL "
    for text in texts:
        code = "".join(chr(33 + (ord(letter) * 7) % 88) for letter in text)
        content += b"(" + code.encode().replace(b"\\", b"x").replace(b"(", b"y").replace(b")", b"z") + b") Tj T* "
    content += b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << "
        + shapes
        + b" >> /Encoding << /Type /Encoding /Differences [33 "
        + b" ".join(b"/g%d" % code for code in codes)
        + b"] >> /FirstChar 33 /LastChar 122 /Widths ["
        + b" ".join([b"600"] * len(codes))
        + b"] /Resources << >> >>",
        b"<< /Length 44 >>\nstream\n600 0 0 0 750 750 d1 0 0 500 700 re f        \nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    return (
        out
        + b"xref\n0 7\n0000000000 65535 f \n"
        + table
        + (b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    )


def sight(data):
    with pdfium.PdfDocument(data) as document:
        page = document[0]
        return sight_of(page, page_tokens(page, 1, 100_000))


def made(out):
    return bytes(out.output())


def test_a_page_of_text_is_text():
    assert sight(made(written(sheet(), INVOICE))) is Sight.TEXT


def test_a_picture_of_the_page_is_a_picture():
    assert sight(made(over_all(sheet()))) is Sight.PICTURE


@pytest.mark.parametrize("stamp", [["EX 000123"], ["Scanned with a scanner by Example Ltd", "2026-03-05 10:00"]])
def test_a_stamp_over_a_scan_leaves_it_a_picture(stamp):
    assert sight(made(written(over_all(sheet()), stamp, top=20))) is Sight.PICTURE


def test_many_words_over_a_scan_stay_and_the_scan_is_looked_at_beside_them():
    words = ["This page was scanned and archived after the rules of the archive of the department"] * 4

    assert sight(made(written(over_all(sheet()), words, top=20))) is Sight.BOTH


def test_words_under_a_picture_are_not_what_is_seen():
    assert sight(made(over_all(written(sheet(), [f"Invoice INV-9999 Total 9{at}.00 to pay" for at in range(12)])))) is (
        Sight.PICTURE
    )


def test_invisible_words_behind_a_picture_are_not_believed():
    out = over_all(sheet())
    with out.local_context(text_mode="INVISIBLE"):
        written(out, [f"Invoice INV-9999 Total 9{at}.00 to pay" for at in range(12)])

    assert sight(made(out)) is Sight.PICTURE


def test_a_scan_cut_into_stripes_is_a_picture():
    out, whole = sheet(), picture()
    step = whole.height // 10
    for at in range(10):
        out.image(whole.crop((0, at * step, whole.width, (at + 1) * step)), 0, at * out.h / 10, out.w, out.h / 10)

    assert sight(made(out)) is Sight.PICTURE


def test_a_table_that_is_a_picture_is_looked_at_beside_the_text():
    out = written(sheet(), INVOICE[:3])
    out.image(picture(INVOICE[2:] * 2).crop((100, 150, 1100, 650)), 50, 200, 480, 240)

    assert sight(made(out)) is Sight.BOTH


def test_a_photograph_beside_the_text_is_not_looked_at():
    out = written(sheet(), INVOICE)
    out.image(Image.linear_gradient("L").resize((800, 500)), 50, 400, 480, 300)

    assert sight(made(out)) is Sight.TEXT


@pytest.mark.parametrize("apart", [True, False])
def test_print_drawn_in_outlines_is_looked_at(apart):
    out = sheet()
    out._out(outlines(apart=apart))

    assert sight(made(out)) is Sight.PICTURE

    out = written(sheet(), [FOOTER], top=800)
    out._out(outlines(apart=apart))

    assert sight(made(out)) is Sight.BOTH


def test_a_font_without_a_map_gives_no_words_and_a_picture():
    data = typed_without_a_map(INVOICE)

    with pdfium.PdfDocument(data) as document:
        page = page_tokens(document[0], 1, 100_000)

    assert page.tokens == []
    assert page.unmapped > 60
    assert sight(data) is Sight.PICTURE


def test_codes_given_out_in_order_make_a_cipher_and_keys_do_not():
    words = " ".join([*INVOICE, FOOTER, "Qty, VAT, KG, JZ, UW: box of fifty; Rückfragen an (0) 49/31"]).split()
    codes = {letter: chr(33 + at) for at, letter in enumerate(dict.fromkeys("".join(words)))}
    keys = [f"K{at}3F-9X{at}Q-7LP{at}" for at in range(20)]

    assert is_cipher(["".join(codes[letter] for letter in word) for word in words])
    assert not is_cipher(words)
    assert not is_cipher([*"License key Product Quantity Licensed to Example Ltd Order number".split(), *keys])


def test_without_the_extra_a_page_with_a_part_that_is_a_picture_is_read_and_named(monkeypatch):
    monkeypatch.setattr("app.reading.ocr.available", lambda: False)
    out = written(sheet(), [*INVOICE, FOOTER])
    out.image(picture(INVOICE[2:] * 2).crop((100, 150, 1100, 650)), 50, 400, 480, 240)

    reading = read_bytes(made(out))

    assert reading.verdict is Verdict.OK
    assert reading.documents[0].number == "INV-2041"
    assert [entry.page for entry in reading.unread] == [1]
    assert reading.unread[0].why.startswith("A part of what it shows is a picture.")


def test_a_page_that_belongs_to_nobody_known_is_a_doubt_of_every_document():
    reading = read_bytes(made(written(sheet(), INVOICE)))

    assert [(entry.page, entry.document) for entry in unread_of(reading.documents * 2, [3], "Why.")] == [(3, 0), (3, 1)]
