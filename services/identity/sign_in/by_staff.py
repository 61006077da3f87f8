"""A code that did not arrive, sent by the other channel by staff, who never sees it (B10).

It counts where the person waits for one, in the browser that asked for it (threat 19), and nowhere else; it goes to
the address or number on file and nowhere else.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.auth import Caller
from services.chassis.problems import conflict
from services.chassis.secrets import Sealer
from services.identity.delivery import actions as delivery
from services.identity.settings import IdentitySettings
from services.identity.sign_in import actions, queries, throttle
from services.identity.users import actions as users
from services.identity.users.models import ACTIVE, User

REDIRECTED = "identity.code.redirected.v1"


@dataclass(frozen=True)
class Redirected:
    """What came of it: whether a code is on its way, and whether later ones go there too."""

    channel: str
    sent: bool
    lasting: bool


def redirect_code(
    session: Session, settings: IdentitySettings, sealer: Sealer, caller: Caller, user_id: UUID, channel: str
) -> Redirected:
    """Send the code that a client waits for by `channel`; the one before it counts no more.

    Where codes by the other channel are known not to arrive, later ones go by `channel` too, also if nobody waits
    for one now. Raises a `Problem`, and nothing is changed: 404 for a person whom the caller may not see, 409
    `not_active`, `no_mobile`, and `no_code_awaited` where there is nothing to do, 429 after too many.
    """
    flow = queries.awaited_flow(session, user_id)  # locked before the user, as at sign-in
    user = users.get_client(session, caller, user_id)
    _check(user, channel)
    lasting = delivery.redirect_codes(session, user, channel)
    if flow is None and not lasting:
        raise conflict("no_code_awaited", "Nobody waits for a code. Ask the person to sign in first.")
    if flow:
        wait = _may_send(session, settings, caller, user)
        if wait:
            raise throttle.too_many(wait)
        actions.reissue_code(session, flow, user, sealer, channel)
    data = {
        "user_id": user.id,
        "name": user.name,
        "channel": channel,
        "sent": flow is not None,
        "by": caller.person,
        "at": clock.now(),
    }
    outbox.record(session, REDIRECTED, subject=user.id, version=user.version, data=data)
    return Redirected(channel, sent=flow is not None, lasting=lasting)


def _check(user: User, channel: str) -> None:
    if user.status != ACTIVE:
        raise conflict("not_active", f"A user who is {user.status} gets no codes.")
    if channel == "sms" and not (user.mobile and user.mobile_verified):
        raise conflict("no_mobile", "There is no mobile number on file to which it could be sent.")


def _may_send(session: Session, settings: IdentitySettings, caller: Caller, user: User) -> int:
    """Count a code sent by staff; return 0 or the seconds to wait (threat 21).

    A count beside that of the person's own, who has often used it up before asking the firm for help.
    """
    return (
        throttle.take(session, throttle.subject("code", "in all"), throttle.Rate(settings.codes_in_all))
        or throttle.take(
            session, throttle.subject("code by staff", str(caller.id)), throttle.Rate(settings.codes_per_network)
        )
        or throttle.take(session, throttle.subject("code by staff to", str(user.id)), throttle.CODES_BY_STAFF)
    )
