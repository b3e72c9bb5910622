"""Letters of like shape are told apart in words, and the litre from the one, where something speaks for it."""

from app.reading.ocr.engine import Letter
from app.reading.ocr.spelling import spelled
from app.reading.tokens import Page, Token


def spelt(*words, other=None):
    """The words of one row after spelling; `other` is the engine's second thought on every letter."""
    page = Page(1, 595, 842)
    letters = {}
    left = 50.0
    for text in words:
        width = 6.0 * len(text)
        token = Token(text, left, 100, left + width, 111, 1, 11, "ocr", 0.97, 109)
        left += width + 6
        page.tokens.append(token)
        letters[id(token)] = [Letter(letter, 0.1, 0.6, ((other, 0.4),) if other else ()) for letter in text]
    spelled(page, letters)
    return [token.text for token in page.tokens]


def test_a_capital_among_small_letters_is_one_of_them_where_the_engine_thought_so():
    assert spelt("incI.", other="l") == ["incl."]
    assert spelt("incI.") == ["incI."]


def test_item_numbers_and_names_keep_their_signs():
    assert spelt("B16", "x1A", "mm2", other="l") == ["B16", "x1A", "mm2"]


def test_a_lone_one_behind_a_figure_that_the_amount_needs_is_the_litre():
    assert spelt("600", "1", "289,00", "/", "100", "1", "1.734,00") == [
        "600", "l", "289,00", "/", "100", "l", "1.734,00",
    ]  # fmt: skip


def test_a_lone_one_that_nothing_needs_stays_a_one():
    assert spelt("600", "1", "289,00", "77,00") == ["600", "1", "289,00", "77,00"]
