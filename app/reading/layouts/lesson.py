"""Lessons: from a corrected document and its file to a layout that has been tried on that very file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.documents import canonical
from app.documents.corrections import value_at
from app.documents.document import Document
from app.documents.evidence import Evidence, Method
from app.reading import papers
from app.reading.layouts.layout import Layout, merged
from app.reading.layouts.learn import Box, Spot, derived, words_in
from app.reading.layouts.recall import Offer, alike, offering
from app.reading.rows import rows_of
from app.reading.tokens import Page

_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned: the document before and after, which pointers a person set, and the layouts known so far.

    `memory` names the layout if it is a new one.
    """

    before: Document
    after: Document
    pointers: tuple[str, ...]
    memory: str
    known: tuple[Layout, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same lesson back."""
        return {
            "before": canonical.write(self.before),
            "after": canonical.write(self.after),
            "pointers": list(self.pointers),
            "memory": self.memory,
            "known": [layout.to_json() for layout in self.known],
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Lesson":
        """The lesson that the JSON describes."""
        return Lesson(
            before=canonical.read(value["before"]),
            after=canonical.read(value["after"]),
            pointers=tuple(value["pointers"]),
            memory=value["memory"],
            known=tuple(Layout.from_json(entry) for entry in value["known"]),
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """The layout that reads the corrected values (None: none does), those it reads, and the words in each box."""

    layout: Layout | None
    gives: tuple[str, ...]
    texts: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same back."""
        layout = self.layout.to_json() if self.layout else None
        return {"layout": layout, "gives": list(self.gives), "texts": dict(self.texts)}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Learned":
        """What the JSON describes; strict, because it comes from a sandbox.

        Raises:
            ValueError: the shape is not that of a lesson learned.
        """
        try:
            layout = Layout.from_json(value["layout"]) if value["layout"] is not None else None
            texts = {str(pointer): str(text) for pointer, text in value["texts"].items()}
            return Learned(layout, tuple(str(pointer) for pointer in value["gives"]), texts)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"nothing learned: {error!r}") from error


def learn(lesson: Lesson, read: Callable[[], object]) -> Learned:
    """Derive a layout from the corrections, and try it on the same paper; `read` reads the file.

    Rules that do not give the corrected values back are left out.
    """
    with offering(()) as offer:
        read()
    spots = [spot for pointer in lesson.pointers if (spot := _spot(lesson.after, pointer)) is not None]
    pages = _pages_of(offer, spots)
    if pages is None:
        return Learned(None, (), {})
    rows = {page.number: rows_of(page) for page in pages}
    found = {spot.pointer: words_in(rows.get(spot.page, ()), spot) for spot in spots}
    texts = {pointer: " ".join(token.text for token in tokens) for pointer, tokens in found.items() if tokens}
    wanted = [spot for spot in spots if spot.pointer in texts]
    known = alike(lesson.known, pages) if lesson.known else None
    memory = known.memory if known is not None else lesson.memory
    new = derived(pages, lesson.after.kind, wanted, _context(lesson, wanted), _before(lesson), memory=memory)
    for layout in _trials(known, new):
        gives = _gives(layout, pages, wanted)
        if gives:
            kept = _proven(layout, {spot.pointer for spot in wanted} - set(gives))
            return Learned(kept, tuple(gives), texts)
    return Learned(None, (), texts)


def _trials(known: Layout | None, new: Layout) -> list[Layout]:
    """The layout with what was known before; where that does not work, what is new alone."""
    if not new.teaches:
        return []
    return [new] if known is None else [merged(known, new), replace(new, version=known.version + 1)]


def _spot(document: Document, pointer: str) -> Spot | None:
    entry = document.evidence.get(pointer)
    if entry is None or entry.page is None or entry.box is None:
        return None
    value = value_at(canonical.write(document, evidence=False), pointer)
    return Spot(pointer, value, entry.page, _box(entry)) if isinstance(value, str) else None


def _box(entry: Evidence) -> Box:
    x0, top, x1, bottom = entry.box or (Decimal(0),) * 4
    return float(x0), float(top), float(x1), float(bottom)


def _context(lesson: Lesson, spots: Sequence[Spot]) -> list[Spot]:
    """The other values of the corrected lines: a person has looked at these lines."""
    lines = {tuple(spot.pointer.split("/")[:3]) for spot in spots if spot.pointer.startswith("/lines/")}
    out = []
    for pointer, entry in lesson.after.evidence.items():
        near = tuple(pointer.split("/")[:3]) in lines and pointer.count("/") == 3  # noqa: PLR2004 (/lines/0/quantity)
        if near and entry.method in {Method.PDF, Method.OCR} and (spot := _spot(lesson.after, pointer)):
            out.append(spot)
    return out


def _before(lesson: Lesson) -> dict[str, tuple[int, Box]]:
    """Where the reader had taken the wrong values from."""
    out = {}
    for pointer in lesson.pointers:
        entry = lesson.before.evidence.get(pointer)
        if entry is not None and entry.page is not None and entry.box is not None and entry.method is not Method.PERSON:
            out[pointer] = (entry.page, _box(entry))
    return out


def _pages_of(offer: Offer, spots: Sequence[Spot]) -> list[Page] | None:
    """The pages of the paper that the values stand on."""
    wanted = {spot.page for spot in spots}
    for pages in offer.papers:
        if wanted and wanted <= {page.number for page in pages}:
            return list(pages)
    return None


def _gives(layout: Layout, pages: list[Page], spots: Sequence[Spot]) -> list[str]:
    """The corrected values that a reading with the layout has in their places."""
    with offering((layout,)) as offer:
        document = papers.document_of(pages)
    if not any(match.outcome == "used" for match in offer.matches):
        return []
    body = canonical.write(document, evidence=False)
    return [spot.pointer for spot in spots if _reads(document, body, spot)]


def _reads(document: Document, body: Any, spot: Spot) -> bool:
    """Whether the document has the value in that place, in whatever line it counts there."""
    for pointer, entry in document.evidence.items():
        same = pointer.rpartition("/")[2] == spot.name and pointer.split("/")[1] == spot.pointer.split("/")[1]
        if same and entry.page == spot.page and entry.box and _covers(_box(entry), spot.box):
            value = value_at(body, pointer)
            if isinstance(value, str) and _equal(value, spot.value):
                return True
    return False


def _equal(one: str, two: str) -> bool:
    try:
        return Decimal(one) == Decimal(two)
    except ArithmeticError:
        return one.split() == two.split()


def _covers(one: Box, two: Box) -> bool:
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    least = min((one[2] - one[0]) * (one[3] - one[1]), (two[2] - two[0]) * (two[3] - two[1]))
    return width > 0 and height > 0 and width * height >= _OVERLAP * least


def _proven(layout: Layout, failed: set[str]) -> Layout:
    """The layout without the rules of single values that did not give them."""
    sums = {pointer.rpartition("/")[2] for pointer in failed if pointer.startswith("/totals/")}
    return replace(
        layout,
        fields=tuple(rule for rule in layout.fields if rule.pointer not in failed),
        sums=tuple(rule for rule in layout.sums if rule.role not in sums),
    )
