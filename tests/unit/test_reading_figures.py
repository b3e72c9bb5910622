"""The figures of a row: what is a number by itself, and what is only a part of one."""

from app.reading.figures import figures_of
from app.reading.rows import Row, rows_of
from app.reading.tokens import Page, Token


def row(text: str, blank: float) -> Row:
    """A row of words in print of 10 points whose digits are 5 points wide, with such blanks between them."""
    page, left = Page(1, 595, 842), 50.0
    for word in text.split():
        page.tokens.append(Token(word, left, 100, left + 5 * len(word), 110, 1, 10, base=108))
        left += 5 * len(word) + blank
    (found,) = rows_of(page)
    return found


def test_the_groups_of_an_iban_are_no_figures_however_wide_the_blanks():
    for blank in (3.0, 6.0, 8.0):
        figures = figures_of(row("IBAN DE12 1234 5678 9012 3456 78", blank), ",")

        assert not any(figure.free for figure in figures)


def test_figures_behind_a_short_code_stay_figures():
    figures = figures_of(row("AB12 1234 5678", 30.0), ",")

    assert [str(figure.value) for figure in figures if figure.free] == ["1234", "5678"]
