"""The files that pages load: each under an address that names its content, so it may be kept for ever."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the workbench: its address, its media type and its bytes."""

    url: str
    media_type: str
    content: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """All files of the workbench by their plain name."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
            found[path.name] = Asset(f"/static/{path.stem}.{digest}{path.suffix}", _TYPES[path.suffix], content)
    return found


def url_of(name: str) -> str:
    """The address of a file, for the templates."""
    return assets()[name].url


def at(url: str) -> Asset | None:
    """The file under an address, or None where its content has another digest."""
    return next((asset for asset in assets().values() if asset.url == url), None)
