"""Papers with known truths, as pages of words: generated ones, the sample company's, and a corpus if there is one."""

import hashlib
import io
import json
import os
import pickle
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from app.reading.characters import page_tokens
from app.reading.tokens import Page
from bench import _damage, _letters
from tests.documents import press

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_docs"
CORPUS = ROOT.parent / "shared" / "corpus"
OCR = ROOT / "app" / "reading" / "ocr"
MOST_CHARACTERS = 200_000
MOST_SCANNED = 3
LANGUAGES = tuple(_letters.MORE)


@dataclass
class Known:
    """A paper: the family of its layout, its words, its truth, and the damage that was done to it (none: empty)."""

    family: str
    pages: list[Page]
    truth: dict
    damage: str = ""
    data: bytes = b""


def pages_of(data: bytes) -> list[Page]:
    """The words of a PDF's text layer."""
    with pdfium.PdfDocument(io.BytesIO(data)) as pdf:
        return [page_tokens(page, number, MOST_CHARACTERS) for number, page in enumerate(pdf, start=1)]


def printed(count: int, first: int = 0) -> Iterator[Known]:
    """Generated tables: a family for each language and place of the figures."""
    for seed in range(first, first + count):
        data, truth = press.document(seed)
        layout = press.chosen(random.Random(seed))[1]
        yield Known(f"press {layout.language} {layout.figures}", pages_of(data), truth, data=data)


def letters(count: int, first: int = 0) -> Iterator[Known]:
    """Generated heads: a family for each style and language."""
    for seed in range(first, first + count):
        family, data, truth = _letters.letter(seed)
        yield Known(family, pages_of(data), truth, data=data)


def samples() -> Iterator[Known]:
    """The sample company's papers with a text layer: a family for each company that writes."""
    for path in sorted(SAMPLES.glob("*/*.pdf")):
        truth = path.with_suffix(".json")
        if not truth.exists():
            continue
        data, told = path.read_bytes(), json.loads(truth.read_text(encoding="utf-8"))
        pages = pages_of(data)
        issuer = "buyer" if told["kind"] in {"purchase_order", "goods_receipt"} else "supplier"
        if any(page.tokens for page in pages):
            yield Known(f"sample {told[issuer]['name']}", pages, told, data=data)


def corpus() -> Iterator[Known]:
    """The corpus beside the checkout, where there is one."""
    manifest = CORPUS / "manifest.json"
    if not manifest.exists():
        print(f"{CORPUS} is not there: it is left out")
        return
    for entry in json.loads(manifest.read_text(encoding="utf-8")):
        if entry["file"].endswith(".pdf") and not entry["scan"]:
            data = (CORPUS / entry["file"]).read_bytes()
            truth = json.loads((CORPUS / entry["truth"]).read_text(encoding="utf-8"))
            # Values that a truth by hand leaves open are None there: they are not known to be absent.
            yield Known(f"corpus {entry['family']}", pages_of(data), truth, data=data)


def harmed(found: list[Known], times: int) -> Iterator[Known]:
    """Each paper as often, each time with another damage."""
    for at, paper in enumerate(found):
        for turn in range(times):
            kind, pages = _damage.damaged(random.Random(f"{at} {turn}"), paper.pages)
            yield Known(paper.family, pages, paper.truth, damage=kind)


def scanned(found: list[Known], folder: Path | None = None) -> Iterator[Known]:
    """The papers printed to pictures and looked at; what was seen is kept, for looking takes seconds a page."""
    from app.reading.ocr import reader  # noqa: PLC0415 (only with the extra `ocr`)
    from bench.scans import frames  # noqa: PLC0415

    kept = folder or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "countersign" / "bench"
    kept.mkdir(parents=True, exist_ok=True)
    eyes = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(OCR.rglob("*.py")))).hexdigest()[:12]
    for at, paper in enumerate(found):
        if not paper.data or len(paper.pages) > MOST_SCANNED:
            continue
        worn = bool(at % 2)
        name = hashlib.sha256(paper.data).hexdigest()[:20]
        path = kept / f"{name}-{worn:d}-{eyes}.pickle"
        if path.exists():
            pages = pickle.loads(path.read_bytes())
        else:
            pages = [
                reader.look_at(picture, number, (picture.width * 72 / 200, picture.height * 72 / 200)).page
                for number, picture in enumerate(frames(paper.data, worn=worn), start=1)
            ]
            path.write_bytes(pickle.dumps(pages))
        yield Known(paper.family, pages, paper.truth, damage="worn" if worn else "")
