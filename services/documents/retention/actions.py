"""Rules of retention: written, tried, switched on by an owner, and carried out. Only `apply` deletes anything."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import Caller
from services.chassis.columns import new_id
from services.chassis.problems import conflict
from services.documents.library.models import Document, Version
from services.documents.recycle_bin.actions import purge
from services.documents.retention.models import Removal, RetentionRule
from services.documents.retention.queries import due, get_rule, is_tried, totals

BATCH = 100


def add_rule(session: Session, caller: Caller, **fields: Any) -> RetentionRule:
    """Write a rule down. It does nothing yet."""
    now = clock.now()
    rule = RetentionRule(id=new_id(), **fields, created_by=caller.person, created_at=now, changed_at=now)
    rule.removed_count = rule.removed_size = 0
    rule.version = 1
    session.add(rule)
    session.flush()
    return rule


def change_rule(session: Session, rule_id: UUID, **fields: Any) -> RetentionRule:
    """Change a rule, which switches it off: another rule needs another dry run. Raises 404."""
    rule = get_rule(session, rule_id, lock=True)
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.changed_at = clock.now()
    rule.tried_at = rule.tried_count = rule.tried_size = None
    _switch_off(rule)
    return rule


def try_rule(session: Session, rule_id: UUID) -> RetentionRule:
    """Count what would go, and keep that it was looked at. Raises 404."""
    rule = get_rule(session, rule_id, lock=True)
    rule.tried_count, rule.tried_size = totals(session, rule)
    rule.tried_at = clock.now()
    rule.version += 1
    return rule


def approve_rule(session: Session, caller: Caller, rule_id: UUID) -> RetentionRule:
    """Switch a rule on; raise 404, or 409 `not_tried` where there was no dry run of it as it is now, lately."""
    rule = get_rule(session, rule_id, lock=True)
    if not is_tried(rule):
        raise conflict("not_tried", "Look first at what would go.")
    if rule.approved_at is None:
        rule.approved_at, rule.approved_by = clock.now(), caller.person
        rule.version += 1
    return rule


def stop_rule(session: Session, rule_id: UUID) -> RetentionRule:
    """Switch a rule off; what it deleted stays deleted. Raises 404."""
    rule = get_rule(session, rule_id, lock=True)
    _switch_off(rule)
    return rule


def delete_rule(session: Session, rule_id: UUID) -> None:
    """Delete a rule; raise 404, or 409 `rule_has_report` where it deleted documents, of which the report stays."""
    rule = get_rule(session, rule_id, lock=True)
    if rule.removed_count:
        raise conflict("rule_has_report", "This rule has deleted documents. Switch it off; its report stays.")
    session.delete(rule)


def apply_rule(session: Session, rule_id: UUID) -> int:
    """Delete the next documents that go by a rule which is on; return how many those were.

    The rule is read again, locked, with each batch: once it is switched off or changed, nothing more goes. A batch is
    one transaction with its report, so that whatever ends it half-way, no document is gone without its line.
    """
    rule = session.get(RetentionRule, rule_id, with_for_update=True, populate_existing=True)
    if rule is None or rule.approved_at is None or rule.tried_at is None or rule.approved_at < rule.changed_at:
        return 0
    batch = due(rule).limit(BATCH).with_for_update(of=Document, skip_locked=True)
    found = [document for document, _account in session.execute(batch)]
    by = {"kind": "service", "id": "retention", "name": rule.name}
    for document in found:
        size = session.scalar(select(func.sum(Version.size)).where(Version.document_id == document.id)) or 0
        session.add(_removal(rule, document, int(size)))
        rule.removed_count += 1
        rule.removed_size += int(size)
        purge(session, document, by)
    if found:
        rule.version += 1
    return len(found)


def _switch_off(rule: RetentionRule) -> None:
    rule.approved_at = rule.approved_by = None
    rule.version += 1


def _removal(rule: RetentionRule, document: Document, size: int) -> Removal:
    return Removal(
        id=new_id(),
        rule_id=rule.id,
        account_id=document.account_id,
        document_id=document.id,
        name=document.name,
        size=size,
        sha256=document.sha256,
        uploaded_at=document.uploaded_at,
        removed_at=clock.now(),
    )
