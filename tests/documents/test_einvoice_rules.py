"""The rules of EN 16931: which book holds, what breaks which rule, and that nothing harms or stops the check."""

from pathlib import Path

import pytest
from lxml import etree

from app.linking.filed import DoubtKind
from app.reading import Verdict, read_bytes
from app.reading.reading import Reading, RuleCheck, Source
from app.reading.sandbox import Limits, Sandbox
from app.reading.schematron import checker as checkers
from app.reading.schematron.books import BOOKS, available, book_of, stylesheet
from app.reading.schematron.checker import Checker, CheckingReader
from app.workflow.doubts import doubts_of
from tests.documents.bills import CII, STANDARD, UBL

SAMPLES = Path(__file__).parent.parent.parent.parent / "shared" / "einvoice"
#: Samples that their makers broke on purpose, or that say what EN 16931 lets be said once twice.
BROKEN = {
    "limit-CALC-001.pdf": {"BR-CO-15", "BR-CO-16"},
    "zugferd_2p1_EN16931_Reisekostenabrechnung_XRechnung_embedded.pdf": {"CII-SR-465", "CII-SR-475", "CII-SR-476"},
}
OLDER = {
    "ZUGFeRD_1p0_COMFORT_Kraftfahrversicherung_Bruttopreise.pdf",
    "ZUGFeRD_1p0_COMFORT_Rabatte.pdf",
    "limit-XML-002.pdf",
}
LIMITS = Limits(seconds=60, memory=1 << 30)
DATA = "urn:un:unece:uncefact:data:"
EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"

installed = pytest.mark.skipif(not available(), reason="the extra `schematron` is not installed")


@pytest.fixture(scope="module")
def checker():
    found = Checker(limits=LIMITS)
    yield found
    found.close()


def check_of(checker, text):
    reading = read_bytes(text.encode())
    assert reading.verdict is Verdict.OK, reading.reason
    (check,) = [checker.check(source) for source in reading.sources]
    return check


def broken(checker, text):
    check = check_of(checker, text)
    assert check.reason is None
    return {entry.rule for entry in check.breaches}


def changed(text, *pairs):
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    return text


class TestWhichBook:
    @pytest.mark.parametrize(
        ("guideline", "book"),
        [
            ("urn:factur-x.eu:1p0:minimum", "cii-minimum"),
            ("urn:zugferd.de:2p0:minimum", "cii-minimum"),
            ("urn:factur-x.eu:1p0:basicwl", "cii-basicwl"),
            ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "cii-basic"),
            ("urn:cen.eu:en16931:2017", "cii-en16931"),
            ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "cii-en16931"),
            (EXTENDED, "cii-extended"),
            ("urn.cpro.gouv.fr:1p0:extended-ctc-fr", "cii-extended-ctc-fr"),
        ],
    )
    def test_by_the_guideline_of_an_invoice(self, guideline, book):
        root = etree.fromstring(changed(CII, ("urn:cen.eu:en16931:2017", guideline)).encode())

        assert book_of(root) == book

    @pytest.mark.parametrize("profile", ["basic", "comfort", "extended"])
    def test_of_an_order(self, profile):
        # The namespace of an order has no word "standard" in it.
        text = CII.replace(f"{STANDARD}CrossIndustryInvoice", f"{DATA}SCRDMCCBDACIOMessageStructure").replace(
            "CrossIndustryInvoice", "SCRDMCCBDACIOMessageStructure"
        )
        root = etree.fromstring(changed(text, ("urn:cen.eu:en16931:2017", f"urn:order-x.eu:1p0:{profile}")).encode())

        assert book_of(root) == f"cio-{profile}"

    def test_of_ubl(self):
        peppol = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"

        assert book_of(etree.fromstring(UBL)) == "ubl-en16931"
        assert book_of(etree.fromstring(UBL.replace("urn:cen.eu:en16931:2017", peppol))) == "ubl-en16931"
        assert (
            book_of(
                etree.fromstring(
                    UBL.replace("Invoice-2", "Order-2").replace("<Invoice", "<Order").replace("</Invoice>", "</Order>")
                )
            )
            is None
        )

    @installed
    def test_all_are_in_the_package(self):
        assert [code for code in BOOKS if stylesheet(code) is None] == []


@installed
class TestWhatBreaksARule:
    @pytest.mark.parametrize("text", [CII, UBL], ids=["CII", "UBL"])
    def test_nothing_in_a_sound_invoice(self, checker, text):
        assert check_of(checker, text).breaches == ()

    @pytest.mark.parametrize(
        ("pairs", "rules"),
        [
            ([("<ram:ID>NW-1</ram:ID>", "")], {"BR-02", "FX-SCH-A-000019"}),
            ([("DE123456789", ""), ('<ram:ID schemeID="VA"></ram:ID>', "")], {"BR-CO-26", "BR-S-02"}),
            ([(">10.00</ram:LineTotalAmount><ram:Tax", ">9.00</ram:LineTotalAmount><ram:Tax")], {"BR-CO-10", "BR-CO-13"}),
            ([("GrandTotalAmount>11.90", "GrandTotalAmount>12.90"), ("PayableAmount>11.90", "PayableAmount>12.90")],
             {"BR-CO-15"}),
            ([("DuePayableAmount>11.90", "DuePayableAmount>12.90")], {"BR-CO-16"}),
            ([("<ram:BasisAmount>10.00", "<ram:BasisAmount>11.00")], {"BR-S-08"}),
            ([("<ram:Name>M8 bolt</ram:Name>", "")], {"BR-25", "FX-SCH-A-000550"}),
            ([("C62", "bolts")], {"FX-SCH-A-000613"}),
        ],
    )  # fmt: skip
    def test_in_cii(self, checker, pairs, rules):
        # What the code lists and the schema of the profile say has no name in EN 16931, but a number (FX-SCH-…).
        assert broken(checker, changed(CII, *pairs)) == rules

    @pytest.mark.parametrize(
        ("pairs", "rules"),
        [
            ([("<cbc:ID>NW-1</cbc:ID>", "")], {"BR-02"}),
            ([("<cbc:CompanyID>DE123456789</cbc:CompanyID>", "")], {"BR-CO-26", "BR-S-02", "UBL-SR-53"}),
            ([('TaxInclusiveAmount currencyID="EUR">11.90', 'TaxInclusiveAmount currencyID="EUR">12.90'),
              ('PayableAmount currencyID="EUR">11.90', 'PayableAmount currencyID="EUR">12.90')], {"BR-CO-15"}),
            ([(">10.00</cbc:LineExtensionAmount>\n  <cac:Item", ">9.00</cbc:LineExtensionAmount>\n  <cac:Item")],
             {"BR-CO-10", "BR-S-08"}),
            ([('<cbc:TaxExclusiveAmount currencyID="EUR">10.00</cbc:TaxExclusiveAmount>', "")], {"BR-13", "BR-CO-13", "BR-CO-15"}),
            ([('unitCode="C62"', 'unitCode="bolts"')], {"BR-CL-23"}),
            ([(">EUR</cbc:DocumentCurrencyCode>", ">XYZ</cbc:DocumentCurrencyCode>")], {"BR-CL-04", "BR-CO-15"}),
        ],
    )  # fmt: skip
    def test_in_ubl(self, checker, pairs, rules):
        assert broken(checker, changed(UBL, *pairs)) == rules

    def test_is_told_with_its_text_its_rank_and_the_place(self, checker):
        reading = read_bytes(changed(CII, ("DuePayableAmount>11.90", "DuePayableAmount>12.90")).encode())
        check = checker.check(reading.sources[0])
        found = Reading(Verdict.OK, None, reading.documents, checks=(check,))

        (doubt,) = doubts_of(found, 0)

        assert (doubt.kind, doubt.rule, doubt.fatal, doubt.times) == (DoubtKind.BREAKS_RULE, "BR-CO-16", True, 1)
        assert doubt.text.startswith("Amount due for payment (BT-115)")
        assert doubt.path.endswith("/ram:SpecifiedTradeSettlementHeaderMonetarySummation")
        assert doubt.pointer == "/totals"

    def test_once_however_many_places_break_it(self, checker):
        line = UBL[UBL.index("<cac:InvoiceLine>") : UBL.index("</Invoice>")]
        text = UBL.replace(line, line.replace("C62", "bolts") * 3)

        entry = next(entry for entry in check_of(checker, text).breaches if entry.rule == "BR-CL-23")

        assert entry.times == 3
        assert entry.place == "/Invoice/cac:InvoiceLine[1]/cbc:InvoicedQuantity"

    def test_the_number_of_a_profile_gives_way_to_the_name_in_the_standard(self, checker):
        basic = "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic"
        text = changed(CII, ("urn:cen.eu:en16931:2017", basic), ("DuePayableAmount>11.90", "DuePayableAmount>12.90"))

        assert broken(checker, text) == {"BR-CO-16"}

    def test_what_another_specification_is_called_breaks_nothing(self, checker):
        german = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"

        assert broken(checker, changed(CII, ("urn:cen.eu:en16931:2017", german))) == set()

    @pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample e-invoices beside the checkout are not here")
    @pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*")), ids=lambda path: path.name)
    def test_the_samples_keep_the_rules_but_those_broken_on_purpose(self, checker, path):
        (check,) = [checker.check(source) for source in read_bytes(path.read_bytes()).sources]

        assert (check.reason is not None) == (path.name in OLDER)
        assert {entry.rule for entry in check.breaches} == BROKEN.get(path.name, set())


@installed
class TestNothingStopsOrHarmsTheCheck:
    def test_an_entity_never_reaches_the_processor(self):
        text = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + UBL.replace("M8 bolt", "&x;")

        reading = read_bytes(text.encode())

        assert reading.verdict is Verdict.MALFORMED
        assert reading.sources == ()

    def test_what_the_file_carries_along_is_left_out(self):
        attached = (
            "<cac:AdditionalDocumentReference><cbc:ID>A</cbc:ID><cac:Attachment>"
            f"<cbc:EmbeddedDocumentBinaryObject mimeCode='text/csv' filename='a.csv'>{'QUJD' * 9000}"
            "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
        )
        text = changed(UBL, ("</cbc:DocumentCurrencyCode>", "</cbc:DocumentCurrencyCode>" + attached))

        assert len(read_bytes(text.encode()).sources[0].xml()) < len(UBL) + 1000

    def test_broken_xml_gets_a_sentence_and_the_next_one_is_checked(self, checker):
        assert checker.check(Source(b"<a", "ubl-en16931")).reason
        assert checker.check(Source(b"\xff\xfe", "ubl-en16931")).reason
        assert check_of(checker, UBL).reason is None

    def test_an_unknown_book_is_none(self, checker):
        assert checker.check(Source(b"<a/>", "../secrets")).reason

    def test_a_check_that_takes_too_long_is_stopped_and_the_next_one_works(self):
        checker = Checker(limits=Limits(seconds=0.05, memory=1 << 30))
        try:
            assert "took longer than 0.05 s" in check_of(checker, UBL).reason
            checker._limits = LIMITS
            assert check_of(checker, UBL).breaches == ()
        finally:
            checker.close()

    def test_a_check_that_takes_too_much_memory_is_stopped(self):
        checker = Checker(limits=Limits(seconds=60, memory=1 << 28))
        try:
            assert check_of(checker, UBL).reason == "Checking the rules broke off; it may need more than 256 MB."
        finally:
            checker.close()

    def test_out_of_the_sandbox_with_the_envelope_taken_off(self, checker):
        envelope = (
            '<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">'
            f"<StandardBusinessDocumentHeader/>{UBL}</StandardBusinessDocument>"
        )
        sandbox = Sandbox(limits=LIMITS, readers=1)
        try:
            plain = sandbox.read(envelope.encode("utf-16"))
            checked = CheckingReader(sandbox, checker).read(envelope.encode("utf-16"))
        finally:
            sandbox.close()

        assert plain.sources == plain.checks == ()
        assert checked.checks == (RuleCheck("EN 16931 (UBL)"),)


class TestWithoutTheExtra:
    def test_nothing_is_checked_and_the_document_says_so(self, monkeypatch):
        monkeypatch.setattr(checkers, "available", lambda: False)
        reading = read_bytes(UBL.encode())
        check = Checker(limits=LIMITS).check(reading.sources[0])

        (doubt,) = doubts_of(Reading(Verdict.OK, None, reading.documents, checks=(check,)), 0)

        assert (doubt.kind, doubt.rule) == (DoubtKind.NOT_CHECKED, "EN 16931 (UBL)")
        assert "pip install countersign[schematron]" in doubt.text

    def test_there_are_no_rules_for_an_older_version(self):
        old = CII.replace("CrossIndustryInvoice:100", "CrossIndustryInvoice:90")

        check = check_of(Checker(limits=LIMITS), old)

        assert check.reason == "Nobody publishes rules of EN 16931 for this version of the format."

    def test_what_is_no_e_invoice_is_not_spoken_of(self):
        old = UBL.replace("Invoice-2", "Order-2").replace("<Invoice", "<Order").replace("</Invoice>", "</Order>")

        assert STANDARD not in old
        assert read_bytes(old.encode()).sources == ()
