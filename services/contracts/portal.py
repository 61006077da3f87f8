"""What portal says: the directory, the firm's settings, requests."""

from marshmallow import fields

from services.contracts import portal_billing, portal_cases, portal_replies, portal_requests, portal_reviews
from services.contracts.client_roles import ROLES
from services.contracts.fields import (
    LOCALES,
    Data,
    Person,
    day,
    flag,
    listed,
    moment,
    number,
    one_of,
    part,
    text,
    uuid,
)


class SessionLimits(Data):
    """How long sessions last; null leaves it to the installation."""

    client_idle_minutes = fields.Integer(allow_none=True)
    client_session_hours = fields.Integer(allow_none=True)
    staff_idle_minutes = fields.Integer(allow_none=True)
    staff_session_hours = fields.Integer(allow_none=True)


class Settings(Data):
    """The firm, its look and its switches."""

    firm_name = text()
    portal_name = text()
    legal_name = text()
    address = text()
    phone = text()
    email = text()
    website = text()
    banner = text()
    accent = text()
    locale = one_of(*LOCALES)
    timezone = text()
    currency = text()
    switches = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)
    announcement = fields.String()
    office_hours = fields.String()
    action_buttons = fields.List(fields.String())
    session_limits = fields.Nested(SessionLimits)
    tax_number = fields.String()
    logo = fields.String(metadata={"description": "Names the logo at the portal's /logo.png; empty for none"})
    version = number()


class Account(Data):
    """A client of the firm: a company or a person."""

    id = uuid()
    name = text()
    kind = one_of("company", "person")
    tax_number = text()
    address = text()
    phone = text()
    email = text()
    locale = one_of(*LOCALES)
    is_test = flag()
    adviser_id = uuid(allow_none=True)
    status = one_of("active", "archived")
    client_since = day(allow_none=True)
    legal_hold = fields.Boolean(metadata={"description": "Nothing of this client may be erased or deleted for good"})
    legal_hold_until = fields.Date(allow_none=True)
    version = number()


class Contact(Data):
    """A person at a client, and whether they may use the portal. Support dates are days, both ends included."""

    id = uuid()
    account_id = uuid()
    name = text()
    email = text()
    mobile = text(allow_none=True)
    locale = one_of(*LOCALES)
    timezone = text()
    role = one_of(*ROLES)
    portal_user = flag()
    support_start = day(allow_none=True)
    support_end = day(allow_none=True)
    removed = flag()
    invited_at = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "When staff last asked for an invitation to be sent"}
    )
    saved_by = part(Person)
    version = number()


class AccessEnding(Data):
    """The access of a contact ends soon: staff is told 30 and 7 days before. `ends_on` is the last day of access."""

    contact_id = uuid()
    account_id = uuid()
    name = text()
    email = text()
    ends_on = day()
    days_left = number()
    is_test = flag()


class Conversation(Data):
    """A conversation's whole public state."""

    id = uuid()
    account_id = uuid()
    title = text()
    status = one_of("open", "closed")
    assignee_id = uuid(allow_none=True)
    started_by = part(Person)
    created_at = moment()
    version = number()


class ConversationWritten(Conversation):
    """Somebody wrote to the other side. Of the text there is the beginning, in one line; of notes there is no event."""

    message_id = uuid()
    by = part(Person)
    excerpt = text()
    document_ids = listed(fields.UUID())


class ConversationChanged(Conversation):
    """A conversation was closed, or somebody of the staff looks after it now."""

    by = part(Person)


class ConversationReopened(ConversationChanged):
    """A closed conversation is open again: by a message, which has its own event, or (null) by itself."""

    message_id = uuid(allow_none=True)


class MessageMentioned(Conversation):
    """A message or an internal note calls some of the staff; nothing of its text is told."""

    message_id = uuid()
    by = part(Person)
    user_ids = listed(fields.UUID())


EVENTS = {
    **portal_reviews.EVENTS,
    "portal.settings.saved.v1": Settings,
    "portal.account.saved.v1": Account,
    "portal.contact.saved.v1": Contact,
    "portal.contact.access_ending.v1": AccessEnding,
    "portal.conversation.started.v1": ConversationWritten,
    "portal.conversation.closed.v1": ConversationChanged,
    "portal.conversation.reopened.v1": ConversationReopened,
    "portal.conversation.assigned.v1": ConversationChanged,
    "portal.message.posted.v1": ConversationWritten,
    "portal.message.mentioned.v1": MessageMentioned,
    **portal_cases.EVENTS,
    **portal_replies.EVENTS,
    **portal_requests.EVENTS,
    **portal_billing.EVENTS,
}
