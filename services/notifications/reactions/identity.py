"""Security messages: they are always sent, and their secrets stay sealed until they are."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory import queries as directory
from services.notifications.directory.actions import save_user
from services.notifications.directory.queries import Recipient
from services.notifications.kinds import CREDENTIAL_NAMES
from services.notifications.messages.actions import Content, queue


def on_user_invited(session: Session, event: Event, runtime: Runtime) -> None:
    """Send the invitation with its link, by mail or where staff chose it by SMS."""
    data = event.data
    save_user(session, data)
    account_id = data["accounts"][0]["account_id"] if len(data["accounts"]) == 1 else None
    content = Content(
        "invitation",
        {"email": data["email"]},
        {"link": data["link"]},
        account_id=account_id,
        expires_at=data["expires_at"],
    )
    to = Recipient(data["id"], data["kind"], data["name"], data["email"], data["locale"], data["timezone"])
    if data.get("channel") == "sms" and data["mobile"]:
        queue(session, event, to, content, channel="sms", address=data["mobile"])
    else:
        queue(session, event, to, content)


def on_code_issued(session: Session, event: Event, runtime: Runtime) -> None:
    """Send the code by the channel that was asked for."""
    data = event.data
    content = Content("sign_in_code", {}, {"code": data["code"]}, expires_at=data["expires_at"])
    to = _person(session, data, data["to"])
    queue(session, event, to, content, channel=data["channel"], address=data["to"])


def on_password_reset_requested(session: Session, event: Event, runtime: Runtime) -> None:
    """Mail the link to choose a new password."""
    data = event.data
    content = Content("password_reset", {}, {"link": data["link"]}, expires_at=data["expires_at"])
    queue(session, event, _person(session, data, data["email"]), content)


def on_credential_changed(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the owner of a password, passkey or second factor what became of it."""
    data = event.data
    to = _person(session, data, data["email"])
    name = CREDENTIAL_NAMES.get((data["credential"], data["change"]), "password_at")
    path = "/admin/security" if to.kind == "staff" else "/profile/security"
    content = Content("credential_changed", {name: data["at"].isoformat()}, {}, path=path)
    announce(session, event, content, [to])


def on_user_signed_in(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell a person that somebody signed in from a device not seen before."""
    data = event.data
    to = directory.user(session, data["user_id"])
    if to is None or not data.get("new_device"):
        return
    said = {"device": data.get("device") or "", "place": data["ip"], "signed_in_at": data["at"].isoformat()}
    path = "/admin/sessions" if to.kind == "staff" else "/profile/sessions"
    announce(session, event, Content("new_device", said, {}, path=path), [to])


def _person(session: Session, data: Any, address: str) -> Recipient:
    user_id: UUID = data["user_id"]
    known = directory.user(session, user_id)
    return Recipient(
        user_id=user_id,
        kind=known.kind if known else "client",
        name=data["name"],
        email=address,
        locale=data["locale"],
        timezone=known.timezone if known else directory.firm(session).timezone,
    )
