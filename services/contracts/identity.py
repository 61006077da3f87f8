"""What identity says: who may come in, and that they did."""

from marshmallow import fields, validate

from services.contracts.client_roles import ROLES
from services.contracts.fields import (
    LOCALES,
    Data,
    Person,
    listed,
    moment,
    number,
    one_of,
    part,
    sealed,
    text,
    uuid,
)


class AccountRef(Data):
    """An account that a person may act for."""

    account_id = uuid()
    contact_id = uuid()
    role = one_of(*ROLES)


class DeliveryFailure(Data):
    """An invitation or a code that did not reach the person."""

    kind = text()
    channel = one_of("email", "sms")
    reason = text()
    at = text(metadata={"description": "a moment in ISO 8601"})
    instead = fields.String(
        validate=validate.OneOf(["email", "sms"]), metadata={"description": "where staff has codes sent since"}
    )


class User(Data):
    """A user's whole public state."""

    id = uuid()
    kind = one_of("client", "staff")
    email = text()
    name = text()
    locale = one_of(*LOCALES)
    timezone = text()
    mobile = text(allow_none=True)
    status = one_of("invited", "active", "suspended", "undeliverable")
    role = text(allow_none=True)
    assigned_only = fields.Boolean(metadata={"description": "Staff who see no clients but those they advise"})
    accounts = listed(AccountRef)
    saved_by = fields.Nested(Person, allow_none=True)
    mobile_verified = fields.Boolean(metadata={"description": "Whether codes and links may be sent to `mobile`"})
    delivery_failure = fields.Nested(DeliveryFailure, allow_none=True)
    version = number()


class UserInvited(User):
    """Somebody may come in and is told how. `link` is sealed for notifications."""

    link = sealed()
    expires_at = moment()
    invited_by = part(Person, allow_none=True)
    channel = fields.String(validate=validate.OneOf(["email", "sms"]), metadata={"description": "e-mail where absent"})


class SignedIn(Data):
    """Somebody came in."""

    user_id = uuid()
    kind = one_of("client", "staff")
    account_ids = listed(fields.UUID())
    method = one_of("password", "code", "passkey", "oidc")
    at = moment()
    ip = text()
    user_agent = text()
    new_device = fields.Boolean(metadata={"description": "Whether the person came from a device not seen before"})
    device = fields.String(metadata={"description": "Browser and system of such a device, as far as it tells them"})


class UserViewed(Data):
    """Staff begins to look at the portal as a client sees it, without being able to change anything."""

    user_id = uuid()
    name = text()
    account_id = uuid()
    contact_id = uuid()
    by = part(Person)
    at = moment()
    expires_at = moment()
    ip = text()


class SignInRequested(Data):
    """An address, known or not, asks for a code. Identity itself listens: the work is the same for both."""

    flow_id = uuid()
    email_hash = text()
    requested_at = moment()
    prefer = one_of("sms", "email")


class CodeIssued(Data):
    """A one-time code waits to be sent. `code` is sealed for notifications."""

    user_id = uuid()
    name = text()
    channel = one_of("sms", "email")
    to = text()
    code = sealed()
    expires_at = moment()
    locale = one_of(*LOCALES)


class CodeRedirected(Data):
    """Staff had the codes of a person go by another channel; `sent` where the person waited for one."""

    user_id = uuid()
    name = text()
    channel = one_of("sms", "email")
    sent = fields.Boolean(required=True)
    by = part(Person)
    at = moment()


class PasswordForgotten(Data):
    """An address, known or not, asks for a new password. Identity itself listens, as with `SignInRequested`."""

    reset_id = uuid()
    email_hash = text()
    requested_at = moment()


class PasswordResetRequested(Data):
    """A link to choose a new password waits to be sent. `link` is sealed for notifications."""

    user_id = uuid()
    email = text()
    name = text()
    locale = one_of(*LOCALES)
    link = sealed()
    expires_at = moment()


class CredentialChanged(Data):
    """What lets a person in was set, removed, used (a recovery code) or reset by staff; its owner is told.

    `mobile` is set when the person confirmed the number: codes go there from then on.
    """

    user_id = uuid()
    email = text()
    name = text()
    locale = one_of(*LOCALES)
    credential = one_of("password", "passkey", "totp", "recovery_codes", "mobile")
    change = fields.String(load_default="set", validate=validate.OneOf(["set", "removed", "used", "reset"]))
    by = fields.Nested(Person, metadata={"description": "who of the firm reset it"})
    at = moment()


class SecondFactorLost(Data):
    """A client with a right first factor can use no second one and asks the firm; staff is told."""

    user_id = uuid()
    name = text()
    email = text()
    accounts = listed(AccountRef)
    at = moment()


EVENTS = {
    "identity.user.saved.v1": User,
    "identity.user.invited.v1": UserInvited,
    "identity.user.activated.v1": User,
    "identity.user.signed_in.v1": SignedIn,
    "identity.user.viewed_as.v1": UserViewed,
    "identity.sign_in.requested.v1": SignInRequested,
    "identity.code.issued.v1": CodeIssued,
    "identity.code.redirected.v1": CodeRedirected,
    "identity.password.forgotten.v1": PasswordForgotten,
    "identity.password.reset_requested.v1": PasswordResetRequested,
    "identity.credential.changed.v1": CredentialChanged,
    "identity.second_factor.lost.v1": SecondFactorLost,
}
