"""Documents as they were parsed: a supplier's history is looked through at every match, and parsed once a process."""

from collections import OrderedDict
from threading import Lock
from typing import Any

from app.documents import canonical
from app.documents.document import Document

_MOST = 1000


class _Parsed:
    """The documents that were used last, by the digest of their content: the same digest is the same document."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._documents: OrderedDict[str, Document] = OrderedDict()

    def read(self, body: Any, sha256: str | None) -> Document:
        if sha256 is None:
            return canonical.read(body)
        with self._lock:
            found = self._documents.get(sha256)
            if found is not None:
                self._documents.move_to_end(sha256)
                return found
        found = canonical.read(body)
        with self._lock:
            self._documents[sha256] = found
            if len(self._documents) > _MOST:
                self._documents.popitem(last=False)
        return found


_PARSED = _Parsed()


def parsed(body: Any, sha256: str | None) -> Document:
    """The document of a stored body with that digest of its content."""
    return _PARSED.read(body, sha256)
