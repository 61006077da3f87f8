"""HTTP API of canned answers."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.canned_answers import actions, queries
from services.portal.canned_answers.models import CannedAnswer
from services.portal.canned_answers.schemas import (
    AnswerChange,
    AnswerIn,
    AnswerOut,
    AnswersPage,
    AnswersQuery,
    FilledAnswers,
)

blueprint = Blueprint("canned_answers", __name__, url_prefix="/v1", description="Answers that the firm keeps ready")


@blueprint.get("/canned-answers")
@blueprint.arguments(AnswersQuery, location="query")
@blueprint.response(200, AnswersPage)
@allow(staff="requests.read")
def list_answers(query: dict[str, Any]) -> dict[str, Any]:
    """List the answers, by title."""
    with reading() as session:
        return queries.answers(session, **query)


@blueprint.post("/canned-answers")
@blueprint.arguments(AnswerIn)
@blueprint.response(201, AnswerOut)
@allow(staff="settings.write")
def add_answer(values: dict[str, Any]) -> CannedAnswer:
    """Keep an answer ready."""
    with unit_of_work() as session:
        return actions.add_answer(session, caller(), **values)


@blueprint.get("/canned-answers/<uuid:answer_id>")
@blueprint.response(200, AnswerOut)
@allow(staff="requests.read")
def get_answer(answer_id: UUID) -> CannedAnswer:
    """Show an answer."""
    with reading() as session:
        return queries.answer(session, answer_id)


@blueprint.put("/canned-answers/<uuid:answer_id>")
@blueprint.arguments(AnswerChange)
@blueprint.response(200, AnswerOut)
@allow(staff="settings.write")
def change_answer(values: dict[str, Any], answer_id: UUID) -> CannedAnswer:
    """Change an answer."""
    with unit_of_work() as session:
        return actions.change_answer(session, answer_id, **values)


@blueprint.delete("/canned-answers/<uuid:answer_id>")
@blueprint.response(204)
@allow(staff="settings.write")
def delete_answer(answer_id: UUID) -> None:
    """Keep an answer no more."""
    with unit_of_work() as session:
        actions.delete_answer(session, answer_id)


@blueprint.get("/cases/<uuid:case_id>/canned-answers")
@blueprint.response(200, FilledAnswers)
@allow(staff="requests.write")
def fill_answers(case_id: UUID) -> dict[str, Any]:
    """Show the answers as they go into the reply to a case."""
    with reading() as session:
        return {"items": queries.filled_for(session, caller(), case_id)}
