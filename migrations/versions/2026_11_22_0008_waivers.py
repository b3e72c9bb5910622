"""Waivers with the facts that they cover, and what people did with an exception (append-only).

Deploy rules: only a column that may be empty and tables of their own are added, so that an older release
goes on working beside a newer one; every upgrade has its downgrade.
"""

import sqlalchemy as sa
from alembic import op

from migrations.types import ExactDecimal, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("exception", sa.Column("disputed_at", Moment(), nullable=True))
    op.create_table(
        "exception_action",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("exception", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "exception", "position", name=op.f("pk_exception_action")),
        sa.ForeignKeyConstraint(
            ["tenant", "exception"],
            ["exception.tenant", "exception.id"],
            name=op.f("fk_exception_action_tenant_exception_exception"),
        ),
    )
    op.create_table(
        "waiver",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("exception", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=True),
        sa.Column("actual", sa.Text(), nullable=True),
        sa.Column("variance", ExactDecimal(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at_risk_minor", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("second_by", sa.Text(), nullable=True),
        sa.Column("second_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_waiver")),
        sa.ForeignKeyConstraint(
            ["tenant", "exception"],
            ["exception.tenant", "exception.id"],
            name=op.f("fk_waiver_tenant_exception_exception"),
        ),
        sa.CheckConstraint("kind IN ('waived','acknowledged','wrong')", name=op.f("ck_waiver_kind")),
        sa.CheckConstraint("state IN ('proposed','given','stale','ended')", name=op.f("ck_waiver_state")),
    )
    op.create_index(op.f("ix_waiver_tenant_document"), "waiver", ["tenant", "document"])
    op.create_index(op.f("ix_waiver_tenant_exception"), "waiver", ["tenant", "exception"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE FUNCTION exception_action_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'what people did with an exception is append-only';
            END $$
        """)
        op.execute("""
            CREATE TRIGGER exception_action_no_change BEFORE UPDATE OR DELETE ON exception_action
            FOR EACH ROW EXECUTE FUNCTION exception_action_is_append_only()
        """)
        op.execute("""
            CREATE TRIGGER exception_action_no_truncate BEFORE TRUNCATE ON exception_action
            FOR EACH STATEMENT EXECUTE FUNCTION exception_action_is_append_only()
        """)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER exception_action_no_{verb.lower()} BEFORE {verb} ON exception_action
            BEGIN SELECT RAISE(ABORT, 'what people did with an exception is append-only'); END
        """)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER exception_action_no_truncate ON exception_action")
        op.execute("DROP TRIGGER exception_action_no_change ON exception_action")
        op.execute("DROP FUNCTION exception_action_is_append_only()")
    op.drop_table("waiver")
    op.drop_table("exception_action")
    op.drop_column("exception", "disputed_at")
