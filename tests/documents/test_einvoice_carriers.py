"""What e-invoices come in: signed files, PDFs of several producers, envelopes, encodings; and what is none."""

import base64
import re
import zlib

import pytest

from app.reading import Verdict, read_bytes
from tests.documents import test_einvoice_fatturapa as italian
from tests.documents.bills import CII, STANDARD, UBL
from tests.documents.test_einvoice_hybrid import PAPER, with_xml

FATTURA = italian.fattura(italian.BODY.format(type="TD01", number="1"), italian.BODY.format(type="TD01", number="2"))
SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")


def der(tag, content):
    size = len(content).to_bytes(4, "big").lstrip(b"\x00") or b"\x00"
    head = size if len(content) < 128 else bytes([0x80 + len(size)]) + size
    return bytes([tag]) + head + content


def loose(tag, content):
    return bytes([tag, 0x80]) + content + b"\x00\x00"


def pieces(content, size):
    return b"".join(der(0x04, content[at : at + size]) for at in range(0, len(content), size))


def message(octets, wrap=der):
    signed = wrap(0x30, der(0x02, b"\x01") + der(0x31, b"") + wrap(0x30, DATA + wrap(0xA0, octets)) + der(0x31, b""))
    return wrap(0x30, SIGNED + wrap(0xA0, signed))


class TestSignedFiles:
    @pytest.mark.parametrize(
        "data",
        [
            message(der(0x04, FATTURA)),
            message(loose(0x24, pieces(FATTURA, 1000)), wrap=loose),
            base64.encodebytes(message(der(0x04, FATTURA))),
        ],
        ids=["in one piece", "in pieces of no stated length", "in base64"],
    )
    def test_what_was_signed_is_read_with_all_its_bodies(self, data):
        reading = read_bytes(data, name="IT01234567890_00001.xml.p7m")

        assert (reading.verdict, reading.format) == (Verdict.OK, "einvoice")
        assert [document.number for document in reading.documents] == ["1", "2"]

    def test_a_signed_pdf_is_read_too(self):
        assert read_bytes(message(der(0x04, PAPER.read_bytes()))).documents[0].number == "90041402"

    @pytest.mark.parametrize(
        "data",
        [
            message(b""),
            message(der(0x04, FATTURA))[:-400],
            message(der(0x04, message(der(0x04, FATTURA)))),
            message(loose(0x24, b"\x24\x80" * 5000), wrap=loose),
        ],
        ids=["only a signature", "cut off", "signed twice", "nested"],
    )
    def test_what_is_broken_or_nested_says_so(self, data):
        reading = read_bytes(data)

        assert reading.verdict is Verdict.MALFORMED
        assert reading.reason.startswith("The signed file is damaged")


def associated(content, packed):
    """A PDF with one page whose catalogue names the file (AF) and has no list of embedded files."""
    body = zlib.compress(content) if packed else content
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AF[4 0 R]>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Type/Filespec/F(factur-x.xml)/UF(factur-x.xml)/AFRelationship/Data/EF<</F 5 0 R/UF 5 0 R>>>>",
        b"<</Type/EmbeddedFile/Subtype/text#2Fxml%s/Length %d>>\nstream\n%s\nendstream"
        % (b"/Filter/FlateDecode" if packed else b"", len(body), body),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, entry in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table, len(out),
    )  # fmt: skip


class TestPdfsOfSeveralProducers:
    @pytest.mark.parametrize(
        "name",
        ["factur-x.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "order-x.xml", "Rechnung 1.XML",
         "invoice"],
    )  # fmt: skip
    def test_the_attachment_by_any_name(self, name):
        assert read_bytes(with_xml(CII.encode(), name=name)).format == "hybrid"

    @pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
    def test_one_that_only_the_associated_files_name(self, packed):
        reading = read_bytes(associated(UBL.encode(), packed))

        assert (reading.verdict, reading.format, reading.documents[0].number) == (Verdict.OK, "hybrid", "NW-1")

    def test_one_that_was_taken_out_is_not_read(self):
        # The sample's own XML is still in the bytes, and nothing names it any more.
        assert b"EmbeddedFile" in with_xml(None)
        assert read_bytes(with_xml(None)).format == "pdf"

    def test_another_associated_file_leaves_the_page(self):
        assert read_bytes(associated(b"a;b;c", packed=True)).verdict is not Verdict.OK


class TestKindsAndAnswers:
    @pytest.mark.parametrize(
        ("code", "kind", "self_billed"),
        [
            ("380", "invoice", None), ("326", "invoice", None), ("384", "invoice", None), ("386", "invoice", None),
            ("389", "invoice", True), ("381", "credit_note", None), ("261", "credit_note", True),
            ("396", "credit_note", None), ("503", "credit_note", None), ("875", "invoice", None),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("text", [UBL, CII], ids=["UBL", "CII"])
    def test_by_the_type(self, text, code, kind, self_billed):
        document = read_bytes(text.replace(">380<", f">{code}<").encode()).documents[0]

        assert (document.kind, document.type_code) == (kind, code)
        assert document.lines[0].self_billed is self_billed

    @pytest.mark.parametrize(
        ("root", "kind", "line"),
        [
            ("SelfBilledInvoice", "invoice", "InvoiceLine"),
            ("SelfBilledCreditNote", "credit_note", "CreditNoteLine"),
            ("DebitNote", "invoice", "DebitNoteLine"),
        ],
    )
    def test_by_the_root(self, root, kind, line):
        text = UBL.replace("<Invoice", f"<{root}").replace("</Invoice>", f"</{root}>").replace("Invoice-2", f"{root}-2")
        document = read_bytes(text.replace("InvoiceLine", line).encode()).documents[0]

        assert (document.kind, len(document.lines)) == (kind, 1)
        assert document.lines[0].self_billed is (True if root.startswith("Self") else None)

    def test_an_answer_is_no_document_and_says_what_it_is(self):
        space = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
        reading = read_bytes(f"<ApplicationResponse xmlns='{space}'><ID>1</ID></ApplicationResponse>".encode())

        assert reading.verdict is Verdict.UNSUPPORTED
        assert "a message about a document" in reading.reason


@pytest.mark.parametrize("space", ["urn:un:unece:uncefact:data:", "urn:un:unece:uncefact:data:standard:"])
def test_an_order_of_order_x(space):
    order = "SCRDMCCBDACIOMessageStructure"
    text = CII.replace(f"{STANDARD}CrossIndustryInvoice", f"{space}{order}").replace("CrossIndustryInvoice", order)
    text = (
        text.replace(">380<", ">220<")
        .replace("BilledQuantity", "RequestedQuantity")
        .replace("InvoiceCurrencyCode", "OrderCurrencyCode")
    )
    document = read_bytes(text.encode()).documents[0]

    assert (document.kind, document.number, document.currency) == ("purchase_order", "NW-1", "EUR")
    assert (document.lines[0].quantity, document.lines[0].net_amount) == (8, 10)
    assert document.evidence["/lines/0/quantity"].path.startswith(f"/rsm:{order}/rsm:SupplyChainTradeTransaction/ram:")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-15"])
@pytest.mark.parametrize("prefix", ["cbc", "ns2", ""])
def test_encodings_and_prefixes(encoding, prefix):
    text = UBL.replace("M8 bolt", "Schraube für Köln")
    if prefix:
        text = text.replace("cbc:", f"{prefix}:").replace("xmlns:cbc", f"xmlns:{prefix}")
    else:
        basic = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
        text = re.sub(r"<cbc:(\w+)", rf"<\1 xmlns='{basic}'", text).replace("</cbc:", "</")
    said = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16"}.get(encoding, encoding)
    if encoding == "utf-16-le":
        text = "\ufeff" + text
    head = "\ufeff" if text.startswith("\ufeff") else ""
    text = f'{head}<?xml version="1.0" encoding="{said}"?>' + text.removeprefix("\ufeff")

    assert read_bytes(text.encode(encoding)).documents[0].lines[0].description == "Schraube für Köln"


class TestLinesOfLines:
    LINE = CII[
        CII.index("  <ram:IncludedSupplyChainTradeLineItem>") : CII.index("  <ram:ApplicableHeaderTradeAgreement>")
    ]

    def line(self, number, amount="10.00", status="", parent=""):
        more = f"<ram:ParentLineID>{parent}</ram:ParentLineID>" if parent else ""
        more += f"<ram:LineStatusReasonCode>{status}</ram:LineStatusReasonCode>" if status else ""
        head = f"<ram:LineID>{number}</ram:LineID>{more}"
        return self.LINE.replace("<ram:LineID>1</ram:LineID>", head).replace(">10.00<", f">{amount}<")

    def numbers(self, *lines, total):
        text = CII.replace(self.LINE, "".join(lines)).replace(
            ">10.00</ram:LineTotalAmount><ram:Tax", f">{total}</ram:LineTotalAmount><ram:Tax"
        )
        return [line.id for line in read_bytes(text.encode()).documents[0].lines]

    def test_groups_and_mere_information_are_no_lines(self):
        lines = (
            self.line("1", status="GROUP"),
            self.line("1.1", status="DETAIL", parent="1"),
            self.line("2", status="INFORMATION"),
        )

        assert self.numbers(*lines, total="10.00") == ["1.1"]

    @pytest.mark.parametrize(
        ("total", "numbers"),
        [("20.00", ["1.1", "1.2"]), ("21.00", ["1"]), ("41.00", ["1", "1.1", "1.2"]), ("7.00", ["1", "1.1", "1.2"])],
    )
    def test_without_a_word_the_sum_says_which_count(self, total, numbers):
        lines = (self.line("1", "21.00"), self.line("1.1", parent="1"), self.line("1.2", parent="1"))

        assert self.numbers(*lines, total=total) == numbers
