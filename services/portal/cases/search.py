"""Cases found by words: number, title, description, what was written in them, and the firm's own fields."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select, union_all
from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.chassis.text_search import holds
from services.portal.cases.models import Case, CaseComment
from services.portal.cases.shown import fields_for
from services.portal.directory.models import Account
from services.portal.directory.names import fold
from services.portal.field_editor.models import FieldValue

MOST_WORDS = 8


def searched_title(number: int | None, title: str) -> str:
    """Return what a search by number or title looks through."""
    return f"#{number} {fold(title)}"


def matching(session: Session, caller: Caller, q: str) -> ColumnElement[bool]:
    """Return the condition that every word of `q` stands somewhere in a case, where `caller` may read it.

    A client finds nothing by an internal note, nor by a field without the tick "Portal field" (S42).
    """
    words = fold(q).split()[:MOST_WORDS]
    fields = fields_for(session, caller)
    names = {field.name for field in fields}
    own = [field.id for field in fields if field.id]
    return and_(*(Case.id.in_(_places(caller, word, "description" in names, own)) for word in words))


def _places(caller: Caller, word: str, description: bool, own: list[Any]) -> Any:
    places = [select(Case.id).where(holds(Case.search_title, word))]
    if description:
        places.append(select(Case.id).where(holds(Case.search_description, word)))
    said = select(CaseComment.case_id).where(holds(CaseComment.search_text, word))
    places.append(said if caller.is_staff else said.where(~CaseComment.internal))
    if own:
        written = FieldValue.sort_text.contains(word, autoescape=True)
        places.append(select(FieldValue.owner_id).where(FieldValue.field_id.in_(own), written))
    if caller.is_staff:
        of_client = select(Case.id).join(Account, Account.id == Case.account_id)
        places.append(of_client.where(holds(Account.search_text, word)))
    return union_all(*places)
