"""What a verb works with, put together once by a composition root and passed down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.matching.policy import Policy
from app.reading.layouts.lesson import Learned, Lesson
from app.reading.tables.imports import Imported
from app.reading.tables.recall import Tried
from app.storage.database import Database
from app.storage.files import FileStore
from app.workflow.picture import Pictures

#: The present moment, in UTC. Verbs ask for it here, so that a test can stand still.
Clock = Callable[[], datetime]

#: Ask the worker to do a job: (tenant, job, attempt). It may fail; the worker's sweep finds the job anyway.
Enqueue = Callable[[str, str, int], None]


class Learner(Protocol):
    """What reads files for verbs that wait for it, in a process of its own (the sandbox)."""

    def learn(self, data: bytes, lesson: Lesson, *, pages: int, scan: bool) -> Learned | None:
        """The layout that the corrections teach of the file, or None where the file cannot be read again."""
        ...

    def map_table(self, data: bytes, columns: Mapping[str, str | None]) -> Tried | None:
        """What a table says by what a person told of its columns, or None where it cannot be read again."""
        ...

    def read_register(self, data: bytes, code: str, fill: Mapping[str, str]) -> Imported:
        """The entries of a register in a CSV file or spreadsheet."""
        ...


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
    learner: Learner
    upload_limit: int
    decision_lasts: timedelta
    retry_after: timedelta
