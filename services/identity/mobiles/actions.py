"""What makes a client's own number count. A refusal that has counted is returned, as in `sign_in`.

A number that the firm wrote counts from the first; one that a client wrote may be anybody's, and counts once a code
sent to it came back from the person's own session (B1, threat 21).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.database import new_id
from services.chassis.problems import Problem, conflict, invalid
from services.chassis.secrets import Sealer, hash_token, new_token
from services.identity.sign_in import actions as sign_ins
from services.identity.sign_in import throttle
from services.identity.sign_in.models import SignInFlow
from services.identity.users import actions as users
from services.identity.users.credentials import tell_changed
from services.identity.users.models import User


@dataclass(frozen=True)
class CodeSent:
    """A code on its way: for how many seconds it counts, and when another may be asked for."""

    expires_in: int
    resend_after: int


def send_code(session: Session, sealer: Sealer, user: User) -> CodeSent | Problem:
    """Send a code to the number on file, or return the 429; a code sent before counts no more.

    Texts are counted for the person and for the number: nobody has a stranger's phone ring by taking turns.
    Raises a 409 `Problem` where there is no number, or one that counts already.
    """
    number = _unconfirmed(user)
    wait = throttle.take(session, throttle.subject("mobile", "number", number), throttle.CODES_A_CHANNEL)
    wait = wait or throttle.take(session, throttle.subject("mobile", str(user.id)), throttle.CODES_A_CHANNEL)
    if wait:
        return throttle.too_many(wait)
    now = clock.now()
    flow = SignInFlow(
        id=new_id(),
        token_hash=hash_token(new_token()),  # nobody has the token: the code opens no session
        kind=user.kind,
        email_hash=_guesses(user),
        user_id=user.id,
        mobile=number,
        tries=0,
        created_at=now,
        expires_at=now + sign_ins.CODE_LIFE,
        handled_at=now,
    )
    session.add(flow)
    sign_ins.reissue_code(session, flow, user, sealer, "sms")
    spacing = throttle.CODES_A_CHANNEL.spacing
    return CodeSent(int(sign_ins.CODE_LIFE.total_seconds()), int(spacing.total_seconds()))


def confirm(session: Session, sealer: Sealer, user: User, code: str) -> Problem | None:
    """Let the number count for a right code, and have the person told; else return why not.

    Raises a 409 `Problem` where there is no number, or one that counts already.
    """
    number = _unconfirmed(user)
    of_number = select(SignInFlow).where(SignInFlow.user_id == user.id, SignInFlow.mobile == number)
    flow = session.scalar(of_number.order_by(SignInFlow.id.desc()).limit(1))
    refused = sign_ins.check_code(session, sealer, flow, code)
    if refused:
        return refused if refused.status == 429 else invalid({"code": ["The code is wrong or works no more."]})
    throttle.clear(session, throttle.code_guesses(user.kind, _guesses(user)))
    user.mobile_verified = True
    users.save(session, user)
    tell_changed(session, user, "mobile")
    return None


def _guesses(user: User) -> str:
    """Return what stands for the address in a flow: wrong codes here do not count as those of signing in."""
    return throttle.subject("mobile code", str(user.id))


def _unconfirmed(user: User) -> str:
    if not user.mobile:
        raise conflict("no_own_mobile", "The firm has no mobile number of yours.")
    if user.mobile_verified:
        raise conflict("mobile_confirmed", "Your mobile number is confirmed already.")
    return user.mobile
