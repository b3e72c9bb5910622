"""What a line asks or promises, as exact fractions: quantity in the order's unit, item amount, charges."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from app.documents.document import Basis, Charge, Line
from app.documents.quantity import Quantity
from app.documents.units import PACKAGING
from app.errors import UnitError
from app.linking.similarity import words_of

_ONE = Fraction(1)
# Words that say what a charge is for, by UNCL 7161 code. Only whole words count.
_CHARGE_WORDS: Mapping[str, str] = {
    "FC": """freight fracht frachtkosten shipping versand versandkosten porto postage transport transportkosten
        delivery lieferung lieferkosten livraison port spedizione trasporto envio portes verzendkosten verzending
        carriage courier kurier anlieferung haulage""",
    "PC": "packing packaging verpackung verpackungskosten emballage imballaggio embalaje",
    "IN": "insurance versicherung assurance transportversicherung",
    "SH": "handling bearbeitung bearbeitungsgebuhr bearbeitungspauschale manutention",
    "FSC": "fuel diesel dieselzuschlag treibstoffzuschlag energiezuschlag kraftstoffzuschlag",
    "ADR": "surcharge zuschlag mindermengenzuschlag expresszuschlag teuerungszuschlag maut toll pfand deposit",
}
_CODE_OF = {word: code for code, words in _CHARGE_WORDS.items() for word in words.split()}
# A line is a charge only where its words say little else.
_MOST_WORDS = 5


def charge_code(charge: Charge) -> str:
    """The charge's code, or the one that its reason's words stand for."""
    if charge.code:
        return charge.code.strip().upper()
    return charge_of_words(charge.reason or "") or "ZZZ"


def charge_of_words(text: str) -> str | None:
    """The code of the charge that a few words name (`Freight and packing` → `FC`); None where they name none."""
    words = words_of(text)
    if not words or len(words) > _MOST_WORDS:
        return None
    return next((_CODE_OF[word] for word in words if word in _CODE_OF), None)


def charges_of(charges: Iterable[Charge]) -> dict[str, Fraction]:
    """The charges summed by code."""
    summed: dict[str, Fraction] = {}
    for charge in charges:
        code = charge_code(charge)
        summed[code] = summed.get(code, Fraction(0)) + Fraction(charge.amount)
    return summed


def sum_of(charges: Iterable[Charge]) -> Fraction:
    """The charges in all."""
    return sum((Fraction(charge.amount) for charge in charges), Fraction(0))


def is_amount_line(line: Line) -> bool:
    """Whether the line is billed by its amount alone."""
    return line.basis is Basis.AMOUNT or (line.quantity is None and line.net_amount is not None)


def item_amount(line: Line) -> Fraction | None:
    """The line's worth without its charges, discounts taken off.

    From quantity and price where both are there (the printed amount is rounded), else from the amount.
    """
    if not is_amount_line(line) and line.quantity is not None and line.unit_price is not None:
        extended = Fraction(line.quantity) * Fraction(line.unit_price) / Fraction(line.price_base_quantity or 1)
        return extended - sum_of(line.allowances)
    if line.net_amount is None:
        return None
    return Fraction(line.net_amount) - sum_of(line.charges)


def net_amount(line: Line) -> Fraction | None:
    """The line's amount as printed (BT-131), or what it should be where none is printed."""
    if line.net_amount is not None:
        return Fraction(line.net_amount)
    item = item_amount(line)
    return None if item is None else item + sum_of(line.charges)


def in_unit_of(line: Line, value: Decimal | None, order_line: Line) -> Fraction | None:
    """A quantity of the line in the order line's unit; None where no way leads from one to the other.

    A unit that is missing on one of the papers is taken to be the other's. Units with no way between
    them (a set and a piece, a lump sum and a one) are the same where the very same price stands for one
    of each; but where a pack was ordered, a piece at the pack's price is what the check is for.
    """
    if value is None:
        return None
    if line.unit is None or order_line.unit is None or line.unit == order_line.unit:
        return Fraction(value)
    packs: dict[str, tuple[Fraction, str]] = {}
    for entry in (line, order_line):
        if entry.pack_size and entry.unit is not None and entry.unit in PACKAGING:
            packs[entry.unit] = (Fraction(entry.pack_size), "C62")
    if order_line.pack_size and line.unit in PACKAGING and line.unit not in packs:
        packs[line.unit] = (Fraction(order_line.pack_size), "C62")
    source, target = ("C62" if unit == "XUN" else unit for unit in (line.unit, order_line.unit))
    try:
        return Quantity(value, source).times(target, packs)
    except UnitError:
        same_price = line.unit_price is not None and line.unit_price == order_line.unit_price
        return Fraction(value) if same_price and order_line.unit not in PACKAGING else None
