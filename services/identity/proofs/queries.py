"""By what a person can prove anew who they are."""

from sqlalchemy.orm import Session

from services.identity.factors.queries import second_factors
from services.identity.passwords.queries import has_password
from services.identity.users.models import CLIENT, User


def methods(session: Session, user: User) -> list[str]:
    """Return the ways of a user: their second factors, or else the one factor that they have.

    Who has a second factor proves that one: the password alone, known to a thief, shall not do.
    """
    factors = second_factors(session, user.id)
    if factors:
        return factors
    return [*(["password"] if has_password(session, user) else []), *(["code"] if user.kind == CLIENT else [])]
