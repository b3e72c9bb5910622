"""What makes a line software: its license block, its category or its words."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from app.documents.document import License, Line
from app.linking.proofs import rights_of
from app.linking.similarity import words_of
from app.linking.voucher import VoucherLine

_CATEGORIES = frozenset(["software", "saas", "license", "licence", "lizenz", "lizenzen", "licenses", "subscription"])
_SOFTWARE_WORDS = """license licenses licence licences lizenz lizenzen softwarelizenz softwarelizenzen userlizenz
    licenza licenze licencia licencias licentie licenties subscription subscriptions saas software"""
_WORDS = frozenset(_SOFTWARE_WORDS.split())
# In the company of these words a line is about something else: a plate, a journal, work on software.
_ELSEWHERE_WORDS = """plate plates driving driver fishing hunting holder magazine newspaper journal lunch development
    entwicklung engineering consulting beratung training schulung formation workshop installation implementation
    implementierung integration customizing anpassung programming programmierung migration support maintenance wartung
    pflege hour hours stunde stunden day days tag tage engineer consultant developer entwickler box case"""
_ELSEWHERE = frozenset(_ELSEWHERE_WORDS.split())


def is_software(line: VoucherLine) -> bool:
    """Whether the line bills software, which a license receipt must prove.

    A license block or the category says so outright. Words alone do not where goods were received on
    the line, or where the order asks for two papers only.
    """
    papers = [line.line.line, *([line.order.line] if line.order else [])]
    if any(paper.license is not None or (paper.category or "").strip().casefold() in _CATEGORIES for paper in papers):
        return True
    if line.licenses:
        return True
    if line.receipts or line.drafts or (line.order is not None and line.order.line.match_way == _TWO_PAPERS):
        return False
    return any(_says_software(paper) for paper in papers)


_TWO_PAPERS = 2
_MAINTENANCE = re.compile(
    r"maintenance|wartung|softwarepflege|assurance|entretien|manutenzione|mantenimiento|onderhoud"
)


def is_maintenance(line: VoucherLine) -> bool:
    """Whether the line bills maintenance of software: by its license's type, else by the words of a software line."""
    papers = [line.line.line, *([line.order.line] if line.order else [])]
    kinds = [(paper.license.type or "").casefold() for paper in papers if paper.license is not None]
    if any(kinds):
        return any(_MAINTENANCE.search(kind) or kind in {"sa", "support"} for kind in kinds)
    about_software = bool(kinds) or any((paper.category or "").strip().casefold() in _CATEGORIES for paper in papers)
    return about_software and any(_MAINTENANCE.search((paper.description or "").casefold()) for paper in papers)


def _says_software(line: Line) -> bool:
    words = set(words_of(line.description or ""))
    return bool(words & _WORDS) and not words & _ELSEWHERE


def rights_billed(line: VoucherLine) -> Fraction:
    """How many rights the line bills: by its own words, else its quantity × the order's rights per pack."""
    printed = line.line.line
    if printed.license is not None and (printed.license.rights or printed.license.rights_per_pack):
        return (rights_of(printed) or Fraction(0)) * line.share
    ordered = line.order.line.license if line.order else None
    per_pack = ordered.rights_per_pack if ordered is not None else None
    return (line.quantity or Fraction(0)) * Fraction(per_pack or 1)


_TIME_UNITS = frozenset({"MON", "ANN", "QAN", "WEE", "DAY"})


def months_unit(line: VoucherLine) -> bool:
    """Whether the line counts time, not seats."""
    return line.unit in _TIME_UNITS or line.line.line.unit in _TIME_UNITS


def term_of(line: Line) -> tuple[date, date] | None:
    """From the first day to the last that the line speaks of; None where it names no term."""
    for held in (line.period, line.license):
        if held is not None and held.start is not None and held.end is not None:
            return held.start, held.end
    return None


_YEARS = frozenset({365, 366})


def year_days(term: tuple[date, date] | None) -> int | None:
    """The days of a term that is just a year; None of any other."""
    days = (term[1] - term[0]).days + 1 if term is not None else 0
    return days if days in _YEARS else None


_METRICS: Mapping[str, str] = {
    "user": """user users named seat seats nutzer benutzer anwender utilisateur utilisateurs usuario usuarios utente
        utenti gebruiker gebruikers subscriber subscribers member members person""",
    "device": "device devices machine machines pc computer gerat gerate appareil dispositivo endpoint endpoints",
    "core": "core cores vcpu cpu cpus processor processors prozessor kern kerne coeur coeurs",
    "server": "server servers host hosts serveur",
    "site": "site sites location enterprise standort",
}
_METRIC_OF = {word: metric for metric, words in _METRICS.items() for word in words.split()}


def metric_group(held: License | None) -> str | None:
    """What a license counts (user, device, core …); None where it says nothing that is known."""
    if held is None or not held.metric:
        return None
    found = {_METRIC_OF[word] for word in words_of(held.metric) if word in _METRIC_OF}
    return next(iter(found)) if len(found) == 1 else None
