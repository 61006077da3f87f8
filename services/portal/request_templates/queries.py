"""Reads of request templates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.directory.names import fold
from services.portal.paging import Order, page
from services.portal.request_templates.models import RequestTemplate


def templates(session: Session, *, q: str, archived: bool, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of the templates, by title."""
    statement = select(RequestTemplate.id, RequestTemplate.sort_title)
    is_archived = RequestTemplate.archived_at.is_not(None)
    statement = statement.where(is_archived if archived else ~is_archived)
    for word in fold(q).split():
        statement = statement.where(RequestTemplate.sort_title.contains(word, autoescape=True))
    order = Order(RequestTemplate.sort_title, RequestTemplate.id)
    rows, following = page(session, statement, order, cursor, limit, value="sort_title")
    ids = [row.id for row in rows]
    found = {row.id: row for row in session.scalars(select(RequestTemplate).where(RequestTemplate.id.in_(ids)))}
    return {"items": [found[id] for id in ids], "next": following}


def template(session: Session, template_id: UUID) -> RequestTemplate:
    """Return a template; raise 404 for an unknown one."""
    found = session.get(RequestTemplate, template_id)
    if found is None:
        raise problems.not_found("This template")
    return found


def in_language(content: Mapping[str, Any], locale: str) -> tuple[str, str]:
    """Return title and message as a client of that language reads them."""
    text = (content.get("texts") or {}).get(locale) or content
    return text["title"], text.get("message", "")
