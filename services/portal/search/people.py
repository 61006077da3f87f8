"""Finding what a client has few of: the people of the account and of the firm, and what the firm announces."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.contracts.client_roles import WORKS
from services.portal.announcements.models import Announcement
from services.portal.announcements.queries import current
from services.portal.copies.models import SignRequest
from services.portal.directory.models import Account, Contact
from services.portal.directory.queries import advisers
from services.portal.field_editor.queries import kept_from_clients
from services.portal.requests.lists import called_to_sign
from services.portal.requests.models import Request
from services.portal.search.entries import Asked, Found, Hit
from services.portal.search.words import excerpt, matches

LATEST = 200
"""How many announcements staff searches, and of how many requests a client knows who at the firm wrote them."""


def colleagues(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find the people of one's own account by what the firm shows of them (S26); who only signs finds oneself."""
    unseen = kept_from_clients(session, "contact")
    shown = [name for name in ("name", "email", "mobile") if name not in unseen]
    statement = select(Contact).where(Contact.account_id == caller.account_id, ~Contact.removed)
    if caller.role == "signer":
        statement = statement.where(Contact.id == caller.contact_id)
    hits: list[Hit] = []
    for person in session.scalars(statement.order_by(Contact.name, Contact.id)):
        if matches(" ".join(getattr(person, name) or "" for name in shown), asked.words):
            hits.append(_person("contact", person.id, person.name, person.email if "email" in shown else ""))
    return hits[: asked.limit], None


def firm_people(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find who at the firm looks after the client, unless that is Hidden, and who asked something of this person."""
    known = dict(_authors(session, caller))
    if "adviser_id" not in kept_from_clients(session, "account"):
        adviser_id = session.scalar(select(Account.adviser_id).where(Account.id == caller.account_id))
        known |= {str(id): name for id, name in advisers(session, [adviser_id]).items()}
    found = sorted((name, id) for id, name in known.items() if matches(name, asked.words))
    return [_person("staff", UUID(id), name, "") for name, id in found[: asked.limit]], None


def own_announcements(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find what is announced to a client now."""
    return _announced(current(session, caller), asked)


def announcements(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find announcements of whatever time, among the latest."""
    latest = select(Announcement).order_by(Announcement.starts_at.desc(), Announcement.id).limit(LATEST)
    told = [
        {"id": row.id, "titles": row.titles, "texts": row.texts, "starts_at": row.starts_at}
        for row in session.scalars(latest)
    ]
    return _announced(told, asked)


def _authors(session: Session, caller: Caller) -> Iterator[tuple[str, str]]:
    """Yield id and name of those who made requests that this person knows of."""
    asked = select(Request.created_by).where(Request.account_id == caller.account_id)
    signed = select(SignRequest.created_by).where(SignRequest.account_id == caller.account_id, *called_to_sign(caller))
    latest = [signed.order_by(SignRequest.created_at.desc()).limit(LATEST)]
    if caller.role in WORKS:
        latest.append(asked.order_by(Request.created_at.desc()).limit(LATEST))
    for statement in latest:
        for by in session.scalars(statement):
            if by["kind"] == "staff" and by["name"]:
                yield str(by["id"]), by["name"]


def _announced(told: Iterable[dict[str, Any]], asked: Asked) -> Found:
    hits: list[Hit] = []
    for row in told:
        titles, texts = (_languages(row[name]) for name in ("titles", "texts"))
        words = [f"{titles.get(code, '')} {texts.get(code, '')}" for code in titles]
        if any(matches(text, asked.words) for text in words):
            plain = {"kind": "announcement", "id": row["id"], "account_id": None, "at": row["starts_at"]}
            pieces = {code: excerpt(text, asked.words) for code, text in texts.items()}
            first = next(filter(None, titles.values()), "")
            hits.append(plain | {"title": first, "excerpt": "", "titles": titles, "excerpts": pieces})
    return hits[: asked.limit], None


def _languages(texts: dict[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if text}


def _person(kind: str, id: UUID, name: str, excerpt: str) -> Hit:
    return {"kind": kind, "id": id, "title": name, "excerpt": excerpt, "at": None, "account_id": None}
