"""Keeping answers ready."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import clock, problems
from services.chassis.auth import Caller
from services.chassis.database import new_id
from services.portal.canned_answers.models import CannedAnswer
from services.portal.directory.names import fold


def add_answer(session: Session, caller: Caller, *, title: str, texts: Mapping[str, str]) -> CannedAnswer:
    """Keep an answer and return it."""
    now = clock.now()
    answer = CannedAnswer(
        id=new_id(),
        title=title,
        texts=_written(texts),
        sort_title=fold(title)[:200],
        created_by=caller.person,
        created_at=now,
        updated_at=now,
        version=1,
    )
    session.add(answer)
    session.flush()
    return answer


def change_answer(
    session: Session, answer_id: UUID, *, version: int, title: str, texts: Mapping[str, str]
) -> CannedAnswer:
    """Change an answer and return it; raise 404, or 409 where it has changed since `version`."""
    answer = _answer(session, answer_id)
    if answer.version != version:
        raise problems.conflict(
            "changed_meanwhile", "Somebody changed this in the meantime. Look at it and save again."
        )
    answer.title, answer.texts, answer.sort_title = title, _written(texts), fold(title)[:200]
    answer.version, answer.updated_at = answer.version + 1, clock.now()
    return answer


def delete_answer(session: Session, answer_id: UUID) -> None:
    """Keep an answer no more; raise 404 for an unknown one. What was sent with it stays."""
    session.delete(_answer(session, answer_id))


def _answer(session: Session, answer_id: UUID) -> CannedAnswer:
    answer = session.get(CannedAnswer, answer_id, with_for_update=True, populate_existing=True)
    if answer is None:
        raise problems.not_found("This answer")
    return answer


def _written(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if text}
