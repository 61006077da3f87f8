"""Codes and links that did not arrive."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to do."""


def downgrade() -> None:
    """Nothing to undo."""
