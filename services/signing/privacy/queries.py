"""What signing gives out of a client: the sign requests with their evidence, and the sealed files."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.account_data.archive import Entry, as_json, safe_name
from services.chassis.account_data.feature import Order
from services.chassis.account_data.rows import Map, dumped
from services.chassis.runtime import Runtime
from services.signing import queries
from services.signing.models import SHOWN_TO_RECIPIENTS, AuditEvent, Model, SignRequest

ROWS = Map(apart=("portal_contacts", "portal_accounts"), columns={"account_id": "account"})


def export(session: Session, runtime: Runtime, order: Order) -> Iterator[Entry]:
    """Yield what was sent to the client's people, with the steps of each; for the firm, all of it."""
    query = select(SignRequest).where(SignRequest.account_id == order.whose.account_id).order_by(SignRequest.id)
    if not order.everything:
        query = query.where(SignRequest.status.in_(SHOWN_TO_RECIPIENTS))
    taken: set[str] = set()
    listed: list[dict[str, Any]] = []
    for found in session.scalars(query).all():
        told = _told(session, found)
        if found.sealed_sha256:
            told["file"] = f"files/{safe_name(f'{found.title}.pdf', taken)}"
            yield Entry(told["file"], _reader(runtime, queries.sealed_key(found.sealed_sha256)), stored=True)
        listed.append(told)
    yield as_json("sign-requests.json", listed)
    if order.everything:
        for table, rows in dumped(session, Model.metadata, order.whose, ROWS):
            yield as_json(f"records/{table}.json", rows)


def _told(session: Session, found: SignRequest) -> dict[str, Any]:
    names = "id title message status due_on created_at sent_at completed_at document_sha256 sealed_sha256"
    people = "name email role status signed_at"
    steps = session.scalars(
        select(AuditEvent).where(AuditEvent.sign_request_id == found.id).order_by(AuditEvent.sequence)
    )
    return {name: getattr(found, name) for name in names.split()} | {
        "recipients": [{name: getattr(one, name) for name in people.split()} for one in found.recipients],
        "steps": [{"at": step.at, "action": step.action, "by": step.actor.get("name", "")} for step in steps],
    }


def _reader(runtime: Runtime, key: str) -> Callable[[], Iterator[bytes]]:
    return lambda: runtime.blobs.read(key)
