"""What a rule of retention would delete now, and what it has deleted."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.problems import invalid, not_found
from services.documents.copies.models import PortalAccount
from services.documents.folders.models import Folder
from services.documents.library.filenames import searchable
from services.documents.library.lists import tagged
from services.documents.library.models import Document, Version
from services.documents.locks.queries import is_locked
from services.documents.retention.models import Removal, RetentionRule

FRESH = timedelta(days=7)
"""For so long a dry run counts: what an owner approves is what was shown lately."""
FACTS = (
    "id name years counts_from origin folder tag created_by created_at changed_at tried_at tried_count tried_size "
    "approved_at approved_by removed_count removed_size version"
)
FILE_PAGE = 500
Rows = Select[Document, str]


def get_rule(session: Session, rule_id: UUID, *, lock: bool = False) -> RetentionRule:
    """Return a rule; raise 404."""
    rule = session.get(RetentionRule, rule_id, with_for_update=lock or None)
    if rule is None:
        raise not_found("This rule")
    return rule


def rules(session: Session) -> dict[str, Any]:
    """Return all rules, by name."""
    found = session.scalars(select(RetentionRule).order_by(RetentionRule.name, RetentionRule.id))
    return {"items": [describe(rule) for rule in found]}


def describe(rule: RetentionRule) -> dict[str, Any]:
    """Return a rule as the API shows it; `may_approve` is whether its dry run still counts."""
    state = "on" if rule.approved_at else "tried" if is_tried(rule) else "new"
    return {name: getattr(rule, name) for name in FACTS.split()} | {"state": state}


def is_tried(rule: RetentionRule) -> bool:
    """Return whether the rule as it is now had its dry run lately."""
    return rule.tried_at is not None and rule.tried_at >= max(rule.changed_at, clock.now() - FRESH)


def due(rule: RetentionRule) -> Rows:
    """Return the query of what goes by a rule now, the oldest id first.

    Never what is held for a legal reason (or where portal has not said that it is not), what waits for a payment,
    and what was sealed, unless the rule is about sealed documents.
    """
    before = years_before(clock.now(), rule.years)
    statement = (
        select(Document, PortalAccount.name)
        .join(PortalAccount, PortalAccount.id == Document.account_id)
        .where(Document.status.in_(("available", "deleted")), _not_held(), ~is_locked(Document.id))
    )
    if rule.counts_from == "archived":
        statement = statement.where(PortalAccount.status == "archived", PortalAccount.archived_at < before)
    else:
        later = exists(select(Version.id).where(Version.document_id == Document.id, Version.created_at >= before))
        statement = statement.where(Document.uploaded_at < before, ~later)
    sealed = exists(select(Version.id).where(Version.document_id == Document.id, Version.origin == "signing"))
    if rule.origin == "signing":
        statement = statement.where(sealed)
    else:
        statement = statement.where(~sealed)
        if rule.origin:
            statement = statement.where(Document.origin == rule.origin)
    if rule.folder:
        named = select(Folder.id).where(Folder.search_name == searchable(rule.folder))
        statement = statement.where(Document.folder_id.in_(named))
    if rule.tag:
        statement = statement.where(tagged(rule.tag))
    return statement.order_by(Document.id)


def totals(session: Session, rule: RetentionRule) -> tuple[int, int]:
    """Return how many documents would go and how many bytes their versions have."""
    ids = due(rule).with_only_columns(Document.id).order_by(None).subquery()
    sizes = select(func.coalesce(func.sum(Version.size), 0)).where(Version.document_id.in_(select(ids.c.id)))
    return session.scalar(select(func.count()).select_from(ids)) or 0, int(session.scalar(sizes) or 0)


def matches(session: Session, rule_id: UUID, *, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Return a page of exactly what would go; raise 404."""
    statement = due(get_rule(session, rule_id))
    if cursor:
        statement = statement.where(Document.id > _parse(cursor))
    rows = session.execute(statement.limit(limit + 1)).all()
    return {
        "items": [_match(document, name) for document, name in rows[:limit]],
        "next": str(rows[limit - 1][0].id) if len(rows) > limit else None,
    }


def every_match(session: Session, rule_id: UUID) -> Iterator[dict[str, Any]]:
    """Yield exactly what would go."""
    cursor: str | None = None
    while True:
        found = matches(session, rule_id, cursor=cursor, limit=FILE_PAGE)
        yield from found["items"]
        cursor = found["next"]
        if cursor is None:
            return


def removals(session: Session, rule_id: UUID, *, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Return a page of what a rule has deleted, the latest first; raise 404."""
    get_rule(session, rule_id)
    statement = (
        select(Removal, PortalAccount.name)
        .outerjoin(PortalAccount, PortalAccount.id == Removal.account_id)
        .where(Removal.rule_id == rule_id)
    )
    if cursor:
        statement = statement.where(Removal.id < _parse(cursor))
    rows = session.execute(statement.order_by(Removal.id.desc()).limit(limit + 1)).all()
    names = ("id", "account_id", "document_id", "name", "size", "sha256", "uploaded_at", "removed_at")
    items = [{key: getattr(one, key) for key in names} | {"account_name": name} for one, name in rows[:limit]]
    return {"items": items, "next": str(rows[limit - 1][0].id) if len(rows) > limit else None}


def years_before(moment: datetime, years: int) -> datetime:
    """Return the same moment some years earlier; of a leap day, 28 February."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def _not_held() -> ColumnElement[bool]:
    over = and_(PortalAccount.legal_hold.is_(True), PortalAccount.legal_hold_until < clock.now().date())
    return or_(PortalAccount.legal_hold.is_(False), over)


def _match(document: Document, account_name: str) -> dict[str, Any]:
    names = ("id", "account_id", "name", "size", "origin", "status", "uploaded_at")
    return {name: getattr(document, name) for name in names} | {"account_name": account_name}


def _parse(cursor: str) -> UUID:
    try:
        return UUID(cursor)
    except ValueError:
        raise invalid({"cursor": ["This is no cursor of this list."]}) from None
