"""Units by their UN/ECE Recommendation 20 codes, with exact factors inside each family."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.errors import UnitError


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: its Rec 20 code, its name, its family and how many base units it holds."""

    code: str
    name: str
    family: str
    factor: Fraction


def _family(family: str, *units: tuple[str, str, str]) -> dict[str, Unit]:
    return {code: Unit(code, name, family, Fraction(factor)) for code, name, factor in units}


# Factors: UN/ECE Recommendation 20, revision 17, column "conversion factor"; pounds, inches and
# gallons by their legal definitions (1959 agreement), which are exact. A unit of packaging (XBX box,
# XCT carton, …: Recommendation 21 with an X in front) has no factor of its own: only the item's own
# pack size can say how many pieces it holds. Days do not convert to hours (a billed day is not 24 h),
# months not to days.
UNITS: Mapping[str, Unit] = {
    **_family(
        "count",
        ("C62", "one", "1"),
        ("H87", "piece", "1"),
        ("EA", "each", "1"),
        ("NAR", "number of articles", "1"),
        ("PR", "pair", "2"),
        ("DZN", "dozen", "12"),
        ("SR", "strip", "1"),
        ("NPT", "number of parts", "1"),
        ("CEN", "hundred", "100"),
        ("CNP", "hundred packs", "100"),
        ("GRO", "gross", "144"),
        ("MIL", "thousand", "1000"),
        ("T3", "thousand piece", "1000"),
        ("MIO", "million", "1000000"),
    ),
    **_family(
        "mass",
        ("MGM", "milligram", "1/1000000"),
        ("GRM", "gram", "1/1000"),
        ("HGM", "hectogram", "1/10"),
        ("KGM", "kilogram", "1"),
        ("DTN", "decitonne", "100"),
        ("TNE", "tonne", "1000"),
        ("LBR", "pound", "0.45359237"),
        ("ONZ", "ounce", "0.028349523125"),
        ("STN", "short ton", "907.18474"),
        ("LTN", "long ton", "1016.0469088"),
    ),
    **_family(
        "length",
        ("MMT", "millimetre", "1/1000"),
        ("CMT", "centimetre", "1/100"),
        ("DMT", "decimetre", "1/10"),
        ("MTR", "metre", "1"),
        ("LM", "linear metre", "1"),
        ("KMT", "kilometre", "1000"),
        ("HMT", "hectometre", "100"),
        ("INH", "inch", "0.0254"),
        ("FOT", "foot", "0.3048"),
        ("YRD", "yard", "0.9144"),
        ("SMI", "mile", "1609.344"),
    ),
    **_family(
        "area",
        ("MMK", "square millimetre", "1/1000000"),
        ("CMK", "square centimetre", "1/10000"),
        ("MTK", "square metre", "1"),
        ("HAR", "hectare", "10000"),
        ("KMK", "square kilometre", "1000000"),
        ("INK", "square inch", "0.00064516"),
        ("FTK", "square foot", "0.09290304"),
    ),
    **_family(
        "volume",
        ("MLT", "millilitre", "1/1000"),
        ("CLT", "centilitre", "1/100"),
        ("DLT", "decilitre", "1/10"),
        ("LTR", "litre", "1"),
        ("HLT", "hectolitre", "100"),
        ("MTQ", "cubic metre", "1000"),
        ("CMQ", "cubic centimetre", "1/1000"),
        ("DMQ", "cubic decimetre", "1"),
        ("GLL", "US gallon", "3.785411784"),
        ("GLI", "imperial gallon", "4.54609"),
    ),
    **_family("time", ("SEC", "second", "1"), ("MIN", "minute", "60"), ("HUR", "hour", "3600")),
    **_family("day", ("DAY", "day", "1"), ("WEE", "week", "7")),
    **_family("month", ("MON", "month", "1"), ("QAN", "quarter", "3"), ("ANN", "year", "12")),
    **_family(
        "energy",
        ("WHR", "watt hour", "1"),
        ("KWH", "kilowatt hour", "1000"),
        ("MWH", "megawatt hour", "1000000"),
    ),
    **_family(
        "storage",
        ("AD", "byte", "1"),
        ("2P", "kilobyte", "1000"),
        ("4L", "megabyte", "1000000"),
        ("E34", "gigabyte", "1000000000"),
        ("E35", "terabyte", "1000000000000"),
    ),
    **_family("lump sum", ("LS", "lump sum", "1")),
    **_family("set", ("SET", "set", "1")),
    **_family("kit", ("KT", "kit", "1")),
    **_family("use", ("E48", "service unit", "1"), ("ACT", "activity", "1")),
    **_family("work day", ("E49", "working day", "1")),
    **_family("percent", ("P1", "percent", "1")),
}

#: Codes of Recommendation 21 (packaging) that invoices use as units; the item's pack size gives the factor.
PACKAGING: Mapping[str, str] = {
    "XBX": "box",
    "XCT": "carton",
    "XPK": "package",
    "XPA": "packet",
    "XPX": "pallet",
    "XBG": "bag",
    "XRO": "roll",
    "XBO": "bottle",
    "XCA": "can",
    "XCS": "case",
    "XSA": "sack",
    "XTU": "tube",
    "XDR": "drum",
    "XPC": "parcel",
    "XBE": "bundle",
    "XCR": "crate",
    "XST": "sheet",
    "XUN": "unit",
}

#: Which units an item's pack holds: unit code → (how many, of which unit), e.g. {"XBX": (Fraction(200), "C62")}.
PackSizes = Mapping[str, tuple[Fraction, str]]

_NO_PACKS: PackSizes = {}


def is_unit(code: str) -> bool:
    """Whether the code is one that Countersign knows from Recommendation 20 or 21."""
    return code in UNITS or code in PACKAGING


def factor(source: str, target: str, packs: PackSizes = _NO_PACKS) -> Fraction:
    """How many `target` one `source` is, exactly.

    The item's own pack sizes come first, then the families of Recommendation 20.

    Raises:
        UnitError: no way from one to the other is known.
    """
    if source == target:
        return Fraction(1)
    near, near_unit = _unpacked(source, packs)
    far, far_unit = _unpacked(target, packs)
    if near_unit == far_unit:
        return near / far
    left, right = UNITS.get(near_unit), UNITS.get(far_unit)
    if left is None or right is None or left.family != right.family:
        raise UnitError(source, target)
    return near * left.factor / (far * right.factor)


def _unpacked(code: str, packs: PackSizes) -> tuple[Fraction, str]:
    """Open packs within packs until a plain unit is left; a circle ends at the unit it started from."""
    many, unit, seen = Fraction(1), code, {code}
    while unit in packs:
        held, inner = packs[unit]
        if inner in seen or held <= 0:
            break
        many, unit = many * held, inner
        seen.add(inner)
    return many, unit
