"""Reads of the answers that are kept ready."""

from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from services.chassis import problems
from services.chassis.auth import Caller
from services.portal.canned_answers.filling import filled
from services.portal.canned_answers.models import CannedAnswer
from services.portal.cases.models import Case, CaseComment
from services.portal.directory.assigned import is_visible
from services.portal.directory.models import Account, Contact
from services.portal.directory.names import fold
from services.portal.fields import LOCALES
from services.portal.paging import Order, page
from services.portal.settings.queries import firm_settings

MOST_OFFERED = 200


def answers(session: Session, *, q: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return a page of the answers, by title."""
    statement = select(CannedAnswer.id, CannedAnswer.sort_title)
    for word in fold(q).split():
        # One cannot search a text by language quickly; a firm keeps some hundreds of them at most.
        in_texts = cast(CannedAnswer.texts, String).icontains(word, autoescape=True)
        statement = statement.where(CannedAnswer.sort_title.contains(word, autoescape=True) | in_texts)
    order = Order(CannedAnswer.sort_title, CannedAnswer.id)
    rows, following = page(session, statement, order, cursor, limit, value="sort_title")
    found = {row.id: row for row in session.scalars(select(CannedAnswer).where(CannedAnswer.id.in_(_ids(rows))))}
    return {"items": [found[row.id] for row in rows], "next": following}


def answer(session: Session, answer_id: UUID) -> CannedAnswer:
    """Return an answer; raise 404 for an unknown one."""
    found = session.get(CannedAnswer, answer_id)
    if found is None:
        raise problems.not_found("This answer")
    return found


def filled_for(session: Session, caller: Caller, case_id: UUID) -> list[dict[str, Any]]:
    """Return the answers as they go into the reply to a case, in the client's language; raise 404 for no such case."""
    statement = select(Case, Account).join(Account, Account.id == Case.account_id)
    found = session.execute(statement.where(Case.id == case_id, is_visible(caller, Case.account_id))).first()
    if found is None:
        raise problems.not_found("This case")
    case, account = found
    values = {
        "client": account.name,
        "contact": _contact(session, case),
        "case": f"#{case.number} {case.title}",
        "staff": caller.name,
    }
    languages = (account.locale, firm_settings(session).locale, *LOCALES)
    kept = session.scalars(select(CannedAnswer).order_by(CannedAnswer.sort_title, CannedAnswer.id).limit(MOST_OFFERED))
    return [
        {
            "id": row.id,
            "title": row.title,
            "text": filled(next((row.texts[code] for code in languages if row.texts.get(code)), ""), values),
        }
        for row in kept
    ]


def _contact(session: Session, case: Case) -> str:
    """Return the name of the person at the client: who wrote last, else who opened it, else the first of them."""
    last = select(CaseComment.by).where(
        CaseComment.case_id == case.id, ~CaseComment.internal, CaseComment.by["kind"].as_string() == "client"
    )
    by = session.scalar(last.order_by(CaseComment.at.desc()).limit(1)) or case.created_by
    if by["kind"] == "client":
        return str(by["name"])
    first = select(Contact.name).where(Contact.account_id == case.account_id, ~Contact.removed)
    return session.scalar(first.order_by(Contact.created_at, Contact.id).limit(1)) or ""


def _ids(rows: Any) -> list[UUID]:
    return [row.id for row in rows]
