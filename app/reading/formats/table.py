"""Tables: CSV files, and spreadsheets with one sheet or several; headings say which column is what."""

from collections.abc import Mapping, Sequence

from app.documents.document import Document
from app.reading.einvoice.tree import UnreadableError
from app.reading.formats import FORMATS, Format
from app.reading.reading import Reading, Verdict
from app.reading.tables import cells, recall, rows
from app.reading.tables.joining import joined
from app.reading.tables.mapping import guess, propose
from app.reading.tables.told import Mapped

#: Which heading or cell is which field (None: it is not used).
Columns = Mapping[str, str | None]

CSV, WORKBOOK = "csv", "xlsx"
_SAMPLE = 100_000
_WORKBOOKS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
)
_NO_HEADINGS = (
    "No row of headings was found that a purchase document has, such as Invoice number, Description, Quantity,"
    " Unit price. Name the columns so, or say in the document's mapping which column is what."
)


def accepts_csv(data: bytes) -> bool:
    """Whether the bytes are text in columns with headings of a purchase, or as remembered ones; never raises."""
    # The sample may end within a quoted cell; how well the file is made is judged when it is read.
    sheet = cells.of_csv(data[:_SAMPLE], strict=False)
    return sheet is not None and (propose(sheet) is not None or recall.is_remembering())


def read_csv(data: bytes) -> Reading:
    """Read a CSV file."""
    return _read(data, CSV)


def read_workbook(data: bytes) -> Reading:
    """Read the visible sheets of a spreadsheet."""
    return _read(data, WORKBOOK)


def read_told(data: bytes, columns: Columns) -> recall.Tried:
    """Read a CSV file or a spreadsheet by what a person says of its columns."""
    code = WORKBOOK if cells.is_workbook(data) else CSV
    try:
        sheets = _sheets(data, code)
    except UnreadableError as error:
        refused = Reading(error.verdict, error.reason, format=code)
        return recall.Tried(reading=refused, proposed=refused, wrong={}, kept={}, marks=())
    return recall.tried(sheets, columns, _proposed(sheets, code), lambda mapped: _by(mapped, code))


def unknown(data: bytes) -> Reading | None:
    """The refusal of text in columns under headings that are not known, with these headings; None of anything else."""
    sheet = cells.of_csv(data[:_SAMPLE], strict=False)
    mapping = guess(sheet) if sheet is not None else None
    if sheet is None or mapping is None or not cells.is_even(sheet, mapping.row):
        return None
    return Reading(Verdict.UNSUPPORTED, _NO_HEADINGS, tables=(mapping.told(sheet),))


def _read(data: bytes, code: str) -> Reading:
    try:
        sheets = _sheets(data, code)
    except UnreadableError as error:
        return Reading(error.verdict, error.reason, format=code)
    return recall.recalled(sheets, _proposed(sheets, code), lambda mapped: _by(mapped, code))


def _sheets(data: bytes, code: str) -> list[cells.Sheet]:
    if code == WORKBOOK:
        return cells.of_workbook(data)
    sheet = cells.of_csv(data)
    return [] if sheet is None else [sheet]


def _proposed(sheets: Sequence[cells.Sheet], code: str) -> Reading:
    return _by([(sheet, propose(sheet)) for sheet in sheets], code)


def _by(mapped: Mapped, code: str) -> Reading:
    """The documents of the sheets by their columns; where there are none, the rows that may be headings."""
    tables = tuple(mapping.told(sheet) for sheet, mapping in mapped if mapping is not None)
    try:
        every = (document for sheet, mapping in mapped for document in rows.documents(sheet, mapping))
        found: tuple[Document, ...] = joined(every) if code == WORKBOOK else tuple(every)
    except UnreadableError as error:
        return Reading(error.verdict, error.reason, format=code, tables=tables)
    if not found:
        likely = [(sheet, guess(sheet)) for sheet, mapping in mapped if mapping is None]
        tables += tuple(mapping.told(sheet) for sheet, mapping in likely if mapping is not None)
        return Reading(Verdict.UNSUPPORTED, _NO_HEADINGS, format=code, tables=tables)
    return Reading(Verdict.OK, None, found, (), code, tables=tables)


FORMATS.add(WORKBOOK, Format(WORKBOOK, "Spreadsheet (XLSX, ODS, XLS)", _WORKBOOKS, cells.is_workbook, read_workbook))
# Any text could be a table: all other formats are asked before.
FORMATS.add(CSV, Format(CSV, "CSV", ("text/csv",), accepts_csv, read_csv, rank=50))
