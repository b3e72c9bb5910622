"""How well the reader reads generated documents: python bench/reading.py [COUNT [FIRST SEED]] [--misses]."""

import sys
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.documents.document import Document, Line
from app.reading import read_bytes
from tests.documents import press

SURE = 0.99


def right(read: Line, truth: dict) -> bool:
    """Whether every figure that the truth names is equal; a discounted price may be given net."""
    for name in ("quantity", "unit_price", "net_amount", "received", "accepted", "rejected", "outstanding"):
        if name in truth and (getattr(read, name) is None or abs(getattr(read, name)) != abs(Decimal(truth[name]))):
            return False
    return True


def score(document: Document | None, truth: dict) -> dict[str, float]:
    """Line F1, with description and item, and head fields of one document."""
    lines = document.lines if document else ()
    pairs = list(zip(lines, truth["lines"], strict=False))
    hits = sum(right(read, want) for read, want in pairs)
    full = sum(
        right(read, want) and (read.description or "").split() == want["description"].split() for read, want in pairs
    )
    items = [read.seller_item_id == want["seller_item_id"] for read, want in pairs if "seller_item_id" in want]
    count = len(lines) + len(truth["lines"])
    out = {"line F1": 2 * hits / count, "with description": 2 * full / count}
    if items:
        out["items"] = sum(items) / len(items)
    if document is not None:
        out["kind"] = float(document.kind == truth["kind"])
        out["number"] = float(document.number == truth["number"])
        if "references" in truth:
            out["order"] = float(document.references.purchase_order == truth["references"]["purchase_order"])
        for name, value in truth.get("totals", {}).items():
            out[name] = float(getattr(document.totals, name) == Decimal(value))
    return out


def sure(document: Document | None, truth: dict) -> list[tuple[float, bool]]:
    """The lowest score of each line's figures, and whether the line is right."""
    out = []
    for at, line in enumerate(document.lines if document else ()):
        scores = [document.evidence.get(f"/lines/{at}/{name}") for name in ("quantity", "unit_price", "net_amount")]
        least = min((float(entry.score) for entry in scores if entry is not None), default=0.0)
        out.append((least, any(right(line, want) for want in truth["lines"])))
    return out


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    sums: dict[str, list[float]] = defaultdict(list)
    scored: list[tuple[float, bool]] = []
    seconds, pages = 0.0, 0
    for seed in range(first, first + count):
        data, truth = press.document(seed)
        began = time.perf_counter()
        reading = read_bytes(data)
        seconds += time.perf_counter() - began
        pages += len(reading.pages)
        found = score(reading.documents[0] if reading.documents else None, truth)
        scored += sure(reading.documents[0] if reading.documents else None, truth)
        for name, value in found.items():
            sums[name].append(value)
        if min(found.values()) < 1 and "--misses" in sys.argv:
            short = {name: round(value, 2) for name, value in found.items() if value < 1}
            print(seed, truth["kind"], short)
    for name, values in sums.items():
        print(f"{name:<18}{sum(values) / len(values):.4f}  ({len(values)})")
    clear = [good for least, good in scored if least >= SURE]
    print(f"lines scored {SURE} or more: {len(clear)} of {len(scored)}, right {sum(clear) / max(len(clear), 1):.4f}")
    print(f"{pages / seconds:.0f} pages/s")


if __name__ == "__main__":
    main()
