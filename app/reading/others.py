"""Kinds of files that are known and not read: each is named, and its sender is told what to send instead."""

import io
import zipfile

from app.reading.reading import Reading, Verdict

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK = "__properties_version1.0"
_WORD = "WordDocument"
_PRINT = "Print it to PDF and send that."

#: Code, how it begins, what it is called, and what to do: these hold other files, so that nothing of them is known.
HOLDERS = {
    "tnef": (b"\x78\x9f\x3e\x22", "winmail.dat, in which Outlook wraps attachments", "Send the mail as HTML or text."),
    "rar": (b"Rar!\x1a\x07", "a RAR archive", "Pack the files as zip."),
    "7z": (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Pack the files as zip."),
    "gzip": (b"\x1f\x8b", "a gzip archive", "Pack the files as zip."),
    "msg": (b"", "a mail in Outlook's own format", "Save it as .eml, or send its attachments."),
}
_HEADED = {
    "rtf": ("a text in RTF", _PRINT),
    "html": ("a web page", _PRINT),
    "word": ("a Word document", _PRINT),
}
_PAGES = (b"<!doctype html", b"<html")


def told_of(data: bytes) -> Reading | None:
    """The refusal of a kind of file that is known and not read, None of any other; never raises."""
    code = _code(data)
    if code is None:
        return None
    title, advice = HOLDERS[code][1:] if code in HOLDERS else _HEADED[code]
    return Reading(Verdict.UNSUPPORTED, f"This is {title}, which is not read. {advice}", format=code)


def _code(data: bytes) -> str | None:
    for code, (mark, _, _) in HOLDERS.items():
        if mark and data.startswith(mark):
            return code
    if data.startswith(_OLE):
        return next((code for code, name in (("msg", _OUTLOOK), ("word", _WORD)) if _names(data, name)), None)
    if data.startswith(rb"{\rtf"):
        return "rtf"
    return "html" if data[:200].lstrip().lower().startswith(_PAGES) else None


def _names(data: bytes, stream: str) -> bool:
    """Whether the older container of Office files has a stream of that name."""
    return stream.encode("utf-16-le") in data


def is_text_document(data: bytes) -> bool:
    """Whether a zip is a Word or OpenDocument text, and no archive of files; never raises."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return "word/document.xml" in names or "ppt/presentation.xml" in names or {"mimetype", "content.xml"} <= names


def office(data: bytes) -> Reading | None:
    """The refusal of a text document that is packed as a zip; None of any other zip."""
    if not is_text_document(data):
        return None
    return Reading(Verdict.UNSUPPORTED, f"This is a text document, which is not read. {_PRINT}", format="word")
