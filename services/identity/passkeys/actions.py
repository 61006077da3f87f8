"""What registers, uses and removes passkeys. A refusal is returned as a `Problem`, so that its ceremony stays used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.problems import Problem, conflict
from services.chassis.secrets import Sealer
from services.identity.factors import actions as factors
from services.identity.factors import challenges
from services.identity.factors import queries as factor_queries
from services.identity.factors.models import Challenge
from services.identity.passkeys import ceremonies, queries
from services.identity.passkeys.models import PROOF, REGISTER, SIGN_IN, Passkey
from services.identity.passkeys.party import RelyingParty
from services.identity.sessions import actions as sessions
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.sign_in import throttle
from services.identity.sign_in.ways import refusal
from services.identity.users.models import User

MOST_PASSKEYS = 20
Credential = Mapping[str, Any]


@dataclass(frozen=True)
class Options:
    """What the browser needs for a ceremony: the token that it keeps, and what it gives to the authenticator."""

    flow: str
    options: Mapping[str, Any]
    expires_in: int = int(ceremonies.CEREMONY_LIFE.total_seconds())


def begin_registration(session: Session, party: RelyingParty, user: User, session_id: UUID) -> Options:
    """Begin the registration of a passkey; 409 for a person who has twenty."""
    from services.identity.passkeys.relying_party import creation_options

    held = factor_queries.passkeys(session, user.id)
    if len(held) >= MOST_PASSKEYS:
        raise conflict("too_many_passkeys", f"A person can have {MOST_PASSKEYS} passkeys.")
    begun = ceremonies.begin(session, REGISTER, user_id=user.id, session_id=session_id)
    return Options(begun.token, creation_options(party, user.id, user.email, user.name, held, begun.challenge))


def register(
    session: Session,
    sealer: Sealer,
    party: RelyingParty,
    user: User,
    session_id: UUID,
    *,
    flow: str,
    credential: Credential,
    name: str,
) -> tuple[Passkey, list[str] | None] | Problem:
    """Add the passkey that a registration made; return it, and recovery codes for a person who has none."""
    from services.identity.passkeys.relying_party import registered

    ceremony = ceremonies.take(session, flow, REGISTER, session_id=session_id)
    made = registered(party, credential, ceremony.challenge) if ceremony else None
    if made is None:
        return not_registered()
    if session.scalar(select(exists().where(Passkey.credential_id == made.credential_id))):
        return conflict("passkey_taken", "This passkey is registered already.")
    is_first = not factor_queries.has_second_factor(session, user.id)
    passkey = Passkey(
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=list(made.transports),
        name=name,
        created_at=clock.now(),
    )
    session.add(passkey)
    session.flush()
    return passkey, factors.enrolled(session, sealer, user, session_id, "passkey", is_first=is_first)


def rename(session: Session, user_id: UUID, passkey_id: UUID, name: str) -> Passkey:
    """Give one of the user's passkeys another name."""
    passkey = queries.own(session, user_id, passkey_id)
    passkey.name = name
    return passkey


def remove(session: Session, user: User, passkey_id: UUID) -> None:
    """Remove one of the user's passkeys; 409 where it may not go."""
    passkey = queries.own(session, user.id, passkey_id)
    others = [name for name in factor_queries.second_factors(session, user.id) if name == "totp"]
    is_last = len(factor_queries.passkeys(session, user.id)) == 1 and not others
    factors.refuse_removal_of_last(session, user, is_last=is_last)
    session.delete(passkey)
    factors.removed(session, user, "passkey")


def begin_sign_in(session: Session, party: RelyingParty, kind: str, challenge: str | None) -> Options | Problem:
    """Begin a sign-in by passkey: with any that the browser has for us, or as the second factor of `challenge`."""
    from services.identity.passkeys.relying_party import request_options

    if challenge is None:
        begun = ceremonies.begin(session, SIGN_IN, kind=kind)
        return Options(begun.token, request_options(party, [], begun.challenge))
    found = challenges.find_open(session, challenge)
    if found is None:
        return challenges.challenge_over()
    begun = ceremonies.begin(session, SIGN_IN, kind=kind, first_factor_id=found.id)
    held = factor_queries.passkeys(session, found.user_id)
    return Options(begun.token, request_options(party, held, begun.challenge))


def sign_in(
    session: Session,
    settings: IdentitySettings,
    party: RelyingParty,
    flow: str,
    credential: Credential,
    client: Client,
    *,
    remember: bool,
) -> SignedIn | Problem:
    """Open a session for the person whose passkey was used, or return why not.

    Until the passkey is proved there is one answer for everything, whoever's it is.
    """
    wait = throttle.take_guess(session, settings.guesses_per_network, client.network)
    if wait:
        return throttle.too_many(wait)
    proved = _proved(session, party, flow, credential)
    if proved is None:
        return refused()
    user, method = proved
    off = refusal(session, user.kind, "passkey") if method == "passkey" else None
    if off:
        return off
    also = sessions.AMR["passkey"]
    return sessions.sign_in(session, settings, user, method, client, also=also, trust=remember)


def _proved(session: Session, party: RelyingParty, flow: str, credential: Credential) -> tuple[User, str] | None:
    """Return whose passkey was used in a sign-in, and by which method that began; None where anything is wrong."""
    from services.identity.passkeys.relying_party import user_handle

    ceremony = ceremonies.take(session, flow, SIGN_IN)
    passkey = queries.locked(session, credential.get("id"))
    if ceremony is None or passkey is None or not _count_use(party, passkey, credential, ceremony.challenge):
        return None
    user = session.get_one(User, passkey.user_id)
    if user.kind != ceremony.kind:
        return None
    if ceremony.first_factor_id is None:
        # The handle is required of a discoverable credential (section 7.2, step 6).
        return (user, "passkey") if user_handle(credential) == user.id else None
    first = session.get(Challenge, ceremony.first_factor_id)
    if first is None or first.user_id != user.id or not challenges.consume(session, first.id):
        return None
    return user, first.method


def begin_proof(session: Session, party: RelyingParty, user_id: UUID, session_id: UUID) -> Options:
    """Begin the use of a passkey in a session that is open; 409 for a person who has none."""
    from services.identity.passkeys.relying_party import request_options

    held = factor_queries.passkeys(session, user_id)
    if not held:
        raise conflict("no_passkey", "You have no passkey.")
    begun = ceremonies.begin(session, PROOF, user_id=user_id, session_id=session_id)
    return Options(begun.token, request_options(party, held, begun.challenge))


def is_proof(
    session: Session, party: RelyingParty, user_id: UUID, session_id: UUID, flow: str, credential: Credential
) -> bool:
    """Use a proof's ceremony up; return whether a passkey of the person was used in it."""
    ceremony = ceremonies.take(session, flow, PROOF, session_id=session_id)
    passkey = queries.locked(session, credential.get("id"))
    if ceremony is None or passkey is None or passkey.user_id != user_id:
        return False
    return _count_use(party, passkey, credential, ceremony.challenge)


def _count_use(party: RelyingParty, passkey: Passkey, credential: Credential, challenge: str) -> bool:
    from services.identity.passkeys.relying_party import used

    count = used(party, passkey, credential, challenge)
    if count is None:
        return False
    passkey.sign_count, passkey.last_used_at = count, clock.now()
    return True


def refused() -> Problem:
    """Return the one answer for a passkey that lets nobody in."""
    return Problem(401, "passkey_refused", "The passkey was not accepted", "Try again, or sign in in another way.")


def not_registered() -> Problem:
    """Return the answer for a registration or proof that is not as it must be."""
    return Problem(422, "passkey_refused", "The passkey was not accepted", "Please try again.")
