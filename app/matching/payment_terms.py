"""Payment terms as papers print them: the days until the whole sum is due, and the discount before."""

import re

from app.documents.document import Document

_DAYS = re.compile(
    r"(?:\bnet(?:to)?\s*(\d{1,3})\b)|(\d{1,3})\s*(?:-|\s)?\s*(?:days?|tagen?|tg\b|jours|d[ií]as|giorni|dagen|dni)",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(r"\d(?:[.,]\d+)?\s*%")
_AT_ONCE = re.compile(
    r"\b(?:immediately|due (?:on|upon) receipt|sofort|prompt|à réception|comptant|al contado)\b", re.IGNORECASE
)


def net_days(document: Document) -> int | None:
    """Days from the date to when the whole sum is due; None where the paper does not say.

    The printed terms come first; of several numbers of days the longest is the one without discount.
    """
    text = document.payment_terms or ""
    days = [int(found) for pair in _DAYS.findall(text) for found in pair if found]
    if days:
        return max(days)
    if _AT_ONCE.search(text):
        return 0
    if document.due_date is not None and document.issue_date is not None:
        return (document.due_date - document.issue_date).days
    return None


def has_discount(document: Document) -> bool:
    """Whether the terms speak of a discount for paying early."""
    return _DISCOUNT.search(document.payment_terms or "") is not None
