"""Mails: their attachments, and what their head says of them."""

import email
import email.policy
import email.utils
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from email.errors import MessageError
from email.message import EmailMessage

from PIL import Image

from app.reading.einvoice.tree import malformed
from app.reading.inside.entries import Entry, plain, shown

_HEADERS = frozenset(
    {
        *("from", "to", "subject", "date", "mime-version", "received", "return-path", "message-id", "content-type"),
        *("delivered-to", "dkim-signature", "authentication-results", "x-mailer", "reply-to", "sender", "cc"),
    }
)
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]")
_LEAST_HEADERS = 3
_NO_PAPERS = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "text/calendar"}
)
# A picture drawn in the letter is a logo unless it is as large as a page; an attached one if it is tiny.
_PAGE_SIDE = 600
_TINY_SIDE = 200
_LONGEST_PAGE = 3
_ERRORS = (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError)


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin with the header of a mail."""
    names: set[str] = set()
    for line in data[:8000].lstrip(b"\xef\xbb\xbf\r\n").splitlines():
        if not line:
            break
        if line[:1] in b" \t":
            continue
        match = _HEADER.match(line)
        # The envelope line of a mailbox file may stand before the header.
        if match is None and not (line.startswith(b"From ") and not names):
            return False
        if match is not None:
            names.add(match[1].decode().lower())
    return len(names & _HEADERS) >= _LEAST_HEADERS


def facts(data: bytes) -> Mapping[str, str]:
    """Who sent the mail, when, about what, and its own identifier, as far as its head says so."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        told = {
            "sender": message.get("From"),
            "subject": message.get("Subject"),
            "date": _moment(message.get("Date")),
            "message_id": message.get("Message-ID"),
        }
        return {name: text for name, value in told.items() if value and (text := plain(str(value)))}
    except _ERRORS:
        return {}


def _moment(header: object) -> str | None:
    """RFC 3339 in UTC; None where the head has no date that can be told."""
    try:
        at = email.utils.parsedate_to_datetime(str(header))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def entries(data: bytes, _most: int) -> Iterator[Entry]:
    """The attachments of the mail, in order; mails that were passed on whole are among them.

    Raises:
        UnreadableError: the mail is broken.
    """
    try:
        yield from _parts(email.message_from_bytes(data, policy=email.policy.default))
    except _ERRORS:
        raise malformed("The mail is damaged. Send its attachments by themselves.") from None


def _parts(message: EmailMessage) -> Iterator[Entry]:
    for part in message.iter_parts() if message.is_multipart() else [message]:
        if not isinstance(part, EmailMessage):
            continue
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, EmailMessage):
                subject = plain(str(inner.get("Subject") or ""))
                yield Entry(
                    shown(part.get_filename() or (f"{subject[:60]}.eml" if subject else "mail.eml")), bytes(inner)
                )
        elif part.is_multipart():
            yield from _parts(part)
        else:
            yield from _attached(part, kind)


def _attached(part: EmailMessage, kind: str) -> Iterator[Entry]:
    """The part as an entry, unless it is the letter itself."""
    name = part.get_filename()
    if kind in {"text/plain", "text/html"} and not name:
        return
    content = part.get_payload(decode=True)
    if isinstance(content, bytes) and content:
        decoration = kind in _NO_PAPERS or (kind.startswith("image/") and _is_drawn(part, content))
        yield Entry(shown(name or kind), content, decoration=decoration)


def _is_drawn(part: EmailMessage, content: bytes) -> bool:
    """Whether a picture belongs to the letter: a logo or a signature, and no photo of a page."""
    within = part.get_content_disposition() == "inline" or part.get("Content-ID") is not None
    try:
        with Image.open(io.BytesIO(content)) as picture:
            short, long = sorted(picture.size)
    except (OSError, ValueError, Image.DecompressionBombError):
        return within
    return short < (_PAGE_SIDE if within else _TINY_SIDE) or (within and long > _LONGEST_PAGE * short)
