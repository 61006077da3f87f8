"""What time makes happen: keys are rotated, and what is over is forgotten after a while.

Nothing depends on these to be safe: every expiry is checked where it counts. Each statement claims its rows by
itself, so that any number of workers may run it.
"""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.identity.factors.models import Challenge
from services.identity.invitations.models import Invitation
from services.identity.oidc.models import OidcFlow
from services.identity.passkeys.models import Ceremony
from services.identity.passwords.models import PasswordReset
from services.identity.sessions import history
from services.identity.sessions.models import Device, UserSession
from services.identity.settings import settings_of
from services.identity.sign_in import throttle
from services.identity.sign_in.models import SignInFlow
from services.identity.tokens import assertions, keys
from services.identity.tokens.models import TokenKey

FLOWS_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=90)
SESSIONS_KEPT = timedelta(days=365)
DEVICES_KEPT = timedelta(days=180)


def prune(runtime: Runtime) -> None:
    """End the sessions whose time is over; forget flows, links, counts and old sessions."""
    with runtime.database.unit_of_work() as session:
        _end_expired_sessions(session)
        now = clock.now()
        session.execute(delete(OidcFlow).where(OidcFlow.expires_at < now))
        session.execute(delete(Challenge).where(Challenge.expires_at < now - FLOWS_KEPT))
        session.execute(delete(Ceremony).where(Ceremony.expires_at < now - FLOWS_KEPT))
        session.execute(delete(SignInFlow).where(SignInFlow.expires_at < now - FLOWS_KEPT))
        session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now - LINKS_KEPT))
        session.execute(delete(Invitation).where(Invitation.expires_at < now - LINKS_KEPT))
        session.execute(delete(UserSession).where(UserSession.expires_at < now - SESSIONS_KEPT))
        session.execute(delete(Device).where(Device.last_seen_at < now - DEVICES_KEPT))
        history.forget_old(session)
        throttle.forget_idle(session)
        assertions.delete_expired(session)


def _end_expired_sessions(session: Session) -> None:
    now = clock.now()
    over = (UserSession.expires_at <= now) | (UserSession.idle_at <= now)
    session.execute(
        update(UserSession)
        .where(UserSession.ended_at.is_(None), over)
        .values(ended_at=now, end_reason="expired")
        .execution_options(synchronize_session=False)
    )


def rotate_signing_key(runtime: Runtime) -> None:
    """Rotate the signing key once it is older than ATRIO_KEY_DAYS; forget keys that are published no more."""
    oldest = clock.now() - timedelta(days=settings_of(runtime).key_days)
    with runtime.database.unit_of_work() as session:
        active = keys.active_key(session, clock.now())
        if active is None or (active.retired_at is None and active.active_at < oldest):
            # Locked, so that of two workers the second sees that the first has done it.
            claimed = select(TokenKey).where(TokenKey.retired_at.is_(None)).with_for_update()
            if all(key.active_at < oldest for key in session.scalars(claimed)):
                keys.rotate_key(session, runtime.sealer)
        keys.delete_retired(session)


TIMERS = (
    Timer("prune", 600, prune),
    Timer("rotate_signing_key", 3600, rotate_signing_key),
)
