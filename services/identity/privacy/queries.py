"""What identity gives out of a client: who its people are, and the sign-ins of whoever asks."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.account_data.archive import Entry, as_json
from services.chassis.account_data.feature import Order
from services.chassis.account_data.rows import Map, Whose, dumped
from services.chassis.runtime import Runtime
from services.identity.models import Model
from services.identity.sessions.models import Device, SignInEvent, UserSession
from services.identity.users.models import AccountAccess, User

SECRET = (
    *("token_hash", "hash", "code_sealed", "secret_sealed", "pending_sealed", "verifier_sealed", "challenge"),
    *("email_hash", "public_key", "credential_id", "state_hash", "nonce_hash"),
)
APART = ("portal_contacts", "portal_accounts")


def export(session: Session, runtime: Runtime, order: Order) -> Iterator[Entry]:
    """Yield the people of the account; the sign-ins and devices of whoever asked, or of all for the firm."""
    access = select(User, AccountAccess.role).join(AccountAccess, AccountAccess.user_id == User.id)
    rows = session.execute(access.where(AccountAccess.account_id == order.whose.account_id).order_by(User.id)).all()
    yield as_json("people.json", [_person(row) for row in rows])
    if order.everything:
        ids = tuple(row.User.id for row in rows)
        whose = Whose(order.whose.account_id, order.whose.contact_ids, ids)
        for name, found in dumped(session, Model.metadata, whose, Map(apart=APART, secret=SECRET)):
            yield as_json(f"records/{name}.json", found)
    elif order.asked_by:
        yield as_json("your-sign-ins.json", _of_person(session, SignInEvent, order, "method refusal ip user_agent at"))
        names = "created_at last_seen_at ended_at ip user_agent"
        yield as_json("your-sessions.json", _of_person(session, UserSession, order, names))
        yield as_json("your-devices.json", _of_person(session, Device, order, "created_at last_seen_at ip user_agent"))


def _person(row: Any) -> dict[str, Any]:
    names = "name email mobile locale timezone status created_at"
    return {name: getattr(row.User, name) for name in names.split()} | {"role": row.role}


def _of_person(session: Session, model: Any, order: Order, names: str) -> list[dict[str, Any]]:
    columns = [getattr(model, name) for name in names.split()]
    query = select(*columns).where(model.user_id == order.asked_by).order_by(model.id)
    if model is UserSession:
        query = query.where(UserSession.viewed_by.is_(None))
    return [dict(row._mapping) for row in session.execute(query)]
