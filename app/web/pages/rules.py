"""The rules: every kind of exception there is, with what must hold."""

from collections.abc import Mapping
from itertools import groupby

from fastapi import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from app.matching.rule import RULES
from app.web.access import context_of, looking
from app.web.errors import wants_page
from app.web.templating import page

#: The chapters of the standard in words, where the module's name alone would be bare.
_CHAPTERS: Mapping[str, str] = {
    "integrity": "The document itself",
    "references": "References and links",
    "quantity": "Quantity",
    "price": "Price",
    "amount": "Amount",
    "charges": "Charges, tax and totals",
    "currency": "Currency",
    "order_control": "Order status and control",
    "terms": "Dates and terms",
    "credits": "Credits, returns and prepayments",
    "quotes": "Quotes",
    "licenses": "Software licenses",
    "duplicates": "Duplicates",
    "master": "Suppliers and accounts",
    "control": "Process control",
    "vendors": "Outsourced vendors",
}


def listed(request: Request) -> Response:
    """All rules, chapter by chapter."""
    holder = looking(request, context_of(request))
    ordered = sorted(RULES.values(), key=lambda rule: (_place(rule.chapter), rule.code))
    chapters = [(_name(chapter), list(found)) for chapter, found in groupby(ordered, key=lambda rule: rule.chapter)]
    return page(request, "rules.html", holder=holder, chapters=chapters, count=len(RULES))


def _place(chapter: str) -> tuple[int, str]:
    known = list(_CHAPTERS)
    return (known.index(chapter) if chapter in known else len(known), chapter)


def _name(chapter: str) -> str:
    return _CHAPTERS.get(chapter, chapter.replace("_", " ").capitalize())


class _ForBrowsers(Route):
    """A route that only requests for HTML see; others go on to the next one with the same address."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and not wants_page(Request(scope)):
            return Match.NONE, {}
        return super().matches(scope)


ROUTE = _ForBrowsers("/rules", listed, methods=["GET"], include_in_schema=False)
