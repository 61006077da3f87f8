"""Schemas of folders."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from services.chassis.schemas import Schema, Text
from services.contracts.fields import LOCALES
from services.documents.folders.models import LEVELS, ROLES
from services.documents.library.schemas import DocumentOut, DocumentsQuery

TOP = "top"


class Place(fields.Field[UUID | str]):
    """A folder's id, or `top` for what lies in none."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> UUID | str:
        if value == TOP:
            return TOP
        try:
            return UUID(str(value))
        except ValueError:
            raise self.make_error("invalid") from None

    default_error_messages = {"invalid": "Not a valid UUID."}


class RightsIn(Schema):
    """What each role may do; left out is: as in the folder above."""

    owner = fields.String(validate=validate.OneOf(LEVELS))
    member = fields.String(validate=validate.OneOf(LEVELS))


class FolderIn(Schema):
    name = Text(required=True, max=100)
    parent_id = fields.UUID(load_default=None, allow_none=True)
    rights = fields.Nested(RightsIn, load_default=dict)


class FolderPatch(Schema):
    """A new name, new rights, or both."""

    name = Text(max=100, min=1)
    rights = fields.Nested(RightsIn)


class MoveIn(Schema):
    parent_id = fields.UUID(required=True, allow_none=True)


class RemoveQuery(Schema):
    """Where the content goes: to the recycle bin, or up into the folder above."""

    contents = fields.String(required=True, validate=validate.OneOf(["bin", "up"]))


class FolderOut(Schema):
    """A folder. `rights` are its own; `levels` what comes of all above it, for staff; `may_upload` for the caller."""

    id = fields.UUID()
    account_id = fields.UUID()
    parent_id = fields.UUID(allow_none=True)
    name = fields.String()
    depth = fields.Integer()
    may_upload = fields.Boolean()
    rights = fields.Dict(keys=fields.String(validate=validate.OneOf(ROLES)), values=fields.String())
    levels = fields.Dict(keys=fields.String(), values=fields.String())
    documents = fields.Integer(metadata={"description": "How many of them the caller may read"})
    path = fields.List(fields.String())
    version = fields.Integer()


class FolderTree(Schema):
    items = fields.List(fields.Nested(FolderOut))


class ShelfQuery(DocumentsQuery):
    """What of a client's documents: one place, or all of them where words are looked for."""

    class Meta(DocumentsQuery.Meta):
        exclude = ("account_id", "request_id", "status")

    folder = Place(load_default=TOP)
    folders_cursor = fields.String(load_default=None)


class CrumbOut(Schema):
    id = fields.UUID()
    name = fields.String()


class ShelfOut(Schema):
    """One place of a client's documents: the folder (none at the top), the way to it, what lies in it."""

    folder = fields.Nested(FolderOut, allow_none=True)
    path = fields.List(fields.Nested(CrumbOut))
    may_upload = fields.Boolean()
    folders = fields.List(fields.Nested(FolderOut))
    folders_next = fields.String(allow_none=True)
    items = fields.List(fields.Nested(DocumentOut))
    next = fields.String(allow_none=True)


class DefaultFolderSchema(Schema):
    names = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LOCALES)),
        values=Text(max=100, min=1),
        required=True,
        validate=validate.Length(min=1, error="Fill this in."),
    )
    rights = fields.Nested(RightsIn, load_default=dict)


class LibrarySettingsSchema(Schema):
    """After how many days the recycle bin is emptied (0: never), and the folders of each new client."""

    bin_days = fields.Integer(required=True, validate=validate.Range(min=0, max=3650))
    folders = fields.List(fields.Nested(DefaultFolderSchema), required=True, validate=validate.Length(max=50))
    version = fields.Integer(required=True)
