"""Copies of what identity and portal own."""

from uuid import UUID

from sqlalchemy import Index, String, Text, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.database import Ref
from services.notifications.models import Model


class IdentityUser(Model):
    """A person who may sign in, client or staff."""

    __tablename__ = "identity_users"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    role: Mapped[str | None] = mapped_column(String(40))
    assigned_only: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int]


class IdentityUserAccount(Model):
    """An account that a client user may act for."""

    __tablename__ = "identity_user_accounts"
    __table_args__ = (Index("ix_identity_user_accounts_account", "account_id"),)

    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref] = mapped_column(primary_key=True)
    contact_id: Mapped[Ref]
    role: Mapped[str] = mapped_column(String(20))


class PortalAccount(Model):
    """A client of the firm."""

    __tablename__ = "portal_accounts"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(10))
    adviser_id: Mapped[UUID | None] = mapped_column(Uuid)
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]


class PortalContact(Model):
    """A person at a client; for those who sign without being portal users, their language."""

    __tablename__ = "portal_contacts"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    removed: Mapped[bool]
    version: Mapped[int]


class PortalSettings(Model):
    """The firm as it presents itself. One row, `id` 1."""

    __tablename__ = "portal_settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    firm_name: Mapped[str] = mapped_column(String(200))
    portal_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(320))
    website: Mapped[str] = mapped_column(String(400))
    accent: Mapped[str] = mapped_column(String(20))
    logo: Mapped[str] = mapped_column(String(64), server_default="")
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
