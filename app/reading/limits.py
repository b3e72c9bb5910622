"""How much of a file is read: a deployment may choose how many pages."""

from contextvars import ContextVar

#: Pages of one file that are read where nobody chose otherwise.
MOST_PAGES = 200
_most_pages: ContextVar[int] = ContextVar("most_pages", default=MOST_PAGES)


def most_pages() -> int:
    """How many pages of one file are read; a file with more is refused."""
    return _most_pages.get()


def choose_pages(count: int) -> None:
    """From now on so many pages of a file are read, in this process or thread."""
    _most_pages.set(count)
