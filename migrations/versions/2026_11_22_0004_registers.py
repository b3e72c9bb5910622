"""Registers: the facts on file beside the papers, each as revisions whose old contents stay readable.

Deploy rules: only tables of their own are added, so that an older release goes on working beside a newer
one; every upgrade has its downgrade.
"""

import sqlalchemy as sa
from alembic import op

from migrations.types import Json, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_revision",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "register", "revision", name=op.f("pk_register_revision")),
    )
    op.create_index(op.f("ix_register_revision_tenant_current"), "register_revision", ["tenant", "current"])
    op.create_table(
        "register_entry",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("register", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("body", Json(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "register", "key", "since", name=op.f("pk_register_entry")),
    )
    op.create_index(op.f("ix_register_entry_tenant_register_until"), "register_entry", ["tenant", "register", "until"])


def downgrade() -> None:
    op.drop_index(op.f("ix_register_entry_tenant_register_until"), "register_entry")
    op.drop_table("register_entry")
    op.drop_index(op.f("ix_register_revision_tenant_current"), "register_revision")
    op.drop_table("register_revision")
