"""A scanned page is turned upright, its print is cut into words, and every place is known on the page as it was sent."""

import math

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.reading.ocr.engine import Letter
from app.reading.ocr.page import Scan, _looked
from app.reading.ocr.print import kernels
from app.reading.ocr.upright import Turn, even, ink_of, lean, turned
from app.reading.ocr.words import Ink, baseline_of, words_of
from app.reading.ocr.words import ink_of as ink_in
from app.reading.tokens import Page, Token

WIDTH, HEIGHT = 620, 877


def paper(*, degrees=0.0, quarters=0):
    """A page with lines of print-like strokes, turned."""
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(picture)
    for row in range(12):
        for stroke in range(40 + row):
            left = 60 + stroke * 10 + (stroke * 7 + row * 3) % 5
            draw.rectangle((left, 100 + row * 40, left + 5, 112 + row * 40), fill=0)
    return turned(picture, Turn(WIDTH, HEIGHT, quarters, degrees))


def strip(*blocks, height=40, width=400):
    """A strip with a black block for each letter: (left, right)."""
    picture = np.full((height, width), 255, dtype=np.uint8)
    for left, right in blocks:
        picture[8:30, left:right] = 0
    return picture


def line(text, blocks, width=400):
    """Letters as the engine gives them; a blank in the text stands between two blocks."""
    places = iter(blocks)
    out = []
    for letter in text:
        if letter == " ":
            out.append(Letter(" ", out[-1].at, 0.9))
        else:
            left, right = next(places)
            out.append(Letter(letter, (left + right) / 2 / width, 0.99))
    return out


def cut(text, blocks, size=25.0):
    return [word.text for word in words_of(line(text, blocks), ink_in(strip(*blocks)), size)]


class TestTurn:
    @pytest.mark.parametrize("quarters", [0, 1, 2, 3])
    @pytest.mark.parametrize("degrees", [0.0, 0.7, -3.0])
    def test_a_place_on_the_upright_page_is_found_on_the_original(self, quarters, degrees):
        original = Image.new("L", (300, 500), 255)
        ImageDraw.Draw(original).rectangle((98, 398, 102, 402), fill=0)
        turn = Turn(300, 500, quarters, degrees)

        down, across = np.argwhere(np.asarray(turned(original, turn)) < 128).mean(axis=0)

        assert turn.back(across + 0.5, down + 0.5) == pytest.approx((100.5, 400.5), abs=1.0)

    def test_a_box_stays_on_the_page(self):
        turn = Turn(100, 200, 1, 2.0)

        x0, top, x1, bottom = turn.box_back((-5, -5, 300, 300))

        assert (x0, top, x1, bottom) == (0, 0, 100, 200)

    def test_a_page_that_lay_on_its_side_has_its_sides_changed(self):
        assert Turn(100, 200, 1).size == (200, 100)
        assert Turn(100, 200, 1).scaled(0.5).size == (100, 50)

    def test_pixels_become_points_with_the_same_turn(self):
        turn = Turn(1000, 2000, 3, 1.5)

        x, y = turn.back(700, 300)

        assert turn.scaled(0.36).back(700 * 0.36, 300 * 0.36) == pytest.approx((x * 0.36, y * 0.36))


class TestLean:
    @pytest.mark.parametrize("degrees", [-4.0, -0.7, 0.0, 1.3, 6.0])
    def test_a_turned_page_is_turned_back(self, degrees):
        angle, _ = lean(ink_of(paper(degrees=degrees)))

        assert angle == pytest.approx(-degrees, abs=0.1)

    def test_lines_across_part_more_sharply_than_lines_that_run_down(self):
        ink = ink_of(paper(quarters=1))

        _, level = lean(ink)
        _, plumb = lean(np.column_stack((-ink[:, 1], ink[:, 0])))

        assert plumb > level

    def test_an_empty_page_is_left_alone(self):
        assert lean(ink_of(Image.new("L", (100, 100), 255))) == (0.0, 0.0)


class TestEven:
    def test_a_clean_scan_is_left_as_it_is(self):
        picture = paper()

        assert even(picture) is picture

    def test_a_pale_scan_gets_black_ink_on_white_paper(self):
        pale = Image.fromarray((np.asarray(paper(), dtype=np.float32) * 0.2 + 120).astype(np.uint8))

        levels = np.asarray(even(pale))

        assert levels.max() > 240
        assert levels.min() < 80

    def test_a_shade_over_the_page_is_taken_out(self):
        shade = np.linspace(1.0, 0.6, WIDTH, dtype=np.float32)
        picture = Image.fromarray((np.asarray(paper(), dtype=np.float32) * shade).astype(np.uint8))

        levels = np.asarray(even(picture))

        assert levels[850, 600] > 225


class TestWords:
    def test_figures_of_two_columns_are_two_words_though_no_blank_was_read(self):
        blocks = [(20, 30), (34, 44), (80, 90), (94, 104)]

        assert cut("1234", blocks) == ["12", "34"]

    def test_a_blank_parts_words(self):
        blocks = [(20, 30), (34, 44), (52, 62), (66, 76)]

        assert cut("ab cd", blocks) == ["ab", "cd"]

    def test_a_blank_in_a_figure_whose_ink_is_close_is_none(self):
        blocks = [(20, 30), (33, 43), (46, 49), (51, 61), (64, 74)]

        assert cut("12, 50", blocks) == ["12,50"]

    def test_a_blank_after_an_abbreviation_parts_it_from_its_number(self):
        blocks = [(20, 30), (33, 43), (46, 49), (55, 65), (68, 78)]

        assert cut("Nr. 12", blocks) == ["Nr.", "12"]

    def test_print_of_fixed_width_keeps_its_figures_together(self):
        blocks = [(20, 30), (36, 46), (54, 57), (66, 76), (82, 92)]

        assert cut("10.50", blocks) == ["10.50"]

    def test_the_sign_between_a_label_and_its_value_belongs_to_neither(self):
        blocks = [(20, 30), (33, 43), (60, 63), (70, 80), (84, 94)]

        assert cut("ab :12", blocks) == ["ab", ":", "12"]

    def test_bars_drawn_with_signs_are_words_of_their_own(self):
        blocks = [(20, 30), (33, 43), (45, 47), (49, 59)]

        assert cut("12|3", blocks) == ["12", "|", "3"]

    def test_a_currency_that_touches_its_figure_is_a_word_of_its_own(self):
        blocks = [(20, 30), (33, 43), (46, 56), (59, 69), (72, 82)]

        assert cut("EUR12", blocks) == ["EUR", "12"]
        assert cut("ABR12", blocks) == ["ABR12"]

    def test_letters_far_apart_are_two_words_though_a_stroke_runs_between_them(self):
        picture = strip((20, 30), (33, 43), (110, 120))
        picture[18:22, 43:110] = 0

        words = words_of(line("101", [(20, 30), (33, 43), (110, 120)]), ink_in(picture), 25.0)

        assert [word.text for word in words] == ["10", "1"]
        assert words[0].x1 < words[1].x0

    def test_boxes_are_as_wide_as_the_ink(self):
        blocks = [(20, 30), (34, 44), (80, 90), (94, 104)]

        words = words_of(line("12 34", blocks), ink_in(strip(*blocks)), 25.0)

        assert [(word.x0, word.x1) for word in words] == [(20, 44), (80, 104)]

    def test_the_chance_of_a_word_is_that_of_all_its_letters(self):
        word = words_of([Letter("1", 0.1, 0.9), Letter("2", 0.11, 0.5)], ink_in(strip((36, 50))), 25.0)[0]

        assert word.score == pytest.approx(0.45)

    def test_no_letters_are_no_words(self):
        assert words_of([Letter(" ", 0.5, 0.9)], ink_in(strip()), 25.0) == []


class TestInk:
    def test_a_rule_under_the_print_and_one_beside_it_are_no_ink(self):
        picture = strip((20, 30), (34, 44))
        picture[35:37, :] = 0
        picture[:, 200:202] = 0

        ink = ink_in(picture)

        assert not ink.columns[100:].any()
        assert ink.columns[20:44].sum() == 20

    def test_light_print_on_a_dark_ground_is_read_the_other_way_round(self):
        ink = ink_in(255 - strip((20, 30), (34, 44)))

        assert ink.columns[25]
        assert not ink.columns[200]

    def test_the_baseline_is_where_letters_end_not_where_descenders_do(self):
        picture = strip((20, 30), (34, 44), (48, 58))
        picture[30:37, 48:51] = 0

        assert baseline_of(ink_in(picture), "abp") == pytest.approx(30, abs=1)

    def test_a_four_stands_on_its_foot_not_on_its_bar(self):
        picture = np.full((40, 60), 255, dtype=np.uint8)
        picture[8:24, 24:28] = picture[20:24, 10:34] = picture[24:30, 24:28] = 0

        assert baseline_of(ink_in(picture), "4-") == pytest.approx(30, abs=1)

    def test_marks_alone_have_no_baseline(self):
        assert baseline_of(Ink(np.zeros(10), np.zeros(10)), "—") is None


class TestPrint:
    def test_kernels_grow_to_the_boxes_of_their_lines(self):
        likely = np.zeros((96, 320), dtype=np.float32)
        likely[30:40, 40:200] = 0.9
        likely[30:40, 240:300] = 0.9
        likely[70:72, 10:12] = 0.9
        likely[70:80, 100:200] = 0.35

        boxes = kernels(likely)

        assert len(boxes) == 2
        assert math.isclose(boxes[0].x0, 40, abs_tol=10)
        assert boxes[0].top < 30
        assert boxes[0].bottom > 40
        assert boxes[0].x1 < boxes[1].x0


class TestLegible:
    def page(self, score, *, letters=8, boxes=20):
        out = Scan(Page(1, 595, 842), Turn(595, 842), {}, boxes)
        for at in range(boxes):
            token = Token("x" * letters, 60, 40 + 20 * at, 120, 52 + 20 * at, 1, 12, "ocr", score)
            out.page.tokens.append(token)
            out.letters[id(token)] = [Letter("x", 0.1, score)] * letters
        return out

    def test_a_page_whose_words_are_mostly_guessed_counts_as_unread(self):
        assert self.page(0.9).legible
        assert not self.page(0.5).legible

    def test_print_of_which_hardly_a_letter_is_read_counts_as_unread(self):
        assert not self.page(0.9, letters=1).legible

    def test_a_few_marks_are_no_page_of_print(self):
        assert self.page(0.3, boxes=3).legible


@pytest.mark.parametrize(("points", "side"), [((595, 842), 1600), ((420, 595), 1600), ((227, 1900), 3610)])
def test_print_on_a_long_page_is_looked_for_at_the_same_size(points, side):
    assert _looked(points) == side


def test_a_drawing_as_large_as_a_table_is_not_looked_at_in_full():
    assert _looked((2384, 3370)) < 2000
