"""What notifications says: whether a message reached its reader."""

from services.contracts.fields import Data, moment, one_of, text, uuid


class Message(Data):
    """A message that was delivered, or cannot be. `reference` is the id of the event that caused it."""

    message_id = uuid()
    kind = text()
    channel = one_of("email", "sms")
    user_id = uuid(allow_none=True)
    reference = uuid()
    at = moment()
    reason = text(allow_none=True)


EVENTS = {
    "notifications.message.delivered.v1": Message,
    "notifications.message.failed.v1": Message,
}
