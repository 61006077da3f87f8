"""HTTP API of what the firm set of reminders."""

from typing import Any

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow
from services.portal.request_reminders.actions import save_reminders
from services.portal.request_reminders.models import ReminderSettings
from services.portal.request_reminders.queries import reminder_settings
from services.portal.request_reminders.schemas import ReminderChange, ReminderOut

blueprint = Blueprint(
    "request_reminders", __name__, url_prefix="/v1/request-reminders", description="When clients are reminded"
)


@blueprint.get("")
@blueprint.response(200, ReminderOut)
@allow(staff="requests.read")
def get_reminders() -> ReminderSettings:
    """Show when clients are reminded of a request that is due."""
    with reading() as session:
        return reminder_settings(session)


@blueprint.put("")
@blueprint.arguments(ReminderChange)
@blueprint.response(200, ReminderOut)
@allow(staff="settings.write")
def put_reminders(values: dict[str, Any]) -> ReminderSettings:
    """Set it; what is not named stays as it is."""
    with unit_of_work() as session:
        return save_reminders(session, **values)
