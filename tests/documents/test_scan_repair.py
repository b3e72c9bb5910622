"""Figures that OCR misread are put right where the page proves it, and left alone where it does not."""

import pytest

from app.reading.ocr.engine import Letter
from app.reading.ocr.repair import repaired
from app.reading.tokens import Page, Token

WIDE = 6.0


def page(*rows, doubts=(), wide=()):
    """A page whose rows are words by the right edge of their column: {edge: text}.

    `doubts` are words that the engine doubted: {text: [(place, other), …]}; `wide` have ink for one digit more.
    """
    out = Page(1, 595, 842)
    letters = {}
    for at, row in enumerate(rows):
        for edge, text in row.items():
            width = WIDE * sum(0.5 if letter in ".," else 1.0 for letter in text) + (WIDE if text in wide else 0)
            token = Token(text, edge - width, 100 + 20 * at, edge, 111 + 20 * at, 1, 11, "ocr", 0.97, 109 + 20 * at)
            out.tokens.append(token)
            doubted = dict(dict(doubts).get(text, ()))
            letters[id(token)] = [
                Letter(letter, 0.1 * place, 0.6, ((doubted[place], 0.3),))
                if place in doubted
                else Letter(letter, 0.1 * place, 0.99)
                for place, letter in enumerate(text)
            ]
    return out, letters


def texts(*rows, **facts):
    found, letters = page(*rows, **facts)
    repaired(found, letters)
    return [token.text for token in found.tokens]


MONEY = [{500: "12,00"}, {500: "250,00"}, {500: "99,95"}]


class TestColumn:
    @pytest.mark.parametrize(
        ("read", "meant"), [("1O,00", "10,00"), ("l8,5O", "18,50"), ("S5,00", "55,00"), ("B0,00", "80,00")]
    )
    def test_letters_among_money_are_figures(self, read, meant):
        assert texts(*MONEY, {500: read})[-1] == meant

    def test_a_wrong_mark_between_figures_of_one_form_is_put_right(self):
        assert texts(*MONEY, {500: "45;00"})[-1] == "45,00"

    def test_two_figures_above_are_needed(self):
        assert texts({500: "12,00"}, {500: "1O,00"})[-1] == "1O,00"

    def test_a_column_of_mixed_forms_proves_nothing(self):
        assert texts({500: "12,00"}, {500: "7"}, {500: "3.5"}, {500: "8,000"}, {500: "1O,00"})[-1] == "1O,00"

    def test_an_item_number_among_whole_numbers_stays_one(self):
        assert texts({200: "116"}, {200: "220"}, {200: "316"}, {200: "B16"})[-1] == "B16"

    def test_a_stroke_alone_among_whole_numbers_is_a_one(self):
        assert texts({200: "2"}, {200: "5"}, {200: "10"}, {200: "l"})[-1] == "1"

    def test_a_stroke_alone_elsewhere_is_a_letter(self):
        assert texts({200: "Pos"}, {200: "I"}) == ["Pos", "I"]

    def test_a_lost_figure_comes_back_where_the_ink_is_wide_enough(self):
        assert texts(*MONEY, {500: "200,0"}, wide=("200,0",))[-1] == "200,00"
        assert texts(*MONEY, {500: "200,0"})[-1] == "200,0"

    @pytest.mark.parametrize("read", [".54,84", "54,84.", "'54,84"])
    def test_dirt_beside_a_figure_is_no_part_of_it(self, read):
        assert texts(*MONEY, {500: read})[-1] == "54,84"

    def test_a_mark_before_a_figure_that_nothing_proves_to_be_dirt_stays(self):
        assert texts({500: ".10"}) == [".10"]
        assert texts({200: "12"}, {200: "10"}, {200: "5"}, {200: ".10"}, doubts={".10": [(0, "-")]}.items())[-1] == "10"

    def test_a_figure_in_two_parts_is_joined(self):
        rows = [*MONEY, {488: "87,", 500: "50"}]

        assert texts(*rows)[-1] == "87,50"

    def test_a_repaired_figure_is_less_sure(self):
        found, letters = page(*MONEY, {500: "1O,00"})

        repaired(found, letters)

        assert found.tokens[-1].score == pytest.approx(0.85)


class TestArithmetic:
    def test_quantity_and_price_prove_the_amount(self):
        row = {200: "12", 350: "7,35", 500: "8B,20"}

        assert texts({500: "Betrag"}, row)[-1] == "88,20"

    def test_the_engines_second_thought_is_taken_where_the_product_proves_it(self):
        row = {200: "12", 350: "7,35", 500: "83,20"}

        assert texts(row, {350: "1,25"}, doubts={"83,20": [(1, "8")]}.items())[2] == "88,20"

    def test_what_was_read_without_doubt_stays_though_the_arithmetic_is_wrong(self):
        row = {200: "12", 350: "10,00", 500: "1200,00"}

        assert texts(row, {350: "1,25"})[:3] == ["12", "10,00", "1200,00"]

    def test_a_lost_figure_comes_back_where_ink_and_product_prove_it(self):
        row = {200: "11", 350: "7,35", 500: "815,85"}

        assert texts(row, {350: "1,25"}, {350: "22,50"}, wide=("11",))[0] == "111"

    def test_a_doubt_that_nothing_settles_stays_as_it_was_read(self):
        row = {200: "12", 350: "7,35", 500: "83,20"}

        assert texts(row, {350: "1,25"}, doubts={"83,20": [(1, "9")]}.items())[2] == "83,20"

    def test_a_line_whose_product_holds_is_left_alone(self):
        row = {200: "12", 350: "7,35", 500: "88,20"}

        assert texts(row, {350: "1,25"}, doubts={"88,20": [(1, "3")]}.items())[2] == "88,20"
