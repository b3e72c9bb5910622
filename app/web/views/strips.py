"""Evidence strips: the same line as printed on each paper, cut out, with the figures boxed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from app.documents.document import Line
from app.documents.evidence import Evidence
from app.storage.documents import Record
from app.web.filters import number, unit, unsure
from app.web.views.facts import Facts, LineAt
from app.web.views.findings import Box, FindingView, PlaceView

#: White around what is cut out, in points: enough to see the line above and the line below.
_ABOVE, _BESIDE = 15.0, 12.0
#: White around a figure inside its box.
_AROUND = 2.0
#: What stands further from the line than this is cut out as a strip of its own.
_NEAR = 90.0
_SCALE = 2.5
#: How much of the first page is its head.
_HEAD = 0.36
_FIELDS = (
    ("description", "Description"),
    ("seller_item_id", "Item"),
    ("quantity", "Quantity"),
    ("received", "Received"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("outstanding", "Outstanding"),
    ("unit_price", "Unit price"),
    ("net_amount", "Amount"),
)
_FIGURES = ("quantity", "unit_price", "net_amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A box on paper, in points from the top left of the page; a strong one is what the finding is about."""

    x: float
    y: float
    width: float
    height: float
    strong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A piece of a page: where it lies, the address of its picture, and the boxes on it."""

    page: int
    x: float
    y: float
    width: float
    height: float
    url: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value of a line that came without paper."""

    name: str
    value: str
    strong: bool
    unsure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One paper's part of the evidence: crops where there is paper, fields where there is none."""

    kind: str
    number: str | None
    document: str
    line: str | None
    method: str
    score: Decimal | None
    crops: tuple[Crop, ...]
    fields: tuple[Field, ...]

    @property
    def unsure(self) -> bool:
        """Whether the reader was not sure of a figure on it."""
        return unsure(self.score)

    @property
    def spoken(self) -> str:
        """What a person who does not see the picture is told of it."""
        return ", ".join(f"{field.name.lower()} {field.value}" for field in self.fields)


def of_line(facts: Facts, line: LineAt, findings: Sequence[FindingView]) -> tuple[Strip, ...]:
    """The line on every paper of the purchase, from the quote to the invoice."""
    worst = [finding for finding in findings if finding.holds] or list(findings)
    places = [place for finding in worst for place in finding.places]
    orders = facts.orders_of(line)
    quotes = [quote for order in orders for quote in facts.quotes_of(order)]
    proofs = [proof for order in orders for proof in facts.proofs_of(order)]
    shown = list({e.key: e for e in (*quotes, *orders, *sorted(proofs, key=_proof_place), line)}.values())
    strips = [_strip(entry, places) for entry in shown]
    there = {entry.record.id for entry in shown}
    strips += [strip for strip in of_places(facts, places) if strip.document not in there]
    return tuple(strips)


def of_places(facts: Facts, places: Sequence[PlaceView]) -> tuple[Strip, ...]:
    """The places of a finding about the whole document, paper by paper."""
    named = {place.document for place in places}
    papers = [*facts.behind(), facts.invoice]
    return tuple(_of_head(p, [place for place in places if place.document == p.id]) for p in papers if p.id in named)


def of_first_page(record: Record) -> tuple[Strip, ...]:
    """The head of a paper, where nothing more precise is known of it."""
    return (_of_head(record, ()),) if record.pages else ()


def _proof_place(entry: LineAt) -> tuple[int, int]:
    order = ("packing_slip", "goods_receipt", "license_receipt")
    return (order.index(entry.record.kind) if entry.record.kind in order else 9, entry.record.sequence)


def _strip(entry: LineAt, places: Sequence[PlaceView]) -> Strip:
    own = [place for place in places if place.document == entry.record.id]
    strong = {place.pointer for place in own}
    prefix = f"/lines/{entry.at}/"
    on_line = {k: e for k, e in entry.document.evidence.items() if k.startswith(prefix)}
    of_figures = [e for name in _FIGURES if (e := on_line.get(prefix + name)) is not None]
    told = next(iter(of_figures or on_line.values()), None)
    return Strip(
        kind=entry.record.kind or "",
        number=entry.record.number,
        document=entry.record.id,
        line=entry.line.id,
        method=told.method.value if told else "api",
        score=min((e.score for e in of_figures), default=None),
        crops=_crops(entry, on_line.items(), own),
        fields=_fields(entry.line, prefix, strong, on_line.get),
    )


def _fields(line: Line, prefix: str, strong: set[str], read: Callable[[str], Evidence | None]) -> tuple[Field, ...]:
    found = []
    for name, title in _FIELDS:
        value = getattr(line, name)
        if value is None:
            continue
        shown = number(value) if isinstance(value, Decimal) else str(value)
        if name == "quantity":
            shown = f"{shown} {unit(line.unit_text, line.unit)}".strip()
        evidence = read(prefix + name)
        found.append(
            Field(
                name=title,
                value=shown,
                strong=prefix + name in strong,
                unsure=evidence is not None and unsure(evidence.score),
            )
        )
    if line.license is not None and line.license.rights is not None:
        found.append(Field(name="Rights", value=number(line.license.rights), strong=False, unsure=False))
    return tuple(found)


def _crops(entry: LineAt, on_line: Iterable[tuple[str, Evidence]], own: Sequence[PlaceView]) -> tuple[Crop, ...]:
    """The line's own piece of the page, and one for each place that lies far from it."""
    boxes = [(e.page, _box(e), pointer) for pointer, e in on_line if e.page and e.box]
    figures = [(place.page, place.box, place.pointer) for place in own if place.page and place.box]
    if not boxes:
        return _far(entry.record, figures)
    page = boxes[0][0] or 1
    row = _around([box for at, box, _ in boxes if at == page])
    near = [f for f in figures if f[0] == page and _distance(f[1], row) < _NEAR]
    strong = {pointer for _, _, pointer in near}
    marks = [_mark(box, strong=True) for _, box, _ in near if box]
    marks += [
        _mark(box, strong=False)
        for at, box, pointer in boxes
        if at == page and pointer not in strong and pointer.rpartition("/")[2] in _FIGURES
    ]
    whole = _around([row, *(box for _, box, _ in near if box)])
    own_crop = _crop(entry.record, page, whole, marks)
    return (own_crop, *_far(entry.record, [figure for figure in figures if figure not in near]))


def _of_head(record: Record, places: Sequence[PlaceView]) -> Strip:
    figures = [(place.page, place.box, place.pointer) for place in places if place.page and place.box]
    return Strip(
        kind=record.kind or record.kind_given or "",
        number=record.number or record.file_name,
        document=record.id,
        line=None,
        method=next((place.method for place in places if place.text is not None), "" if record.pages else "api"),
        score=min((place.score for place in places if place.box), default=None),
        crops=_far(record, figures) or _beneath(record, places) or _top(record),
        fields=tuple(
            Field(name=place.what.capitalize(), value=place.text or "none", strong=True, unsure=place.unsure)
            for place in places
        ),
    )


_Figure = tuple[int | None, Box | None, str]


def _far(record: Record, figures: Sequence[_Figure], *, strong: bool = True) -> tuple[Crop, ...]:
    """Figures that stand on their own, those near each other on one crop."""
    groups: list[list[tuple[int, Box]]] = []
    for page, box, _ in sorted(figures, key=lambda figure: (figure[0] or 0, figure[1] or (0, 0, 0, 0))):
        if page is None or box is None:
            continue
        near = (g for g in groups if g[0][0] == page and _distance(box, _around([b for _, b in g])) < _NEAR)
        group = next(near, None)
        if group is None:
            groups.append([(page, box)])
        else:
            group.append((page, box))
    return tuple(
        _crop(record, group[0][0], _around([box for _, box in group]), [_mark(box, strong=strong) for _, box in group])
        for group in groups
    )


def _beneath(record: Record, places: Sequence[PlaceView]) -> tuple[Crop, ...]:
    """Where a place has no box of its own: what stands beneath it, else the line that it belongs to."""
    evidence = record.document.evidence if record.document else {}
    for pointer in (place.pointer for place in places):
        line = "/".join(pointer.split("/")[:3])
        for start in (pointer, line if line.startswith("/lines/") else pointer):
            found = [(e.page, _box(e), at) for at, e in evidence.items() if at.startswith(f"{start}/") and e.box]
            if found:
                return _far(record, found, strong=False)
    return ()


def _top(record: Record) -> tuple[Crop, ...]:
    """The head of the paper, where what is missing should stand."""
    if not record.pages:
        return ()
    width, height = record.pages[0]
    return (_crop(record, 1, (0.0, 0.0, width, height * _HEAD), ()),)


def _crop(record: Record, page: int, around: Box, marks: Sequence[Mark]) -> Crop:
    """A piece as wide as the printed part of the page, so that strips compare at one glance."""
    width, height = record.pages[page - 1] if page <= len(record.pages) else (around[2], around[3])
    printed = _around([around, *_on_page(record, page)])
    x0, x1 = max(printed[0] - _BESIDE, 0.0), min(printed[2] + _BESIDE, width)
    top, bottom = max(around[1] - _ABOVE, 0.0), min(around[3] + _ABOVE, height)
    box = ",".join(f"{edge:.1f}" for edge in (x0, top, x1, bottom))
    query = urlencode({"page": page, "box": box, "scale": _SCALE}, safe=",")
    return Crop(
        page=page,
        x=round(x0, 1),
        y=round(top, 1),
        width=round(x1 - x0, 1),
        height=round(bottom - top, 1),
        url=f"/pictures/{record.id}/crop.webp?{query}",
        marks=tuple(marks),
    )


def _on_page(record: Record, page: int) -> list[Box]:
    document = record.document
    if document is None:
        return []
    return [_box(entry) for entry in document.evidence.values() if entry.page == page and entry.box]


def _box(entry: Evidence) -> Box:
    assert entry.box is not None  # noqa: S101 (asked for only where there is one)
    x0, top, x1, bottom = (float(edge) for edge in entry.box)
    return (x0, top, x1, bottom)


def _around(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _distance(box: Box | None, row: Box) -> float:
    return 0.0 if box is None else max(row[1] - box[3], box[1] - row[3], 0.0)


def _mark(box: Box, *, strong: bool) -> Mark:
    return Mark(
        x=round(box[0] - _AROUND, 1),
        y=round(box[1] - _AROUND, 1),
        width=round(box[2] - box[0] + 2 * _AROUND, 1),
        height=round(box[3] - box[1] + 2 * _AROUND, 1),
        strong=strong,
    )
