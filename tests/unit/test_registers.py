"""Registers: facts from outside the papers, strict in, found by key, and never silently missing."""

from datetime import date
from decimal import Decimal

import pytest

from app.documents import canonical
from app.errors import MalformedListError
from app.registers import NOTHING, REGISTERS, Facts
from app.registers.entries.employees import Employee
from app.registers.entries.exchange_rates import ExchangeRate
from app.registers.entries.vendors import Vendor, VendorStatus


def accounts(vendor):
    return vendor.ibans


class TestFacts:
    def test_a_register_that_was_never_imported_is_not_an_empty_one(self):
        assert not NOTHING.on_file("employees")
        assert NOTHING.sheet(Employee).entries == ()
        assert Facts.of(on_file=["employees"]).on_file("employees")
        assert Facts.read({"employees": []}).on_file("employees")

    def test_entries_are_found_by_what_they_hold(self):
        one = Vendor(id="7", name="Nordwind Components GmbH", ibans=("DE02120300000000202051", "AT611904300234573201"))
        other = Vendor(id="8", name="Beispiel Handel KG", ibans=("DE02120300000000202051",))
        sheet = Facts.of(one, other).sheet(Vendor)

        assert sheet.where(accounts, "AT611904300234573201") == [one]
        assert sheet.where(accounts, "DE02120300000000202051") == [one, other]
        assert sheet.where(accounts, "DE00") == ()
        assert sheet.where(accounts, None) == ()

    def test_what_is_read_is_exact_and_typed(self):
        rates = Facts.read({"exchange_rates": [{"currency": "USD", "base": "EUR", "day": "2026-03-01", "rate": "0.9"}]})

        assert rates.sheet(ExchangeRate).entries == (
            ExchangeRate(currency="USD", base="EUR", day=date(2026, 3, 1), rate=Decimal("0.9")),
        )

    def test_every_wrong_place_is_named(self):
        with pytest.raises(MalformedListError) as raised:
            Facts.read(
                {
                    "vendors": [{"id": "7"}, {"id": "8", "name": "Y", "status": "gone"}],
                    "exchange_rates": [{"currency": "USD", "base": "EUR", "day": "2026-03-01", "rate": 0.9}],
                    "weather": [],
                },
                "/registers",
            )

        assert [error.pointer for error in raised.value.errors] == [
            "/registers/vendors/0/name",
            "/registers/vendors/1/status",
            "/registers/exchange_rates/0/rate",
            "/registers/weather",
        ]

    def test_the_digest_changes_with_the_entries_and_with_nothing_else(self):
        one = Vendor(id="7", name="Nordwind Components GmbH")

        assert Facts.of(one).digests() == Facts.of(Vendor(id="7", name="Nordwind Components GmbH")).digests()
        assert Facts.of(one).digests() != Facts.of(Vendor(id="7", name="Nordwind")).digests()
        assert Facts.of(one).digests() != Facts.of(one, on_file=["employees"]).digests()


@pytest.mark.parametrize("code", list(REGISTERS))
def test_a_register_says_what_it_is(code):
    register = REGISTERS[code]

    assert register.code == code
    assert register.title[0].islower()
    assert register.holds.endswith(".")


def test_an_entry_comes_back_as_it_was_written():
    vendor = Vendor(
        id="7",
        name="Nordwind Components GmbH",
        ibans=("DE02120300000000202051",),
        status=VendorStatus.ON_HOLD,
        bank_changed_on=date(2026, 3, 1),
        commission=False,
    )

    assert canonical.read_as(Vendor, canonical.write_as(vendor)) == vendor
    assert REGISTERS["vendors"].key(vendor) == "7"
