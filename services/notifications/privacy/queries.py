"""What notifications gives out of a client: what was sent to whoever asks; for the firm, to everybody there."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.chassis.account_data.archive import Entry, as_json
from services.chassis.account_data.feature import Order
from services.chassis.account_data.rows import Map, dumped
from services.chassis.runtime import Runtime
from services.notifications.inbound.models import InboundMail
from services.notifications.messages.models import Message
from services.notifications.models import Model
from services.notifications.notices.models import Notice
from services.notifications.preferences.models import Preference

APART = ("portal_contacts", "portal_accounts")


def export(session: Session, runtime: Runtime, order: Order) -> Iterator[Entry]:
    """Yield the messages of the person who asked, of this account or of none, and what they switched off."""
    if order.everything:
        for table, rows in dumped(session, Model.metadata, order.whose, Map(apart=APART, secret=("sealed",))):
            yield as_json(f"records/{table}.json", rows)
        return
    account_id = order.whose.account_id
    sent = "kind channel to_address status created_at finished_at"
    yield as_json("messages.json", _own(session, Message, order, sent, account_id))
    came = "from_address subject status reason thread_kind thread_id received_at"
    yield as_json("mails_received.json", _own(session, InboundMail, order, came, account_id))
    yield as_json("inbox.json", _own(session, Notice, order, "kind data path created_at read_at", account_id))
    yield as_json("preferences.json", _own(session, Preference, order, "kind channel enabled changed_at"))


def _own(session: Session, model: Any, order: Order, names: str, account_id: Any = None) -> list[dict[str, Any]]:
    query = select(*(getattr(model, name) for name in names.split())).where(model.user_id == order.asked_by)
    if account_id:
        query = query.where(or_(model.account_id == account_id, model.account_id.is_(None)))
    return [dict(row._mapping) for row in session.execute(query)]
