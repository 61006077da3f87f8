"""Finding clients, as staff does: by name and numbers, by their people, tags and fields of the firm's own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.text_search import holds
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.queries import names
from services.portal.field_editor.definitions import Definition, definitions
from services.portal.field_editor.values import Values, values_of
from services.portal.paging import Order, page
from services.portal.search.entries import Asked, Found, Hit, hit, page_of_entries, with_account_names
from services.portal.search.field_values import field_kind
from services.portal.search.models import SearchEntry
from services.portal.search.words import excerpt, matches
from services.portal.tags.queries import tags as every_tag

BLOCKS = ("account", "contact")


def accounts(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find clients by what their list is searched by, in the order of their names; archived ones too."""
    statement = select(
        Account.id, Account.id.label("account_id"), Account.name.label("title"), Account.sort_name, Account.status
    ).add_columns(Account.updated_at.label("at"), Account.email, Account.tax_number, Account.portal_status)
    statement = statement.where(
        is_visible(caller, Account.id), *(holds(Account.search_text, word) for word in asked.words)
    )
    order = Order(Account.sort_name, Account.id)
    rows, following = page(session, statement, order, asked.cursor, asked.limit, value="sort_name")
    return [hit("client", row, asked, status=row.status) for row in rows], following


def contacts(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find the people of clients by name, address and number."""
    statement = select(Contact.id, Contact.account_id, Contact.name.label("title"), Contact.email)
    statement = statement.join(SearchEntry, SearchEntry.subject_id == Contact.id)
    visible = [is_visible(caller, Contact.account_id), ~Contact.removed]
    rows, following = page_of_entries(session, caller, asked, ["contact"], statement, visible)
    return with_account_names(session, caller, [hit("contact", row, asked, row.email) for row in rows]), following


def tags(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find tags by name; there are few."""
    found = [tag for tag in every_tag(session) if matches(tag["name"], asked.words)]
    plain: Hit = {"kind": "tag", "at": None, "account_id": None, "excerpt": ""}
    return [plain | {"id": tag["id"], "title": tag["name"]} for tag in found[: asked.limit]], None


def field_values(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find clients and their people by what stands in active fields of the firm's own."""
    fields = {field_kind(field): field for field in _active(session)}
    if not fields:
        return [], None
    owned = select(SearchEntry.subject_id.label("id"), SearchEntry.kind, SearchEntry.account_id)
    rows, following = page_of_entries(
        session, caller, asked, fields, owned, [is_visible(caller, SearchEntry.account_id)]
    )
    titles, values = _owners(session, [row.id for row in rows]), _values(session, [row.id for row in rows])
    hits: list[Hit] = []
    for row in rows:
        field = fields[row.kind]
        if row.id in titles:
            told = {"kind": "field", "id": row.id, "title": titles[row.id], "at": None, "account_id": row.account_id}
            told |= {"excerpt": excerpt(_written(field, values[row.id].get(field.name)), asked.words)}
            hits.append(told | {"labels": dict(field.labels), "field": field.name})
    return with_account_names(session, caller, hits), following


def _active(session: Session) -> list[Definition]:
    every = (field for block in BLOCKS for field in definitions(session, block))
    return [field for field in every if field.is_custom and field.active]


def _owners(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of the clients and of the people, without those who were removed."""
    people = select(Contact.id, Contact.name).where(Contact.id.in_(ids), ~Contact.removed)
    return names(session, ids) | {row.id: row.name for row in session.execute(people)}


def _values(session: Session, ids: Sequence[UUID]) -> dict[UUID, Values]:
    of_accounts, of_people = (values_of(session, block, ids) for block in BLOCKS)
    return {id: of_accounts[id] | of_people[id] for id in ids}


def _written(field: Definition, value: Any) -> str:
    """Return a value in words; of a choice, what staff calls it in the firm's first language."""
    for option in field.options:
        if option["value"] == value:
            return next(filter(None, option["labels"].values()), str(value))
    return "" if value is None else str(value)
