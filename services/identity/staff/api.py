"""HTTP: the firm's own people, for those who manage them and have just proved who they are."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.identity.staff import actions, queries
from services.identity.staff.schemas import NewStaff, StaffChange, StaffOut, StaffPage, StaffQuery

blp = Blueprint("staff", __name__, url_prefix="/v1/staff", description="The firm's own people")
ONE = "/<uuid:user_id>"


@blp.get("")
@blp.arguments(StaffQuery, location="query")
@blp.response(200, StaffPage)
@allow(staff="staff.manage")
def list_staff(values: dict[str, Any]) -> dict[str, Any]:
    """List the firm's people."""
    with reading() as session:
        return queries.staff(session, **values)


@blp.post("")
@blp.arguments(NewStaff)
@blp.response(201, StaffOut)
@allow(staff="staff.manage", proof=True)
def invite(values: dict[str, Any]) -> dict[str, Any]:
    """Invite a person to the firm's staff, by mail."""
    runtime = current_runtime()
    with unit_of_work() as session:
        user = actions.invite_staff(session, runtime.sealer, runtime.settings.public_url, caller(), **values)
        return queries.member(session, user.id)


@blp.get(ONE)
@blp.response(200, StaffOut)
@allow(staff="staff.manage")
def read_staff(user_id: UUID) -> dict[str, Any]:
    """Tell one of the firm's people."""
    with reading() as session:
        return queries.member(session, user_id)


@blp.patch(ONE)
@blp.arguments(StaffChange)
@blp.response(200, StaffOut)
@allow(staff="staff.manage", proof=True)
def change_staff(values: dict[str, Any], user_id: UUID) -> dict[str, Any]:
    """Change a person's name or role, or whether they see assigned clients only."""
    with unit_of_work() as session:
        actions.change_staff(session, caller(), user_id, **values)
        return queries.member(session, user_id)


@blp.post(f"{ONE}/invitations")
@blp.response(202, StaffOut)
@allow(staff="staff.manage", proof=True)
def invite_again(user_id: UUID) -> dict[str, Any]:
    """Mail the invitation anew; the link before works no more."""
    runtime = current_runtime()
    with unit_of_work() as session:
        actions.invite_again(session, runtime.sealer, runtime.settings.public_url, caller(), user_id)
        return queries.member(session, user_id)


@blp.post(f"{ONE}/suspend")
@blp.response(200, StaffOut)
@allow(staff="staff.manage", proof=True)
def suspend(user_id: UUID) -> dict[str, Any]:
    """Shut a person out; open sessions end."""
    with unit_of_work() as session:
        actions.suspend_staff(session, caller(), user_id)
        return queries.member(session, user_id)


@blp.post(f"{ONE}/reinstate")
@blp.response(200, StaffOut)
@allow(staff="staff.manage", proof=True)
def reinstate(user_id: UUID) -> dict[str, Any]:
    """Let a suspended person in again."""
    with unit_of_work() as session:
        actions.reinstate_staff(session, caller(), user_id)
        return queries.member(session, user_id)


@blp.post(f"{ONE}/reset-second-factor")
@blp.response(200, StaffOut)
@allow(staff="staff.manage", proof=True)
def reset_second_factor(user_id: UUID) -> dict[str, Any]:
    """Take away the second factors of a person who lost them; open sessions end."""
    with unit_of_work() as session:
        actions.reset_second_factor(session, caller(), user_id)
        return queries.member(session, user_id)
