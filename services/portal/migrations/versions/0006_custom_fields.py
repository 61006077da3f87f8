"""Fields of the firm's own, their sections and values; what clients may do with each field."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime, in_order_of_characters

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SETTING_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("mode", sa.String(20)),
    ("section_id", sa.Uuid),
    ("position", sa.Integer),
)
SORT_TEXT = in_order_of_characters(200)
VALUE_COLUMNS = ("sort_text", "number_value", "date_value")


def upgrade() -> None:
    for name, type_ in SETTING_COLUMNS:
        op.add_column("field_settings", sa.Column(name, type_, nullable=True))
    op.create_table(
        "field_sections",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("block", sa.String(20), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_field_sections"),
    )
    op.create_index("ix_field_sections_block", "field_sections", ["block", "position"])
    _create_fields()
    _create_values()


def _create_fields() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("block", sa.String(20), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("hints", Json, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("required", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "kind IN ('text', 'number', 'date', 'choice', 'flag', 'email', 'phone', 'file')",
            name="ck_custom_fields_kind",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_custom_fields"),
        sa.UniqueConstraint("block", "name", name="uq_custom_fields_block_name"),
    )


def _create_values() -> None:
    op.create_table(
        "field_values",
        sa.Column("field_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Uuid, nullable=False),
        sa.Column("text_value", sa.Text),
        sa.Column("sort_text", SORT_TEXT),
        sa.Column("number_value", sa.Double),
        sa.Column("date_value", sa.Date),
        sa.ForeignKeyConstraint(["field_id"], ["custom_fields.id"], name="fk_field_values_field_id_custom_fields"),
        sa.PrimaryKeyConstraint("field_id", "owner_id", name="pk_field_values"),
    )
    op.create_index("ix_field_values_owner_id", "field_values", ["owner_id"])
    for column in VALUE_COLUMNS:
        filled = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_field_values_{column}",
            "field_values",
            ["field_id", column, "owner_id"],
            sqlite_where=filled,
            postgresql_where=filled,
        )


def downgrade() -> None:
    for table in ("field_values", "custom_fields", "field_sections"):
        op.drop_table(table)
    for name, _type in SETTING_COLUMNS:
        op.drop_column("field_settings", name)
