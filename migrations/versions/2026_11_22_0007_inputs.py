"""What each match was made from, so that it can be made again.

Deploy rules: only tables of their own are added, so that an older release goes on working beside a newer
one (its matches cannot be made again); every upgrade has its downgrade.
"""

import sqlalchemy as sa
from alembic import op

from migrations.types import Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "sha256", name=op.f("pk_kept")),
    )
    op.create_table(
        "match_inputs",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("match", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "match", name=op.f("pk_match_inputs")),
        sa.ForeignKeyConstraint(
            ["tenant", "match"], ["match.tenant", "match.id"], name=op.f("fk_match_inputs_tenant_match_match")
        ),
    )


def downgrade() -> None:
    op.drop_table("match_inputs")
    op.drop_table("kept")
