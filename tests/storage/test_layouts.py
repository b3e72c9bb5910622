"""Remembered layouts and earlier contents come back as they were, on both databases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.storage import documents, layouts, versions
from app.storage.layouts import MOST_LOST
from tests.conftest import NOW
from tests.storage.test_storage import INVOICE, put

BODY = {"memory": "?", "version": 0, "columns": [{"role": "quantity", "x0": 12.5}]}
KEYS = {("vat", "DE123456789"), ("name", "nordwind beispiel")}


def learn(session, document, identifier="lay_1", keys=KEYS, body=BODY, at=NOW, tenant="default"):
    return layouts.learn(
        session, tenant=tenant, identifier=identifier, fingerprint="f" * 64, body=body, document=document,
        supplier="Nordwind Beispiel GmbH", keys=keys, by="auditor:tests", at=at,
    )  # fmt: skip


def found(database, keys=KEYS, tenant="default"):
    with database.read() as session:
        return layouts.of_supplier(session, tenant=tenant, keys=keys)


@pytest.fixture
def document(database):
    with database.begin() as session:
        return put(session)


class TestLayouts:
    def test_one_is_found_by_any_key_of_its_supplier(self, database, document):
        with database.begin() as session:
            learn(session, document)

        for keys in ({("vat", "DE123456789")}, {("name", "nordwind beispiel"), ("iban", "DE02")}):
            [known] = found(database, keys)
            assert (known.id, known.version, known.document, known.learned_by) == (
                "lay_1",
                1,
                document,
                "auditor:tests",
            )
            assert known.body == BODY | {"memory": "lay_1", "version": 1}
        assert found(database, {("vat", "DE999999999")}) == []
        assert found(database, set()) == []

    def test_another_tenant_finds_nothing(self, database, document):
        with database.begin() as session:
            learn(session, document)

        assert found(database, tenant="other") == []

    def test_a_further_lesson_is_a_new_version_and_the_old_one_stays(self, database, document):
        with database.begin() as session:
            learn(session, document)
        with database.begin() as session:
            learn(session, document, body={"columns": []}, keys={*KEYS, ("iban", "DE02")}, at=NOW + timedelta(days=1))

        [known] = found(database, {("iban", "DE02")})
        assert (known.version, known.body["columns"]) == (2, [])
        with database.read() as session:
            kept = layouts.versions(session, tenant="default", identifier="lay_1")
        assert [(entry.version, len(entry.body["columns"])) for entry in kept] == [(1, 1), (2, 0)]

    def test_the_newest_layout_of_a_supplier_comes_first(self, database, document):
        with database.begin() as session:
            learn(session, document, "lay_1")
            learn(session, document, "lay_2", at=NOW + timedelta(hours=1))

        assert [known.id for known in found(database)] == ["lay_2", "lay_1"]

    def test_one_that_loses_again_and_again_is_retired_once(self, database, document):
        with database.begin() as session:
            learn(session, document)
        told = {"tenant": "default", "identifier": "lay_1", "version": 1, "lost": True, "at": NOW}
        with database.begin() as session:
            retired = [layouts.count(session, **told) for _ in range(MOST_LOST + 1)]

        assert retired == [*[False] * (MOST_LOST - 1), True, False]
        assert found(database) == []

    def test_a_reading_that_it_won_forgives_those_that_it_lost(self, database, document):
        with database.begin() as session:
            learn(session, document)
        told = {"tenant": "default", "identifier": "lay_1", "version": 1, "at": NOW}
        with database.begin() as session:
            for lost in (*[True] * (MOST_LOST - 1), False, *[True] * (MOST_LOST - 1)):
                assert not layouts.count(session, lost=lost, **told)

        [known] = found(database)
        assert (known.used, known.lost_in_a_row, known.retired_at) == (1, MOST_LOST - 1, None)

    def test_a_new_lesson_brings_a_retired_one_back(self, database, document):
        with database.begin() as session:
            learn(session, document)
            for _ in range(MOST_LOST):
                layouts.count(session, tenant="default", identifier="lay_1", version=1, lost=True, at=NOW)
            learn(session, document)

        assert [(known.id, known.version, known.lost_in_a_row) for known in found(database)] == [("lay_1", 2, 0)]

    def test_the_keys_are_the_suppliers(self):
        assert layouts.keys_of(INVOICE) == KEYS


class TestVersions:
    def test_the_content_before_a_correction_stays(self, database, document):
        right = replace(INVOICE, number="NW-2026/0471")
        told = [{"pointer": "/number", "was": INVOICE.number, "value": right.number}]
        with database.begin() as session:
            record = documents.get(session, tenant="default", identifier=document)
            versions.keep(session, record, tenant="default", corrections=told, by="auditor:tests", at=NOW)
            documents.set_read(session, tenant="default", identifier=document, document=right, pages=[], at=NOW)

        with database.read() as session:
            record = documents.get(session, tenant="default", identifier=document)
            [kept] = versions.earlier(session, tenant="default", document=document)
            assert versions.earlier(session, tenant="other", document=document) == []
        assert (record.version, record.document) == (2, right)
        assert (kept.version, kept.document, kept.corrections) == (1, INVOICE, told)
        assert (kept.body_sha256, kept.corrected_by, kept.corrected_at) == (
            documents.digest(INVOICE),
            "auditor:tests",
            NOW,
        )
        assert kept.document.lines[0].unit_price == Decimal("0.1184")
