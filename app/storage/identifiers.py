"""Identifiers: a prefix and a UUIDv7 in base32, so that they sort by the time they were made."""

import secrets
import time
from uuid import UUID

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26


def make(prefix: str) -> str:
    """A new identifier, e.g. `doc_01jc…` (RFC 9562, version 7; Crockford's base32)."""
    stamp = time.time_ns() // 1_000_000
    number = (stamp << 80) | secrets.randbits(80)
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return f"{prefix}_{_encode(UUID(int=number).int)}"


def _encode(number: int) -> str:
    letters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, 32)
        letters.append(_ALPHABET[place])
    return "".join(reversed(letters))


def under(prefix: str, identifier: str) -> str:
    """The same identifier under another prefix: an invoice `inv_X` is the document `doc_X`."""
    return f"{prefix}_{identifier.partition('_')[2]}"
