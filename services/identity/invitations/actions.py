"""What invites a person and lets that person in for the first time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.problems import Problem, conflict
from services.chassis.secrets import Sealer, hash_token, new_token
from services.identity.invitations import queries
from services.identity.invitations.models import Invitation
from services.identity.passwords import actions as passwords
from services.identity.sessions import actions as sessions
from services.identity.sessions.actions import SignedIn
from services.identity.sessions.schemas import Client
from services.identity.settings import IdentitySettings
from services.identity.users import access
from services.identity.users import actions as users
from services.identity.users import queries as user_queries
from services.identity.users.models import ACTIVE, INVITED, SUSPENDED, UNDELIVERABLE, AccountAccess, User

INVITED_EVENT = "identity.user.invited.v1"
ACTIVATED = "identity.user.activated.v1"
INVITATION_LIFE = timedelta(days=7)

Person = Mapping[str, Any]


def invite(
    session: Session, sealer: Sealer, public_url: str, user: User, by: Person | None, channel: str = "email"
) -> str:
    """Make an invitation for a user who has not activated yet, revoke the one before, have it sent.

    The new state is told first. Returns the link, which is nowhere to be read again. Raises a 409 `Problem`
    for a user who is active already or suspended, and for an SMS to one whose number the firm did not write.
    """
    if user.status not in (INVITED, UNDELIVERABLE):
        raise conflict("not_invitable", f"A user who is {user.status} needs no invitation.")
    if channel == "sms" and not (user.mobile and user.mobile_verified):
        raise conflict("no_mobile", "There is no mobile number on file to which it could be sent.")
    users.move(user, INVITED)
    user.delivery_failure = None
    users.save(session, user, by)
    revoke(session, user.id)
    token = new_token()
    invitation = Invitation(
        user_id=user.id,
        token_hash=hash_token(token),
        invited_by=dict(by) if by else None,
        created_at=clock.now(),
        expires_at=_expiry(session, user),
    )
    session.add(invitation)
    link = f"{public_url}/invitation/{token}"
    data = user_queries.public_state(session, user) | {
        "link": sealer.seal("notifications", link),
        "expires_at": invitation.expires_at,
        "invited_by": invitation.invited_by,
        "channel": channel,
    }
    event = outbox.record(session, INVITED_EVENT, subject=user.id, version=user.version, data=data)
    invitation.event_id = event.id  # by which a mail that could not be delivered is known again
    return link


def _expiry(session: Session, user: User) -> datetime:
    """A week; where the person may come in later only (support dates), a week from that day."""
    starts = session.scalars(select(AccountAccess.support_start).where(AccountAccess.user_id == user.id)).all()
    now = clock.now()
    if not starts or any(start is None for start in starts):
        return now + INVITATION_LIFE
    first = datetime.combine(min(day for day in starts if day), datetime.min.time(), access.firm_zone(session))
    return max(now, first) + INVITATION_LIFE


def revoke(session: Session, user_id: UUID) -> None:
    """Make the open invitation of a user work no more."""
    session.execute(
        update(Invitation)
        .where(Invitation.user_id == user_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def accept(session: Session, settings: IdentitySettings, token: str, password_hash: str, client: Client) -> SignedIn:
    """Use up an invitation: the password is set, the user becomes active and is signed in.

    Raises a 410 `Problem` for an invitation that is over, 403 (with the reason) for a person who may not come
    in today; then nothing is used up and the link works later.
    """
    user_id = session.scalar(
        update(Invitation)
        .where(Invitation.token_hash == hash_token(token), *queries.usable(clock.now()))
        .values(accepted_at=clock.now())
        .returning(Invitation.user_id)
    )
    if user_id is None:
        raise passwords.link_over()
    user = users.get_locked(session, user_id)
    if user.status == SUSPENDED:
        raise sessions.denied(access.SUSPENDED_NOW)
    if user.status == ACTIVE:
        raise passwords.link_over()
    activate(session, user, password_hash)
    signed_in = sessions.sign_in(session, settings, user, "password", client)
    if isinstance(signed_in, Problem):
        raise signed_in
    return signed_in


def activate(session: Session, user: User, password_hash: str) -> None:
    """Set the first password of a user and tell everyone that the person is here."""
    passwords.set_password(session, user, password_hash)
    users.move(user, ACTIVE)
    user.delivery_failure = None
    users.save(session, user)
    outbox.record(
        session,
        ACTIVATED,
        subject=user.id,
        version=user.version,
        data=user_queries.public_state(session, user),
    )
