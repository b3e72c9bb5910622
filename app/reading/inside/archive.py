"""Zip archives: their entries, unpacked up to a limit whatever they say of their size."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from app.reading.einvoice.tree import UnreadableError, malformed
from app.reading.inside.entries import Entry, shown
from app.reading.reading import Verdict
from app.reading.tables.cells import is_workbook

MOST_ENTRIES = 1000
# Paper seldom packs better than this; a bomb does.
_MOST_RATIO = 100
_SMALL = 1_000_000
_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 1
_OF_THE_PACKER = ("thumbs.db", "desktop.ini")


def is_zip(data: bytes) -> bool:
    """Whether the bytes are an archive and no spreadsheet."""
    return data.startswith(_MARKS) and not is_workbook(data)


def entries(data: bytes, most: int) -> Iterator[Entry]:
    """The entries of the archive, in order; those under a password or unpacking to too much come without bytes.

    Raises:
        UnreadableError: the archive is broken, or there is too much in it.
    """
    room = most
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(listed) > MOST_ENTRIES:
                reason = f"The archive holds {len(listed)} files, more than {MOST_ENTRIES}. Send it in parts."
                raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
            for entry in listed:
                name = shown(entry.filename)
                if name.startswith(".") or "__MACOSX" in entry.filename or name.casefold() in _OF_THE_PACKER:
                    yield Entry(name, decoration=True)
                elif entry.flag_bits & _ENCRYPTED:
                    reason = f"{name} is protected by a password. Send it without one."
                    yield Entry(name, b"", Verdict.ENCRYPTED, reason)
                else:
                    found = _inflated(archive, entry, name, min(room, max(_SMALL, entry.compress_size * _MOST_RATIO)))
                    room -= len(found.data)
                    yield found
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        raise malformed("The archive is damaged, or packed in a way that is not read. Pack it again as zip.") from None


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, most: int) -> Entry:
    # What the entry says of its size is not believed: it is read up to the limit and no further.
    with archive.open(entry) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        reason = f"{name} unpacks to more than {most} bytes. Send it by itself."
        return Entry(name, b"", Verdict.RESOURCE_LIMIT, reason)
    return Entry(name, content)
