"""Tables that become entries of a register: headings in several languages, habits of writing, rows that cannot be."""

import pytest

from app.reading.lexicon import lexicon
from app.reading.tables.imports import Imported, read_register
from app.registers import REGISTERS


def read(code, *rows, **fill):
    return read_register("\n".join(rows).encode(), code, fill)


def fields(imported):
    return [column.field for column in imported.columns]


@pytest.mark.parametrize(
    "heads",
    [
        "id;name;vat_id;ibans;status",
        "Vendor number;Vendor name;VAT registration no.;Bank account;Vendor status",
        "Kreditorennr.;Name 1;USt-IdNr.;IBAN;Status",
        "N° fournisseur;Raison sociale;N° TVA;Compte bancaire;Statut",
        "Número de proveedor;Razón social;NIF-IVA;Cuenta bancaria;Estado",
        "Codice fornitore;Ragione sociale;Partita IVA;IBAN;Stato",
        "Leveranciersnummer;Naam;Btw-nummer;Rekeningnummer;Status",
    ],
)
def test_headings_of_many_languages(heads):
    found = read("vendors", heads, "70012;Nordwind Beispiel GmbH;DE123456788;DE02120300000000202051;")

    assert fields(found) == ["id", "name", "vat_id", "ibans", "status"]
    (entry,) = found.entries.values()
    assert entry["ibans"] == ["DE02120300000000202051"]
    assert entry["status"] == "active"


@pytest.mark.parametrize(
    ("code", "heads", "row", "entry"),
    [
        (
            "employees",
            "Personalnummer;Vorname;Nachname;PLZ;Steuer-ID;IBAN",
            "E-1;Kim;Beispiel;04109;12345;DE02120300000000202051",
            {"id": "E-1", "name": "Kim Beispiel", "postcode": "04109", "tax_id": "12345"},
        ),
        (
            "sanctions",
            "Name;List;Listed on;Aliases",
            "Muster Trading Ltd;EU;30.10.2025;Muster Co | M. Trading",
            {"name": "Muster Trading Ltd", "list": "EU", "listed_on": "2025-10-30", "aliases": ["Muster Co", "M. Trading"]},
        ),
        (
            "installations",
            "Logiciel;Éditeur;Métrique;Nombre d'installations;Appareil",
            "DraftWorks CAD;Fabrikam;device;1 234;PC-7",
            {"product": "DraftWorks CAD", "publisher": "Fabrikam", "quantity": "1234", "device": "PC-7"},
        ),
        (
            "exchange_rates",
            "Kursdatum;Von;Nach;Kurs",
            "30.10.2026;USD;EUR;0,9213",
            {"currency": "USD", "base": "EUR", "day": "2026-10-30", "rate": "0.9213"},
        ),
        (
            "work_items",
            "Ticket;Type;Vendor;Approved by;Closed",
            "IT-7;Incident;Nordwind;user-3;2026-10-30",
            {"number": "IT-7", "kind": "ticket", "vendor": "Nordwind", "approved_by": "user-3", "closed_on": "2026-10-30"},
        ),
        (
            "measurements",
            "Vertrag;Kennzahl;Beginn;Ende;Messwert",
            "V-1;Verfügbarkeit;01.10.2026;31.10.2026;99,2 %",
            {"contract": "V-1", "objective": "Verfügbarkeit", "measured": "99.2", "end": "2026-10-31"},
        ),
    ],
)  # fmt: skip
def test_each_register(code, heads, row, entry):
    found = read(code, heads, row)

    assert found.refused == ()
    (told,) = found.entries.values()
    assert told | entry == told


def test_a_row_that_cannot_be_taken_is_told_and_nothing_is_lost():
    rows = (
        "Number;Name;Status;Remark",
        "1;Eins;blocked;keep",
        "2;;;x",
        "3;Drei;who knows;y",
        "1;Anders;blocked;z",
        ";;;",
    )
    found = read("vendors", *rows)

    assert [entry["id"] for entry in found.entries.values()] == ["1"]
    assert [row.row for row in found.refused] == [3, 4, 5]
    assert found.refused_csv().splitlines()[0] == "#row;#reason;Number;Name;Status;Remark"
    assert found.refused_csv().splitlines()[2].endswith("3;Drei;who knows;y")
    again = read_register(found.refused_csv().encode(), "vendors", {})
    assert [row.cells[2:] for row in again.refused] == [row.cells for row in found.refused[:2]]


def test_an_account_a_row_makes_one_supplier_with_several():
    found = read("vendors", "Number;Name;IBAN", "1;Eins;GB33BUKB20201555555555", "1;Eins;FR1420041010050500013M02606")

    (entry,) = found.entries.values()
    assert len(entry["ibans"]) == 2


def test_dates_and_numbers_by_the_habit_of_the_file():
    american = read("exchange_rates", "Date,From,To,Rate", "10/30/2026,USD,EUR,1.234", "01/02/2026,GBP,EUR,1.0845")
    unclear = read("exchange_rates", "Date;From;To;Rate", "01/02/2026;USD;EUR;0,5", "2026-02-03;GBP;EUR;1.234")

    assert [entry["day"] for entry in american.entries.values()] == ["2026-10-30", "2026-01-02"]
    assert [entry["rate"] for entry in american.entries.values()] == ["1.234", "1.0845"]
    assert unclear.refused[0].reason == "day: 01/02/2026 is 2026-02-01 or 2026-01-02; write it as in 2026-10-30"


def test_one_value_for_all_rows():
    assert "fill" in read("sanctions", "Name;Aliases", "Muster;M").reason
    assert [e["list"] for e in read("sanctions", "Name;Aliases", "Muster;M", list="EU").entries.values()] == ["EU"]


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"one line of text", b"a;b\n1;2\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0Workbook"]
)
def test_what_is_no_such_table_says_why(data):
    found = read_register(data, "vendors", {})

    assert found.reason
    assert found.entries == {}


def test_the_answer_of_the_child_is_the_same_after_its_way():
    found = read("vendors", "Number;Name", "1;Eins", "2;")

    assert Imported.from_bytes(found.to_bytes()) == found
    with pytest.raises(ValueError, match="reason"):
        Imported.from_bytes(b"{}")


def test_every_phrase_is_of_a_field():
    known = {name for register in REGISTERS.values() for name in register.entry.__dataclass_fields__}

    assert {role for roles in lexicon("registers")._roles.values() for role in roles} <= known | {
        "given_name",
        "family_name",
    }
