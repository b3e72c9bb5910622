"""Names: what a cell of a page can be by its words: a name with a legal form, a town, a street, a label."""
# ruff: noqa: PLR2004 (counts of words and letters are measures of this module alone)

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.reading import dates
from app.reading.lexicon import lexicon, words
from app.reading.tokens import Token

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
    r"(?:^|(?<=[\s,.]))(?:(?i:gmbh|g\.m\.b\.h\.|ltd|limited|llc|llp|inc|incorporated|corp|corporation|plc|gbr|ohg|kgaa"
    r"|e\. ?k\.|e\. ?v\."
    r"|s\.? ?a\.?(?: ?p\. ?i\.)? de c\.? ?v|s\.? de r\.? ?l\.?(?: de c\.? ?v)?"
    r"|s\.? ?a\.? ?r\.? ?l|s\.a\.s|s\.a\.s\.u|s\.a|sasu|eurl|s\.? ?r\.? ?l\.? ?s?|s\.? ?p\.? ?a|s\.l\.u|s\.l|s\.n\.c"
    r"|b\.v\.b\.a|bvba"
    r"|b\.v|n\.v|v\.o\.f|lda|unipessoal|sp\. ?z ?o\. ?o|sp\. ?j|s\.r\.o|d\.o\.o|aps|a/s|oyj|oy|asa|kft|pty|ltda"
    r"|s\. ?coop|pvt|ehf|mbh|a\.s|gesmbh|ges\.m\.b\.h|mbb|s/a|i/s|k/s|p/s|s\. ?à r\. ?l|sàrl|selarl|scop"
    r"|s\.l\.p|s\.l\.l|s\.a\.p\.i|s\.c|c\.b|s\.p|v\.o\.s|k\.s|a\.ş|a\.s|d\.d|j\.d\.o\.o|s\.a\.s|bt|zrt|nyrt|oü|mtü|sia|uab|p\.c|pllc|pte"
    r"|ltd\. ?şti|şirketi|еоод|оод|ад|ет|тов|фоп|ооо|зао|пат|прат|ο\.ε|α\.ε|ε\.ε|επε|ε\.π\.ε|ικε|ι\.κ\.ε|αε|οε)"
    r"|(?<!\d )(?:AG|SE|KG|UG|SA|SAS|SL|SLU|SNC|BV|NV|AB|AS|HB|KB|SpA|Inh|eG|eK|eV|Co|VOF))\.?(?=$|[\s,;|·•–)-])"
)
_FACTS = re.compile(
    r"@|www\.|https?:|\b(?:iban|bic|swift|ust|vat|tva|iva|nif|cif|btw|moms|uid|hrb|hra|rcs|siret|siren|kvk|cvr|nip|regon"
    r"|tel|phone|telefon|fax|mail|registered|company no|gesch[aä]ftsf|amtsgericht|capital|p\.? ?iva|org\.? ?nr|ein)\b",
    re.IGNORECASE,
)
_STOPS = frozenset({
    "phone", "tel", "telefon", "telephone", "telefono", "telefoon", "email", "mail", "fax", "www", "id", "gln",
    "vat", "iban", "bic", "nummer", "siren", "siret", "url", "web", "mobile", "mobil", "hrb", "hra", "ust", "uid",
})  # fmt: skip
# Labels of an address as a whole.
_PLACES = frozenset({
    "address", "adresse", "anschrift", "adress", "indirizzo", "direccion", "endereco", "morada", "adres", "adresa",
    "osoite", "cim", "aadress", "adrese", "adresas", "heimilisfang", "naslov", "dieythinsi", "diefthinsi", "adresi",
})  # fmt: skip
_SALUTATIONS = frozenset({
    "dear", "sehr", "madame", "messieurs", "bonjour", "estimado", "estimados", "estimada", "geachte", "beste",
    "gentile", "gentili", "egregio", "spettabile", "szanowni", "szanowna", "szanowny", "hei", "hej", "hi", "hello",
    "guten", "caro", "prezado", "prezados", "exmos",
})  # fmt: skip
_STREETS = frozenset({
    "via", "viale", "piazza", "corso", "strada", "calle", "c", "avda", "avenida", "av", "plaza", "poligono", "rue",
    "avenue", "boulevard", "place", "quai", "zone", "ul", "ulica", "aleja", "al", "rua", "praca", "travessa", "unit",
    "suite", "floor",
})  # fmt: skip
_ATTENTION = tuple(
    tuple(start.split())
    for start in (
        "attn", "attention", "att", "z hd", "z hdn", "zhd", "zu handen", "c o", "a l attention", "a la atencion",
        "t a v", "tav", "alla cortese attenzione", "alla c a", "ter attentie", "k att", "do rak", "for the attention",
        "fao", "ao cuidado",
    )
)  # fmt: skip
_CARE = frozenset({
    "attn", "attention", "abteilung", "abt", "einkauf", "buchhaltung", "kreditorenbuchhaltung", "rechnungsprufung",
    "wareneingang", "zhd", "purchasing", "procurement", "accounts", "payable", "finance", "department", "dept",
    "comptabilite", "achats", "service", "compras", "contabilidad", "administracion", "acquisti", "amministrazione",
    "inkoop", "crediteuren", "crediteurenadministratie", "ekonomi", "inkop", "indkob", "regnskap", "ksiegowosc",
    "zakupy", "z", "hd", "hdn", "receiving",
})  # fmt: skip


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


def has_postcode(text: str) -> bool:
    """Whether the text holds what can be a postcode."""
    return _POSTCODE.search(text) is not None


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
    if cell.text[:1] in "(*[<" or letters < 2 or letters < 0.4 * len(cell.text.replace(" ", "")) or "@" in cell.text:
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
    if text[:2] == ("po", "box") or ("_" in cell.text and not colon):
        return False
    if len(text) == 1 and text[0] in _PLACES:
        return True
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
    match = lexicon("titles").at(text, 0) if text and text[:2] != ("po", "box") else None
    if match is not None:
        rest = text[match.stop :]
        if not rest or any(letter.isdigit() for word in rest for letter in word):
            return True
    if text[:1] and text[0] in {"page", "seite", "pagina", "strona", "sida", "side", "blatt", "blad"}:
        return True
    return any(letter.isdigit() for letter in cell.text) and dates.find(cell.text, first=None) is not None


def is_street(cell: Cell) -> bool:
    """Whether the cell is a street with its number, by the number."""
    if has_form(cell.text) or not cell.words:
        return False
    return cell.text[:1].isdigit() or any(letter.isdigit() for letter in cell.words[-1]) or cell.words[0] in _STREETS


@lru_cache(maxsize=4096)
def without_forms(text: str) -> str:
    """The name without its legal form."""
    return _FORM.sub(" ", text)
