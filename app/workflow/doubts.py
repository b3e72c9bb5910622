"""What the reader found wrong with a document of a file, as it is kept on file."""

from collections.abc import Iterator

from app.documents.document import Document
from app.linking.filed import Doubt, DoubtKind
from app.reading.reading import Breach, Reading, RuleCheck


def doubts_of(reading: Reading, part: int) -> tuple[Doubt, ...]:
    """The doubts about a document of the reading: where XML and page differ, what is unread, which rules it breaks."""
    differing = (
        Doubt(kind=DoubtKind.XML_DIFFERS, pointer=found.pointer, read=found.xml, shown=found.page)
        for found in reading.differences
        if found.document == part
    )
    unread = (
        Doubt(kind=DoubtKind.PAGE_UNREAD, pointer=f"/pages/{found.page}", read=found.why)
        for found in reading.unread
        if found.document == part
    )
    checks = (check for check in reading.checks if check.document == part)
    return (*differing, *unread, *(doubt for check in checks for doubt in _of_check(check, reading.documents[part])))


def _of_check(check: RuleCheck, document: Document) -> Iterator[Doubt]:
    if check.reason is not None:
        yield Doubt(kind=DoubtKind.NOT_CHECKED, pointer="", rule=check.book, text=check.reason)
    for breach in check.breaches:
        yield Doubt(
            kind=DoubtKind.BREAKS_RULE,
            pointer=_pointer(breach, document),
            rule=breach.rule,
            text=breach.text,
            fatal=breach.fatal,
            path=breach.place,
            times=breach.times,
        )


def _pointer(breach: Breach, document: Document) -> str:
    """The field, or the part of the document, that was read at the place; empty for the document as a whole."""
    at, below = breach.place, breach.place.rstrip("/") + "/"
    inside = [
        p.split("/") for p, e in document.evidence.items() if e.path and (e.path == at or e.path.startswith(below))
    ]
    if not inside:
        return ""
    first, last = min(inside), max(inside)
    same = next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return "/".join(first[:same])
