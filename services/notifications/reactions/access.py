"""Who is told of access that ends, and of people who cannot get in."""

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


def on_second_factor_lost(session: Session, event: Event, runtime: Runtime) -> None:
    """Tell those who look after a client that one of its people can use no second factor; each of them once."""
    data, told = event.data, set()
    for access in data["accounts"]:
        staff = [one for one in staff_for(session, access["account_id"], leaders=WRITERS) if one.key not in told]
        told |= {one.key for one in staff}
        content = Content(
            "second_factor_lost",
            {"person": data["name"], "email": data["email"]},
            {},
            path=f"/admin/clients/{access['account_id']}?tab=profile",
            account_id=access["account_id"],
        )
        announce(session, event, content, staff)
