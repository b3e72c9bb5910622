"""Pages a second of the whole reading, beside PDFium's bare text and plain pdfplumber, on the same files in one run."""

import io
import time
from pathlib import Path
from statistics import median

import pdfplumber
import pypdfium2

from app.reading import read_bytes
from app.reading.reading import Verdict

SAMPLES = Path(__file__).resolve().parent.parent / "sample_docs"
ROUNDS = 5
#: The reading does far more than pdfplumber's words and tables; it must still be this much faster.
LEAST = 4.0


def whole_reading(data):
    return len(read_bytes(data).pages)


def pdfium_text(data):
    pdf = pypdfium2.PdfDocument(data)
    for page in pdf:
        page.get_textpage().get_text_range()
    return len(pdf)


def pdfplumber_words(data, *, tables=False):
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.extract_words()
            if tables:
                page.extract_tables()
            page.close()
        return len(pdf.pages)


def pdfplumber_words_and_tables(data):
    return pdfplumber_words(data, tables=True)


def main():
    files = [path.read_bytes() for path in sorted(SAMPLES.rglob("*.pdf"))]
    files = [data for data in files if read_bytes(data).format == "pdf" and read_bytes(data).verdict is Verdict.OK]
    readers = (whole_reading, pdfium_text, pdfplumber_words, pdfplumber_words_and_tables)
    rates = {reader: [] for reader in readers}
    for _ in range(ROUNDS):  # in turn, so that a busy machine slows all of them alike
        for reader in readers:
            began = time.process_time()
            pages = sum(reader(data) for data in files)
            rates[reader].append(pages / (time.process_time() - began))
    for reader in readers:
        print(f"{reader.__name__.replace('_', ' '):<30}{median(rates[reader]):8.1f} pages/s of one core")
    pairs = zip(rates[whole_reading], rates[pdfplumber_words_and_tables], strict=True)
    ratio = median(ours / theirs for ours, theirs in pairs)
    print(f"the whole reading is {ratio:.1f} times as fast as pdfplumber's words and tables (least {LEAST:g})")
    return ratio >= LEAST


if __name__ == "__main__":
    main()
