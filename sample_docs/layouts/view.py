"""What a layout needs of a paper: its figures in the country's manner, its parties and words."""

import html
from collections.abc import Iterator
from datetime import date

from sample_docs.company import BUYER
from sample_docs.figures import Style
from sample_docs.papers import Json, Paper


class View:
    """A paper as one layout prints it; every method answers printed text."""

    def __init__(self, paper: Paper, style: str) -> None:
        self.paper = paper
        self.document = paper.document
        self.kind: str = paper.document["kind"]
        self.lines: list[Json] = paper.document["lines"]
        self.style = Style(style)
        self.seller = paper.seller
        self.buyer = BUYER

    @property
    def number(self) -> str:
        return self.document["number"]

    @property
    def currency(self) -> str:
        return self.document.get("currency", "")

    @property
    def priced(self) -> bool:
        return "totals" in self.document

    def date(self, name: str = "issue_date") -> str:
        return self.style.date(self.document[name])

    def has(self, name: str) -> bool:
        return self.document.get(name) is not None

    def reference(self, name: str) -> str | None:
        return self.document.get("references", {}).get(name)

    def quantity(self, entry: Json, name: str = "quantity") -> str:
        return self.style.quantity(entry[name])

    def price(self, entry: Json) -> str:
        return self.style.money(entry["unit_price"])

    def base(self, entry: Json) -> str:
        return self.style.quantity(entry.get("price_base_quantity", "1"))

    def amount(self, entry: Json) -> str:
        return self.style.money(entry["net_amount"])

    def total(self, name: str) -> str:
        return self.style.money(self.document["totals"][name])

    def charges(self) -> list[tuple[str, str]]:
        return [(entry["reason"], self.style.money(entry["amount"])) for entry in self.document.get("charges", [])]

    def taxes(self) -> Iterator[tuple[str, str, str]]:
        """Rate, taxable amount and tax, each printed."""
        for entry in self.document.get("tax_breakdown", []):
            yield self.style.quantity(entry["rate"]), self.style.money(entry["taxable"]), self.style.money(entry["tax"])

    def ordered(self, entry: Json) -> str:
        """How many the order says, for the columns that repeat it."""
        return self.style.quantity(self.paper.extras["ordered"][entry["id"]])

    def term(self, entry: Json) -> tuple[str, str] | None:
        """First and last day of a software line's term."""
        held = entry.get("license", {})
        if "start" not in held:
            return None
        return self.style.date(held["start"]), self.style.date(held["end"])

    def days(self) -> int:
        """Days from the issue to the due date."""
        due, issued = (date.fromisoformat(self.document[name]) for name in ("due_date", "issue_date"))
        return (due - issued).days


def esc(text: object) -> str:
    """Text for HTML and XML."""
    return html.escape(str(text), quote=True)
