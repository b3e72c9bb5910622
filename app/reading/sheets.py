"""Sheets: what the first and the last page of a file say of their place in a paper, such as page 2 of 3.

It is noted beside the documents, so that pages of one document that come in several files find each other.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cache
from pathlib import Path

from app.documents.document import Document
from app.reading import numbers, titles
from app.reading.reading import Sheet
from app.reading.rows import Row, cells, rows_of
from app.reading.tokens import Page

# The title of a document of its own, as where several documents lie in one file.
_TITLE = 1.6
_TOP = 0.45
# Marks of pages stand in the head or in the foot.
_HEAD, _FOOT = 0.3, 0.8
_LONGEST = 60
_noted: ContextVar[list[Page] | None] = ContextVar("noted", default=None)


@contextmanager
def noting(*, note: bool) -> Iterator[list[Page]]:
    """Within, the pages that documents are read from are gathered in the list, if the caller so wishes."""
    pages: list[Page] = []
    before = _noted.set(pages if note else None)
    try:
        yield pages
    finally:
        _noted.reset(before)


def note(pages: Iterable[Page]) -> None:
    """A reader of pages tells which it read."""
    noted = _noted.get()
    if noted is not None:
        noted.extend(pages)


def sheets_of(pages: Sequence[Page], document: Document) -> tuple[Sheet, ...]:
    """What the first page and the last one of a document say; of one page, it says both."""
    if not pages:
        return ()
    whole = document.number is not None and document.totals.gross is not None
    if whole and (len(pages) > 1 or not _tells(pages[0])):
        # Most files are whole documents, and say nothing of other files: they need no closer look.
        return (Sheet(titled=True), Sheet(titled=True))
    ends = (pages[0], pages[-1])
    rows = [rows_of(page) for page in ends]
    marks = [_mark(found, page.height) for found, page in zip(rows, ends, strict=True)]
    brought, forward = _carried(rows[0])[0], _carried(rows[1])[1]
    first = Sheet(*marks[0], titled=_titled(rows[0], ends[0].height), carried=brought)
    return (first, Sheet(*marks[1], titled=False, carried=forward))


def _tells(page: Page) -> bool:
    """Whether the page may say anything of other pages."""
    text = " ".join(token.text for token in page.tokens)
    return any(pattern.search(text) for pattern in (*_patterns(), _carry()))


def _titled(rows: list[Row], height: float) -> bool:
    """Whether the page opens a document."""
    found = titles.titles_of([row for row in rows if row.middle < _TOP * height], height)
    return bool(found) and found[0].score >= _TITLE


def _mark(rows: list[Row], height: float) -> tuple[int | None, int | None]:
    """The page's number and how many there are, where it says so."""
    labelled, bare = _patterns()
    for row in rows:
        if _HEAD * height < row.middle < _FOOT * height:
            continue
        for cell in (row.tokens, *cells(row.tokens)):
            text = " ".join(token.text for token in cell)[:_LONGEST]
            found = labelled.search(text) or bare.fullmatch(text)
            if found is not None:
                number, of = (int(part) if part else None for part in found.groups())
                if number != 0 and (of is None or number is None or number <= of):
                    return number, of
    return None, None


def _carried(rows: list[Row]) -> tuple[Decimal | None, Decimal | None]:
    """The sum that the page brings from the one before, with amounts under it, and the one under its amounts."""
    phrase = _carry()
    found = [at for at, row in enumerate(rows) if phrase.search(row.text)]
    if not found:
        return None, None
    texts = [token.text for row in rows for token in row.tokens]
    mark = numbers.mark_of(texts, texts)
    sums = [_sum(row, mark) for row in rows]
    amounts = [at for at, value in enumerate(sums) if value is not None and at not in found]
    brought = [at for at in found if sum(other < at for other in amounts) < sum(other > at for other in amounts)]
    forward = [at for at in found if at not in brought]
    return sums[brought[0]] if brought else None, sums[forward[-1]] if forward else None


def _sum(row: Row, mark: str | None) -> Decimal | None:
    """The last figure of the row, if it has decimals."""
    number = next((n for token in reversed(row.tokens) if (n := numbers.read(token.text, mark))), None)
    return None if number is None or not number.value or int(number.value.as_tuple().exponent) >= 0 else number.value


@cache
def _phrases() -> dict[str, list[str]]:
    path = Path(__file__).parent / "phrases" / "sheets.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A page's mark with the word for page before it, and one that stands alone."""
    words = _phrases()
    page, of = (
        "|".join(re.escape(word) for word in sorted(words[name], key=len, reverse=True)) for name in ("page", "of")
    )
    start = rf"(?<!\w)(?:{page})\.?\s*(?:nr|no|n[°º])?\s*[.:#]?\s*"
    # A lone 1 is what recognition misses most: a page of so many may be the first.
    labelled = rf"{start}(?:(\d{{1,3}})(?!\d)|(?=(?:{of})\s*\d))(?:\s*(?:{of})\s*(\d{{1,3}})(?![\d.,]))?"
    bare = rf"[^\w.,]*(?<![\w.,/-])(\d{{1,3}})\s*(?:{of})\s*(\d{{1,3}})(?![\w.,/-])[^\w.,]*"
    return re.compile(labelled, re.IGNORECASE), re.compile(bare, re.IGNORECASE)


@cache
def _carry() -> re.Pattern[str]:
    """The words for a sum that goes on on the next page."""
    words = sorted(_phrases()["carried"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
