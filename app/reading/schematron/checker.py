"""Check e-invoices by the official rules in a process of their own, with a deadline and a limit of memory.

The processor (SaxonC) starts threads of its own and reserves more addresses than a limit on them lets it, so it can
run neither in the clean process that forks nor in its children: see decision 15.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from app.reading.inside import Unpacked
from app.reading.layouts.layout import Layout
from app.reading.reading import Breach, Reading, RuleCheck, Source
from app.reading.sandbox import Limits
from app.reading.schematron.books import BOOKS, available
from app.reading.tables.told import Told

_ROOT = Path(__file__).parent.parent.parent.parent
_START_SECONDS = 60
_MOST_ANSWER = 4_000_000
_MISSING = "The rules are checked with the extra `schematron`: pip install countersign[schematron]"
_DOWN = (
    "The process that checks the rules does not start: its extra is installed in part, or it gets too little memory."
)


class Reader(Protocol):
    """Something that reads the bytes of a file, and can bring along the XML of the e-invoices in it."""

    def read(
        self,
        data: bytes,
        *,
        name: str = "",
        sources: bool = False,
        layouts: Sequence[Layout] = (),
        tables: Sequence[Told] = (),
    ) -> Reading:
        """What the file says, or the verdict why not."""
        ...

    def read_together(self, parts: Sequence[bytes], *, sources: bool = False) -> Reading:
        """The document of several files."""
        ...

    def unpack(self, data: bytes) -> Unpacked:
        """The files in a mail or an archive."""
        ...


class Checker:
    """One process with the compiled rules, started when it is first needed; use it from as many threads as you like."""

    def __init__(self, *, limits: Limits) -> None:
        """`limits` are the seconds that one check may take, and the bytes of memory of the whole process."""
        self._limits = limits
        self._lock = threading.Lock()
        self._process: _Process | None = None

    def check(self, source: Source) -> RuleCheck:
        """The rules that an e-invoice breaks, or why they were not checked; never raises for the document."""
        if source.reason is not None or source.book not in BOOKS:
            return RuleCheck(None, source.document, source.reason or "There are no rules for it.")
        if not available():
            return RuleCheck(BOOKS[source.book].title, source.document, _MISSING)
        with self._lock:
            return self._ask(source, source.book)

    def _ask(self, source: Source, book: str) -> RuleCheck:
        title = BOOKS[book].title
        process = self._process
        try:
            if process is None or not process.alive():
                self.close()
                process = self._process = _Process(self._limits.memory)
        except (OSError, EOFError):
            return RuleCheck(title, source.document, _DOWN)
        late = threading.Timer(self._limits.seconds, process.kill)
        start = time.monotonic()
        late.start()
        try:
            answer = process.ask(book, source.xml())
            return RuleCheck(title, source.document, answer.get("error"), _broken(answer))
        except (OSError, EOFError):
            self.close()
            return RuleCheck(title, source.document, self._ended(time.monotonic() - start))
        except (ValueError, KeyError, TypeError):
            self.close()
            return RuleCheck(title, source.document, "The check gave an answer that makes no sense.")
        finally:
            late.cancel()

    def _ended(self, seconds: float) -> str:
        if seconds >= self._limits.seconds:
            return f"Checking the rules took longer than {self._limits.seconds:g} s and was stopped."
        megabytes = self._limits.memory // (1024 * 1024)
        return f"Checking the rules broke off; it may need more than {megabytes} MB."

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
            self._process = None


class CheckingReader:
    """A reader that also checks the e-invoices it reads."""

    def __init__(self, reader: Reader, checker: Checker) -> None:
        self._reader = reader
        self._checker = checker

    def read(
        self, data: bytes, *, name: str = "", layouts: Sequence[Layout] = (), tables: Sequence[Told] = ()
    ) -> Reading:
        """What the file says, with the rules that its e-invoices break; `layouts` and `tables` are remembered ones."""
        return self._checked(self._reader.read(data, name=name, sources=True, layouts=layouts, tables=tables))

    def read_together(self, parts: Sequence[bytes]) -> Reading:
        """What several files say that are one document, with the rules that it breaks."""
        return self._checked(self._reader.read_together(parts, sources=True))

    def _checked(self, reading: Reading) -> Reading:
        if not reading.sources:
            return reading
        return replace(reading, sources=(), checks=tuple(self._checker.check(source) for source in reading.sources))

    def unpack(self, data: bytes) -> Unpacked:
        """The files in a mail or an archive; they are checked as they are read."""
        return self._reader.unpack(data)

    def close(self) -> None:
        """End the process that checks."""
        self._checker.close()


class _Process:
    def __init__(self, memory: int) -> None:
        ours, theirs = socket.socketpair()
        self._channel = Connection(ours.detach())
        with theirs:
            # As with the readers: an environment without secrets.
            kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "app.reading.schematron.process", str(theirs.fileno()), str(memory)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=kept | {"PYTHONPATH": str(_ROOT)},
            )
        started = False
        try:
            started = self._channel.poll(_START_SECONDS) and self._channel.recv_bytes(_MOST_ANSWER) == b"ready"
        finally:
            if not started:
                self.close()
        if not started:
            raise EOFError

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def ask(self, book: str, xml: bytes) -> dict[str, Any]:
        self._channel.send_bytes(book.encode() + b"\x00" + xml)
        found: dict[str, Any] = json.loads(self._channel.recv_bytes(_MOST_ANSWER))
        return found


def _broken(answer: dict[str, Any]) -> tuple[Breach, ...]:
    return tuple(
        Breach(str(rule), str(text), bool(fatal), str(place), int(times))
        for rule, text, fatal, place, times in answer.get("broken", ())
    )
