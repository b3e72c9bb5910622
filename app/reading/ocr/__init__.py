"""OCR: pictures of pages become the same tokens that a PDF's text layer gives, with places on the original page.

Nothing heavy is imported here, and nothing of the extra `ocr` unless a scan is read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from app.reading.ocr.networks import available

_postponed: ContextVar[bool] = ContextVar("postponed", default=False)


class Eyes(StrEnum):
    """Whether scans can be read here: now, in a reading with more time and memory, or not at all."""

    OPEN = "open"
    POSTPONED = "postponed"
    MISSING = "missing"


def eyes() -> Eyes:
    """Whether scans can be read, and in this reading."""
    if not available():
        return Eyes.MISSING
    return Eyes.POSTPONED if _postponed.get() else Eyes.OPEN


@contextmanager
def postponed(*, postpone: bool) -> Iterator[None]:
    """Within, scans are only recognised and answered with `needs_ocr`, if the caller so wishes."""
    before = _postponed.set(postpone)
    try:
        yield
    finally:
        _postponed.reset(before)
