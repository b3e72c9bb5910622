"""EDI made here: X12 and EDIFACT messages, their envelopes, and what is refused."""

import json
from datetime import date
from decimal import Decimal

import pytest

from app.reading import read_bytes
from app.reading.reading import Reading, Verdict

D = Decimal
ISA = (
    "ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*MUSTER         *261030*1200*U*00401*000000001*0*P*>~"
    "GS*IN*NORDWIND*MUSTER*20261030*1200*1*X*004010~"
)
PARTIES = (
    "N1*SE*Nordwind Components*92*V-100~N3*1 Dock Road~N4*Springfield*IL*62701*US~PER*IC*Sales*TE*5550100*EM*sales@example.com~"
    "N1*BY*Muster Machines*92*B-7~"
)


def x12(kind, body):
    segments = body.count("~") + 2
    return f"{ISA}ST*{kind}*0001~{body}SE*{segments}*0001~GE*1*1~IEA*1*000000001~".encode()


def edifact(kind, body, una="UNA:+.? '"):
    count = body.count("'") - body.count("?'") + 2
    return f"{una}UNB+UNOC:3+A+B+261030:1200+1'UNH+1+{kind}:D:96A:UN'{body}UNT+{count}+1'UNZ+1+1'".encode("latin-1")


def one(data):
    reading = read_bytes(data)
    assert reading.verdict == Verdict.OK, reading.reason
    assert reading.format == "edi"
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading
    assert {entry.method for entry in reading.documents[0].evidence.values()} <= {"edi", "derived"}
    return reading.documents[0]


INVOICE = x12(
    "810",
    "BIG*20261030*NW-417*20261001*PO-7***DR~CUR*SE*USD~REF*PK*LS-1~"
    + PARTIES
    + "ITD*01*3*2**10*20261129*30~DTM*011*20261019~"
    "IT1*1*2500*EA*11.84*HP*VP*HB-840*BP*B-55*UP*012345678905*PL*10~PID*F****Hex bolt M8x40~SAC*C*D240***4500**********Freight~"
    "IT1*2*4*CA*2.5*PE*VP*N-1~PID*F****Nuts~TDS*37125~TXI*ST*20.25*6~SAC*A*C310***500~CTT*2~",
)


def test_an_invoice_of_x12():
    document = one(INVOICE)
    bolt, nuts = document.lines

    assert (document.kind, document.number, document.issue_date) == ("invoice", "NW-417", date(2026, 10, 30))
    assert (document.references.purchase_order, document.references.despatch_advice) == ("PO-7", "LS-1")
    assert (document.supplier.name, document.supplier.id, document.buyer.name) == (
        "Nordwind Components",
        "V-100",
        "Muster Machines",
    )
    assert document.supplier.address == "1 Dock Road, Springfield IL 62701"
    assert (document.supplier.phone, document.supplier.email) == ("5550100", "sales@example.com")
    assert (document.currency, document.due_date) == ("USD", date(2026, 11, 29))
    assert document.payment_terms == "2 % in 10 days, 30 days net"
    assert (bolt.unit_price, bolt.price_base_quantity, bolt.net_amount) == (D("11.84"), 100, D("341.00"))
    assert (bolt.seller_item_id, bolt.buyer_item_id, bolt.gtin, bolt.order_line) == (
        "HB-840",
        "B-55",
        "012345678905",
        "10",
    )
    assert (bolt.description, bolt.charges[0].amount, bolt.charges[0].reason) == (
        "Hex bolt M8x40",
        D("45.00"),
        "Freight",
    )
    assert (nuts.unit, nuts.unit_text, nuts.net_amount) == ("XCS", "CA", D("10.00"))
    assert (bolt.charges[0].code, document.evidence["/lines/0/charges/0/code"].text) == ("FC", "D240")
    assert document.allowances[0].amount == D("5.00")
    assert (document.totals.lines, document.totals.net) == (D("351.00"), D("346.00"))
    assert (document.totals.tax, document.totals.gross) == (D("20.25"), D("371.25"))
    assert document.evidence["/lines/0/unit_price"].path == "14/IT1/04"
    assert document.evidence["/lines/0/net_amount"].method == "derived"


def test_an_order_its_answer_and_its_ship_notice():
    lines = "PO1*1*12*DZ*9.6*PE*BP*B-55*VP*HB-840~PID*F****Hex bolt~DTM*002*20261020~"
    order = one(x12("850", f"BEG*00*SA*PO-7**20261001~CUR*BY*USD~{PARTIES}{lines}CTT*1~"))
    answer = one(x12("855", f"BAK*00*AC*PO-7*20261002****SO-9~{PARTIES}{lines}ACK*IR*12*DZ~CTT*1~"))
    notice = one(
        x12(
            "856",
            "BSN*00*LS-1*20261019*1200~HL*1**S~DTM*011*20261018~N1*SF*Nordwind Components~N1*ST*Muster Machines~HL*2*1*O~"
            "PRF*PO-7~HL*3*2*I~LIN*1*VP*HB-840*LT*L9~SN1**10*DZ~PID*F****Hex bolt~REF*SE*A1~HL*4*2*I~LIN*2*VP*N-1~SN1**4*EA~CTT*2~",
        )
    )

    assert (order.kind, order.number, order.lines[0].need_by) == ("purchase_order", "PO-7", date(2026, 10, 20))
    assert (order.lines[0].unit, order.totals.net) == ("DZN", D("115.20"))
    assert (answer.kind, answer.number, answer.references.purchase_order) == ("quote", "SO-9", "PO-7")
    assert answer.lines[0].cancelled_quantity == 12
    assert (notice.kind, notice.number, notice.delivery_date) == ("packing_slip", "LS-1", date(2026, 10, 18))
    assert (notice.supplier.name, notice.buyer.name) == ("Nordwind Components", "Muster Machines")
    assert [(line.id, line.quantity, line.purchase_order, line.lot) for line in notice.lines] == [
        ("1", 10, "PO-7", "L9"),
        ("2", 4, "PO-7", None),
    ]
    assert notice.lines[0].serials == ("A1",)


def test_a_quote_and_a_receipt_of_x12():
    quote = one(x12("843", f"BQR*00*Q-1*20260901~{PARTIES}PO1*1*12*EA*9.6*PE*VP*HB-840~CTT*1~"))
    receipt = one(x12("861", f"BRA*WE-1*20261020*00*1~PRF*PO-7~{PARTIES}RCD*1*8*EA*1*EA~LIN**VP*HB-840~CTT*1~"))

    assert (quote.kind, quote.number, quote.lines[0].unit_price) == ("quote", "Q-1", D("9.6"))
    assert (receipt.kind, receipt.number, receipt.references.purchase_order) == ("goods_receipt", "WE-1", "PO-7")
    assert (receipt.lines[0].id, receipt.lines[0].received, receipt.lines[0].seller_item_id) == ("1", 8, "HB-840")


EDIFACT_INVOICE = (
    "BGM+380+NW-417+9'DTM+137:20261030:102'DTM+35:20261019:102'RFF+ON:PO-7'RFF+AAK:LS-1'"
    "NAD+SU+4000001123452::9++Nordwind Components?+Sons+Am Hafen 1+Hamburg++20457+DE'FII+RB+DE02120300000000202051+BYLADEM1001'"
    "RFF+VA:DE123456789'NAD+BY+4000001987658::9++Muster Maschinen'CUX+2:EUR:4'PAT+1'DTM+13:20261113:102'"
    "ALC+C++++FC:::Freight'MOA+23:10,00'"
    "LIN+1++4012345001235:EN'PIA+5+HB-840:SA'PIA+1+B-55:IN'IMD+F++:::Hex bolt M8x40:, zinc'QTY+47:2500:PCE'MOA+203:296.00'"
    "PRI+AAA:11.84:::100:PCE'RFF+ON:PO-7:10'TAX+7+VAT+++:::19+S'"
    "UNS+S'MOA+79:296.00'MOA+259:10.00'MOA+125:306.00'MOA+124:58.14'MOA+77:364.14'MOA+9:364.14'"
    "TAX+7+VAT+++:::19+S'MOA+125:306.00'MOA+124:58.14'"
)


def test_an_invoice_of_edifact():
    document = one(edifact("INVOIC", EDIFACT_INVOICE))
    line = document.lines[0]

    assert (document.kind, document.number, document.due_date) == ("invoice", "NW-417", date(2026, 11, 13))
    assert (document.supplier.name, document.supplier.vat_id) == ("Nordwind Components+Sons", "DE123456789")
    assert (document.supplier.iban, document.supplier.bic) == ("DE02120300000000202051", "BYLADEM1001")
    assert document.supplier.address == "Am Hafen 1, 20457 Hamburg"
    assert (document.charges[0].amount, document.charges[0].code) == (D("10.00"), "FC")
    assert (line.gtin, line.seller_item_id, line.buyer_item_id) == ("4012345001235", "HB-840", "B-55")
    assert (line.quantity, line.unit, line.unit_price, line.price_base_quantity) == (2500, "H87", D("11.84"), 100)
    assert (line.description, line.order_line, line.tax_rate) == ("Hex bolt M8x40, zinc", "10", 19)
    assert (document.totals.net, document.totals.tax, document.totals.gross) == (D("306.00"), D("58.14"), D("364.14"))
    assert document.tax_breakdown[0].taxable == D("306.00")
    assert document.evidence["/lines/0/unit_price"].path.endswith("/PRI/01.2")


def test_other_separators_and_a_credit_note():
    text = EDIFACT_INVOICE.replace("BGM+380", "BGM+381").replace("?+", "\x00")
    other = text.translate(str.maketrans({":": "|", "+": "^", "'": "~"})).replace("\x00", "+")
    count = other.count("~") + 2
    data = f"UNA|^,? ~UNB^UNOC|3^A^B^261030|1200^1~UNH^1^INVOIC|D|96A|UN~{other}UNT^{count}^1~UNZ^1^1~".encode()

    assert one(data).kind == "credit_note"
    assert one(data).supplier.name == "Nordwind Components+Sons"


def test_despatch_and_receipt_of_edifact():
    slip = one(
        edifact(
            "DESADV",
            "BGM+351+LS-1+9'DTM+137:20261019:102'NAD+SU+1::9++Nordwind'CPS+1'LIN+1++4012345001235:EN'QTY+12:8:PCE'RFF+ON:PO-7:10'",
        )
    )
    receipt = one(
        edifact(
            "RECADV",
            "BGM+632+WE-1+9'DTM+137:20261020:102'RFF+AAK:LS-1'NAD+SU+1::9++Nordwind'LIN+1'QTY+194:8'QTY+196:1'",
        )
    )

    assert (slip.kind, slip.lines[0].quantity, slip.lines[0].order_line) == ("packing_slip", 8, "10")
    assert (receipt.kind, receipt.references.despatch_advice) == ("goods_receipt", "LS-1")
    assert (receipt.lines[0].received, receipt.lines[0].rejected) == (8, 1)


def test_a_change_keeps_the_number_of_the_order():
    change = one(
        edifact("ORDCHG", "BGM+230+C-2+9'DTM+137:20261003:102'RFF+ON:PO-7'NAD+SU+1::9++Nordwind'LIN+1'QTY+21:9'")
    )

    assert (change.kind, change.number, change.version) == ("purchase_order", "PO-7", "C-2")


def test_two_messages_are_two_documents():
    first = INVOICE.decode()
    start, stop = first.index("ST*"), first.index("GE*")
    twice = first[:stop] + first[start:stop].replace("0001", "0002").replace("NW-417", "NW-418") + first[stop:]
    reading = read_bytes(twice.encode())

    assert [document.number for document in reading.documents] == ["NW-417", "NW-418"]


@pytest.mark.parametrize(
    ("data", "verdict", "words"),
    [
        (INVOICE.replace(b"SE*", b"SE*9"), Verdict.MALFORMED, "segments and has"),
        (INVOICE[: INVOICE.index(b"TDS")], Verdict.MALFORMED, "has no end"),
        (INVOICE.replace(b"*11.84*", b"*11.84.1*"), Verdict.MALFORMED, "Segment 14 (IT1), element 4"),
        (INVOICE.replace(b"*20261129*", b"*20261399*"), Verdict.MALFORMED, "not a date"),
        (INVOICE[:80], Verdict.MALFORMED, "ISA"),
        (x12("997", "AK1*IN*1~"), Verdict.UNSUPPORTED, "997"),
        (ISA.encode(), Verdict.EMPTY, "no message"),
        (edifact("CONTRL", "UCI+1'"), Verdict.UNSUPPORTED, "CONTRL"),
        (edifact("INVOIC", EDIFACT_INVOICE).replace(b"UNT+", b"UNT+1"), Verdict.MALFORMED, "segments and has"),
        (INVOICE.replace(b"Nuts", b"Nu\x00ts"), Verdict.MALFORMED, "zero bytes"),
        (b"UNA:+.", Verdict.MALFORMED, "UNA"),
        (edifact("INVOIC", "not a segment'"), Verdict.MALFORMED, "tag"),
    ],
)
def test_what_is_refused(data, verdict, words):
    reading = read_bytes(data)

    assert (reading.verdict, reading.documents) == (verdict, ())
    assert words in reading.reason
