"""HTTP API of recurring requests."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.request_series import actions, queries
from services.portal.request_series.schemas import NewSeries, SeriesOut, SeriesPage, SeriesQuery
from services.portal.requests.schemas import Repeatable

blueprint = Blueprint("request_series", __name__, url_prefix="/v1/request-series", description="Recurring requests")


@blueprint.get("")
@blueprint.arguments(SeriesQuery, location="query")
@blueprint.response(200, SeriesPage)
@allow(staff="requests.read")
def list_series(query: dict[str, Any]) -> dict[str, Any]:
    """List the series, the newest first."""
    with reading() as session:
        return queries.all_series(session, **query)


@blueprint.post("")
@blueprint.arguments(Repeatable, location="headers")
@blueprint.arguments(NewSeries)
@blueprint.response(201, SeriesOut)
@allow(staff="requests.write")
def begin_series(header: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Have a request come again. With an Idempotency-Key, the same call again begins no other one."""
    with unit_of_work() as session:
        series = actions.begin_series(session, caller(), **header, **values)
        return queries.series(session, caller(), series.id)


@blueprint.get("/<uuid:series_id>")
@blueprint.response(200, SeriesOut)
@allow(staff="requests.read")
def get_series(series_id: UUID) -> dict[str, Any]:
    """Show a series with its clients and its latest runs."""
    with reading() as session:
        return queries.series(session, caller(), series_id)


@blueprint.post("/<uuid:series_id>/pause")
@blueprint.response(200, SeriesOut)
@allow(staff="requests.write")
def pause(series_id: UUID) -> dict[str, Any]:
    """Let a series rest."""
    with unit_of_work() as session:
        actions.pause(session, series_id)
        return queries.series(session, caller(), series_id)


@blueprint.post("/<uuid:series_id>/resume")
@blueprint.response(200, SeriesOut)
@allow(staff="requests.write")
def resume(series_id: UUID) -> dict[str, Any]:
    """Let a series go on."""
    with unit_of_work() as session:
        actions.resume(session, series_id)
        return queries.series(session, caller(), series_id)


@blueprint.post("/<uuid:series_id>/end")
@blueprint.response(200, SeriesOut)
@allow(staff="requests.write")
def end(series_id: UUID) -> dict[str, Any]:
    """Let a series come no more."""
    with unit_of_work() as session:
        actions.end(session, series_id)
        return queries.series(session, caller(), series_id)
