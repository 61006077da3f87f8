"""What portal says of client requests."""

from marshmallow import fields

from services.contracts.fields import Data, Person, day, flag, listed, moment, number, one_of, part, text, uuid


class RequestItem(Data):
    """One thing that is asked for."""

    id = uuid()
    title = text()
    status = one_of("open", "received", "accepted", "rejected")


class Request(Data):
    """A client request's whole public state."""

    id = uuid()
    account_id = uuid()
    title = text()
    message = text()
    status = one_of("open", "replied", "closed")
    due_on = day(allow_none=True)
    created_by = part(Person)
    created_at = moment()
    items = listed(RequestItem)
    document_ids = listed(fields.UUID())
    version = number()


class RequestReplied(Request):
    """A client or the firm wrote in a request."""

    comment_id = uuid()
    by = part(Person)
    comment = text()
    comment_document_ids = listed(fields.UUID())
    item_id = fields.UUID(metadata={"description": "The item of the checklist that was answered"})


class RequestClosed(Request):
    """The firm has what it asked for, or needs it no more."""

    by = part(Person)
    all_accepted = fields.Boolean(metadata={"description": "Whether it closed with the last item being accepted"})


class RequestReopened(Request):
    """The firm needs something of the client after all."""

    by = part(Person)


class RequestChanged(Request):
    """It is due on another day, or the client is reminded of it or not."""

    by = part(Person)


class ItemAccepted(Request):
    """The firm accepted what was sent for an item."""

    by = part(Person)
    item_id = uuid()
    item = text()


class ItemRejected(ItemAccepted):
    """The firm sent an item back: it is open again, and the client reads why."""

    reason = text()


class RequestReminded(Request):
    """The client is reminded of a request that is due soon, today, or since `days_late` days."""

    days_late = number(metadata={"description": "Negative before it is due"})
    missing = listed(fields.String())
    is_test = flag()


EVENTS = {
    "portal.request.created.v1": Request,
    "portal.request.replied.v1": RequestReplied,
    "portal.request.closed.v1": RequestClosed,
    "portal.request.reopened.v1": RequestReopened,
    "portal.request.changed.v1": RequestChanged,
    "portal.request.item_accepted.v1": ItemAccepted,
    "portal.request.item_rejected.v1": ItemRejected,
    "portal.request.reminded.v1": RequestReminded,
}
