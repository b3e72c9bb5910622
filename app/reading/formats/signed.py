"""Signed files (CMS, .p7m), as FatturaPA travels in: what was signed is taken out and read.

The signature itself is not verified: who sent a file is for the exchange or the mail gateway to say.
"""

import base64
import binascii
from dataclasses import replace

from app.reading.formats import FORMATS, Format
from app.reading.reading import Reading, Verdict

CODE = "signed"
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_HEAD = 40
_SEQUENCE, _OCTETS, _LONG_OCTETS = 0x30, 0x04, 0x24
_INDEFINITE, _LONG_LENGTH, _MOST_LENGTH_BYTES = 0x80, 0x80, 4
_MULTI_BYTE_TAG, _CONSTRUCTED = 0x1F, 0x20
_MOST_DEPTH = 12
_BROKEN = "The signed file is damaged, or holds only a signature. Send the document itself."


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like a signed file, in DER or in base64."""
    return _SIGNED_DATA in _der(data[: 2 * _HEAD])[:_HEAD]


def read(data: bytes) -> Reading:
    """Read what was signed."""
    from app.reading import read_bytes  # noqa: PLC0415 (it imports this module)

    content = content_of(_der(data))
    if not content or accepts(content):
        return Reading(Verdict.MALFORMED, _BROKEN, format=CODE)
    found = read_bytes(content)
    return replace(found, format=found.format or CODE)


def content_of(data: bytes) -> bytes | None:
    """The signed bytes of a CMS message (RFC 5652), also where they stand in pieces; None where there are none."""
    try:
        message, _ = _element(data, 0, len(data), 0)
        signed = _children(data, _children(data, message)[1])[0]
        wrapped = next(part for part in _children(data, signed) if part[0] == _SEQUENCE)
        return _octets(data, _children(data, _children(data, wrapped)[1])[0], 0)
    except (IndexError, ValueError, StopIteration):
        return None


Element = tuple[int, int, int]


def _der(data: bytes) -> bytes:
    """The bytes themselves, or what their base64 stands for."""
    if data[:1] != b"M":
        return data
    text = b"".join(data.split())
    try:
        return base64.b64decode(text[: len(text) // 4 * 4])
    except (binascii.Error, ValueError):
        return data


def _children(data: bytes, element: Element, depth: int = 0) -> list[Element]:
    found = []
    _, at, stop = element
    while at < stop:
        child, at = _element(data, at, stop, depth)
        found.append(child)
    return found


def _element(data: bytes, at: int, end: int, depth: int) -> tuple[Element, int]:
    """The element (tag, start and end of its content) at a place, and where the next one begins."""
    if depth > _MOST_DEPTH or at + 2 > end:
        raise ValueError
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        raise ValueError
    if length == _INDEFINITE:
        if not tag & _CONSTRUCTED:
            raise ValueError
        place = start
        while data[place : place + 2] != b"\x00\x00":
            _, place = _element(data, place, end, depth + 1)
        return (tag, start, place), place + 2
    if length > _LONG_LENGTH:
        size = length - _LONG_LENGTH
        if size > _MOST_LENGTH_BYTES:
            raise ValueError
        length, start = int.from_bytes(data[start : start + size]), start + size
    if start + length > end:
        raise ValueError
    return (tag, start, start + length), start + length


def _octets(data: bytes, element: Element, depth: int) -> bytes:
    tag, start, stop = element
    if tag == _OCTETS:
        return data[start:stop]
    if tag != _LONG_OCTETS or depth > _MOST_DEPTH:
        raise ValueError
    return b"".join(_octets(data, part, depth + 1) for part in _children(data, element, depth + 1))


FORMATS.add(CODE, Format(CODE, "Signed file (P7M)", ("application/pkcs7-mime",), accepts, read, rank=20))
