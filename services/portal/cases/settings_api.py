"""HTTP API of what the firm sets of cases, and of the report about them."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.cases.report import report
from services.portal.cases.settings_schemas import CaseSettingsChange, CaseSettingsOut, ReportOut, ReportQuery
from services.portal.cases.targets import save_case_settings, told

blueprint = Blueprint("case_settings", __name__, url_prefix="/v1", description="Targets of cases, and how they are met")


@blueprint.get("/case-settings")
@blueprint.response(200, CaseSettingsOut)
@allow(staff="settings.write")
def get_case_settings() -> dict[str, Any]:
    """Show targets, working hours, types and for how long a client may open a case again."""
    with reading() as session:
        return told(session)


@blueprint.put("/case-settings")
@blueprint.arguments(CaseSettingsChange)
@blueprint.response(200, CaseSettingsOut)
@allow(staff="settings.write")
def put_case_settings(values: dict[str, Any]) -> dict[str, Any]:
    """Set them; what is not named stays as it is."""
    with unit_of_work() as session:
        save_case_settings(session, **values)
        return told(session)


@blueprint.get("/case-report")
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, ReportOut)
@allow(staff="requests.read")
def get_report(query: dict[str, Any]) -> dict[str, Any]:
    """Say how quickly cases are answered and solved."""
    with reading() as session:
        return report(session, caller(), **query)
