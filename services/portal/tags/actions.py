"""What staff does with tags: make, change, remove, put on clients and take off."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, delete, func, literal, select
from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import insert_into, new_id
from services.portal.activity.actions import note
from services.portal.announcements.models import AnnouncementTag
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account
from services.portal.directory.names import fold
from services.portal.tags.models import COLORS, MOST_ON_ACCOUNT, MOST_TAGS, AccountTag, Tag

TAKEN = "Another tag has this name."


def create_tag(session: Session, *, name: str, color: str | None = None) -> Tag:
    """Add a tag and return it, in the next colour unless one is told.

    Raises 422 where there is one of that name, 409 where there are too many.
    """
    if named(session, name):
        raise problems.invalid({"name": [TAKEN]})
    return find_or_create(session, name, color)


def find_or_create(session: Session, name: str, color: str | None = None) -> Tag:
    """Return the tag of that name, a new one where there is none; raise 409 where there are too many."""
    count = session.scalar(select(func.count()).select_from(Tag)) or 0
    if (found := named(session, name)) is not None:
        return found
    if count >= MOST_TAGS:
        raise problems.conflict("too_many_tags", f"There can be {MOST_TAGS} tags.")
    values = {"name": name, "folded_name": fold(name)[:80], "color": color or COLORS[count % len(COLORS)]}
    # Two people who make the same tag at once share the one that came first.
    statement = insert_into(session, Tag).values(id=new_id(), created_at=clock.now(), **values)
    session.execute(statement.on_conflict_do_nothing(index_elements=["folded_name"]))
    tag = named(session, name)
    assert tag is not None
    return tag


def named(session: Session, name: str) -> Tag | None:
    """Return the tag of that name, whatever its case and accents."""
    return session.scalar(select(Tag).where(Tag.folded_name == fold(name)[:80]))


def change_tag(session: Session, tag_id: UUID, *, name: str | None = None, color: str | None = None) -> Tag:
    """Change name or colour of a tag and return it; raise 404, or 422 where another one has the name."""
    tag = _locked(session, tag_id)
    if name:
        other = named(session, name)
        if other is not None and other.id != tag_id:
            raise problems.invalid({"name": [TAKEN]})
        tag.name, tag.folded_name = name, fold(name)[:80]
    tag.color = color or tag.color
    return tag


def remove_tag(session: Session, tag_id: UUID) -> None:
    """Remove a tag from the house and from every client; raise 404."""
    tag = _locked(session, tag_id)
    session.execute(delete(AccountTag).where(AccountTag.tag_id == tag_id))
    session.delete(tag)


def merge_tag(session: Session, tag_id: UUID, *, into_id: UUID) -> Tag:
    """Put a tag's clients and announcements under another one, remove it, and return that one.

    Raises 404 where one of them is not there, 422 where both are the same.
    """
    if tag_id == into_id:
        raise problems.invalid({"into_id": ["Choose another tag."]})
    first, second = sorted((tag_id, into_id))  # two merges the other way round wait for each other
    tags = {id: _locked(session, id) for id in (first, second)}
    for table, owner in ((AccountTag, AccountTag.account_id), (AnnouncementTag, AnnouncementTag.announcement_id)):
        under = select(owner, literal(into_id, Uuid)).where(table.tag_id == tag_id)
        moved = insert_into(session, table).from_select([owner.key, "tag_id"], under)
        session.execute(moved.on_conflict_do_nothing())
        session.execute(delete(table).where(table.tag_id == tag_id))
    session.delete(tags[tag_id])
    return tags[into_id]


def tag_accounts(session: Session, caller: Caller, account_ids: Sequence[UUID], *, tag: Tag) -> int:
    """Put a tag on clients and return how many did not have it.

    Raises 404 where one of them is none that `caller` may see, 409 where one has too many.
    """
    _require_visible(session, caller, account_ids)
    statement = insert_into(session, AccountTag).values(
        [{"account_id": account_id, "tag_id": tag.id} for account_id in account_ids]
    )
    new = session.scalars(statement.on_conflict_do_nothing().returning(AccountTag.account_id)).all()
    full = select(AccountTag.account_id).where(AccountTag.account_id.in_(new)).group_by(AccountTag.account_id)
    if session.scalars(full.having(func.count() > MOST_ON_ACCOUNT)).first():
        raise problems.conflict("too_many_tags", f"A client can have {MOST_ON_ACCOUNT} tags.")
    _note(session, caller, "account.tagged", new, tag)
    return len(new)


def untag_accounts(session: Session, caller: Caller, account_ids: Sequence[UUID], *, tag_id: UUID) -> int:
    """Take a tag off clients and return how many had it; raise 404 for an unknown tag or client."""
    _require_visible(session, caller, account_ids)
    tag = _locked(session, tag_id)
    statement = delete(AccountTag).where(AccountTag.tag_id == tag_id, AccountTag.account_id.in_(account_ids))
    gone = session.scalars(statement.returning(AccountTag.account_id)).all()
    _note(session, caller, "account.untagged", gone, tag)
    return len(gone)


def _note(session: Session, caller: Caller, kind: str, account_ids: Sequence[UUID], tag: Tag) -> None:
    for account_id in account_ids:
        note(session, kind, account_id=account_id, by=caller.person, subject=("account", account_id), title=tag.name)


def _require_visible(session: Session, caller: Caller, account_ids: Sequence[UUID]) -> None:
    statement = select(func.count()).select_from(Account).where(Account.id.in_(account_ids))
    if session.scalar(statement.where(is_visible(caller, Account.id))) != len(set(account_ids)):
        raise problems.not_found("One of these clients")


def _locked(session: Session, tag_id: UUID) -> Tag:
    tag = session.get(Tag, tag_id, with_for_update=True)
    if tag is None:
        raise problems.not_found("This tag")
    return tag
