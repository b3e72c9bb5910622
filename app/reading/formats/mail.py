"""Mails and zip archives: the files in them are read one by one, in order, within limits."""

import email
import email.policy
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.errors import MessageError
from email.message import EmailMessage

from app.documents.document import Document
from app.documents.evidence import Evidence, Method
from app.documents.normal import number_key
from app.reading.einvoice.tree import UnreadableError, malformed
from app.reading.formats import FORMATS, Format
from app.reading.reading import Difference, PageSize, Reading, Source, Unread, Verdict
from app.reading.tables.cells import is_workbook

MAIL, ZIP = "mail", "zip"
_MOST_FILES = 50
_MOST_ENTRIES = 1000
_DEEPEST = 2
_MOST_UNPACKED = 100_000_000
# Paper seldom packs better than this; a bomb does.
_MOST_RATIO = 100
_SMALL = 1_000_000
_LONGEST_NAME = 80
_MOST_REASON = 1000
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_HEADERS = frozenset(
    {
        *("from", "to", "subject", "date", "mime-version", "received", "return-path", "message-id", "content-type"),
        *("delivered-to", "dkim-signature", "authentication-results", "x-mailer", "reply-to", "sender", "cc"),
    }
)
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]")
_LEAST_HEADERS = 3
_NO_PAPERS = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "text/calendar"}
)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was inside: its name, which is only shown and never a path, and its bytes."""

    name: str
    data: bytes


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with the header of a mail."""
    names: set[str] = set()
    for line in data[:8000].lstrip(b"\xef\xbb\xbf\r\n").splitlines():
        if not line:
            break
        if line[:1] in b" \t":
            continue
        match = _HEADER.match(line)
        # The envelope line of a mailbox file may stand before the header.
        if match is None and not (line.startswith(b"From ") and not names):
            return False
        if match is not None:
            names.add(match[1].decode().lower())
    return len(names & _HEADERS) >= _LEAST_HEADERS


def is_zip(data: bytes) -> bool:
    """Whether the bytes are an archive and no spreadsheet."""
    return data.startswith(_ZIP_MARKS) and not is_workbook(data)


def files(data: bytes) -> list[File]:
    """The files in a mail or an archive, in order, those of mails and archives inside among them.

    Raises:
        UnreadableError: the archive is broken or protected, or there is too much in it.
    """
    found: list[File] = []
    room = _MOST_UNPACKED
    for file in _unpacked(data, 1):
        if any(file.data == other.data for other in found):
            continue
        room -= len(file.data)
        if len(found) >= _MOST_FILES or room < 0:
            reason = f"The file holds more than {_MOST_FILES} files or {_MOST_UNPACKED} bytes. Send it in parts."
            raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
        found.append(file)
    return found


def _unpacked(data: bytes, depth: int) -> Iterator[File]:
    for file in _of_zip(data) if is_zip(data) else _of_mail(data):
        if is_zip(file.data) or is_mail(file.data):
            if depth >= _DEEPEST:
                reason = f"{file.name} lies too deep: archives and mails are opened {_DEEPEST} deep. Send it by itself."
                raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
            yield from _unpacked(file.data, depth + 1)
        elif file.data:
            yield file


def _of_zip(data: bytes) -> Iterator[File]:
    room = _MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > _MOST_ENTRIES:
                reason = f"The archive holds {len(entries)} files; at most {_MOST_FILES} are read. Send it in parts."
                raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
            for entry in entries:
                name = _shown(entry.filename)
                if entry.flag_bits & 1:
                    raise UnreadableError(Verdict.ENCRYPTED, f"{name} is protected by a password. Send it without one.")
                if name.startswith(".") or "__MACOSX" in entry.filename:
                    continue
                content = _inflated(archive, entry, min(room, _most(entry.compress_size)))
                room -= len(content)
                yield File(name, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        raise malformed("The archive is damaged, or packed in a way that is not read. Pack it again as zip.") from None


def _most(packed: int) -> int:
    """How many bytes an entry may unpack to."""
    return max(_SMALL, packed * _MOST_RATIO)


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    # What the entry says of its size is not believed: it is read up to the limit and no further.
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise UnreadableError(
            Verdict.RESOURCE_LIMIT, f"{_shown(entry.filename)} unpacks to too much. Send it by itself."
        )
    return content


def _of_mail(data: bytes) -> Iterator[File]:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        yield from _parts(message)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError):
        raise malformed("The mail is damaged. Send its attachments by themselves.") from None


def _parts(message: EmailMessage) -> Iterator[File]:
    for part in message.iter_parts() if message.is_multipart() else [message]:
        if not isinstance(part, EmailMessage):
            continue
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, EmailMessage):
                yield File(_shown(part.get_filename() or "mail.eml"), inner.as_bytes())
        elif part.is_multipart():
            yield from _parts(part)
        elif _may_be_paper(part, kind):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield File(_shown(part.get_filename() or kind), content)


def _may_be_paper(part: EmailMessage, kind: str) -> bool:
    """Whether a part is an attachment: not the letter itself, not a logo in it, not a signature."""
    name = part.get_filename()
    if kind in _NO_PAPERS or (kind in {"text/plain", "text/html"} and not name):
        return False
    drawn = kind.startswith("image/") and (part.get_content_disposition() == "inline" or part.get("Content-ID"))
    return not drawn


def _shown(name: str) -> str:
    """The last part of a name, in letters that can be shown."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return plain.strip()[:_LONGEST_NAME] or "a file without a name"


def read_mail(data: bytes) -> Reading:
    """Read the attachments of a mail."""
    return _read(data, MAIL, "The mail has no attachment. Send the document itself.")


def read_zip(data: bytes) -> Reading:
    """Read the files of an archive."""
    return _read(data, ZIP, "The archive holds no file.")


def _read(data: bytes, code: str, nothing: str) -> Reading:
    from app.reading import read_bytes  # noqa: PLC0415 (it imports this module)

    try:
        inner = [(file, read_bytes(file.data, name=file.name)) for file in files(data)]
    except UnreadableError as error:
        return Reading(error.verdict, error.reason, format=code)
    if not inner:
        return Reading(Verdict.EMPTY, nothing, format=code)
    good = [reading for _, reading in inner if reading.verdict is Verdict.OK]
    bad = [(file, reading) for file, reading in inner if reading.verdict is not Verdict.OK]
    if good:
        # A text or a picture beside the papers is no loss; a paper that could not be read is.
        bad = [(file, reading) for file, reading in bad if reading.verdict is not Verdict.UNSUPPORTED]
    told = " ".join(f"{file.name}: {reading.reason}" for file, reading in bad)[:_MOST_REASON] or None
    if not good:
        worst = next((r.verdict for _, r in bad if r.verdict is not Verdict.UNSUPPORTED), Verdict.UNSUPPORTED)
        return Reading(worst, told, format=code)
    return _joined(good, told, code)


def _joined(readings: list[Reading], reason: str | None, code: str) -> Reading:
    """All documents in one reading; pages are counted through."""
    documents: list[Document] = []
    pages: list[PageSize] = []
    differences: list[Difference] = []
    unread: list[Unread] = []
    sources: list[Source] = []
    said = {_name(document) for reading in readings for document in reading.documents if _is_data(document)}
    for reading in readings:
        for place, document in enumerate(reading.documents):
            if not _is_data(document) and _name(document) in said:
                # The picture of an e-invoice that came along as a file of its own.
                continue
            differences += [replace(e, document=len(documents)) for e in reading.differences if e.document == place]
            unread += [
                replace(e, page=e.page + len(pages), document=len(documents))
                for e in reading.unread
                if e.document == place
            ]
            sources += [replace(e, document=len(documents)) for e in reading.sources if e.document == place]
            documents.append(replace(document, evidence=_shifted(document, len(pages))))
        pages += reading.pages
    return Reading(
        verdict=Verdict.OK,
        reason=reason,
        documents=tuple(documents),
        pages=tuple(pages),
        format=code,
        differences=tuple(differences),
        unread=tuple(unread),
        sources=tuple(sources),
    )


def _name(document: Document) -> tuple[str, str | None]:
    return document.kind, number_key(document.number)


def _is_data(document: Document) -> bool:
    """Whether the document was read from data and has a number, not from a page."""
    entry = document.evidence.get("/number")
    return entry is not None and entry.method in {Method.XML, Method.EDI}


def _shifted(document: Document, pages: int) -> dict[str, Evidence]:
    return {
        pointer: entry if entry.page is None else replace(entry, page=entry.page + pages)
        for pointer, entry in document.evidence.items()
    }


FORMATS.add(MAIL, Format(MAIL, "Mail (EML)", ("message/rfc822",), is_mail, read_mail, rank=20))
FORMATS.add(ZIP, Format(ZIP, "Zip archive", ("application/zip",), is_zip, read_zip, rank=20))
