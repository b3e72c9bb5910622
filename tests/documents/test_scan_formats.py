"""Pictures of paper come in every format; without the extra they are named, with it they are read."""

import io
from email.message import EmailMessage

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw

from app.reading import read_bytes
from app.reading.formats import scan
from app.reading.ocr import engine, networks
from app.reading.ocr.cipher import is_cipher
from app.reading.reading import Reading, Verdict


@pytest.fixture
def without_extra(monkeypatch):
    monkeypatch.setattr("app.reading.ocr.available", lambda: False)


def picture(*, mode="L", size=(850, 1100)):
    out = Image.new("L", size, 255)
    draw = ImageDraw.Draw(out)
    for row in range(10):
        draw.rectangle((100, 100 + 40 * row, 700, 115 + 40 * row), fill=0)
    return out.convert(mode)


def saved(form, *, pages=1, **facts):
    out = io.BytesIO()
    more = {"save_all": True, "append_images": [picture() for _ in range(pages - 1)]} if pages > 1 else {}
    picture().save(out, form, **more, **facts)
    return out.getvalue()


def pdf(*pages):
    """A PDF of pages that are text (lines) or pictures."""
    out = FPDF(unit="pt", format="A4")
    out.set_font("Helvetica", size=11)
    for content in pages:
        out.add_page()
        if isinstance(content, Image.Image):
            out.image(content, 0, 0, out.w, out.h)
            continue
        for at, text in enumerate(content):
            out.text(60, 80 + 20 * at, text)
    return bytes(out.output())


ORDER = [
    "Purchase order PO-4711",
    "Date 2026-03-04",
    "Item   Description   Quantity   Unit price   Amount",
    "10   Hex bolt M8   12   1.25   15.00",
]


class TestWithoutTheExtra:
    @pytest.mark.parametrize(("form", "facts"), [("PNG", {}), ("JPEG", {}), ("TIFF", {}), ("WEBP", {})])
    def test_a_picture_needs_it_and_the_reason_says_how_to_install_it(self, without_extra, form, facts):
        reading = read_bytes(saved(form, **facts))

        assert reading.verdict is Verdict.NEEDS_OCR
        assert "pip install countersign[ocr]" in reading.reason
        assert reading.format == "scan"

    def test_every_page_is_measured(self, without_extra):
        reading = read_bytes(saved("TIFF", pages=3, dpi=(100, 100)))

        assert [str(page.width) for page in reading.pages] == ["612.00", "612.00", "612.00"]

    def test_a_pdf_of_pictures_needs_it(self, without_extra):
        assert read_bytes(pdf(picture())).verdict is Verdict.NEEDS_OCR

    def test_a_pdf_with_text_on_some_pages_is_read_from_those(self, without_extra):
        reading = read_bytes(pdf(ORDER, picture()))

        assert reading.verdict is Verdict.OK
        assert reading.documents[0].number == "PO-4711"
        assert len(reading.pages) == 2

    def test_the_pages_that_could_not_be_read_are_named_with_the_way_to_read_them(self, without_extra):
        reading = read_bytes(pdf(ORDER, picture(), picture()))

        assert [(entry.page, entry.document) for entry in reading.unread] == [(2, 0), (3, 0)]
        assert all("pip install countersign[ocr]" in entry.why for entry in reading.unread)
        assert Reading.from_json(reading.to_json()) == reading

    def test_such_a_page_of_an_attachment_is_counted_through_the_mail(self, without_extra):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Orders"
        mail["Date"] = "Wed, 04 Mar 2026 10:00:00 +0000"
        for name, data in (("one.pdf", pdf(ORDER)), ("two.pdf", pdf([*ORDER, "Delivery by 2026-04-01"], picture()))):
            mail.add_attachment(data, maintype="application", subtype="pdf", filename=name)

        reading = read_bytes(mail.as_bytes())

        assert [(entry.page, entry.document) for entry in reading.unread] == [(3, 1)]


class TestPostponed:
    """The first reading of a file recognises a scan; it is read where there is more time and memory."""

    @pytest.fixture(autouse=True)
    def extra(self, monkeypatch):
        monkeypatch.setattr("app.reading.ocr.available", lambda: True)

    @pytest.mark.parametrize("data", [saved("PNG"), pdf(picture()), pdf(ORDER, picture())])
    def test_whatever_has_a_page_to_look_at_is_read_later(self, data):
        reading = read_bytes(data, postpone_ocr=True)

        assert reading.verdict is Verdict.NEEDS_OCR
        assert "pip install" not in reading.reason

    def test_text_is_read_at_once(self):
        assert read_bytes(pdf(ORDER, []), postpone_ocr=True).verdict is Verdict.OK


class TestTextLayer:
    def test_a_page_with_nothing_on_it_needs_no_looking_at(self):
        assert read_bytes(pdf(ORDER, [])).format == "pdf"

    def test_a_font_whose_map_is_shifted_gives_a_cipher(self):
        plain = "Rechnung Nummer Datum Menge Einzelpreis Betrag Summe netto Umsatzsteuer gesamt zahlbar bis " * 2
        shifted = "".join(chr(ord(letter) + 3) if letter.isalpha() else letter for letter in plain)

        assert is_cipher(shifted.split())
        assert not is_cipher(plain.split())

    @pytest.mark.parametrize(
        "text", ["Objednávka č. 42 množství cena celkem částka bez daně k úhradě do " * 2, "12.50 " * 50]
    )
    def test_rare_vowels_and_figures_are_no_cipher(self, text):
        assert not is_cipher(text.split())


class TestPictures:
    def test_transparent_paper_is_white(self):
        clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))

        assert scan._grey(clear).getpixel((1, 1)) == 255

    def test_sixteen_bits_keep_their_greys(self):
        deep = Image.new("I;16", (2, 2), 0xFFFF)

        assert scan._grey(deep).getpixel((0, 0)) == 255

    def test_a_fax_has_square_pixels_again(self):
        fax = Image.new("L", (1728, 1100), 255)
        fax.info["dpi"] = (204, 98)
        size = scan.points(fax)

        squared = scan._squared(fax, size)

        assert size == pytest.approx((609.9, 808.2), abs=0.1)
        assert squared.height / squared.width == pytest.approx(size[1] / size[0], abs=0.001)

    @pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\nbroken", saved("JPEG")[:500], saved("TIFF")[:300]])
    def test_a_damaged_picture_is_malformed(self, data):
        assert read_bytes(data).verdict is Verdict.MALFORMED


def test_the_engine_says_when_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(engine, "networks", lambda: None)
    engine.engine.cache_clear()

    with pytest.raises(engine.MissingEngineError):
        engine.engine()


def test_the_networks_are_looked_for_without_an_import(monkeypatch):
    networks.networks.cache_clear()
    monkeypatch.setattr(networks.importlib.util, "find_spec", lambda _name: None)

    assert networks.networks() is None
    assert not networks.available()
    networks.networks.cache_clear()
