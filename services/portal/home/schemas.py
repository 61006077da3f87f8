"""What Home and the page's frame show."""

from marshmallow import fields

from services.chassis.schemas import Schema
from services.portal.announcements.schemas import OwnAnnouncement
from services.portal.directory.schemas import Adviser
from services.portal.people import PersonOut
from services.portal.reviews.schemas import OwnRequest
from services.portal.settings.schemas import BrandOut, Button, Switches


class ToDo(Schema):
    """One thing for the client to do. It goes by itself once it is done (B11)."""

    kind = fields.String(metadata={"description": "answer_request, send_documents, sign_document or fill_profile"})
    id = fields.UUID(metadata={"description": "Of the request, the sign request, or one's own contact"})
    title = fields.String()
    due_on = fields.Date(allow_none=True)
    asked_by = fields.Nested(PersonOut, allow_none=True)
    done = fields.Integer(metadata={"description": "How many of `total` documents were sent, or fields filled"})
    total = fields.Integer()
    pages = fields.Integer(allow_none=True)


class Amount(Schema):
    amount = fields.Integer(metadata={"description": "In minor units"})
    currency = fields.String()


class NewDocuments(Schema):
    count = fields.Integer()
    names = fields.List(fields.String(), metadata={"description": "Of the latest three"})
    ids = fields.List(fields.UUID())


class Tiles(Schema):
    to_pay = fields.Nested(Amount)
    new_documents = fields.Nested(NewDocuments)
    next_booking = fields.AwareDateTime(allow_none=True)


class AccountCard(Schema):
    id = fields.UUID()
    name = fields.String()
    kind = fields.String()
    tax_number = fields.String()
    address = fields.String()
    phone = fields.String()
    email = fields.String()
    client_since = fields.Date(allow_none=True)


class ContactCard(Schema):
    id = fields.UUID()
    name = fields.String()
    email = fields.String()
    mobile = fields.String(allow_none=True)
    role = fields.String()


class FirmCard(Schema):
    name = fields.String()
    adviser = fields.Nested(Adviser, allow_none=True)
    phone = fields.String()
    email = fields.String()
    address = fields.String()
    office_hours = fields.String()


class OwnAccount(Schema):
    id = fields.UUID()
    name = fields.String()
    role = fields.String()
    active = fields.Boolean()


class ShellOut(Schema):
    """What frames every page. `counts`: a client's incoming, new_documents, messages; of staff those of its work."""

    kind = fields.String()
    brand = fields.Nested(BrandOut)
    switches = fields.Nested(Switches)
    action_buttons = fields.List(fields.String())
    buttons = fields.List(fields.Nested(Button))
    announcements = fields.List(
        fields.Nested(OwnAnnouncement), metadata={"description": "For a client: what is announced to them now"}
    )
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    accounts = fields.List(fields.Nested(OwnAccount))
    test_accounts = fields.List(fields.UUID(), metadata={"description": "For staff: the clients that are tests (S14)"})


class HomeOut(Schema):
    """All of a client's Home."""

    greeting_name = fields.String()
    announcement = fields.String(metadata={"description": "For older callers; `announcements` took its place"})
    announcements = fields.List(fields.Nested(OwnAnnouncement), metadata={"description": "Those not read yet"})
    switches = fields.Nested(Switches)
    banner = fields.String()
    to_do = fields.List(fields.Nested(ToDo))
    review_request = fields.Nested(OwnRequest, allow_none=True, metadata={"description": "While it is open"})
    tiles = fields.Nested(Tiles)
    account = fields.Nested(AccountCard, allow_none=True, metadata={"description": "Null for who only signs"})
    contacts = fields.List(fields.Nested(ContactCard))
    action_buttons = fields.List(fields.String())
    buttons = fields.List(fields.Nested(Button))
    firm = fields.Nested(FirmCard)
    shell = fields.Nested(ShellOut, metadata={"description": "What GET /v1/shell answers, so that Home asks once"})
