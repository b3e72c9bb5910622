"""The tables. The tenant (the company whose purchases are audited) is in every primary key."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from app.storage.types import ExactDecimal, Json, Moment

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(40)
_SHA = String(64)
_TENANT = String(40)

COUNTER = Table(
    "counter",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("name", String(40), nullable=False),
    Column("value", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant", "name"),
)

FILE = Table(
    "file",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(120)),
    Column("stored_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant", "sha256"),
)

DOCUMENT = Table(
    "document",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("id", _ID, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    # What became of a file that is no document of its own, although it was read: unpacked, joined, aside.
    Column("fate", String(20)),
    Column("joined_to", _ID),
    Column("standing", String(20), nullable=False),
    Column("kind", String(40)),
    Column("number", Text),
    Column("issue_date", Date),
    Column("due_date", Date),
    Column("currency", String(3)),
    Column("supplier_name", Text),
    Column("supplier_key", Text),
    Column("purchase_order", Text),
    Column("net_minor", BigInteger),
    Column("gross_minor", BigInteger),
    Column("verdict", String(20)),
    Column("reason", Text),
    Column("file_sha256", _SHA),
    Column("part", Integer, nullable=False),
    Column("file_name", Text),
    Column("media_type", String(120)),
    Column("pages", Json),
    Column("kind_given", String(40)),
    Column("source", String(80)),
    Column("external_id", String(200)),
    Column("received_by", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("body", Json),
    Column("doubts", Json),
    # What the reader noted beside the document: the head of a mail, the headings of a table, the marks of pages.
    Column("notes", Json),
    Column("body_sha256", _SHA),
    Column("layout", Json),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "sequence"),
    UniqueConstraint("tenant", "file_sha256", "part"),
    UniqueConstraint("tenant", "source", "external_id"),
    CheckConstraint("state IN ('received','read','unread')", name="state"),
    CheckConstraint("standing IN ('pending','paid','void','rejected','duplicate')", name="standing"),
    Index(None, "tenant", "kind", "sequence"),
    Index(None, "tenant", "state"),
    Index(None, "tenant", "joined_to"),
)

# What a document said before a person corrected it: one row for each content that is no longer the current one.
DOCUMENT_VERSION = Table(
    "document_version",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("document", _ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Json, nullable=False),
    Column("body_sha256", _SHA, nullable=False),
    Column("corrections", Json, nullable=False),
    Column("corrected_by", Text, nullable=False),
    Column("corrected_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant", "document", "version"),
    ForeignKeyConstraint(["tenant", "document"], ["document.tenant", "document.id"]),
)

# Remembered layouts: a new version for each correction that taught something; one of them is current.
LAYOUT = Table(
    "layout",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("id", _ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("supplier", Text),
    Column("fingerprint", _SHA, nullable=False),
    Column("body", Json, nullable=False),
    Column("document", _ID, nullable=False),
    Column("learned_by", Text, nullable=False),
    Column("learned_at", Moment, nullable=False),
    Column("used", Integer, nullable=False),
    Column("lost_in_a_row", Integer, nullable=False),
    Column("retired_at", Moment),
    PrimaryKeyConstraint("tenant", "id", "version"),
    ForeignKeyConstraint(["tenant", "document"], ["document.tenant", "document.id"]),
    Index(None, "tenant", "current", "id"),
)

# The supplier's keys (VAT id, IBAN, name) under which a layout is looked up.
LAYOUT_KEY = Table(
    "layout_key",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("type", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("layout", _ID, nullable=False),
    PrimaryKeyConstraint("tenant", "type", "key", "layout"),
)

# Cheap exact keys of a document, so that a voucher is found by look-ups and never by scanning.
DOCUMENT_KEY = Table(
    "document_key",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("type", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("document", _ID, nullable=False),
    PrimaryKeyConstraint("tenant", "type", "key", "document"),
    ForeignKeyConstraint(["tenant", "document"], ["document.tenant", "document.id"]),
    Index(None, "tenant", "document"),
)

# Which files a mail or an archive held: the same file may have come in several.
INNER_FILE = Table(
    "inner_file",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("parent", _ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", _ID, nullable=False),
    PrimaryKeyConstraint("tenant", "parent", "position"),
    ForeignKeyConstraint(["tenant", "parent"], ["document.tenant", "document.id"]),
    ForeignKeyConstraint(["tenant", "document"], ["document.tenant", "document.id"]),
    Index(None, "tenant", "document"),
)

JOB = Table(
    "job",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("id", _ID, nullable=False),
    Column("phase", String(20), nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("touched_at", Moment, nullable=False),
    Column("error", Text),
    PrimaryKeyConstraint("tenant", "id"),
    CheckConstraint("phase IN ('queued','reading','matching','done')", name="phase"),
    Index(None, "phase", "touched_at"),
)

JOB_DOCUMENT = Table(
    "job_document",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("job", _ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("file", Text),
    Column("document", _ID, nullable=False),
    Column("duplicate_of", _ID),
    # The mail or archive that the file was in; the word by which the sender put several files together.
    Column("inside", _ID),
    Column("together", String(200)),
    PrimaryKeyConstraint("tenant", "job", "position"),
    ForeignKeyConstraint(["tenant", "job"], ["job.tenant", "job.id"]),
    ForeignKeyConstraint(["tenant", "document"], ["document.tenant", "document.id"]),
    Index(None, "tenant", "document"),
)

MATCH = Table(
    "match",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("id", _ID, nullable=False),
    Column("invoice", _ID, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("decision", String(10), nullable=False),
    Column("decision_id", _ID, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("payable_minor", BigInteger, nullable=False),
    Column("held_minor", BigInteger, nullable=False),
    Column("payable_net_minor", BigInteger, nullable=False),
    Column("held_net_minor", BigInteger, nullable=False),
    Column("policy_version", String(80), nullable=False),
    Column("rules_version", String(80), nullable=False),
    Column("inputs_sha256", _SHA, nullable=False),
    Column("body", Json, nullable=False),
    Column("matched_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    ForeignKeyConstraint(["tenant", "invoice"], ["document.tenant", "document.id"]),
    CheckConstraint("decision IN ('pay','hold','wait','reject')", name="decision"),
    Index(None, "tenant", "invoice", "current"),
    Index(None, "tenant", "current", "decision"),
)

# Policies: what a version says is never changed (triggers refuse it); only where it stands moves on.
POLICY = Table(
    "policy",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("version", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("effective_from", Date, nullable=False),
    # The later of `effective_from` and the day of the approval.
    Column("holds_from", Date),
    Column("body", Json, nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("approved_by", Text),
    Column("approved_at", Moment),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", Moment),
    PrimaryKeyConstraint("tenant", "version"),
    CheckConstraint("state IN ('draft','approved','withdrawn')", name="state"),
    Index(None, "tenant", "state", "holds_from"),
)

# Contents that matches were made from and that stand nowhere else any more, under their digest.
KEPT = Table(
    "kept",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("body", Json, nullable=False),
    PrimaryKeyConstraint("tenant", "sha256"),
)

# What each match was made from: enough to make it again.
MATCH_INPUTS = Table(
    "match_inputs",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("match", _ID, nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("body", Json, nullable=False),
    PrimaryKeyConstraint("tenant", "match"),
    ForeignKeyConstraint(["tenant", "match"], ["match.tenant", "match.id"]),
)

# The ledger: so much of this invoice line against so much of that order line, receipt line and license line.
ALLOCATION = Table(
    "allocation",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("match", _ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("invoice", _ID, nullable=False),
    Column("invoice_line", String(200)),
    Column("order", _ID),
    Column("order_line", String(200)),
    Column("receipt", _ID),
    Column("receipt_line", String(200)),
    Column("license", _ID),
    Column("license_line", String(200)),
    Column("quantity", ExactDecimal),
    Column("unit", String(10)),
    Column("amount_minor", BigInteger),
    Column("currency", String(3)),
    PrimaryKeyConstraint("tenant", "match", "position"),
    ForeignKeyConstraint(["tenant", "match"], ["match.tenant", "match.id"]),
    CheckConstraint("kind IN ('bill','qty_credit','price_corr','amount_corr')", name="kind"),
    Index(None, "tenant", "order", "order_line"),
    Index(None, "tenant", "invoice"),
)

LINK = Table(
    "link",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("match", _ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("document", _ID, nullable=False),
    Column("line", String(200)),
    Column("to_document", _ID, nullable=False),
    Column("to_line", String(200)),
    Column("basis", String(20), nullable=False),
    Column("score", ExactDecimal, nullable=False),
    Column("parts", Json, nullable=False),
    Column("ambiguous_with", Json, nullable=False),
    PrimaryKeyConstraint("tenant", "match", "position"),
    ForeignKeyConstraint(["tenant", "match"], ["match.tenant", "match.id"]),
    Index(None, "tenant", "document"),
)

EXCEPTION = Table(
    "exception",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("id", _ID, nullable=False),
    Column("identity", _SHA, nullable=False),
    Column("code", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("owner", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("document", _ID, nullable=False),
    Column("match", _ID),
    Column("line", String(200)),
    Column("order_line", String(200)),
    Column("vendor", Text),
    Column("number", Text),
    Column("currency", String(3)),
    Column("at_risk_minor", BigInteger),
    Column("held_minor", BigInteger),
    Column("why", Text, nullable=False),
    Column("fingerprint", _SHA, nullable=False),
    Column("finding", Json, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("reason", Text),
    Column("due_date", Date),
    Column("assignee", Text),
    Column("disputed_at", Moment),
    Column("revision", Integer, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "identity"),
    ForeignKeyConstraint(["tenant", "document"], ["document.tenant", "document.id"]),
    CheckConstraint("state IN ('open','waived','resolved')", name="state"),
    Index(None, "tenant", "state", "id"),
    Index(None, "tenant", "document"),
    Index(None, "tenant", "code", "state", "id"),
)

# What is on file beside the papers: one row for each change of a register; one of them is current.
REGISTER_REVISION = Table(
    "register_revision",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("register", String(40), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    PrimaryKeyConstraint("tenant", "register", "revision"),
    Index(None, "tenant", "current"),
)

# An entry of a register from the revision `since` on, until it was changed or taken out by the revision `until`.
REGISTER_ENTRY = Table(
    "register_entry",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("register", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("body", Json, nullable=False),
    PrimaryKeyConstraint("tenant", "register", "key", "since"),
    Index(None, "tenant", "register", "until"),
)

# Subjects are plain strings: nothing cascades into the trail. Triggers refuse UPDATE and DELETE.
TRAIL = Table(
    "trail",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", String(60), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("body", Json, nullable=False),
    Column("previous", _SHA, nullable=False),
    Column("digest", _SHA, nullable=False),
    PrimaryKeyConstraint("tenant", "seq"),
    Index(None, "tenant", "subject", "seq"),
)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("actor", _ID, nullable=False),
    Column("key", String(255), nullable=False),
    Column("request_sha256", _SHA, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("http_status", Integer),
    Column("headers", Json),
    Column("answer", LargeBinary),
    PrimaryKeyConstraint("tenant", "actor", "key"),
    Index(None, "started_at"),
)

API_KEY = Table(
    "api_key",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("id", _ID, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("sha256", _SHA, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    PrimaryKeyConstraint("tenant", "id"),
)

# A browser's session, or the code that opens one (single use): only its digest is stored.
WEB_SESSION = Table(
    "web_session",
    METADATA,
    Column("tenant", _TENANT, nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("api_key", _ID, nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("tenant", "sha256"),
    UniqueConstraint("sha256"),
    ForeignKeyConstraint(["tenant", "api_key"], ["api_key.tenant", "api_key.id"]),
    CheckConstraint("purpose IN ('session','code')", name="purpose"),
)
