"""Only the root of several findings asks for work; all are kept."""

from tests.notation import Case, _row


def findings(*rows, **policy):
    case = Case("x", policy=policy)
    for row in rows:
        _row(case, [cell.strip() for cell in row.split("|")])
    return {finding.code: finding.suppressed_by for finding in case.judged().findings}


def test_a_missing_receipt_explains_that_more_is_billed_than_received():
    found = findings("order | 1 | Bolt | 10 @ 1.00", "invoice | 1 | Bolt | 10 @ 1.00")

    assert found == {"QTY_OVER_RECEIVED": "RECEIPT_MISSING", "RECEIPT_MISSING": None}


def test_an_unknown_order_explains_that_no_line_is_on_it():
    found = findings(
        "order | 1 | Bolt | 10 @ 1.00", "invoice | head | purchase_order: PO-9", "invoice | 1 | Bolt | 1 @ 1"
    )

    assert found["PO_NOT_FOUND"] is None
    assert found["LINE_NOT_ON_PO"] == "PO_NOT_FOUND"


def test_another_sellers_order_is_not_compared():
    found = findings(
        "order | 1 | Bolt | 10 @ 1.00 | match_way: 2",
        "invoice | head | supplier: Westfeld Trading SARL",
        "invoice | 1 | Bolt | 12 @ 2.00",
    )

    assert found["SUPPLIER_MISMATCH"] is None
    assert {code for code, cause in found.items() if cause is None} == {"SUPPLIER_MISMATCH"}
    assert {"PRICE_OVER_PO", "QTY_OVER_ORDERED"} <= set(found)


def test_quantity_and_price_never_explain_each_other():
    found = findings("order | 1 | Bolt | 10 @ 1.00 | match_way: 2", "invoice | 1 | Bolt | 12 @ 2.00")

    assert found["PRICE_OVER_PO"] is None
    assert found["QTY_OVER_ORDERED"] is None


def test_a_wrong_line_explains_totals_that_differ_by_just_that_much():
    same = findings(
        "order | 1 | Bolt | 2 @ 5.00 | match_way: 2",
        "invoice | head | lines: 10.00 | net: 10.00 | gross: 10.00",
        "invoice | 1 | Bolt | 2 @ 5.00 = 9.00",
    )
    other = findings(
        "order | 1 | Bolt | 2 @ 5.00 | match_way: 2",
        "invoice | head | gross: 9.50",
        "invoice | 1 | Bolt | 2 @ 5.00 = 11.00",
    )

    assert same["ARITH_LINE"] is None
    assert other["ARITH_TOTALS"] is None


def test_a_bill_sent_again_is_not_counted_twice():
    found = findings(
        "order | 1 | Bolt | 10 @ 1.00 | match_way: 2",
        "invoice A1 | 1 | Bolt | 10 @ 1.00",
        "invoice A-1 | 1 | Bolt | 10 @ 1.00",
    )

    assert found == {"DUP_EXACT": None, "QTY_OVER_ORDERED": "DUP_EXACT"}


def test_a_missing_field_explains_rules_that_need_it():
    found = findings("order | 1 | Bolt | 10 @ 1.00 | match_way: 2", "invoice | 1 | Bolt | 10 = 10.00")

    assert found == {"DOC_FIELD_MISSING": None}
