"""What adds the firm's own people."""

from sqlalchemy.orm import Session

from services.chassis.problems import conflict
from services.chassis.secrets import Sealer
from services.identity.invitations import actions as invitations
from services.identity.users import actions as users
from services.identity.users import queries
from services.identity.users.addresses import email_hash
from services.identity.users.models import STAFF, User


def add_staff(session: Session, *, email: str, name: str, role: str, locale: str, timezone: str) -> User:
    """Add a person of the firm who has yet to activate; 409 where staff has that address already."""
    if queries.find(session, STAFF, email_hash(email)):
        raise conflict("address_taken", "Staff has this e-mail address already.")
    return users.new_user(session, kind=STAFF, email=email, name=name, role=role, locale=locale, timezone=timezone)


def create_staff(
    session: Session,
    sealer: Sealer,
    public_url: str,
    *,
    email: str,
    name: str,
    role: str,
    locale: str,
    timezone: str,
    password_hash: str | None,
) -> str | None:
    """Add a person of the firm: active where a password is given, else invited; return the link if invited."""
    user = add_staff(session, email=email, name=name, role=role, locale=locale, timezone=timezone)
    if password_hash is None:
        return invitations.invite(session, sealer, public_url, user, None)
    invitations.activate(session, user, password_hash)
    return None
