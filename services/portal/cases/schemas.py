"""What the cases' API takes and gives. The limits keep a case's event within 64 KiB."""

from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, validate, validates_schema

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.cases.models import MAX_CITED, MAX_TEXT, PRIORITIES, SORTS, STATUSES
from services.portal.directory.schemas import Adviser
from services.portal.field_editor.schemas import FieldOut
from services.portal.fields import Name
from services.portal.people import PersonOut
from services.portal.requests.schemas import Cited, CommentOut

MOST_AT_ONCE = 100
STATES = ("all", "open", "ours")


class Repeatable(Schema):
    """A key under which a call that is sent twice counts once."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Regexp(r"^[\x21-\x7e]{1,200}$", error="Use 1 to 200 visible ASCII characters."),
    )


def _priority(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(PRIORITIES, error="Choose one of the options."), **kwargs)


def _documents() -> fields.List[Any]:
    return fields.List(fields.UUID(), validate=validate.Length(max=MAX_CITED))


class CaseFields(Schema):
    """The fields of a case that may be filled; which of them are there for the caller, /v1/case-form tells."""

    description = Text(max=MAX_TEXT, multiline=True)
    priority = _priority()
    case_type = fields.String(allow_none=True, validate=validate.Length(max=60))
    due_on = fields.Date(allow_none=True)
    assignee_id = fields.UUID(allow_none=True)
    custom = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))


class NewCase(CaseFields):
    """A case. `account_id` is for staff; a client's is its own."""

    title = Name(required=True)
    account_id = fields.UUID()
    document_ids = _documents()


class CaseChangeIn(CaseFields):
    """What is to be different. `version` is that which the caller has seen."""

    title = Name(min=1)
    version = fields.Integer(required=True)


class NewComment(Schema):
    """A message. `internal` (a note that no client sees) and `status` (the one afterwards) are for staff."""

    message = Text(max=MAX_TEXT, multiline=True)
    document_ids = _documents()
    internal = fields.Boolean()
    status = fields.String(validate=validate.OneOf(STATUSES))


class StatusIn(Schema):
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))


class ReopeningOfCase(Schema):
    """Why a case is opened again."""

    message = Text(max=MAX_TEXT, multiline=True)


class AssigneeIn(Schema):
    """Who looks after it; null for nobody."""

    assignee_id = fields.UUID(required=True, allow_none=True)


class BulkOfCases(Schema):
    """Several cases to give to somebody, or to close."""

    case_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE))
    assignee_id = fields.UUID(allow_none=True)
    close = fields.Boolean()

    @validates_schema
    def _one_act(self, data: dict[str, Any], **_: Any) -> None:
        if ("assignee_id" in data) == bool(data.get("close")):
            raise ValidationError("Say either who gets them, or that they are closed.", "assignee_id")


class BulkOut(Schema):
    changed = fields.Integer(metadata={"description": "How many are different now; the others were like that already"})


def _assignee_or_nobody(value: str) -> None:
    if value != "none":
        fields.UUID().deserialize(value)


class CaseFilters(Schema):
    """Which cases, in which order. Filters by what a client does not see are refused."""

    account_id = fields.UUID(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    state = fields.String(load_default="all", validate=validate.OneOf(STATES))
    priority = _priority(load_default=None)
    case_type = fields.String(load_default=None, validate=validate.Length(max=60))
    assignee = fields.String(
        load_default=None, validate=_assignee_or_nobody, metadata={"description": "An id of the staff, or none"}
    )
    overdue = fields.Boolean(load_default=False)
    opened_from = fields.Date(load_default=None)
    opened_to = fields.Date(load_default=None)
    q = Text(max=100, load_default="")
    field = fields.List(
        fields.String(validate=validate.Length(max=300)),
        load_default=(),
        validate=validate.Length(max=5),
        metadata={
            "description": "name:operator:value of a field of the firm's own: is, begins, from, to, filled, empty"
        },
    )
    sort = fields.String(load_default="-created_at", validate=validate.OneOf(SORTS))


class CaseQuery(PageQuery, CaseFilters):
    """A page of these cases."""


class CaseExportQuery(CaseFilters):
    """Which cases, and how the file is written."""

    separator = fields.String(load_default=",", validate=validate.OneOf((",", ";")))
    mark = fields.Boolean(load_default=True, metadata={"description": "Whether a byte order mark stands first"})


class CountsOfCases(Schema):
    open = fields.Integer(metadata={"description": "Not closed"})
    overdue = fields.Integer()


class CountQuery(Schema):
    account_id = fields.UUID(load_default=None)


class CaseCommentOut(CommentOut):
    """A message in the thread."""


class ChangeOut(Schema):
    """A line of the history: who made what of which field."""

    by = fields.Nested(PersonOut)
    at = fields.AwareDateTime()
    field = fields.String()
    old = fields.Raw(allow_none=True)
    new = fields.Raw(allow_none=True)


class CaseRow(Schema):
    """A case in a list. What is not there for the caller is left out; the targets are for staff."""

    id = fields.UUID()
    number = fields.Integer()
    account_id = fields.UUID()
    account_name = fields.String()
    title = fields.String()
    status = fields.String()
    priority = fields.String()
    case_type = fields.String(allow_none=True)
    case_type_labels = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    assignee_id = fields.UUID(allow_none=True)
    assignee = fields.Nested(Adviser, allow_none=True)
    due_on = fields.Date(allow_none=True)
    created_by = fields.Nested(PersonOut)
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)
    unread = fields.Boolean()
    custom = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    next_due_at = fields.AwareDateTime(allow_none=True)
    next_due = fields.String(allow_none=True, metadata={"description": "response or resolution"})
    overdue = fields.Boolean()
    escalated = fields.Boolean()
    version = fields.Integer()


class CaseOut(CaseRow, Cited):
    """A case with its thread. `allowed` says what the caller may do with it now, `changeable` which fields change."""

    description = fields.String()
    fields_ = fields.List(fields.Nested(FieldOut), data_key="fields", attribute="fields")
    changeable = fields.List(fields.String())
    comments = fields.List(fields.Nested(CaseCommentOut))
    changes = fields.List(fields.Nested(ChangeOut))
    respond_by = fields.AwareDateTime(allow_none=True)
    resolve_by = fields.AwareDateTime(allow_none=True)
    first_answered_at = fields.AwareDateTime(allow_none=True)
    response_minutes = fields.Integer(allow_none=True)
    resolution_minutes = fields.Integer(allow_none=True)
    response_met = fields.Boolean(allow_none=True)
    resolution_met = fields.Boolean(allow_none=True)
    allowed = fields.List(fields.String())
    next_statuses = fields.List(fields.String())


class CasePage(Schema):
    items = fields.List(fields.Nested(CaseRow))
    next = fields.String(allow_none=True)


class TypeOut(Schema):
    value = fields.String()
    labels = fields.Dict(keys=fields.String(), values=fields.String())
    retired = fields.Boolean()


class CaseFormOut(Schema):
    """What a form for a new case asks of the caller, what a list may show, and what may be chosen."""

    entries = fields.List(fields.Nested(FieldOut), data_key="fields")
    shown = fields.List(fields.Nested(FieldOut))
    types = fields.List(fields.Nested(TypeOut))
    priorities = fields.List(fields.String())
