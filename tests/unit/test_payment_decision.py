"""The decision: the verdict, the supported money, the tax that goes with it."""

from decimal import Decimal

from app.payment.decision import Verdict, decide
from tests.notation import Case, _row


def judged(*rows, **policy):
    case = Case("x", policy=policy)
    for row in rows:
        _row(case, [cell.strip() for cell in row.split("|")])
    return case.judged()


def sums(decision):
    return tuple(
        str(money.amount) for money in (decision.payable, decision.held, decision.payable_net, decision.held_net)
    )


OVER = (
    "order | 1 | Bolt | 10 @ 10.00 | tax_rate: 19 | match_way: 2",
    "order | 2 | Book | 10 @ 10.00 | tax_rate: 7 | match_way: 2",
    "invoice | head | tax: 29.80 | tax_breakdown: 19 120.00 22.80 | tax_breakdown: 7 100.00 7.00",
    "invoice | 1 | Bolt | 12 @ 10.00 | tax_rate: 19",
    "invoice | 2 | Book | 10 @ 10.00 | tax_rate: 7",
)


def test_tax_goes_with_the_lines_of_its_rate():
    decision = judged(*OVER).decision

    assert decision.kind is Verdict.HOLD
    assert sums(decision) == ("226.00", "23.80", "200.00", "20.00")


def test_the_remainder_of_rounding_is_held():
    decision = judged(
        "order | 1 | Bolt | 3 @ 0.99 | match_way: 2",
        "invoice | head | tax: 0.76",
        "invoice | 1 | Bolt | 4 @ 0.99",
    ).decision

    assert sums(decision) == ("3.54", "1.18", "2.97", "0.99")


def test_a_waived_finding_no_longer_holds():
    judgement = judged(*OVER)
    decision = decide(judgement.voucher, judgement.findings, waived={finding.key for finding in judgement.findings})

    assert decision.kind is Verdict.PAY
    assert decision.held.amount == 0


def test_warnings_pay():
    decision = judged(
        "order | 1 | Bolt | 10 @ 1.00 | match_way: 2", "invoice | 1 | Bolt | 10 @ 0.50", price={"lo_pct": "1"}
    ).decision

    assert decision.kind is Verdict.PAY


def test_waiting_gives_way_to_holding():
    decision = judged("order | 1 | Bolt | 10 @ 1.00", "invoice | 1 | Bolt | 10 @ 2.00").decision

    assert decision.kind is Verdict.HOLD
    assert decision.payable.amount == 0


def test_prepaid_money_is_taken_off_what_is_payable():
    decision = judged(
        "order | 1 | Bolt | 10 @ 10.00 | match_way: 2",
        "invoice | head | prepaid: 30.00 | due: 90.00",
        "invoice | 1 | Bolt | 12 @ 10.00",
    ).decision

    assert sums(decision) == ("70.00", "20.00", "100.00", "20.00")


def test_a_line_that_takes_off_stays_taken_off():
    decision = judged(
        "order | 1 | Bolt | 10 @ 10.00 | match_way: 2",
        "order | 2 | Nut | 10 @ 1.00 | match_way: 2",
        "invoice | 1 | Bolt | 12 @ 10.00",
        "invoice | 2 | Nut | -5 @ 1.00",
    ).decision

    assert sums(decision) == ("95.00", "20.00", "95.00", "20.00")


def test_price_and_quantity_are_disputed_together():
    decision = judged(
        "order | 1 | Bolt | 10 @ 10.00 | match_way: 2", "invoice | 1 | Bolt | 12 @ 11.00 | charge: FC 5.00"
    ).decision

    assert decision.payable_net.amount == Decimal("100.00")


def test_planned_charges_are_paid_up_to_the_plan():
    decision = judged(
        "order | 1 | Bolt | 10 @ 10.00 | charge: FC 5.00 | match_way: 2",
        "invoice | 1 | Bolt | 10 @ 10.00 | charge: FC 9.00",
        charges={"up_abs": "0"},
        price_basis="item",
    ).decision

    assert sums(decision) == ("105.00", "4.00", "105.00", "4.00")


def test_yen_have_no_cents():
    decision = judged(
        "order | head | currency: JPY",
        "order | 1 | Bolt | 3 @ 333 | match_way: 2",
        "invoice | head | currency: JPY",
        "invoice | 1 | Bolt | 4 @ 333",
    ).decision

    assert sums(decision) == ("999", "333", "999", "333")


class TestLineByLine:
    def lines(self, *rows):
        case = Case("lines")
        for row in rows:
            _row(case, [cell.strip() for cell in row.split("|")])
        return [
            (entry.line, str(entry.asked.amount), str(entry.payable.amount), str(entry.held.amount))
            for entry in case.judged().decision.lines
        ]

    def test_what_is_held_stands_beside_its_line(self):
        found = self.lines(
            "order | 1 | Bolt | 10 @ 1.00 | match_way: 2",
            "order | 2 | Nut | 10 @ 2.00 | match_way: 2",
            "invoice | 1 | Bolt | 12 @ 1.00",
            "invoice | 2 | Nut | 10 @ 2.00",
        )

        assert found == [("1", "12.00", "10.00", "2.00"), ("2", "20.00", "20.00", "0.00")]

    def test_what_disputes_the_whole_document_holds_every_line(self):
        found = self.lines(
            "order | 1 | Bolt | 10 @ 1.00 | match_way: 2",
            "invoice | head | currency: USD",
            "invoice | 1 | Bolt | 10 @ 1.00",
        )

        assert found == [("1", "10.00", "0.00", "10.00")]
