"""Segments: the tokens of an EDI interchange, strictly, with the position of each in the file."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.reading.einvoice.tree import UnreadableError, malformed
from app.reading.reading import Verdict

_MOST_SEGMENTS = 400_000
_MOST_MESSAGES = 1000
# The interchange header of X12 has a fixed length, and says its own separators.
_ISA_LENGTH = 106
_ISA_COMPONENT = 104
_ISA_ELEMENTS = 17
_TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_UNA_LENGTH = 9
# The letters that the syntax identifier of an EDIFACT interchange stands for; others are Latin-1, or UTF-8.
_SYNTAX = re.compile(rb"UNB.UNO([A-Z])")
_CHARACTERS = {"D": "iso8859-2", "E": "iso8859-5", "F": "iso8859-7", "G": "iso8859-3", "H": "iso8859-4"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment: its place in the file (from 1), its tag, and its elements with their components."""

    position: int
    tag: str
    elements: tuple[tuple[str, ...], ...]

    def get(self, element: int, component: int = 1) -> str:
        """The text of an element's component, both from 1; empty where there is none."""
        if len(self.elements) < element or len(self.elements[element - 1]) < component:
            return ""
        return self.elements[element - 1][component - 1].strip()

    def path(self, element: int, component: int = 1) -> str:
        """Where a value stands: the segment's position and tag, the element, the component among several."""
        several = len(self.elements) >= element and len(self.elements[element - 1]) > 1
        return f"{self.position}/{self.tag}/{element:02}" + (f".{component}" if several else "")


@dataclass(frozen=True, slots=True)
class Message:
    """One message or transaction set: its type, its segments between header and trailer, and the decimal mark."""

    type: str
    segments: tuple[Segment, ...]


def decode(data: bytes) -> str:
    """The text of the file: UTF-8 where it is that, else in the letters that it names, else Latin-1.

    Raises:
        UnreadableError: it holds a zero byte, which no text does.
    """
    if b"\x00" in data:
        raise malformed("The EDI file holds zero bytes. Send the interchange as it is.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = _SYNTAX.search(data[:200])
        return data.decode(_CHARACTERS.get(found[1].decode() if found else "", "latin-1"), errors="replace")


def x12(text: str) -> list[Message]:
    """The transaction sets of X12 interchanges.

    Raises:
        UnreadableError: the envelope breaks the standard, or there is too much in it.
    """
    text = text.lstrip()
    if len(text) < _ISA_LENGTH or not text.startswith("ISA"):
        raise malformed("The X12 file has no whole ISA segment at its start. Send the interchange as it is.")
    element, component, end = text[3], text[_ISA_COMPONENT], text[_ISA_LENGTH - 1]
    # A terminator of CR LF stands in the header as CR.
    if len({element, component, end}) < 3 or element.isalnum() or end.isalnum():  # noqa: PLR2004 (three separators)
        raise malformed("The X12 file's ISA segment does not say three different separators.")
    segments: list[Segment] = []
    for raw in text.split(end):
        body = raw.strip("\r\n \t")
        if not body:
            continue
        parts = body.split(element)
        if parts[0] == "ISA" and len(parts) != _ISA_ELEMENTS:
            raise malformed("The X12 file's ISA segment does not have sixteen elements.")
        # The header names the component separator, and is not divided by it.
        inner = end if parts[0] == "ISA" else component
        _add(segments, parts[0], tuple(tuple(part.split(inner)) for part in parts[1:]))
    return _messages(segments, "ST", "SE", lambda head: head.get(1), control=(2, 2))


def edifact(text: str) -> list[Message]:
    """The messages of EDIFACT interchanges.

    Raises:
        UnreadableError: the envelope breaks the standard, or there is too much in it.
    """
    text = text.lstrip()
    component, element, release, end = ":", "+", "?", "'"
    if text.startswith("UNA"):
        if len(text) < _UNA_LENGTH:
            raise malformed("The EDIFACT file ends within its UNA segment.")
        component, element, release, end = text[3], text[4], text[6], text[8]
        text = text[_UNA_LENGTH:]
    segments: list[Segment] = []
    for raw in _split(text, end, release):
        body = raw.strip("\r\n \t")
        if body:
            parts = [_split(part, component, release) for part in _split(body, element, release)]
            plain = [tuple(_released(piece, release) for piece in part) for part in parts]
            _add(segments, plain[0][0], tuple(plain[1:]))
    return _messages(segments, "UNH", "UNT", lambda head: head.get(2), control=(1, 2))


def _add(segments: list[Segment], tag: str, elements: tuple[tuple[str, ...], ...]) -> None:
    if not _TAG.fullmatch(tag):
        raise malformed(f"Segment {len(segments) + 1} of the EDI file has the tag {tag[:20]!r}, which is none.")
    if len(segments) >= _MOST_SEGMENTS:
        reason = f"The EDI file has more than {_MOST_SEGMENTS} segments. Send it in parts."
        raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
    segments.append(Segment(len(segments) + 1, tag, elements))


def _messages(
    segments: list[Segment], first: str, last: str, kind: Callable[[Segment], str], *, control: tuple[int, int]
) -> list[Message]:
    out: list[Message] = []
    start: int | None = None
    for at, segment in enumerate(segments):
        if segment.tag == first:
            if start is not None:
                raise malformed(f"Segment {segment.position}: a message begins before the last one has ended.")
            start = at
        elif segment.tag == last:
            if start is None:
                raise malformed(f"Segment {segment.position}: a message ends that has not begun.")
            out.append(_closed(segments[start : at + 1], kind(segments[start]), control))
            start = None
    if start is not None:
        raise malformed(
            f"The message that begins in segment {segments[start].position} has no end. Send the whole file."
        )
    if len(out) > _MOST_MESSAGES:
        reason = f"The file holds {len(out)} messages; at most {_MOST_MESSAGES} are read. Send it in parts."
        raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
    return out


def _closed(segments: list[Segment], kind: str, control: tuple[int, int]) -> Message:
    """The message, where its trailer agrees with it: what was cut or lost on the way shows there."""
    head, tail = segments[0], segments[-1]
    if tail.get(1).lstrip("0") != str(len(segments)):
        reason = f"Segment {tail.position}: the message says {tail.get(1)} segments and has {len(segments)}."
        raise malformed(f"{reason} Send the whole file.")
    if head.get(control[0]) != tail.get(control[1]):
        raise malformed(f"Segment {tail.position}: the message ends under another number than it began with.")
    return Message(kind, tuple(segments[1:-1]))


def _split(text: str, mark: str, release: str) -> list[str]:
    """The parts between the marks; a mark behind an odd number of release signs is text."""
    parts: list[str] = []
    start = at = 0
    while (at := text.find(mark, at)) >= 0:
        before = at
        while release != " " and before > start and text[before - 1] == release:
            before -= 1
        if (at - before) % 2 == 0:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    parts.append(text[start:])
    return parts


def _released(text: str, release: str) -> str:
    return (
        text
        if release == " " or release not in text
        else re.sub(re.escape(release) + r"(.)", r"\1", text, flags=re.DOTALL)
    )
