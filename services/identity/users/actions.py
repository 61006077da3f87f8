"""What changes users: staff, the directory of the portal, and people themselves."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.problems import conflict, forbidden, not_found
from services.identity.passwords.queries import has_password
from services.identity.sessions import actions as sessions
from services.identity.users import addresses, queries
from services.identity.users.models import ACTIVE, INVITED, STAFF, SUSPENDED, TRANSITIONS, User

SAVED = "identity.user.saved.v1"


def new_user(session: Session, *, kind: str, email: str, **values: Any) -> User:
    """Add a user who has yet to accept an invitation. `save` is for the caller, once all is set."""
    user = User(
        kind=kind,
        email=email,
        email_hash=addresses.email_hash(email),
        status=INVITED,
        mobile=values.pop("mobile", None),
        role=values.pop("role", None),
        **values,
    )
    session.add(user)
    session.flush()
    return user


def save(session: Session, user: User, by: Mapping[str, Any] | None = None) -> None:
    """Count a change of `user` (also of what hangs on it) and tell everyone its new state, and who changed it."""
    user.updated_at = clock.now()
    flag_modified(user, "updated_at")
    session.flush()
    data = queries.public_state(session, user) | ({"saved_by": dict(by)} if by else {})
    outbox.record(session, SAVED, subject=user.id, version=user.version, data=data)


def get_locked(session: Session, user_id: UUID) -> User:
    """Return a user that nobody else changes until the end of the transaction; 404 for an unknown one."""
    user: User | None = session.scalar(
        select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True)
    )
    if user is None:
        raise not_found("The user")
    return user


def move(user: User, status: str) -> None:
    """Change the status; raise a 409 `Problem` where `TRANSITIONS` does not allow it."""
    if status == user.status:
        return
    if status not in TRANSITIONS[user.status]:
        raise conflict("illegal_transition", f"A user who is {user.status} cannot become {status}.")
    user.status = status


def change_profile(session: Session, user_id: UUID, values: dict[str, Any]) -> User:
    """Set a person's own language and time zone."""
    user = get_locked(session, user_id)
    for name in ("locale", "timezone"):
        if name in values:
            setattr(user, name, values[name])
    save(session, user)
    return user


def get_client(session: Session, caller: Caller, user_id: UUID) -> User:
    """Return the locked client user that `caller` may manage; 404 for staff, which `/v1/staff` manages."""
    user = get_manageable(session, caller, user_id)
    if user.kind == STAFF:
        raise not_found("The user")
    return user


def get_manageable(session: Session, caller: Caller, user_id: UUID) -> User:
    """Return the locked user that `caller` wants to manage.

    Raises a `Problem`: 404 for one that the caller may not see, 403 for staff without `staff.manage`.
    """
    user = get_locked(session, user_id)
    if not session.scalar(select(queries.visible_to(caller)).where(User.id == user_id)):
        raise not_found("The user")
    if user.kind == STAFF and not caller.can("staff.manage"):
        raise forbidden("Only those who manage staff may do this.")
    return user


def suspend(session: Session, caller: Caller, user_id: UUID) -> User:
    """Shut a client user out until `reinstate`; open sessions end."""
    user = get_client(session, caller, user_id)
    shut_out(session, user)
    save(session, user)
    return user


def shut_out(session: Session, user: User) -> None:
    """Make a user suspended and end every session. `save` is for the caller."""
    move(user, SUSPENDED)
    sessions.end_all(session, user.id, "suspended")


def reinstate(session: Session, caller: Caller, user_id: UUID) -> User:
    """Let a suspended client user in again."""
    user = get_client(session, caller, user_id)
    let_in(session, user)
    save(session, user)
    return user


def let_in(session: Session, user: User) -> None:
    """Make a suspended user active where a password was set before, else still invited. `save` is for the caller.

    Raises a 409 `Problem` for a user who is not suspended.
    """
    if user.status != SUSPENDED:
        raise conflict("illegal_transition", f"A user who is {user.status} is not suspended.")
    move(user, ACTIVE if has_password(session, user) else INVITED)
