"""What is changed of a case: its fields and who looks after it, each change a line of its history."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.cases import progress
from services.portal.cases.models import Case, CaseSettings
from services.portal.cases.search import searched_title
from services.portal.cases.shown import BLOCK, require_open_to, unseen_by
from services.portal.cases.targets import case_settings, offered_types, working_clock
from services.portal.cases.telling import ASSIGNED, changed, noted, tell
from services.portal.copies.models import IdentityUser
from services.portal.directory.names import fold
from services.portal.field_editor.values import checked, keep_values, values_of


def change_case(
    session: Session,
    caller: Caller,
    case: Case,
    *,
    version: int,
    custom: Mapping[str, Any] | None = None,
    **given: Any,
) -> None:
    """Change fields of a case that is locked: staff those that are active, a client those that are Optional.

    Raises 409 where it has changed since `version`, or is closed to a client, and 422 for what cannot stand in a field.
    """
    if case.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    if case.status == "closed" and not caller.is_staff:
        raise problems.conflict("illegal_transition", "This case is closed.")
    different = {name: value for name, value in given.items() if value != getattr(case, name)}
    require_open_to(session, caller, different, custom or {}, changing=True)
    settings = case_settings(session)
    if different.get("case_type") is not None:
        require_type(settings, different["case_type"])
    assignee = different.pop("assignee_id", case.assignee_id)
    require_assignee(session, assignee if assignee != case.assignee_id else None)
    unseen = unseen_by(session, caller)
    values = checked(session, BLOCK, custom, owner_id=case.id, account_id=case.account_id, unseen=unseen)
    _set(session, caller, case, different, settings)
    _keep(session, caller, case, values)
    if different or values:
        case.version, case.updated_at = case.version + 1, clock.now()
        session.flush()
    if assignee != case.assignee_id:
        assign(session, caller, case, assignee)


def assign(session: Session, caller: Caller, case: Case, assignee_id: UUID | None) -> bool:
    """Give a case to somebody of the staff, or to nobody; return whether that is different from before."""
    if assignee_id == case.assignee_id:
        return False
    require_assignee(session, assignee_id)
    before, case.assignee_id = case.assignee_id, assignee_id
    names = _names(session, (before, assignee_id))
    changed(session, case, caller, "assignee_id", names.get(before), names.get(assignee_id))
    tell(session, ASSIGNED, case, by=caller.person, old_assignee_id=before)
    noted(session, "case.assigned" if assignee_id else "case.unassigned", case, caller)
    return True


def require_type(settings: CaseSettings, value: str | None) -> None:
    """Raise 422 for a type that the firm does not offer."""
    if value is not None and value not in {kind["value"] for kind in offered_types(settings)}:
        raise problems.invalid({"case_type": ["Choose one of the options."]})


def require_assignee(session: Session, assignee_id: UUID | None) -> None:
    """Raise 422 for somebody who is none of the active staff."""
    if assignee_id is None:
        return
    known = select(IdentityUser.id).where(
        IdentityUser.id == assignee_id, IdentityUser.kind == "staff", IdentityUser.status == "active"
    )
    if session.scalar(known) is None:
        raise problems.invalid({"assignee_id": ["Choose somebody of the staff."]})


def _set(session: Session, caller: Caller, case: Case, different: Mapping[str, Any], settings: CaseSettings) -> None:
    for name, value in different.items():
        changed(session, case, caller, name, _plain(getattr(case, name)), _plain(value))
        setattr(case, name, value)
    case.search_title = searched_title(case.number, case.title)
    case.search_description = fold(case.description)
    if "priority" in different:
        answers = case.created_by["kind"] == "client"
        progress.set_targets(case, settings.targets, working_clock(session, settings), answers=answers)


def _keep(session: Session, caller: Caller, case: Case, values: Mapping[str, Any]) -> None:
    before = values_of(session, BLOCK, [case.id])[case.id] if values else {}
    keep_values(session, BLOCK, case.id, dict(values))
    after = values_of(session, BLOCK, [case.id])[case.id] if values else {}
    for name in values:
        if before.get(name) != after.get(name):
            changed(session, case, caller, f"custom.{name}", before.get(name), after.get(name))


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else str(value)


def _names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = [id for id in ids if id]
    rows = session.execute(select(IdentityUser.id, IdentityUser.name).where(IdentityUser.id.in_(wanted)))
    return {row.id: row.name for row in rows}
