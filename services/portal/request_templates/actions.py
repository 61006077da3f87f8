"""Keeping requests ready."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.directory.names import fold
from services.portal.request_templates.models import RequestTemplate


def add_template(session: Session, caller: Caller, **values: Any) -> RequestTemplate:
    """Keep a request ready and return the template."""
    now = clock.now()
    template = RequestTemplate(
        id=new_id(), created_by=caller.person, created_at=now, updated_at=now, version=1, **_filled(**values)
    )
    session.add(template)
    session.flush()
    return template


def change_template(session: Session, template_id: UUID, *, version: int, **values: Any) -> RequestTemplate:
    """Change a template and return it; raise 404, or 409 where it has changed since `version`."""
    template = _template(session, template_id)
    if template.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    for name, value in _filled(**values).items():
        setattr(template, name, value)
    return _counted(template)


def archive_template(session: Session, template_id: UUID) -> RequestTemplate:
    """Offer a template no more and return it; raise 404. What was sent with it stays."""
    template = _template(session, template_id)
    template.archived_at = template.archived_at or clock.now()
    return _counted(template)


def restore_template(session: Session, template_id: UUID) -> RequestTemplate:
    """Offer an archived template again and return it; raise 404."""
    template = _template(session, template_id)
    template.archived_at = None
    return _counted(template)


def _filled(
    *,
    title: str,
    message: str = "",
    texts: Mapping[str, Any] | None = None,
    items: Sequence[Mapping[str, Any]] = (),
    due_days: int | None = None,
    reminders: bool = True,
) -> dict[str, Any]:
    plain = {"description": "", "needs_file": False, "optional": False}
    return {
        "title": title,
        "message": message,
        "texts": dict(texts or {}),
        "items": [plain | dict(item) for item in items],
        "due_days": due_days,
        "reminders": reminders,
        "sort_title": fold(title)[:200],
    }


def _counted(template: RequestTemplate) -> RequestTemplate:
    template.version, template.updated_at = template.version + 1, clock.now()
    return template


def _template(session: Session, template_id: UUID) -> RequestTemplate:
    template = session.get(RequestTemplate, template_id, with_for_update=True, populate_existing=True)
    if template is None:
        raise problems.not_found("This template")
    return template
