"""Every sample paper with a text layer is read as it was written."""

import pytest

from app.reading import read_bytes
from bench import _known
from bench.reading import score

PAPERS = list(_known.samples())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.truth.get("number") or "")
def test_a_sample_is_read_right(paper):
    got = score(read_bytes(paper.data).documents[0], paper.truth)

    assert {name: share for name, share in got.items() if share < 1 and name != "items"} == {}
