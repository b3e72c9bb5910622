"""The habits of trading partners in EDI: every segment that carries money is accounted for."""

from datetime import date
from decimal import Decimal

import pytest

from app.documents.document import Account
from tests.documents.test_edi import PARTIES, edifact, one, x12

D = Decimal
HEAD = f"BIG*20261030*NW-9*20261001*PO-7***DI~CUR*SE*USD~{PARTIES}"


def bill(body, head=HEAD):
    return one(x12("810", head + body))


class TestChargesOfX12:
    def test_by_a_rate_and_a_quantity(self):
        line = bill(
            "IT1*1*10*EA*5~SAC*C*G821****0*Z*0.25**10*****Handling~TDS*5250~CTT*1~".replace("*0*Z*", "***")
        ).lines[0]

        assert (line.charges[0].amount, line.net_amount) == (D("2.50"), D("52.50"))

    def test_by_a_percent_of_the_line_and_of_the_whole(self):
        document = bill("IT1*1*10*EA*5~SAC*A*C310****3*10~TDS*4275~SAC*A*C310****3*5~CTT*1~")

        assert (document.lines[0].allowances[0].amount, document.lines[0].net_amount) == (D("5.00"), D("45.00"))
        assert (document.allowances[0].amount, document.allowances[0].percent) == (D("2.25"), 5)
        assert (document.totals.net, document.totals.gross) == (D("42.75"), D("42.75"))

    @pytest.mark.parametrize("how", ["01", "03", "05", "15"])
    def test_what_is_settled_beside_the_invoice_is_not_on_it(self, how):
        document = bill(f"IT1*1*10*EA*5~SAC*A*C310***500*******{how}~TDS*5000~CTT*1~")

        assert document.lines[0].allowances == ()
        assert document.totals.net == document.totals.gross == D("50.00")


class TestPricesOfX12:
    @pytest.mark.parametrize(
        ("basis", "unit", "base", "amount"),
        [
            ("PE", "EA", None, "1200.00"), ("CP", "EA", None, "1200.00"), ("QH", "EA", 100, "12.00"),
            ("TP", "EA", 1000, "1.20"), ("PD", "EA", 12, "100.00"), ("PD", "DZ", None, "1200.00"),
        ],
    )  # fmt: skip
    def test_what_a_price_is_for(self, basis, unit, base, amount):
        line = bill(f"IT1*1*240*{unit}*5*{basis}~TDS*100~CTT*1~").lines[0]

        assert (line.price_base_quantity, line.net_amount) == (base, D(amount))

    def test_a_price_that_stands_in_a_segment_of_its_own(self):
        assert bill("IT1*1*4*EA~CTP**NET*2.5~TDS*1000~CTT*1~").lines[0].net_amount == D("10.00")

    def test_an_amount_that_stands_there_is_not_worked_out(self):
        line = bill("IT1*1*3*EA*3.333~AMT*1*10.01~TDS*1001~CTT*1~").lines[0]

        assert line.net_amount == D("10.01")

    def test_sub_lines_that_come_on_top_and_those_that_are_included(self):
        document = bill(
            "IT1*1*2*EA*10**VP*SET~PID*F****Set~SLN*1.1**I*2*EA*4*PE**VP*A~SLN*1.2**A*2*EA*1.5*PE**VP*B~TDS*2300~CTT*1~"
        )

        assert [(line.id, line.seller_item_id, line.net_amount) for line in document.lines] == [
            ("1", "SET", D("20.00")),
            ("1.2", "B", D("3.00")),
        ]
        assert document.totals.net == document.totals.gross

    def test_packs(self):
        assert bill("IT1*1*2*CA*10~PO4*12*1*EA~TDS*2000~CTT*1~").lines[0].pack_size == 12


def test_days_after_the_invoice_and_who_is_paid():
    document = bill("N1*ST*Muster Plant 2~N1*RE*Factor Example~ITD*01*3*****45~IT1*1*1*EA*1~TDS*100~CTT*1~")

    assert document.due_date == date(2026, 12, 14)
    assert document.evidence["/due_date"].method == "derived"
    assert (document.ship_to.name, document.payee.name) == ("Muster Plant 2", "Factor Example")


def test_an_order_says_its_sum():
    order = one(x12("850", f"BEG*00*SA*PO-7**20261001~{PARTIES}PO1*1*12*EA*9.6~CTT*1~AMT*TT*115.2~"))

    assert (order.totals.net, order.totals.gross) == (D("115.20"), D("115.2"))


def test_packs_within_packs_belong_to_the_order_above_them():
    tree = (
        "BSN*00*LS-2*20261019*1200~HL*1**S~HL*2*1*O~PRF*PO-1~HL*3*1*O~PRF*PO-2~HL*4*2*P~MAN*GM*00340123450000000018~"
        "HL*5*4*I~LIN*1*VP*A~SN1**5*EA~HL*6*3*T~HL*7*6*P~HL*8*7*I~LIN*1*VP*B~SN1**7*EA~CTT*4~"
    )
    notice = one(x12("856", tree))

    assert [(line.seller_item_id, line.quantity, line.purchase_order) for line in notice.lines] == [
        ("A", 5, "PO-1"),
        ("B", 7, "PO-2"),
    ]


LINE = "LIN+1++4012345001235:EN'IMD+F++:::Bolt'QTY+47:10:PCE'MOA+203:90'PRI+AAA:9'"
FOOT = "UNS+S'MOA+79:90'MOA+77:107.1'TAX+7+VAT+++:::19+S'MOA+125:90'MOA+124:17.1'"


def invoic(head="", line=LINE, foot=FOOT, **more):
    return one(edifact("INVOIC", f"BGM+380+R-1+9'DTM+137:20261030:102'{head}{line}{foot}", **more))


class TestEdifact:
    @pytest.mark.parametrize(
        ("said", "day"),
        [
            ("20261019:102", date(2026, 10, 19)), ("202610191430:203", date(2026, 10, 19)), ("261019:101", date(2026, 10, 19)),
            ("191026:2", date(2026, 10, 19)), ("20261019", date(2026, 10, 19)), ("202642:616", None), ("202610:610", None),
        ],
    )  # fmt: skip
    def test_the_formats_of_a_date(self, said, day):
        assert invoic(f"DTM+35:{said}'").delivery_date == day

    @pytest.mark.parametrize("said", ["20261001-20261031:718", "2026100120261031:718", "261001261031:717"])
    def test_a_period_in_one_segment(self, said):
        period = invoic(f"DTM+263:{said}'").period

        assert (period.start, period.end) == (date(2026, 10, 1), date(2026, 10, 31))

    def test_the_price_before_its_discount(self):
        line = LINE + "PRI+AAB:10'ALC+A+++1+TD'MOA+8:10'"
        found = invoic(line=line).lines[0]

        assert (found.unit_price, found.gross_price, found.allowances[0].amount) == (9, 10, 10)

    def test_a_gross_price_alone_is_the_price(self):
        assert invoic(line=LINE.replace("AAA", "AAB")).lines[0].unit_price == 9

    def test_parties_accounts_and_terms(self):
        document = invoic(
            "NAD+SU+++Nordwind Components GmbH'RFF+VA:DE123456789'RFF+FC:22/815'NAD+BY+++Muster AG'NAD+DP+4012345000009::9'"
            "NAD+PE+++Factor Example AG'FII+RB+DE02120300000000202051:Nordwind+BYLADEM1001'FII+RB+DE02500105170137075030'"
            "PAT+1++5:3:D:30'PAT+22++5:3:D:10'PCD+12:2'"
        )

        assert (document.supplier.vat_id, document.supplier.tax_registration) == ("DE123456789", "22/815")
        assert (document.ship_to.id, document.payee.name) == ("4012345000009", "Factor Example AG")
        assert document.payment.accounts == (
            Account(iban="DE02120300000000202051", name="Nordwind", bic="BYLADEM1001"),
            Account(iban="DE02500105170137075030"),
        )
        assert document.payment_terms == "30 days net, 2 % in 10 days"

    def test_other_separators_release_signs_and_a_comma(self):
        plain = invoic(line=LINE.replace("Bolt", "Bolt ?'M8?' 5?+1"))
        text = edifact("INVOIC", f"BGM+380+R-1+9'DTM+137:20261030:102'{LINE}{FOOT}").decode()
        body = text.removeprefix("UNA:+.? '").replace("MOA+203:90", "MOA+203:90,00")
        other = one(("UNA|*,# ~" + body.translate(str.maketrans({":": "|", "+": "*", "'": "~", "?": "#"}))).encode())

        assert plain.lines[0].description == "Bolt 'M8' 5+1"
        assert (other.lines[0].net_amount, other.totals.gross) == (D("90.00"), D("107.1"))

    def test_letters_of_the_syntax_that_the_interchange_names(self):
        text = edifact("INVOIC", f"BGM+380+R-1+9'DTM+137:20261030:102'{LINE}{FOOT}").decode("latin-1")
        data = text.replace("UNOC", "UNOD").replace("Bolt", "Śruba łożyska").encode("iso8859-2")

        assert one(data).lines[0].description == "Śruba łożyska"
