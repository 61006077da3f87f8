"""Which fields of a case are there for whom: for clients those with the tick "Portal field" alone (S42)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.cases.models import PRIORITIES
from services.portal.cases.targets import case_settings, offered_types
from services.portal.field_editor.definitions import Definition, definitions
from services.portal.field_editor.queries import described

BLOCK = "case"
ATTRIBUTES = {"adviser_id": "assignee_id"}
"""What the API calls a built-in field where it is not the editor's name."""
RUN_BY_FIRM = frozenset({"status", "adviser_id", "opened_on", "due_on"})
"""Fields that a client at most reads: the firm runs them."""
ONLY_FOR_STAFF = frozenset(
    {
        "respond_by",
        "resolve_by",
        "next_due_at",
        "next_due",
        "overdue",
        "first_answered_at",
        "response_minutes",
        "resolution_minutes",
        "response_met",
        "resolution_met",
        "escalated",
        "changes",
    }
)
"""What the firm keeps to itself of a case."""
UNKNOWN = "There is no such field."
KEPT = "The firm keeps this. Tell it when something has changed."


def fields_for(session: Session, caller: Caller) -> list[Definition]:
    """Return the fields of cases that `caller` sees, in the firm's order."""
    return [field for field in definitions(session, BLOCK) if field.is_visible or (caller.is_staff and field.active)]


def unseen_by(session: Session, caller: Caller) -> frozenset[str]:
    """Return the names of the fields that are not there for `caller`, as the API calls them."""
    seen = {field.name for field in fields_for(session, caller)}
    return frozenset(ATTRIBUTES.get(field.name, field.name) for field in definitions(session, BLOCK)) - {
        ATTRIBUTES.get(name, name) for name in seen
    }


def told_to_clients(session: Session) -> list[str]:
    """Return the names of the built-in fields that clients see, as the API calls them."""
    return [
        ATTRIBUTES.get(field.name, field.name)
        for field in definitions(session, BLOCK)
        if field.is_visible and not field.is_custom
    ]


def form(session: Session, caller: Caller) -> dict[str, Any]:
    """Return what a form for a new case asks of `caller` (S41), what may be chosen, and what a list may show."""
    seen = fields_for(session, caller)
    asked = [field for field in seen if caller.is_staff or field.name not in RUN_BY_FIRM]
    settings = case_settings(session)
    return {
        "entries": [described(field) for field in asked if field.name not in ("status", "opened_on")],
        "shown": [described(field) for field in seen],
        "types": offered_types(settings),
        "priorities": list(PRIORITIES),
    }


def for_caller(record: dict[str, Any], caller: Caller, unseen: frozenset[str]) -> dict[str, Any]:
    """Return a case or a row of a list without what is not there for `caller`."""
    hidden = set(unseen)
    if "opened_on" in unseen:
        hidden.add("created_at")
    if "assignee_id" in unseen:
        hidden.add("assignee")
    if "case_type" in unseen:
        hidden.add("case_type_labels")
    if "status" in unseen:
        hidden.add("closed_at")
    if not caller.is_staff:
        hidden |= ONLY_FOR_STAFF
    else:
        hidden.discard("created_at")
    return {name: value for name, value in record.items() if name not in hidden}


def changeable(session: Session, caller: Caller, status: str) -> list[str]:
    """Return the names of the fields of a case of that status that `caller` may change."""
    if status == "closed" and not caller.is_staff:
        return []
    return [field.name for field in fields_for(session, caller) if _may_fill(caller, field, changing=True)]


def _may_fill(caller: Caller, field: Definition, *, changing: bool) -> bool:
    """Return whether a field is the caller's: a client later changes only what the firm made Optional."""
    return caller.is_staff or (field.name not in RUN_BY_FIRM and (field.is_editable or not changing))


def require_open_to(
    session: Session, caller: Caller, given: Mapping[str, Any], custom: Mapping[str, Any], *, changing: bool
) -> None:
    """Raise 422 where `given` names a field that `caller` does not see, or may not fill or change."""
    fields = {ATTRIBUTES.get(field.name, field.name): field for field in fields_for(session, caller)}
    errors: dict[str, list[str]] = {}
    for prefix, names in (("", given), ("custom.", custom)):
        for name in names:
            field = fields.get(name)
            if field is None or field.is_custom != bool(prefix):
                errors[prefix + name] = [UNKNOWN]
            elif not _may_fill(caller, field, changing=changing):
                errors[prefix + name] = [KEPT]
    if errors:
        raise problems.invalid(errors)
