"""Making what is searched from what is there already: for the migrations that add to search, and for a command.

It names tables and columns as they were with that migration, and needs no model.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from services.chassis.columns import Json, UtcDateTime
from services.portal.search.words import kept, of_value

BATCH = 2000
Entry = dict[str, Any]


def _table(table: str, /, **columns: Any) -> Any:
    types = {"at": UtcDateTime, "created_at": UtcDateTime, "uploaded_at": UtcDateTime, "removed": sa.Boolean}
    types |= {"id": sa.Uuid, "account_id": sa.Uuid, "request_id": sa.Uuid, "internal": sa.Boolean}
    return sa.table(table, *(sa.column(column, kind or types.get(column, sa.Text)) for column, kind in columns.items()))


_T: Any = None
entries = _table(
    "search_entries",
    kind=_T,
    row_id=sa.Uuid,
    subject_id=sa.Uuid,
    account_id=_T,
    internal=_T,
    at=_T,
    words=_T,
)
_requests = _table("requests", id=_T, account_id=_T, title=_T, message=_T, created_at=_T)
_items = _table("request_items", id=_T, request_id=_T, title=_T)
_comments = _table("request_comments", id=_T, request_id=_T, message=_T, internal=_T, at=_T)
_documents = _table("documents_documents", id=_T, account_id=_T, name=_T, uploaded_at=_T)
_sign_requests = _table("signing_sign_requests", id=_T, account_id=_T, title=_T, created_at=_T)
_contacts = _table("contacts", id=_T, account_id=_T, name=_T, email=_T, mobile=_T, removed=_T, created_at=_T)
_reviews = _table("reviews", id=_T, account_id=_T, comment=_T, created_at=_T)
_fields = _table("custom_fields", id=_T, block=_T, kind=_T, options=Json, created_at=_T)
_values = _table("field_values", field_id=sa.Uuid, owner_id=sa.Uuid, text_value=_T, number_value=sa.Double)


def fill(connection: Connection) -> int:
    """Make every entry that is missing, leave those that are there; return how many were made."""
    return sum(_add(connection, batch) for source in SOURCES for batch in source(connection))


def fill_reviews(connection: Connection) -> int:
    """Make the entries of reviews that are missing; return how many were made."""
    return sum(_add(connection, batch) for batch in _of_reviews(connection))


def reindex(connection: Connection, say: Callable[[str, int], None]) -> int:
    """Make every entry anew, a batch a transaction, and return how many; `say` is told of each kind and batch.

    It may end anywhere and begin again, and people may search meanwhile: each batch takes the place of what was there.
    """
    made = 0
    for source in (*SOURCES, _of_reviews):
        for batch in source(connection):
            made += _renew(connection, batch)
            connection.commit()
            say(source.__name__.removeprefix("_of_"), len(batch))
    return made


def _add(connection: Connection, batch: list[Entry]) -> int:
    wanted = [entry for entry in batch if entry["words"]]
    if not wanted:
        return 0
    kinds = {entry["kind"] for entry in wanted}
    ids = [entry["row_id"] for entry in wanted]
    there = sa.select(entries.c.kind, entries.c.row_id).where(entries.c.kind.in_(kinds), entries.c.row_id.in_(ids))
    known = {(row.kind, row.row_id) for row in connection.execute(there)}
    missing = [entry for entry in wanted if (entry["kind"], entry["row_id"]) not in known]
    if missing:
        connection.execute(sa.insert(entries), missing)
    return len(missing)


def _renew(connection: Connection, batch: list[Entry]) -> int:
    for kind in {entry["kind"] for entry in batch}:
        ids = [entry["row_id"] for entry in batch if entry["kind"] == kind]
        connection.execute(sa.delete(entries).where(entries.c.kind == kind, entries.c.row_id.in_(ids)))
    return _add(connection, batch)


def _rows(connection: Connection, statement: Any, key: Any) -> Iterator[list[Any]]:
    last: UUID | None = None
    while True:
        asked = statement.where(key > last) if last else statement
        rows = list(connection.execute(asked.order_by(key).limit(BATCH)))
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1].id


def _entries(connection: Connection, statement: Any, key: Any, make: Callable[[Any], Entry]) -> Iterator[list[Entry]]:
    for rows in _rows(connection, statement, key):
        yield [make(row) for row in rows]


def _entry(kind: str, row: Any, at: Any, *texts: str, **more: Any) -> Entry:
    plain = {"kind": kind, "row_id": row.id, "subject_id": row.id, "account_id": row.account_id}
    return plain | {"internal": False, "at": at, "words": kept(texts)} | more


def _of_requests(connection: Connection) -> Iterator[list[Entry]]:
    for rows in _rows(connection, sa.select(_requests), _requests.c.id):
        ids = [row.id for row in rows]
        items = connection.execute(sa.select(_items).where(_items.c.request_id.in_(ids)))
        titles: dict[UUID, list[str]] = {}
        for item in items:
            titles.setdefault(item.request_id, []).append(item.title)
        yield [_entry("request", row, row.created_at, row.title, row.message, *titles.get(row.id, ())) for row in rows]


def _of_comments(connection: Connection) -> Iterator[list[Entry]]:
    statement = sa.select(_comments, _requests.c.account_id).join(_requests, _requests.c.id == _comments.c.request_id)
    return _entries(
        connection,
        statement,
        _comments.c.id,
        lambda row: _entry("request", row, row.at, row.message, subject_id=row.request_id, internal=row.internal),
    )


def _of_documents(connection: Connection) -> Iterator[list[Entry]]:
    rows = sa.select(_documents)
    return _entries(connection, rows, _documents.c.id, lambda row: _entry("document", row, row.uploaded_at, row.name))


def _of_sign_requests(connection: Connection) -> Iterator[list[Entry]]:
    rows = sa.select(_sign_requests)
    return _entries(
        connection, rows, _sign_requests.c.id, lambda row: _entry("sign_request", row, row.created_at, row.title)
    )


def _of_contacts(connection: Connection) -> Iterator[list[Entry]]:
    return _entries(
        connection,
        sa.select(_contacts).where(~_contacts.c.removed),
        _contacts.c.id,
        lambda row: _entry("contact", row, row.created_at, row.name, row.email, row.mobile or ""),
    )


def _of_reviews(connection: Connection) -> Iterator[list[Entry]]:
    rows = sa.select(_reviews)
    return _entries(
        connection,
        rows,
        _reviews.c.id,
        lambda row: _entry("review", row, row.created_at, row.comment, internal=True),
    )


def _of_values(connection: Connection) -> Iterator[list[Entry]]:
    for field in connection.execute(sa.select(_fields)).all():
        if field.kind in ("flag", "date", "file") or field.block == "case":
            continue
        labels = {option["value"]: " ".join(option["labels"].values()) for option in field.options or ()}
        owner = _values.c.owner_id
        account = (owner if field.block == "account" else _contacts.c.account_id).label("account_id")
        statement = sa.select(owner.label("id"), account, _values.c.text_value, _values.c.number_value)
        if field.block == "contact":
            statement = statement.join(_contacts, _contacts.c.id == _values.c.owner_id)
        for rows in _rows(connection, statement.where(_values.c.field_id == field.id), _values.c.owner_id):
            yield [_of_one_value(field, row, labels) for row in rows]


def _of_one_value(field: Any, row: Any, labels: dict[str, str]) -> Entry:
    value = row.text_value if row.text_value is not None else row.number_value
    return {
        "kind": f"field:{field.id.hex}",
        "row_id": row.id,
        "subject_id": row.id,
        "account_id": row.account_id,
        "internal": True,
        "at": field.created_at,
        "words": kept([of_value(value), labels.get(str(value), "")]),
    }


SOURCES: tuple[Callable[[Connection], Iterator[list[Entry]]], ...] = (
    _of_requests,
    _of_comments,
    _of_documents,
    _of_sign_requests,
    _of_contacts,
    _of_values,
)
"""What was searched as search came; reviews came later."""
