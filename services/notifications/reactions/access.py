"""Who is told of access that ends."""

from sqlalchemy.orm import Session

from services.chassis.event import Event
from services.chassis.runtime import Runtime
from services.notifications.actions import announce
from services.notifications.directory.queries import WRITERS, staff_for
from services.notifications.messages.actions import Content


def on_access_ending(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell the adviser, or else the staff who may change clients, that a person's support end date is near (S9)."""
    data = event.data
    content = Content(
        "access_ending",
        {"person": data["name"], "ends_on": str(data["ends_on"])},
        {},
        path=f"/admin/clients/{data['account_id']}?tab=profile",
        account_id=data["account_id"],
    )
    announce(session, event, content, staff_for(session, data["account_id"], leaders=WRITERS))
