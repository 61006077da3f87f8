"""What the services answer to exports and erasures."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.chassis.service import Handler
from services.contracts.account_data import SERVICES
from services.portal.privacy import actions, exporting
from services.portal.privacy.part import ACCOUNT_DATA

Taking = Callable[[Session, Event, str], None]


def _answered(take: Taking, service: str) -> Handler:
    def on_answer(session: Session, event: Event, runtime: Runtime) -> None:
        take(session, event, service)

    return on_answer


HANDLERS: dict[str, Handler] = {
    **ACCOUNT_DATA.handlers,
    **{f"{name}.account.exported.v1": _answered(exporting.take_part, name) for name in SERVICES},
    **{f"{name}.account.erased.v1": _answered(actions.take_answer, name) for name in SERVICES},
}
