"""How well and how fast papers are read, beside other readers on the same pages, in one run.

python -m bench reading [COUNT [FIRST SEED]] [--misses] [--alone]: COUNT generated papers, sample_docs, and the
corpus beside the checkout where there is one. `--alone` leaves the other readers out.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.documents import canonical
from app.documents.document import Document
from app.reading import read_bytes
from app.reading.reading import Reading
from bench import _known, _peers, _truth
from bench._known import Known

SURE = 0.99
ITEM = "seller_item_id"
HEAD = (
    "/kind", "/number", "/issue_date", "/currency", "/supplier/name", "/buyer/name", "/supplier/vat_id",
    "/references/purchase_order", "/totals/net", "/totals/tax", "/totals/gross",
)  # fmt: skip


def score(document: Document | None, truth: dict) -> dict[str, float]:
    """Line F1, with description and item, and head fields of one document."""
    read = canonical.write(document) if document else {}
    told = truth.get("lines") or []
    pairs = _truth.paired(read.get("lines") or [], told)
    count = len(pairs) + len(told)
    right = [(line, want) for line, want in pairs if want is not None and _truth.right(line, want)]
    full = [line for line, want in right if _described(line, want)]
    out = {"line F1": 2 * len(right) / count, "with description": 2 * len(full) / count} if told else {}
    items = [
        _truth.same("", line.get("seller_item_id"), want["seller_item_id"])
        for line, want in right
        if want.get("seller_item_id")
    ]
    if items:
        out["items"] = sum(items) / len(items)
    for pointer in HEAD:
        want, got = _truth.at(truth, pointer), _truth.at(read, pointer)
        if want not in {None, ""}:
            out[pointer[1:]] = float(got is not None and _truth.same(pointer, got, want))
    return out


def _described(line: dict, want: dict) -> bool:
    texts = [text for text in (want.get("description"), *want.get("description_also", [])) if text]
    return not texts or any(_truth.similar(line.get("description"), text) for text in texts)


def sure(document: Document | None, truth: dict) -> list[tuple[float, bool]]:
    """The lowest score of each line's figures, and whether the line is right."""
    if document is None:
        return []
    out = []
    for at, right in enumerate(_truth.lines_right(canonical.write(document), truth)):
        scores = [document.evidence.get(f"/lines/{at}/{name}") for name in _truth.FIGURES]
        out.append((min((float(entry.score) for entry in scores if entry is not None), default=0.0), right))
    return out


def generated(count: int, first: int) -> Iterator[Known]:
    """Papers in random layouts: half of them vary the table, half the head."""
    yield from _known.printed(count - count // 2, first)
    yield from _known.letters(count // 2, first)


def _told(name: str, values: dict[str, dict[str, list[float]]], scored: list[tuple[float, bool]]) -> None:
    """Every measure: the mean over the families of layouts of their own means."""
    print(f"{name}, {max(len(found) for found in values.values())} families of layouts")
    for measure, families in values.items():
        means = [sum(found) / len(found) for found in families.values()]
        print(f"  {measure:<28}{sum(means) / len(means):.4f}  ({sum(len(found) for found in families.values())})")
    clear = [good for least, good in scored if least >= SURE]
    print(f"  lines scored {SURE} or more: {len(clear)} of {len(scored)}, right {sum(clear) / max(len(clear), 1):.4f}")


def run(name: str, papers: Iterable[Known], *, alone: bool, misses: bool) -> _peers.Race | None:
    """Read one set of papers with every reader, and print how well and how fast."""
    answers: list[Reading] = []

    def whole(data: bytes) -> object:
        answers.append(read_bytes(data, postpone_ocr=True))
        return answers[-1].documents

    race = _peers.Race({_peers.OURS: whole} | ({} if alone else _peers.readers()))
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    scored: list[tuple[float, bool]] = []
    for number, known in enumerate(papers):
        race.run(known.data)
        if not number:
            # The first one also pays for the lexicons and templates that are read once.
            race = _peers.Race(race.readers)
            race.run(known.data)
        race.pages += len(known.pages)
        document = answers[-1].documents[0] if answers[-1].documents else None
        found = score(document, known.truth)
        scored += sure(document, known.truth)
        for measure, value in found.items():
            values[measure][known.family].append(value)
        if misses and min(found.values(), default=1) < 1:
            print(" ", number, known.family, {what: round(value, 2) for what, value in found.items() if value < 1})
    if not values:
        return None
    _told(name, values, scored)
    print(f"  CPU time of one core on the same {race.pages} pages, each paper given to every reader in turn")
    print("\n".join(f"  {row}" for row in race.table()))
    return race


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    count, first = (*numbers, *(200, 0)[len(numbers) :])[:2]
    alone, misses = "--alone" in sys.argv, "--misses" in sys.argv
    sets = (
        ("generated papers", generated(count, first)),
        ("sample_docs", _known.samples()),
        ("corpus", _known.corpus()),
    )
    races = [run(name, papers, alone=alone, misses=misses) for name, papers in sets]
    if not alone:
        print("\n".join(_peers.verdict([race for race in races if race is not None])))


if __name__ == "__main__":
    main()
