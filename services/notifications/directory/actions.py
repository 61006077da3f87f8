"""Keeping the copies."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from services.chassis.database import upsert_newer
from services.notifications.directory.models import (
    IdentityUser,
    IdentityUserAccount,
    PortalAccount,
    PortalContact,
    PortalSettings,
)
from services.notifications.models import Model

Data = Mapping[str, Any]


def save_user(session: Session, data: Data) -> None:
    """Keep a user and the accounts that they may act for."""
    if _keep(session, IdentityUser, {"assigned_only": False, **data}):
        session.execute(delete(IdentityUserAccount).where(IdentityUserAccount.user_id == data["id"]))
        names = ("account_id", "contact_id", "role")
        rows = [{"user_id": data["id"]} | {name: ref[name] for name in names} for ref in data["accounts"]]
        if rows:
            session.execute(insert(IdentityUserAccount), rows)


def save_account(session: Session, data: Data) -> None:
    """Keep an account."""
    _keep(session, PortalAccount, data)


def save_contact(session: Session, data: Data) -> None:
    """Keep a contact."""
    _keep(session, PortalContact, data)


def save_settings(session: Session, data: Data) -> None:
    """Keep how the firm presents itself."""
    _keep(session, PortalSettings, {"id": 1, "logo": "", **data})


def _keep(session: Session, model: type[Model], data: Data) -> bool:
    return upsert_newer(session, model, {column.name: data[column.name] for column in model.__table__.columns})
