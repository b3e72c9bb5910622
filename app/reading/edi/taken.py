"""Values out of segments, strictly, each with the evidence of where it stood."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.documents.evidence import Evidence, Method
from app.documents.money import currencies, quantum
from app.reading.edi.segments import Segment
from app.reading.einvoice.collect import day_of, decimal_of, unit_of
from app.reading.einvoice.tree import malformed

_SURE = Decimal(1)
_LONGEST_TEXT = 10_000
_LONGEST_PROOF = 2000
_SHORT_DAY = 6
# Formats of a DTM (code list 2379): days with and without a time, a day that comes first, periods of days.
_DAYS = frozenset({"101", "102", "201", "202", "203", "204", "205", "301", "303", "304"})
_DAY_FIRST = "2"
_RANGES = frozenset({"713", "717", "718", "719"})

#: Units of X12 (element 355) that Recommendation 20 calls otherwise.
X12_UNITS = {
    "BG": "XBG", "BO": "XBO", "BX": "XBX", "CA": "XCS", "CT": "XCT", "CS": "XCS", "CN": "XCA", "DA": "DAY",
    "DR": "XDR", "DZ": "DZN", "FT": "FOT", "GA": "GLL", "GR": "GRM", "HR": "HUR", "IN": "INH", "KG": "KGM", "LB": "LBR",
    "LF": "FOT", "LO": "LS", "LT": "LTR", "M": "MTR", "MJ": "MIN", "MO": "MON", "MR": "MTR", "OZ": "ONZ", "PC": "H87",
    "PK": "XPK", "PL": "XPX", "PF": "XPX", "RL": "XRO", "SF": "FTK", "SH": "XST", "ST": "SET", "TH": "MIL", "TN": "STN",
    "UN": "C62", "WK": "WEE", "YD": "YRD", "YR": "ANN", "HC": "CEN", "KT": "KT", "PR": "PR",
}  # fmt: skip


class Taken:
    """The evidence of a document in the making; each method takes a value out of a segment and notes its place."""

    def __init__(self) -> None:
        self.evidence: dict[str, Evidence] = {}

    def note(self, pointer: str, path: str, text: str, method: Method = Method.EDI) -> None:
        """Note where a value stood."""
        self.evidence[pointer] = Evidence(path=path, text=text[:_LONGEST_PROOF], method=method, score=_SURE)

    def text(self, pointer: str, segment: Segment | None, element: int, component: int = 1) -> str | None:
        """An element's text; None where it is missing or empty."""
        said = segment.get(element, component) if segment is not None else ""
        if segment is None or not said:
            return None
        self.note(pointer, segment.path(element, component), said)
        return said[:_LONGEST_TEXT]

    def worded(self, pointer: str, segment: Segment | None, text: str) -> str | None:
        """A text put together from several elements of the segment, or of several."""
        if segment is None or not text:
            return None
        self.note(pointer, f"{segment.position}/{segment.tag}", text)
        return text[:_LONGEST_TEXT]

    def number(
        self, pointer: str, segment: Segment | None, element: int, component: int = 1, *, implied: int = 0
    ) -> Decimal | None:
        """A plain decimal; `implied` decimals are not written, unless a point is.

        Raises:
            UnreadableError: the text is there and is none.
        """
        said = segment.get(element, component) if segment is not None else ""
        if segment is None or not said:
            return None
        value = decimal_of(said.replace(",", "."))
        if value is None:
            place = f"Segment {segment.position} ({segment.tag}), element {element}"
            raise malformed(f"{place}: {said[:40]!r} is not a plain decimal number.")
        if implied and "." not in said:
            value = value.scaleb(-implied)
        self.note(pointer, segment.path(element, component), said)
        return value

    def day(self, pointer: str, segment: Segment | None, element: int, component: int = 1) -> date | None:
        """A date as CCYYMMDD, or YYMMDD.

        Raises:
            UnreadableError: the text is there and is none.
        """
        said = segment.get(element, component) if segment is not None else ""
        if segment is None or not said:
            return None
        value = day_of(f"20{said}" if len(said) == _SHORT_DAY else said)
        if value is None:
            place = f"Segment {segment.position} ({segment.tag}), element {element}"
            raise malformed(f"{place}: {said[:40]!r} is not a date such as 20261030.")
        self.note(pointer, segment.path(element, component), said)
        return value

    def moment(self, pointer: str, segment: Segment | None, *, last: bool = False) -> date | None:
        """The day of a DTM of EDIFACT by its format (code 2379); None for a week, a month or a mere time.

        Raises:
            UnreadableError: it says that it is a day and is none.
        """
        if segment is None:
            return None
        said, form = segment.get(1, 2), segment.get(1, 3)
        if form in _RANGES:
            middle = len(said) // 2
            first, _, second = said.partition("-") if "-" in said else (said[:middle], "", said[middle:])
            said = second if last else first
        elif form == _DAY_FIRST:
            said = said[4:6] + said[2:4] + said[:2]
        elif form and form not in _DAYS:
            return None
        value = day_of(f"20{said}" if len(said) == _SHORT_DAY else said)
        if value is None and said:
            place = f"Segment {segment.position} ({segment.tag})"
            raise malformed(f"{place}: {said[:40]!r} is not a date such as 20261030.")
        if value is not None:
            self.note(pointer, segment.path(1, 2), segment.get(1, 2))
        return value

    def currency(self, segment: Segment | None, element: int, component: int = 1) -> str | None:
        """The document's currency, where it is one."""
        found = self.text("/currency", segment, element, component)
        if found is not None and found.upper() not in currencies():
            del self.evidence["/currency"]
            return None
        return found.upper() if found else None

    def unit(
        self, pointer: str, segment: Segment | None, element: int, component: int = 1, *, american: bool = False
    ) -> dict[str, Any]:
        """The unit: its code, and the word that stood there where that was another."""
        said = segment.get(element, component) if segment is not None else ""
        if segment is None or not said:
            return {}
        known = unit_of(X12_UNITS.get(said, said) if american else said)
        found = {} if known is None else {"unit": known}
        if known != said:
            found["unit_text"] = said
        for name in found:
            self.note(f"{pointer}/{name}", segment.path(element, component), said)
        return found

    def derived(self, pointer: str, segment: Segment, value: Decimal) -> Decimal:
        """A number that the message implies but does not say; the place is where its parts stand."""
        self.note(pointer, f"{segment.position}/{segment.tag}", format(value, "f"), Method.DERIVED)
        return value


def rounded(value: Decimal, currency: str | None) -> Decimal:
    """An amount that is worked out, in the currency's decimals."""
    return value.quantize(quantum(currency or "USD"), rounding=ROUND_HALF_UP)
