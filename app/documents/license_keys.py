"""License keys: kept only as a salted hash with the last four characters, never in clear."""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import replace

from app.documents.document import Document, License, Line

_SEALED = re.compile(r"sealed:[0-9a-f]{64}:.{0,4}")
_TAIL = 4


def seal(key: str, salt: bytes) -> str:
    """`sealed:<HMAC-SHA-256 of the normalised key>:<last four characters>`; a sealed key stays as it is.

    Keys are compared without case, spaces and dashes, as people type them.
    """
    if is_sealed(key):
        return key
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", key).upper() if letter.isalnum())
    digest = hmac.new(salt, plain.encode(), hashlib.sha256).hexdigest()
    return f"sealed:{digest}:{plain[-_TAIL:] if len(plain) > 2 * _TAIL else ''}"


def is_sealed(key: str) -> bool:
    """Whether the key is sealed already."""
    return _SEALED.fullmatch(key) is not None


def shown(key: str) -> str:
    """What a person may see of a sealed key: `…A1B2`."""
    return f"…{key.rpartition(':')[2]}" if is_sealed(key) else "…"


def sealed(document: Document, salt: bytes) -> Document:
    """The document with every license key sealed, in its lines and in the evidence of them."""
    if not any(line.license and line.license.keys for line in document.lines):
        return document
    keys = {key for line in document.lines if line.license for key in line.license.keys}
    lines = tuple(_with_sealed(line, salt) for line in document.lines)
    evidence = {
        pointer: replace(entry, text=_without(entry.text, keys)) if entry.text else entry
        for pointer, entry in document.evidence.items()
    }
    lines = tuple(
        replace(line, description=_without(line.description, keys)) if line.description else line for line in lines
    )
    return replace(document, lines=lines, evidence=evidence)


def _with_sealed(line: Line, salt: bytes) -> Line:
    if line.license is None or not line.license.keys:
        return line
    held: License = replace(line.license, keys=tuple(seal(key, salt) for key in line.license.keys))
    return replace(line, license=held)


def _without(text: str, keys: set[str]) -> str:
    for key in sorted(keys, key=len, reverse=True):
        if not is_sealed(key):
            text = text.replace(key, f"…{key[-_TAIL:]}")
    return text
