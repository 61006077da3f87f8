"""Folders, tags, versions by hand, the recycle bin."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("doomed_files", "library_settings", "default_folders", "folders")
INDEXES = {
    "ix_documents_folder": ["account_id", "folder_id", "changed_at", "id"],
    "ix_documents_folder_name": ["account_id", "folder_id", "search_name", "id"],
}
OF_DOCUMENT = ("folder_id", "owner_level", "member_level", "tags", "tags_text")


def upgrade() -> None:
    # The release before this one writes rows without them: at the top, open to the client's people as before.
    op.add_column("documents", sa.Column("folder_id", sa.Uuid))
    for name in ("owner_level", "member_level"):
        op.add_column("documents", sa.Column(name, sa.Integer, nullable=False, server_default="2"))
    op.add_column("documents", sa.Column("tags", Json))
    op.add_column("documents", sa.Column("tags_text", sa.String(1000), nullable=False, server_default=""))
    for name, columns in INDEXES.items():
        op.create_index(name, "documents", columns)
    op.add_column("history", sa.Column("detail", Json))
    op.add_column("portal_accounts", sa.Column("locale", sa.String(5)))
    _create_folders()
    op.create_table(
        "doomed_files",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("blob_key", sa.String(200), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_doomed_files"),
    )


def _create_folders() -> None:
    op.create_table(
        "folders",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("place", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("search_name", sa.String(200), nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("rights", Json, nullable=False),
        sa.Column("owner_level", sa.Integer, nullable=False),
        sa.Column("member_level", sa.Integer, nullable=False),
        sa.Column("default_id", sa.Uuid),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("removed_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_folders"),
        sa.UniqueConstraint("place", "search_name", name="uq_folders_place"),
        sa.ForeignKeyConstraint(["parent_id"], ["folders.id"], name="fk_folders_parent_id_folders"),
    )
    op.create_index("ix_folders_account", "folders", ["account_id"])
    op.create_index("ix_folders_parent", "folders", ["parent_id"])
    op.create_table(
        "default_folders",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.Column("rights", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_default_folders"),
    )
    op.create_table(
        "library_settings",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("bin_days", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_library_settings"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("portal_accounts", "locale")
    op.drop_column("history", "detail")
    for name in INDEXES:
        op.drop_index(name, "documents")
    for name in OF_DOCUMENT:
        op.drop_column("documents", name)
