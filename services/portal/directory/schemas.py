"""What the directory's API takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import PageQuery, Schema, Text
from services.contracts.client_roles import ROLES
from services.portal.directory.models import ACCOUNT_KINDS, ACCOUNT_STATUSES, PORTAL_STATUSES, SORTS
from services.portal.fields import Email, Mobile, Name, Phone, locale, timezone
from services.portal.people import PersonOut
from services.portal.tags.schemas import TagOut

MAX_CONTACTS = 50
CUSTOM = {"description": "What stands in the firm's own fields, by their names; null empties one"}


class ContactFields(Schema):
    """What may be said of a contact."""

    name = Name(required=True)
    email = Email(required=True)
    mobile = Mobile(allow_none=True)
    locale = locale()
    timezone = timezone()
    role = fields.String(validate=validate.OneOf(ROLES))
    portal_user = fields.Boolean()
    support_start = fields.Date(allow_none=True)
    support_end = fields.Date(allow_none=True)
    custom = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), metadata=CUSTOM)

    @validates_schema
    def _period(self, data: dict[str, Any], **_: Any) -> None:
        start, end = data.get("support_start"), data.get("support_end")
        if start and end and end < start:
            raise ValidationError("The end is before the start.", "support_end")


class NewContact(ContactFields):
    """A contact to add. `invite` gives it access to the portal, whether or not the field "Portal user" is active."""

    invite = fields.Boolean()


class ContactChange(ContactFields):
    """What is to be different about a contact whose version the caller has seen."""

    name = Name(min=1)
    email = Email(validate=validate.Length(min=1, error="Fill this in."))
    version = fields.Integer(required=True)


class AccountFields(Schema):
    """What may be said of an account."""

    name = Name(required=True)
    kind = fields.String(validate=validate.OneOf(ACCOUNT_KINDS))
    tax_number = Name(max=40)
    address = Text(max=500, multiline=True)
    phone = Phone()
    email = Email()
    locale = locale()
    is_test = fields.Boolean()
    adviser_id = fields.UUID(allow_none=True)
    client_since = fields.Date(allow_none=True)
    custom = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), metadata=CUSTOM)
    external_id = Name(max=80, allow_none=True)


class NewAccount(AccountFields):
    """An account to add, with its first contacts."""

    contacts = fields.List(fields.Nested(NewContact), load_default=list, validate=validate.Length(max=MAX_CONTACTS))


class AccountChange(AccountFields):
    """What is to be different about an account whose version the caller has seen."""

    name = Name(min=1)
    status = fields.String(validate=validate.OneOf(ACCOUNT_STATUSES))
    version = fields.Integer(required=True)


def _is_sort(value: str) -> None:
    if value not in SORTS and not value.removeprefix("-").startswith("custom."):
        raise ValidationError("The list cannot be sorted by this.")


class AccountFilters(Schema):
    """Which accounts, in which order, for a list and for an export of the same."""

    q = Text(max=100, load_default="")
    sort = fields.String(load_default="name", validate=_is_sort)
    status = fields.String(load_default="active", validate=validate.OneOf([*ACCOUNT_STATUSES, "all"]))
    kind = fields.String(validate=validate.OneOf(ACCOUNT_KINDS))
    portal_status = fields.String(validate=validate.OneOf(PORTAL_STATUSES))
    adviser_id = fields.UUID()
    no_adviser = fields.Boolean(metadata={"description": "Those whom nobody looks after"})
    tag_id = fields.List(
        fields.UUID(), validate=validate.Length(max=10), metadata={"description": "Those with all of them"}
    )
    is_test = fields.Boolean()
    since_from = fields.Date()
    since_to = fields.Date()
    field = fields.List(
        fields.String(validate=validate.Length(max=300)),
        validate=validate.Length(max=5),
        metadata={
            "description": "name:operator:value of a field of the firm's own: is, begins, from, to, filled, empty"
        },
    )


class AccountQuery(PageQuery, AccountFilters):
    """Which accounts, in which order."""


class Bulk(Schema):
    """What to do to several clients at once: one thing or more of these."""

    account_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=200))
    add_tag = Name(max=40, min=1, metadata={"description": "Its name; a new one is made where there is none"})
    remove_tag_id = fields.UUID()
    adviser_id = fields.UUID(allow_none=True, metadata={"description": "Null takes the adviser away"})


class BulkResult(Schema):
    changed = fields.Integer(metadata={"description": "How many of them are different now"})


class Version(Schema):
    """The version that the caller has seen; the change is refused where there is a newer one."""

    version = fields.Integer(load_default=None)


class Invitation(Schema):
    """Whom to invite to the portal."""

    contact_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MAX_CONTACTS))


class Adviser(Schema):
    id = fields.UUID()
    name = fields.String()


class ContactOut(Schema):
    """A contact, with the state of its access to the portal."""

    id = fields.UUID()
    account_id = fields.UUID()
    name = fields.String()
    email = fields.String()
    mobile = fields.String(allow_none=True)
    locale = fields.String()
    timezone = fields.String()
    role = fields.String()
    portal_user = fields.Boolean()
    portal_status = fields.String(metadata={"description": "not_invited, invited, active, suspended or undeliverable"})
    user_id = fields.UUID(allow_none=True)
    support_start = fields.Date(allow_none=True)
    support_end = fields.Date(allow_none=True)
    removed = fields.Boolean()
    invited_at = fields.AwareDateTime(allow_none=True)
    invited_by = fields.Nested(PersonOut, allow_none=True)
    invitation_expires_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Until when the invitation works; of an invited contact only"}
    )
    delivery_failure = fields.Dict(
        allow_none=True,
        metadata={"description": "What did not arrive: kind, channel, reason, at, instead (B10)"},
    )
    custom = fields.Dict(keys=fields.String(), metadata=CUSTOM)
    version = fields.Integer()


class AccountOut(Schema):
    """An account."""

    id = fields.UUID()
    name = fields.String()
    kind = fields.String()
    tax_number = fields.String()
    address = fields.String()
    phone = fields.String()
    email = fields.String()
    locale = fields.String()
    is_test = fields.Boolean()
    status = fields.String()
    adviser = fields.Nested(Adviser, allow_none=True)
    client_since = fields.Date(allow_none=True)
    external_id = fields.String(allow_none=True, metadata={"description": "What another system calls this client"})
    tags = fields.List(fields.Nested(TagOut))
    portal_status = fields.String(metadata={"description": "The furthest status among its contacts"})
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    custom = fields.Dict(keys=fields.String(), metadata=CUSTOM)
    version = fields.Integer()
    contacts = fields.List(fields.Nested(ContactOut))


class MainContact(Schema):
    id = fields.UUID()
    name = fields.String()
    email = fields.String()
    portal_status = fields.String()


class AccountRow(AccountOut):
    """An account in a list: its contacts shortened to the first one."""

    class Meta(Schema.Meta):
        exclude = ("contacts",)

    main_contact = fields.Nested(MainContact, allow_none=True)
    contact_count = fields.Integer()
    open_requests = fields.Integer()


class AccountPage(Schema):
    """A page of accounts; `total` counts all that were found but test clients, unless these were asked for (S14)."""

    items = fields.List(fields.Nested(AccountRow))
    next = fields.String(allow_none=True)
    total = fields.Integer(metadata={"description": "Counted up to 1,000"})
    total_is_more = fields.Boolean(metadata={"description": "Whether there are more than `total`"})
    tests = fields.Integer(metadata={"description": "How many test clients were found, besides `total`"})


class Invited(Schema):
    """What the invitation of one contact came to."""

    contact_id = fields.UUID()
    result = fields.String(
        metadata={
            "description": "invited, already_active, access_given (to one who signs in already and needs no "
            "invitation), or already_invited: who has an invitation gets a new one "
            "if the last can no longer be used; identity sends one at once by /v1/users/{id}/invitations"
        }
    )


class InvitationResult(Schema):
    items = fields.List(fields.Nested(Invited))


class ColleagueRole(Schema):
    """What a colleague may do in the account."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class NewColleague(ColleagueRole):
    """A colleague to invite."""

    name = Name(required=True)
    email = Email(required=True)


class ColleagueOut(Schema):
    id = fields.UUID()
    name = fields.String()
    email = fields.String()
    role = fields.String()
    portal_status = fields.String()
    invited_at = fields.AwareDateTime(allow_none=True)
    invitation_expires_at = fields.AwareDateTime(allow_none=True)
    is_self = fields.Boolean()


class ColleaguesOut(Schema):
    items = fields.List(fields.Nested(ColleagueOut))
    may_invite = fields.Boolean()
