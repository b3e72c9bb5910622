"""Policies as dated rows; what a version says is never changed, and none is deleted.

Deploy rules: a table of its own is added, so that an older release goes on working beside a newer one (it
matches by the policy of the file); every upgrade has its downgrade.
"""

import sqlalchemy as sa
from alembic import op

from migrations.types import Json, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_FIXED = "tenant, version, effective_from, body, sha256, made_by, made_at"
_WHY = "a policy is never changed: draft another version"


def upgrade() -> None:
    op.create_table(
        "policy",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("body", Json(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "version", name=op.f("pk_policy")),
        sa.CheckConstraint("state IN ('draft','approved','withdrawn')", name=op.f("ck_policy_state")),
    )
    op.create_index(op.f("ix_policy_tenant_state_holds_from"), "policy", ["tenant", "state", "holds_from"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"""
            CREATE FUNCTION policy_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '{_WHY}';
            END $$
        """)
        op.execute(f"""
            CREATE TRIGGER policy_no_change BEFORE UPDATE OF {_FIXED} ON policy
            FOR EACH ROW EXECUTE FUNCTION policy_is_never_changed()
        """)
        op.execute("""
            CREATE TRIGGER policy_no_move BEFORE UPDATE ON policy
            FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION policy_is_never_changed()
        """)
        op.execute("""
            CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy
            FOR EACH ROW EXECUTE FUNCTION policy_is_never_changed()
        """)
        return
    for name, verb in (
        ("policy_no_change", f"UPDATE OF {_FIXED} ON policy"),
        ("policy_no_move", "UPDATE ON policy WHEN OLD.state <> 'draft'"),
        ("policy_no_delete", "DELETE ON policy"),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {verb} BEGIN SELECT RAISE(ABORT, '{_WHY}'); END")


def downgrade() -> None:
    # The triggers go with the table.
    op.drop_table("policy")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION policy_is_never_changed()")
