"""Parties: who sells and who buys, by the labels over their addresses or by where addresses stand."""

import re
from dataclasses import dataclass

from stdnum import get_cc_module, iban
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from app.reading import dates
from app.reading.draft import Value
from app.reading.lexicon import lexicon, words
from app.reading.rows import Row, cells
from app.reading.tokens import Seen, Token, seen

_LEGAL = re.compile(
    r"(?:^|[\s,.])(gmbh(?: ?& ?co\.? ?kgaa?)?|ag|se|kg|ohg|ug|e\.?\s?k\.?|e\.?v\.?|ltd|limited|llc|llp|inc|corp|corporation|plc|co|company"
    r"|s\.?a\.?r\.?l|s\.?a\.?s\.?u?|s\.?a|s\.?n\.?c|eurl|sasu|s\.?p\.?a|s\.?r\.?l\.?s?|s\.?l\.?u?|b\.?v|n\.?v|v\.?o\.?f|lda|unipessoal"
    r"|sp\.?\s?z\s?o\.?\s?o|a\.?s|s\.?r\.?o|ab|aps|a/s|as|oy|oyj|asa|kft|d\.?o\.?o|pty|gbr|s\.? ?coop|ltda|sp\.? ?j|hb|kb|ehf|bvba|srl|pvt|stiftung|verein|inh)\.?(?=$|[\s,|·•–-])",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?:\b(?:[A-Z]{1,3}[- ])?\d{4,6}\b(?: ?[A-Z]{2})?|\b\d{2}-\d{3}\b|\b\d{3} \d{2}\b|\b\d{4}-\d{3}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d{2} ?[A-Z\d]{4}\b)"
)
_SENDER = re.compile(r"[·•|,–—*-]")
_VAT = re.compile(
    r"\b((?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI|CHE|CH)"
    r"[ .-]{0,2}[A-Z]{0,2}[ .]?\d(?:[ .-]?[0-9A-Z+*]){5,13})(?![0-9A-Za-z])"
)
_IBAN = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[0-9A-Z]{2,4}){3,8})\b")
_STOP = frozenset({"phone", "tel", "telefon", "email", "e", "fax", "www", "id", "gln", "vat", "iban", "nummer"})
_NAME_LABELS = frozenset(
    {"name", "nom", "nombre", "nome", "naam", "company", "firma", "razon", "ragione", "denominacion"}
)


@dataclass(slots=True, eq=False)
class Block:
    """Lines of an address under a label or by itself."""

    lines: list[list[Token]]
    score: float

    @property
    def name(self) -> Value:
        """The first line is the name."""
        tokens = self.lines[0]
        return Value(_clean(tokens), seen(tokens), self.score)

    @property
    def address(self) -> Value | None:
        """The other lines."""
        rest = self.lines[1:5]
        if not rest:
            return None
        text = ", ".join(_clean(line) for line in rest)
        return Value(text, seen([token for line in rest for token in line]), self.score)


def _clean(tokens: list[Token]) -> str:
    return " ".join(token.text for token in tokens).strip(" :,|·•")


def read(rows: list[Row], used: set[int], kind: str) -> dict[str, Value]:
    """Supplier and buyer by pointer: /supplier/name, /buyer/vat_id and so on."""
    found: dict[str, Value] = {}
    outside = [row for row in rows if id(row) not in used]
    first = [row for row in outside if row.page == 1]
    labelled = _labelled(first)
    taken = {id(token) for block in labelled.values() for line in block.lines for token in line}
    issuer = "buyer" if kind in _FROM_BUYER else "supplier"
    other = "supplier" if issuer == "buyer" else "buyer"
    ours, theirs = labelled.get(issuer), labelled.get(other)
    free = blocks(first, taken)
    if ours is None:
        ours = _sender(first, taken) or (labelled.get("payee") if issuer == "supplier" else None)
        named = _issuing(free, outside, theirs, ours)
        ours = named if ours is None or (named is not None and _alike(named, ours)) else ours
    if theirs is None:
        theirs = _addressed(free, ours)
    if ours is None:
        ours = _letterhead(first, taken, theirs) or _footer(outside, theirs)
    parties = {issuer: ours, other: theirs}
    for side, block in parties.items():
        if block is not None:
            found[f"/{side}/name"] = _full_name(block.name, outside)
            if block.address is not None:
                found[f"/{side}/address"] = block.address
    _vat_ids(found, outside, parties["supplier"], parties["buyer"])
    _ibans(found, outside)
    return found


#: Kinds that the buyer writes.
_FROM_BUYER = frozenset({"purchase_order", "goods_receipt"})


def _full_name(name: Value, rows: list[Row]) -> Value:
    """A letterhead's short name gives way to the same name with its legal form, where that is printed too."""
    text = words(str(name.value))
    if not text or _LEGAL.search(str(name.value)):
        return name
    for row in rows:
        for at, token in enumerate(row.tokens):
            if words(token.text)[:1] != text[:1]:
                continue
            for stop in range(at + len(text), min(at + len(text) + 4, len(row.tokens) + 1)):
                part = row.tokens[at:stop]
                if any(piece.text.endswith((",", "·", ";")) for piece in part[:-1]):
                    break
                long = words(_clean(part))
                if long[: len(text)] == text and len(long) > len(text) and _LEGAL.search(_clean(part)):
                    return Value(_clean(part).rstrip(".,"), seen(part), name.score)
    return name


def _alike(one: Block, two: Block) -> bool:
    return set(words(one.name.value)) == set(words(two.name.value))


def _labelled(rows: list[Row]) -> dict[str, Block]:
    """Blocks under or behind a label such as Bill to or Verkäufer."""
    found: dict[str, Block] = {}
    known = lexicon("parties")
    for at, row in enumerate(rows):
        parted = cells(row.tokens, 1.1)
        for number, cell in enumerate(parted):
            text = [word for token in cell for word in words(token.text)]
            match = known.at(text, 0) if text else None
            if match is None or set(match.roles) == {"ship_to"}:
                continue
            side = next(name for name in ("buyer", "supplier", "payee") if name in match.roles)
            stop = _token_stop(cell, match.stop)
            if sum(len(words(token.text)) for token in cell[:stop]) != match.stop:
                continue
            rest = [token for token in cell[stop:] if token.text.strip(":")]
            colon = cell[stop - 1].text.endswith(":") or (stop < len(cell) and cell[stop].text == ":")
            alone = not rest
            if not alone and not colon:
                continue
            short = match.stop == 1 and len(text[0]) <= 4
            if short and not colon:
                continue
            block = _block(rows, at, cell, rest, parted, number, colon=colon)
            if block is None:
                continue
            score = (0.9 if alone else 0.85) + 0.01 * match.stop - (0.25 if short else 0)
            block.score = score
            if side not in found or score > found[side].score + 0.02:
                found[side] = block
    return found


def _token_stop(cell: list[Token], count: int) -> int:
    """How many tokens hold the first `count` words of the cell."""
    seen_words = 0
    for at, token in enumerate(cell):
        seen_words += len(words(token.text))
        if seen_words >= count:
            return at + 1
    return len(cell)


def _block(
    rows: list[Row],
    at: int,
    cell: list[Token],
    rest: list[Token],
    parted: list[list[Token]],
    number: int,
    *,
    colon: bool,
) -> Block | None:
    """The address lines of a label: behind it, beside it or under it."""
    row = rows[at]
    lines: list[list[Token]] = []
    left = cell[0].x0
    if rest:
        lines.append(rest)
        left = rest[0].x0
    elif colon and number + 1 < len(parted) and _is_name(parted[number + 1]) and not _is_label(parted[number + 1]):
        lines.append(parted[number + 1])
        left = parted[number + 1][0].x0
    return _grow(rows, at, lines, {left, cell[0].x0}, row)


def _grow(rows: list[Row], at: int, lines: list[list[Token]], lefts: set[float], row: Row) -> Block | None:
    """Take the cells under each other that start where the block starts, until a gap or another label."""
    above = row
    for below in rows[at + 1 : at + 12]:
        if below.page != row.page or below.top - above.bottom > 1.9 * above.size:
            break
        cell = next((c for c in cells(below.tokens, 1.1) if any(abs(c[0].x0 - x) < 9 for x in lefts)), None)
        if cell is None:
            inner = [c for c in cells(below.tokens, 1.1) if 0 < c[0].x0 - min(lefts) < 40 and not lines]
            cell = inner[0] if inner else None
            if cell is None:
                if below.middle - above.middle > 2.2 * above.size:
                    break
                continue
            lefts.add(cell[0].x0)
        named = _named_value(below, cell)
        if named is not None:
            if named and not lines:
                lines.append(named)
                lefts.add(named[0].x0)
            above = below
            if lines and not named:
                continue
            continue
        if lines and _is_label(cell):
            break
        if not lines and not _is_name(cell):
            above = below
            continue
        lines.append(cell)
        above = below
        if len(lines) > 5:
            break
    return Block(lines, 0.9) if lines else None


def _named_value(row: Row, cell: list[Token]) -> list[Token] | None:
    """The value of a labelled row (Name: …, Anschrift: …); an empty list for a label that is no name."""
    if (
        not cell[0].text.endswith(":")
        and ":" not in [token.text for token in cell[:3]]
        and not any(token.text.endswith(":") for token in cell[:3])
    ):
        return None
    text = words(" ".join(token.text for token in cell))
    at = next((i for i, token in enumerate(cell) if token.text.endswith(":")), 0)
    after = cell[at + 1 :]
    if not after:
        parted = cells(row.tokens, 1.1)
        index = next((i for i, c in enumerate(parted) if c[0] is cell[0]), -1)
        after = parted[index + 1] if 0 <= index < len(parted) - 1 else []
    if text and text[0] in _NAME_LABELS and after:
        return after
    return []


def _is_name(cell: list[Token]) -> bool:
    text = _clean(cell)
    letters = sum(letter.isalpha() for letter in text)
    return letters >= 2 and letters >= 0.4 * len(text.replace(" ", "")) and not _is_label(cell) and "@" not in text


def _is_label(cell: list[Token]) -> bool:
    text = [word for token in cell for word in words(token.text)]
    if not text:
        return False
    if cell[-1].text.endswith(":"):
        return True
    for name in ("fields", "parties"):
        match = lexicon(name).at(text, 0)
        if match is not None and (
            match.stop == len(text) or ":" in "".join(token.text for token in cell[: match.stop + 1])
        ):
            return (match.stop == len(text) and len(text) <= 4) or ":" in _clean(cell)
        if match is not None and name == "fields" and match.stop > 1 and any(c.isdigit() for c in text[-1]):
            return True
    return text[0] in _STOP and len(text) > 1


def _comma_pieces(cell: list[Token]) -> list[list[Token]]:
    """The words of the line parted behind commas."""
    out: list[list[Token]] = [[]]
    for token in cell:
        out[-1].append(token)
        if token.text.endswith(","):
            out.append([])
    return [piece for piece in out if piece]


def _sender(rows: list[Row], taken: set[int]) -> Block | None:
    """The small line over the address window: name · street · city."""
    for row in rows:
        for cell in cells(row.tokens, 2.5):
            text = " ".join(token.text for token in cell)
            pieces = [piece.strip() for piece in re.split(r"\s[·•|–—*-]\s|\s?[·•|]\s?", text) if piece.strip()]
            if not _POSTCODE.search(text) or id(cell[0]) in taken or ":" in text:
                continue
            if len(pieces) < 3:
                parted = _comma_pieces(cell)
                if len(parted) >= 3 and _is_town(" ".join(token.text for token in parted[-1])) and _is_name(parted[0]):
                    return Block(parted, 0.85)
                continue
            count, used = 0, []
            for token in cell:
                if _SENDER.fullmatch(token.text):
                    break
                used.append(token)
                count += 1
            if used and len(used) < len(cell):
                rest = [token for token in cell[count:] if not _SENDER.fullmatch(token.text)]
                return Block([used, rest], 0.85)
    return None


def blocks(rows: list[Row], taken: set[int]) -> list[Block]:
    """Addresses that stand by themselves: the lines over a postcode with its town."""
    out: list[Block] = []
    known: set[int] = set()
    for at, row in enumerate(rows):
        for cell in cells(row.tokens, 1.1):
            text = " ".join(token.text for token in cell)
            if id(cell[0]) in taken or len(cell) > 8 or not _is_town(text) or _is_label(cell):
                continue
            lines = _upward(rows, at, cell)
            if len(lines) < 2 or any(id(token) in taken or id(token) in known for token in lines[0]):
                continue
            known.update(id(token) for line in lines for token in line)
            out.append(Block(lines, 0.75))
    return out


def _is_town(text: str) -> bool:
    """Whether the text is a postcode with a town."""
    match = _POSTCODE.search(text)
    if match is None or ":" in text or "@" in text:
        return False
    rest = text[: match.start()] + text[match.end() :]
    return sum(letter.isalpha() for letter in rest) >= 3 and not re.search(r"\d{5}", rest)


def _upward(rows: list[Row], at: int, cell: list[Token]) -> list[list[Token]]:
    """The lines above an address's town that start (or end) where it does."""
    lines = [cell]
    left, right, below = cell[0].x0, cell[-1].x1, rows[at]
    for row in reversed(rows[max(0, at - 9) : at]):
        if row.page != below.page or below.top - row.bottom > 0.95 * row.size:
            break
        found = next((c for c in cells(row.tokens, 1.1) if abs(c[0].x0 - left) < 4 or abs(c[-1].x1 - right) < 4), None)
        if found is None:
            if below.middle - row.middle > 1.8 * below.size:
                break
            continue
        text = " ".join(token.text for token in found)
        if (
            _is_label(found)
            or ":" in text
            or _is_heading(found, cell[0].size)
            or len(re.findall(r"\s[·•|–-]\s", text)) > 1
        ):
            break
        if len(_comma_pieces(found)) > 2 and _POSTCODE.search(text):
            break
        lines.insert(0, found)
        below = row
        if len(lines) > 6:
            break
    return _from_name(lines)


def _is_heading(cell: list[Token], size: float) -> bool:
    """A title, a date or a page number is no part of an address."""
    text = [word for token in cell for word in words(token.text)]
    match = lexicon("titles").at(text, 0) if text else None
    if match is not None and (
        match.stop == len(text) or any(letter.isdigit() for word in text[match.stop :] for letter in word)
    ):
        return True
    if text[:1] in (["page"], ["seite"], ["pagina"], ["strona"], ["sida"], ["side"]):
        return True
    return dates.find(" ".join(token.text for token in cell), first=None) is not None


def _from_name(lines: list[list[Token]]) -> list[list[Token]]:
    """Leave out what stands over the name: a salutation, a contact."""
    at = 0
    while at < len(lines) - 2:
        text = set(words(" ".join(token.text for token in lines[at])))
        named = lexicon("parties").at(words(" ".join(token.text for token in lines[at])), 0)
        label = named is not None and len(text) <= 4 and not _LEGAL.search(_clean(lines[at]))
        if not text & _BEFORE_NAMES and _is_name(lines[at]) and not label:
            break
        at += 1
    return lines[at:]


_BEFORE_NAMES = frozenset(
    "contact attn attention att firma herrn herr frau an to company logo zhd ansprechpartner messrs monsieur madame".split()
)


def _issuing(free: list[Block], rows: list[Row], other: Block | None, sure: Block | None) -> Block | None:
    """The block of the party that wrote the paper: its name stands elsewhere too, or its telephone and bank below it."""
    best: tuple[float, Block] | None = None
    texts = [row.text.casefold() for row in rows]
    for block in free:
        if other is not None and _alike(block, other):
            continue
        score = 0.0
        names = [_clean(line) for line in block.lines[:2]]
        counts = [sum(name.casefold() in text for text in texts) for name in names]
        if sure is not None and sure.name.value in names:
            score += 2
        if max(counts) > 1:
            score += 1.0
            if counts[0] < 2 < 1 + counts[-1]:
                block.lines = block.lines[1:]
        score += 0.5 if _has_contact(block, rows) else 0.0
        top = block.lines[0][0].top
        score += 0.25 if top < 110 else (0.4 if top > 700 else 0.0)
        score += 0.2 if _LEGAL.search(names[0]) else 0.0
        score += 0.1 if block.lines[0][0].x0 > 300 else 0.0
        if best is None or score > best[0]:
            best = (score, block)
    if best is None or best[0] < (0.35 if other is not None or len(free) > 1 else 0.5):
        return None
    return best[1]


def _has_contact(block: Block, rows: list[Row]) -> bool:
    """Whether telephone, mail or bank stand right under the address."""
    last, left = block.lines[-1][0], block.lines[0][0].x0
    for row in rows:
        if row.page == last.page and 0 < row.top - last.top < 6 * last.size:
            cell = next((c for c in cells(row.tokens, 1.1) if abs(c[0].x0 - left) < 12), None)
            text = " ".join(token.text for token in cell).casefold() if cell else ""
            if "@" in text or "www" in text or set(words(text)) & _STOP:
                return True
    return False


def _addressed(free: list[Block], issuer: Block | None) -> Block | None:
    """The block of the party that the paper is sent to: in the upper part, on the left first."""
    best: tuple[float, Block] | None = None
    for block in free:
        if issuer is not None and (block is issuer or _alike(block, issuer)):
            continue
        token = block.lines[0][0]
        if token.top > 620:
            continue
        score = -0.0004 * token.top - 0.0003 * token.x0
        if best is None or score > best[0]:
            best = (score, block)
    return best[1] if best is not None else None


def _letterhead(rows: list[Row], taken: set[int], other: Block | None) -> Block | None:
    """The name at the top of the first page: with a legal form, or in large print."""
    best: tuple[float, list[Token]] | None = None
    known = words(other.name.value) if other is not None else ()
    titles = lexicon("titles")
    for row in rows:
        for cell in cells(row.tokens, 1.1):
            text = _clean(cell)
            if id(cell[0]) in taken or words(text) == known or not _is_name(cell) or len(cell) > 8:
                continue
            match = titles.at([w for t in cell for w in words(t.text)], 0)
            if match is not None and match.stop >= len(words(text)) - 1:
                continue
            legal = 1.0 if _LEGAL.search(text) else 0.0
            score = 1.2 * legal + 0.12 * max(token.size for token in cell) / 10 - 0.0022 * row.middle
            if any(letter.isdigit() for letter in text):
                score -= 0.4
            if best is None or score > best[0]:
                best = (score, cell)
    return Block([best[1]], 0.6) if best is not None else None


def _footer(rows: list[Row], other: Block | None) -> Block | None:
    for row in reversed(rows):
        for cell in cells(row.tokens, 1.1):
            text = _clean(cell)
            if _LEGAL.search(text) and len(cell) < 8 and (other is None or words(text) != words(other.name.value)):
                return Block([cell], 0.5)
    return None


def _vat_ids(found: dict[str, Value], rows: list[Row], supplier: Block | None, buyer: Block | None) -> None:
    """VAT ids that pass their check; the buyer's are those near the buyer's block or labelled so."""
    ids: list[tuple[str, Seen, float, bool]] = []
    for row in rows:
        text, spans = _joined(row.tokens)
        for match in _VAT.finditer(text):
            number = re.sub(r"[ .-]", "", match[1])
            checked = next((valid for end in range(len(number), 7, -1) if (valid := _valid_vat(number[:end]))), None)
            labelled = _vat_labelled(text[: match.start()])
            if not checked and not labelled:
                continue
            place = seen([token for token, a, b in spans if a < match.end(1) and b > match.start(1)])
            ids.append((checked or number, place, 0.97 if checked else 0.7, _of_buyer(text[: match.start()])))
    for number, place, score, of_buyer in ids:
        side = _side(place, supplier, buyer) if not of_buyer else "buyer"
        pointer = f"/{side}/vat_id"
        other = f"/{'supplier' if side == 'buyer' else 'buyer'}/vat_id"
        if other in found and found[other].value == number:
            continue
        if pointer not in found or found[pointer].score < score:
            found[pointer] = Value(number, place, score)


def _joined(tokens: list[Token]) -> tuple[str, list[tuple[Token, int, int]]]:
    text, spans = "", []
    for token in tokens:
        if text:
            text += " "
        spans.append((token, len(text), len(text) + len(token.text)))
        text += token.text
    return text, spans


def _valid_vat(number: str) -> str | None:
    try:
        if number[:2] in {"GB", "CH", "NO"}:
            module = get_cc_module(number[:2].lower(), "vat")
            return number if module is not None and module.is_valid(number) else None
        return number if vat.is_valid(number) else None
    except (ValidationError, ValueError, ImportError):
        return None


def _vat_labelled(before: str) -> bool:
    text = list(words(before))
    return any("vat_id" in match.roles and match.stop >= len(text) - 1 for match in lexicon("fields").find(text))


def _of_buyer(before: str) -> bool:
    text = set(words(before))
    return bool(
        text & {"kunde", "customer", "client", "buyer", "cliente", "klant", "ihre", "your", "kund", "kunden", "votre"}
    )


def _side(place: Seen, supplier: Block | None, buyer: Block | None) -> str:
    """The party whose block stands nearer; without a block, the seller (who must print it)."""
    if buyer is None:
        return "supplier"
    near_buyer = _distance(place, buyer)
    near_supplier = _distance(place, supplier) if supplier is not None else 1e9
    if near_buyer < 90 and near_buyer < near_supplier:
        return "buyer"
    return "supplier"


def _distance(place: Seen, block: Block) -> float:
    tokens = [token for line in block.lines for token in line]
    box = seen(tokens)
    if box.page != place.page:
        return 1e9
    dy = max(place.box[1] - box.box[3], box.box[1] - place.box[3], 0.0)
    dx = max(place.box[0] - box.box[2], box.box[0] - place.box[2], 0.0)
    return dx * 1.5 + dy


def _ibans(found: dict[str, Value], rows: list[Row]) -> None:
    for row in rows:
        text, spans = _joined(row.tokens)
        for match in _IBAN.finditer(text):
            compact = match[1].replace(" ", "")
            for length in range(len(compact), 14, -1):
                if iban.is_valid(compact[:length], check_country=False):
                    place = seen([token for token, a, b in spans if a < match.end(1) and b > match.start(1)])
                    found.setdefault("/supplier/iban", Value(compact[:length], place, 0.98))
                    break
