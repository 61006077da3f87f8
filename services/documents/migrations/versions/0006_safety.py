"""Checks for viruses. Versions of before were not checked and stay readable."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("documents", sa.Column("scan", sa.String(20)))
    op.add_column("versions", sa.Column("scan", sa.String(20)))
    op.add_column("portal_settings", sa.Column("refused_files", Json))
    op.create_table(
        "scans",
        sa.Column("version_id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(300)),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("why", sa.String(20)),
        sa.Column("found", sa.String(200)),
        sa.Column("share_by", Json),
        sa.Column("decision", sa.String(20)),
        sa.Column("decided_by", Json),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("reason", sa.String(500)),
        sa.PrimaryKeyConstraint("version_id", name="pk_scans"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_scans_version_id_versions", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_scans_document_id_documents", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_scans_due", "scans", ["ended_at", "next_at"])
    op.create_index("ix_scans_document", "scans", ["document_id"])
    op.create_table(
        "scanners",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("on", sa.Boolean, nullable=False),
        sa.Column("down_since", UtcDateTime),
        sa.Column("told_at", UtcDateTime),
        sa.Column("last_error", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name="pk_scanners"),
    )


def downgrade() -> None:
    op.drop_table("scanners")
    op.drop_table("scans")
    op.drop_column("portal_settings", "refused_files")
    op.drop_column("versions", "scan")
    op.drop_column("documents", "scan")
