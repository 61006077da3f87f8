"""Tags, imports and exports of clients; what their list is searched and filtered by."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import Json, UtcDateTime
from services.chassis.text_search import create_search_index, drop_search_index

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACCOUNT_INDEXES = {
    "ix_accounts_portal_status": ["portal_status", "sort_name", "id"],
    "ix_accounts_status": ["status", "sort_name", "id"],
    "ix_accounts_tax_number": ["tax_number", "id"],
    "ix_accounts_tax_key": ["tax_key"],
    "ix_accounts_external_id": ["external_id"],
    "ix_accounts_email": ["email"],
    "ix_accounts_client_since": ["client_since"],
}
PORTAL_STATUS = """
UPDATE accounts SET portal_status = coalesce((
    SELECT CASE min(CASE
        WHEN contacts.portal_user AND identity_users.status = 'active' THEN 1
        WHEN contacts.portal_user AND identity_users.status = 'suspended' THEN 2
        WHEN NOT contacts.portal_user AND identity_users.status IN ('active', 'suspended') THEN 2
        WHEN contacts.portal_user AND identity_users.status = 'undeliverable' THEN 3
        WHEN contacts.portal_user THEN 4
        ELSE 5 END)
        WHEN 1 THEN 'active' WHEN 2 THEN 'suspended' WHEN 3 THEN 'undeliverable' WHEN 4 THEN 'invited'
        ELSE 'not_invited' END
    FROM contacts
    LEFT JOIN identity_user_contacts ON identity_user_contacts.contact_id = contacts.id
    LEFT JOIN identity_users ON identity_users.id = identity_user_contacts.user_id
    WHERE contacts.account_id = accounts.id AND NOT contacts.removed
), 'not_invited')
"""
TAX_KEY = """
UPDATE accounts SET tax_key = upper(replace(replace(replace(replace(replace(
    tax_number, ' ', ''), '-', ''), '.', ''), '/', ''), ',', '')) WHERE tax_number <> ''
"""


def upgrade() -> None:
    _widen_accounts()
    _create_tags()
    _create_imports()
    op.create_table(
        "client_exports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("filters", Json, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("rows", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_client_exports"),
    )


def _widen_accounts() -> None:
    op.add_column("accounts", sa.Column("external_id", sa.String(80), nullable=True))
    op.add_column("accounts", sa.Column("tax_key", sa.String(40), nullable=True))
    op.add_column("accounts", sa.Column("portal_status", sa.String(20), nullable=False, server_default="not_invited"))
    op.execute(PORTAL_STATUS)
    op.execute(TAX_KEY)
    op.drop_index("ix_accounts_adviser_id", "accounts")
    op.create_index("ix_accounts_adviser_id", "accounts", ["adviser_id", "sort_name", "id"])
    for name, columns in ACCOUNT_INDEXES.items():
        op.create_index(name, "accounts", columns)
    is_test = sa.text("is_test")
    op.create_index(
        "ix_accounts_tests", "accounts", ["sort_name", "id"], sqlite_where=is_test, postgresql_where=is_test
    )
    op.create_index("ix_contacts_email", "contacts", ["email"])
    create_search_index(op.get_bind(), "ix_accounts_search_text", "accounts", "search_text")


def _create_tags() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("folded_name", sa.String(80), nullable=False),
        sa.Column("color", sa.String(20), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("folded_name", name="uq_tags_folded_name"),
    )
    op.create_table(
        "account_tags",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("tag_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "tag_id", name="pk_account_tags"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_tags_account_id_accounts"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_account_tags_tag_id_tags"),
    )
    op.create_index("ix_account_tags_tag_id", "account_tags", ["tag_id", "account_id"])


def _create_imports() -> None:
    op.create_table(
        "client_imports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("separator", sa.String(1), nullable=False),
        sa.Column("header", Json, nullable=False),
        sa.Column("samples", Json, nullable=False),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("options", Json, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("by", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=True),
        sa.Column("finished_at", UtcDateTime, nullable=True),
        sa.Column("leased_until", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_client_imports"),
    )
    op.create_index("ix_client_imports_status", "client_imports", ["status", "id"])
    op.create_table(
        "client_import_parts",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_client_import_parts"),
        _of_import("client_import_parts"),
    )
    op.create_table(
        "client_import_faults",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("column", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "line", "number", name="pk_client_import_faults"),
        _of_import("client_import_faults"),
    )
    op.create_table(
        "client_import_keys",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "key", name="pk_client_import_keys"),
        _of_import("client_import_keys"),
    )


def _of_import(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_import_id_client_imports"
    return sa.ForeignKeyConstraint(["import_id"], ["client_imports.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("client_import_keys", "client_import_faults", "client_import_parts", "client_imports"):
        op.drop_table(table)
    op.drop_table("client_exports")
    op.drop_table("account_tags")
    op.drop_table("tags")
    drop_search_index(op.get_bind(), "ix_accounts_search_text")
    op.drop_index("ix_contacts_email", "contacts")
    op.drop_index("ix_accounts_tests", "accounts")
    for name in ACCOUNT_INDEXES:
        op.drop_index(name, "accounts")
    op.drop_index("ix_accounts_adviser_id", "accounts")
    op.create_index("ix_accounts_adviser_id", "accounts", ["adviser_id"])
    for name in ("portal_status", "tax_key", "external_id"):
        op.drop_column("accounts", name)
