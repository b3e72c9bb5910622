"""E-invoices as XML: milliseconds a file, beside what lxml alone takes to parse it and what their rules take."""

import time
from pathlib import Path

from lxml import etree

from app.reading import read_bytes
from app.reading.formats import einvoice
from app.reading.sandbox import Limits
from app.reading.schematron.books import BOOKS, available
from app.reading.schematron.checker import Checker

_ROUNDS = 40
_SAMPLES = Path(__file__).parent.parent.parent / "shared" / "einvoice"


def main() -> None:
    """Read the XML files beside the checkout, or some that are made here."""
    files = {path.name: path.read_bytes() for path in sorted(_SAMPLES.glob("*.xml"))} if _SAMPLES.is_dir() else {}
    files = files or {f"made, {lines} lines": made(lines) for lines in (1, 10, 100)}
    reads, parses = [], []
    print(f"{'file':42} {'kB':>6} {'lines':>6} {'read ms':>8} {'lxml ms':>8}")
    for name, data in files.items():
        reads.append(_best(lambda data=data: einvoice.read(data)))
        parses.append(_best(lambda data=data: etree.fromstring(data)))
        lines = sum(len(document.lines) for document in einvoice.read(data).documents)
        print(f"{name[:42]:42} {len(data) / 1000:6.1f} {lines:6} {reads[-1]:8.2f} {parses[-1]:8.2f}")
    print(f"mean: {sum(reads) / len(reads):.2f} ms a file; lxml alone {sum(parses) / len(parses):.2f} ms")
    if available():
        _rules(files)
    else:
        print("the rules of EN 16931 were not checked: the extra `schematron` is not installed")


def _rules(files) -> None:
    """What a check by the rules costs: the first with start and compilation, then the others."""
    checker = Checker(limits=Limits(seconds=60, memory=1 << 30))
    firsts, others = {}, []
    try:
        for data in files.values():
            for source in read_bytes(data).sources:
                if source.book is None:
                    continue
                start = time.perf_counter()
                checker.check(source)
                firsts.setdefault(source.book, (time.perf_counter() - start) * 1000)
                others.append(_best(lambda source=source: checker.check(source), 5))
    finally:
        checker.close()
    told = ", ".join(f"{BOOKS[book].title} {first:.0f} ms" for book, first in firsts.items())
    print(f"rules: {sum(others) / len(others):.1f} ms a file, at most {max(others):.1f} ms; the first by {told}")


def _best(work, rounds=_ROUNDS) -> float:
    """The quickest of several rounds in milliseconds: what others do on the machine only adds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def made(lines: int) -> bytes:
    """A UBL invoice with so many lines."""
    space = "urn:oasis:names:specification:ubl:schema:xsd:"
    head = (
        f'<Invoice xmlns="{space}Invoice-2" xmlns:cac="{space}CommonAggregateComponents-2"'
        f' xmlns:cbc="{space}CommonBasicComponents-2"><cbc:ID>R-1</cbc:ID><cbc:IssueDate>2026-10-30</cbc:IssueDate>'
        "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>"
    )
    line = (
        "<cac:InvoiceLine><cbc:ID>{0}</cbc:ID><cbc:InvoicedQuantity unitCode='H87'>4</cbc:InvoicedQuantity>"
        "<cbc:LineExtensionAmount>5.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Bolt {0}</cbc:Name>"
        "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>"
        "<cac:Price><cbc:PriceAmount currencyID='EUR'>1.25</cbc:PriceAmount></cac:Price></cac:InvoiceLine>"
    )
    return (head + "".join(line.format(at) for at in range(1, lines + 1)) + "</Invoice>").encode()


if __name__ == "__main__":
    main()
