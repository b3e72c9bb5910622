"""Scores: filed under what speaks for a value, turned into a share by the table, and true on papers never fitted on."""

import json
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from app.documents import canonical
from app.documents.document import Charge, Document, Line, Totals
from app.documents.evidence import Evidence, Method
from app.reading import calibration, paper
from app.reading.calibration import ANY, Class, Steps
from bench import _damage, _fit, _known, _truth

D = Decimal


def line(quantity, price, amount, **more):
    values = {"quantity": quantity, "unit_price": price, "net_amount": amount}
    return Line(**{name: D(value) for name, value in values.items() if value is not None}, **more)


@pytest.mark.parametrize(
    ("found", "sign"),
    [
        (line("3", "1.50", "4.50"), "holds"),
        (line("-3", "1.50", "-4.50"), "holds"),
        (line("1", "4.50", "4.50"), "one"),
        (line("500", "3.45", "17.25", price_base_quantity=D(100)), "holds"),
        (line("10", "5.00", "45.00", allowances=(Charge(amount=D("5.00")),)), "holds"),
        (line("1000", "0.12", "123.40"), "near"),
        (line("20", "2.77", "55.46"), "near"),
        (line("5", "20.00", "90.00"), "less"),
        (line("10000", "0.052", "52.00"), "tens"),
        (line("3", "1.50", "5.40"), "breaks"),
        (line("3", "0", "5.40"), "breaks"),
        (line("3", None, "4.50"), "pair"),
        (line(None, None, "4.50"), "single"),
        (Line(description="words"), "none"),
    ],
)
def test_what_arithmetic_says_of_a_line(found, sign):
    assert calibration.arithmetic(found) == sign


def value(score, method=Method.PDF):
    return Evidence(page=1, method=method, score=D(score))


BILL = Document(
    kind="invoice",
    lines=(line("3", "1.50", "4.50"), line("2", "4.00", "8.00")),
    totals=Totals(net=D("12.50"), tax=D("2.50"), gross=D("15.00")),
    evidence={
        "/number": value("0.7"),
        "/lines/0/quantity": value("0.9"),
        "/lines/1/description": value("0.8", Method.OCR),
        "/totals/net": value("0.9", Method.DERIVED),
        "/currency": Evidence(path="/a/b", method=Method.XML, score=D(1)),
    },
)


def filed(document):
    return {pointer: kind for pointer, _, kind in calibration.classes(document)}


def test_values_are_filed_under_source_field_and_signs():
    found = filed(BILL)

    assert found["/number"] == Class("pdf", "number", "agrees")
    assert found["/lines/0/quantity"] == Class("pdf", "lines/quantity", "holds agrees most")
    assert found["/lines/1/description"] == Class("ocr", "lines/description", "holds agrees most")
    assert found["/totals/net"] == Class("ocr", "totals/net", "adds agrees derived")
    assert "/currency" not in found


def test_sums_that_do_not_add_up_change_what_every_value_is_filed_under():
    found = filed(replace(BILL, totals=Totals(net=D("13.50"), tax=D("2.50"), gross=D("15.00"))))

    assert found["/number"].signs == "differs"
    assert found["/lines/0/quantity"].signs == "holds differs most"
    assert found["/totals/net"].signs == "breaks differs derived"


def test_a_line_without_a_price_is_whole_on_a_packing_slip_only():
    slip = replace(
        BILL, kind="packing_slip", lines=(line("3", None, None),), evidence={"/lines/0/quantity": value("1")}
    )

    assert filed(slip)["/lines/0/quantity"].signs == "count alone few"
    assert filed(replace(slip, kind="invoice"))["/lines/0/quantity"].signs == "single alone few"


def test_a_score_is_that_of_the_step_its_weight_stands_on():
    table = {Class("pdf", "number", "agrees"): Steps((0.0, 0.5, 0.8), (D("0.4"), D("0.9"), D("0.99")))}

    def scored(weight):
        document = replace(BILL, evidence={"/number": value(weight)})
        return calibration.scored(document, table).evidence["/number"].score

    assert [scored(weight) for weight in ("0.2", "0.5", "0.79", "0.8", "1")] == [
        D("0.4"),
        D("0.9"),
        D("0.9"),
        D("0.99"),
        D("0.99"),
    ]


def test_a_field_that_was_never_seen_takes_the_share_of_its_chapter():
    alike = {
        Class("pdf", "head", "agrees"): Steps((0.0,), (D("0.9"),)),
        Class("pdf", "head", ANY): Steps((0.0,), (D("0.8"),)),
    }

    assert calibration.scored(BILL, alike).evidence["/number"].score == D("0.9")
    alike.pop(Class("pdf", "head", "agrees"))
    assert calibration.scored(BILL, alike).evidence["/number"].score == D("0.8")


def test_without_a_table_and_for_xml_scores_stay():
    assert calibration.scored(BILL, {}) == BILL
    table = {Class("pdf", "head", ANY): Steps((0.0,), (D("0.8"),))}
    assert calibration.scored(BILL, table).evidence["/currency"].score == 1


def test_the_shipped_table_says_where_it_comes_from_and_never_falls():
    text = calibration.PATH.read_text(encoding="utf-8")
    held, table = json.loads(text), calibration.read(text)

    assert held["command"] == "python -m bench calibrate"
    assert held["made"]
    assert held["sources"]["pdf"]["values"] > 10_000
    assert held["sources"]["pdf"]["damaged"] > 100
    assert {
        Class(source, chapter, ANY) for source in held["sources"] for chapter in ("figures", "head", "sums")
    } <= table.keys()
    for steps in table.values():
        assert list(steps.score) == sorted(steps.score)
        assert list(steps.least) == sorted(steps.least)
        assert 0 < steps.score[0] <= steps.score[-1] < 1


def test_a_table_of_another_version_is_not_read():
    assert calibration.read(json.dumps({"version": 0, "groups": [{}]})) == {}


# ── on papers that no fit has seen ──────────────────────────────────────────────────────────────


def judged(papers):
    """The least score of each line's figures, and whether the line is right."""
    out = []
    for known in papers:
        document = paper.read(known.pages)
        right = _truth.lines_right(canonical.write(document), known.truth)
        for at, good in enumerate(right):
            scores = [
                document.evidence[pointer].score
                for name in _truth.FIGURES
                if (pointer := f"/lines/{at}/{name}") in document.evidence
            ]
            out.append((min(scores, default=D(0)), good))
    return out


def test_lines_that_are_surely_read_are_right_even_on_damaged_papers():
    papers = [*_known.printed(40, 77_000), *_known.letters(40, 77_000)]

    lines = judged([*papers, *_known.harmed(papers, 1)])

    sure = [good for score, good in lines if score >= D("0.99")]
    unsure = [good for score, good in lines if score < D("0.9")]
    assert len(sure) > 0.5 * len(lines)
    assert sum(sure) >= 0.985 * len(sure)
    assert sum(unsure) < 0.5 * len(unsure)


@pytest.mark.parametrize("kind", _damage.KINDS, ids=lambda kind: kind.__name__)
def test_no_damage_breaks_the_reader(kind):
    for seed, known in enumerate([*_known.printed(2, 78_000), *_known.letters(2, 78_000)]):
        kind(random.Random(seed), known.pages)
        document = paper.read(known.pages)

        assert all(0 < entry.score < 1 for entry in document.evidence.values())


# ── the fit ─────────────────────────────────────────────────────────────────────────────────────


def test_a_staircase_never_falls_and_follows_the_shares():
    low = [(0.2, f"kin {at % 9}", at % 2 == 0) for at in range(90)]
    dip = [(0.5, f"kin {at % 9}", at % 3 == 0) for at in range(90)]
    high = [(0.9, f"kin {at % 9}", True) for at in range(90)]

    steps = _fit.staircase([*low, *dip, *high], prior=0.5)

    assert list(steps.score) == sorted(steps.score)
    assert 0.35 < steps.at(0.3) < 0.55
    assert steps.at(0.95) > D("0.95")


def test_a_thousand_pages_of_one_layout_prove_less_than_fifty_of_many():
    alone = [(0.9, "one", True)] * 1000
    many = [(0.9, f"kin {at}", True) for at in range(50)]

    assert _fit.staircase(alone, prior=0.5).at(0.9) < _fit.staircase(many, prior=0.5).at(0.9)


def test_the_calibration_error_is_how_far_scores_lie_from_shares():
    found = _fit.Scored([(0.9, True)] * 7 + [(0.9, False)] * 3)

    assert found.error((0.0, 0.5)) == pytest.approx(0.2)
    assert found.brier() == pytest.approx(0.25)


def test_values_are_held_against_the_truth():
    truth = {
        "kind": "invoice",
        "number": "A-1",
        "totals": {"net": "10.00"},
        "absent": ["/due_date"],
        "lines": [{"description": "Bolt M8", "quantity": "2", "unit_price": "5", "net_amount": "10"}],
    }
    read = {
        "kind": "invoice",
        "number": "A 1",
        "due_date": "2026-01-01",
        "currency": "EUR",
        "totals": {"net": "11.00"},
        "lines": [
            {"description": "Carriage", "net_amount": "3.00"},
            {"description": "Bolt M8", "quantity": "2.0", "unit_price": "5.00", "net_amount": "10.00"},
        ],
    }

    found = _truth.verdicts(read, truth)

    assert found["/number"]
    assert not found["/totals/net"]
    assert not found["/due_date"]
    assert "/currency" not in found
    assert not found["/lines/0/net_amount"]
    assert found["/lines/1/quantity"]
    assert _truth.lines_right(read, truth) == [False, True]
