"""Mails and archives made here: what is inside is read in order, and bombs are not."""

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.reading import read_bytes
from app.reading.inside import unpack
from app.reading.inside.letter import is_mail
from app.reading.reading import Reading, Verdict

FOLDER = Path(__file__).parent.parent.parent / "sample_docs" / "10-elektro"
PAPER = (FOLDER / "rechnung-90041402.pdf").read_bytes()
OTHER = (FOLDER / "rechnung-90041377.pdf").read_bytes()
CSV = b"Invoice number,Description,Qty,Unit price\nR-1,Bolt,1,2.00\n"
JSON = json.dumps({"kind": "invoice", "number": "J-1", "lines": []}).encode()


def letter(*attachments, body="Please find attached."):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Invoices"
    message["Date"], message["Message-ID"] = "Fri, 30 Oct 2026 09:00:00 +0000", "<1@example.com>"
    message.set_content(body)
    for name, content in attachments:
        if isinstance(content, EmailMessage):
            message.add_attachment(content)
        else:
            message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def packed(*entries, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def read(data):
    reading = read_bytes(data)
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading
    return reading


def test_the_attachments_of_a_mail_in_their_order():
    reading = read(letter(("a.csv", CSV), ("b.pdf", PAPER), ("c.json", JSON), ("again.csv", CSV)).as_bytes())

    assert (reading.verdict, reading.reason, reading.format) == (Verdict.OK, None, "mail")
    assert [document.number for document in reading.documents] == ["R-1", "90041402", "J-1"]


def test_pages_are_counted_through():
    reading = read(packed(("one.pdf", PAPER), ("two.pdf", OTHER)))
    last = {entry.page for entry in reading.documents[1].evidence.values() if entry.page}

    assert reading.format == "zip"
    assert min(last) == 2
    assert max(last) <= len(reading.pages)


def test_mails_and_archives_inside_are_opened_two_deep_and_no_deeper():
    inner = packed(("a.csv", CSV))

    assert read(letter(("papers.zip", inner)).as_bytes()).documents[0].number == "R-1"
    assert read(letter(("", letter(("a.csv", CSV)))).as_bytes()).documents[0].number == "R-1"
    assert read(packed(("b.zip", packed(("c.zip", inner))))).verdict == Verdict.RESOURCE_LIMIT


def test_an_e_invoice_and_its_picture_are_one_document():
    from app.reading.einvoice import hybrid

    xml = hybrid.attachments(PAPER)[0]
    bare = io.BytesIO()
    import pypdfium2 as pdfium

    pdf = pdfium.PdfDocument(PAPER)
    pdf.del_attachment(0)
    pdf.save(bare)
    reading = read(letter(("r.pdf", bare.getvalue().replace(b"/AF", b"/AX")), ("r.xml", xml)).as_bytes())

    assert [document.evidence["/number"].method for document in reading.documents] == ["xml"]


def test_what_could_not_be_read_is_told_beside_what_could():
    reading = read(letter(("good.csv", CSV), ("bad.pdf", b"%PDF-1.7 broken"), ("photo.txt", b"hello")).as_bytes())

    assert (reading.verdict, len(reading.documents)) == (Verdict.OK, 1)
    assert reading.reason.startswith("bad.pdf: ")
    assert "photo.txt" not in reading.reason


def test_a_mail_of_nothing_but_bad_files_says_why():
    reading = read(letter(("bad.pdf", b"%PDF-1.7 broken"), ("x.bin", b"\x01\x02")).as_bytes())

    assert (reading.verdict, reading.documents) == (Verdict.MALFORMED, ())
    assert "bad.pdf" in reading.reason
    assert read(letter().as_bytes()).verdict == Verdict.EMPTY


def test_names_are_shown_and_never_paths():
    assert [
        file.name for file in unpack(packed(("../../etc/passwd", b"x"), ("C:\\a\\b\u202egnp.exe", b"y"))).files
    ] == [
        "passwd",
        "bgnp.exe",
    ]


def test_bombs_and_crowds_are_refused():
    assert read(packed(("a.csv", b"0" * 30_000_000))).verdict == Verdict.RESOURCE_LIMIT
    crowd = packed(*((f"{at}.csv", CSV + str(at).encode()) for at in range(51)))
    assert read(crowd).verdict == Verdict.RESOURCE_LIMIT
    assert read(packed(*((f"{at}", b"") for at in range(1001)))).verdict == Verdict.RESOURCE_LIMIT


def test_a_protected_archive_says_so():
    data = bytearray(packed(("a.csv", CSV)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    assert read(bytes(data)).verdict == Verdict.ENCRYPTED


@pytest.mark.parametrize("cut", [30, 60, 120])
def test_a_damaged_archive_says_so(cut):
    reading = read(packed(("a.csv", CSV), ("b.csv", CSV + b"R-2,Nut,1,1\n"))[:-cut])

    assert reading.verdict == Verdict.MALFORMED


@pytest.mark.parametrize(
    "data", [b"Dear Sir,\nSubject: none\n", b"Note: this\nand: that\nso: on\n", b"From nowhere\n", b""]
)
def test_what_is_no_mail(data):
    assert not is_mail(data)


def test_logos_and_signatures_are_no_papers():
    message = letter(("a.csv", CSV))
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", cid="<logo>", disposition="inline")
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")

    assert [file.name for file in unpack(message.as_bytes()).files] == ["a.csv"]
