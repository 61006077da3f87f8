"""What the announcements' API takes and gives."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas import PageQuery, Schema
from services.portal.announcements.models import AUDIENCES, MOST_ACCOUNTS, MOST_TAGS, STATES
from services.portal.people import PersonOut
from services.portal.settings.schemas import by_language

Titles = by_language("AnnouncementTitles", max=120)
Texts = by_language("AnnouncementTexts", max=2000, multiline=True)


class NewAnnouncement(Schema):
    """An announcement, in one language at least. Without `starts_at` it begins now, without `ends_at` it stays."""

    titles = fields.Nested(Titles, required=True)
    texts = fields.Nested(Texts, required=True)
    audience = fields.String(load_default="all", validate=validate.OneOf(AUDIENCES))
    account_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_ACCOUNTS))
    tag_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_TAGS))
    starts_at = fields.AwareDateTime(load_default=None, allow_none=True)
    ends_at = fields.AwareDateTime(load_default=None, allow_none=True)

    @validates_schema
    def _readable(self, data: dict[str, Any], **_: Any) -> None:
        titles, texts = data.get("titles", {}), data.get("texts", {})
        if not any(titles.values()):
            raise ValidationError("Fill this in.", "titles")
        for code, text in texts.items():
            if text and not titles.get(code):
                raise ValidationError({code: ["Write a title in this language, too."]}, "titles")


class AnnouncementChange(NewAnnouncement):
    """All of an announcement. `version` is that which the caller has seen."""

    version = fields.Integer(required=True)


class AnnouncementsQuery(PageQuery):
    """Which announcements: all unless `state` names current, planned or past ones."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class AccountName(Schema):
    id = fields.UUID()
    name = fields.String()


class AnnouncementOut(Schema):
    """An announcement as staff sees it."""

    id = fields.UUID()
    titles = fields.Nested(Titles)
    texts = fields.Nested(Texts)
    audience = fields.String()
    accounts = fields.List(fields.Nested(AccountName))
    tags = fields.List(fields.Nested(AccountName))
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime(allow_none=True)
    state = fields.String(metadata={"description": "current, planned or past"})
    created_by = fields.Nested(PersonOut)
    updated_at = fields.AwareDateTime()
    version = fields.Integer()


class AnnouncementPage(Schema):
    items = fields.List(fields.Nested(AnnouncementOut))
    next = fields.String(allow_none=True)


class OwnAnnouncement(Schema):
    """What is announced to a client now, and whether this person has read it."""

    id = fields.UUID()
    titles = fields.Nested(Titles)
    texts = fields.Nested(Texts)
    starts_at = fields.AwareDateTime()
    read = fields.Boolean()
