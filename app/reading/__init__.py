"""Bytes become documents, with where each value stood and how sure the reader is."""

from collections.abc import Sequence
from dataclasses import replace

from app.reading import formats
from app.reading.formats import FORMATS
from app.reading.formats.table import unknown
from app.reading.inside.whole import apart
from app.reading.layouts.layout import Layout
from app.reading.layouts.recall import offering
from app.reading.ocr import postponed
from app.reading.others import told_of
from app.reading.reading import Reading, Verdict
from app.reading.sheets import noting, sheets_of
from app.reading.tables.recall import remembering
from app.reading.tables.told import Told
from app.registry import discover

discover(formats)

__all__ = ["FORMATS", "MOST_BYTES", "Reading", "Verdict", "read_bytes"]

MOST_BYTES = 25_000_000


def read_bytes(
    data: bytes,
    *,
    name: str = "",
    postpone_ocr: bool = False,
    postpone_files: bool = False,
    note_sheets: bool = False,
    layouts: Sequence[Layout] = (),
    tables: Sequence[Told] = (),
) -> Reading:
    """Read a file of any known format; a bad file gets a verdict with a reason, never an error.

    With `postpone_ocr` a scan gets the verdict `needs_ocr` at once, to be read again where there is time for
    it; with `postpone_files` a mail or an archive gets `holds_files`, to be taken apart and read file by file;
    with `note_sheets` the reading says what its first and last page say of their place in a paper. `layouts`
    are remembered ones of the supplier: the one whose fingerprint is found takes part in the reading; `tables` are
    remembered columns of tables with the same headings.
    """
    with (
        postponed(postpone=postpone_ocr),
        apart(files=postpone_files),
        remembering(tables),
        noting(note=note_sheets) as pages,
    ):
        reading = _recalled(data, name, layouts)
        single = reading.verdict is Verdict.OK and len(reading.documents) == 1
        found = sheets_of(pages, reading.documents[0]) if single else ()
        return replace(reading, sheets=found) if found else reading


def _recalled(data: bytes, name: str, layouts: Sequence[Layout]) -> Reading:
    if not layouts:
        return _read(data, name)
    with offering(layouts) as offer:
        reading = _read(data, name)
    return replace(reading, layouts=offer.uses(reading.documents))


def _read(data: bytes, name: str) -> Reading:  # noqa: ARG001 (the content decides, never the name)
    if not data.strip(b"\x00 \t\r\n"):
        return Reading(Verdict.EMPTY, "The file is empty. Send it again.")
    if len(data) > MOST_BYTES:
        reason = f"The file has {len(data)} bytes; at most {MOST_BYTES} are read. Send it in parts."
        return Reading(Verdict.RESOURCE_LIMIT, reason)
    for known in sorted(FORMATS.values(), key=lambda entry: entry.rank):
        if known.accepts(data):
            try:
                return known.read(data)
            except RecursionError:
                return Reading(
                    Verdict.RESOURCE_LIMIT, "The file is nested too deeply. Export it again.", format=known.code
                )
            except MemoryError:
                return Reading(
                    Verdict.RESOURCE_LIMIT, "The file needs too much memory. Send it in parts.", format=known.code
                )
            except Exception:  # noqa: BLE001 (whatever a hostile file breaks, its sender gets a verdict)
                reason = "The file broke the reader. Print it to PDF again and send that."
                return Reading(Verdict.CRASH, reason, format=known.code)
    refused = told_of(data)
    if refused is not None:
        return refused
    table = unknown(data)
    if table is not None:
        return table
    titles = ", ".join(entry.title for entry in FORMATS.values())
    return Reading(Verdict.UNSUPPORTED, f"This kind of file cannot be read. Send one of: {titles}.")
