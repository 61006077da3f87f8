"""The command `atrio events`, for every service of the house."""

from deploy.programs import WITH_DATABASE, load_service
from services.chassis.database import Database
from services.chassis.event_commands import event_commands


def _open(service: str) -> Database:
    return Database(load_service(service).load_settings().database_url)


events = event_commands(_open, WITH_DATABASE)
