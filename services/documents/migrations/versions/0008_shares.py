"""Share links, locks until paid, retention; and what they need to know of a client and of the firm's switches."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("retention_removals", "retention_rules", "locks", "share_uses", "share_links")


def upgrade() -> None:
    op.add_column("portal_accounts", sa.Column("archived_at", UtcDateTime))
    op.add_column("portal_accounts", sa.Column("legal_hold", sa.Boolean))
    op.add_column("portal_accounts", sa.Column("legal_hold_until", sa.Date))
    op.add_column("portal_settings", sa.Column("client_share_links", sa.Boolean))
    _create_links()
    _create_locks()
    _create_retention()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("portal_settings", "client_share_links")
    for name in ("legal_hold_until", "legal_hold", "archived_at"):
        op.drop_column("portal_accounts", name)


def _create_links() -> None:
    op.create_table(
        "share_links",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid),
        sa.Column("folder_id", sa.Uuid),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("made_key", sa.String(64)),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("most_downloads", sa.Integer),
        sa.Column("downloads", sa.Integer, nullable=False),
        sa.Column("last_used_at", UtcDateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tries_since", UtcDateTime),
        sa.Column("revoked_at", UtcDateTime),
        sa.Column("revoked_by", Json),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_share_links"),
        _of_document("share_links"),
    )
    op.create_index("ix_share_links_document", "share_links", ["document_id"])
    op.create_index("ix_share_links_account", "share_links", ["account_id"])
    op.create_index("ix_share_links_token", "share_links", ["token_hash"], unique=True)
    op.create_index("ix_share_links_made_key", "share_links", ["made_key"], unique=True)
    op.create_table(
        "share_uses",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("link_id", sa.Uuid, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version_number", sa.Integer),
        sa.Column("address", sa.String(45), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_share_uses"),
        sa.ForeignKeyConstraint(
            ["link_id"], ["share_links.id"], name="fk_share_uses_link_id_share_links", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_share_uses_link", "share_uses", ["link_id", "id"])


def _create_locks() -> None:
    op.create_table(
        "locks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("invoice_id", sa.Uuid),
        sa.Column("amount", sa.BigInteger),
        sa.Column("currency", sa.String(3)),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("locked_by", Json, nullable=False),
        sa.Column("locked_at", UtcDateTime, nullable=False),
        sa.Column("unlocked_by", Json),
        sa.Column("unlocked_at", UtcDateTime),
        sa.Column("reason", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_locks"),
        _of_document("locks"),
    )
    still = sa.text("unlocked_at IS NULL")
    op.create_index("ix_locks_open", "locks", ["document_id"], unique=True, sqlite_where=still, postgresql_where=still)
    op.create_index("ix_locks_account", "locks", ["account_id", "reference"])


def _create_retention() -> None:
    op.create_table(
        "retention_rules",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("years", sa.Integer, nullable=False),
        sa.Column("counts_from", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(20)),
        sa.Column("folder", sa.String(200)),
        sa.Column("tag", sa.String(100)),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("tried_at", UtcDateTime),
        sa.Column("tried_count", sa.Integer),
        sa.Column("tried_size", sa.BigInteger),
        sa.Column("approved_at", UtcDateTime),
        sa.Column("approved_by", Json),
        sa.Column("removed_count", sa.Integer, nullable=False),
        sa.Column("removed_size", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retention_rules"),
    )
    op.create_table(
        "retention_removals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("rule_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("document_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_at", UtcDateTime, nullable=False),
        sa.Column("removed_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retention_removals"),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["retention_rules.id"],
            name="fk_retention_removals_rule_id_retention_rules",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_retention_removals_rule", "retention_removals", ["rule_id", "id"])
    op.create_index("ix_retention_removals_account", "retention_removals", ["account_id"])


def _of_document(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["document_id"], ["documents.id"], name=f"fk_{table}_document_id_documents", ondelete="CASCADE"
    )
