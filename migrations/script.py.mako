"""${message}.

Deploy rules: add first, fill, then tighten (expand, migrate, contract); a column that becomes NOT NULL is
filled in an earlier release; on PostgreSQL an index on a large table is made CONCURRENTLY, in a migration
of its own; every upgrade has its downgrade, and both run on SQLite and PostgreSQL in the tests.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
