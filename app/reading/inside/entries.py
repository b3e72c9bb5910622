"""An entry of a mail or an archive, before it is known what it is."""

import re
import unicodedata
from dataclasses import dataclass

from app.reading.reading import Verdict

_LONGEST_NAME = 80
_LONGEST_FACT = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A name, which is only shown and never a path, and the bytes; or the verdict why they were not taken."""

    name: str
    data: bytes = b""
    verdict: Verdict = Verdict.OK
    reason: str | None = None
    #: A logo in a letter, a signature, a file of the packer: nothing that anybody wants read.
    decoration: bool = False


def shown(name: str) -> str:
    """The last part of a name, in letters that can be shown."""
    return plain(re.split(r"[/\\]", name)[-1])[:_LONGEST_NAME] or "a file without a name"


def plain(text: str) -> str:
    """The text on one line, without control signs and marks of direction."""
    line = re.sub(r"\s+", " ", text)
    return "".join(letter for letter in line if unicodedata.category(letter)[0] != "C").strip()[:_LONGEST_FACT]
