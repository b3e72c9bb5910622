"""The files as they came, addressed by their content."""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

_SHA = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is on the disk: the SHA-256 of its bytes, and how many there are."""

    sha256: str
    size: int


class TooLargeError(Exception):
    """The stream holds more bytes than are taken."""


class Source(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, or none at the end."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place in the bytes."""
        ...


class FileStore:
    """A folder of files named by the SHA-256 of their bytes; a file is never changed once it is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def add(self, source: Source, *, limit: int) -> StoredFile:
        """Store the stream: temporary file, fsync, rename, fsync of the folder; then it survives a crash.

        Raises:
            TooLargeError: more than `limit` bytes.
        """
        temporary = self._incoming / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        try:
            with temporary.open("xb") as target:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise TooLargeError
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            final = self._place(digest.hexdigest())
            final.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(final)
            _sync(final.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return StoredFile(digest.hexdigest(), size)

    def open(self, sha256: str) -> BinaryIO:
        """The file's bytes as a stream.

        Raises:
            FileNotFoundError: there is none with that digest.
        """
        return self._place(sha256).open("rb")

    def read(self, sha256: str) -> bytes:
        """All the file's bytes."""
        with self.open(sha256) as stream:
            return stream.read()

    def _place(self, sha256: str) -> Path:
        if not _SHA.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        return self._folder / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
