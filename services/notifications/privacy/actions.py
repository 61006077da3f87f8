"""What erasing a client takes from notifications: every message and line about them, and the captured copies."""

from pathlib import Path
from typing import cast

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from services.chassis.account_data.feature import Erased, Order
from services.chassis.account_data.rows import Map, erase_rows
from services.chassis.runtime import Runtime
from services.notifications.directory.models import IdentityUser, PortalAccount, PortalContact
from services.notifications.inbound.models import InboundMail
from services.notifications.messages.models import Message
from services.notifications.models import Model
from services.notifications.settings import NotificationsSettings


def erase(session: Session, runtime: Runtime, order: Order) -> Erased:
    """Erase what was written to the client's people and about them; the addresses in the copies go, too."""
    whose, found = order.whose, Erased()
    contacts = session.scalars(select(PortalContact).where(PortalContact.account_id == whose.account_id)).all()
    # Who signs without being a user, and who is one of this account alone, is known by the address.
    addresses = [one.email for one in contacts if not one.email.endswith("@erased.invalid")]
    shared = select(IdentityUser.email).where(IdentityUser.email.in_(addresses), IdentityUser.id.not_in(whose.user_ids))
    alone = set(addresses) - set(session.scalars(shared.where(IdentityUser.status != "suspended")))
    theirs = or_(
        Message.account_id == whose.account_id, Message.user_id.in_(whose.user_ids), Message.to_address.in_(alone)
    )
    ids = session.scalars(select(Message.id).where(theirs)).all()
    found.needles = [*map(str, ids), *alone]
    folder = cast(NotificationsSettings, runtime.settings).mailbox
    for id in ids:
        found.count("captured", _remove_captured(folder, str(id)))
    came = or_(
        InboundMail.account_id == whose.account_id,
        InboundMail.user_id.in_(whose.user_ids),
        InboundMail.from_address.in_([address.casefold() for address in alone]),
    )
    found.count("mails_kept", _remove_kept(session, runtime, came))
    rule = Map(kept=("portal_contacts",), roots={"messages": theirs, "inbound_mails": came})
    for name, count in erase_rows(session, Model.metadata, whose, rule).items():
        found.count(name, count)
    _empty_copies(session, order)
    return found


def _remove_kept(session: Session, runtime: Runtime, came: ColumnElement[bool]) -> int:
    keys = session.scalars(select(InboundMail.blob_key).where(came, InboundMail.blob_key.is_not(None))).all()
    for key in keys:
        runtime.blobs.delete(str(key))
    return len(keys)


def _remove_captured(folder: Path, id: str) -> int:
    paths = [*folder.glob(f"{id}.*"), *folder.glob(f"{id}-*")] if folder.is_dir() else []
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def _empty_copies(session: Session, order: Order) -> None:
    account_id, called = order.whose.account_id, f"Erased client #{order.number}"
    session.execute(update(PortalAccount).where(PortalAccount.id == account_id).values(name=called))
    contacts = select(PortalContact).where(PortalContact.account_id == account_id)
    people = select(IdentityUser).where(IdentityUser.id.in_(order.whose.user_ids))
    for row in (*session.scalars(contacts), *session.scalars(people)):
        row.name, row.email = "Erased person", f"{row.id}@erased.invalid"
    session.flush()
