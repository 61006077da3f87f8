"""The command `atrio events`, over the databases of all services."""

from deploy.programs import WITH_DATABASE, load_service
from services.chassis.database import Database
from services.chassis.event_commands import event_commands


def _open(name: str) -> Database:
    return Database(load_service(name).load_settings().database_url)


events = event_commands(_open, WITH_DATABASE)
