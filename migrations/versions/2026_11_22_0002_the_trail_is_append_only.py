"""The trail is append-only: the database itself refuses to change or delete an entry."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'the trail is append-only';
            END $$
        """)
        op.execute("""
            CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE ON trail
            FOR EACH ROW EXECUTE FUNCTION trail_is_append_only()
        """)
        op.execute("""
            CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail
            FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only()
        """)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER trail_no_{verb.lower()} BEFORE {verb} ON trail
            BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
        """)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER trail_no_truncate ON trail")
        op.execute("DROP TRIGGER trail_no_change ON trail")
        op.execute("DROP FUNCTION trail_is_append_only()")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER trail_no_{verb.lower()}")
