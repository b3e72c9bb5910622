"""Read a document in a process of its own, with a deadline and limits; a bad file harms nobody else."""

import contextlib
import json
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.reading.inside import Unpacked
from app.reading.layouts.layout import Layout
from app.reading.layouts.lesson import Learned, Lesson
from app.reading.limits import MOST_PAGES
from app.reading.ocr.networks import available
from app.reading.reading import Reading, Verdict
from app.reading.tables.imports import Imported
from app.reading.tables.recall import Tried
from app.reading.tables.told import Told

_MESSAGE = 65_536
_MOST_ANSWER = 64 * 1024 * 1024
_CHUNK = 1 << 20
_OUT_OF_MEMORY = 77
_START_SECONDS = 60
_TRIES = 2
_ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one reading may take: seconds of wall-clock time, bytes of memory, and pages."""

    seconds: float
    memory: int
    pages: int = MOST_PAGES


#: What one page of a scan may take: the networks need more of both.
SCAN = Limits(seconds=30, memory=2 * 1024 * 1024 * 1024)
_MOST_SCAN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the child wrote, how it ended, and whether it did so before the deadline."""

    text: bytes
    code: int
    in_time: bool


class ReaderDownError(RuntimeError):
    """The clean process does not start: the installation is broken, not the file."""


class Sandbox:
    """A few clean processes that fork for each document; use it from as many threads as there are."""

    def __init__(self, *, limits: Limits, readers: int, scan: Limits = SCAN) -> None:
        """`limits` hold for a whole document with a text layer, the seconds of `scan` for each page of a scan."""
        self._limits = limits
        self._scan = scan
        self._idle: queue.Queue[_Zygote | None] = queue.Queue()
        for _ in range(readers):
            self._idle.put(None)

    def read(
        self,
        data: bytes,
        *,
        name: str = "",
        sources: bool = False,
        layouts: Sequence[Layout] = (),
        tables: Sequence[Told] = (),
    ) -> Reading:
        """What the document says, or the verdict why not; never raises for what is in the file.

        A scan is recognised within the usual limits, and then read within those for scans. With `sources` the
        reading brings the XML of the e-invoices that rules can be checked for. `layouts` are remembered ones of
        the supplier, `tables` remembered columns of tables with the same headings.
        """
        order = {"act": "read", "name": name[:200], "sources": sources}
        told = {"layouts": [entry.to_json() for entry in layouts], "tables": [entry.to_json() for entry in tables]}
        return self._in_two(data, order, told if layouts or tables else None)

    def read_together(self, parts: Sequence[bytes], *, sources: bool = False) -> Reading:
        """The document of files that are its pages in order, or its data first and then the pages that show them."""
        order = {"act": "together", "sizes": [len(part) for part in parts], "sources": sources}
        return self._in_two(b"".join(parts), order, None)

    def _in_two(self, data: bytes, order: dict[str, Any], told: Any) -> Reading:
        """Within the usual limits, and a scan again within those for scans."""
        reading = self._read(data, order, self._limits, told, ocr=False)
        if reading.verdict is not Verdict.NEEDS_OCR or not available():
            return reading
        return self._read(data, order, self._scan_limits(len(reading.pages)), told, ocr=True)

    def _scan_limits(self, pages: int) -> Limits:
        seconds = min(self._scan.seconds * max(pages, 1), _MOST_SCAN_SECONDS)
        return Limits(seconds=seconds, memory=self._scan.memory, pages=self._limits.pages)

    def learn(self, data: bytes, lesson: Lesson, *, pages: int, scan: bool) -> Learned | None:
        """The layout that the lesson's corrections teach of the file; None where the file cannot be read again."""
        limits = self._scan_limits(pages) if scan else self._limits
        answer = self._ask(data, {"act": "learn", "ocr": scan}, limits, lesson.to_json())
        if answer is None or answer.code != 0 or not answer.in_time:
            return None
        try:
            return Learned.from_json(json.loads(answer.text))
        except ValueError:
            return None

    def map_table(self, data: bytes, columns: Mapping[str, str | None]) -> Tried | None:
        """What a table says by what a person told of its columns; None where it cannot be read again."""
        answer = self._ask(data, {"act": "map"}, self._limits, dict(columns))
        if answer is None or answer.code != 0 or not answer.in_time:
            return None
        try:
            return Tried.from_json(json.loads(answer.text))
        except ValueError:
            return None

    def _read(self, data: bytes, order: dict[str, Any], limits: Limits, told: Any, *, ocr: bool) -> Reading:
        answer = self._ask(data, order | {"ocr": ocr}, limits, told)
        if answer is None:
            return _refusal(Verdict.CRASH, "The reading process ended. Send the file again.")
        return _judged(answer, limits)

    def unpack(self, data: bytes) -> Unpacked:
        """The files in a mail or an archive; never raises for what is in it."""
        answer = self._ask(data, {"act": "unpack"}, self._limits)
        if answer is None:
            return Unpacked(verdict=Verdict.CRASH, reason="The reading process ended. Send the file again.")
        failed = _failed(answer, self._limits)
        if failed is not None:
            return Unpacked(verdict=failed.verdict, reason=failed.reason)
        try:
            return Unpacked.from_bytes(answer.text)
        except ValueError:
            return Unpacked(verdict=Verdict.CRASH, reason="The reader gave an answer that makes no sense.")

    def read_register(self, data: bytes, code: str, fill: Mapping[str, str]) -> Imported:
        """The entries of a register in a CSV file or spreadsheet; never raises for what is in it."""
        answer = self._ask(data, {"act": "register", "code": code}, self._limits, dict(fill))
        if answer is None:
            return Imported(reason="The reading process ended. Send the file again.")
        failed = _failed(answer, self._limits)
        if failed is not None:
            return Imported(reason=failed.reason)
        try:
            return Imported.from_bytes(answer.text)
        except ValueError:
            return Imported(reason="The reader gave an answer that makes no sense.")

    def draw(self, data: bytes, page: int, box: Sequence[float] | None, *, scale: float) -> bytes | None:
        """A page (from 1), or what is inside the box (points from the top left), as WebP; None where it cannot be."""
        answer = self._ask(data, {"act": "draw", "page": page, "box": box, "scale": scale}, self._limits)
        return answer.text if answer is not None and answer.code == 0 and answer.in_time else None

    def _ask(self, data: bytes, order: dict[str, Any], limits: Limits, told: Any = None) -> _Answer | None:
        """The answer to an order on the file, with what is told beside it.

        None where the clean process itself died twice over this file.

        Raises:
            ReaderDownError: the clean process does not start: no fault of the file.
        """
        zygote = self._idle.get()
        try:
            for _ in range(_TRIES):
                if zygote is not None and not zygote.alive():
                    zygote.close()
                    zygote = None
                try:
                    zygote = zygote or _Zygote()
                    return zygote.ask(data, order, limits, told)
                except OSError:
                    if zygote is not None:
                        zygote.close()
                    zygote = None
            return None
        finally:
            self._idle.put(zygote)

    def close(self) -> None:
        """End the processes."""
        with contextlib.suppress(queue.Empty):
            while True:
                if zygote := self._idle.get_nowait():
                    zygote.close()


class _Zygote:
    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # An environment without secrets: only what Python needs to start.
            kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "app.reading.zygote", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env=kept | {"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        self._channel.settimeout(_START_SECONDS)
        try:
            self._receive()
        except OSError:
            self.close()
            raise ReaderDownError("the process that reads documents does not start; its own message says why") from None
        self._channel.settimeout(None)

    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def ask(self, data: bytes, order: dict[str, Any], limits: Limits, told: Any) -> _Answer:
        # What is told may be longer than a message: it stands behind the file's bytes.
        beside = json.dumps(told).encode() if told else b""
        source = os.memfd_create("document")
        with open(source, "wb", closefd=False) as stream:
            stream.write(data)
            stream.write(beside)
        os.lseek(source, 0, os.SEEK_SET)
        ours, theirs = os.pipe()
        try:
            order |= {"memory": limits.memory, "seconds": limits.seconds, "pages": limits.pages, "told": len(beside)}
            socket.send_fds(self._channel, [json.dumps(order).encode()], [source, theirs])
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(source)
            os.close(theirs)
        with open(ours, "rb", buffering=0) as answer:  # noqa: PTH123 (a handle, not a path)
            pid = self._receive()["pid"]
            text, in_time = _collect(answer.fileno(), limits.seconds)
            if not in_time:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            code = self._receive()["exit"]
        return _Answer(text, code, in_time)

    def _receive(self) -> dict[str, Any]:
        message = self._channel.recv(_MESSAGE)
        if not message:
            raise ConnectionResetError
        found: dict[str, Any] = json.loads(message)
        return found


def _collect(handle: int, seconds: float) -> tuple[bytes, bool]:
    """What is written until the other side closes; False where the deadline or the cap came first."""
    parts: list[bytes] = []
    size, until = 0, time.monotonic() + seconds
    for part in _parts(handle, until):
        if part is None:
            return b"".join(parts), False
        size += len(part)
        if size > _MOST_ANSWER:
            return b"", False
        parts.append(part)
    return b"".join(parts), True


def _parts(handle: int, until: float) -> Iterator[bytes | None]:
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            yield None
            return
        part = os.read(handle, _CHUNK)
        if not part:
            return
        yield part


def _judged(answer: _Answer, limits: Limits) -> Reading:
    failed = _failed(answer, limits)
    if failed is not None:
        return failed
    try:
        return Reading.from_json(json.loads(answer.text))
    except (ValueError, KeyError, TypeError):
        return _refusal(Verdict.CRASH, "The reader gave an answer that makes no sense.")


def _failed(answer: _Answer, limits: Limits) -> Reading | None:
    """The refusal where the child was stopped or broke; None where it ended well."""
    code = answer.code
    if not answer.in_time or code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return _refusal(
            Verdict.RESOURCE_LIMIT,
            f"Reading took longer than {limits.seconds:g} s and was stopped. Print the file to PDF again, or split it.",
        )
    if code == _OUT_OF_MEMORY:
        megabytes = limits.memory // (1024 * 1024)
        return _refusal(
            Verdict.RESOURCE_LIMIT,
            f"Reading needs more than {megabytes} MB and was stopped. Print the file to PDF again, or split it.",
        )
    if code != 0:
        return _refusal(Verdict.CRASH, "The file broke the reader. Print it to PDF again and send that.")
    return None


def _refusal(verdict: Verdict, reason: str) -> Reading:
    return Reading(verdict=verdict, reason=reason, documents=(), pages=(), format=None)
