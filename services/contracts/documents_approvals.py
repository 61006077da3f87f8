"""What documents says of approving and rejecting: the client what the firm sent, the firm what the client sent."""

from services.contracts.fields import Data, Person, moment, number, one_of, part, text, uuid


class Approval(Data):
    """The whole state of what was asked and decided about one version. Only the newest version's counts.

    `side` decides; `by` did at `at` what the event tells; `version` counts the changes of this approval.
    """

    id = uuid()
    document_id = uuid()
    account_id = uuid()
    name = text()
    version_number = number()
    side = one_of("client", "firm")
    status = one_of("asked", "approved", "rejected", "undone")
    note = text()
    reason = text()
    asked_by = part(Person, allow_none=True)
    asked_at = moment(allow_none=True)
    decided_by = part(Person, allow_none=True)
    decided_at = moment(allow_none=True)
    undone_by = part(Person, allow_none=True)
    undone_at = moment(allow_none=True)
    by = part(Person)
    at = moment()
    version = number()


EVENTS = {
    "documents.document.approval_asked.v1": Approval,
    "documents.document.approval_decided.v1": Approval,
    "documents.document.approval_undone.v1": Approval,
}
