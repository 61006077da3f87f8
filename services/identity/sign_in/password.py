"""Sign-in by password in three steps, so that no transaction is held open while argon2id works (26 ms)."""

from services.chassis.database import Database
from services.chassis.problems import Problem
from services.identity.factors.challenges import Challenged
from services.identity.passwords import hashing
from services.identity.passwords.queries import stored_hash
from services.identity.sessions import history
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.sign_in import actions, throttle
from services.identity.sign_in.ways import refusal
from services.identity.users import queries as users


def sign_in_with_password(
    database: Database, settings: IdentitySettings, kind: str, email_hash: str, password: str, client: Client
) -> SignedIn | Challenged:
    """Return a session for the person with that address and password, or the challenge to prove a second factor.

    Raises a 401 `Problem` for an unknown address and a wrong password alike, with the same work for both; 429
    after too many; 403 where passwords are switched off, and with the reason for a person who proved who they are
    and may not come in.
    """
    with database.reading() as session:
        off = refusal(session, kind, "password")
    if off:
        raise off
    with database.unit_of_work() as session:
        wait = actions.reserve_password_try(session, settings, kind, email_hash, client)
    if wait:
        raise throttle.too_many(wait)
    with database.reading() as session:
        user = users.find(session, kind, email_hash)
        stored = stored_hash(session, user)
    if not hashing.verify(stored, password) or user is None or stored is None:
        with database.unit_of_work() as session:
            history.refused(session, kind, email_hash, "password", client, "wrong_credentials")
        raise actions.wrong_credentials()
    with database.unit_of_work() as session:
        outcome = actions.finish_password(session, settings, user.id, stored, password, client)
    if isinstance(outcome, Problem):
        raise outcome
    return outcome
