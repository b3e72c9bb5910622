"""A page photographed on a table is laid flat, and what was read on it is found again in the photograph."""

import io

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw

from app.reading import read_bytes
from app.reading.formats import scan
from app.reading.ocr.page import scan_page
from app.reading.ocr.sheet import corners_of, flat, projection
from app.reading.ocr.upright import Turn
from app.reading.reading import Verdict
from app.reading.render import page_image

WIDE, TALL = 900, 1200
ASLANT = [(150, 60), (830, 150), (780, 1140), (60, 1050)]


def sheet():
    """A page of strokes like print, with one mark."""
    out = Image.new("L", (620, 877), 235)
    draw = ImageDraw.Draw(out)
    for row in range(18):
        for at in range(40):
            draw.rectangle((60 + at * 12, 80 + row * 40, 66 + at * 12, 92 + row * 40), fill=30)
    draw.rectangle((300, 810, 312, 822), fill=0)
    return out


def photograph(corners, ground=70):
    page = sheet()
    square = [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)]
    numbers = projection(corners, square)
    out = Image.new("L", (WIDE, TALL), ground)
    mask = Image.new("L", page.size, 255).transform((WIDE, TALL), Image.Transform.PERSPECTIVE, numbers)
    out.paste(page.transform((WIDE, TALL), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC), mask=mask)
    return out


class TestSheet:
    def test_its_corners_are_found(self):
        found = corners_of(photograph(ASLANT))

        assert np.abs(np.array(found) - np.array(ASLANT)).max() < 4

    def test_a_point_of_the_flat_page_is_found_in_the_photograph(self):
        page, lens = flat(photograph(ASLANT))
        down, across = np.argwhere(np.asarray(page)[int(page.height * 0.91) :] < 90).mean(axis=0)

        x, y = lens.back(across, down + int(page.height * 0.91))

        wanted = projection([(0, 0), (620, 0), (620, 877), (0, 877)], ASLANT)
        a, b, c, d, e, f, g, h = wanted
        depth = g * 306 + h * 816 + 1
        assert (x, y) == pytest.approx(((a * 306 + b * 816 + c) / depth, (d * 306 + e * 816 + f) / depth), abs=4)

    def test_points_follow_pixels(self):
        _, lens = flat(photograph(ASLANT))
        turn = Turn(600, 800, 1, 2.0, lens)

        x, y = turn.back(200, 300)

        assert turn.scaled(0.4).back(80, 120) == pytest.approx((x * 0.4, y * 0.4))

    def test_a_box_stays_within_the_photograph(self):
        _, lens = flat(photograph(ASLANT))

        x0, top, x1, bottom = Turn(700, 990, lens=lens).box_back((-400, -400, 2000, 2000))

        assert x0 >= 0
        assert top >= 0
        assert x1 <= WIDE
        assert bottom <= TALL

    @pytest.mark.parametrize(
        "picture",
        [
            sheet().resize((WIDE, TALL)),
            Image.new("L", (WIDE, TALL), 120),
            photograph([(0, 200), (WIDE, 200), (WIDE, TALL), (0, TALL)]),
            photograph(ASLANT, ground=215),
        ],
        ids=["a scan", "nothing", "a dark band across the head of the page", "a pale table"],
    )
    def test_what_has_no_edges_stays_as_it_is(self, picture):
        assert flat(picture) == (picture, None)

    def test_a_photograph_of_two_sheets_that_overlap_is_left_alone(self):
        picture = photograph(ASLANT)
        ImageDraw.Draw(picture).polygon([(600, 40), (890, 40), (890, 600), (500, 700)], fill=240)

        assert corners_of(picture) is None

    def test_a_page_that_is_read_beside_its_text_is_never_laid_flat(self):
        class Blind:
            def print_map(self, picture):
                return np.zeros(picture.shape, dtype=np.float32)

            def read(self, strips):
                return [[] for _ in strips]

        kept = scan_page(photograph(ASLANT), 1, (450, 600), Blind(), upright=True)
        laid = scan_page(photograph(ASLANT), 1, (450, 600), Blind())

        assert kept.turn.lens is None
        assert laid.turn.lens is not None


class TestTelephones:
    def test_a_turn_in_the_exif_is_made_before_all_else(self):
        page = sheet()
        facts = Image.Exif()
        facts[ExifTags.Base.Orientation] = 6
        out = io.BytesIO()
        page.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", exif=facts, dpi=(72, 72))

        with Image.open(io.BytesIO(out.getvalue())) as picture:
            width, height = scan.points(picture)
        ((shown, size),) = scan.pictures(out.getvalue())

        assert width < height
        assert shown.size == page.size
        assert size == (width, height)
        assert page_image(out.getvalue(), 1, scale=1.0).height > page_image(out.getvalue(), 1, scale=1.0).width

    def test_the_resolution_of_a_telephone_is_not_that_of_paper(self):
        picture = Image.new("L", (3000, 4000))
        picture.info["dpi"] = (72, 72)

        assert scan.points(picture) == pytest.approx((631.4, 841.9), abs=0.1)

    @pytest.mark.parametrize("brand", [b"heic", b"mif1"])
    def test_a_format_of_telephones_that_is_not_read_is_refused_by_name(self, brand):
        reading = read_bytes(b"\x00\x00\x00\x24ftyp" + brand + b"\x00" * 64)

        assert reading.verdict is Verdict.UNSUPPORTED
        assert "HEIC" in reading.reason
