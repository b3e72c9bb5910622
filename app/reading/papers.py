"""Papers: the documents of one file, told apart by a title and a number of their own on a new page."""

from collections.abc import Sequence
from dataclasses import replace

from app.documents.document import Document
from app.reading import header, paper, sheets, titles
from app.reading.rows import rows_of
from app.reading.tokens import Page

# A title in print so large, and a number so clear, open a document of their own.
_TITLE = 1.4
_NUMBER = 0.2
_TOP = 0.45
_MOST_PARTS = 100


def read(pages: Sequence[Page]) -> tuple[Document, ...]:
    """Every document of the pages, in order; most files hold one."""
    sheets.note(pages)
    # One page holds one document: there is nothing to tell apart.
    parts = _parts(pages) if len(pages) > 1 else []
    return tuple(document_of(part) for part in parts) if len(parts) > 1 else (paper.read(pages),)


def _parts(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages parted where a page names a kind and a number that are not those of the page before it."""
    parts: list[list[Page]] = []
    current: tuple[str, str] | None = None
    for page in pages:
        opening = _opening(page)
        if not parts or (opening is not None and opening != current and len(parts) < _MOST_PARTS):
            # What opens without a name of its own (a cover) stays with what follows.
            if parts and current is None and opening is not None:
                parts[-1].append(page)
            else:
                parts.append([page])
            current = opening or current
        else:
            parts[-1].append(page)
    return parts


def _opening(page: Page) -> tuple[str, str] | None:
    """The kind and number that the page's title and labels state at its top; None if it opens nothing."""
    offset = page.number - 1
    _shift([page], -offset)
    try:
        rows = [row for row in rows_of(page) if row.middle < _TOP * page.height]
        found = titles.titles_of(rows, page.height) if rows else []
        if not found or found[0].score < _TITLE:
            return None
        kind = found[0].kinds[0]
        number = header.read(rows, found, kind, None, set()).values.get("/number")
        return (kind, str(number.value)) if number is not None and number.score >= _NUMBER else None
    finally:
        _shift([page], offset)


def document_of(part: list[Page]) -> Document:
    """The document of some pages of a file; its evidence names the file's pages."""
    offset = part[0].number - 1
    _shift(part, -offset)
    document = paper.read(part)
    _shift(part, offset)
    if not offset:
        return document
    evidence = {
        pointer: replace(entry, page=entry.page + offset) if entry.page is not None else entry
        for pointer, entry in document.evidence.items()
    }
    return replace(document, evidence=evidence)


def _shift(pages: Sequence[Page], by: int) -> None:
    for page in pages:
        page.number += by
        for token in page.tokens:
            token.page += by
