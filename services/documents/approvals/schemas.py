"""Schemas of approvals."""

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.documents.approvals.models import APPROVED, REJECTED
from services.documents.library.schemas import PersonOut

LONGEST = 2000


class AskIn(Schema):
    """What the client is told with the question."""

    note = Text(max=LONGEST, multiline=True, load_default="")


class DecisionIn(Schema):
    """Approved or rejected, and why; `version_number` is the version that was looked at."""

    decision = fields.String(required=True, validate=validate.OneOf([APPROVED, REJECTED]))
    version_number = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=1_000_000))
    reason = Text(max=LONGEST, multiline=True, load_default="")


class ApprovalOut(Schema):
    """What was asked and decided about a version; `side` decides: the client or the firm."""

    id = fields.UUID()
    document_id = fields.UUID()
    version_number = fields.Integer()
    side = fields.String(validate=validate.OneOf(["client", "firm"]))
    status = fields.String(validate=validate.OneOf(["asked", "approved", "rejected", "undone"]))
    note = fields.String()
    reason = fields.String()
    asked_by = fields.Nested(PersonOut, allow_none=True)
    asked_at = fields.AwareDateTime(format="iso", allow_none=True)
    decided_by = fields.Nested(PersonOut, allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
    undone_by = fields.Nested(PersonOut, allow_none=True)
    undone_at = fields.AwareDateTime(format="iso", allow_none=True)
    version = fields.Integer()


class ApprovalsOut(Schema):
    """What stands about the newest version, and all that was ever said."""

    current = fields.Nested(ApprovalOut, allow_none=True)
    version_number = fields.Integer()
    items = fields.List(fields.Nested(ApprovalOut))
