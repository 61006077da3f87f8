"""The notifications service with a message to a client, and another client."""

from services.chassis.columns import new_id
from services.chassis.testing.harness import Harness
from tests.notifications.house import House
from tests.security.matrix.callers import Of
from tests.security.matrix.events import REPLAY, received_event
from tests.security.matrix.scene import Party, Scene, given

MESSAGE = "/v1/messages/<uuid:message_id>"


def make(harness: Harness) -> Scene:
    """Return the service with what its routes need."""
    house = House(harness)
    scene = Scene(harness, Party(house.account_id, new_id(), house.ana.id), Party())
    house.share(name="Unspeakable.pdf")
    (message,) = house.messages(to_address=house.ana.email)
    there = given(Of.FIRM, {"message_id": message.id})
    scene.secrets += ["Unspeakable.pdf", str(house.account_id), str(message.id)]
    scene.things |= {MESSAGE: there, f"{MESSAGE}/resend": there, REPLAY: received_event(harness)}
    return scene
