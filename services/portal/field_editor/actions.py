"""Switching fields on and off."""

from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.portal.field_editor.models import BLOCKS, FieldSetting


def set_active(session: Session, caller: Caller, block: str, name: str, *, active: bool) -> None:
    """Switch a field on or off. What stands in it is kept, and stands there again when it is reactivated.

    Raises 404 for an unknown field, 409 for one that is always there.
    """
    field = next((field for field in BLOCKS.get(block, ()) if field.name == name), None)
    if field is None:
        raise problems.not_found("This field")
    if field.fixed:
        raise problems.conflict("field_fixed", "This field is always there.")
    session.merge(FieldSetting(block=block, name=name, active=active, changed_by=caller.person, changed_at=clock.now()))
    session.flush()
