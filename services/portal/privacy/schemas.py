"""What the API of exports and erasures takes and gives."""

from marshmallow import fields, validate

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.people import PersonOut
from services.portal.privacy.models import MOST_ERASURE_DAYS, MOST_SIGNED_YEARS, TRANSITIONS


class NewExport(Schema):
    """An export. A client asks for the account being looked at; staff names it, and may take `everything`."""

    account_id = fields.UUID(load_default=None)
    everything = fields.Boolean(load_default=False)


class ExportPart(Schema):
    """How far one service is: waiting, done or failed."""

    service = fields.String()
    status = fields.String()
    files = fields.Integer()
    size = fields.Integer()


class DataExportOut(Schema):
    """An export: gathering, assembling, ready, failed or expired."""

    id = fields.UUID()
    account_id = fields.UUID()
    everything = fields.Boolean()
    asked_by = fields.Nested(PersonOut)
    status = fields.String()
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)
    expires_at = fields.AwareDateTime(allow_none=True)
    size = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)
    parts = fields.List(fields.Nested(ExportPart))


class AskedErasure(Schema):
    """A client's wish. `confirmed` has to be true: what follows cannot be undone."""

    reason = Text(max=1000, multiline=True, load_default="")
    confirmed = fields.Boolean(
        required=True, validate=validate.Equal(True, error="Confirm that you want all data erased.")
    )


class NewErasure(Schema):
    """The firm's decision. `name` is the client's, as a confirmation."""

    name = Text(max=200, required=True)
    reason = Text(max=1000, multiline=True, load_default="")
    keep_signed = fields.Boolean(load_default=True)


class ErasedKind(Schema):
    kind = fields.String()
    count = fields.Integer()


class KeptKind(ErasedKind):
    rule = fields.String()
    until = fields.String(metadata={"description": "a day in ISO 8601"})


class ErasurePartOut(Schema):
    """What one service has answered."""

    service = fields.String()
    status = fields.String()
    erased = fields.List(fields.Nested(ErasedKind))
    kept = fields.List(fields.Nested(KeptKind))
    reason = fields.String(allow_none=True)
    changed_at = fields.AwareDateTime()


class AccountLabel(Schema):
    id = fields.UUID()
    name = fields.String()


class ErasureRow(Schema):
    """An erasure in a list."""

    id = fields.UUID()
    account = fields.Nested(AccountLabel)
    number = fields.String()
    status = fields.String()
    reason = fields.String()
    by_client = fields.Boolean()
    asked_by = fields.Nested(PersonOut)
    asked_at = fields.AwareDateTime()
    decided_by = fields.Nested(PersonOut, allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    keep_signed = fields.Boolean()
    starts_at = fields.AwareDateTime(allow_none=True)
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    again_on = fields.Date(allow_none=True)


class ErasureOut(ErasureRow):
    """An erasure with its report: what each service erased, and what stays and why."""

    parts = fields.List(fields.Nested(ErasurePartOut))
    on_hold = fields.Boolean()


class ErasurePage(Schema):
    items = fields.List(fields.Nested(ErasureRow))
    next = fields.String(allow_none=True)


class ErasureQuery(PageQuery):
    status = fields.String(load_default=None, validate=validate.OneOf(list(TRANSITIONS)))


class HoldIn(Schema):
    """Why nothing may be erased, and until when; without a day until somebody lifts it."""

    reason = Text(max=500, required=True)
    until = fields.Date(load_default=None, allow_none=True)


class HoldOut(Schema):
    reason = fields.String()
    until = fields.Date(allow_none=True)
    set_by = fields.Nested(PersonOut)
    set_at = fields.AwareDateTime()


class Rules(Schema):
    """Days that the firm waits before it erases, and years that it keeps what was signed."""

    erasure_days = fields.Integer(required=True, validate=validate.Range(0, MOST_ERASURE_DAYS))
    signed_years = fields.Integer(required=True, validate=validate.Range(0, MOST_SIGNED_YEARS))


class AccountData(Schema):
    """What is done with the data of an account as a whole."""

    account = fields.Nested(AccountLabel)
    legal_hold = fields.Nested(HoldOut, allow_none=True)
    exports = fields.List(fields.Nested(DataExportOut))
    erasures = fields.List(fields.Nested(ErasureOut))
    rules = fields.Nested(Rules)


class OwnErasure(Schema):
    """How far the erasure of one's own account is."""

    id = fields.UUID()
    status = fields.String()
    asked_at = fields.AwareDateTime()
    starts_at = fields.AwareDateTime(allow_none=True)


class OwnData(Schema):
    exports = fields.List(fields.Nested(DataExportOut))
    erasure = fields.Nested(OwnErasure, allow_none=True)
    rules = fields.Nested(Rules)
