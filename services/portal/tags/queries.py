"""Reads of tags."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.portal.directory.assigned import is_visible
from services.portal.tags.models import AccountTag, Tag


def tags(session: Session) -> list[dict[str, Any]]:
    """Return every tag, by name."""
    return [_tag(tag) for tag in session.scalars(select(Tag).order_by(Tag.folded_name))]


def counted(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """Return every tag by name, with how many of the clients that `caller` sees have it."""
    statement = select(AccountTag.tag_id, func.count()).where(is_visible(caller, AccountTag.account_id))
    number: dict[UUID, int] = {row[0]: row[1] for row in session.execute(statement.group_by(AccountTag.tag_id))}
    return [tag | {"accounts": number.get(tag["id"], 0)} for tag in tags(session)]


def tags_of(session: Session, account_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the tags of each of these accounts, by name."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    statement = select(AccountTag.account_id, Tag).join(Tag, Tag.id == AccountTag.tag_id)
    chosen = statement.where(AccountTag.account_id.in_(account_ids)).order_by(Tag.folded_name)
    for account_id, tag in session.execute(chosen):
        found[account_id].append(_tag(tag))
    return found


def accounts_with_tag(tag_id: UUID) -> Select[UUID]:
    """Return the query for the ids of the accounts that have a tag; for `IN`, and to go through them."""
    return select(AccountTag.account_id).where(AccountTag.tag_id == tag_id)


def _tag(tag: Tag) -> dict[str, Any]:
    return {"id": tag.id, "name": tag.name, "color": tag.color}
