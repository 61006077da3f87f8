"""Reviews of the firm's service, and mails to the firm."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = {
    "reviews": {
        "ix_reviews_account_id": ["account_id", "created_at", "id"],
        "ix_reviews_created_at": ["created_at", "id"],
        "ix_reviews_stars": ["stars", "created_at", "id"],
    },
    "review_requests": {"ix_review_requests_account_id": ["account_id", "requested_at"]},
    "mails": {
        "ix_mails_account_id": ["account_id", "sent_at", "id"],
        "ix_mails_user_id": ["user_id", "sent_at", "id"],
        "ix_mails_event_id": ["event_id"],
    },
}


def upgrade() -> None:
    _create_reviews()
    _create_review_requests()
    _create_mails()
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns)
    is_open = sa.text("answered_at IS NULL AND revoked_at IS NULL")
    op.create_index(
        "uq_review_requests_open",
        "review_requests",
        ["contact_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_by", Json),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ck_reviews_stars"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_reviews_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("contact_id", "day", name="uq_reviews_contact_id"),
    )


def _create_review_requests() -> None:
    op.create_table(
        "review_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("requested_by", Json, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("revoked_at", UtcDateTime),
        sa.Column("review_id", sa.Uuid),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_review_requests_account_id_accounts"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_review_requests_contact_id_contacts"),
        sa.PrimaryKeyConstraint("id", name="pk_review_requests"),
        sa.UniqueConstraint("token_hash", name="uq_review_requests_token_hash"),
    )


def _create_mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("reply_to", sa.String(320), nullable=False),
        sa.Column("to_email", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(150), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("event_id", sa.Uuid),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_mails_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("user_id", "idempotency_key", name="uq_mails_user_id"),
    )


def downgrade() -> None:
    for table in INDEXES:
        op.drop_table(table)
