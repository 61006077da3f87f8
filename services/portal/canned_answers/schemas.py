"""What the API of canned answers takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates

from services.chassis.schemas import PageQuery, Schema, Text
from services.portal.canned_answers.filling import unknown_placeholders
from services.portal.fields import LOCALES, Name
from services.portal.people import PersonOut

MAX_TEXT = 3000


class AnswerIn(Schema):
    """An answer to keep: its text in at least one language, with the placeholders that are known."""

    title = Name(max=120, required=True)
    texts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LOCALES)), values=Text(max=MAX_TEXT, multiline=True), required=True
    )

    @validates("texts")
    def _whole(self, value: dict[str, str], **_: Any) -> None:
        if not any(value.values()):
            raise ValidationError("Write the answer in at least one language.")
        errors = {code: unknown for code, text in value.items() if (unknown := unknown_placeholders(text))}
        if errors:
            raise ValidationError(
                {code: [f"Nothing is called {{{name}}}." for name in names] for code, names in errors.items()}
            )


class AnswerChange(AnswerIn):
    """What is to stand there. `version` is that which the caller has seen."""

    version = fields.Integer(required=True)


class AnswersQuery(PageQuery):
    """Which answers: those with these words in title or text."""

    q = Text(max=100, load_default="")


class AnswerOut(Schema):
    id = fields.UUID()
    title = fields.String()
    texts = fields.Dict(keys=fields.String(), values=fields.String())
    created_by = fields.Nested(PersonOut)
    updated_at = fields.AwareDateTime()
    version = fields.Integer()


class AnswersPage(Schema):
    items = fields.List(fields.Nested(AnswerOut))
    next = fields.String(allow_none=True)


class FilledOut(Schema):
    """An answer as it goes into the reply to a case."""

    id = fields.UUID()
    title = fields.String()
    text = fields.String()


class FilledAnswers(Schema):
    items = fields.List(fields.Nested(FilledOut))
