"""A policy as JSON gives the very same policy again."""

import json

import pytest

from app.compose import policy_of
from app.matching.policy import Policy
from app.matching.policy_json import restored, source_of, stored, told

GIVEN = {
    "defaults": {},
    "all kinds of settings": {
        "version": "x", "effective_from": "2027-01-01", "price_basis": "item",
        "quotes_above": "1000.00", "base_factors": [10, 12], "entities": ["Example Werke GmbH"], "pool_cap": "5.50",
        "home_currency": "EUR", "pattern_least": None, "order_required": False,
    },
    "tolerances": {
        "price": {"up_pct": "2", "up_abs": "50.00", "combine": "all"}, "fx": {"up_abs": "0"}, "tax": None,
        "arithmetic": None, "quote": {},
    },
    "one that decides alone": {"quantity_value": {"up_abs": "10"}, "line_total": {"lo_pct": "1.50"}},
    "overrides": {
        "overrides": [
            {"supplier": "DE123456788", "item": "B-840", "price": {"up_pct": "5"}},
            {"category": "bolts", "quantity": None, "charges": {"lo_abs": "1", "combine": "all"}},
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize("source", ["policy", "default"])
def test_it_is_the_same_to_the_letter(given, source):
    policy = Policy.parse(given, source=source)

    again = restored(json.loads(json.dumps(stored(policy))))

    assert again == policy
    assert repr(again) == repr(policy)
    assert stored(again) == stored(policy)


def test_the_policy_of_the_file_too():
    policy = policy_of(None)

    assert repr(restored(stored(policy))) == repr(policy)
    assert (source_of(policy), told(policy)["version"]) == ("default", policy.version)
