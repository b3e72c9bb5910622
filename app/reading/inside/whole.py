"""A mail or an archive read as a whole: its files one by one, each as if it had come alone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Protocol

from app.documents.document import Document
from app.documents.evidence import Evidence
from app.reading.inside import Inner, Unpacked
from app.reading.joining import Piece, joints
from app.reading.others import HOLDERS
from app.reading.reading import Difference, Lost, PageSize, Reading, RuleCheck, Source, Unread, Verdict

_MOST_REASON = 1000
_apart: ContextVar[bool] = ContextVar("apart", default=False)


class Reader(Protocol):
    """Something that reads the bytes of one file and takes mails and archives apart (the sandbox)."""

    def read(self, data: bytes, *, name: str = "") -> Reading:
        """What the file says, or the verdict why not; `holds_files` for a mail or an archive."""
        ...

    def read_together(self, parts: Sequence[bytes]) -> Reading:
        """The document of files that are its pages in order, or its data first and then the pages that show them."""
        ...

    def unpack(self, data: bytes) -> Unpacked:
        """The files in a mail or an archive."""
        ...


@contextmanager
def apart(*, files: bool) -> Iterator[None]:
    """Within, mails and archives are only recognised, if the caller so wishes."""
    before = _apart.set(files)
    try:
        yield
    finally:
        _apart.reset(before)


def is_apart() -> bool:
    """Whether somebody else takes mails and archives apart."""
    return _apart.get()


def read_whole(reader: Reader, data: bytes, *, name: str = "") -> Reading:
    """What a file says, that of the files in it where it is a mail or an archive."""
    reading = reader.read(data, name=name)
    if reading.verdict is not Verdict.HOLDS_FILES:
        return reading
    found = reader.unpack(data)
    if found.verdict is not Verdict.OK:
        return Reading(found.verdict, found.reason, format=found.holds)
    files = [(file, _read(reader, file)) for file in found.files]
    return gathered(joined(reader, files), found.holds)


def joined(reader: Reader, files: Sequence[tuple[Inner, Reading | None]]) -> list[tuple[Inner, Reading | None]]:
    """The files with those that are one document read together, at the place of the first of them.

    The others' readings have no document, and say where theirs is and why.
    """
    out = list(files)
    pieces = [None if reading is None else piece_of(reading) for _, reading in files]
    for joint in joints(pieces):
        together = reader.read_together([files[at][0].data for at in joint.pieces])
        if together.verdict is Verdict.OK and len(together.documents) == 1:
            first, *others = joint.pieces
            out[first] = (files[first][0], together)
            for at in others:
                said = f"It belongs to {files[first][0].name}. {joint.why}"
                out[at] = (files[at][0], Reading(Verdict.OK, said, format=together.format))
    return out


def piece_of(reading: Reading) -> Piece | None:
    """The file as it may be a part of a document; None where it was not read, or holds several."""
    if reading.verdict is not Verdict.OK or len(reading.documents) != 1:
        return None
    return Piece(reading.documents[0], reading.sheets, reading.format)


def _read(reader: Reader, file: Inner) -> Reading | None:
    """What an inner file says; None of a mail or an archive, whose files follow it."""
    if file.verdict is not Verdict.OK:
        return Reading(file.verdict, file.reason, format=file.holds)
    return None if file.holds else reader.read(file.data, name=file.name)


def is_beside(reading: Reading) -> bool:
    """Whether a file is none that papers of a purchase come in: beside such papers it is no loss."""
    return reading.verdict is Verdict.UNSUPPORTED and reading.format not in HOLDERS


def gathered(files: Sequence[tuple[Inner, Reading | None]], code: str | None) -> Reading:
    """All documents of the files in one reading; pages are counted through."""
    inner = [(file, reading) for file, reading in files if reading is not None]
    good = [reading for _, reading in inner if reading.verdict is Verdict.OK]
    bad = [(file, reading) for file, reading in inner if reading.verdict is not Verdict.OK]
    if good:
        # A text or a picture beside the papers is no loss; a paper that could not be read is.
        bad = [(file, reading) for file, reading in bad if not is_beside(reading)]
    lost = tuple(Lost(file.name, reading.verdict, reading.reason) for file, reading in bad)
    told = " ".join(f"{entry.file}: {entry.reason}" for entry in lost)[:_MOST_REASON] or None
    if not good:
        worst = next((r.verdict for _, r in bad if r.verdict is not Verdict.UNSUPPORTED), Verdict.UNSUPPORTED)
        return Reading(worst, told, format=code, lost=lost)
    return replace(_joined(good, code), reason=told, lost=lost)


def _joined(readings: list[Reading], code: str | None) -> Reading:
    documents: list[Document] = []
    pages: list[PageSize] = []
    differences: list[Difference] = []
    unread: list[Unread] = []
    sources: list[Source] = []
    checks: list[RuleCheck] = []
    for reading in readings:
        for place, document in enumerate(reading.documents):
            at = len(documents)
            differences += [replace(e, document=at) for e in reading.differences if e.document == place]
            unread += [replace(e, page=e.page + len(pages), document=at) for e in reading.unread if e.document == place]
            sources += [replace(e, document=at) for e in reading.sources if e.document == place]
            checks += [replace(e, document=at) for e in reading.checks if e.document == place]
            documents.append(replace(document, evidence=_shifted(document, len(pages))))
        pages += reading.pages
    return Reading(
        verdict=Verdict.OK,
        documents=tuple(documents),
        pages=tuple(pages),
        format=code,
        differences=tuple(differences),
        unread=tuple(unread),
        sources=tuple(sources),
        checks=tuple(checks),
    )


def _shifted(document: Document, pages: int) -> dict[str, Evidence]:
    return {
        pointer: entry if entry.page is None else replace(entry, page=entry.page + pages)
        for pointer, entry in document.evidence.items()
    }
