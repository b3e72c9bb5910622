"""Pages made of words at places, without a file: what the readers of heads and parties are tested on."""

from app.reading import paper
from app.reading.rows import rows_of
from app.reading.tokens import Page, Token

WIDTH, HEIGHT = 595, 842


def page_of(*prints):
    """A page from (x, top, text) or (x, top, text, size): the words of each text follow each other."""
    page = Page(1, WIDTH, HEIGHT)
    for x, top, text, *more in prints:
        size = more[0] if more else 9
        left = x
        for word in text.split():
            stop = left + 0.5 * size * len(word)
            page.tokens.append(Token(word, left, top, stop, top + size, 1, size, base=top + 0.8 * size))
            left = stop + 0.3 * size
    return page


def lines(x, top, *texts, size=9):
    """Texts under each other."""
    return [(x, top + 12 * at, text, size) for at, text in enumerate(texts)]


def rows(*prints):
    return rows_of(page_of(*prints))


def read(*prints):
    return paper.read([page_of(*prints)])
