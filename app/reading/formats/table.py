"""Tables: CSV files, and spreadsheets with one sheet or several; headings say which column is what."""

from app.documents.document import Document
from app.reading.einvoice.tree import UnreadableError
from app.reading.formats import FORMATS, Format
from app.reading.reading import Reading, Verdict
from app.reading.tables import cells, rows
from app.reading.tables.joining import joined
from app.reading.tables.mapping import Mapping, propose

CSV, WORKBOOK = "csv", "xlsx"
_SAMPLE = 100_000
_WORKBOOKS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
)
_NO_HEADINGS = (
    "No row of headings was found that a purchase document has, such as Invoice number, Description, Quantity,"
    " Unit price. Name the columns so."
)


def accepts_csv(data: bytes) -> bool:
    """Whether the bytes are text in columns with headings of a purchase; never raises."""
    # The sample may end within a quoted cell; how well the file is made is judged when it is read.
    sheet = cells.of_csv(data[:_SAMPLE], strict=False)
    return sheet is not None and propose(sheet) is not None


def read_csv(data: bytes) -> Reading:
    """Read a CSV file."""
    try:
        sheet = cells.of_csv(data)
        mapped = [(sheet, propose(sheet))] if sheet is not None else []
        found = tuple(document for sheet, mapping in mapped for document in rows.documents(sheet, mapping))
    except UnreadableError as error:
        return Reading(error.verdict, error.reason, format=CSV)
    return _reading(found, CSV, mapped)


def read_workbook(data: bytes) -> Reading:
    """Read the visible sheets of a spreadsheet."""
    try:
        mapped = [(sheet, propose(sheet)) for sheet in cells.of_workbook(data)]
        found = joined(document for sheet, mapping in mapped for document in rows.documents(sheet, mapping))
    except UnreadableError as error:
        return Reading(error.verdict, error.reason, format=WORKBOOK)
    return _reading(found, WORKBOOK, mapped)


def _reading(found: tuple[Document, ...], code: str, mapped: list[tuple[cells.Sheet, Mapping | None]]) -> Reading:
    if not found:
        return Reading(Verdict.UNSUPPORTED, _NO_HEADINGS, format=code)
    tables = tuple(mapping.told(sheet) for sheet, mapping in mapped if mapping is not None)
    return Reading(Verdict.OK, None, found, (), code, tables=tables)


FORMATS.add(WORKBOOK, Format(WORKBOOK, "Spreadsheet (XLSX, ODS, XLS)", _WORKBOOKS, cells.is_workbook, read_workbook))
# Any text could be a table: all other formats are asked before.
FORMATS.add(CSV, Format(CSV, "CSV", ("text/csv",), accepts_csv, read_csv, rank=50))
