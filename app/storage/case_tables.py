"""The tables of what people decide about exceptions; beside those of `tables`, on the same metadata."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from app.storage.tables import METADATA
from app.storage.types import ExactDecimal, Moment

_ID = String(40)
_SHA = String(64)
_TENANT = String(40)

# What people did with an exception, in order: comments, assignments, disputes, decisions. Triggers refuse
# UPDATE and DELETE.
EXCEPTION_ACTION = Table(
    "exception_action",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("exception", _ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("type", String(20), nullable=False),
    Column("reason", String(40)),
    Column("words", Text),
    Column("assignee", Text),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant", "exception", "position"),
    ForeignKeyConstraint(["tenant", "exception"], ["exception.tenant", "exception.id"]),
)

# A finding that was let pass: by whom, why, and over which facts.
WAIVER = Table(
    "waiver",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("id", _ID, nullable=False),
    Column("exception", _ID, nullable=False),
    Column("document", _ID, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("words", Text, nullable=False),
    Column("fingerprint", _SHA, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("expected", Text),
    Column("actual", Text),
    Column("variance", ExactDecimal),
    Column("currency", String(3), nullable=False),
    Column("at_risk_minor", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("second_by", Text),
    Column("second_at", Moment),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("tenant", "id"),
    ForeignKeyConstraint(["tenant", "exception"], ["exception.tenant", "exception.id"]),
    CheckConstraint("kind IN ('waived','acknowledged','wrong')", name="kind"),
    CheckConstraint("state IN ('proposed','given','stale','ended')", name="state"),
    Index(None, "tenant", "document"),
    Index(None, "tenant", "exception"),
)
