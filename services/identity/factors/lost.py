"""A client who lost every second factor: the person asks the firm, and the firm takes the factors away.

Who asks has given a right first factor and holds its challenge, so that nobody learns here who is a client.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.problems import Problem
from services.identity.factors import actions, challenges
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.sign_in import throttle
from services.identity.users import actions as users
from services.identity.users import queries
from services.identity.users.models import CLIENT, User

LOST = "identity.second_factor.lost.v1"
ASKED_IN_A_DAY = throttle.Rate(2, timedelta(hours=24), spacing=timedelta(hours=1))


def ask_firm(session: Session, settings: IdentitySettings, token: str, client: Client) -> Problem | None:
    """Have staff told that the person of a challenge can use none of the factors; return why not, if not.

    Staff is told at most twice a day of one person; the answer is the same where it was told already.
    """
    wait = throttle.take_guess(session, settings.guesses_per_network, client.network)
    if wait:
        return throttle.too_many(wait)
    challenge = challenges.find_open(session, token)
    if challenge is None:
        return challenges.challenge_over()
    user = session.get_one(User, challenge.user_id)
    if user.kind != CLIENT or throttle.take(session, throttle.subject("lost", str(user.id)), ASKED_IN_A_DAY):
        return None
    data = {
        "user_id": user.id,
        "name": user.name,
        "email": user.email,
        "accounts": queries.accounts(session, user.id),
        "at": clock.now(),
    }
    outbox.record(session, LOST, subject=user.id, version=user.version, data=data)
    return None


def reset_of_client(session: Session, caller: Caller, user_id: UUID) -> User:
    """Take away the second factors of a client who lost them; every session ends, the person is told by mail.

    Raises 404 for a person whom the caller may not see, and for staff, whom `/v1/staff` manages.
    """
    user = users.get_client(session, caller, user_id)
    actions.reset_second_factor(session, user, by=caller.person)
    users.save(session, user, caller.person)
    return user
