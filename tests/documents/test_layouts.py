"""A correction teaches a layout: the next paper of the vendor is read right, and no other one is touched."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.documents.corrections import Change, corrected
from app.reading import read_bytes
from app.reading.layouts.layout import ColumnRule
from app.reading.layouts.lesson import Learned, Lesson, learn
from tests.documents import press
from tests.documents.oddities import LAYOUTS, NUMBER, PLAIN, box_of, paper_of, value_at, wrong_in

FIRST, NEXT = 0, (2, 3, 4, 5)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def lesson_of(layout, seed=FIRST, **more):
    """What a person corrects on the first paper, and what is learned of it."""
    data, truth = paper_of(layout, seed)
    before = read_bytes(data).documents[0]
    changes = [
        Change(pointer=pointer, value=value_at(truth, pointer), page=1, box=box_of(data, truth, pointer))
        for pointer in (entry.replace("*", "0") for entry in layout.teach)
    ]
    changes = [more.get("change", lambda change: change)(change) for change in changes]
    after = corrected(before, changes, by="auditor:tests", at=NOW)
    lesson = Lesson(before, after.document, after.places, "mem_1", more.get("known", ()))
    return learn(lesson, lambda: read_bytes(data))


@pytest.fixture(scope="module")
def learned():
    return {layout.name: lesson_of(layout) for layout in LAYOUTS}


def test_there_are_at_least_ten_layouts():
    assert len({layout.vendor for layout in LAYOUTS}) >= 10


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
class TestEachLayout:
    def test_is_read_wrongly_without_memory(self, layout):
        papers = [paper_of(layout, seed) for seed in (FIRST, *NEXT)]
        wrong = [wrong_in(read_bytes(data).documents[0], truth, layout) for data, truth in papers]

        assert wrong[0]
        assert any(wrong[1:])

    def test_the_correction_reads_its_own_paper_right(self, layout, learned):
        assert set(learned[layout.name].gives) == {entry.replace("*", "0") for entry in layout.teach}

    @pytest.mark.parametrize("seed", NEXT)
    def test_the_next_papers_are_read_right(self, layout, seed, learned):
        data, truth = paper_of(layout, seed)

        reading = read_bytes(data, layouts=[learned[layout.name].layout])

        assert wrong_in(reading.documents[0], truth, layout) == []
        assert [(use.memory, use.outcome) for use in reading.layouts] == [("mem_1", "used")]


def worth(reading):
    return [(line.quantity, line.unit_price, line.net_amount) for line in reading.documents[0].lines]


class TestTheContest:
    SWAPPED = next(layout for layout in LAYOUTS if "heads of each other" in layout.name)
    NUMBERED = next(layout for layout in LAYOUTS if "word of its own" in layout.name)

    def test_papers_of_other_vendors_are_untouched(self, learned):
        known = [entry.layout for entry in learned.values()]
        for seed in range(1000, 1012):
            data, _ = press.document(seed)

            reading = read_bytes(data, layouts=known)

            assert reading.documents == read_bytes(data).documents
            assert reading.layouts == ()

    def test_without_layouts_nothing_is_read_differently(self):
        data, _ = press.document(1003)

        assert read_bytes(data, layouts=()) == read_bytes(data)

    def test_a_wrong_layout_loses_against_the_arithmetic(self, learned):
        right = learned[self.SWAPPED.name].layout
        roles = {"quantity": "amount", "amount": "quantity", "unit_price": "unit_price", "description": "description"}
        wrong = replace(right, columns=tuple(replace(rule, role=roles[rule.role]) for rule in right.columns))
        data, _ = paper_of(replace(self.SWAPPED, quantities=(2, 3, 5)), 3)

        reading = read_bytes(data, layouts=[wrong])

        assert worth(reading) == worth(read_bytes(data))
        assert [(use.outcome, use.gave) for use in reading.layouts] == [("lost", ())]

    def test_a_layout_that_lost_still_tells_of_the_head(self, learned):
        number = learned[self.NUMBERED.name].layout
        wrong = (ColumnRule(role="unit_price", words=("gesamt",), head_x0=514, head_x1=545.6, x0=518, x1=545),)
        more = (ColumnRule(role="amount", words=("einzelpreis",), head_x0=406, head_x1=450.5, x0=422, x1=450),)
        data, truth = paper_of(self.NUMBERED, 4)

        reading = read_bytes(data, layouts=[replace(number, columns=wrong + more)])

        assert reading.documents[0].number == truth["number"]
        assert wrong_in(reading.documents[0], truth, self.NUMBERED) == []

    def test_of_two_layouts_of_a_supplier_the_one_that_is_found_on_the_paper_is_used(self, learned):
        known = [learned[self.NUMBERED.name].layout, replace(learned[self.SWAPPED.name].layout, memory="mem_2")]
        data, truth = paper_of(self.SWAPPED, 4)

        reading = read_bytes(data, layouts=known)

        assert wrong_in(reading.documents[0], truth, self.SWAPPED) == []
        assert [use.memory for use in reading.layouts] == ["mem_2"]

    def test_a_new_form_of_the_same_supplier_is_not_read_with_the_old_layout(self, learned):
        moved = replace(self.SWAPPED, columns=PLAIN, labels=NUMBER, top=350)
        shifted = replace(moved, columns=tuple((name, head, x - 30, side) for name, head, x, side in moved.columns))
        data, truth = paper_of(shifted, 5)

        reading = read_bytes(data, layouts=[learned[self.SWAPPED.name].layout])

        assert worth(reading) == [(line["quantity"], line["unit_price"], line["net_amount"]) for line in truth["lines"]]


class TestTheLesson:
    SWAPPED = TestTheContest.SWAPPED
    NUMBERED = TestTheContest.NUMBERED

    def test_a_value_that_does_not_stand_in_the_box_teaches_nothing(self):
        found = lesson_of(self.NUMBERED, change=lambda change: replace(change, value="ZZ-1"))

        assert (found.layout, found.gives, found.texts) == (None, (), {})

    def test_a_layout_never_holds_a_value(self, learned):
        for layout in LAYOUTS:
            _, truth = paper_of(layout, FIRST)
            told = json.dumps(learned[layout.name].layout.to_json())
            for pointer in (entry.replace("*", "0") for entry in layout.teach if "kind" not in entry):
                text = truth["places"][pointer][0]
                assert len(text) < 4 or text not in told

    def test_a_second_lesson_keeps_what_the_first_one_taught(self, learned):
        first = learned[self.SWAPPED.name].layout
        data, truth = paper_of(self.SWAPPED, 2)
        before = read_bytes(data, layouts=[first]).documents[0]
        box = box_of(data, truth, "/number")
        change = Change(pointer="/number", value=truth["number"], page=1, box=box)
        after = corrected(before, [change], by="auditor:tests", at=NOW)

        second = learn(Lesson(before, after.document, after.places, "mem_2", (first,)), lambda: read_bytes(data))

        assert (second.layout.memory, second.layout.version) == ("mem_1", 2)
        data, truth = paper_of(self.SWAPPED, 5)
        assert wrong_in(read_bytes(data, layouts=[second.layout]).documents[0], truth, self.SWAPPED) == []

    def test_lessons_and_layouts_cross_a_pipe(self, learned):
        for entry in learned.values():
            there = json.loads(json.dumps(entry.to_json()))

            assert type(entry).from_json(there) == entry

    @pytest.mark.parametrize("broken", [{}, {"layout": {}, "gives": [], "texts": {}}, {"layout": None, "gives": 1}])
    def test_what_is_no_lesson_is_refused(self, broken):
        with pytest.raises(ValueError, match=r"not a layout|nothing learned"):
            Learned.from_json(broken)
