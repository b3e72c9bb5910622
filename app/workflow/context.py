"""What a verb works with, put together once by a composition root and passed down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.matching.policy import Policy
from app.storage.database import Database
from app.storage.files import FileStore
from app.workflow.picture import Pictures

#: The present moment, in UTC. Verbs ask for it here, so that a test can stand still.
Clock = Callable[[], datetime]

#: Ask the worker to do a job: (tenant, job, attempt). It may fail; the worker's sweep finds the job anyway.
Enqueue = Callable[[str, str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The database, the files, the policy, the clock and the secret that a verb needs."""

    db: Database
    files: FileStore
    policy: Policy
    now: Clock
    salt: bytes
    enqueue: Enqueue
    pictures: Pictures
    upload_limit: int
    decision_lasts: timedelta
    retry_after: timedelta
