"""The work queue: jobs as durable DBOS workflows, done again where a process died.

The business transaction commits the job first; the workflow's identifier is derived from the job and
its attempt, so that asking twice is asking once, and the sweep asks for whatever was not asked for.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions

from app.storage import jobs
from app.storage.jobs import Phase
from app.workflow.context import Context
from app.workflow.gather import gather
from app.workflow.match import match_touched
from app.workflow.read import Reader, papers_of, read_several, refuse, waiting

_NAME = "countersign"
_QUEUE = "reading"
_WORKFLOW = "read_job"
#: One version for all releases: a job that an older release began is ended by the newer one.
_VERSION = "1"
_BATCH = 8
#: Jobs that one worker does side by side, so that a small upload does not wait for a large one.
_AT_ONCE = 2
_POLL_SECONDS = 0.2
#: After how long a job that nobody began is asked for again: whoever took it may not have reached the queue.
_UNHEARD = timedelta(seconds=2)
_SIGN_OF_LIFE = timedelta(seconds=2)
#: Files, and the files in them: what was taken out of mails and archives is read in a second round.
_ROUNDS = 3
#: A workflow that was asked for again this often has something wrong that asking again does not mend.
_MOST_ATTEMPTS = 5

_log = logging.getLogger(__name__)


def _options(tenant: str, job: str, attempt: int) -> EnqueueOptions:
    return {
        "queue_name": _QUEUE,
        "workflow_name": _WORKFLOW,
        "workflow_id": f"read:{tenant}:{job}:{attempt}",
        "app_version": _VERSION,
    }


def client(url: str) -> tuple[Callable[[str, str, int], None], Callable[[], None]]:
    """For a process that only asks: the function that enqueues, and the one that hangs up."""
    found = DBOSClient(system_database_url=url, application_name=_NAME, lazy=True)

    def enqueue(tenant: str, job: str, attempt: int) -> None:
        found.enqueue(_options(tenant, job, attempt), tenant, job)

    return enqueue, found.destroy


def _alive(ctx: Context, tenant: str, job: str) -> Callable[[], None]:
    """Notes now and then that the job moves, so that nobody takes it for dead."""
    said = ctx.now()

    def say() -> None:
        nonlocal said
        if ctx.now() - said >= _SIGN_OF_LIFE:
            said = ctx.now()
            with ctx.db.begin() as session:
                jobs.step(session, tenant=tenant, identifier=job, at=said)

    return say


class Worker:
    """The workflows of a worker process, bound to its context and its reader."""

    def __init__(self, ctx: Context, reader: Reader, *, url: str, name: str, at_once: int) -> None:
        self._ctx = ctx
        self._asked: set[tuple[str, int]] = set()
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_url": url,
            "application_version": _VERSION,
            "executor_id": name,
            "log_level": "WARNING",
            "use_listen_notify": False,
        }
        DBOS(config=config)

        @DBOS.step()
        def pending(tenant: str, job: str) -> list[str]:
            with ctx.db.begin() as session:
                jobs.step(session, tenant=tenant, identifier=job, at=ctx.now(), phase=Phase.READING)
            return waiting(ctx, tenant=tenant, job=job)

        @DBOS.step()
        def read(tenant: str, job: str, identifiers: list[str]) -> None:
            read_several(ctx, reader, identifiers, tenant=tenant, job=job, at_once=at_once)

        @DBOS.step()
        def together(tenant: str, job: str) -> None:
            gather(ctx, reader, tenant=tenant, job=job)

        @DBOS.step()
        def match(tenant: str, job: str) -> None:
            with ctx.db.begin() as session:
                jobs.step(session, tenant=tenant, identifier=job, at=ctx.now(), phase=Phase.MATCHING)
            # All papers of the job, not those of this attempt alone: an earlier one may have ended between.
            match_touched(ctx, papers_of(ctx, tenant=tenant, job=job), tenant=tenant, alive=_alive(ctx, tenant, job))

        @DBOS.step()
        def finish(tenant: str, job: str) -> None:
            with ctx.db.begin() as session:
                jobs.count(session, tenant=tenant, identifier=job, at=ctx.now())
                jobs.step(session, tenant=tenant, identifier=job, at=ctx.now(), phase=Phase.DONE)

        @DBOS.workflow(name=_WORKFLOW)
        def read_job(tenant: str, job: str) -> None:
            for _ in range(_ROUNDS):
                identifiers = pending(tenant, job)
                for start in range(0, len(identifiers), _BATCH):
                    read(tenant, job, identifiers[start : start + _BATCH])
                if not identifiers:
                    break
            together(tenant, job)
            match(tenant, job)
            finish(tenant, job)

    def launch(self) -> None:
        """Start taking work; workflows of this worker that were cut off go on."""
        DBOS.launch()
        DBOS.register_queue(
            _QUEUE, worker_concurrency=_AT_ONCE, polling_interval_sec=_POLL_SECONDS, on_conflict="always_update"
        )

    def close(self) -> None:
        """Stop taking work and let go."""
        DBOS.destroy()

    def sweep(self, *, older_than: timedelta | None = None) -> int:
        """Ask again for jobs that nobody has moved for a while; gives how many there were.

        A job that was never begun is asked for under the same identifier, so that it is begun once; one
        that was begun and stands still gets another attempt.
        """
        now = self._ctx.now()
        with self._ctx.db.read() as session:
            left = jobs.unfinished(session, before=now - (older_than or min(_UNHEARD, self._ctx.retry_after)))
        for found in left:
            if found.phase is Phase.QUEUED:
                self._ask(found.tenant, found.job, found.attempt)
            elif now - found.touched_at >= (self._ctx.retry_after if older_than is None else older_than):
                self._try_again(found.tenant, found.job, found.attempt + 1)
        return len(left)

    def _ask(self, tenant: str, job: str, attempt: int) -> None:
        if (job, attempt) not in self._asked:
            DBOS.enqueue_workflow_with_options(_options(tenant, job, attempt), tenant, job)
            self._asked.add((job, attempt))

    def _try_again(self, tenant: str, job: str, attempt: int) -> None:
        if attempt > _MOST_ATTEMPTS:
            self._give_up(tenant, job)
            return
        with self._ctx.db.begin() as session:
            jobs.step(session, tenant=tenant, identifier=job, at=self._ctx.now(), attempt=attempt)
        self._ask(tenant, job, attempt)

    def _give_up(self, tenant: str, job: str) -> None:
        """What could not be read in all these attempts becomes an exception; the rest of the job is as it is."""
        _log.error("the job %s was begun %d times and never ended", job, _MOST_ATTEMPTS)
        error = f"Begun {_MOST_ATTEMPTS} times without an end. Send the files again, one by one."
        left = waiting(self._ctx, tenant=tenant, job=job)
        for identifier in left:
            refuse(self._ctx, identifier, tenant=tenant, reason=error)
        with self._ctx.db.begin() as session:
            jobs.count(session, tenant=tenant, identifier=job, at=self._ctx.now())
            jobs.step(session, tenant=tenant, identifier=job, at=self._ctx.now(), phase=Phase.DONE, error=error)
        match_touched(self._ctx, left, tenant=tenant)
