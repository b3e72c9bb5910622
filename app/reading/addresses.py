"""Addresses: a page's cells, and the lines of an address around a town or under a label."""
# ruff: noqa: PLR2004 (counts of lines and shares of the print size are measures of this module alone)

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from app.reading.lexicon import lexicon, words
from app.reading.names import (
    Cell,
    cell_of,
    has_facts,
    has_form,
    has_postcode,
    is_attention,
    is_care,
    is_heading,
    is_label,
    is_name,
    is_salutation,
    is_street,
    without_forms,
)
from app.reading.rows import Row, cells
from app.reading.tokens import Page, Token

_SEPARATOR = re.compile(r"[·•●|–—*▪-]")
_BEFORE_NAMES = frozenset({
    "firma", "firm", "herrn", "herr", "frau", "an", "to", "company", "logo", "messrs", "monsieur", "madame", "mr",
    "mrs", "ms", "societe", "societa", "bedrijf", "azienda", "empresa", "m",
})  # fmt: skip
_CONTACTS = frozenset({
    "contact", "kontakt", "contacto", "contatto", "attn", "attention", "att", "zhd", "ansprechpartner",
    "contactpersoon",
})  # fmt: skip
# Words wider apart than this share of the print size stand in different cells.
_GAP = 1.1
_MOST_LINES, _MOST_ROWS = 7, 800
_ALIGNED = 9.0
_INDENT = 60.0
_LOOSE = 0.95
_LOOSEST = 1.25
_LARGER = 1.15


@dataclass(slots=True, eq=False)
class Sheet:
    """The rows outside the table of goods, each with its cells."""

    rows: list[Row]
    cells: list[list[Cell]] = field(default_factory=list)
    height: float = 842.0
    width: float = 595.0

    def every(self) -> Iterator[Cell]:
        """All cells in reading order."""
        for row in self.cells:
            yield from row


def sheet_of(rows: Iterable[Row], page: Page | None = None) -> Sheet:
    """The rows with their cells; without its page, the sheet is as large as its print reaches."""
    every = list(rows)
    if len(every) > _MOST_ROWS:
        # Parties stand at the beginning and at the end; a long statement must not cost more than that.
        every = every[: _MOST_ROWS // 2] + every[-_MOST_ROWS // 2 :]
    sheet = Sheet(every)
    for at, row in enumerate(sheet.rows):
        parted = [part for tokens in cells(row.tokens, _GAP) for bar in _at_bars(tokens) for part in _at_labels(bar)]
        sheet.cells.append([cell_of(tokens, at) for tokens in parted])
    if page is not None:
        sheet.height, sheet.width = page.height, page.width
    elif sheet.rows:
        sheet.height = max(max(row.bottom for row in sheet.rows) * 1.03, 400.0)
        sheet.width = max(max(row.tokens[-1].x1 for row in sheet.rows) * 1.06, 300.0)
    return sheet


def _at_bars(tokens: list[Token]) -> list[list[Token]]:
    """The words parted at the bars of a drawn table."""
    if not any(token.text == "|" for token in tokens):
        return [tokens]
    out: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == "|":
            out.append([])
        else:
            out[-1].append(token)
    return [part for part in out if part]


def _at_labels(tokens: list[Token]) -> list[list[Token]]:
    """The words parted before a party's label with its colon: Buyer: Acme Ltd  Vendor: Sample Works Ltd."""
    if sum(":" in token.text for token in tokens) < 2:
        return [tokens]
    cuts = [at for at in range(1, len(tokens)) if _opens_label(tokens, at)]
    parts = [tokens[a:b] for a, b in pairwise([0, *cuts, len(tokens)])]
    return [_bare(part) for part in parts]


def _opens_label(tokens: list[Token], at: int) -> bool:
    """Whether a label of a party, with a colon behind it, begins at this word; or any label behind a party's name."""
    text: list[str] = []
    for token in tokens[at : at + 4]:
        text.extend(words(token.text))
        if token.text.endswith(":"):
            known = lexicon("parties").roles(text)
            return bool(known) or bool(lexicon("fields").roles(text) and has_form(tokens[at - 1].text))
    return False


def _bare(tokens: list[Token]) -> list[Token]:
    """The words without a sign at their end that parts them from what follows."""
    return tokens[:-1] if len(tokens) > 1 and _SEPARATOR.fullmatch(tokens[-1].text) else tokens


def pieces_of(cell: Cell) -> list[Cell]:
    """The cell parted at dots, bars and dashes, else behind commas."""
    out: list[list[Token]] = [[]]
    for token in cell.tokens:
        if _SEPARATOR.fullmatch(token.text):
            out.append([])
            continue
        out[-1].append(token)
    parts = [part for part in out if part]
    if len(parts) < 2:
        parts = _comma_parts(cell.tokens)
    return [cell_of(part, cell.row) for part in parts]


def _comma_parts(tokens: list[Token]) -> list[list[Token]]:
    out: list[list[Token]] = [[]]
    for token in tokens:
        if not out[-1] and len(out) > 1 and has_form(token.text) and not without_forms(token.text).strip(" ,;."):
            # "Acme, Inc." is one name.
            out[-2].append(token)
        else:
            out[-1].append(token)
        if out[-1] and token.text.endswith((",", ";")):
            out.append([])
    return [part for part in out if part]


def from_name(lines: list[Cell]) -> list[Cell]:
    """Leave out what stands over the name: Firma, a contact."""
    at = 0
    while at < len(lines) - 1:
        text = set(lines[at].words)
        idle = (
            text <= _BEFORE_NAMES
            or is_attention(lines[at])
            or (text & _CONTACTS and is_name(lines[at + 1]) and not is_street(lines[at + 1]))
        )
        if not (idle and not has_form(lines[at].text)) and is_name(lines[at]):
            break
        at += 1
    return lines[at:]


def upward(sheet: Sheet, town: Cell, taken: set[int]) -> list[Cell]:
    """The lines above an address's town that start (or end) where it does, the name first; not the taken words."""
    lines = [town]
    below = sheet.rows[town.row]
    for at in range(town.row - 1, max(-1, town.row - 10), -1):
        row = sheet.rows[at]
        if row.page != below.page or below.top - row.bottom > _LOOSEST * row.size:
            break
        found = _aligned(sheet.cells[at], town)
        if found is None:
            if below.middle - row.middle > 2.2 * below.size:
                break
            continue
        if is_attention(found):
            below = row
            continue
        if _ends_upward(found, town) or id(found.tokens[0]) in taken:
            break
        lines.insert(0, found)
        below = row
        if len(lines) >= _MOST_LINES:
            break
    return from_name(lines)


def _aligned(row: list[Cell], town: Cell) -> Cell | None:
    for cell in row:
        if abs(cell.x0 - town.x0) < 4 or abs(cell.x1 - town.x1) < 4:
            return cell
    middle = (town.x0 + town.x1) / 2
    return next((cell for cell in row if abs((cell.x0 + cell.x1) / 2 - middle) < 3), None)


def _ends_upward(cell: Cell, town: Cell) -> bool:
    heading = is_heading(cell) and (cell.size > _LARGER * town.size or any(letter.isdigit() for letter in cell.text))
    if (is_label(cell) and not is_care(cell)) or ":" in cell.text or heading or is_salutation(cell):
        return True
    return cell is not town and len(pieces_of(cell)) > 2 and has_postcode(cell.text)


def tail_of(sheet: Sheet, last: Cell) -> list[Cell]:
    """The lines under an address that go on with it: country, telephone, mail, tax number."""
    out: list[Cell] = []
    above = sheet.rows[last.row]
    for at in range(last.row + 1, min(last.row + 9, len(sheet.rows))):
        row = sheet.rows[at]
        gap = (row.top - above.bottom) / row.size
        if row.page != above.page or gap > 2 * _LOOSE:
            break
        found = _aligned(sheet.cells[at], last)
        if found is None or (gap > _LOOSE and not has_facts(found.text)):
            continue
        out.append(found)
        above = row
    return out


def downward(sheet: Sheet, at: int, lines: list[Cell], lefts: set[float]) -> list[Cell]:
    """Cells under each other that start where the block starts, until a gap, another label or a salutation."""
    above = sheet.rows[at]
    for below in range(at + 1, min(at + 12, len(sheet.rows))):
        row = sheet.rows[below]
        if row.page != above.page or row.top - above.bottom > (1.9 if lines else 2.8) * above.size:
            break
        cell = _under(sheet.cells[below], lefts, indented=len(lines) < 2)
        if cell is None:
            if row.middle - above.middle > (2.2 if lines else 3.0) * above.size:
                break
            continue
        if is_salutation(cell):
            break
        named = _named_value(sheet.cells[below], cell)
        if lines and named is None and _ends_downward(cell):
            break
        above = row
        if named and not lines:
            lines.append(named[0])
            lefts.add(named[0].x0)
        elif named is None and (lines or is_name(cell)):
            lines.append(cell)
        if len(lines) >= _MOST_LINES:
            break
    return from_name(lines) if lines else lines


def _under(row: list[Cell], lefts: set[float], *, indented: bool) -> Cell | None:
    """The row's cell that starts where the block starts, or for the first lines a little further right."""
    cell = next((c for c in row if any(abs(c.x0 - x) < _ALIGNED for x in lefts)), None)
    if cell is None and indented:
        cell = next((c for c in row if 0 < c.x0 - min(lefts) < _INDENT), None)
        if cell is not None:
            lefts.add(cell.x0)
    return cell


def _ends_downward(cell: Cell) -> bool:
    return (is_label(cell) and not is_care(cell)) or is_heading(cell)


_NAME_LABELS = frozenset({
    "name", "nom", "nombre", "nome", "naam", "company", "firma", "razon", "ragione", "denominacion", "denominazione",
    "navn", "namn", "nazwa", "societe",
})  # fmt: skip


def _named_value(row: list[Cell], cell: Cell) -> list[Cell] | None:
    """The value of a labelled row (Name: …, Anschrift: …); an empty list for a label that is no name."""
    stop = next(
        (i for i, token in enumerate(cell.tokens[:4]) if token.text.endswith(":") or token.text[:1] == ":"), None
    )
    if stop is None:
        return None
    after = cell.tokens[stop + 1 :]
    if not after:
        number = next((i for i, other in enumerate(row) if other is cell), len(row))
        after = row[number + 1].tokens if number + 1 < len(row) else []
    after = [token for token in after if token.text.strip(":")]
    cared = is_attention(cell) and has_form(" ".join(token.text for token in after))
    if cell.words and (cell.words[0] in _NAME_LABELS or cared) and after:
        return [cell_of(after, cell.row)]
    return []
