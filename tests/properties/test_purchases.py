"""Clean purchases are paid as they are; one fault is named, and nothing that it does not entail.

The long form is `python -m bench standard`.
"""

import pytest

from bench.purchases.clean import clean
from bench.purchases.faults import FAULTS
from bench.standard import found_of, is_right, wrong_of

SETS, EACH = 120, 3


@pytest.mark.parametrize("first", range(0, SETS, 20))
def test_clean_purchases_are_paid(first):
    assert [wrong_of(seed) for seed in range(first, first + 20) if wrong_of(seed)] == []


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_is_named(name):
    fault, tried = FAULTS[name], 0
    for seed in range(5000, 5200):
        found = found_of(fault, seed)
        if found is not None:
            tried += 1
            assert is_right(fault, found), (seed, sorted(found))
        if tried == EACH:
            break
    assert tried == EACH


def test_a_purchase_follows_from_its_seed():
    assert clean(7).papers == clean(7).papers
    assert clean(7).papers != clean(8).papers
