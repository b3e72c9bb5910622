"""Cures: every rule says what would put its finding right."""

import pytest

from app.matching.cure import Cure
from app.matching.engine import RULES
from app.matching.rule import Severity


def test_every_cure_has_words():
    assert all(cure.words for cure in Cure)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_what_asks_for_work_has_a_cure(rule):
    rejected = rule.code in {"DUP_EXACT", "SANCTIONS_HIT"}
    assert rule.cure is not Cure.NOTHING or rule.severity is not Severity.HOLD or rejected


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        ("RECEIPT_MISSING", Cure.RECEIPT),
        ("PRICE_OVER_PO", Cure.CREDIT_NOTE),
        ("QTY_OVER_ORDERED", Cure.ORDER_CHANGE),
        ("LIC_MISSING", Cure.LICENSE_RECEIPT),
        ("ARITH_LINE", Cure.CORRECTED_INVOICE),
        ("QUOTE_MISSING_EXPIRED", Cure.QUOTE),
        ("DUP_NUMBER_SIMILAR", Cure.SUPPLIER_QUERY),
        ("SOD_CONFLICT", Cure.APPROVAL),
    ],
)
def test_the_usual_ones(code, cure):
    assert RULES[code].cure is cure
