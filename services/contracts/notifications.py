"""What notifications says: whether a message reached its reader, and who answered one by mail."""

from marshmallow import fields

from services.contracts.fields import Data, Person, flag, listed, moment, number, one_of, part, text, uuid


class Message(Data):
    """A message that was delivered, or cannot be. `reference` is the id of the event that caused it."""

    message_id = uuid()
    kind = text()
    channel = one_of("email", "sms")
    user_id = uuid(allow_none=True)
    reference = uuid()
    at = moment()
    reason = text(allow_none=True)


class MailReceived(Data):
    """A person answered a message by mail. Who may write there the owner of the thread decides once more.

    `message` is what is new in the mail; `document_ids` are its files, which documents has taken.
    """

    id = uuid()
    by = part(Person)
    contact_id = uuid(allow_none=True, metadata={"description": "as whom a client writes; null for staff"})
    assigned_only = flag()
    account_id = uuid()
    thread_kind = one_of("request", "case", "conversation")
    thread_id = uuid()
    message = text()
    text_is_cut = flag(metadata={"description": "Whether the text was too long for an event"})
    document_ids = listed(fields.UUID())
    received_at = moment()
    version = number()


EVENTS = {
    "notifications.mail.received.v1": MailReceived,
    "notifications.message.delivered.v1": Message,
    "notifications.message.failed.v1": Message,
}
