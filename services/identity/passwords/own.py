"""Changing one's own password in three steps, so that no transaction is held open while argon2id works."""

from uuid import UUID

from services.chassis.auth import not_signed_in
from services.chassis.database import Database
from services.identity.factors import queries as factors
from services.identity.passwords import actions, hashing, policy
from services.identity.passwords.queries import stored_hash
from services.identity.sign_in import throttle
from services.identity.users import actions as users
from services.identity.users.models import User


def change_own_password(database: Database, user_id: UUID, session_id: UUID, current: str | None, new: str) -> None:
    """Set the password `new` for a person who knows the present one, or has none.

    Raises a 422 `Problem` for a wrong present password or a new one that is not taken, 429 after too many.
    A wrong one counts as at sign-in: whoever found an open session shall not guess here instead.
    """
    with database.unit_of_work() as session:
        user = session.get(User, user_id)
        if user is None:
            raise not_signed_in()
        key = throttle.passwords(user.kind, user.email_hash)
        wait = throttle.attempt(session, key, throttle.OWN_PASSWORD)
        stored = stored_hash(session, user)
        min_length = factors.min_password_length(session, user_id)
    if wait:
        raise throttle.too_many(wait)
    if stored is not None and not hashing.verify(stored, current or ""):
        raise actions.wrong_current()
    policy.check(new, user.email, user.name, field="new", min_length=min_length)
    password_hash, is_short = hashing.hash_password(new), policy.is_short(new)
    with database.unit_of_work() as session:
        user = users.get_locked(session, user_id)
        actions.change_password(session, user, password_hash, session_id, is_short=is_short)
