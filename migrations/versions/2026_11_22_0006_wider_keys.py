"""Documents are filed under the keys of wider circles too: who sells, buys and is paid, which items and products.

Nothing in the tables changes. The application files what is on file anew right before this revision, which
says that it was done; an older release leaves the further keys alone.
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
