"""Cells: the rows of a CSV file or of a spreadsheet's sheets, each cell as text with its place."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import python_calamine as calamine

from app.reading.einvoice.tree import UnreadableError, malformed
from app.reading.reading import Verdict

MOST_ROWS = 100_000
_MOST_COLUMNS = 500
_MOST_SHEETS = 50
_MOST_UNPACKED = 250_000_000
_MOST_RATIO = 250
_LONGEST_CELL = 10_000
_DELIMITERS = (";", "\t", ",", "|")
_SAMPLE_ROWS = 40
_LETTERS = 26
# How the older container calls what it holds where that is encrypted.
_PROTECTED = "EncryptedPackage"
_LOCKED = "The spreadsheet is protected by a password. Send it without one."
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Figure(str):
    """The text of a cell that the spreadsheet itself holds as a number: it has a point, whatever people type."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet; a CSV file is a sheet without a name. `delimiter` is what stood between its cells."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    delimiter: str | None = None

    def path(self, row: int, column: int) -> str:
        """The cell's name, as spreadsheets write it: B7, or Lines!B7; row and column from 0."""
        letters, at = "", column + 1
        while at:
            at, letter = divmod(at - 1, _LETTERS)
            letters = chr(ord("A") + letter) + letters
        cell = f"{letters}{row + 1}"
        return f"{self.name}!{cell}" if self.name else cell


def text_of(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 with its mark, or Windows-1252; None where it is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            return None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    head = text[:4000]
    return None if any(letter < " " and letter not in "\t\r\n\f" for letter in head) else text


def of_csv(data: bytes, *, strict: bool = True) -> Sheet | None:
    """The rows of a CSV file; None where the file is no text in columns.

    Raises:
        UnreadableError: there are too many rows.
    """
    text = text_of(data)
    if text is None:
        return None
    start = "".join(text.splitlines(keepends=True)[:_SAMPLE_ROWS])
    best = max(_DELIMITERS, key=lambda mark: _evenness(start, mark))
    if _evenness(start, best) <= 0:
        return None
    return Sheet("", tuple(_rows(text, best, strict=strict)), best)


def _evenness(text: str, mark: str) -> float:
    """How much the text looks like columns between these marks: how many rows agree, times the columns."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(text), delimiter=mark) if any(row)]
    except csv.Error:
        return 0.0
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0
    usual = max(set(wide), key=wide.count)
    return wide.count(usual) / len(widths) * min(usual, 12)


def _rows(text: str, mark: str, *, strict: bool) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=mark, strict=strict):
            if len(rows) >= MOST_ROWS:
                reason = f"The table has more than {MOST_ROWS} rows. Send it in parts."
                raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
            rows.append(tuple(cell.replace("\x00", "").strip()[:_LONGEST_CELL] for cell in row[:_MOST_COLUMNS]))
    except csv.Error as error:
        raise malformed(f"Line {len(rows) + 1} of the CSV file is broken: {error}.") from None
    return rows


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a spreadsheet: XLSX, XLSB, ODS or the older XLS; never raises."""
    if data.startswith(_OLE):
        return any(name.encode("utf-16-le") in data for name in ("Workbook", "Book", _PROTECTED))
    if not data.startswith(_ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            return any(name.startswith("xl/workbook.") for name in names) or (
                "content.xml" in names and b"opendocument.spreadsheet" in data[:200]
            )
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def of_workbook(data: bytes) -> list[Sheet]:
    """The visible sheets of a spreadsheet.

    Raises:
        UnreadableError: it is broken, protected, or would unpack to too much.
    """
    if data.startswith(_ZIP):
        _check_size(data)
    elif _PROTECTED.encode("utf-16-le") in data:
        raise UnreadableError(Verdict.ENCRYPTED, _LOCKED)
    try:
        return _sheets(data)
    except calamine.PasswordError:
        raise UnreadableError(Verdict.ENCRYPTED, _LOCKED) from None
    except (calamine.CalamineError, OSError, ValueError, OverflowError):
        raise malformed("The spreadsheet is damaged. Save it again and send that.") from None
    except BaseException as error:
        # A panic of the library is no Exception; what is not one goes on.
        if type(error).__name__ != "PanicException":
            raise
        raise malformed("The spreadsheet broke the reader. Save it as CSV and send that.") from None


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise malformed("The spreadsheet is damaged. Save it again and send that.") from None
    if unpacked > _MOST_UNPACKED or unpacked > _MOST_RATIO * max(len(data), 4000):
        raise UnreadableError(Verdict.RESOURCE_LIMIT, "The spreadsheet unpacks to too much. Send it in parts.")


def _sheets(data: bytes) -> list[Sheet]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: list[Sheet] = []
    try:
        for entry in book.sheets_metadata[:_MOST_SHEETS]:
            if entry.visible != calamine.SheetVisibleEnum.Visible or entry.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(entry.name)
            if sheet.total_height > MOST_ROWS or sheet.total_width > _MOST_COLUMNS:
                reason = f"A sheet has more than {MOST_ROWS} rows or {_MOST_COLUMNS} columns. Send it in parts."
                raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
            # Empty rows above the table are kept, so that a cell has the name that the spreadsheet shows.
            rows = sheet.to_python(skip_empty_area=False)
            found.append(Sheet(entry.name, tuple(tuple(_text(cell) for cell in row) for row in rows)))
    finally:
        book.close()
    return found


def _text(cell: Any) -> str:
    """The cell as text: numbers with a point, dates as in ISO 8601."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        return Figure(number_text(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time | timedelta):
        return str(cell)
    return str(cell).strip()[:_LONGEST_CELL]


def number_text(value: float) -> str:
    """The number as a spreadsheet shows it: fifteen digits, beyond which a cell of it holds only noise."""
    text = f"{value:.15g}"
    if "e" not in text:
        return text
    return format(Decimal(text), "f")


def filled(row: Sequence[str]) -> int:
    """How many cells of the row hold something."""
    return sum(1 for cell in row if cell)


def is_even(sheet: Sheet, head: int) -> bool:
    """Whether the rows under the headings have as many cells as these, all but a few."""
    body = [row for row in sheet.rows[head + 1 :] if any(row)]
    return bool(body) and sum(len(row) == len(sheet.rows[head]) for row in body) * 10 >= len(body) * 8
