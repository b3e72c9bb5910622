"""How figures, days and words are shown: the filters of the templates."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from markupsafe import Markup, escape

from app.documents.kinds import KINDS
from app.documents.money import Money, decimal_of, plain
from app.documents.units import UNITS

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: A figure and its unit or currency stay on one line.
_NARROW = "\N{NO-BREAK SPACE}"
#: Below this score a figure is shown as uncertain.
SURE_FROM = Decimal("0.9")
_MOST_PLACES = 6

_METHODS = {
    "pdf": "from PDF text",
    "ocr": "from a scan",
    "xml": "from the e-invoice",
    "csv": "from a table",
    "edi": "from an EDI message",
    "api": "sent as data",
    "derived": "worked out",
    "person": "entered by a person",
}
_UNITS = {"C62": "pcs", "H87": "pcs", "KGM": "kg", "GRM": "g", "MTR": "m", "LTR": "l", "HUR": "h", "DAY": "d"}
_PAPERS = {
    "quote": "Quote",
    "purchase_order": "Order",
    "packing_slip": "Packing slip",
    "goods_receipt": "Receipt",
    "license_receipt": "License receipt",
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "contract": "Contract",
}


def number(value: Decimal | Fraction | int | str | None) -> str:
    """A figure with thousands separators and its own decimals: `2500` → `2,500`, `0.1184` stays."""
    if value is None:
        return ""
    if isinstance(value, Fraction):
        value = plain(decimal_of(value, _MOST_PLACES))
    try:
        found = Decimal(value)
    except ArithmeticError:
        return str(value)
    if not found.is_finite():
        return str(value)
    return f"{found:,f}".replace("-", "\N{MINUS SIGN}")


def unit(text: str | None, code: str | None) -> str:
    """A unit as it is printed, else in words: `C62` → `pcs`."""
    if text:
        return text
    if code is None or code in _UNITS:
        return _UNITS.get(code or "", "")
    return UNITS[code].name if code in UNITS else code


def money(value: Money | Mapping[str, str] | None) -> str:
    """A sum with its currency in front: `EUR 1,240.00`."""
    found = _money(value)
    return "" if found is None else f"{found.currency}{_NARROW}{number(found.amount)}"


def amount(value: Money | Mapping[str, str] | None) -> str:
    """A sum without its currency, where a heading names it."""
    found = _money(value)
    return "" if found is None else number(found.amount)


def _money(value: Money | Mapping[str, str] | None) -> Money | None:
    if value is None or isinstance(value, Money):
        return value
    return Money(Decimal(value["amount"]), value["currency"])


def day(value: date | datetime | str | None) -> str:
    """A day in words: `13 Nov 2026`."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return f"{value.day}{_NARROW}{_MONTHS[value.month - 1]}{_NARROW}{value.year}"


def moment(value: datetime | None) -> str:
    """A day with its time in UTC: `22 Nov 2026, 09:14`."""
    return "" if value is None else f"{day(value)}, {value.astimezone(UTC):%H:%M}"


def sureness(score: Decimal | str | None) -> str:
    """How sure the reader was, in percent, never rounded up to certainty."""
    if score is None:
        return ""
    percent = Decimal(score) * 100
    shown = plain(percent.quantize(Decimal("0.1"), rounding="ROUND_DOWN"))
    return f"{shown}{_NARROW}%"


def unsure(score: Decimal | str | None) -> bool:
    """Whether a figure that was read is shown as uncertain."""
    return score is not None and Decimal(score) < SURE_FROM


def method(name: str | None) -> str:
    """How a value came to us, in words."""
    return _METHODS.get(name or "", name or "")


def paper(kind: str | None) -> str:
    """A kind of document in one or two words."""
    if kind is None:
        return "Document"
    return _PAPERS.get(kind) or (KINDS[kind].title if kind in KINDS else "Document")


def colour(kind: str | None) -> str:
    """The class that carries the colour of a kind of document."""
    known = {
        "quote": "quote",
        "contract": "quote",
        "purchase_order": "order",
        "packing_slip": "receipt",
        "goods_receipt": "receipt",
        "license_receipt": "license",
        "invoice": "invoice",
        "credit_note": "invoice",
    }
    return f"ink-{known.get(kind or '', 'plain')}"


def who(actor: str) -> str:
    """Who did it: `auditor:ap-desk` → `ap-desk, auditor`; the system's own parts by their name."""
    role, _, name = actor.partition(":")
    return f"the {name}" if role == "system" else f"{name or actor}, {role.replace('_', ' ')}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 file`, `2 files`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def late(due: date | None, today: date) -> str:
    """How far a due day is away: `9 days late`, `due today`, `in 3 days`."""
    if due is None:
        return ""
    days = (today - due).days
    if days == 0:
        return "due today"
    return f"{plural(days, 'day')} late" if days > 0 else f"in {plural(-days, 'day')}"


def coded(text: str) -> Markup:
    """A text whose words between backticks are shown as code."""
    pieces = (
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(text.split("`"))
    )
    return Markup("").join(pieces)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "amount": amount,
    "coded": coded,
    "colour": colour,
    "day": day,
    "late": late,
    "method": method,
    "moment": moment,
    "money": money,
    "number": number,
    "paper": paper,
    "plural": plural,
    "sureness": sureness,
    "unsure": unsure,
    "who": who,
}
