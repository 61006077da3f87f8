"""What time makes happen to checks."""

from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.documents.scanning import actions


def tell_of_outage(runtime: Runtime) -> None:
    """Tell staff where files wait for long."""
    with runtime.database.unit_of_work() as session:
        actions.tell_of_outage(session)


TIMERS = (Timer("tell_of_scanner_outage", 60, tell_of_outage),)
