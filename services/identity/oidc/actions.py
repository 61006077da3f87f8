"""What signs a person of the staff in by the firm's identity provider: sent there, came back, known (B7).

Nobody is added: the provider says who somebody is, and staff management says who may come in. Calls to the provider
are made between transactions, never within one.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.chassis import clock, observability
from services.chassis.database import insert_into, new_id
from services.chassis.problems import Problem, forbidden, not_found, unavailable
from services.chassis.runtime import Runtime
from services.chassis.secrets import hash_token, new_token
from services.identity.factors import challenges
from services.identity.factors.challenges import Challenged
from services.identity.oidc.models import OidcFlow, OidcSubject
from services.identity.oidc.provider import Person, Provider, Refused, Unavailable, provider_of
from services.identity.sessions import actions as sessions
from services.identity.sessions import history
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings, settings_of
from services.identity.sign_in import throttle
from services.identity.users import queries as users
from services.identity.users.addresses import email_hash
from services.identity.users.models import ACTIVE, STAFF, User

log = observability.logger(__name__)

FLOW_LIFE = timedelta(minutes=10)
CALLBACK = "/admin/sign-in/oidc/callback"
METHOD = "oidc"


@dataclass(frozen=True)
class Begun:
    """A sign-in under way: what the browser keeps, and where it goes."""

    flow: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What the browser brought back from the provider; `issuer` is that of RFC 9207, where it was sent."""

    code: str
    state: str
    issuer: str | None = None


def begin(runtime: Runtime, client: Client) -> Begun:
    """Remember a sign-in and return where to send the browser.

    Raises a `Problem`: 404 where no provider is set up, 429 after too many, 503 while it does not answer.
    """
    provider, settings = _provider(runtime), settings_of(runtime)
    flow, state, nonce, verifier = new_token(), new_token(), new_token(), secrets.token_urlsafe(48)
    redirect_uri = f"{settings.public_url}{CALLBACK}"
    with runtime.database.unit_of_work() as session:
        rate = throttle.Rate(settings.guesses_per_network)
        wait = throttle.take(session, throttle.subject(METHOD, client.network), rate)
    if wait:
        raise throttle.too_many(wait)
    try:
        url = provider.authorization_url(redirect_uri, state=state, nonce=nonce, verifier=verifier)
    except Unavailable as error:
        raise _unavailable(error) from error
    now = clock.now()
    row = OidcFlow(
        id=new_id(),
        token_hash=hash_token(flow),
        state_hash=hash_token(state),
        nonce_hash=hash_token(nonce),
        verifier_sealed=runtime.sealer.seal("identity", verifier),
        redirect_uri=redirect_uri,
        created_at=now,
        expires_at=now + FLOW_LIFE,
    )
    with runtime.database.unit_of_work() as session:
        session.add(row)
    return Begun(flow, url)


def finish(runtime: Runtime, flow: str, answer: Answer, client: Client) -> SignedIn | Challenged | Problem:
    """Open a session for the person for whom the provider vouches, ask for their second factor, or say why not.

    Raises a `Problem`: 401 for a flow that is over, of another browser, or answered with what does not hold (the log
    says what), 503 where the provider does not answer. A refusal that has counted something is returned.
    """
    provider, settings = _provider(runtime), settings_of(runtime)
    taken = _take_flow(runtime, flow)
    if taken is None or not _same(taken.state_hash, answer.state):
        raise _flow_over()
    try:
        provider.check_answerer(answer.issuer)
        person = provider.person(
            answer.code,
            taken.redirect_uri,
            verifier=runtime.sealer.open(taken.verifier_sealed),
            nonce_matches=lambda nonce: _same(taken.nonce_hash, nonce),
        )
    except Refused as error:
        log.warning("oidc_refused", reason=str(error)[:300])
        raise _refused() from error
    except Unavailable as error:
        raise _unavailable(error) from error
    with runtime.database.unit_of_work() as session:
        return _admit(session, settings, person, client)


def _provider(runtime: Runtime) -> Provider:
    provider = provider_of(runtime)
    if provider is None:
        raise not_found("This way to sign in")
    return provider


def _take_flow(runtime: Runtime, token: str) -> OidcFlow | None:
    """Return the flow of that token and use it up: a second answer to it finds nothing."""
    with runtime.database.unit_of_work() as session:
        gone = delete(OidcFlow).where(OidcFlow.token_hash == hash_token(token)).returning(OidcFlow)
        found: OidcFlow | None = session.scalar(gone)
        if found is not None:
            session.expunge(found)
    return found if found is not None and found.expires_at > clock.now() else None


def _same(hashed: str, token: str) -> bool:
    return hmac.compare_digest(hashed, hash_token(token))


def _admit(
    session: Session, settings: IdentitySettings, person: Person, client: Client
) -> SignedIn | Challenged | Problem:
    if not person.is_verified:
        return forbidden("Your identity provider has not verified your e-mail address.", code="oidc_unverified")
    hashed = email_hash(person.email.strip().lower())
    user = users.find(session, STAFF, hashed)
    if user is None or not _is_bound(session, settings.oidc_issuer, person, user):
        history.refused(session, STAFF, hashed, METHOD, client, "oidc_unknown")
        return forbidden("Nobody of the staff is known by this account.", code="oidc_unknown")
    if settings.oidc_second_factor == "provider" or "mfa" in person.methods:
        return sessions.sign_in(session, settings, user, METHOD, client, also=["mfa"])
    return challenges.admit(session, settings, user, METHOD, client)


def _is_bound(session: Session, issuer: str, person: Person, user: User) -> bool:
    """Return whether the provider's subject is this user's, and make it so where neither has one yet.

    An address can be given to somebody else at the provider; a subject never is (Core, section 5.7).
    """
    if user.status == ACTIVE:
        values = {"user_id": user.id, "issuer": issuer, "subject": person.subject, "bound_at": clock.now()}
        session.execute(insert_into(session, OidcSubject).values(**values).on_conflict_do_nothing())
    bound = session.get(OidcSubject, user.id)
    if bound is None:
        return user.status != ACTIVE  # else the subject is somebody else's; who is not active is told so at sign-in
    return (bound.issuer, bound.subject) == (issuer, person.subject)


def _flow_over() -> Problem:
    return Problem(401, "oidc_flow_over", "Please sign in again", "It took too long, or began in another browser.")


def _refused() -> Problem:
    return Problem(401, "oidc_refused", "The identity provider's answer was not accepted", "Please sign in again.")


def _unavailable(error: Unavailable) -> Problem:
    log.warning("oidc_unavailable", reason=str(error)[:300])
    problem = unavailable("The identity provider does not answer. Sign in in another way, or try again shortly.")
    problem.code = "oidc_unavailable"
    return problem
