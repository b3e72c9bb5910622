"""The lexicon: the longest phrase wins, in any of its languages, without case and accents."""

import pytest

from app.reading import units
from app.reading.lexicon import lexicon, words


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Qty", "quantity"),
        ("Stückpreis", "unit_price"),
        ("P.U. HT", "unit_price"),
        ("Total HT", "amount"),
        ("Descripción", "description"),
        ("Importe", "amount"),
        ("Prezzo unitario", "unit_price"),
        ("Aantal", "quantity"),
        ("Cena netto", "unit_price"),
        ("Benämning", "description"),
        ("Best.-Pos.", "order_line"),
    ],
)
def test_the_head_of_a_column_is_known_in_many_languages(text, role):
    assert role in lexicon("columns").roles(words(text))


def test_the_longest_phrase_wins():
    matches = lexicon("columns").find(words("Unit price Amount excl. VAT"))

    assert [match.roles[0] for match in matches] == ["unit_price", "amount"]


def test_no_role_is_empty_and_every_phrase_has_words():
    for name in ("columns", "fields", "parties", "sums", "terms", "titles"):
        assert lexicon(name).find(words("zzz qqq")) == []


@pytest.mark.parametrize(
    ("text", "code"), [("Stk.", "H87"), ("kg", "KGM"), ("Std", "HUR"), ("uds", "C62"), ("PCE", "H87"), ("abcd", None)]
)
def test_printed_units_have_their_code(text, code):
    assert units.code_of(text) == code
