"""The sample company is complete, consistent, and wrong only where it says so."""

import json
import re
import unicodedata
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image
from stdnum import iban
from stdnum.eu import vat
from stdnum.gb import vat as gb_vat

from app.documents import canonical
from tests.samples.judge import Judge, counterpart, piece_price, pieces

SAMPLES = Path(__file__).parents[2] / "sample_docs"
MANIFEST = json.loads((SAMPLES / "manifest.json").read_text(encoding="utf-8"))
DOCUMENTS = MANIFEST["documents"]
TRUTHS = {entry["file"]: json.loads((SAMPLES / entry["truth"]).read_text(encoding="utf-8")) for entry in DOCUMENTS}
BILLS = [entry for entry in DOCUMENTS if entry["kind"] in {"invoice", "credit_note"}]
CLEAN = [entry for entry in BILLS if entry["number"] in MANIFEST["clean"]]
PLANTED = MANIFEST["planted"]
CENT = Decimal("0.01")

PROMISED = {
    "ARITH_TOTALS", "CHARGE_NOT_ON_PO", "DOC_UNREADABLE", "DUP_EXACT", "LIC_KEY_REUSED", "LIC_MISSING", "LINE_NOT_ON_PO",
    "PO_NOT_FOUND", "PRICE_BASE_MISMATCH", "PRICE_OVER_PO", "QTY_OVER_ORDERED", "QTY_OVER_RECEIVED", "QUOTE_PO_MISMATCH",
    "RECEIPT_MISSING", "SUPPLIER_MISMATCH",
}  # fmt: skip


def named(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry["file"])


@cache
def text_of(file):
    with pypdfium2.PdfDocument(SAMPLES / file) as document:
        raw = "\n".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw))


def order_of(truth):
    number = truth["references"]["purchase_order"]
    return next((t for t in TRUTHS.values() if t["kind"] == "purchase_order" and t["number"] == number), None)


def rounded(value):
    return value.quantize(CENT, ROUND_HALF_UP)


# ── the manifest ────────────────────────────────────────────────────────────────────────────────


def test_it_is_one_company_with_enough_papers():
    assert 48 <= len(DOCUMENTS) <= 60
    assert len({entry["purchase"] for entry in DOCUMENTS}) >= 14
    assert set(MANIFEST["company"]["purchases"]) == {entry["purchase"] for entry in DOCUMENTS}


def test_every_file_is_there_and_none_is_left_over():
    listed = {entry[name] for entry in DOCUMENTS for name in ("file", "truth")}
    folders = MANIFEST["company"]["purchases"]
    present = {path.relative_to(SAMPLES).as_posix() for folder in folders for path in (SAMPLES / folder).iterdir()}
    assert present == listed
    assert len(listed) == 2 * len(DOCUMENTS)
    assert sum((SAMPLES / name).stat().st_size for name in listed) < 6_000_000


def test_the_papers_are_of_many_kinds_layouts_and_makers():
    assert {entry["kind"] for entry in DOCUMENTS} == {
        "quote", "purchase_order", "packing_slip", "goods_receipt", "invoice", "credit_note", "license_receipt"
    }  # fmt: skip
    assert len({entry["producer"] for entry in DOCUMENTS}) == 5
    assert len({entry["layout"] for entry in DOCUMENTS}) >= 10
    languages = Counter(entry["language"] for entry in DOCUMENTS)
    assert set(languages) == {"de", "en", "fr"}
    assert min(languages.values()) >= 8
    assert sum(entry["pages"] > 1 for entry in DOCUMENTS) >= 2
    assert sum(entry["scan"] for entry in DOCUMENTS) == 2


def test_every_paper_arrives_once_and_in_order():
    arrived = {entry["file"]: entry["arrived"] for entry in DOCUMENTS}
    assert sorted(MANIFEST["arrival"]) == sorted(arrived)
    assert all(arrived[a] <= arrived[b] for a, b in pairwise(MANIFEST["arrival"]))
    assert all(TRUTHS[file]["issue_date"] <= day for file, day in arrived.items())


def test_most_invoices_are_clean():
    assert len(CLEAN) == len(MANIFEST["clean"])
    assert len(CLEAN) / len(BILLS) >= 0.6
    assert not {entry["invoice"] for entry in PLANTED} & set(MANIFEST["clean"])
    assert {entry["number"] for entry in BILLS} == {e["invoice"] for e in PLANTED if e["invoice"]} | set(
        MANIFEST["clean"]
    )


def test_every_promised_error_is_planted():
    assert {entry["code"] for entry in PLANTED if not entry["entailed"]} == PROMISED


@pytest.mark.parametrize("error", PLANTED, ids=lambda error: f"{error['code']}-{error['invoice']}-{error['line']}")
def test_a_planted_error_points_at_its_place(error):
    truth = TRUTHS[error["file"]]
    assert error["invoice"] in {truth["number"], None}
    assert (error["invoice"] is None) == (truth["kind"] != "invoice")
    assert error["line"] in {None, *(line["id"] for line in truth["lines"])}
    assert error["story"].endswith(".")
    assert error["at_risk"] is None or Decimal(error["at_risk"]) > 0


# ── the truths ──────────────────────────────────────────────────────────────────────────────────


@named(DOCUMENTS)
def test_a_truth_is_a_canonical_document(entry):
    truth = TRUTHS[entry["file"]]
    document = canonical.read(truth)
    assert (document.kind, document.number, document.supplier.name) == (
        entry["kind"],
        entry["number"],
        entry["supplier"],
    )
    assert document.lines
    assert date.fromisoformat(truth["issue_date"]).weekday() < 5


@named([entry for entry in DOCUMENTS if "totals" in TRUTHS[entry["file"]]])
def test_the_figures_of_a_priced_paper_add_up(entry):
    truth = TRUTHS[entry["file"]]
    for line in truth["lines"]:
        base = Decimal(line.get("price_base_quantity", "1"))
        assert Decimal(line["quantity"]) * Decimal(line["unit_price"]) / base == Decimal(line["net_amount"])
    totals = {name: Decimal(value) for name, value in truth["totals"].items()}
    charges = sum((Decimal(charge["amount"]) for charge in truth.get("charges", [])), Decimal(0))
    assert totals["net"] == sum(Decimal(line["net_amount"]) for line in truth["lines"]) + charges
    if "tax" not in totals:
        return
    for tax in truth["tax_breakdown"]:
        assert Decimal(tax["tax"]) == rounded(Decimal(tax["taxable"]) * Decimal(tax["rate"]) / 100)
    assert totals["tax"] == sum(Decimal(tax["tax"]) for tax in truth["tax_breakdown"])
    wrong = any(error["code"] == "ARITH_TOTALS" and error["file"] == entry["file"] for error in PLANTED)
    assert (totals["gross"] == totals["net"] + totals["tax"]) is not wrong
    assert totals.get("due", totals["gross"]) == totals["gross"]


@named(CLEAN)
def test_a_clean_invoice_agrees_with_its_order(entry):
    truth = TRUTHS[entry["file"]]
    order = order_of(truth)
    assert order["supplier"]["name"] == truth["supplier"]["name"]
    assert order["currency"] == truth["currency"]
    assert order["issue_date"] <= truth["issue_date"]
    if "due_date" in truth:
        assert (date.fromisoformat(truth["due_date"]) - date.fromisoformat(truth["issue_date"])).days >= 30
    planned = {charge["code"]: charge["amount"] for charge in order.get("charges", [])}
    assert {charge["code"]: charge["amount"] for charge in truth.get("charges", [])}.items() <= planned.items()
    for line in truth["lines"]:
        ordered = counterpart(order, line)
        assert piece_price(line) <= piece_price(ordered)


@pytest.mark.parametrize(
    "order", [t for t in TRUTHS.values() if t["kind"] == "purchase_order"], ids=lambda t: t["number"]
)
def test_clean_invoices_bill_no_more_than_was_ordered_and_came(order):
    papers = [t for t in TRUTHS.values() if t.get("references", {}).get("purchase_order") == order["number"]]
    proof = "goods_receipt" if any(t["kind"] == "goods_receipt" for t in papers) else "packing_slip"
    for ordered in order["lines"]:
        billed = sum(
            (pieces(line) * (-1 if paper["kind"] == "credit_note" else 1)
             for paper in papers if paper["number"] in MANIFEST["clean"]
             for line in paper["lines"] if counterpart(order, line) is ordered),
            Decimal(0),
        )  # fmt: skip
        came = sum(
            (pieces(line) for paper in papers if paper["kind"] in {proof, "license_receipt"}
             for line in paper["lines"] if counterpart(order, line) is ordered),
            Decimal(0),
        )  # fmt: skip
        assert billed <= pieces(ordered)
        assert billed <= came


ARRIVED = [TRUTHS[file] for file in MANIFEST["arrival"]]
SCANS = {entry["file"] for entry in DOCUMENTS if entry["scan"]}
READABLE = [TRUTHS[file] for file in MANIFEST["arrival"] if file not in SCANS]


@pytest.mark.parametrize("papers", [ARRIVED, READABLE], ids=["with OCR", "without OCR"])
def test_a_second_opinion_finds_what_is_planted_and_nothing_else(papers):
    told = [
        (e["code"], e["invoice"], e["line"], None if e["at_risk"] is None else Decimal(e["at_risk"]))
        for e in PLANTED if e["code"] != "DOC_UNREADABLE"
    ]  # fmt: skip
    found = Judge(papers).findings()
    assert sorted(found, key=str) == sorted(told, key=str)


def test_identifiers_are_valid_and_belong_to_one_supplier():
    accounts, numbers = {}, {}
    for truth in TRUTHS.values():
        for party in (truth["supplier"], truth["buyer"]):
            if "iban" in party:
                assert iban.is_valid(party["iban"])
                assert accounts.setdefault(party["iban"], party["name"]) == party["name"]
            if "vat_id" in party:
                check = gb_vat if party["country"] == "GB" else vat
                assert check.is_valid(party["vat_id"])
                assert numbers.setdefault(party["vat_id"], party["name"]) == party["name"]


def test_only_the_planted_duplicate_repeats_an_amount():
    bills = Counter((TRUTHS[e["file"]]["supplier"]["name"], TRUTHS[e["file"]]["totals"]["gross"]) for e in BILLS)
    assert [(name, amount) for (name, amount), many in bills.items() if many > 1] == [
        ("Exemple Fournitures SARL", "968.16")
    ]


def test_only_the_planted_license_key_is_used_twice():
    keys = Counter(
        key for truth in TRUTHS.values() for line in truth["lines"] for key in line.get("license", {}).get("keys", [])
    )
    assert sorted(keys.values()) == [1, 2]
    assert all(key.startswith("EXMPL-") for key in keys)


# ── the papers ──────────────────────────────────────────────────────────────────────────────────


def printed(amount, language):
    shown = f"{Decimal(amount):,.2f}"
    marks = {"de": (".", ","), "fr": (" ", ","), "en": (",", ".")}[language]
    return shown.replace(",", "_").replace(".", marks[1]).replace("_", marks[0])


@named([entry for entry in DOCUMENTS if not entry["scan"]])
def test_a_born_digital_paper_says_what_its_truth_says(entry):
    text, truth = text_of(entry["file"]), TRUTHS[entry["file"]]
    assert entry["number"] in text
    for number in truth.get("references", {}).values():
        assert number in text
    squeezed = re.sub(r"[\s\-\ufffe]", "", text)  # an item number may be broken over two rows
    for line in truth["lines"]:
        assert line.get("seller_item_id", "").replace("-", "") in squeezed
        for key in line.get("license", {}).get("keys", []):
            assert key in text
        if "net_amount" in line:
            assert printed(line["net_amount"], entry["language"]) in text
    for amount in truth.get("totals", {}).values():
        assert printed(amount, entry["language"]) in text


@named([entry for entry in DOCUMENTS if entry["file"].endswith(".pdf")])
def test_a_pdf_has_the_pages_it_should(entry):
    with pypdfium2.PdfDocument(SAMPLES / entry["file"]) as document:
        assert len(document) == entry["pages"]


@named([entry for entry in DOCUMENTS if entry["scan"]])
def test_a_scan_is_a_picture_without_text(entry):
    if entry["file"].endswith(".pdf"):
        assert not text_of(entry["file"]).strip()
        with pypdfium2.PdfDocument(SAMPLES / entry["file"]) as document:
            kinds = {thing.type for page in document for thing in page.get_objects()}
        assert kinds == {pdfium.FPDF_PAGEOBJ_IMAGE}
    else:
        with Image.open(SAMPLES / entry["file"]) as picture:
            assert picture.width > 1000


def test_the_long_invoice_carries_its_sum_forward_and_repeats_its_heads():
    text = text_of("09-werkzeuge/rechnung-AR260914.pdf")
    assert text.count("2.795,90") == 2
    assert text.count("Einzelpreis") == 2


@named([entry for entry in DOCUMENTS if entry["layout"] == "proseware" and entry["kind"] == "invoice"])
def test_the_embedded_invoice_says_what_the_page_says(entry):
    from lxml import etree

    truth = TRUTHS[entry["file"]]
    with pypdfium2.PdfDocument(SAMPLES / entry["file"]) as document:
        attachment = document.get_attachment(0)
        assert attachment.get_name() == "factur-x.xml"
        tree = etree.fromstring(bytes(attachment.get_data()))
    space = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}

    def texts(name):
        return [found.text for found in tree.iterfind(f".//ram:{name}", space)]

    assert texts("BilledQuantity") == [line["quantity"] for line in truth["lines"]]
    assert texts("GrandTotalAmount") == [truth["totals"]["gross"]]
    assert texts("TaxTotalAmount") == [truth["totals"]["tax"]]
    assert truth["references"]["purchase_order"] in texts("IssuerAssignedID")
    assert b"<fx:ConformanceLevel>EN 16931<" in (SAMPLES / entry["file"]).read_bytes()
