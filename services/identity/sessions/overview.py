"""HTTP: a person's own sessions, devices and sign-ins, and those of a person for staff (B5)."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller, not_signed_in
from services.chassis.runtime import current_runtime
from services.identity.sessions import actions, lists
from services.identity.sessions.models import UserSession
from services.identity.sessions.overview_schemas import DeviceList, HistoryPage, HistoryQuery, SessionList
from services.identity.settings import IdentitySettings, settings_of
from services.identity.users import actions as users
from services.identity.users.models import User

own = Blueprint("own_sessions", __name__, url_prefix="/v1/me", description="One's own sessions and devices")
of_users = Blueprint("user_sessions", __name__, url_prefix="/v1/users", description="People's sessions, for staff")


def _me() -> UUID:
    return UUID(str(caller().id))


def _myself(session: Session) -> User:
    user = session.get(User, _me())
    if user is None:  # gone within the minute that a passport lives
        raise not_signed_in()
    return user


def _settings() -> IdentitySettings:
    return settings_of(current_runtime())


@own.get("/sessions")
@own.response(200, SessionList)
@allow(client=True, staff_any=True)
def list_sessions() -> dict[str, Any]:
    """List where the caller is signed in."""
    with reading() as session:
        rows = lists.open_sessions(session, _myself(session), _settings())
        return {"items": lists.tell_sessions(rows, _settings(), caller().locale, caller().session_id)}


@own.delete("/sessions/<uuid:session_id>")
@own.response(204)
@allow(client=True, staff_any=True)
def end_session(session_id: UUID) -> None:
    """End one of one's own sessions; 404 for one that is not open or somebody else's."""
    with unit_of_work() as session:
        actions.end_own(session, _me(), session_id)


@own.post("/sessions/end-all")
@own.response(204)
@allow(client=True, staff_any=True)
def end_everywhere() -> None:
    """Sign out everywhere, here too, and have the second factor asked for on every device again."""
    with unit_of_work() as session:
        actions.end_all(session, _me(), "signed_out_everywhere")
        actions.distrust_devices(session, _me())


@own.get("/devices")
@own.response(200, DeviceList)
@allow(client=True, staff_any=True)
def list_devices() -> dict[str, Any]:
    """List the devices that the caller signed in from, and which of them are remembered."""
    with reading() as session:
        here = session.get(UserSession, UUID(caller().session_id)) if caller().session_id else None
        current = here.device_id if here else None
        return {"items": lists.tell_devices(lists.devices(session, _me()), _settings(), caller().locale, current)}


@own.delete("/devices/<uuid:device_id>")
@own.response(204)
@allow(client=True, staff_any=True)
def forget_device(device_id: UUID) -> None:
    """Forget a device: it counts as new at its next sign-in. Sessions on it go on."""
    with unit_of_work() as session:
        actions.forget_device(session, _me(), device_id)


@own.get("/sign-ins")
@own.arguments(HistoryQuery, location="query")
@own.response(200, HistoryPage)
@allow(client=True, staff_any=True)
def list_sign_ins(values: dict[str, Any]) -> dict[str, Any]:
    """List the caller's sign-ins and the refused attempts of 90 days, the latest first."""
    with reading() as session:
        return lists.tell_history(session, _myself(session), _settings(), caller().locale, **values)


@of_users.get("/<uuid:user_id>/sessions")
@of_users.response(200, SessionList)
@allow(staff="clients.read")
def list_user_sessions(user_id: UUID) -> dict[str, Any]:
    """List where a person is signed in."""
    with reading() as session:
        user = lists.person(session, caller(), user_id)
        rows = lists.open_sessions(session, user, _settings())
        return {"items": lists.tell_sessions(rows, _settings(), caller().locale)}


@of_users.get("/<uuid:user_id>/sign-ins")
@of_users.arguments(HistoryQuery, location="query")
@of_users.response(200, HistoryPage)
@allow(staff="clients.read")
def list_user_sign_ins(values: dict[str, Any], user_id: UUID) -> dict[str, Any]:
    """List a person's sign-ins and the refused attempts of 90 days, the latest first."""
    with reading() as session:
        user = lists.person(session, caller(), user_id)
        return lists.tell_history(session, user, _settings(), caller().locale, **values)


@of_users.post("/<uuid:user_id>/sessions/end")
@of_users.response(204)
@allow(staff="clients.write", proof=True)
def end_user_sessions(user_id: UUID) -> None:
    """End every session of a person, who can sign in again."""
    with unit_of_work() as session:
        user = users.get_manageable(session, caller(), user_id)
        actions.end_all(session, user.id, "ended_by_staff")
        actions.distrust_devices(session, user.id)
