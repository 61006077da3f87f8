"""HTTP API of cases."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.csv_text import csv_response
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.portal.access_log.actions import note_exported
from services.portal.cases import actions, changes, export, lists, queries, shown
from services.portal.cases.bulk import change_several
from services.portal.cases.schemas import (
    AssigneeIn,
    BulkOfCases,
    BulkOut,
    CaseChangeIn,
    CaseExportQuery,
    CaseFormOut,
    CaseOut,
    CasePage,
    CaseQuery,
    CountQuery,
    CountsOfCases,
    NewCase,
    NewComment,
    ReopeningOfCase,
    Repeatable,
    StatusIn,
)
from services.portal.exports import actions as exports

blueprint = Blueprint("cases", __name__, url_prefix="/v1", description="What clients bring to the firm")


@blueprint.get("/case-form")
@blueprint.response(200, CaseFormOut)
@allow(staff="requests.read", client=WORKS)
def get_case_form() -> dict[str, Any]:
    """Show what a new case asks of the caller."""
    with reading() as session:
        return shown.form(session, caller())


@blueprint.get("/cases")
@blueprint.arguments(CaseQuery, location="query")
@blueprint.response(200, CasePage)
@allow(staff="requests.read", client=WORKS)
def list_cases(query: dict[str, Any]) -> dict[str, Any]:
    """List cases, a client its own."""
    with reading() as session:
        return lists.cases(session, caller(), **query)  # type: ignore[no-any-return]


@blueprint.post("/cases")
@blueprint.arguments(NewCase)
@blueprint.arguments(Repeatable, location="headers")
@blueprint.response(201, CaseOut)
@allow(staff="requests.write", client=WORKS)
def open_case(values: dict[str, Any], headers: dict[str, Any]) -> dict[str, Any]:
    """Open a case. With an Idempotency-Key, the same call again opens no other one."""
    with unit_of_work() as session:
        case = actions.open_case(session, caller(), **values, **headers)
        return queries.case(session, caller(), case.id)


@blueprint.get("/case-counts")
@blueprint.arguments(CountQuery, location="query")
@blueprint.response(200, CountsOfCases)
@allow(staff="requests.read")
def count_cases(query: dict[str, Any]) -> dict[str, int]:
    """Say how many cases are not closed, of a client or of all."""
    with reading() as session:
        return lists.count_open(session, caller(), **query)


@blueprint.post("/case-acts")
@blueprint.arguments(BulkOfCases)
@blueprint.response(200, BulkOut)
@allow(staff="requests.write")
def change_cases(values: dict[str, Any]) -> dict[str, int]:
    """Give several cases to somebody, or close them: all of them or none."""
    with unit_of_work() as session:
        return {"changed": change_several(session, caller(), **values)}


@blueprint.get("/cases/<uuid:case_id>")
@blueprint.response(200, CaseOut)
@allow(staff="requests.read", client=WORKS)
def get_case(case_id: UUID) -> dict[str, Any]:
    """Show a case with its thread."""
    with reading() as session:
        return queries.case(session, caller(), case_id)


@blueprint.patch("/cases/<uuid:case_id>")
@blueprint.arguments(CaseChangeIn)
@blueprint.response(200, CaseOut)
@allow(staff="requests.write", client=WORKS)
def change_case(values: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Change a case's fields; a client those that the firm made Optional."""
    with unit_of_work() as session:
        case = actions.locked_case(session, caller(), case_id)
        changes.change_case(session, caller(), case, **values)
        return queries.case(session, caller(), case_id)


@blueprint.post("/cases/<uuid:case_id>/comments")
@blueprint.arguments(NewComment)
@blueprint.arguments(Repeatable, location="headers")
@blueprint.response(201, CaseOut)
@allow(staff="requests.write", client=WORKS)
def comment(values: dict[str, Any], headers: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Write in a case; staff may leave an internal note."""
    with unit_of_work() as session:
        actions.comment(session, caller(), case_id, **values, **headers)
        return queries.case(session, caller(), case_id)


@blueprint.post("/cases/<uuid:case_id>/status")
@blueprint.arguments(StatusIn)
@blueprint.response(200, CaseOut)
@allow(staff="requests.write")
def move_case(values: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Give a case another status."""
    with unit_of_work() as session:
        actions.move_case(session, caller(), case_id, values["status"])
        return queries.case(session, caller(), case_id)


@blueprint.post("/cases/<uuid:case_id>/reopen")
@blueprint.arguments(ReopeningOfCase)
@blueprint.response(200, CaseOut)
@allow(staff="requests.write", client=WORKS)
def reopen(values: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Open a closed case again; a client for as many days as the firm set."""
    with unit_of_work() as session:
        actions.reopen(session, caller(), case_id, **values)
        return queries.case(session, caller(), case_id)


@blueprint.put("/cases/<uuid:case_id>/assignee")
@blueprint.arguments(AssigneeIn)
@blueprint.response(200, CaseOut)
@allow(staff="requests.write")
def assign(values: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Give a case to somebody of the staff."""
    with unit_of_work() as session:
        case = actions.locked_case(session, caller(), case_id)
        changes.assign(session, caller(), case, values["assignee_id"])
        return queries.case(session, caller(), case_id)


@blueprint.post("/cases/<uuid:case_id>/read")
@blueprint.response(204)
@allow(staff="requests.read", client=WORKS)
def mark_read(case_id: UUID) -> None:
    """Remember that the caller has read this case."""
    with unit_of_work() as session:
        actions.mark_read(session, caller(), case_id)


@blueprint.get("/exports/cases")
@blueprint.arguments(CaseExportQuery, location="query")
@blueprint.alt_response(200, description="A CSV file")
@allow(staff="clients.export")
def export_cases(query: dict[str, Any]) -> Response:
    """Download the cases that the list would show; who did so is kept."""
    who, database = caller(), current_runtime().database
    separator, mark = query.pop("separator"), query.pop("mark")
    with unit_of_work() as session:
        lists.cases(session, who, cursor=None, limit=1, **query)  # what is wrong with a filter is said before the file
        export_id = exports.begin(session, who, "cases", query)

    def done(rows: int) -> None:
        with database.unit_of_work() as session:
            exports.end(session, export_id, rows)

    def taken(account_ids: list[UUID]) -> None:
        with database.unit_of_work() as session:
            note_exported(session, who, account_ids)

    def told() -> Iterator[str]:
        with database.reading() as session:
            yield from export.lines(session, who, separator=separator, taken=taken, done=done, **query)

    return csv_response(told(), "cases.csv", mark=mark)
