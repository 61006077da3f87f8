"""What proves anew who the person of a session is. A refusal that has counted is returned, as in `sign_in`."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.auth import not_signed_in
from services.chassis.database import Database, new_id
from services.chassis.problems import Problem, conflict, invalid
from services.chassis.secrets import Sealer, hash_token, new_token
from services.identity.factors import actions as factors
from services.identity.passwords import actions as passwords
from services.identity.passwords import hashing
from services.identity.passwords.queries import stored_hash
from services.identity.proofs import queries
from services.identity.sessions import actions as sessions
from services.identity.sign_in import actions as sign_ins
from services.identity.sign_in import throttle
from services.identity.sign_in.models import SignInFlow
from services.identity.sign_in.queries import flow_of_session
from services.identity.users.models import User


@dataclass(frozen=True)
class Sent:
    """A code on its way: for how many seconds it counts, when another may be asked for, and where it went."""

    expires_in: int
    resend_after: int
    channel: str


def prove_by_password(database: Database, user_id: UUID, session_id: UUID, password: str) -> None:
    """Renew the proof of a session for a person who knows the password; no transaction is open while argon2id works.

    Raises a `Problem`: 422 for a wrong one, 429 after too many. A wrong one counts as at sign-in.
    """
    with database.unit_of_work() as session:
        user = _who(session, user_id)
        _refuse_other(session, user, "password")
        wait = throttle.attempt(session, throttle.passwords(user.kind, user.email_hash), throttle.OWN_PASSWORD)
        stored = stored_hash(session, user)
    if wait:
        raise throttle.too_many(wait)
    if not hashing.verify(stored, password):
        raise invalid({"password": ["The password is wrong."]})
    with database.unit_of_work() as session:
        passwords.forgive(session, session.get_one(User, user_id))
        sessions.renew(session, session_id, sessions.AMR["password"])


def prove_by_code(
    session: Session, sealer: Sealer, user_id: UUID, session_id: UUID, method: str, code: str
) -> Problem | None:
    """Renew the proof of a session for a right code: of the app, for recovery, or sent. Else return why not."""
    user = _who(session, user_id)
    _refuse_other(session, user, method)
    if method == "code":
        digits = "".join(code.split())
        refused = sign_ins.check_code(session, sealer, flow_of_session(session, session_id), digits)
        if refused:
            return refused if refused.status == 429 else wrong_code()
        passwords.forgive(session, user)
    else:
        right = factors.check(session, sealer, user, method, code)
        if isinstance(right, Problem):
            return right
        if not right:
            return wrong_code()
    sessions.renew(session, session_id, sessions.AMR[method])
    return None


def send_code(session: Session, sealer: Sealer, user_id: UUID, session_id: UUID, prefer: str) -> Sent | Problem:
    """Send a code that counts in this session alone; a code sent before for it counts no more."""
    user = _who(session, user_id)
    _refuse_other(session, user, "code")
    wait = throttle.take(session, throttle.subject("proof", str(user.id)), throttle.CODES_A_PROOF)
    if wait:
        return throttle.too_many(wait)
    now = clock.now()
    flow = SignInFlow(
        id=new_id(),
        token_hash=hash_token(new_token()),  # nobody has the token: the session stands for it
        kind=user.kind,
        email_hash=user.email_hash,
        session_id=session_id,
        tries=0,
        created_at=now,
        expires_at=now + sign_ins.CODE_LIFE,
    )
    session.add(flow)
    session.flush()
    sign_ins.issue_code(session, flow, sealer, prefer)
    seconds = int(sign_ins.CODE_LIFE.total_seconds())
    spacing = int(throttle.CODES_A_PROOF.spacing.total_seconds())
    return Sent(seconds, spacing, sign_ins.channel_for(user, prefer))


def _who(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise not_signed_in()
    return user


def _refuse_other(session: Session, user: User, method: str) -> None:
    if method not in queries.methods(session, user):
        raise conflict("other_proof", "Prove who you are in another way.")


def wrong_code() -> Problem:
    """Return the answer for a code that is wrong, used or too old."""
    return invalid({"code": ["The code is wrong or works no more."]})
