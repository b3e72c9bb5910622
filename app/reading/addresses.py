"""Addresses: the cells of a page that hold names, and the lines of an address around a town or under a label."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.reading import dates
from app.reading.lexicon import lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Page, Token

# Words wider apart than this share of the print size stand in different cells.
_GAP = 1.1
_MOST_LINES = 7
_ALIGNED = 9.0
_INDENT = 60.0
_LOOSE = 0.95
_LOOSEST = 1.25
_LARGER = 1.15
_POSTCODE = re.compile(
    r"(?:\b(?:[A-Z]{1,3}[- ])?\d{4,6}\b(?: ?[A-Z]{2}\b)?|\b\d{2}-\d{3}\b|\b\d{3} \d{2}\b|\b\d{4}-\d{3}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d[\dW] ?[A-Z\d]{4}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"
    r"|\b\d{5}(?=[A-ZÄÖÜ][a-zäöüß]))"
)
_ALONE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d")
_SHORT_CODE = re.compile(r"\d{4}")
_LEAST_LETTERS = 3
#: Legal forms, in the cases that companies print them.
_FORM = re.compile(
    r"(?:^|(?<=[\s,.]))(?:(?i:gmbh|g\.m\.b\.h\.|ltd|limited|llc|llp|inc|incorporated|corp|corporation|plc|gbr|ohg|kgaa|e\. ?k\.|e\. ?v\."
    r"|s\.? ?a\.? ?r\.? ?l|s\.a\.s|s\.a\.s\.u|s\.a|sasu|eurl|s\.? ?r\.? ?l\.? ?s?|s\.? ?p\.? ?a|s\.l\.u|s\.l|s\.n\.c|b\.v\.b\.a|bvba"
    r"|b\.v|n\.v|v\.o\.f|lda|unipessoal|sp\. ?z ?o\. ?o|sp\. ?j|s\.r\.o|d\.o\.o|aps|a/s|oyj|oy|asa|kft|pty|ltda|s\. ?coop|pvt|ehf|mbh|a\.s)"
    r"|(?<!\d )(?:AG|SE|KG|UG|SA|SAS|SL|SLU|SNC|BV|NV|AB|AS|HB|KB|SpA|Inh|eG|eK|eV|Co|VOF))\.?(?=$|[\s,;|·•–)-])"
)
_FACTS = re.compile(
    r"@|www\.|https?:|\b(?:iban|bic|swift|ust|vat|tva|iva|nif|cif|btw|moms|uid|hrb|hra|rcs|siret|siren|kvk|cvr|nip|regon"
    r"|tel|phone|telefon|fax|mail|registered|company no|gesch[aä]ftsf|amtsgericht|capital|p\.? ?iva|org\.? ?nr|ein)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[·•●|–—*▪-]")
_STOPS = frozenset({
    "phone", "tel", "telefon", "telephone", "telefono", "telefoon", "email", "mail", "fax", "www", "id", "gln", "vat", "iban",
    "bic", "nummer", "siren", "siret", "url", "web", "mobile", "mobil", "hrb", "hra", "ust", "uid",
})  # fmt: skip
_SALUTATIONS = frozenset({
    "dear", "sehr", "madame", "messieurs", "bonjour", "estimado", "estimados", "estimada", "geachte", "beste", "gentile", "gentili",
    "egregio", "spettabile", "szanowni", "szanowna", "szanowny", "hei", "hej", "hi", "hello", "guten", "caro", "prezado", "prezados",
    "exmos",
})  # fmt: skip
_STREETS = frozenset(
    "via viale piazza corso strada calle c avda avenida av plaza poligono rue avenue boulevard place quai zone ul ulica aleja al rua"
    " praca travessa unit suite floor".split()
)
_BEFORE_NAMES = frozenset(
    "firma firm herrn herr frau an to company logo messrs monsieur madame mr mrs ms societe societa bedrijf azienda empresa m".split()
)
_CONTACTS = frozenset("contact kontakt contacto contatto attn attention att zhd ansprechpartner contactpersoon".split())
_ATTENTION = (
    ("attn",), ("attention",), ("att",), ("z", "hd"), ("z", "hdn"), ("zhd",), ("zu", "handen"), ("c", "o"), ("a", "l", "attention"),
    ("a", "la", "atencion"), ("alla", "cortese", "attenzione"), ("alla", "c", "a"), ("c", "a"), ("t", "a", "v"), ("tav",),
    ("ter", "attentie"), ("k", "att"), ("do", "rak"), ("for", "the", "attention"), ("a", "c"), ("fao",), ("ao", "cuidado"),
)  # fmt: skip
_CARE = frozenset(
    "attn attention abteilung abt einkauf buchhaltung kreditorenbuchhaltung rechnungsprufung wareneingang zhd purchasing procurement"
    " accounts payable finance department dept comptabilite achats service compras contabilidad administracion acquisti amministrazione"
    " inkoop crediteuren crediteurenadministratie ekonomi inkop indkob regnskap ksiegowosc zakupy z hd hdn receiving".split()
)


@dataclass(slots=True, eq=False)
class Cell:
    """Words that stand together in one row, with what is asked of them again and again."""

    tokens: list[Token]
    row: int
    text: str
    words: tuple[str, ...]

    @property
    def x0(self) -> float:
        """The left edge."""
        return self.tokens[0].x0

    @property
    def x1(self) -> float:
        """The right edge."""
        return self.tokens[-1].x1

    @property
    def size(self) -> float:
        """The height of print."""
        return max(token.size for token in self.tokens)

    @property
    def page(self) -> int:
        """The page it stands on."""
        return self.tokens[0].page


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
    sheet = Sheet(list(rows))
    for at, row in enumerate(sheet.rows):
        parted = [part for tokens in cells(row.tokens, _GAP) for part in _at_bars(tokens)]
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


def cell_of(tokens: list[Token], row: int) -> Cell:
    """The cell that the tokens make."""
    return Cell(
        tokens,
        row,
        " ".join(token.text for token in tokens),
        tuple(word for token in tokens for word in words(token.text)),
    )


def clean(tokens: Sequence[Token]) -> str:
    """The words as a value, without what only parts them."""
    return " ".join(token.text for token in tokens).strip(" :;,|·•●–-")


@lru_cache(maxsize=8192)
def has_form(text: str) -> bool:
    """Whether a legal form such as GmbH or Ltd stands in the text."""
    return _FORM.search(text) is not None


def has_facts(text: str) -> bool:
    """Whether the text holds what stands under a company's name: telephone, bank, register, tax number."""
    return _FACTS.search(text) is not None


@lru_cache(maxsize=4096)
def is_town(text: str) -> bool:
    """Whether the text is a postcode with a town, or one of the postcodes that stand alone."""
    if ":" in text or "@" in text:
        return False
    if _ALONE.fullmatch(text.strip(" ,.")):
        return True
    for match in _POSTCODE.finditer(text):
        rest = text[: match.start()] + text[match.end() :]
        if _SHORT_CODE.fullmatch(match[0]) and match.start() and text[: match.start()].rstrip()[-1:] not in ",;|·-–":
            # Four digits behind words are a year or a number; a postcode of four stands in front.
            continue
        if sum(letter.isalpha() for letter in rest) >= _LEAST_LETTERS and not re.search(r"\d{5}", rest):
            return True
    return False


def is_name(cell: Cell) -> bool:
    """Whether the cell can be the name of a company or a person."""
    letters = sum(letter.isalpha() for letter in cell.text)
    if letters < 2 or letters < 0.4 * len(cell.text.replace(" ", "")) or "@" in cell.text:
        return False
    return not is_label(cell) and not is_salutation(cell)


def is_salutation(cell: Cell) -> bool:
    """Whether the cell greets the reader."""
    text = cell.words
    return bool(text) and (
        (text[0] in _SALUTATIONS and len(text) > 1)
        or text[:2] in {("guten", "tag"), ("sehr", "geehrte")}
        or text in {("madame", "monsieur"), ("messieurs",)}
    )


def is_attention(cell: Cell) -> bool:
    """Whether the cell says for whose hands the paper is."""
    return any(cell.words[: len(start)] == start for start in _ATTENTION)


def is_care(cell: Cell) -> bool:
    """Whether the cell names a department or a person at the addressee's."""
    return bool(set(cell.words) & _CARE) and not has_form(cell.text)


def is_label(cell: Cell) -> bool:
    """Whether the cell is a label, or a label with its value."""
    text = cell.words
    if not text or cell.tokens[-1].text.endswith(":"):
        return bool(text)
    colon = ":" in cell.text.replace("://", "")
    if "_" in cell.text and not colon:
        return False
    for name in ("fields", "parties"):
        match = lexicon(name).at(text, 0)
        if match is None:
            continue
        if match.stop == len(text):
            return len(text) <= 4 or colon
        if ":" in "".join(token.text for token in cell.tokens[: match.stop + 1]):
            return True
        if name == "fields" and match.stop > 1 and any(letter.isdigit() for letter in text[-1]):
            return True
    return text[0] in _STOPS and len(text) > 1


def is_heading(cell: Cell) -> bool:
    """A title, a date or a page number is no part of an address."""
    text = cell.words
    match = lexicon("titles").at(text, 0) if text else None
    if match is not None:
        rest = text[match.stop :]
        if not rest or any(letter.isdigit() for word in rest for letter in word):
            return True
    if text[:1] and text[0] in {"page", "seite", "pagina", "strona", "sida", "side", "blatt", "blad"}:
        return True
    return any(letter.isdigit() for letter in cell.text) and dates.find(cell.text, first=None) is not None


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


def is_street(cell: Cell) -> bool:
    """Whether the cell is a street with its number, by the number."""
    if has_form(cell.text) or not cell.words:
        return False
    return cell.text[:1].isdigit() or any(letter.isdigit() for letter in cell.words[-1]) or cell.words[0] in _STREETS


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
    return cell is not town and len(pieces_of(cell)) > 2 and _POSTCODE.search(cell.text) is not None


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
        cell = next((c for c in sheet.cells[below] if any(abs(c.x0 - x) < _ALIGNED for x in lefts)), None)
        if cell is None and len(lines) < 2:
            cell = next((c for c in sheet.cells[below] if 0 < c.x0 - min(lefts) < _INDENT), None)
            if cell is not None:
                lefts.add(cell.x0)
        if cell is None:
            if row.middle - above.middle > (2.2 if lines else 3.0) * above.size:
                break
            continue
        if is_salutation(cell):
            break
        named = _named_value(sheet.cells[below], cell)
        if named is not None:
            if named and not lines:
                lines.append(named[0])
                lefts.add(named[0].x0)
            above = row
            continue
        if lines and ((is_label(cell) and not is_care(cell)) or is_heading(cell)):
            break
        above = row
        if not lines and not is_name(cell):
            continue
        lines.append(cell)
        if len(lines) >= _MOST_LINES:
            break
    return from_name(lines) if lines else lines


_NAME_LABELS = frozenset({
    "name", "nom", "nombre", "nome", "naam", "company", "firma", "razon", "ragione", "denominacion", "denominazione", "navn",
    "namn", "nazwa", "societe",
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
    if cell.words and cell.words[0] in _NAME_LABELS and after:
        return [cell_of(after, cell.row)]
    return []


@lru_cache(maxsize=4096)
def without_forms(text: str) -> str:
    """The name without its legal form."""
    return _FORM.sub(" ", text)
