"""How lists of documents are filtered, ordered and cut into pages."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, String, Uuid, literal, or_, tuple_
from sqlalchemy.orm import Session

from services.chassis.columns import UtcDateTime
from services.chassis.problems import invalid
from services.documents.library.filenames import searchable
from services.documents.library.models import Document

KINDS = {
    "pdf": ("application/pdf",),
    "image": ("image/",),
    "text": (
        "text/plain",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml",
        "application/vnd.oasis.opendocument.text",
        "application/rtf",
        "text/rtf",
    ),
    "sheet": (
        "text/csv",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml",
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
}
"""What people call a kind of file, and how its content types begin."""
COLUMNS = {"name": Document.search_name, "changed": Document.changed_at, "size": Document.size}
SORTS = tuple(sign + name for name in COLUMNS for sign in ("", "-"))


def of_kind(kind: str) -> ColumnElement[bool]:
    """Return the condition that a document is of that kind."""
    return or_(*(Document.content_type.startswith(begin, autoescape=True) for begin in KINDS[kind]))


def named_or_tagged(word: str, *, tags: bool) -> ColumnElement[bool]:
    """Return the condition that the name has `word` in it, or with `tags` a tag has."""
    named = Document.search_name.contains(word, autoescape=True)
    return or_(named, Document.tags_text.contains(word, autoescape=True)) if tags else named


def tagged(tag: str) -> ColumnElement[bool]:
    """Return the condition that a document has that tag."""
    return Document.tags_text.contains(f"|{searchable(tag)}|", autoescape=True)


def page(
    session: Session, statement: Any, sort: str, cursor: str | None, limit: int
) -> tuple[Sequence[Row[Any]], str | None]:
    """Return at most `limit` rows whose first column is a document, and the cursor of those after them."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    column = COLUMNS[name]
    if cursor:
        value, last_id = _parse(cursor, name)
        place, last = tuple_(column, Document.id), tuple_(value, literal(last_id, Uuid))
        statement = statement.where(place < last if descending else place > last)
    order = (column.desc(), Document.id.desc()) if descending else (column.asc(), Document.id.asc())
    rows = session.execute(statement.order_by(*order).limit(limit + 1)).all()
    return rows[:limit], _cursor(rows[limit - 1][0], name) if len(rows) > limit else None


def _cursor(document: Document, name: str) -> str:
    value = getattr(document, COLUMNS[name].key)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return urlsafe_b64encode(f"{document.id} {text}".encode()).decode()


def _parse(cursor: str, name: str) -> tuple[Any, UUID]:
    try:
        last_id, _, text = urlsafe_b64decode(cursor).decode().partition(" ")
        return _value(text, name), UUID(last_id)
    except (ValueError, OverflowError):
        raise invalid({"cursor": ["This is no cursor of this list."]}) from None


def _value(text: str, name: str) -> ColumnElement[Any]:
    if name == "size":
        return literal(min(int(text), 2**62))
    if name == "name":
        if "\0" in text:
            raise ValueError("no text of a database")
        return literal(text, String)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return literal(moment, UtcDateTime)
