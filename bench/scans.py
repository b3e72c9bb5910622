"""What scanning costs: documents with a text layer are printed to pictures of 200 dpi and read both ways.

python bench/scans.py [COUNT] [--misses]: of the corpus in ../shared/corpus (left out where it is absent) and of
sample_docs. Every second document is also turned by 0.7 degrees, softened and made noisy.
"""

import io
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.documents import canonical
from app.reading.formats import pdf, scan
from app.reading.ocr.networks import available
from app.reading.reading import Reading, Verdict

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
SAMPLES = ROOT / "sample_docs"
DPI = 200
DEGREES = 0.7
MOST_PAGES = 6
FIGURES = ("quantity", "unit_price", "net_amount")
HEAD = ("number", "issue_date", "currency", "references/purchase_order", "totals/net", "totals/tax", "totals/gross")


@dataclass
class Paper:
    """A document with its truth, and the family whose documents are averaged first."""

    path: Path
    truth: dict
    family: str
    worn: bool = False


@dataclass
class Tally:
    """What was found, by measure and family."""

    values: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def add(self, measure: str, family: str, value: float) -> None:
        self.values[measure][family].append(value)

    def mean(self, measure: str) -> float:
        families = [sum(found) / len(found) for found in self.values[measure].values()]
        return sum(families) / len(families) if families else float("nan")


def papers() -> Iterator[Paper]:
    """Every PDF with a truth; corpus and samples take turns at being worn."""
    if CORPUS.is_dir():
        for entry in json.loads((CORPUS / "manifest.json").read_text()):
            if entry["file"].endswith(".pdf") and not entry["scan"]:
                yield Paper(CORPUS / entry["file"], json.loads((CORPUS / entry["truth"]).read_text()), entry["family"])
    else:
        print(f"{CORPUS} is not there: only sample_docs are measured")
    for path in sorted(SAMPLES.glob("*/*.pdf")):
        if path.with_suffix(".json").exists():
            yield Paper(path, json.loads(path.with_suffix(".json").read_text()), path.parent.name)


def frames(source: Path | bytes, *, worn: bool) -> Iterator[Image.Image]:
    """The pages of a PDF as grey pictures; worn ones are turned, softened and noisy."""
    dice = np.random.default_rng(7)
    with pdfium.PdfDocument(source) as document:
        for page in document:
            picture = page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
            if worn:
                turned = picture.rotate(DEGREES, resample=Image.Resampling.BICUBIC, fillcolor=250)
                grey = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32) * 0.93 + 8
                grey += dice.normal(0, 5, grey.shape).astype(np.float32)
                picture = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
            yield picture


def pictures(path: Path, *, worn: bool) -> tuple[bytes, int]:
    """The document's pages as one TIFF, and how many there are (none if they are too many)."""
    with pdfium.PdfDocument(path) as document:
        if len(document) > MOST_PAGES:
            return b"", 0
    found = list(frames(path, worn=worn))
    out = io.BytesIO()
    found[0].save(out, "TIFF", save_all=True, append_images=found[1:], dpi=(DPI, DPI), compression="tiff_deflate")
    return out.getvalue(), len(found)


def written(reading: Reading) -> dict:
    return canonical.write(reading.documents[0]) if reading.documents else {}


def same(read: dict, truth: dict) -> bool:
    """Whether every figure that the truth has is equal; unit prices may be given net or for one piece."""
    for name in FIGURES:
        want = truth.get(name)
        if want is None:
            continue
        got = read.get(name)
        if got is None:
            return False
        wanted = {abs(Decimal(want))}
        given = {abs(Decimal(got))}
        if name == "unit_price":
            wanted |= {abs(Decimal(str(other))) for other in truth.get("unit_price_also", [])}
            wanted |= {abs(Decimal(want)) / Decimal(truth.get("price_base_quantity") or 1)}
            given |= {abs(Decimal(got)) / Decimal(read.get("price_base_quantity") or 1)}
            if truth.get("discount_percent"):
                wanted |= {entry * (1 - Decimal(truth["discount_percent"]) / 100) for entry in wanted}
        if not any(abs(one - two) <= Decimal("0.0005") for one in wanted for two in given):
            return False
    return True


def line_f1(read: list[dict], truth: list[dict]) -> float:
    """The share of lines with the right figures."""
    left = list(read)
    hits = 0
    for want in truth:
        found = next((line for line in left if same(line, want)), None)
        if found is not None:
            left.remove(found)
            hits += 1
    return 2 * hits / (len(read) + len(truth)) if read or truth else 1.0


def pick(document: dict, path: str) -> str | None:
    found = document
    for part in path.split("/"):
        found = (found or {}).get(part)
    return found


def head(read: dict, truth: dict) -> list[float]:
    """Which values of the head that the truth has are equal."""
    out = []
    for path in HEAD:
        want, got = pick(truth, path), pick(read, path)
        if want in (None, ""):
            continue
        if path.startswith("totals"):
            out.append(float(got is not None and abs(Decimal(got)) == abs(Decimal(want))))
        else:
            out.append(float("".join(filter(str.isalnum, str(got))) == "".join(filter(str.isalnum, str(want)))))
    return out


def measure(count: int | None = None, *, misses: bool = False) -> Tally:
    """Read the documents both ways and compare."""
    tally = Tally()
    found = list(papers())
    step = max(1, len(found) // count) if count else 1
    for at, entry in enumerate(found[::step]):
        entry.worn = bool(at % 2)
        layer = pdf.read(entry.path.read_bytes())
        if layer.verdict is not Verdict.OK or layer.format != "pdf":
            continue
        data, pages = pictures(entry.path, worn=entry.worn)
        if not pages:
            continue
        began = time.process_time()
        seen = scan.read(data)
        seconds = time.process_time() - began
        compare(tally, entry, written(layer), written(seen), misses=misses)
        tally.add("seconds a page", "all", seconds / pages)
    return tally


def compare(tally: Tally, entry: Paper, layer: dict, seen: dict, *, misses: bool) -> None:
    """Note both readings against the truth and against each other."""
    lines = entry.truth.get("lines") or []
    if lines:
        by_layer, by_scan = (line_f1(read.get("lines") or [], lines) for read in (layer, seen))
        kind = "worn" if entry.worn else "clean"
        for name in ("", f", {kind}"):
            tally.add(f"line F1, text layer{name}", entry.family, by_layer)
            tally.add(f"line F1, scan{name}", entry.family, by_scan)
        if layer.get("lines"):
            tally.add("line F1, scan against layer", entry.family, line_f1(seen.get("lines") or [], layer["lines"]))
        if misses and by_scan < by_layer:
            print(f"  {by_layer:.2f} → {by_scan:.2f}  {kind}  {entry.path}", flush=True)
    for name, read in (("text layer", layer), ("scan", seen)):
        for right in head(read, entry.truth):
            tally.add(f"head, {name}", entry.family, right)


def main(count: int | None = None, *, misses: bool = False) -> None:
    if not available():
        print("the extra `ocr` is not installed: pip install countersign[ocr]")
        return
    tally = measure(count, misses=misses)
    for name in sorted(tally.values):
        print(f"{name:<36}{tally.mean(name):.3f}  ({sum(len(found) for found in tally.values[name].values())})")
    loss = tally.mean("line F1, text layer") - tally.mean("line F1, scan")
    print(f"{'line F1 lost by scanning':<36}{loss:.3f}  (at most .07 is wanted)")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(numbers[0] if numbers else None, misses="--misses" in sys.argv)
