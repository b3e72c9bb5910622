"""Files in files: what a mail or an archive held, and files that are pages of one document.

Deploy rules: only columns that may be empty and a table of its own are added, so that an older release
goes on working beside a newer one; every upgrade has its downgrade.
"""

import sqlalchemy as sa
from alembic import op

from migrations.types import Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inner_file",
        sa.Column("tenant", sa.String(length=40), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "parent", "position", name=op.f("pk_inner_file")),
        sa.ForeignKeyConstraint(
            ["tenant", "parent"], ["document.tenant", "document.id"], name=op.f("fk_inner_file_tenant_parent_document")
        ),
        sa.ForeignKeyConstraint(
            ["tenant", "document"],
            ["document.tenant", "document.id"],
            name=op.f("fk_inner_file_tenant_document_document"),
        ),
    )
    op.create_index(op.f("ix_inner_file_tenant_document"), "inner_file", ["tenant", "document"])
    op.add_column("document", sa.Column("fate", sa.String(length=20), nullable=True))
    op.add_column("document", sa.Column("joined_to", sa.String(length=40), nullable=True))
    op.add_column("document", sa.Column("notes", Json(), nullable=True))
    op.create_index(op.f("ix_document_tenant_joined_to"), "document", ["tenant", "joined_to"])
    op.add_column("job_document", sa.Column("inside", sa.String(length=40), nullable=True))
    op.add_column("job_document", sa.Column("together", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("job_document", "together")
    op.drop_column("job_document", "inside")
    op.drop_index(op.f("ix_document_tenant_joined_to"), "document")
    op.drop_column("document", "notes")
    op.drop_column("document", "joined_to")
    op.drop_column("document", "fate")
    op.drop_index(op.f("ix_inner_file_tenant_document"), "inner_file")
    op.drop_table("inner_file")
