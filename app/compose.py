"""What the three composition roots put together in the same way."""

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog

from app.matching.policy import Policy
from app.reading.sandbox import Sandbox
from app.sandboxes import sandbox
from app.settings import Settings
from app.storage.database import Database
from app.storage.files import FileStore
from app.workflow.context import Context, Enqueue
from app.workflow.picture import Pictures

_POLICY = Path(__file__).parent.parent / "policies" / "default.toml"


def policy_of(path: Path | None, *, on: date | None = None) -> Policy:
    """The policy of a file, or the one that comes with the product: the version in force on that day (or the last)."""
    return Policy.load(path or _POLICY, on=on)


def context(settings: Settings, *, enqueue: Enqueue, drawer: Sandbox | None = None) -> Context:
    """What the verbs work with, from the settings."""
    settings.data.mkdir(parents=True, exist_ok=True)
    files = FileStore(settings.files)
    readers = drawer or sandbox(settings)
    return Context(
        db=Database(settings.database, pool=settings.pool),
        files=files,
        pictures=Pictures(files, readers),
        learner=readers,
        policy=policy_of(settings.policy, on=datetime.now(UTC).date()),
        now=lambda: datetime.now(UTC),
        salt=settings.salt(),
        enqueue=enqueue,
        upload_limit=settings.upload_limit,
        decision_lasts=timedelta(hours=settings.decision_hours),
        retry_after=timedelta(seconds=settings.retry_seconds),
    )


def logs(level: str) -> None:
    """One JSON object a line on standard error from that level on, for our own and the libraries' messages."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # DBOS configures a logger of its own; its messages go where ours go.
    logging.getLogger("dbos").setLevel(max(logging.getLevelName(level), logging.WARNING))
    for chatty in ("httpx", "alembic", "pdfminer"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
