"""What the firm shapes: preferences, brand, texts, buttons, announcements."""

import sqlalchemy as sa
from alembic import op

from services.chassis import clock
from services.chassis.columns import Json, UtcDateTime, new_id

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TITLES = {"en": "Announcement", "es": "Aviso", "pt": "Aviso"}


def upgrade() -> None:
    op.add_column("firm_settings", sa.Column("tax_number", sa.String(40), server_default="", nullable=False))
    op.add_column("firm_settings", sa.Column("logo", sa.String(16), server_default="", nullable=False))
    for name in ("banners", "texts", "buttons"):
        op.add_column("firm_settings", sa.Column(name, Json, nullable=True))
    op.create_table(
        "firm_logos",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("singleton", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("singleton = 1", name="ck_firm_logos_singleton"),
        sa.PrimaryKeyConstraint("id", name="pk_firm_logos"),
        sa.UniqueConstraint("singleton", name="uq_firm_logos_singleton"),
    )
    _create_announcements()
    _keep_the_standing_announcement()


def _create_announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("titles", Json, nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime),
        sa.Column("created_by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ck_announcements_span"),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
    )
    op.create_index("ix_announcements_starts_at", "announcements", ["starts_at"])
    op.create_table(
        "announcement_accounts",
        sa.Column("announcement_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_announcement_accounts_announcement_id_announcements",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_announcement_accounts_account_id_accounts"),
        sa.PrimaryKeyConstraint("announcement_id", "account_id", name="pk_announcement_accounts"),
    )
    op.create_index("ix_announcement_accounts_account_id", "announcement_accounts", ["account_id"])
    op.create_table(
        "announcement_tags",
        sa.Column("announcement_id", sa.Uuid, nullable=False),
        sa.Column("tag_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_announcement_tags_announcement_id_announcements",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "tag_id", name="pk_announcement_tags"),
    )
    op.create_table(
        "announcement_reads",
        sa.Column("announcement_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("read_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_announcement_reads_announcement_id_announcements",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "user_id", name="pk_announcement_reads"),
    )


def _keep_the_standing_announcement() -> None:
    """Make the announcement that stood in the settings one of the new ones."""
    settings = sa.table("firm_settings", sa.column("announcement", sa.Text), sa.column("locale", sa.String))
    found = op.get_bind().execute(sa.select(settings.c.announcement, settings.c.locale)).first()
    if found is None or not found.announcement:
        return
    names = ("titles", Json), ("texts", Json), ("created_by", Json), ("audience", sa.String), ("version", sa.Integer)
    moments = (sa.column(name, UtcDateTime) for name in ("starts_at", "created_at", "updated_at"))
    table = sa.table("announcements", sa.column("id", sa.Uuid), *(sa.column(*name) for name in names), *moments)
    now = clock.now()
    op.get_bind().execute(
        table.insert().values(
            id=new_id(),
            titles={found.locale: TITLES.get(found.locale, TITLES["en"])},
            texts={found.locale: found.announcement},
            created_by={"kind": "service", "id": "portal", "name": ""},
            audience="all",
            version=1,
            starts_at=now,
            created_at=now,
            updated_at=now,
        )
    )


def downgrade() -> None:
    for table in ("announcement_reads", "announcement_tags", "announcement_accounts", "announcements", "firm_logos"):
        op.drop_table(table)
    for name in ("buttons", "texts", "banners", "logo", "tax_number"):
        op.drop_column("firm_settings", name)
