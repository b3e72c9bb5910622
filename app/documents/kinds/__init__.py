"""The kinds of document: each module names one kind and says what it is and what it needs."""

import sys

from app.documents.kinds.kind import KINDS, Kind, Role
from app.registry import discover

discover(sys.modules[__name__])

#: The kinds that ask for money or give it back: what is matched and decided.
BILLING = frozenset(code for code, kind in KINDS.items() if kind.role is Role.BILLING)

__all__ = ["BILLING", "KINDS", "Kind", "Role"]
