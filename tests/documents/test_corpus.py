"""The reading corpus, where it lies beside the project: lines and head fields stay above their targets."""

import importlib.machinery
import importlib.util
import json
from pathlib import Path

import pytest

from app.documents import canonical
from app.reading import read_bytes

ROOT = Path(__file__).resolve().parents[2].parent / "shared"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "corpus" / "manifest.json").exists(), reason="../shared/corpus is not here"),
]


@pytest.fixture(scope="module")
def scorer():
    loader = importlib.machinery.SourceFileLoader("score_reading", str(ROOT / "bin" / "score_reading"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def test_lines_and_head_fields_keep_their_targets(scorer):
    families: dict[str, list[tuple[float, float, float]]] = {}
    for entry in json.loads((ROOT / "corpus" / "manifest.json").read_text()):
        truth = json.loads((ROOT / "corpus" / entry["truth"]).read_text())
        reading = read_bytes((ROOT / "corpus" / entry["file"]).read_bytes())
        document = canonical.write(reading.documents[0]) if reading.documents else {}
        lines = document.get("lines") or []
        right, full = scorer.score_lines(lines, truth["lines"])
        count = len(lines), len(truth["lines"])
        heads = [
            scorer.same_header(p, scorer.pick(document, p), scorer.pick(truth, p))
            for p in scorer.HEADER
            if scorer.pick(truth, p)
        ]
        head = sum(heads) / len(heads) if heads else 1.0
        families.setdefault(entry["family"], []).append((scorer.f1(right, *count), scorer.f1(full, *count), head))

    means = [[sum(column) / len(rows) for column in zip(*rows, strict=True)] for rows in families.values()]
    line, described, head = (sum(column) / len(means) for column in zip(*means, strict=True))

    assert line >= 0.95
    assert described >= 0.90
    assert head >= 0.95
