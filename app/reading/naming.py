"""Naming: what the words of a line say of it, such as "your item 10" or an item number before the name."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.documents.document import Document, Line, Party
from app.documents.evidence import Evidence

# "Your line 10", "zu Ihrer Pos. 10", "votre poste 10", "su línea 10" …: a line of the buyer's order.
_ORDER_LINE = re.compile(
    r"[\s,;·|(]*\b(?:zu\s+|of\s+|for\s+)?"
    r"(?:your|ihrer?|votre|vostra|vs\.?|su|sua|uw|er|deres|pa[nń]stwa|(?:purchase\s+)?order|p\.?o\.?|bestell(?:ung)?|commande|pedido|ordine)[\s-]+"
    r"(?:order\s+)?(?:pos(?:ition|ten|te|izione|ición|\.)?|item|line|ligne|poste|riga|l[ií]nea|regel|rad|linje|poz(?:ycja|\.)?)"
    r"\.?\s*(?:nr|no|n[°º])?\.?\s*[:#]?\s*(\d{1,6})\b\)?",
    re.IGNORECASE,
)
_NUMBERED = r"(?=[A-Z0-9./_-]*\d)[A-Z0-9][A-Z0-9./_-]{2,}[A-Z0-9]"
# "(réf. LI-077)", "Item CX-NB14", "Art.-Nr. 4711-2" at the end of the words or before them.
_ITEM_LABEL = (
    r"(?:r[ée]f(?:[ée]rence)?|art(?:ikel|icle|[íi]culo|icolo)?|item|sku|part|p/n|mpn|cod(?:e|ice|igo|\.)?|prod(?:uct|ukt|uit)?)"
    r"\.?\s*-?\s*(?:nr|no|n[°º]|number|nummer|code)?\.?\s*[:#]?\s*"
)
_ITEM_BEHIND = re.compile(rf"[\s,;·|]*\(?\b{_ITEM_LABEL}({_NUMBERED})\)?\s*$", re.IGNORECASE)
_LEADING = re.compile(rf"({_NUMBERED})[\s:,–-]+(?=\S*[^\W\d_]{{2}})")
_LETTERS_AND_DIGITS = re.compile(r"[A-Z]{1,6}[-./]?\d|\d[-./]?[A-Z]")
_TAX_TAIL = re.compile(
    r"[\s,;·|–-]+(?:uid|ust[.-]?\s?id\w*|vat|tva|n[°º]?\s?tva|p\.?\s?iva|partita iva|nif|cif|nip|btw|moms|mva"
    r"|steuer-?n\w*|tax)"
    r"\b[^A-Za-z]*(?:(?:id|nr|no|reg|number|nummer)\b[^A-Za-z]*)*[A-Z]{0,3}[\s.-]?\d.*$",
    re.IGNORECASE,
)
#: Codes that stand before the names of most lines are item numbers; one alone may be part of a name.
_MOST = Decimal("0.6")
_FEWEST = 2
_DERIVED = Decimal("0.9")
_OF_THE_BUYER = frozenset({"purchase_order", "goods_receipt"})


def told(document: Document) -> Document:
    """The document with the order lines and item numbers that its lines' own words name."""
    field = "buyer_item_id" if document.kind in _OF_THE_BUYER else "seller_item_id"
    leading = _leading(document, field)
    lines, evidence = [], dict(document.evidence)
    for at, line in enumerate(document.lines):
        found = _named(line, leading.get(at), field)
        for name in ("order_line", field):
            if getattr(found, name) != getattr(line, name):
                _note(evidence, at, name, str(getattr(found, name)))
        lines.append(found)
    supplier, buyer = (_without_tax_id(party) for party in (document.supplier, document.buyer))
    return replace(document, lines=tuple(lines), evidence=evidence, supplier=supplier, buyer=buyer)


def _without_tax_id(party: Party) -> Party:
    """A name without the tax number that stands behind it in the same row."""
    name = _TAX_TAIL.sub("", party.name or "").strip(" ,;·|-")
    return replace(party, name=name) if name and name != party.name else party


def _named(line: Line, leading: str | None, field: str) -> Line:
    changes: dict[str, Any] = {}
    text = line.description or ""
    if match := _ORDER_LINE.search(text):
        if line.order_line is None:
            changes["order_line"] = match[1]
        text = f"{text[: match.start()]} {text[match.end() :]}".strip(" ,;·|")
    if match := _ITEM_BEHIND.search(text):
        if getattr(line, field) in {None, f"{match[1]})"}:
            changes[field] = match[1]
        text = text[: match.start()].strip(" ,;·|")
    if leading is not None and field not in changes:
        changes[field] = leading
    if text and text != line.description:
        changes["description"] = text
    return replace(line, **changes) if changes else line


def _leading(document: Document, field: str) -> Mapping[int, str]:
    """The codes before the names, where most lines have one and no two lines the same."""
    found: dict[int, str] = {}
    for at, line in enumerate(document.lines):
        match = _LEADING.match(line.description or "")
        if match and line.buyer_item_id is None and line.seller_item_id is None and line.gtin is None:
            code = match[1]
            if _LETTERS_AND_DIGITS.search(code) and code == code.upper():
                found[at] = code
    many = len(document.lines)
    alike = (len(found) >= _FEWEST and len(found) >= _MOST * many) or (many == 1 and "-" in "".join(found.values()))
    return found if alike and len(set(found.values())) == len(found) and field else {}


def _note(evidence: dict[str, Evidence], at: int, name: str, text: str) -> None:
    place = evidence.get(f"/lines/{at}/description")
    if place is not None:
        evidence[f"/lines/{at}/{name}"] = replace(place, text=text, score=place.score * _DERIVED)
