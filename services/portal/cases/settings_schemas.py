"""What the API of the cases' settings and report takes and gives."""

import re
from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from services.chassis.schemas import Schema
from services.portal.cases.models import PRIORITIES
from services.portal.cases.schemas import TypeOut
from services.portal.field_editor.schemas import Labelled
from services.portal.fields import LOCALES, Name

MOST_MINUTES = 60_000
MOST_TYPES = 50
LEAST_WEEK = 60
"""Working minutes that a week needs, so that targets end."""
_CLOCK = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")
CLOCK = validate.Regexp(_CLOCK, error="Write a time such as 09:00.")


class Target(Schema):
    """Minutes of working time to the first answer, and to the solution; null for no target."""

    response = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(min=1, max=MOST_MINUTES)
    )
    resolution = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(min=1, max=MOST_MINUTES)
    )


Targets = Schema.from_dict({name: fields.Nested(Target, required=True) for name in PRIORITIES}, name="CaseTargets")


class CaseTypeIn(Labelled):
    """A type of case; one without `value` is new. A retired one is offered no more, and stays where it is."""

    value = fields.String(validate=validate.Length(max=60))
    labels = fields.Dict(keys=fields.String(validate=validate.OneOf(LOCALES)), values=Name(max=60), required=True)
    retired = fields.Boolean(load_default=False)


class CaseSettingsChange(Schema):
    """What is to be set. `hours` are the spans of Monday to Sunday; one that ends at 00:00 ends the day."""

    targets = fields.Nested(Targets)
    hours = fields.List(
        fields.List(
            fields.List(fields.String(validate=CLOCK), validate=validate.Length(equal=2)),
            validate=validate.Length(max=3),
        ),
        validate=validate.Length(equal=7),
    )
    types = fields.List(fields.Nested(CaseTypeIn), validate=validate.Length(max=MOST_TYPES))
    reopen_days = fields.Integer(strict=True, validate=validate.Range(min=0, max=365))
    version = fields.Integer(required=True)

    @validates("hours")
    def _a_week(self, value: list[Any], **_: Any) -> None:
        if not all(len(span) == 2 and all(map(_CLOCK.match, span)) for spans in value for span in spans):
            return  # what is wrong with a time is said beside it
        total = 0
        for day, spans in enumerate(value):
            ends = [(_minute(begin), _minute(end) or 1440) for begin, end in spans]
            if any(begin >= end for begin, end in ends) or any(one[1] > two[0] for one, two in pairwise(ends)):
                raise ValidationError({day: ["The hours of a day follow each other, and end after they begin."]})
            total += sum(end - begin for begin, end in ends)
        if total < LEAST_WEEK:
            raise ValidationError("Give at least one hour in the week.")


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


class TargetOut(Schema):
    response = fields.Integer(allow_none=True)
    resolution = fields.Integer(allow_none=True)


class CaseSettingsOut(Schema):
    """What the firm set of cases."""

    targets = fields.Dict(keys=fields.String(), values=fields.Nested(TargetOut, allow_none=True))
    hours = fields.List(fields.List(fields.List(fields.String())))
    types = fields.List(fields.Nested(TypeOut))
    reopen_days = fields.Integer()
    timezone = fields.String(metadata={"description": "The firm's, in which the hours are"})
    version = fields.Integer()


class ReportQuery(Schema):
    """About the cases opened from which day to which; the last 30 days unless told."""

    first = fields.Date(data_key="from", load_default=None)
    last = fields.Date(data_key="to", load_default=None)


class ReportRow(Schema):
    """The cases of a priority: medians in working minutes, and how many of a hundred met their target."""

    priority = fields.String()
    opened = fields.Integer()
    closed = fields.Integer()
    response_median = fields.Integer(allow_none=True)
    response_met = fields.Integer(allow_none=True)
    resolution_median = fields.Integer(allow_none=True)
    resolution_met = fields.Integer(allow_none=True)


class ReportOut(Schema):
    first = fields.Date(data_key="from", attribute="from")
    last = fields.Date(data_key="to", attribute="to")
    rows = fields.List(fields.Nested(ReportRow))
    total = fields.Nested(ReportRow)
