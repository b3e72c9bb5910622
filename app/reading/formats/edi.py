"""EDI interchanges: X12 (810, 843, 850, 855, 856, 861) and EDIFACT (INVOIC, ORDERS, DESADV and their kin)."""

from app.reading.edi import edifact, segments, x12
from app.reading.einvoice.tree import UnreadableError
from app.reading.formats import FORMATS, Format
from app.reading.reading import Reading, Verdict

CODE = "edi"
_KNOWN = f"X12 {', '.join(x12.SETS)}; EDIFACT {', '.join(edifact.MESSAGES)}"
_MEDIA_TYPES = ("application/EDI-X12", "application/EDIFACT")


def accepts(data: bytes) -> bool:
    """Whether the bytes begin like an interchange."""
    head = data[:20].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"ISA"):
        return not head[3:4].isalnum()
    return head.startswith((b"UNA", b"UNB+", b"UNB\x1d")) and not head[3:4].isalnum()


def read(data: bytes) -> Reading:
    """Read every message that is a document of a purchase; the others are passed over."""
    try:
        text = segments.decode(data)
        american = text.lstrip().startswith("ISA")
        messages = segments.x12(text) if american else segments.edifact(text)
        known = [message for message in messages if message.type in (x12.SETS if american else edifact.MESSAGES)]
        if messages and not known:
            reason = f"The EDI file holds {messages[0].type[:20]}, which is not read. Known are {_KNOWN}."
            return Reading(Verdict.UNSUPPORTED, reason, format=CODE)
        if not known:
            return Reading(Verdict.EMPTY, "The EDI file holds no message.", format=CODE)
        documents = tuple((x12.read if american else edifact.read)(message) for message in known)
    except UnreadableError as error:
        return Reading(error.verdict, error.reason, format=CODE)
    return Reading(Verdict.OK, None, documents, (), CODE)


FORMATS.add(CODE, Format(CODE, "EDI (X12, EDIFACT)", _MEDIA_TYPES, accepts, read))
