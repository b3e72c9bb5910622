"""What a deployment can choose. The only module that reads the environment (COUNTERSIGN_*)."""

import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of a process, read once when it starts."""

    model_config = SettingsConfigDict(env_prefix="COUNTERSIGN_", frozen=True, extra="ignore")

    data: Path = Field(default=Path("data"), description="The folder for the database, the files and the keys.")
    database_url: str | None = Field(
        default=None,
        description="The database, e.g. postgresql://user@host/countersign; without it SQLite in the data folder.",
    )
    queue_url: str | None = Field(
        default=None,
        description="Where the work queue keeps its tables; without it the same PostgreSQL, or a second SQLite file.",
    )
    tenant: str = Field(default="default", description="The company whose purchases are audited.")
    policy: Path | None = Field(
        default=None, description="A TOML file with policies; without it the policy that comes with the product."
    )
    license_salt: SecretStr | None = Field(
        default=None,
        description="The secret that license keys are sealed with (at least 32 characters, the same on every "
        "machine); without it one is made and kept in the data folder.",
    )
    upload_limit: int = Field(default=25 * 1024 * 1024, gt=0, description="The largest file that is taken, in bytes.")
    upload_files: int = Field(default=500, gt=0, description="How many files one request may bring.")
    readers: int = Field(default=2, gt=0, description="How many documents a worker reads at the same time.")
    reading_seconds: float = Field(default=20, gt=0, description="After how many seconds a reading is given up.")
    reading_memory: int = Field(
        default=1024 * 1024 * 1024, gt=0, description="How many bytes of memory one reading may take."
    )
    reading_pages: int = Field(
        default=200, gt=0, description="How many pages of one file are read; a file with more is refused."
    )
    ocr_seconds: float = Field(
        default=30, gt=0, description="After how many seconds a page the reading of a scan is given up."
    )
    ocr_memory: int = Field(
        default=2 * 1024 * 1024 * 1024, gt=0, description="How many bytes of memory the reading of a scan may take."
    )
    worker_id: str = Field(
        default="worker-1", description="The worker's name; two workers on one database have two names."
    )
    retry_seconds: float = Field(
        default=900,
        gt=0,
        description="After how many seconds without progress a job is started again; longer than any scan takes.",
    )
    decision_hours: int = Field(default=24, gt=0, description="How long a decision holds, in hours.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="From which level on messages are written to standard error."
    )
    pool: int = Field(default=40, ge=2, description="How many database connections a process may hold.")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data / 'countersign.sqlite'}"

    @property
    def queue(self) -> str:
        """The URL of the queue's own tables."""
        if self.queue_url:
            return self.queue_url
        if self.database_url and self.database_url.startswith("postgresql"):
            return self.database_url
        return f"sqlite:///{self.data / 'queue.sqlite'}"

    @property
    def files(self) -> Path:
        """The folder of the files as they came."""
        return self.data / "files"

    def salt(self) -> bytes:
        """The secret that license keys are sealed with; made on first use where none was given."""
        if self.license_salt is not None:
            return self.license_salt.get_secret_value().encode()
        path = self.data / "keys" / "license.salt"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f"license.salt.{secrets.token_hex(8)}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            try:
                # Link, not rename: when two processes start at once, the first salt stays.
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text().encode()
