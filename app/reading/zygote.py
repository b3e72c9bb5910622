"""The clean process that documents are read in: it imports the readers once and forks for each document.

It holds no database, no secrets and no threads. Started by `sandbox.py` with one socket; each message
brings the file's bytes and a pipe for the answer.
"""

import ctypes
import json
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

#: What is asked (`act` and its facts) and the file's bytes → the answer's bytes.
Answer = Callable[[dict[str, Any], bytes], bytes]

_MESSAGE = 65_536
_PR_SET_PDEATHSIG = 1
_MOST_OPEN_FILES = 64
_OUT_OF_MEMORY = 77


def main(control: int) -> None:
    """Answer messages until the other side hangs up.

    No parent-death signal here: the kernel ties it to the thread that started this process, and that one
    may end while its process goes on. When the process ends, the socket does too.
    """
    # Imported before the first fork, so that a child starts with the readers in its memory.
    from app.reading import read_bytes  # noqa: PLC0415
    from app.reading.formats.table import read_told  # noqa: PLC0415
    from app.reading.inside import unpack  # noqa: PLC0415
    from app.reading.layouts.layout import Layout  # noqa: PLC0415
    from app.reading.layouts.lesson import Lesson, learn  # noqa: PLC0415
    from app.reading.limits import choose_pages  # noqa: PLC0415
    from app.reading.render import draw  # noqa: PLC0415
    from app.reading.tables.imports import read_register  # noqa: PLC0415
    from app.reading.tables.told import Told  # noqa: PLC0415
    from app.reading.together import read_together  # noqa: PLC0415

    def answer(order: dict[str, Any], data: bytes) -> bytes:
        choose_pages(order["pages"])
        if order["act"] == "draw":
            return draw(data, order["page"], order["box"], scale=order["scale"])
        if order["act"] == "unpack":
            return unpack(data).to_bytes()
        if order["act"] == "register":
            return read_register(data, order["code"], order["told"] or {}).to_bytes()
        if order["act"] == "learn":
            lesson = Lesson.from_json(order["told"])
            return json.dumps(learn(lesson, lambda: read_bytes(data, postpone_ocr=not order["ocr"])).to_json()).encode()
        if order["act"] == "map":
            return json.dumps(read_told(data, order["told"]).to_json()).encode()
        if order["act"] == "together":
            reading = read_together(_parted(data, order["sizes"]), postpone_ocr=not order["ocr"])
        else:
            reading = read_bytes(
                data,
                name=order["name"],
                postpone_ocr=not order["ocr"],
                postpone_files=True,
                note_sheets=True,
                layouts=[Layout.from_json(entry) for entry in (order["told"] or {}).get("layouts", ())],
                tables=[Told.from_json(entry) for entry in (order["told"] or {}).get("tables", ())],
            )
        return json.dumps(reading.to_json(sources=order["sources"])).encode()

    with socket.socket(fileno=control) as channel:
        channel.send(b'{"ready": true}')
        while True:
            message, handles, _, _ = socket.recv_fds(channel, _MESSAGE, 2)
            if not message:
                return
            source, target = handles
            pid = os.fork()
            if pid == 0:
                channel.close()
                _child(json.loads(message), source, target, answer)
            os.close(source)
            os.close(target)
            try:
                channel.send(json.dumps({"pid": pid}).encode())
                _, status = os.waitpid(pid, 0)
                channel.send(json.dumps({"exit": os.waitstatus_to_exitcode(status)}).encode())
            except (BrokenPipeError, ConnectionResetError):
                return


def _parted(data: bytes, sizes: list[int]) -> list[bytes]:
    """The files that came one behind the other, by their sizes."""
    out, at = [], 0
    for size in sizes:
        out.append(data[at : at + size])
        at += size
    return out


def _child(order: dict[str, Any], source: int, target: int, answer: Answer) -> None:
    """Read, draw or unpack one file within the limits, write the answer, and end; never returns."""
    code = 1
    try:
        _die_with_parent()
        resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
        seconds = int(order["seconds"]) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, _MOST_OPEN_FILES))
        with open(source, "rb") as stream:
            content = stream.read()
        size = len(content) - order["told"]
        order["told"] = json.loads(content[size:]) if order["told"] else None
        found = answer(order, content[:size])
        with open(target, "wb") as out:
            out.write(found)
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 (whatever happens in here is the document's doing)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _die_with_parent() -> None:
    """Ask the kernel (Linux) to end this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
