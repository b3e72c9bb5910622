"""The demonstration: a real server with its worker, the sample company's papers, and the score."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from app.documents.kinds import BILLING

SAMPLES = Path(__file__).parent.parent / "sample_docs"
_START_SECONDS = 60
_LOAD_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Score:
    """How the findings compare with the errors that were planted in the sample papers."""

    planted: int
    found: int
    missed: tuple[str, ...]
    alarms: tuple[str, ...]
    untouched: int
    bills: int

    @property
    def line(self) -> str:
        """The score as one line."""
        alarms = f"{len(self.alarms)} false alarm{'' if len(self.alarms) == 1 else 's'}"
        return f"found {self.found} of {self.planted} planted errors, {alarms}"


@contextmanager
def server(data: Path, port: int) -> Iterator[str]:
    """A server with its worker on a folder of its own, until the block ends; gives its address."""
    process = subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--quiet"],
        env={**os.environ, "COUNTERSIGN_DATA": str(data)},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_up(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at once (exit status {process.returncode}); is the port taken?")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 (our own server)
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer within {_START_SECONDS} s")


class Client:
    """A caller of the API with a key."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key

    def get(self, path: str) -> Any:
        """The JSON answer to a GET."""
        return self._ask(urllib.request.Request(self._url + path))  # noqa: S310 (our own server)

    def upload(self, files: list[Path], arrived: list[str]) -> Any:
        """The job of an upload of several files in one request, each with the day it arrived."""
        boundary = token_hex(16)
        body = b"".join(
            b'--%b\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n%b\r\n"
            % (boundary.encode(), path.name.encode(), path.read_bytes())
            for path in files
        ) + b"".join(
            b'--%b\r\nContent-Disposition: form-data; name="arrived_at"\r\n\r\n%b\r\n'
            % (boundary.encode(), day.encode())
            for day in arrived
        )
        request = urllib.request.Request(  # noqa: S310 (our own server)
            f"{self._url}/v1/documents",
            body + f"--{boundary}--\r\n".encode(),
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        return self._ask(request)

    def every(self, path: str) -> list[dict[str, Any]]:
        """All rows of a list, page by page."""
        rows: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit=200{after}")
            rows += page["data"]
            if page["next"] is None:
                return rows
            after = f"&after={page['next']}"

    def _ask(self, request: urllib.request.Request) -> Any:
        request.add_header("Authorization", f"Bearer {self._key}")
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 (our own server)
            return json.load(answer)


def fresh(data: Path) -> None:
    """An empty folder for the demonstration; only a folder that an earlier one made is emptied."""
    mark = data / "demo"
    if data.exists() and any(data.iterdir()) and not mark.exists():
        raise RuntimeError(f"{data} holds something else; give --data another folder")
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    mark.touch()


def load(client: Client, *, progress: Any = None) -> dict[str, Any]:
    """Upload the sample papers in their order of arrival and wait until they are read and matched."""
    manifest: dict[str, Any] = json.loads((SAMPLES / "manifest.json").read_text())
    days = {entry["file"]: entry["arrived"] for entry in manifest["documents"]}
    arrival = manifest["arrival"]
    job = client.upload([SAMPLES / name for name in arrival], [days[name] for name in arrival])
    until = time.monotonic() + _LOAD_SECONDS
    while job["phase"] != "done":
        if time.monotonic() > until:
            raise RuntimeError(f"reading took more than {_LOAD_SECONDS} s")
        time.sleep(0.25)
        job = client.get(f"/v1/jobs/{job['id']}")
        if progress is not None:
            progress(job)
    return manifest


def score(client: Client, manifest: dict[str, Any]) -> Score:
    """Compare the open exceptions with the planted errors.

    A planted error counts as found when an exception with its code stands on its document (and on its
    line, where one is named). An exception that is neither planted nor follows from one is a false
    alarm; information is none.
    """
    rows = [row for row in client.every("/v1/exceptions?state=open") if row["severity"] != "info"]
    documents = client.every("/v1/documents")
    files = {row["id"]: row["file"]["name"] for row in documents}
    read = {row["file"]["name"] for row in documents if row["state"] == "read"}
    # A paper that could not be read has no number: it is known by its file.
    there = {(row["code"], row["number"] or files[row["document"]], row["line"]) for row in rows}
    loose = {(code, number) for code, number, _ in there}
    # A scan is an error only where there is nobody to read it (the extra `ocr`).
    there_now = [e for e in manifest["planted"] if e.get("until") != "ocr" or Path(e["file"]).name not in read]
    planted = [entry for entry in there_now if not entry.get("entailed")]
    missed, expected = [], set()
    for entry in there_now:
        unread = entry["code"] == "DOC_UNREADABLE"
        where = (entry["code"], Path(entry["file"]).name if unread else entry["invoice"])
        expected.add(where)
        hit = where in loose if entry.get("line") is None else (*where, str(entry["line"])) in there
        if not hit and not entry.get("entailed"):
            missed.append(f"{entry['code']} on {where[1]}: {entry['story']}")
    named = [(row, row["number"] or files[row["document"]]) for row in rows]
    alarms = tuple(
        f"{row['code']} on {name}: {row['why']}" for row, name in named if (row["code"], name) not in expected
    )
    bills = [row for row in documents if row["kind"] in BILLING]
    touched = {row["document"] for row in rows}
    return Score(
        planted=len(planted),
        found=len(planted) - len(missed),
        missed=tuple(missed),
        alarms=alarms,
        untouched=sum(row["id"] not in touched for row in bills),
        bills=len(bills),
    )
