"""Papers that count goods: read right in random layouts and languages that no test names one by one."""

import pytest

from app.documents.document import Document
from app.reading import read_bytes
from tests.documents import counted

SEEDS = range(100, 180)


@pytest.fixture(scope="module")
def papers():
    """Each paper as it was read, with its truth."""
    pairs = [counted.document(seed) for seed in SEEDS]
    return [(read_bytes(data).documents[0], truth) for data, truth in pairs]


def test_kinds_are_told_by_their_titles(papers):
    assert [document.kind for document, _ in papers] == [truth["kind"] for _, truth in papers]


def test_nearly_every_line_has_all_its_counts_and_numbers(papers):
    told = [_told(document, truth["lines"]) for document, truth in papers]

    assert sum(sum(lines) for lines in told) >= 0.95 * sum(len(lines) for lines in told)


def _told(document: Document, lines: list[dict]) -> list[bool]:
    """For each line of the truth whether everything that it names was read so."""
    if len(document.lines) != len(lines):
        return [False] * len(lines)
    return [
        all(str(getattr(read, name)) == value for name, value in want.items())
        for read, want in zip(document.lines, lines, strict=True)
    ]
