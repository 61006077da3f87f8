"""What time makes happen: erasures begin, archives of exports go."""

from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.portal.privacy import actions, exporting


def begin_erasures(runtime: Runtime) -> None:
    """Begin every erasure whose days are over."""
    count = 1
    while count:
        with runtime.database.unit_of_work() as session:
            count = actions.begin_due(session)


def sweep_exports(runtime: Runtime) -> None:
    """Delete the archives that nobody may fetch any more."""
    with runtime.database.unit_of_work() as session:
        exporting.sweep_exports(session, runtime)


TIMERS = (Timer("begin_erasures", 60, begin_erasures), Timer("sweep_exports", 600, sweep_exports))
