"""A real server with its worker as processes of their own, which a test may kill."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

START_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`countersign serve` on a folder and a database."""

    def __init__(self, data, database_url):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "COUNTERSIGN_DATA": str(data),
            "COUNTERSIGN_DATABASE_URL": database_url,
            "COUNTERSIGN_RETRY_SECONDS": "20",
        }
        self.process = None

    def key(self, role="auditor"):
        made = subprocess.run(
            [sys.executable, "-m", "app.cli", "key", "add", "tests", "--role", role],
            env=self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return made.stdout.strip()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port), "--quiet"],
            env=self.environment, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return self

    def kill(self):
        """End the server, its worker and its readers at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def serving(data, database_url):
    server = Server(data, database_url)
    try:
        yield server
    finally:
        server.stop()


def ask(server, key, path, body=None, headers=None):
    """The JSON answer of a call."""
    request = urllib.request.Request(server.url + path, body, headers or {})
    request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def upload(server, key, *files):
    """The job of an upload; files are (name, bytes)."""
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\n\r\n%b\r\n' % (name.encode(), data)
        for name, data in files
    )
    return ask(server, key, "/v1/documents", body + b"--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"})
