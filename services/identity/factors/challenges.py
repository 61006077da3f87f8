"""What follows a right first factor: a session, or a challenge to prove a second one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.problems import Problem
from services.chassis.secrets import Sealer, hash_token, new_token
from services.identity.factors import actions, queries
from services.identity.factors.models import MAX_TRIES, Challenge
from services.identity.sessions import actions as sessions
from services.identity.sessions import history
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.sign_in import throttle
from services.identity.users.models import User

CHALLENGE_LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Challenged:
    """A second factor is owed: what the browser keeps, and by what it can be given within so many seconds."""

    challenge: str
    kind: str
    factors: Sequence[str]
    expires_in: int


def admit(
    session: Session, settings: IdentitySettings, user: User, method: str, client: Client
) -> SignedIn | Challenged | Problem:
    """Go on after a right first factor, `method`: a session for one who owes no more, else a challenge.

    A device that the person had remembered stands for the second factor. Whether the person may come in at all
    is told only once all is proved.
    """
    factors = queries.second_factors(session, user.id)
    if not factors:
        return sessions.sign_in(session, settings, user, method, client)
    if sessions.is_trusted_device(session, client, user.id):
        return sessions.sign_in(session, settings, user, method, client, also=["trusted"])
    now, token = clock.now(), new_token()
    challenge = Challenge(
        token_hash=hash_token(token),
        user_id=user.id,
        method=method,
        tries=0,
        created_at=now,
        expires_at=now + CHALLENGE_LIFE,
    )
    session.add(challenge)
    return Challenged(token, user.kind, factors, int(CHALLENGE_LIFE.total_seconds()))


def give(
    session: Session,
    settings: IdentitySettings,
    sealer: Sealer,
    token: str,
    method: str,
    code: str,
    client: Client,
    *,
    remember: bool,
) -> SignedIn | Problem:
    """Open a session for the person who gives the second factor that a challenge asks for, or return why not."""
    wait = throttle.take_guess(session, settings.guesses_per_network, client.network)
    if wait:
        return throttle.too_many(wait)
    challenge = session.scalar(select(Challenge).where(Challenge.token_hash == hash_token(token)))
    tries = _count_try(session, challenge.id) if challenge else None
    if challenge is None or tries is None:
        return challenge_over()
    user = session.get_one(User, challenge.user_id)
    right = actions.check(session, sealer, user, method, code)
    if isinstance(right, Problem):
        return right
    if not right:
        history.refused(session, user.kind, user.email_hash, method, client, "wrong_factor")
        return wrong_factor(MAX_TRIES - tries) if tries < MAX_TRIES else challenge_over()
    consume(session, challenge.id)
    also = [*sessions.AMR[method], "mfa"]
    return sessions.sign_in(session, settings, user, challenge.method, client, also=also, trust=remember)


def _count_try(session: Session, challenge_id: UUID) -> int | None:
    """Count a try in one statement and return how many there were, or None where no more are left (threat 4)."""
    return session.scalar(
        update(Challenge)
        .where(Challenge.id == challenge_id, Challenge.tries < MAX_TRIES, Challenge.consumed_at.is_(None))
        .where(Challenge.expires_at > clock.now())
        .values(tries=Challenge.tries + 1)
        .returning(Challenge.tries)
        .execution_options(synchronize_session=False)
    )


def find_open(session: Session, token: str) -> Challenge | None:
    """Return the challenge of that token, while it can be answered."""
    return session.scalar(
        select(Challenge)
        .where(Challenge.token_hash == hash_token(token), Challenge.consumed_at.is_(None))
        .where(Challenge.expires_at > clock.now(), Challenge.tries < MAX_TRIES)
    )


def consume(session: Session, challenge_id: UUID) -> bool:
    """Use a challenge up; return whether it could still be answered."""
    consumed = session.scalar(
        update(Challenge)
        .where(Challenge.id == challenge_id, Challenge.consumed_at.is_(None), Challenge.expires_at > clock.now())
        .values(consumed_at=clock.now())
        .returning(Challenge.id)
        .execution_options(synchronize_session=False)
    )
    return consumed is not None


def wrong_factor(tries_left: int) -> Problem:
    """Return the answer for a wrong code of the app, and a wrong or used recovery code."""
    return Problem(401, "wrong_factor", "The code is wrong", tries_left=tries_left)


def challenge_over() -> Problem:
    """Return the answer for a challenge that is unknown, answered, too old or was guessed at too often."""
    return Problem(401, "challenge_over", "Please sign in again", "It took too long, or there were too many tries.")
