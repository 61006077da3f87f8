"""Accounts (a client of the firm, a company or a person) and their contacts."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.columns import Json
from services.chassis.database import Id, Moment, Ref
from services.chassis.text_search import search_index
from services.portal.models import Model

ACCOUNT_KINDS = ("company", "person")
ACCOUNT_STATUSES = ("active", "archived")
PORTAL_STATUSES = ("active", "suspended", "undeliverable", "invited", "not_invited")
"""How far the access of an account's contacts is, the furthest first."""
SORTED_BY = ("name", "created_at", "updated_at", "client_since", "tax_number")
SORTS = tuple(sign + name for name in SORTED_BY for sign in ("", "-"))
"""The orders that a list of accounts may have; a minus sign turns one round."""


class Account(Model):
    """A client of the firm. `search_text` and `sort_name` are its names without accents and case.

    `tax_key` is the tax number without punctuation, `portal_status` the furthest status among its contacts, kept here
    so that a list of all clients can be filtered by it; `external_id` is what another system calls the client.
    """

    __tablename__ = "accounts"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    tax_number: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(10))
    is_test: Mapped[bool] = mapped_column(default=False, server_default=false())
    adviser_id: Mapped[Ref | None]
    status: Mapped[str] = mapped_column(String(20), default="active")
    client_since: Mapped[date | None]
    sort_name: Mapped[str] = mapped_column(String(400))
    search_text: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(String(80))
    tax_key: Mapped[str | None] = mapped_column(String(40))
    portal_status: Mapped[str] = mapped_column(String(20), default="not_invited", server_default="not_invited")
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("kind IN ('company', 'person')", name="kind"),
        CheckConstraint("status IN ('active', 'archived')", name="status"),
        Index("ix_accounts_adviser_id", "adviser_id", "sort_name", "id"),
        Index("ix_accounts_portal_status", "portal_status", "sort_name", "id"),
        Index("ix_accounts_status", "status", "sort_name", "id"),
        Index("ix_accounts_tax_number", "tax_number", "id"),
        Index("ix_accounts_tax_key", "tax_key"),
        Index("ix_accounts_external_id", "external_id"),
        Index("ix_accounts_email", "email"),
        Index("ix_accounts_client_since", "client_since"),
        Index("ix_accounts_tests", "sort_name", "id", sqlite_where=text("is_test"), postgresql_where=text("is_test")),
        search_index("ix_accounts_search_text", "search_text"),
        Index("ix_accounts_sort_name", "sort_name", "id"),
        Index("ix_accounts_created_at", "created_at", "id"),
        Index("ix_accounts_updated_at", "updated_at", "id"),
    )


class Contact(Model):
    """A person of an account. `portal_user` and the support dates decide about their access (S8, S9)."""

    __tablename__ = "contacts"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    mobile: Mapped[str | None] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    portal_user: Mapped[bool] = mapped_column(default=False, server_default=false())
    support_start: Mapped[date | None]
    support_end: Mapped[date | None]
    removed: Mapped[bool] = mapped_column(default=False, server_default=false())
    invited_at: Mapped[Moment | None]
    invited_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    ending_told_on: Mapped[date | None]
    ending_told_days: Mapped[int | None]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("role IN ('owner', 'member', 'signer', 'billing')", name="role"),
        Index("ix_contacts_account_id", "account_id"),
        Index("ix_contacts_email", "email"),
        Index(
            "uq_contacts_account_id_email",
            "account_id",
            "email",
            unique=True,
            sqlite_where=text("NOT removed"),
            postgresql_where=text("NOT removed"),
        ),
    )
