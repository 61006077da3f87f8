"""Reads of sign-ins under way."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.secrets import hash_token
from services.identity.sign_in.models import SignInFlow


def find_flow(session: Session, token: str) -> SignInFlow | None:
    """Return the flow of that token."""
    return session.scalar(select(SignInFlow).where(SignInFlow.token_hash == hash_token(token)))
