"""What portal says of cases."""

from marshmallow import fields

from services.contracts.fields import Data, Person, day, flag, listed, moment, one_of, part, text, uuid

STATUSES = ("open", "in_progress", "waiting_for_response", "closed")


class Case(Data):
    """A case's whole public state. `shown_to_clients` names the fields that the firm shows to clients: no other goes
    into what a client is told."""

    id = uuid()
    number = fields.Integer(required=True)
    account_id = uuid()
    title = text()
    description = text()
    case_type = text(allow_none=True)
    priority = one_of("low", "normal", "high", "urgent")
    status = one_of(*STATUSES)
    assignee_id = uuid(allow_none=True)
    due_on = day(allow_none=True)
    created_by = part(Person)
    created_at = moment()
    closed_at = moment(allow_none=True)
    respond_by = moment(allow_none=True)
    resolve_by = moment(allow_none=True)
    next_due_at = moment(allow_none=True)
    document_ids = listed(fields.UUID())
    shown_to_clients = listed(fields.String())
    is_test = flag()
    version = fields.Integer(required=True)


class CaseOpened(Case):
    """A client brought a case to the firm, or the firm opened one for a client."""

    by = part(Person)


class CaseCommented(Case):
    """A client or the firm wrote in a case. Of internal notes there is no event."""

    by = part(Person)
    comment_id = uuid()
    comment = text()
    comment_document_ids = listed(fields.UUID())


class CaseStatusChanged(Case):
    """A case has another status."""

    by = part(Person)
    old_status = one_of(*STATUSES)


class CaseAssigned(Case):
    """Somebody of the staff looks after a case now, or (null) nobody."""

    by = part(Person)
    old_assignee_id = uuid(allow_none=True)


class CaseEscalated(Case):
    """A case missed its target for the first answer, or for the solution."""

    target = one_of("response", "resolution")
    due_at = moment()


EVENTS = {
    "portal.case.opened.v1": CaseOpened,
    "portal.case.commented.v1": CaseCommented,
    "portal.case.status_changed.v1": CaseStatusChanged,
    "portal.case.assigned.v1": CaseAssigned,
    "portal.case.escalated.v1": CaseEscalated,
}
