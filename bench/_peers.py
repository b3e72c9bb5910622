"""Other readers, each given the same bytes: what they do with a page, and the CPU seconds that it takes."""

import io
import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median

import pdfplumber
import pypdfium2

OURS = "the whole reading"
YARDSTICK = "pdfplumber, words and tables"
#: The whole reading does far more than the yardstick; it must still be this much faster.
LEAST = 4.0


@dataclass
class Race:
    """CPU seconds by reader, document after document: each document is given to all of them in turn."""

    readers: dict[str, Callable[[bytes], object]]
    seconds: dict[str, list[float]] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    pages: int = 0

    def run(self, data: bytes) -> None:
        """Time every reader on the document; the order turns, so that none always finds a warm cache."""
        names = list(self.readers)
        at = len(self.seconds.get(names[0], ())) % len(names)
        for name in names[at:] + names[:at]:
            began = time.process_time()
            found = self.readers[name](data)
            self.seconds.setdefault(name, []).append(time.process_time() - began)
            self.answered[name] = self.answered.get(name, 0) + bool(found)

    def table(self) -> list[str]:
        """Pages a second of one core, and how often the whole reading is as fast: the median over the documents."""
        out = [f"{'':<36}{'pages/s':>9}  the whole reading's speed, median (and overall)"]
        for name, seconds in sorted(self.seconds.items(), key=lambda entry: sum(entry[1])):
            rate = self.pages / max(sum(seconds), 1e-9)
            told = "" if name == OURS else f"{self.ratio(name):14.2f} × ({self.whole_ratio(name):.2f} ×)"
            if name.startswith("invoice2data"):
                told += f"   data in {self.answered[name]} of {len(seconds)} papers"
            out.append(f"{name:<36}{rate:9.1f}{told}")
        return out

    def whole_ratio(self, name: str) -> float:
        """How many times as fast the whole reading is on all documents together."""
        return sum(self.seconds[name]) / max(sum(self.seconds[OURS]), 1e-9)

    def ratio(self, name: str) -> float:
        """How many times as fast the whole reading is as that reader, document by document, the middle one."""
        pairs = zip(self.seconds[name], self.seconds[OURS], strict=True)
        return median(theirs / max(ours, 1e-9) for theirs, ours in pairs)


def verdict(races: list[Race]) -> list[str]:
    """The whole reading beside the yardstick, on the papers of all sets together."""
    ratios = sorted(
        theirs / max(ours, 1e-9)
        for race in races
        for theirs, ours in zip(race.seconds[YARDSTICK], race.seconds[OURS], strict=True)
    )
    ours, theirs = (sum(sum(race.seconds[name]) for race in races) for name in (OURS, YARDSTICK))
    quarter = len(ratios) // 4
    spread = f"half of them lie between {ratios[quarter]:.2f} and {ratios[-1 - quarter]:.2f}"
    return [
        f"the whole reading is {median(ratios):.2f} times as fast as {YARDSTICK}",
        f"  on the middle paper of {len(ratios)} ({spread}),",
        f"  {theirs / max(ours, 1e-9):.2f} times on all pages together;",
        f"  {LEAST:g} times is wanted",
    ]


def pdfium_text(data: bytes) -> object:
    pdf = pypdfium2.PdfDocument(data)
    texts = []
    for page in pdf:
        text = page.get_textpage()
        texts.append(text.get_text_range())
        text.close()
        page.close()
    pdf.close()
    return texts


def plumber_words(data: bytes) -> object:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        found = []
        for page in pdf.pages:
            found.append(page.extract_words())
            page.close()
        return found


def plumber_words_and_tables(data: bytes) -> object:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        found = []
        for page in pdf.pages:
            found.append((page.extract_words(), page.extract_tables()))
            page.close()
        return found


@cache
def readers() -> dict[str, Callable[[bytes], object]]:
    """The peers by name; invoice2data only where the group `peers` is installed."""
    found: dict[str, Callable[[bytes], object]] = {
        "PDFium, bare text": pdfium_text,
        "pdfplumber, words": plumber_words,
        YARDSTICK: plumber_words_and_tables,
    }
    try:
        from invoice2data import extract_data  # noqa: PLC0415
        from invoice2data.extract.loader import read_templates  # noqa: PLC0415
        from invoice2data.input import pdfium  # noqa: PLC0415
        from invoice2data.input import pdfplumber as plumber  # noqa: PLC0415
    except ImportError:
        print("invoice2data is left out: it comes with the group `peers` (uv sync --group peers)")
        return found
    logging.getLogger("invoice2data").setLevel(logging.CRITICAL)
    templates = read_templates()

    def by(reader: object) -> Callable[[bytes], object]:
        def read(data: bytes) -> object:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "paper.pdf"
                path.write_bytes(data)
                return extract_data(str(path), templates=templates, input_module=reader)

        return read

    found[f"invoice2data, {len(templates)} templates, PDFium"] = by(pdfium)
    found["invoice2data, pdfplumber"] = by(plumber)
    return found
