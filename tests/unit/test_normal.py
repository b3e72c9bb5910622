"""Names and numbers brought to one form."""

import pytest

from app.documents.normal import name_key, number_key, without_zeros


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Exemple Fournitures S.A.R.L.", "EXEMPLE FOURNITURES"), ("Nordwind Beispiel GmbH & Co. KG", "Nordwind Beispiel"),
        ("Fabrikam Example, Ltd.", "Fabrikam Example Limited"), ("Müßig Söhne AG", "MUSSIG SOHNE"),
    ],
)  # fmt: skip
def test_two_ways_to_write_a_name_are_one(one, other):
    assert name_key(one) == name_key(other)


def test_a_name_that_is_only_a_legal_form_stays():
    assert name_key("SA") == "sa"
    assert name_key("—") is None


@pytest.mark.parametrize(
    ("number", "key"), [("INV 2026/0417", "INV20260417"), ("inv-2026-0417.", "INV20260417"), ("—", None), (None, None)]
)
def test_a_number_is_its_letters_and_digits(number, key):
    assert number_key(number) == key


def test_zeros_that_lead_are_a_weaker_difference():
    assert without_zeros("PO000421") == "PO421"
    assert without_zeros("PO10") == "PO10"
    assert without_zeros("000") == "0"
