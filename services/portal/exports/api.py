"""HTTP API of exports."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.csv_text import csv_response
from services.chassis.runtime import current_runtime
from services.portal.access_log.actions import note_exported
from services.portal.exports import actions, queries
from services.portal.exports.schemas import ExportOfSome, ExportQuery, ExportsOut

blueprint = Blueprint("exports", __name__, url_prefix="/v1/exports", description="Exports of the list of clients")


@blueprint.get("")
@blueprint.response(200, ExportsOut)
@allow(staff="clients.export")
def list_exports() -> dict[str, Any]:
    """List the latest exports: who took what out."""
    with reading() as session:
        return {"items": queries.exports(session)}


@blueprint.get("/clients")
@blueprint.arguments(ExportQuery, location="query")
@blueprint.alt_response(200, description="A CSV file")
@allow(staff="clients.export")
def export_clients(query: dict[str, Any]) -> Response:
    """Download the clients that the list would show, or their contact persons; who did so is kept."""
    return _export(query)


@blueprint.post("/clients")
@blueprint.arguments(ExportOfSome)
@blueprint.alt_response(200, description="A CSV file")
@allow(staff="clients.export")
def export_some(values: dict[str, Any]) -> Response:
    """Download these clients, or their contact persons."""
    return _export(values | {"status": "all", "sort": "name"})


def _export(query: dict[str, Any]) -> Response:
    who, database = caller(), current_runtime().database
    kind, separator, mark = query.pop("kind_of_rows"), query.pop("separator"), query.pop("mark")
    with unit_of_work() as session:
        export_id = actions.begin(session, who, kind, query)

    def done(rows: int) -> None:
        with database.unit_of_work() as session:
            actions.end(session, export_id, rows)

    def taken(account_ids: list[UUID]) -> None:
        with database.unit_of_work() as session:
            note_exported(session, who, account_ids)

    def lines() -> Iterator[str]:
        with database.reading() as session:
            yield from queries.lines(session, who, of=kind, separator=separator, taken=taken, done=done, **query)

    return csv_response(lines(), "clients.csv" if kind == "accounts" else "contact-persons.csv", mark=mark)
