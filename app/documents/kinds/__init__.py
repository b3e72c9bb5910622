"""The kinds of document: each module names one kind and says what it is and what it needs."""

import sys

from app.documents.kinds.kind import KINDS, Kind, Role
from app.registry import discover

discover(sys.modules[__name__])

__all__ = ["KINDS", "Kind", "Role"]
