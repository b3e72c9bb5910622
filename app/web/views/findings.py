"""Findings as the case page shows them: title, sentence, arithmetic, tolerance, and where each figure stood."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.documents.money import Money, plain
from app.matching.cure import Cure
from app.matching.rule import RULES
from app.storage.documents import Record
from app.storage.exceptions import ExceptionRow
from app.web.filters import method, number, unsure
from app.web.views.facts import Facts

Box = tuple[float, float, float, float]

_WAITING = frozenset({"RECEIPT_MISSING", "RECEIPT_DRAFT_ONLY"})
_NOT_ORDERED = frozenset({"LINE_NOT_ON_PO", "CHARGE_NOT_ON_PO", "PO_NOT_FOUND", "PO_REF_MISSING"})
_SOURCES = {
    "default": "the default of the standard",
    "policy": "the policy in force",
    "supplier": "what was agreed for this supplier",
    "order line": "what was agreed for this order line",
    "contract": "the contract",
    "category": "what was agreed for this category",
    "entity": "what holds for this company",
}
#: The end of a sentence: a full stop that no figure goes on from.
_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=\S)")
_FIGURE = re.compile(r"(?=.*\d)\S{1,40}")
_ARITHMETIC = re.compile(r"\d.*[×=−%]|[×=].*\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """Where a figure of a finding stood, and how it was read."""

    document: str
    kind: str | None
    number: str | None
    pointer: str
    page: int | None
    box: Box | None
    text: str | None
    value: Decimal | None
    method: str
    score: Decimal

    @property
    def unsure(self) -> bool:
        """Whether the reader was not sure of it."""
        return unsure(self.score)

    @property
    def how(self) -> str:
        """How it was read; nothing where there was nothing to read."""
        return method(self.method) if self.text is not None else ""

    @property
    def what(self) -> str:
        """The field in words: `/lines/0/unit_price` → `unit price`."""
        return self.pointer.rpartition("/")[2].replace("_", " ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence; a figure that stands on a paper carries the paper's kind."""

    text: str
    kind: str | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding, with the exception that people work on."""

    id: str
    code: str
    title: str
    version: int | None
    severity: str
    line: str | None
    order_line: str | None
    expected: str | None
    actual: str | None
    percent: Decimal | None
    at_risk: Money | None
    why: str
    suppressed_by: str | None
    tolerance: str | None
    places: tuple[PlaceView, ...]
    state: str
    reason: str | None
    cured_by: str | None = None

    @property
    def mark(self) -> str:
        """A sign that says the same as the colour."""
        if self.state != "open":
            return "✓"
        if self.code in _WAITING:
            return "◷"
        if self.code in _NOT_ORDERED:
            return "?"
        return {"hold": "≠", "warn": "!"}.get(self.severity, "i")

    @property
    def tone(self) -> str:
        """The class for it: `held`, `clock`, `noted` or `closed`."""
        if self.state != "open":
            return "closed"
        if self.code in _WAITING:
            return "clock"
        return "held" if self.severity == "hold" else "noted"

    @property
    def holds(self) -> bool:
        """Whether it keeps money back."""
        return self.severity == "hold" and self.state == "open" and self.suppressed_by is None

    @property
    def cause(self) -> str:
        """The finding that this one follows from, in words."""
        root = RULES.get(self.suppressed_by or "")
        return f"“{root.title}”" if root else self.suppressed_by or ""

    @property
    def short(self) -> str:
        """The title with the size of the difference."""
        if self.percent is None or not self.percent:
            return self.title
        shown = plain(abs(self.percent).quantize(Decimal("0.1")))
        return f"{self.title} · {number(shown)}\N{NO-BREAK SPACE}%" if shown else self.title

    @property
    def sentences(self) -> tuple[str, tuple[str, ...]]:
        """The plain sentence, and the lines of arithmetic that follow it."""
        parts = _SENTENCE_END.split(self.why.strip())
        worked = next((at for at, part in enumerate(parts) if at and _ARITHMETIC.search(part)), len(parts))
        lines = [line.strip() for part in parts[worked:] for line in part.split("; ")]
        return " ".join(parts[:worked]), tuple(line.removesuffix(".") for line in lines if line)

    def pieces(self) -> tuple[Piece, ...]:
        """The plain sentence, its figures tied to the papers they stand on."""
        return tied(self.sentences[0], self.places)


def findings_of(facts: Facts) -> tuple[FindingView, ...]:
    """The findings of the last match; of a paper that was never matched those of its exceptions."""
    rows = {row.finding.get("id"): row for row in facts.exceptions}
    if facts.match is not None:
        told: Sequence[Mapping[str, Any]] = facts.match.body.get("findings", ())
    else:
        told = [row.finding | {"code": row.code} for row in facts.exceptions]
    return tuple(_finding(e, rows.get(e.get("id")) or _row_of(e, facts.exceptions), facts) for e in told)


def _row_of(told: Mapping[str, Any], rows: Sequence[ExceptionRow]) -> ExceptionRow | None:
    where = (told["code"], told.get("line"), told.get("order_line"), told.get("charge"))
    return next((r for r in rows if (r.code, r.line, r.order_line, r.finding.get("charge")) == where), None)


def _finding(told: Mapping[str, Any], row: ExceptionRow | None, facts: Facts) -> FindingView:
    rule = RULES.get(told["code"])
    percent = told.get("percent")
    at_risk = told.get("at_risk")
    return FindingView(
        id=told.get("id") or (row.id if row else told["code"]),
        code=told["code"],
        title=rule.title if rule else told["code"].replace("_", " ").capitalize(),
        version=rule.version if rule else None,
        severity=told.get("severity") or (row.severity if row else "hold"),
        line=told.get("line"),
        order_line=told.get("order_line"),
        expected=told.get("expected"),
        actual=told.get("actual"),
        percent=None if percent is None else Decimal(percent),
        at_risk=Money(Decimal(at_risk["amount"]), at_risk["currency"]) if at_risk else None,
        why=told.get("why") or (row.why if row else ""),
        suppressed_by=told.get("suppressed_by"),
        tolerance=tolerance(told.get("limit")),
        cured_by=rule.cure.words if rule and rule.cure is not Cure.NOTHING else None,
        places=tuple(_place(entry, facts) for entry in told.get("evidence", ())),
        state=row.state if row else "open",
        reason=row.reason if row else None,
    )


def _place(told: Mapping[str, Any], facts: Facts) -> PlaceView:
    record = facts.papers.get(told["document"])
    box = told.get("box")
    return PlaceView(
        document=told["document"],
        kind=record.kind if record else None,
        number=record.number if record else None,
        pointer=told.get("pointer") or "",
        page=told.get("page"),
        box=(float(box[0]), float(box[1]), float(box[2]), float(box[3])) if box else None,
        text=told.get("text"),
        value=_value(record, told.get("pointer") or ""),
        method=told.get("method") or "api",
        score=Decimal(told.get("score") or "1"),
    )


def _value(record: Record | None, pointer: str) -> Decimal | None:
    """The figure at a place of a paper, whatever way it is printed there."""
    found: object = record.document if record else None
    for step in pointer.split("/")[1:]:
        if isinstance(found, tuple):
            found = found[int(step)] if step.isdecimal() and int(step) < len(found) else None
        else:
            found = getattr(found, step, None)
    return found if isinstance(found, Decimal) else None


def tolerance(limit: Mapping[str, str] | None) -> str | None:
    """The tolerance gone by, and who set it, as a sentence."""
    if not limit:
        return None
    above = _limits(limit.get("up_pct"), limit.get("up_abs"))
    below = _limits(limit.get("lo_pct"), limit.get("lo_abs"))
    joint = " and " if limit.get("combine") == "all" else " or "
    sides = [f"{joint.join(side)} {word}" for side, word in ((above, "above"), (below, "below")) if side]
    source = limit.get("source", "")
    told = "; ".join(sides) or "none set"
    return f"{told}, from {_SOURCES.get(source, source)}" if source else told


def _limits(percent: str | None, absolute: str | None) -> list[str]:
    found = []
    if percent is not None:
        found.append(f"{number(percent)}\N{NO-BREAK SPACE}%")
    if absolute is not None:
        found.append("nothing" if not Decimal(absolute) else f"{number(absolute)} in all")
    return found


def tied(sentence: str, places: Sequence[PlaceView]) -> tuple[Piece, ...]:
    """The sentence in pieces, each figure that stands on a paper with the paper's kind."""
    figures: dict[str, PlaceView] = {}
    for place in places:
        for text in _spellings(place):
            figures.setdefault(text, place)
    if not figures:
        return (Piece(sentence),)
    longest_first = sorted(figures, key=len, reverse=True)
    wanted = re.compile(rf"(?<![\w.,])(?:{'|'.join(map(re.escape, longest_first))})(?![\w]|[.,]\d)")
    pieces, start = [], 0
    for hit in wanted.finditer(sentence):
        if hit.start() > start:
            pieces.append(Piece(sentence[start : hit.start()]))
        place = figures[hit.group()]
        pieces.append(Piece(hit.group(), place.kind, place.unsure))
        start = hit.end()
    return (*pieces, Piece(sentence[start:])) if start < len(sentence) else tuple(pieces)


def _spellings(place: PlaceView) -> tuple[str, ...]:
    """A printed figure or number and the ways our sentences write it; words are left alone."""
    found = [place.text] if place.text and _FIGURE.fullmatch(place.text) else []
    if place.value is not None:
        cents = round(place.value, 2)
        found += [str(place.value), number(place.value), number(plain(place.value))]
        found += [number(cents)] if cents == place.value else []
    return tuple(dict.fromkeys(found))
