"""Mails and zip archives: what is inside is taken out and read file by file."""

from collections.abc import Sequence

from app.reading.formats import FORMATS, Format
from app.reading.inside import Unpacked, unpack
from app.reading.inside.archive import is_zip
from app.reading.inside.letter import is_mail
from app.reading.inside.unpack import MAIL, ZIP
from app.reading.inside.whole import is_apart, read_whole
from app.reading.others import office
from app.reading.reading import Reading, Verdict

_INSIDE = "There are files inside, which are read one by one."


class _Here:
    """Reads the files where it stands, for those who are in a sandbox already or need none."""

    def read(self, data: bytes, *, name: str = "") -> Reading:
        from app.reading import read_bytes  # noqa: PLC0415 (it imports this module)

        return read_bytes(data, name=name, postpone_files=True, note_sheets=True)

    def read_together(self, parts: Sequence[bytes]) -> Reading:
        from app.reading.together import read_together  # noqa: PLC0415 (it imports this module)

        return read_together(parts)

    def unpack(self, data: bytes) -> Unpacked:
        return unpack(data)


def read_mail(data: bytes) -> Reading:
    """Read the attachments of a mail."""
    return _read(data, MAIL)


def read_zip(data: bytes) -> Reading:
    """Read the files of an archive; a text document is packed like one, and refused by its name."""
    return office(data) or _read(data, ZIP)


def _read(data: bytes, code: str) -> Reading:
    if is_apart():
        return Reading(Verdict.HOLDS_FILES, _INSIDE, format=code)
    return read_whole(_Here(), data)


FORMATS.add(MAIL, Format(MAIL, "Mail (EML)", ("message/rfc822",), is_mail, read_mail, rank=20))
FORMATS.add(ZIP, Format(ZIP, "Zip archive", ("application/zip",), is_zip, read_zip, rank=20))
