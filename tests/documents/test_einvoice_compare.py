"""XML against page, field by field: each material difference is told, and nothing where both say the same."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from app.documents import canonical
from app.documents.document import Line
from app.documents.normal import number_key
from app.reading import read_bytes
from app.reading.einvoice import compare, hybrid
from app.reading.formats import einvoice
from tests.documents.test_einvoice_hybrid import SHARED, with_xml

D = Decimal
SAMPLES = Path(__file__).parent.parent.parent / "sample_docs"
HYBRIDS = [SAMPLES / "10-elektro" / name for name in ("rechnung-90041377.pdf", "rechnung-90041402.pdf")]
HYBRIDS += sorted(SHARED.glob("*.pdf")) if SHARED.is_dir() else []
MATERIAL = (
    "/number", "/issue_date", "/due_date", "/currency", "/supplier/vat_id", "/supplier/iban", "/references/purchase_order",
    "/totals/net", "/totals/tax", "/totals/gross", "/totals/due",
    "/lines/0/quantity", "/lines/0/unit_price", "/lines/0/net_amount",
)  # fmt: skip


def otherwise(pointer, text):
    if pointer == "/currency":
        return "USD"
    if "date" in pointer:
        return str(int(text) + 1)
    if pointer.startswith(("/totals", "/lines")):
        return format(D(text) + 1, "f")
    return text[:-2] + ("37" if text[-2:] != "37" else "48")


def says(page, pointer, document):
    """Whether the page was read to the last letter, not only to the beginning of a number."""
    ours, theirs = compare.value_at(document, pointer), compare.value_at(page, pointer)
    return compare.same(ours, theirs) and (not isinstance(ours, str) or number_key(ours) == number_key(theirs))


@pytest.mark.parametrize("path", HYBRIDS, ids=lambda path: path.name)
def test_each_material_difference_is_told(path):
    data = path.read_bytes()
    xml = hybrid.attachments(data)[0]
    (document,), _ = einvoice.documents_of(xml)
    page = hybrid.shown(data).document
    for pointer in MATERIAL:
        entry = document.evidence.get(pointer)
        if entry is None or entry.method != "xml" or not says(page, pointer, document):
            continue
        root = etree.fromstring(xml)
        spaces = {prefix: space for prefix, space in root.xpath("//namespace::*") if prefix}
        root.xpath(re.sub(r"^/[^/]+", "/*", entry.path), namespaces=spaces)[0].text = otherwise(pointer, entry.text)

        told = {found.pointer for found in read_bytes(with_xml(etree.tostring(root), data=data)).differences}

        assert pointer in told, pointer


class TestWhatVouchesForAPage:
    @pytest.fixture
    def shown(self):
        return hybrid.shown(HYBRIDS[0].read_bytes())

    @pytest.fixture
    def document(self):
        return canonical.read(json.loads(HYBRIDS[0].with_suffix(".json").read_text()))

    def told(self, document, shown, text=None):
        pairs = compare.pairs(document.lines, shown.document.lines)
        found = compare.differences(document, shown.document, pairs, shown.text if text is None else text)
        return [entry.pointer for entry in found]

    def changed(self, document, **fields):
        return replace(document, lines=(replace(document.lines[0], **fields), *document.lines[1:]))

    def test_nothing_where_both_say_the_same(self, document, shown):
        assert self.told(document, shown) == []

    def test_a_figure_that_is_printed_elsewhere_is_told_all_the_same(self, document, shown):
        other = self.changed(document, quantity=document.lines[0].quantity + 1)

        assert self.told(other, shown, f"{shown.text} {document.lines[0].quantity + 1}") == ["/lines/0/quantity"]

    def test_another_number_of_lines(self, document, shown):
        assert self.told(replace(document, lines=document.lines[:1]), shown) == ["/lines"]
        assert self.told(replace(document, lines=(*document.lines, Line())), shown) == ["/lines"]

    def test_a_price_printed_before_its_discount_is_none(self, document, shown):
        price = document.lines[0].unit_price
        other = self.changed(document, unit_price=price - D("0.01"), gross_price=price, price_discount=D("0.01"))

        assert self.told(other, shown) == []

    def test_a_price_printed_with_fewer_decimals_is_none(self, document, shown):
        price = shown.document.lines[0].unit_price
        fine = price + D(1).scaleb(price.as_tuple().exponent) / 4

        assert self.told(self.changed(document, unit_price=fine), shown) == []
        assert self.told(self.changed(document, unit_price=fine * 2), shown) == ["/lines/0/unit_price"]

    def test_a_page_with_the_sum_but_another_number(self, document, shown):
        blank = replace(shown, document=replace(shown.document, number=None))

        assert self.told(document, blank) == []
        assert self.told(replace(document, number="X-777777"), blank) == ["/number"]
