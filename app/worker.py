"""The composition root of a worker process: settings → Database → sandbox → workflows."""

import ctypes
import logging
import os
import signal
import sys
import threading
from datetime import timedelta

from app.compose import context, logs
from app.sandboxes import checking, sandbox
from app.settings import Settings
from app.storage.schema import upgrade
from app.workflow.queue import Worker, client

_SWEEP_SECONDS = 5
_PR_SET_PDEATHSIG = 1

_log = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Do jobs until asked to stop (SIGTERM, SIGINT)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    enqueue, hang_up = client(settings.queue)
    readers = sandbox(settings)
    checker = checking(readers, settings)
    ctx = context(settings, enqueue=enqueue, drawer=readers)
    upgrade(ctx.db)
    worker = Worker(ctx, checker, url=settings.queue, name=settings.worker_id, at_once=settings.readers)
    worker.launch()
    _log.info("the worker %s takes jobs", settings.worker_id)
    try:
        # Whatever was committed before this process started and not asked for: at once; later: when it is late.
        worker.sweep(older_than=timedelta(0))
        while not stop.wait(_SWEEP_SECONDS):
            worker.sweep()
    finally:
        worker.close()
        checker.close()
        readers.close()
        hang_up()
        ctx.db.close()


def end_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) to stop this process when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            raise SystemExit("the parent process ended before the worker began")


if __name__ == "__main__":
    if "--with-parent" in sys.argv:
        end_with_parent(int(sys.argv[-1]))
    found = Settings()
    logs(found.log_level)
    run(found)
