"""Reads of the access log: staff sees all of it, a client what the firm shows of the account, by role (B4, S26)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select, true
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.contracts.client_roles import OWNS
from services.portal.access_log.models import GROUPS, AccessEntry
from services.portal.copies.models import Document, SignRequest
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.field_editor.definitions import Definition, definitions
from services.portal.paging import Order, page
from services.portal.requests.lists import called_to_sign

MOST_PEOPLE = 200
FILE_PAGE = 500
Entry = dict[str, Any]


def access_log(
    session: Session,
    caller: Caller,
    account_id: UUID | None,
    *,
    group: str | None = None,
    by_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return a page of an account's log, the latest first, with those who stand in it.

    Raises 404 for an account that `caller` may not see. What a client sees of no field of is left out, so that a page
    may hold fewer entries than `limit`.
    """
    shown = _shown_to(session, caller, account_id)
    statement = select(AccessEntry).where(*shown)
    if group:
        statement = statement.where(AccessEntry.kind.in_(GROUPS[group]))
    if by_id:
        statement = statement.where(AccessEntry.by_id == by_id)
    entries, following = _page(session, caller, statement, cursor, limit)
    return {"items": entries, "next": following, "people": _people(session, shown)}


def every_entry(session: Session, caller: Caller, **filters: Any) -> Iterator[Entry]:
    """Yield all that a client sees of the log, the latest first."""
    cursor: str | None = None
    while True:
        found = access_log(session, caller, None, cursor=cursor, limit=FILE_PAGE, **filters)
        yield from found["items"]
        cursor = found["next"]
        if cursor is None:
            return


def _page(
    session: Session, caller: Caller, statement: Any, cursor: str | None, limit: int
) -> tuple[list[Entry], str | None]:
    order = Order(AccessEntry.at, AccessEntry.id, datetime.fromisoformat, descending=True)
    found: list[Entry] = []
    following = cursor
    while True:
        rows, following = page(
            session, statement.with_only_columns(*AccessEntry.__table__.columns), order, following, limit, value="at"
        )
        found += _told(session, caller, rows)
        if found or following is None:
            return found, following


def _shown_to(session: Session, caller: Caller, account_id: UUID | None) -> list[ColumnElement[bool]]:
    if not caller.is_staff:
        return [AccessEntry.account_id == caller.account_id, *_client_conditions(caller)]
    known = select(Account.id).where(Account.id == account_id, is_visible(caller, Account.id))
    if session.scalar(known) is None:
        raise problems.not_found("This client")
    return [AccessEntry.account_id == account_id]


def _client_conditions(caller: Caller) -> list[ColumnElement[bool]]:
    """Return what an entry fulfils that a client may see: of documents and sign requests those the firm showed.

    Who is no owner sees of people and of sign requests only what concerns themselves.
    """
    owns = caller.role in OWNS
    document = exists().where(
        Document.id == AccessEntry.subject_id,
        Document.account_id == caller.account_id,
        or_(Document.shared, Document.origin == "client"),
        Document.status != "restricted",
    )
    called: Sequence[ColumnElement[bool]] = [SignRequest.sent_at.is_not(None)] if owns else called_to_sign(caller)
    sign_request = exists().where(
        SignRequest.id == AccessEntry.subject_id, SignRequest.account_id == caller.account_id, *called
    )
    subject, of = AccessEntry.subject_kind, AccessEntry.subject_id
    return [
        or_(subject != "document", document),
        or_(subject != "sign_request", sign_request),
        true() if owns else not_(and_(subject == "contact", of != caller.contact_id)),
        true() if owns else not_(and_(subject == "user", of != caller.id)),
    ]


def _told(session: Session, caller: Caller, rows: Sequence[Any]) -> list[Entry]:
    known = {block: _fields(session, caller, block) for block in ("account", "contact")}
    named = _document_names(session, [row.subject_id for row in rows if row.subject_kind == "document"])
    entries: list[Entry] = []
    for row in rows:
        fields = [known[row.subject_kind][name] for name in row.fields or () if name in known[row.subject_kind]]
        if row.fields and not fields and not caller.is_staff:
            continue
        title = named.get(row.subject_id, row.title)
        entries.append(
            {
                **{name: getattr(row, name) for name in ("id", "kind", "at")},
                "by": {"kind": "staff", "id": str(row.by_id), "name": row.by_name},
                "subject": {"kind": row.subject_kind, "id": row.subject_id},
                "title": title,
                "fields": [{"name": field.name, "labels": dict(field.labels)} for field in fields],
            }
        )
    return entries


def _fields(session: Session, caller: Caller, block: str) -> dict[str, Definition]:
    """Return the fields that may be named to `caller`: to a client, none that is Hidden or switched off."""
    return {
        f"custom.{field.name}" if field.is_custom else field.name: field
        for field in definitions(session, block)
        if caller.is_staff or field.is_visible
    }


def _document_names(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    statement = select(Document.id, Document.name).where(Document.id.in_(ids))
    return {row.id: row.name for row in session.execute(statement)} if ids else {}


def _people(session: Session, shown: Sequence[ColumnElement[bool]]) -> list[dict[str, Any]]:
    statement = select(AccessEntry.by_id, AccessEntry.by_name).where(*shown).distinct().limit(MOST_PEOPLE)
    names = {str(row.by_id): row.by_name for row in session.execute(statement)}
    return sorted(({"id": id, "name": name} for id, name in names.items()), key=lambda person: person["name"])
