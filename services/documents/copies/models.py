"""Copies of what portal owns, kept by its events."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import JsonData, Ref, UtcDateTime
from services.documents.models import Model


class PortalAccount(Model):
    """Copy of portal's account: what a list needs to show, whether it still takes documents, and a legal hold.

    `legal_hold` is None while portal has not told of it.
    """

    __tablename__ = "portal_accounts"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str | None] = mapped_column(String(5))
    adviser_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    legal_hold: Mapped[bool | None]
    legal_hold_until: Mapped[date | None]
    version: Mapped[int]


class PortalContact(Model):
    """Copy of portal's contact: the names behind the client's side of an account."""

    __tablename__ = "portal_contacts"
    __table_args__ = (Index("ix_portal_contacts_account", "account_id"),)

    id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(200))
    removed: Mapped[bool]
    version: Mapped[int]


class PortalSettings(Model):
    """Copy of the firm's settings: the switches that documents must obey. One row, `id` 1."""

    __tablename__ = "portal_settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    share_documents: Mapped[bool] = mapped_column(server_default=text("true"))
    client_share_links: Mapped[bool | None]
    refused_files: Mapped[JsonData | None]
    done_uploading: Mapped[bool] = mapped_column(server_default=text("false"))
    done_uploading_checkbox: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int]
