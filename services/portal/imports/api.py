"""HTTP API of imports."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.csv_text import csv_response, line_of
from services.chassis.runtime import current_runtime
from services.portal.imports import actions, queries
from services.portal.imports.reading import MOST_BYTES
from services.portal.imports.schemas import ImportDetail, ImportsOut, Mapping, UploadQuery

blueprint = Blueprint("imports", __name__, url_prefix="/v1/imports", description="Imports of clients from CSV files")
PIECE = 256 * 1024


@blueprint.get("")
@blueprint.response(200, ImportsOut)
@allow(staff="clients.import")
def list_imports() -> dict[str, Any]:
    """List the latest imports."""
    with reading() as session:
        return {"items": queries.imports(session)}


@blueprint.post("")
@blueprint.arguments(UploadQuery, location="query")
@blueprint.response(201, ImportDetail)
@allow(staff="clients.import")
def upload(query: dict[str, Any]) -> dict[str, Any]:
    """Send a CSV file as the body; the answer says what was recognised, and changes no client."""
    request.max_content_length = MOST_BYTES + 1
    with unit_of_work() as session:
        job = actions.receive(session, caller(), query["name"], iter(lambda: request.stream.read(PIECE), b""))
        session.flush()
        return queries.client_import(session, job.id)


@blueprint.get("/<uuid:import_id>")
@blueprint.response(200, ImportDetail)
@allow(staff="clients.import")
def get_import(import_id: UUID) -> dict[str, Any]:
    """Show an import and how far it is."""
    with reading() as session:
        return queries.client_import(session, import_id)


@blueprint.put("/<uuid:import_id>/mapping")
@blueprint.arguments(Mapping)
@blueprint.response(200, ImportDetail)
@allow(staff="clients.import")
def check(values: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """Say what the columns are; every line is then tried without changing a client."""
    with unit_of_work() as session:
        actions.check(session, import_id, **values)
        return queries.client_import(session, import_id)


@blueprint.post("/<uuid:import_id>/start")
@blueprint.response(200, ImportDetail)
@allow(staff="clients.import")
def start(import_id: UUID) -> dict[str, Any]:
    """Have the lines carried out, bad ones left out; 409 `import_running` while another import runs."""
    with unit_of_work() as session:
        actions.start(session, import_id)
        return queries.client_import(session, import_id)


@blueprint.post("/<uuid:import_id>/cancel")
@blueprint.response(200, ImportDetail)
@allow(staff="clients.import")
def cancel(import_id: UUID) -> dict[str, Any]:
    """Stop an import; what was carried out stays."""
    with unit_of_work() as session:
        actions.cancel(session, import_id)
        return queries.client_import(session, import_id)


@blueprint.get("/<uuid:import_id>/faults")
@blueprint.alt_response(200, description="A CSV file: line, column, reason")
@allow(staff="clients.import")
def get_faults(import_id: UUID) -> Response:
    """Download what is wrong with the lines."""
    with reading() as session:
        queries.client_import(session, import_id)
    database = current_runtime().database

    def lines() -> Iterator[str]:
        yield line_of(("line", "column", "reason"))
        with database.reading() as session:
            for fault in queries.faults(session, import_id):
                yield line_of((fault.line, fault.column, fault.reason))

    return csv_response(lines(), "import-report.csv")
