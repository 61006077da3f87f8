"""Who there is to tell, and in whose name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.contracts.client_roles import WORKS
from services.notifications.directory.models import (
    IdentityUser,
    IdentityUserAccount,
    PortalAccount,
    PortalContact,
    PortalSettings,
)

LEADERS = ("owner", "manager")
WRITERS = (*LEADERS, "agent")
"""The roles with the permission clients.write."""


@dataclass(frozen=True)
class Recipient:
    """Somebody to tell. `user_id` is None for one who signs without being a portal user."""

    user_id: UUID | None
    kind: str
    name: str
    email: str
    locale: str
    timezone: str
    active: bool = True

    @property
    def key(self) -> str:
        """What makes one recipient, whatever their address is today."""
        return str(self.user_id) if self.user_id else self.email.casefold()


@dataclass(frozen=True)
class Firm:
    """How the firm presents itself in its messages."""

    firm_name: str = "Atrio"
    portal_name: str = "Atrio"
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    accent: str = "#1f5f8b"
    logo: str = ""
    locale: str = "en"
    timezone: str = "UTC"


def firm(session: Session) -> Firm:
    """Return how the firm presents itself; before its first settings arrive, a plain default."""
    row = session.get(PortalSettings, 1)
    return Firm(**{name: getattr(row, name) for name in Firm.__dataclass_fields__}) if row else Firm()


def account_name(session: Session, account_id: UUID | None) -> str:
    """Return the name of an account, or nothing while its copy has not arrived."""
    return session.scalars(select(PortalAccount.name).where(PortalAccount.id == account_id)).one_or_none() or ""


def user(session: Session, user_id: UUID) -> Recipient | None:
    """Return a user, or None while their copy has not arrived."""
    row = session.get(IdentityUser, user_id)
    return _recipient(row) if row else None


def clients_of(session: Session, account_id: UUID, roles: Iterable[str] = WORKS) -> list[Recipient]:
    """Return the people of an account who work with its requests and documents (B4), of these roles alone.

    They use the portal or are invited to it; the latter are told inside only.
    """
    statement = (
        select(IdentityUser)
        .join(IdentityUserAccount, IdentityUserAccount.user_id == IdentityUser.id)
        .where(IdentityUserAccount.account_id == account_id, IdentityUser.kind == "client")
        .where(IdentityUserAccount.role.in_(WORKS & set(roles)))
        .where(IdentityUser.status.in_(["active", "invited"]))
        .order_by(IdentityUser.id)
    )
    return [_recipient(row) for row in session.scalars(statement)]


def staff_for(
    session: Session, account_id: UUID, *people: Mapping[str, Any], leaders: tuple[str, ...] = LEADERS
) -> list[Recipient]:
    """Return the staff who look after an account: its adviser and those of `people` who are staff.

    Where there is nobody of these (any more), those in the roles of `leaders`. Who sees assigned clients only is told
    nothing of another adviser's.
    """
    adviser = _adviser(session, account_id)
    wanted = {adviser, *(UUID(person["id"]) for person in people if person["kind"] == "staff")} - {None}
    active = select(IdentityUser).where(IdentityUser.kind == "staff", IdentityUser.status == "active")
    active = active.order_by(IdentityUser.id)
    may_know = or_(IdentityUser.assigned_only.is_(False), IdentityUser.id == adviser)
    named = session.scalars(active.where(IdentityUser.id.in_(wanted), may_know)).all()
    rows = named or session.scalars(active.where(IdentityUser.role.in_(leaders), may_know)).all()
    return [_recipient(row) for row in rows]


def leaders_for(session: Session, account_id: UUID | None, leaders: tuple[str, ...] = LEADERS) -> list[Recipient]:
    """Return the active staff in the roles of `leaders` who may know of an account; None is what is of all clients."""
    adviser = session.scalars(select(PortalAccount.adviser_id).where(PortalAccount.id == account_id)).one_or_none()
    may_know = or_(IdentityUser.assigned_only.is_(False), IdentityUser.id == adviser)
    active = select(IdentityUser).where(IdentityUser.kind == "staff", IdentityUser.status == "active", may_know)
    rows = session.scalars(active.where(IdentityUser.role.in_(leaders)).order_by(IdentityUser.id))
    return [_recipient(row) for row in rows]


def chosen_staff(session: Session, account_id: UUID, user_ids: Iterable[UUID]) -> list[Recipient]:
    """Return those of the active staff; who sees assigned clients only is told nothing of another adviser's."""
    active = select(IdentityUser).where(IdentityUser.kind == "staff", IdentityUser.status == "active")
    may_know = or_(IdentityUser.assigned_only.is_(False), IdentityUser.id == _adviser(session, account_id))
    rows = session.scalars(active.where(IdentityUser.id.in_(user_ids), may_know).order_by(IdentityUser.id))
    return [_recipient(row) for row in rows]


def _adviser(session: Session, account_id: UUID) -> UUID | None:
    return session.scalars(select(PortalAccount.adviser_id).where(PortalAccount.id == account_id)).one_or_none()


def signer(session: Session, person: Mapping[str, Any]) -> Recipient:
    """Return the recipient of a sign request: a portal user if they are one, else a contact with their address."""
    if person["user_id"] and (known := session.get(IdentityUser, person["user_id"])):
        return _recipient(known)
    contact = session.get(PortalContact, person["contact_id"])
    house = firm(session)
    return Recipient(
        user_id=person["user_id"],
        kind="client",
        name=person["name"],
        email=person["email"],
        locale=contact.locale if contact else house.locale,
        timezone=contact.timezone if contact else house.timezone,
    )


def _recipient(row: IdentityUser) -> Recipient:
    return Recipient(
        user_id=row.id,
        kind=row.kind,
        name=row.name,
        email=row.email,
        locale=row.locale,
        timezone=row.timezone,
        active=row.status == "active",
    )
