"""Names that stand once in a place, and tags."""

from itertools import count
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.chassis.schemas import clean_text
from services.documents.copies.models import PortalAccount
from services.documents.library.filenames import MAX, searchable
from services.documents.library.models import Document
from services.documents.uploads.content_types import ending_of

MOST_TAGS = 20
TAG_LENGTH = 40


def free_name(
    session: Session,
    account_id: UUID,
    folder_id: UUID | None,
    name: str,
    *,
    of_client: bool = False,
    but: UUID | None = None,
) -> str:
    """Return `name`, or with a number where another document of that place has it.

    `of_client` looks at what the client can see alone, so that a number tells nothing of what the firm keeps to
    itself. `but` is the document that is to get the name.
    """
    # Two files of one name that come at once wait here for each other.
    session.execute(select(PortalAccount.id).where(PortalAccount.id == account_id).with_for_update())
    ending = ending_of(name)
    stem = name[: len(name) - len(ending)]
    begin = searchable(stem)[: MAX - 30]
    taken = select(Document.name).where(
        Document.account_id == account_id,
        Document.folder_id == folder_id,
        Document.status != "deleted",
        Document.search_name.startswith(begin, autoescape=True),
    )
    if of_client:
        taken = taken.where(or_(Document.shared, Document.origin == "client"))
    if but:
        taken = taken.where(Document.id != but)
    there = {found.casefold() for found in session.scalars(taken)}
    if name.casefold() not in there:
        return name
    for number in count(2):
        mark = f" ({number})"
        tried = stem[: MAX - len(ending) - len(mark)] + mark + ending
        if tried.casefold() not in there:
            return tried
    raise AssertionError("numbers do not end")


def clean_tags(tags: list[str]) -> list[str]:
    """Return tags as they are kept: each once, without the sign that parts them."""
    found: dict[str, str] = {}
    for tag in tags:
        word = " ".join(clean_text(tag).replace("|", " ").split())[:TAG_LENGTH]
        if word:
            found.setdefault(searchable(word), word)
    return sorted(found.values(), key=searchable)[:MOST_TAGS]


def tags_text(tags: list[str]) -> str:
    """Return tags as lists are searched: each between two bars."""
    return "|" + "|".join(searchable(tag) for tag in tags) + "|" if tags else ""
