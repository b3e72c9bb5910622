"""Data files with random damage: each gets a verdict, and what is read survives the way out of the sandbox."""

import json
import random

import pytest

from app.reading import read_bytes
from app.reading.reading import Reading, Verdict
from tests.documents import test_edi, test_einvoice, test_einvoice_fatturapa, test_mail, test_tables

ROWS = [["Invoice number", "Description", "Qty", "Unit price"], ["R-1", "Bolt", 1, 2.0]]
SEEDS = {
    "ubl": test_einvoice.INVOICE,
    "fatturapa": test_einvoice_fatturapa.fattura(test_einvoice_fatturapa.BODY.format(type="TD01", number="1")),
    "x12": test_edi.INVOICE,
    "edifact": test_edi.edifact("INVOIC", test_edi.EDIFACT_INVOICE),
    "csv": test_mail.CSV,
    "xlsx": test_tables.workbook(("Sheet", ROWS)),
    "mail": test_mail.letter(("a.csv", test_mail.CSV), ("b.xml", test_einvoice.INVOICE)).as_bytes(),
    "zip": test_mail.packed(("a.csv", test_mail.CSV), ("b.xml", test_einvoice.INVOICE)),
}
PIECES = (b"<", b">", b"&#0;", b"'", b"+", b"*", b"~", b'"', b"\x00", b"9" * 40, b"-1e9", b"NaN", b";", b"-", b"1")


def damaged(data, chance):
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(out))
        match chance.randrange(5):
            case 0:
                out[place] = chance.randrange(256)
            case 1:
                del out[place : place + chance.randrange(1, 60)]
            case 2:
                out[place:place] = out[: chance.randrange(1, 80)]
            case 3:
                out[place:place] = chance.choice(PIECES)
            case _:
                del out[max(place, 1) :]
        if not out:
            break
    return bytes(out)


@pytest.mark.parametrize("name", SEEDS)
def test_damage_is_answered_and_never_breaks_the_reader(name):
    chance = random.Random(name)
    for _ in range(120):
        reading = read_bytes(damaged(SEEDS[name], chance))

        assert reading.verdict is not Verdict.CRASH
        assert bool(reading.documents) == (reading.verdict is Verdict.OK)
        assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading
