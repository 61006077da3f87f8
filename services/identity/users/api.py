"""HTTP: a person's own profile, and what staff sees and does of users."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.runtime import current_runtime
from services.identity.invitations import actions as invitations
from services.identity.users import actions, queries
from services.identity.users.schemas import InviteIn, ProfileIn, UserOut, UserPage, UserQuery

me = Blueprint("me", __name__, url_prefix="/v1/me", description="One's own profile")
blp = Blueprint("users", __name__, url_prefix="/v1/users", description="Users, for staff")


@me.get("")
@me.response(200, UserOut)
@allow(staff_any=True, client=True)
def read_me() -> dict[str, Any]:
    """Tell who the caller is."""
    with reading() as session:
        return queries.get_state(session, UUID(str(caller().id)))


@me.patch("")
@me.arguments(ProfileIn)
@me.response(200, UserOut)
@allow(staff_any=True, client=True)
def change_me(values: dict[str, Any]) -> dict[str, Any]:
    """Set one's own language and time zone."""
    with unit_of_work() as session:
        user = actions.change_profile(session, UUID(str(caller().id)), values)
        return queries.public_state(session, user)


@blp.get("")
@blp.arguments(UserQuery, location="query")
@blp.response(200, UserPage)
@allow(staff="clients.read")
def list_users(values: dict[str, Any]) -> dict[str, Any]:
    """List users, those of a contact or an account if asked."""
    with reading() as session:
        return queries.page(session, caller(), **values)


@blp.get("/<uuid:user_id>")
@blp.response(200, UserOut)
@allow(staff="clients.read")
def read_user(user_id: UUID) -> dict[str, Any]:
    """Tell one user."""
    with reading() as session:
        return queries.get_visible(session, caller(), user_id)


@blp.post("/<uuid:user_id>/invitations")
@blp.arguments(InviteIn)
@blp.response(202, UserOut)
@allow(staff="clients.write")
def invite(values: dict[str, Any], user_id: UUID) -> dict[str, Any]:
    """Send the invitation anew, by e-mail or SMS; the link before works no more. 409 `no_mobile` without a number."""
    runtime = current_runtime()
    with unit_of_work() as session:
        user = actions.get_client(session, caller(), user_id)
        invitations.invite(session, runtime.sealer, runtime.settings.public_url, user, caller().person, **values)
        return queries.public_state(session, user)


@blp.post("/<uuid:user_id>/suspend")
@blp.response(200, UserOut)
@allow(staff="clients.write")
def suspend(user_id: UUID) -> dict[str, Any]:
    """Shut a user out; open sessions end."""
    with unit_of_work() as session:
        return queries.public_state(session, actions.suspend(session, caller(), user_id))


@blp.post("/<uuid:user_id>/reinstate")
@blp.response(200, UserOut)
@allow(staff="clients.write")
def reinstate(user_id: UUID) -> dict[str, Any]:
    """Let a suspended user in again."""
    with unit_of_work() as session:
        return queries.public_state(session, actions.reinstate(session, caller(), user_id))
