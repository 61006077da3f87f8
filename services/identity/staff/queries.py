"""Reads of the firm's own people, for those who manage them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.chassis.problems import not_found
from services.identity.factors.models import Authenticator
from services.identity.invitations.models import Invitation
from services.identity.invitations.queries import status as invitation_status
from services.identity.oidc.models import OidcSubject
from services.identity.passkeys.models import Passkey
from services.identity.sessions.models import UserSession
from services.identity.users.models import STAFF, User

SHOWN = (
    *("id", "email", "name", "locale", "timezone", "status", "role", "assigned_only"),
    *("changed_by", "changed_at", "created_at", "version"),
)


def staff(
    session: Session, *, q: str, status: str | None, role: str | None, cursor: UUID | None, limit: int
) -> dict[str, Any]:
    """Return a page of the firm's people in the order of their making, and how many there are in all."""
    found = select(User).where(User.kind == STAFF)
    for word in q.split():
        contains = (column.icontains(word, autoescape=True) for column in (User.name, User.email))
        found = found.where(or_(*contains))
    found = found.where(User.status == status) if status else found
    found = found.where(User.role == role) if role else found
    total = session.scalar(select(func.count()).select_from(found.subquery()))
    after = found.where(User.id > cursor) if cursor else found
    rows = session.scalars(after.order_by(User.id).limit(limit + 1)).all()
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return {"items": _described(session, rows[:limit]), "next": following, "total": total}


def member(session: Session, user_id: UUID) -> dict[str, Any]:
    """Return one of the firm's people; raise a 404 `Problem` for anybody else."""
    user = session.get(User, user_id)
    if user is None or user.kind != STAFF:
        raise not_found("The user")
    return _described(session, [user])[0]


def _described(session: Session, people: Iterable[User]) -> list[dict[str, Any]]:
    people = list(people)
    ids = [user.id for user in people]
    seen = _last_signed_in(session, ids)
    invited = _invitations(session, ids)
    with_factor = _with_second_factor(session, ids)
    at_provider = set(session.scalars(select(OidcSubject.user_id).where(OidcSubject.user_id.in_(ids))))
    return [
        {name: getattr(user, name) for name in SHOWN}
        | {
            "signed_in_at": seen.get(user.id),
            "invitation": invited.get(user.id),
            "second_factor": user.id in with_factor,
            "at_provider": user.id in at_provider,
        }
        for user in people
    ]


def _with_second_factor(session: Session, ids: list[UUID]) -> set[UUID]:
    apps = select(Authenticator.user_id).where(Authenticator.user_id.in_(ids), Authenticator.confirmed_at.is_not(None))
    return set(session.scalars(apps.union(select(Passkey.user_id).where(Passkey.user_id.in_(ids)))))


def _last_signed_in(session: Session, ids: list[UUID]) -> dict[UUID, Any]:
    latest = select(UserSession.user_id, func.max(UserSession.created_at)).where(UserSession.user_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(latest.group_by(UserSession.user_id))}


def _invitations(session: Session, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return how the latest invitation of each stands."""
    sent = select(Invitation).where(Invitation.user_id.in_(ids)).order_by(Invitation.created_at)
    return {
        row.user_id: {"status": invitation_status(row), "sent_at": row.created_at, "expires_at": row.expires_at}
        for row in session.scalars(sent)
    }
