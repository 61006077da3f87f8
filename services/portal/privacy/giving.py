"""The portal's own part of an export: the profile as the client sees it, requests, conversations, cases, reviews.

What is named here is given to a client; of a table that is not, the firm alone gets the rows.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from services.chassis.account_data.archive import Entry, as_json
from services.chassis.account_data.feature import Order
from services.chassis.account_data.rows import Map, dumped, theirs
from services.chassis.runtime import Runtime
from services.portal.directory.models import Account, Contact
from services.portal.directory.queries import advisers
from services.portal.field_editor.definitions import definitions
from services.portal.models import Model
from services.portal.profile.queries import contents

SHOWN: dict[str, str] = {
    "requests": "id title message status due_on created_at",
    "request_items": "request_id position title description status decision answer reason",
    "request_comments": "request_id by message at",
    "request_documents": "request_id comment_id item_id document_id",
    "conversations": "id title status created_at last_at",
    "conversation_messages": "id conversation_id by text at",
    "conversation_documents": "conversation_id message_id document_id",
    "cases": "id number title status created_at updated_at",
    "case_comments": "case_id by message at",
    "case_documents": "case_id comment_id document_id",
    "reviews": "by day stars comment answer answered_at created_at",
    "mails": "by to_email subject message sent_at",
}
OF_ONE_PERSON = frozenset({"mails"})
"""What a client sees of their own alone."""
FIELDS_OF_CASES = frozenset({"description", "case_type", "opened_on", "due_on"})
SECRET = ("token_hash", "search_text", "search_title", "search_description", "words")


def export(session: Session, runtime: Runtime, order: Order) -> Iterator[Entry]:
    """Yield what the portal has of the client."""
    account = session.get(Account, order.whose.account_id)
    if account is None:
        return
    yield as_json("profile.json", _profile(session, account, order.everything))
    for name, columns in SHOWN.items():
        table = Model.metadata.tables.get(name)
        rows = _rows(session, table, columns, order) if table is not None else []
        if rows:
            yield as_json(f"{name.replace('_', '-')}.json", rows)
    if order.everything:
        for name, rows in dumped(session, Model.metadata, order.whose, Map(secret=SECRET)):
            yield as_json(f"records/{name}.json", rows)


def _profile(session: Session, account: Account, everything: bool) -> dict[str, Any]:
    people = session.scalars(
        select(Contact).where(Contact.account_id == account.id, ~Contact.removed).order_by(Contact.created_at)
    )
    return {
        "account": _fields(session, "account", account, everything),
        "people": [_fields(session, "contact", one, everything) for one in people],
    }


def _fields(session: Session, block: str, row: Account | Contact, everything: bool) -> dict[str, Any]:
    shown = [field for field in definitions(session, block) if everything or field.is_visible]
    values = {field.name: value for field, value in contents(session, block, row, shown).items()}
    if values.get("adviser_id"):
        values["adviser"] = advisers(session, [values["adviser_id"]]).get(values.pop("adviser_id"), "")
    return values


def _rows(session: Session, table: Table, columns: str, order: Order) -> list[dict[str, Any]]:
    names = columns.split()
    if table.name == "cases":
        visible = {field.name for field in definitions(session, "case") if field.is_visible}
        names += sorted(FIELDS_OF_CASES & visible & set(table.c.keys()))
    condition = theirs(table, order.whose, Map(columns={"account_id": "account"}))
    if condition is None:
        return []
    query = select(*(table.c[name] for name in names)).where(condition).order_by(*table.primary_key.columns)
    if not order.everything and "internal" in table.c:
        query = query.where(~table.c.internal)
    if not order.everything and table.name in OF_ONE_PERSON:
        query = query.where(table.c.user_id == order.asked_by)
    return [dict(row._mapping) for row in session.execute(query)]
