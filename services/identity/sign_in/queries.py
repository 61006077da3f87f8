"""Reads of sign-ins under way."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.secrets import hash_token
from services.identity.sign_in.models import MAX_TRIES, SignInFlow


def find_flow(session: Session, token: str) -> SignInFlow | None:
    """Return the flow of that token, if it opens a session."""
    of_token = select(SignInFlow).where(SignInFlow.token_hash == hash_token(token), SignInFlow.session_id.is_(None))
    return session.scalar(of_token.where(SignInFlow.mobile.is_(None)))


def flow_of_session(session: Session, session_id: UUID) -> SignInFlow | None:
    """Return the flow by which the person of a session last asked to prove who they are."""
    of_session = select(SignInFlow).where(SignInFlow.session_id == session_id)
    return session.scalar(of_session.order_by(SignInFlow.id.desc()).limit(1))


def awaited_flow(session: Session, user_id: UUID) -> SignInFlow | None:
    """Return, locked, the flow that a person began last, if its code can still be given; else None."""
    of_user = select(SignInFlow).where(SignInFlow.user_id == user_id, SignInFlow.expires_at > clock.now())
    newest = of_user.where(SignInFlow.mobile.is_(None)).order_by(SignInFlow.id.desc()).limit(1).with_for_update()
    flow = session.scalar(newest.execution_options(populate_existing=True))
    return flow if flow and flow.consumed_at is None and flow.tries < MAX_TRIES else None
