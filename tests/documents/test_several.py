"""Several documents in one file: each is read by itself, and a long one stays whole."""

import io

import pypdfium2 as pdfium

from app.reading import papers
from app.reading.characters import page_tokens
from tests.documents import press


def pages_of(*files):
    joined = pdfium.PdfDocument.new()
    for data in files:
        joined.import_pages(pdfium.PdfDocument(data))
    out = io.BytesIO()
    joined.save(out)
    pdf = pdfium.PdfDocument(out.getvalue())
    return [page_tokens(pdf[at], at + 1, 200_000) for at in range(len(pdf))]


def test_an_order_a_slip_and_an_invoice_in_one_file_are_three_documents():
    made = [press.document(seed, kind) for seed, kind in ((3, "purchase_order"), (5, "packing_slip"), (8, "invoice"))]

    found = papers.read(pages_of(*(data for data, _ in made)))

    assert [(document.kind, document.number) for document in found] == [
        (truth["kind"], truth["number"]) for _, truth in made
    ]


def test_the_evidence_names_the_pages_of_the_file():
    first, second = press.document(3, "purchase_order")[0], press.document(8, "invoice")[0]

    _, invoice = papers.read(pages_of(first, second))

    assert min(entry.page for entry in invoice.evidence.values()) == len(pages_of(first)) + 1


def test_a_document_of_several_pages_stays_whole():
    long = next(seed for seed in range(100) if len(press.document(seed, "invoice")[1]["lines"]) == 40)

    pages = pages_of(press.document(long, "invoice")[0])

    assert len(pages) > 1
    assert len(papers.read(pages)) == 1
