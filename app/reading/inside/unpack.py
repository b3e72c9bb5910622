"""Taking a mail or an archive apart, with those inside it, within limits that hold for the whole."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.reading.einvoice.tree import UnreadableError
from app.reading.inside import archive, letter
from app.reading.inside.entries import Entry
from app.reading.others import is_text_document
from app.reading.reading import Verdict

MAIL, ZIP = "mail", "zip"
MOST_FILES = 50
DEEPEST = 2
MOST_UNPACKED = 60_000_000
_MOST_LEFT_OUT = 100
_HEAD = 8
_NOTHING = {
    MAIL: "The mail has no attachment. Send the document itself.",
    ZIP: "The archive holds no file.",
}
_OPENED: Mapping[str, Callable[[bytes, int], Iterator[Entry]]] = {MAIL: letter.entries, ZIP: archive.entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A file that was inside: its name, its bytes, and what it lay in.

    `within` is the place among the files of the mail or archive inside which this one lay, None where it
    lay in the outermost. `holds` says which kind of holder it is itself, `facts` what its head says. A
    verdict other than ok, with its reason, is final: the file is not to be read (it may have no bytes).
    """

    name: str
    data: bytes = b""
    within: int | None = None
    holds: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict = Verdict.OK
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What was inside: the files in order, or the verdict why nothing was taken.

    `left_out` names what is no paper (logos in the letter, signatures, files of the packer).
    """

    verdict: Verdict
    reason: str | None = None
    holds: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Inner, ...] = ()
    left_out: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """One block of bytes for a pipe; `from_bytes` gives the same back."""
        head = {
            "verdict": self.verdict.value,
            "reason": self.reason,
            "holds": self.holds,
            "facts": dict(self.facts),
            "left_out": list(self.left_out),
            "files": [_head_of(file) for file in self.files],
        }
        text = json.dumps(head).encode()
        return b"".join((len(text).to_bytes(_HEAD, "big"), text, *(file.data for file in self.files)))

    @staticmethod
    def from_bytes(block: bytes) -> "Unpacked":
        """What the bytes describe; strict, because they come from a sandbox.

        Raises:
            ValueError: they do not have that form.
        """
        at = _HEAD + int.from_bytes(block[:_HEAD], "big")
        try:
            head = json.loads(block[_HEAD:at])
            files: list[Inner] = []
            for entry in head["files"]:
                size = int(entry["size"])
                if size < 0 or at + size > len(block):
                    raise ValueError("a file is longer than what came")
                files.append(_inner(entry, block[at : at + size], len(files)))
                at += size
            return Unpacked(
                verdict=Verdict(head["verdict"]),
                reason=_text(head["reason"]),
                holds=_text(head["holds"]),
                facts={str(name): str(value) for name, value in head["facts"].items()},
                files=tuple(files),
                left_out=tuple(str(name) for name in head["left_out"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not what was inside a file: {error!r}") from error


def _head_of(file: Inner) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": len(file.data),
        "within": file.within,
        "holds": file.holds,
        "facts": dict(file.facts),
        "verdict": file.verdict.value,
        "reason": file.reason,
    }


def _inner(entry: dict[str, Any], data: bytes, place: int) -> Inner:
    within = entry["within"]
    if within is not None and not 0 <= int(within) < place:
        raise ValueError("a file lies in one that does not come before it")
    return Inner(
        name=str(entry["name"]),
        data=data,
        within=None if within is None else int(within),
        holds=_text(entry["holds"]),
        facts={str(name): str(value) for name, value in entry["facts"].items()},
        verdict=Verdict(entry["verdict"]),
        reason=_text(entry["reason"]),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def holds_files(data: bytes) -> str | None:
    """`mail` or `zip` where the bytes are one; None where they are not."""
    if archive.is_zip(data) and not is_text_document(data):
        return ZIP
    return MAIL if letter.is_mail(data) else None


def unpack(data: bytes) -> Unpacked:
    """The files in a mail or an archive, in order, each of those inside followed by its own.

    The same content twice is one file. Never raises for what is in the bytes.
    """
    holds = holds_files(data)
    if holds is None:
        return Unpacked(verdict=Verdict.UNSUPPORTED, reason="The file is neither a mail nor an archive.")
    search = _Search()
    try:
        search.take(data, holds, None, 1)
    except (UnreadableError, RecursionError) as error:
        told = error if isinstance(error, UnreadableError) else _too_deep()
        return Unpacked(verdict=told.verdict, reason=told.reason, holds=holds)
    facts = letter.facts(data) if holds == MAIL else {}
    left_out = tuple(search.left_out[:_MOST_LEFT_OUT])
    if not search.files:
        return Unpacked(verdict=Verdict.EMPTY, reason=_NOTHING[holds], holds=holds, facts=facts, left_out=left_out)
    if all(file.verdict is Verdict.ENCRYPTED for file in search.files):
        reason = "The archive is protected by a password. Send it without one."
        return Unpacked(verdict=Verdict.ENCRYPTED, reason=reason, holds=holds, facts=facts, left_out=left_out)
    return Unpacked(verdict=Verdict.OK, holds=holds, facts=facts, files=tuple(search.files), left_out=left_out)


class _FullError(UnreadableError):
    """There is too much in the whole: nothing of it is taken."""


def _too_deep() -> UnreadableError:
    return UnreadableError(Verdict.RESOURCE_LIMIT, "The mail is nested too deeply. Send its attachments by themselves.")


class _Search:
    """What was found so far, and how much room is left for the whole."""

    def __init__(self) -> None:
        self.files: list[Inner] = []
        self.left_out: list[str] = []
        self._known: set[bytes] = set()
        self._room = MOST_UNPACKED

    def take(self, data: bytes, holds: str, within: int | None, depth: int) -> None:
        for entry in _OPENED[holds](data, self._room):
            if entry.decoration:
                self.left_out.append(entry.name)
                continue
            if entry.data in self._known or (not entry.data and entry.verdict is Verdict.OK):
                continue
            self._note(entry, within)
            inside = holds_files(entry.data) if entry.data else None
            if inside is not None:
                self._open(entry, inside, depth)

    def _note(self, entry: Entry, within: int | None) -> None:
        self._room -= len(entry.data)
        if len(self.files) >= MOST_FILES or self._room < 0:
            reason = f"The file holds more than {MOST_FILES} files or {MOST_UNPACKED} bytes. Send it in parts."
            raise _FullError(Verdict.RESOURCE_LIMIT, reason)
        if entry.data:
            self._known.add(entry.data)
        self.files.append(
            Inner(name=entry.name, data=entry.data, within=within, verdict=entry.verdict, reason=entry.reason)
        )

    def _open(self, entry: Entry, holds: str, depth: int) -> None:
        at = len(self.files) - 1
        facts = letter.facts(entry.data) if holds == MAIL else {}
        self.files[at] = replace(self.files[at], holds=holds, facts=facts)
        if depth >= DEEPEST:
            reason = f"{entry.name} lies too deep: archives and mails are opened {DEEPEST} deep. Send it by itself."
            self.files[at] = replace(self.files[at], verdict=Verdict.RESOURCE_LIMIT, reason=reason)
            return
        try:
            self.take(entry.data, holds, at, depth + 1)
        except _FullError:
            raise
        except UnreadableError as error:
            self.files[at] = replace(self.files[at], verdict=error.verdict, reason=f"{entry.name}: {error.reason}")
            return
        if len(self.files) == at + 1:
            self.files[at] = replace(self.files[at], verdict=Verdict.EMPTY, reason=_NOTHING[holds])
