"""The policy: whole metrics replaced, the rest kept, the most specific override first."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import MalformedError
from app.linking.conventions import PriceBasis, ReceiptProof
from app.matching.policy import METRICS, Policy
from tests.notation import Case, _row

DEFAULT = Path(__file__).parent.parent.parent / "policies" / "default.toml"


def judged(rows, **policy):
    case = Case("x", policy=policy)
    for row in rows:
        _row(case, [cell.strip() for cell in row.split("|")])
    return case.judged()


PURCHASE = ["order | 1 | Bolt | 10 @ 1.00 | item: B-1 | match_way: 2", "invoice | 1 | Bolt | 10 @ 1.03 | item: B-1"]


def test_a_given_metric_is_replaced_whole_and_the_others_keep_their_defaults():
    policy = Policy.parse({"price": {"up_pct": "2"}})

    assert policy.tolerances["price"].up_pct == Decimal(2)
    assert policy.tolerances["price"].up_abs is None
    assert policy.tolerances["quantity"] == METRICS["quantity"]


def test_the_value_of_a_quantity_decides_alone_where_only_it_is_given():
    alone = Policy.parse({"quantity_value": {"up_abs": "300"}})
    both = Policy.parse({"quantity_value": {"up_abs": "300"}, "quantity": {"up_abs": "0"}})

    assert not alone.tolerances["quantity"].is_checked
    assert both.tolerances["quantity"].is_checked


def test_a_total_decides_alone_where_only_it_is_given():
    alone = Policy.parse({"line_total": {"up_pct": "10"}})
    both = Policy.parse({"line_total": {"up_pct": "10"}, "price": {"up_pct": "1"}})

    assert not alone.tolerances["price"].is_checked
    assert both.tolerances["price"].is_checked


def test_the_shipped_policy_is_the_default():
    assert _plain(Policy.load(DEFAULT)) == _plain(Policy())
    assert {limit.source for limit in Policy.load(DEFAULT).tolerances.values()} == {"default"}


def _plain(policy):
    return {
        name: getattr(policy, name) for name in Policy.__dataclass_fields__ if name not in {"tolerances", "overrides"}
    } | {
        name: (limit.up_pct, limit.up_abs, limit.lo_pct, limit.lo_abs, limit.combine)
        for name, limit in policy.tolerances.items()
    }


def test_the_most_specific_override_holds_and_says_so():
    overrides = [
        {"supplier": "Nordwind Components GmbH", "price": {"up_pct": "1"}},
        {"supplier": "Nordwind Components", "item": "b1", "price": {"up_pct": "2"}},
        {"supplier": "Somebody Else Ltd", "price": {"up_pct": "50"}},
        {"order_line": "PO-1/1", "quantity": {"up_pct": "50"}},
    ]

    [finding] = judged(PURCHASE, overrides=overrides).findings

    assert finding.code == "PRICE_OVER_PO"
    assert finding.condition.limit == {
        "metric": "price",
        "up_pct": "2",
        "combine": "any",
        "source": "supplier and item",
    }
    [passed] = judged(PURCHASE, overrides=[*overrides, {"order_line": "PO-1/1", "price": {"up_pct": "3"}}]).findings
    assert passed.code == "SMALL_DIFF_CLEARED"
    assert passed.condition.limit["source"] == "order line"


def test_other_settings_are_read():
    policy = Policy.parse(
        {
            "price_basis": "item",
            "receipt_proof": "receipt",
            "match_way": 2,
            "effective_from": "2026-03-01",
            "version": "7",
            "least_score": "0.9",
            "base_factors": [10, 1000],
            "entities": ["Beispiel Maschinenbau AG"],
            "po_total": None,
        }
    )

    assert policy.price_basis is PriceBasis.ITEM
    assert policy.receipt_proof is ReceiptProof.RECEIPT
    assert policy.conventions.match_way == 2
    assert policy.base_factors == (10, 1000)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"prices": {}}, "/policy/prices"),
        ({"price": {"up_pct": 2}}, "/policy/price/up_pct"),
        ({"price_basis": "gross"}, "/policy/price_basis"),
        ({"match_way": "3"}, "/policy/match_way"),
        ({"order_required": 1}, "/policy/order_required"),
        ({"overrides": [{"price": {}}]}, "/policy/overrides/0"),
        ({"overrides": [{"colour": "red"}]}, "/policy/overrides/0/colour"),
        ({"overrides": {}}, "/policy/overrides"),
        ({"base_factors": ["x"]}, "/policy/base_factors/0"),
        ({"effective_from": "soon"}, "/policy/effective_from"),
        ([], "/policy"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_place(given, pointer):
    with pytest.raises(MalformedError) as refused:
        Policy.parse(given, "/policy")

    assert refused.value.pointer == pointer


def test_the_version_in_force_on_a_day_is_taken(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[policy]]\nversion = "1"\neffective_from = 2025-01-01\n'
        '[[policy]]\nversion = "2"\neffective_from = 2026-01-01\nprice = { up_pct = "2" }\n'
    )
    assert Policy.load(path, on=date(2025, 6, 1)).version == "1"
    assert Policy.load(path).version == "2"
    with pytest.raises(MalformedError):
        Policy.load(path, on=date(2024, 6, 1))
