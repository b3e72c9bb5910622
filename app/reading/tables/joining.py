"""Joining: a workbook that keeps heads on one sheet and lines on another speaks of the same documents."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from app.documents.document import Document
from app.documents.normal import number_key


def joined(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents, those of one kind and number put together where one of them has no lines."""
    out: list[Document] = []
    places: dict[tuple[str, str], int] = {}
    for document in documents:
        number = number_key(document.number)
        at = places.get((document.kind, number)) if number else None
        if at is None or (out[at].lines and document.lines):
            if number:
                places.setdefault((document.kind, number), len(out))
            out.append(document)
        elif document.lines:
            out[at] = _filled(document, out[at])
        else:
            out[at] = _filled(out[at], document)
    return tuple(out)


def _filled(document: Document, other: Document) -> Document:
    """The document with lines, with what only the other says; sums that stand there win over those worked out."""
    said = {at: entry for at, entry in other.evidence.items() if entry.method != "derived"}
    derived = {at for at, entry in document.evidence.items() if entry.method == "derived" and at in said}
    evidence = {**other.evidence, **{at: e for at, e in document.evidence.items() if at not in derived}}
    totals = {at.rpartition("/")[2]: None for at in derived if at.startswith("/totals/")}
    bare = replace(document, totals=replace(document.totals, **totals))
    whole: Document = _merged(bare, other)
    return replace(whole, lines=document.lines, evidence=evidence)


def _merged(ours: Any, theirs: Any) -> Any:
    changes = {}
    for entry in fields(ours):
        mine, other = getattr(ours, entry.name), getattr(theirs, entry.name)
        if is_dataclass(mine) and is_dataclass(other):
            changes[entry.name] = _merged(mine, other)
        elif mine is None and other is not None:
            changes[entry.name] = other
    return replace(ours, **changes)
