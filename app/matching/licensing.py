"""What makes a line software: its license block, its category or its words."""

from collections.abc import Mapping

from app.documents.document import Line
from app.linking.similarity import words_of
from app.linking.voucher import VoucherLine

_CATEGORIES = frozenset({"software", "saas", "license", "licence", "lizenz", "lizenzen", "licenses", "subscription"})
_WORDS = frozenset(
    ["license", "licenses", "licence", "licences", "lizenz", "lizenzen", "softwarelizenz", "softwarelizenzen", "userlizenz", "licenza", "licenze", "licencia", "licencias", "licentie", "licenties", "abonnement", "subscription", "subscriptions", "saas", "seats", "software"]
)
# The same words in a company of these speak of something else.
_NOT_SOFTWARE: Mapping[str, frozenset[str]] = {
    "license": frozenset(["plate", "plates", "driving", "driver", "holder"]),
    "licence": frozenset(["plate", "plates", "driving", "driver", "holder"]),
    "subscription": frozenset(["magazine", "newspaper", "journal", "lunch"]),
    "seats": frozenset(["chair", "chairs", "bench", "car", "stadium", "cover", "covers", "leather"]),
}


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


def _says_software(line: Line) -> bool:
    words = set(words_of(line.description or ""))
    return any(not words & _NOT_SOFTWARE.get(word, frozenset()) for word in words & _WORDS)
