"""Values out of elements, strictly, each with the evidence of where it stood."""

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.documents.document import Charge, Classification, Correction, Document, Line, References, Totals
from app.documents.evidence import Evidence, Method
from app.documents.kinds import BILLING
from app.documents.money import currencies
from app.documents.units import is_unit
from app.reading import units
from app.reading.einvoice.tree import Node, UnreadableError, malformed
from app.reading.reading import Verdict

_SURE = Decimal(1)
_LONGEST_TEXT = 10_000
_LONGEST_PROOF = 2000
_MOST_DIGITS = 30
_PRICE_ALONE = frozenset({"295", "296"})
_SELF_BILLED = frozenset({"261", "389", "471", "473", "500", "501", "502", "527"})
MOST_LINES = 20_000
# The lexical form of xs:decimal: no exponent, no grouping, no comma.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4}(?:[0-9]{2})?)?")


class Collected:
    """The evidence of a document in the making; each method takes a value out of an element and notes its place."""

    def __init__(self) -> None:
        self.evidence: dict[str, Evidence] = {}

    def _note(self, pointer: str, path: str, text: str) -> None:
        self.evidence[pointer] = Evidence(path=path, text=text[:_LONGEST_PROOF], method=Method.XML, score=_SURE)

    def text(self, pointer: str, node: Node | None) -> str | None:
        """The element's text; None where it is missing or empty."""
        if node is None:
            return None
        text = node.text
        if not text:
            return None
        self._note(pointer, node.path, text)
        return text[:_LONGEST_TEXT]

    def joined(self, pointer: str, nodes: Iterable[Node | None], *, glue: str = "\n") -> str | None:
        """The texts of several elements as one, each said once; the place is that of the first."""
        said: dict[str, Node] = {}
        for node in nodes:
            if node is not None and node.text:
                said.setdefault(node.text, node)
        if not said:
            return None
        text = glue.join(said)
        self._note(pointer, next(iter(said.values())).path, text)
        return text[:_LONGEST_TEXT]

    def worded(self, pointer: str, node: Node | None, text: str | None) -> str | None:
        """A text that the caller put together from parts of the element."""
        if node is None or not text:
            return None
        self._note(pointer, node.path, text)
        return text[:_LONGEST_TEXT]

    def derived(self, pointer: str, node: Node, value: Decimal) -> Decimal:
        """A number that the XML implies but does not say, such as a sum; the place is where its parts stand."""
        self.evidence[pointer] = Evidence(path=node.path, text=format(value, "f"), method=Method.DERIVED, score=_SURE)
        return value

    def number(self, pointer: str, node: Node | None) -> Decimal | None:
        """A plain decimal.

        Raises:
            UnreadableError: the text is there and is none.
        """
        if node is None:
            return None
        text = node.text
        if not text:
            return None
        value = decimal_of(text)
        if value is None:
            raise malformed(f"Line {node.line}: {node.name} is {text[:40]!r}, not a plain decimal number.")
        self._note(pointer, node.path, text)
        return value

    def day(self, pointer: str, node: Node | None) -> date | None:
        """A date, as 2026-10-30 or 20261030.

        Raises:
            UnreadableError: the text is there and is none.
        """
        if node is None:
            return None
        text = node.text
        if not text:
            return None
        value = day_of(text)
        if value is None:
            raise malformed(f"Line {node.line}: {node.name} is {text[:40]!r}, not a date such as 2026-10-30.")
        self._note(pointer, node.path, text)
        return value

    def currency(self, node: Node | None) -> str | None:
        """The document's currency, where it is one."""
        if node is None or node.text.upper() not in currencies():
            return None
        self._note("/currency", node.path, node.text)
        return node.text.upper()

    def unit(self, pointer: str, quantity: Node | None) -> dict[str, Any]:
        """The unit of a quantity by its attribute: the code, and the word that stood there where that was another."""
        code = quantity.get("unitCode") if quantity is not None else None
        if quantity is None or code is None:
            return {}
        return self._unit(pointer, f"{quantity.path}/@unitCode", code)

    def unit_word(self, pointer: str, node: Node | None) -> dict[str, Any]:
        """The unit from an element of its own, which holds a word or a code."""
        return self._unit(pointer, node.path, node.text) if node is not None and node.text else {}

    def _unit(self, pointer: str, path: str, code: str) -> dict[str, Any]:
        known = unit_of(code)
        found = {} if known is None else {"unit": known}
        if known != code:
            found["unit_text"] = code[:_LONGEST_TEXT]
        for name in found:
            self._note(f"{pointer}/{name}", path, code)
        return found

    def texts(self, pointer: str, **nodes: Node | None) -> dict[str, Any]:
        """The texts of several fields under one pointer, of those that are there."""
        found = {name: self.text(f"{pointer}/{name}", node) for name, node in nodes.items() if node is not None}
        return {name: text for name, text in found.items() if text is not None}

    def classifications(self, pointer: str, nodes: Iterable[Node]) -> tuple[Classification, ...]:
        """The codes of what sort of goods it is, each with the list that its attribute names."""
        return tuple(
            Classification(
                code=self.text(f"{pointer}/classifications/{at}/code", node) or "", scheme=node.get("listID")
            )
            for at, node in enumerate(entry for entry in nodes if entry.text)
        )

    def references(self, **nodes: Node | None) -> References:
        """The references by their elements."""
        return References(**self.texts("/references", **nodes))

    def totals(self, **nodes: Node | None) -> Totals:
        """The sums by their elements."""
        return Totals(**{name: self.number(f"/totals/{name}", node) for name, node in nodes.items()})

    def charge(
        self,
        pointer: str,
        *,
        amount: Node | None,
        code: Node | None = None,
        reason: Node | None = None,
        percent: Node | None = None,
        base: Node | None = None,
        tax_rate: Node | None = None,
        tax_category: Node | None = None,
    ) -> Charge | None:
        """A charge or allowance; None without an amount."""
        value = self.number(f"{pointer}/amount", amount)
        if value is None:
            return None
        return Charge(
            amount=value,
            code=self.text(f"{pointer}/code", code),
            reason=self.text(f"{pointer}/reason", reason),
            percent=self.number(f"{pointer}/percent", percent),
            base=self.number(f"{pointer}/base", base),
            tax_rate=self.number(f"{pointer}/tax_rate", tax_rate),
            tax_category=self.text(f"{pointer}/tax_category", tax_category),
        )


def decimal_of(text: str) -> Decimal | None:
    """The number of an xs:decimal, digit for digit; None for anything else or an absurd length."""
    if not _DECIMAL.fullmatch(text):
        return None
    if len(text) > _MOST_DIGITS and "." in text:
        text = text.rstrip("0")
    if len(text) > _MOST_DIGITS:
        return None
    # `.5` and `5.` are decimals in XML, but not in canonical JSON.
    sign = "-" if text[0] == "-" else ""
    whole, _, part = text.lstrip("+-").partition(".")
    return Decimal(f"{sign}{whole or '0'}{'.' if part else ''}{part}")


def day_of(text: str) -> date | None:
    """The day that a date of XML or of EDI (format 102 and the longer ones) names; None if it is none."""
    match = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def unit_of(code: str) -> str | None:
    """The unit's code: as it stands, as a package without its X, or from a printed word."""
    if is_unit(code):
        return code
    return f"X{code}" if is_unit(f"X{code}") else units.code_of(code)


def correction_of(type_code: str | None) -> Correction | None:
    """What an invoice or credit note corrects, where its type (UNCL 1001) says that it is the price alone."""
    return Correction.PRICE if type_code in _PRICE_ALONE else None


def at_most(lines: list[Node]) -> list[Node]:
    """The lines, where they are not too many.

    Raises:
        UnreadableError: they are.
    """
    if len(lines) > MOST_LINES:
        reason = f"The document has {len(lines)} lines; at most {MOST_LINES} are read. Send it in parts."
        raise UnreadableError(Verdict.RESOURCE_LIMIT, reason)
    return lines


def billed_by(document: Document, *, by_buyer: bool = False) -> Document:
    """The document with its lines marked where the buyer himself wrote the bill (UNCL 1001)."""
    if document.kind not in BILLING or not (by_buyer or document.type_code in _SELF_BILLED):
        return document
    return replace(document, lines=tuple(replace(line, self_billed=True) for line in document.lines))


def positive(document: Document) -> Document:
    """A credit note whose sums are below zero, with all signs turned: its kind already says who owes whom."""
    total = next(
        (sum_ for sum_ in (document.totals.gross, document.totals.net, document.totals.due) if sum_ is not None), None
    )
    if document.kind != "credit_note" or total is None or total >= 0:
        return document
    turned = Totals(**{entry.name: _minus(getattr(document.totals, entry.name)) for entry in fields(Totals)})
    return replace(
        document,
        totals=turned,
        lines=tuple(_turned(line) for line in document.lines),
        charges=_all_turned(document.charges),
        allowances=_all_turned(document.allowances),
        tax_breakdown=tuple(
            replace(entry, taxable=_minus(entry.taxable), tax=_minus(entry.tax)) for entry in document.tax_breakdown
        ),
    )


def _minus(value: Decimal | None) -> Decimal | None:
    # copy_negate is exact; unary minus would round to the context's 28 digits and turn 0 into -0.
    return value.copy_negate() if value else value


def _all_turned(charges: tuple[Charge, ...]) -> tuple[Charge, ...]:
    return tuple(replace(charge, amount=-charge.amount, base=_minus(charge.base)) for charge in charges)


def _turned(line: Line) -> Line:
    by_price = line.unit_price is not None and line.unit_price < 0 and (line.quantity is None or line.quantity >= 0)
    return replace(
        line,
        net_amount=_minus(line.net_amount),
        quantity=line.quantity if by_price else _minus(line.quantity),
        unit_price=_minus(line.unit_price) if by_price else line.unit_price,
        gross_price=_minus(line.gross_price) if by_price else line.gross_price,
        price_discount=_minus(line.price_discount) if by_price else line.price_discount,
        charges=_all_turned(line.charges),
        allowances=_all_turned(line.allowances),
    )
