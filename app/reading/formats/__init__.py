"""The formats that can be read: one file each, which registers what it reads."""

from collections.abc import Callable
from dataclasses import dataclass

from app.reading.reading import Reading
from app.registry import Registry


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its code and title, its media types, how it is recognised and how it is read."""

    code: str
    title: str
    media_types: tuple[str, ...]
    accepts: Callable[[bytes], bool]
    read: Callable[[bytes], Reading]
    # Formats are asked in this order: an XML inside a PDF comes before the page.
    rank: int = 10


#: Every format by its code; `app.reading` imports the modules of this package, which fill it.
FORMATS: Registry[Format] = Registry("format")
