"""HTTP API of the access log."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from services.chassis.app import reading
from services.chassis.auth import allow, caller
from services.chassis.csv_text import csv_response, line_of
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.portal.access_log import queries, wording
from services.portal.access_log.schemas import AccessLogPage, LogFilter, LogQuery

blueprint = Blueprint("access_log", __name__, url_prefix="/v1/access-log", description="What the firm did with it")
on_accounts = Blueprint("account_access_log", __name__, url_prefix="/v1/accounts", description="The access log")


@blueprint.get("")
@blueprint.arguments(LogQuery, location="query")
@blueprint.response(200, AccessLogPage)
@allow(client=WORKS)
def list_own(query: dict[str, Any]) -> dict[str, Any]:
    """List who at the firm opened or changed what of the account, the latest first."""
    with reading() as session:
        return queries.access_log(session, caller(), None, **query)


@blueprint.get("/file")
@blueprint.arguments(LogFilter, location="query")
@blueprint.alt_response(200, description="A CSV file")
@allow(client=WORKS)
def get_file(query: dict[str, Any]) -> Response:
    """Download the log as CSV."""
    who, database = caller(), current_runtime().database

    def lines() -> Iterator[str]:
        with database.reading() as session:
            yield line_of(wording.head(who.locale))
            for entry in queries.every_entry(session, who, **query):
                yield line_of(wording.line(entry, who.locale))

    return csv_response(lines(), "access-log.csv")


@on_accounts.get("/<uuid:account_id>/access-log")
@on_accounts.arguments(LogQuery, location="query")
@on_accounts.response(200, AccessLogPage)
@allow(staff="clients.read")
def list_of_account(query: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """List who at the firm opened or changed what of a client, the latest first."""
    with reading() as session:
        return queries.access_log(session, caller(), account_id, **query)
