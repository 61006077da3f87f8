"""What moves a sign-in: a code asked for, made, and given back; a password tried.

A refusal is returned as a `Problem` and raised only after the commit: raising inside the transaction would undo
the very count that slows a guesser down.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.database import new_id
from services.chassis.problems import Problem
from services.chassis.secrets import Sealer, hash_token, new_token
from services.identity.factors import challenges
from services.identity.factors.challenges import Challenged
from services.identity.passwords import actions as passwords
from services.identity.passwords import hashing
from services.identity.passwords.models import PasswordCredential
from services.identity.sessions import actions as sessions
from services.identity.sessions import history
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.sign_in import queries, throttle
from services.identity.sign_in.models import MAX_TRIES, SignInFlow
from services.identity.users import queries as users
from services.identity.users.models import ACTIVE, CLIENT, SUSPENDED, User

REQUESTED = "identity.sign_in.requested.v1"
CODE_ISSUED = "identity.code.issued.v1"
CODE_LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Started:
    """A sign-in under way: what the browser keeps, and for how many seconds the code counts."""

    flow: str
    expires_in: int
    resend_after: int


def start(
    session: Session, settings: IdentitySettings, email_hash: str, prefer: str, client: Client
) -> Started | Problem:
    """Begin a sign-in by code; nothing here depends on whether the address is known (S13).

    Whether there is somebody to send a code to is found out later, in the handler of the event.
    """
    wait = _may_ask(session, settings, "code", email_hash, client, prefer)
    if wait:
        return throttle.too_many(wait)
    now, token = clock.now(), new_token()
    flow = SignInFlow(
        id=new_id(),
        token_hash=hash_token(token),
        kind=CLIENT,
        email_hash=email_hash,
        tries=0,
        created_at=now,
        expires_at=now + CODE_LIFE,
    )
    session.add(flow)
    data = {"flow_id": flow.id, "email_hash": email_hash, "requested_at": now, "prefer": prefer}
    outbox.record(session, REQUESTED, subject=flow.id, version=1, data=data)
    spacing = throttle.CODES_A_CHANNEL.spacing
    return Started(token, int(CODE_LIFE.total_seconds()), int(spacing.total_seconds()))


def _may_ask(
    session: Session, settings: IdentitySettings, what: str, email_hash: str, client: Client, channel: str
) -> int:
    """Count a mail or SMS that somebody unknown wants sent; return 0 or the seconds to wait (threat 21).

    A minute lies between two over the same channel: "send it by e-mail instead" need not wait.
    """
    return (
        throttle.take(session, throttle.subject(what, "in all"), throttle.Rate(settings.codes_in_all))
        or throttle.take(
            session, throttle.subject(what, "network", client.network), throttle.Rate(settings.codes_per_network)
        )
        or throttle.take(session, throttle.subject(what, channel, email_hash), throttle.CODES_A_CHANNEL)
        or throttle.take(session, throttle.subject(what, "address", email_hash), throttle.CODES_AN_ADDRESS)
    )


def forgot_password(
    session: Session, settings: IdentitySettings, kind: str, email_hash: str, client: Client
) -> Problem | None:
    """Note that somebody forgot a password, unless too many did; the same for known and unknown addresses."""
    wait = _may_ask(session, settings, f"reset {kind}", email_hash, client, "email")
    if wait:
        return throttle.too_many(wait)
    passwords.forgot(session, kind, email_hash)
    return None


def issue_code(session: Session, flow: SignInFlow, sealer: Sealer, prefer: str) -> None:
    """Make the code of a flow and have it sent, if the address is that of a person who may prove who they are.

    Those whose access is suspended or out of its dates get one too: they are told why once they have proved
    who they are. Those who have not accepted their invitation get none: it is the only way in (threat 10).
    """
    if flow.handled_at or flow.expires_at <= clock.now():
        return
    user = users.find(session, flow.kind, flow.email_hash)
    code = _new_code(flow, sealer)
    flow.handled_at = clock.now()
    if user is None or user.status not in (ACTIVE, SUSPENDED):
        return
    flow.user_id = user.id
    _have_sent(session, flow, user, sealer, code, channel_for(user, prefer))


def reissue_code(session: Session, flow: SignInFlow, user: User, sealer: Sealer, channel: str) -> None:
    """Make a new code for a flow whose code did not arrive, and have it sent. Tries of the one before it count on."""
    flow.expires_at = clock.now() + CODE_LIFE
    _have_sent(session, flow, user, sealer, _new_code(flow, sealer), channel)


def _new_code(flow: SignInFlow, sealer: Sealer) -> str:
    code = f"{secrets.randbelow(10**6):06}"
    flow.code_sealed = sealer.seal("identity", _digest(flow.id, code))
    return code


def _have_sent(session: Session, flow: SignInFlow, user: User, sealer: Sealer, code: str, channel: str) -> None:
    data = {
        "user_id": user.id,
        "name": user.name,
        "channel": channel,
        "to": user.mobile if channel == "sms" else user.email,
        "code": sealer.seal("notifications", code),
        "expires_at": flow.expires_at,
        "locale": user.locale,
    }
    outbox.record(session, CODE_ISSUED, subject=user.id, version=user.version, data=data)


def channel_for(user: User, prefer: str) -> str:
    """Return where a user's code goes: by SMS only to a number that is known to be the person's (S12).

    And not by SMS where none arrived and staff has them sent by e-mail instead (B10).
    """
    by_mail = user.delivery_failure is not None and user.delivery_failure.get("instead") == "email"
    return "sms" if user.mobile and user.mobile_verified and prefer == "sms" and not by_mail else "email"


def _digest(flow_id: UUID, code: str) -> str:
    return hash_token(f"{flow_id} {code}")


def sign_in_with_code(
    session: Session, settings: IdentitySettings, sealer: Sealer, token: str, code: str, client: Client
) -> SignedIn | Challenged | Problem:
    """Let the person in who has the code of a flow, as far as one factor does, or return why not."""
    wait = throttle.take_guess(session, settings.guesses_per_network, client.network)
    if wait:
        return throttle.too_many(wait)
    flow = queries.find_flow(session, token)
    refused = check_code(session, sealer, flow, code)
    if refused or flow is None:
        if flow and refused and refused.status == 401:
            history.refused(session, flow.kind, flow.email_hash, "code", client, "wrong_code")
        return refused or code_expired()
    user = session.get_one(User, flow.user_id)
    passwords.forgive(session, user)
    return challenges.admit(session, settings, user, "code", client)


def check_code(session: Session, sealer: Sealer, flow: SignInFlow | None, code: str) -> Problem | None:
    """Use the code of a flow up; return why it lets nobody in, or None for the right one."""
    if flow is None:
        return code_expired()
    tries = _count_try(session, flow.id)
    if tries is None:
        return code_expired()  # and nothing counts on the account: a dead flow shall not use up the person's tries
    wait = throttle.attempt(session, throttle.code_guesses(flow.kind, flow.email_hash), throttle.CODE_GUESSES)
    if wait:
        return throttle.too_many(wait)
    if not _is_right(sealer, flow, code):
        return wrong_code(MAX_TRIES - tries) if tries < MAX_TRIES else code_expired()
    session.execute(update(SignInFlow).where(SignInFlow.id == flow.id).values(consumed_at=clock.now()))
    return None


def _count_try(session: Session, flow_id: UUID) -> int | None:
    """Count a try in one statement and return how many there were, or None where no more are left.

    The row stays locked until the commit, so that of many right codes at once only the first is consumed.
    """
    return session.scalar(
        update(SignInFlow)
        .where(SignInFlow.id == flow_id, SignInFlow.tries < MAX_TRIES, SignInFlow.consumed_at.is_(None))
        .where(SignInFlow.expires_at > clock.now())
        .values(tries=SignInFlow.tries + 1)
        .returning(SignInFlow.tries)
        .execution_options(synchronize_session=False)
    )


def _is_right(sealer: Sealer, flow: SignInFlow, code: str) -> bool:
    if flow.code_sealed is None:
        return False  # its event has not been handled yet
    right = hmac.compare_digest(sealer.open(flow.code_sealed), _digest(flow.id, code))
    return right and flow.user_id is not None


def reserve_password_try(
    session: Session, settings: IdentitySettings, kind: str, email_hash: str, client: Client
) -> int:
    """Count a wrong password in advance; return 0, or the seconds to wait.

    A browser that signed in before has a count of its own, so that an attacker who fails elsewhere does not
    keep the person out (threat 22); used up, it counts with all others.
    """
    wait = throttle.take_guess(session, settings.guesses_per_network, client.network) or throttle.attempt(
        session, throttle.passwords_here(kind, email_hash, client.network), throttle.PASSWORDS_HERE
    )
    if wait:
        return wait
    user = users.find(session, kind, email_hash)
    device = sessions.known_device(session, client, user.id) if user else None
    if device:
        key = throttle.subject("password device", str(device.id))
        if not throttle.attempt(session, key, throttle.PASSWORDS_A_DEVICE):
            return 0
    return throttle.attempt(session, throttle.passwords(kind, email_hash), throttle.PASSWORDS)


def finish_password(
    session: Session, settings: IdentitySettings, user_id: UUID, checked: str, password: str, client: Client
) -> SignedIn | Challenged | Problem:
    """Let a person in whose password was right against `checked`, as far as one factor does, or return why not."""
    user = session.get_one(User, user_id)
    credential = session.get(PasswordCredential, user_id)
    if credential is None or credential.hash != checked:
        return wrong_credentials()
    if hashing.is_outdated(checked):
        credential.hash = hashing.hash_password(password)
    passwords.forgive(session, user, client.network)
    device = sessions.known_device(session, client, user.id)
    if device:
        throttle.clear(session, throttle.subject("password device", str(device.id)))
    return challenges.admit(session, settings, user, "password", client)


def wrong_credentials() -> Problem:
    """Return the one answer for an unknown address and a wrong password."""
    return Problem(401, "wrong_credentials", "The e-mail address or the password is wrong")


def wrong_code(tries_left: int) -> Problem:
    """Return the answer for a wrong code; the same for a flow of an unknown address."""
    return Problem(401, "wrong_code", "The code is wrong", tries_left=tries_left)


def code_expired() -> Problem:
    """Return the answer for a code that is used, too old or was guessed at too often."""
    return Problem(401, "code_expired", "The code works no more", "Ask for a new one.")
