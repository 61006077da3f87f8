"""Users, their access to accounts, and what identity keeps of the portal's directory."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis import clock
from services.chassis.database import Id, Json, JsonData, Moment, Ref
from services.identity.models import Model

CLIENT, STAFF = "client", "staff"
INVITED, ACTIVE, SUSPENDED, UNDELIVERABLE = "invited", "active", "suspended", "undeliverable"

TRANSITIONS = {
    INVITED: {ACTIVE, SUSPENDED, UNDELIVERABLE},
    UNDELIVERABLE: {INVITED, ACTIVE, SUSPENDED},
    ACTIVE: {SUSPENDED, INVITED},
    SUSPENDED: {ACTIVE, INVITED},
}


class User(Model):
    """A person: of the firm (`staff`) or of its clients (`client`). An address names one user of each kind.

    `assigned_only` staff see the clients whose adviser they are and no others. `changed_by` is who of those that
    manage staff last changed a member of it, at `changed_at`.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("kind", "email"),
        UniqueConstraint("email_hash", "kind"),
        CheckConstraint("kind IN ('client', 'staff')", name="kind"),
        CheckConstraint("status IN ('invited', 'active', 'suspended', 'undeliverable')", name="status"),
        CheckConstraint("(kind = 'staff') = (role IS NOT NULL)", name="role"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(254))
    email_hash: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(60))
    mobile: Mapped[str | None] = mapped_column(String(20))
    mobile_verified: Mapped[bool] = mapped_column(default=True, server_default=true())
    status: Mapped[str] = mapped_column(String(20))
    delivery_failure: Mapped[dict[str, Any] | None] = mapped_column(Json)
    role: Mapped[str | None] = mapped_column(String(20))
    assigned_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    changed_by: Mapped[dict[str, Any] | None] = mapped_column(Json)
    changed_at: Mapped[datetime | None]
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    updated_at: Mapped[Moment] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class AccountAccess(Model):
    """A user may act for an account, as one of its contacts, from one day to another (both included)."""

    __tablename__ = "account_access"

    contact_id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    support_start: Mapped[date | None] = mapped_column(Date)
    support_end: Mapped[date | None] = mapped_column(Date)


class PortalContact(Model):
    """The portal's contact as last told. It stays when access goes, so that an old event changes nothing."""

    __tablename__ = "portal_contacts"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    account_id: Mapped[Ref]
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    mobile: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10))
    timezone: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    portal_user: Mapped[bool]
    support_start: Mapped[date | None] = mapped_column(Date)
    support_end: Mapped[date | None] = mapped_column(Date)
    removed: Mapped[bool]
    version: Mapped[int]


class PortalAccount(Model):
    """The portal's account as last told."""

    __tablename__ = "portal_accounts"

    id: Mapped[Ref] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    adviser_id: Mapped[UUID | None]
    version: Mapped[int]


class PortalSettings(Model):
    """The firm's settings as last told: one row, whose id is 1."""

    __tablename__ = "portal_settings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    timezone: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(10))
    switches: Mapped[JsonData | None]
    session_limits: Mapped[JsonData | None]
    version: Mapped[int]
