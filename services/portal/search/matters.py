"""Finding what has a search of its own: each is asked as its own list is, so that a list and a search agree."""

from sqlalchemy.orm import Session

from services.chassis.auth import Caller
from services.portal.cases import lists as of_cases
from services.portal.conversations import lists as of_conversations
from services.portal.search.entries import Asked, Found
from services.portal.search.words import excerpt


def cases(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find cases by number, title, description, comments and the firm's own fields, as far as the caller sees them."""
    page = of_cases.cases(
        session, caller, sort="-created_at", cursor=asked.cursor, limit=asked.limit, q=" ".join(asked.words)
    )
    hits = [
        {
            "kind": "case",
            "id": case["id"],
            "title": f"#{case['number']} {case['title']}",
            "excerpt": excerpt(case.get("description") or "", asked.words),
            "at": case.get("created_at"),
            "account_id": case["account_id"],
            "account_name": case.get("account_name", ""),
        }
        for case in page["items"]
    ]
    return hits, page["next"]


def conversations(session: Session, caller: Caller, asked: Asked) -> Found:
    """Find conversations by title and messages; an internal note finds one for staff alone."""
    page = of_conversations.conversations(
        session,
        caller,
        account_id=None,
        state="all",
        assigned=None,
        unread=False,
        waiting=False,
        q=" ".join(asked.words),
        cursor=asked.cursor,
        limit=asked.limit,
    )
    hits = [
        {
            "kind": "conversation",
            "id": found["id"],
            "title": found["title"],
            "excerpt": found["excerpt"],
            "at": found["last_at"],
            "account_id": found["account_id"],
            "account_name": found["account_name"],
        }
        for found in page["items"]
    ]
    return hits, page["next"]
