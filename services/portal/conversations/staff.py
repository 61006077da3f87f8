"""The staff as conversations know them: who can be mentioned and assigned."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.portal.copies.models import IdentityUser
from services.portal.directory.names import fold
from services.portal.paging import Rows

MOST = 500


def everybody(session: Session) -> list[dict[str, Any]]:
    """Return the active staff by name: id and name."""
    rows = session.execute(_active().order_by(IdentityUser.name).limit(MOST))
    return [{"id": row.id, "name": row.name} for row in rows]


def one(session: Session, user_id: UUID) -> dict[str, Any]:
    """Return somebody of the active staff; raise 422 for anybody else."""
    found = session.execute(_active().where(IdentityUser.id == user_id)).first()
    if found is None:
        raise problems.invalid({"user_id": ["Choose somebody of the staff."]})
    return {"id": found.id, "name": found.name}


def mentioned(session: Session, text: str, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return whom a message calls: by id, or by `@` and the whole name in the text; raise 422 for an unknown id."""
    if not ids and "@" not in text:
        return []
    staff = everybody(session)
    known = {person["id"] for person in staff}
    if strangers := [id for id in ids if id not in known]:
        raise problems.invalid({"mention_ids": [f"{id} is nobody of the staff." for id in strangers]})
    named = set(_named(fold(text), staff))
    return [person for person in staff if person["id"] in ids or person["id"] in named]


def _named(text: str, staff: Iterable[dict[str, Any]]) -> Iterable[UUID]:
    # The longest names first, and each found is taken out: "@Ana María Ruiz" does not call Ana María too.
    for person in sorted(staff, key=lambda person: -len(person["name"])):
        name = f"@{fold(person['name'])}"
        if len(name) > 1 and name in text:
            text = text.replace(name, " ")
            yield person["id"]


def _active() -> Rows:
    return select(IdentityUser.id, IdentityUser.name).where(
        IdentityUser.kind == "staff", IdentityUser.status == "active"
    )
