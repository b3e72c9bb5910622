"""The canonical document: strict in, exact out, the same there and back."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents import canonical
from app.documents.document import Document
from app.documents.kinds import KINDS
from app.documents.license_keys import is_sealed, seal, sealed, shown
from app.errors import MalformedListError

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1), max_value=datetime(2999, 1, 1))  # noqa: DTZ001 (hypothesis adds the zone)


def documents():
    """Any document that the types allow."""
    from app.documents import document as nouns
    from app.documents.evidence import Evidence

    st.register_type_strategy(Decimal, DECIMALS)
    st.register_type_strategy(str, TEXTS)
    st.register_type_strategy(datetime, MOMENTS)
    st.register_type_strategy(date, st.dates())
    st.register_type_strategy(int, st.integers(0, 10**6))
    lines = st.builds(
        nouns.Line,
        unit=st.sampled_from([None, "C62", "KGM", "XBX"]),
        price_base_quantity=st.none() | st.decimals(1, 1000, places=2),
        match_way=st.sampled_from([None, 2, 3, 4]),
        second_quantity=st.none(),
    )
    return st.builds(
        Document,
        kind=st.sampled_from(list(KINDS)),
        currency=st.sampled_from([None, "EUR", "JPY"]),
        lines=st.lists(lines, max_size=3).map(tuple),
        evidence=st.dictionaries(TEXTS, st.builds(Evidence), max_size=2),
    )


@given(documents())
def test_there_and_back_is_the_same_document(document):
    text = json.dumps(canonical.write(document))

    assert canonical.read(json.loads(text)) == document


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | TEXTS, lambda s: st.lists(s) | st.dictionaries(TEXTS, s))
)
def test_anything_else_is_refused_with_places(value):
    with pytest.raises(MalformedListError) as caught:
        canonical.read(value)

    assert all(error.detail for error in caught.value.errors)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lines": [{"quantity": 5}]}, "/lines/0/quantity"),
        ({"lines": [{"unit_price": 0.1}]}, "/lines/0/unit_price"),
        ({"totals": {"gross": "1,000.00"}}, "/totals/gross"),
        ({"issue_date": "30.10.2026"}, "/issue_date"),
        ({"kind": "poem"}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"currency": "EURO"}, "/currency"),
        ({"lines": [{"unit": "pcs"}]}, "/lines/0/unit"),
        ({"lines": [{"price_base_quantity": "0"}]}, "/lines/0/price_base_quantity"),
        ({"lines": [{"match_way": 5}]}, "/lines/0/match_way"),
        ({"lines": {}}, "/lines"),
        ({"supplier": {"vat": "x"}}, "/supplier/vat"),
        ({"colour": None}, "/colour"),
        ({"posting": "maybe"}, "/posting"),
        ({"final": "yes"}, "/final"),
        ({"charges": [{"code": "FC"}]}, "/charges/0/amount"),
        ({"received_at": "noon"}, "/received_at"),
        ({"number": "a\x00b"}, "/number"),
    ],
)
def test_the_place_that_is_wrong_is_named(change, pointer):
    with pytest.raises(MalformedListError) as caught:
        canonical.read({"kind": "invoice"} | change)

    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_any_listed_field_may_be_null_on_any_kind():
    empty = dict.fromkeys(canonical.write(Document(kind="quote")))

    for kind in KINDS:
        assert canonical.read(empty | {"kind": kind}) == Document(kind=kind)


def test_the_schema_says_what_the_reader_takes():
    schema = canonical.schema()

    assert schema["required"] == ["kind"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["kind"]["enum"] == list(KINDS)


class TestLicenseKeys:
    def test_the_same_key_written_otherwise_is_the_same_seal(self):
        assert seal("ab12-cd34 ef56", b"salt") == seal("AB12CD34EF56", b"salt")
        assert seal("AB12CD34EF56", b"salt") != seal("AB12CD34EF56", b"other")

    def test_only_the_tail_is_shown(self):
        found = seal("AB12-CD34-EF56", b"salt")

        assert is_sealed(found)
        assert shown(found) == "…EF56"
        assert seal(found, b"salt") == found
        assert shown(seal("A1", b"salt")) == "…"

    def test_a_document_keeps_no_key_in_clear(self):
        document = canonical.read(
            {
                "kind": "license_receipt",
                "lines": [{"description": "Draw, key AB12-CD34-EF56", "license": {"keys": ["AB12-CD34-EF56"]}}],
                "evidence": {"/lines/0/license/keys/0": {"method": "pdf", "score": "1", "text": "AB12-CD34-EF56"}},
            }
        )

        kept = json.dumps(canonical.write(sealed(document, b"salt")))

        assert "AB12-CD34-EF56" not in kept
        assert "sealed:" in kept
