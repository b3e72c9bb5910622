"""Canonical documents as a JSON file, one or a list of them."""

import json

from app.documents import canonical
from app.errors import MalformedListError
from app.reading.formats import FORMATS, Format
from app.reading.reading import Reading, Verdict

_BLANKS = b" \t\r\n\xef\xbb\xbf"
_MOST_DOCUMENTS = 1000


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like a JSON object or list."""
    return data.lstrip(_BLANKS)[:1] in {b"{", b"["}


def read(data: bytes) -> Reading:
    """Read the documents, strictly."""
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_float=_Floating)
    except (ValueError, RecursionError):
        return Reading(Verdict.MALFORMED, "The file is not JSON in UTF-8. Export it again.", format="json")
    entries = value if isinstance(value, list) else [value]
    if not entries:
        return Reading(Verdict.EMPTY, "The JSON file lists no document.", format="json")
    if len(entries) > _MOST_DOCUMENTS:
        reason = f"The file lists {len(entries)} documents; at most {_MOST_DOCUMENTS} are read. Send it in parts."
        return Reading(Verdict.RESOURCE_LIMIT, reason, format="json")
    try:
        documents = tuple(canonical.read(entry) for entry in entries)
    except (MalformedListError, RecursionError) as error:
        detail = str(error)[:300]
        return Reading(Verdict.MALFORMED, f"The JSON is no canonical document: {detail}.", format="json")
    return Reading(Verdict.OK, None, documents, (), "json")


class _Floating(float):
    """A JSON number with a point; the canonical format refuses it for money."""


FORMATS.add("json", Format("json", "Canonical document (JSON)", ("application/json",), accepts, read))
