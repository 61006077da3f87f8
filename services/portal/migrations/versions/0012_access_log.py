"""Search over everything, and who at the firm opened or changed what of a client's."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import CountingUp, Json, UtcDateTime
from services.chassis.text_search import (
    create_search_index,
    create_word_index,
    drop_word_index,
)
from services.portal.search.filling import fill

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_search()
    _create_access_log()
    if not op.get_context().as_sql:
        fill(op.get_bind())


def _create_search() -> None:
    op.create_table(
        "search_entries",
        sa.Column("number", CountingUp, nullable=False, autoincrement=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("row_id", sa.Uuid, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=True),
        sa.Column("internal", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_entries"),
        sa.UniqueConstraint("kind", "row_id", name="uq_search_entries_kind_row_id"),
    )
    op.create_index("ix_search_entries_kind", "search_entries", ["kind", "at", "row_id"])
    op.create_index("ix_search_entries_account_id", "search_entries", ["account_id", "kind", "at", "row_id"])
    op.create_index("ix_search_entries_subject_id", "search_entries", ["subject_id"])
    create_search_index(op.get_bind(), "ix_search_entries_words", "search_entries", "words")
    create_word_index(op.get_bind(), "search_entries", "words", "number")


def _create_access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("by_id", sa.Uuid, nullable=False),
        sa.Column("by_name", sa.String(300), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("fields", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_account_id", "access_log", ["account_id", "at", "id"])


def downgrade() -> None:
    op.drop_table("access_log")
    drop_word_index(op.get_bind(), "search_entries")
    op.drop_table("search_entries")
