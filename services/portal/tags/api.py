"""HTTP API of tags."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.tags import actions, queries
from services.portal.tags.models import Tag
from services.portal.tags.schemas import NewTag, TagChange, TagMerge, TagName, TagOut, TagsOut, TagsQuery

tags = Blueprint("tags", __name__, url_prefix="/v1/tags", description="Tags of clients")
on_accounts = Blueprint("account_tags", __name__, url_prefix="/v1/accounts", description="The tags of a client")


@tags.get("")
@tags.arguments(TagsQuery, location="query")
@tags.response(200, TagsOut)
@allow(staff="clients.read")
def list_tags(query: dict[str, Any]) -> dict[str, Any]:
    """List every tag; `counted=true` also says how many clients have it."""
    with reading() as session:
        return {"items": queries.counted(session, caller()) if query["counted"] else queries.tags(session)}


@tags.post("")
@tags.arguments(NewTag)
@tags.response(201, TagOut)
@allow(staff="clients.write")
def create_tag(values: dict[str, Any]) -> Tag:
    """Add a tag."""
    with unit_of_work() as session:
        return actions.create_tag(session, **values)


@tags.patch("/<uuid:tag_id>")
@tags.arguments(TagChange)
@tags.response(200, TagOut)
@allow(staff="clients.write")
def change_tag(values: dict[str, Any], tag_id: UUID) -> Tag:
    """Change name or colour of a tag, on every client."""
    with unit_of_work() as session:
        return actions.change_tag(session, tag_id, **values)


@tags.delete("/<uuid:tag_id>")
@tags.response(204)
@allow(staff="settings.write")
def remove_tag(tag_id: UUID) -> None:
    """Remove a tag, also from the clients that have it."""
    with unit_of_work() as session:
        actions.remove_tag(session, tag_id)


@tags.post("/<uuid:tag_id>/merge")
@tags.arguments(TagMerge)
@tags.response(200, TagOut)
@allow(staff="settings.write")
def merge_tag(values: dict[str, Any], tag_id: UUID) -> Tag:
    """Put the clients and announcements of a tag under another one, which is answered; the first one goes."""
    with unit_of_work() as session:
        return actions.merge_tag(session, tag_id, **values)


@on_accounts.post("/<uuid:account_id>/tags")
@on_accounts.arguments(TagName)
@on_accounts.response(200, TagsOut)
@allow(staff="clients.write")
def tag_account(values: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """Put a tag on a client."""
    with unit_of_work() as session:
        tag = actions.find_or_create(session, values["name"])
        actions.tag_accounts(session, caller(), [account_id], tag=tag)
        return {"items": queries.tags_of(session, [account_id])[account_id]}


@on_accounts.delete("/<uuid:account_id>/tags/<uuid:tag_id>")
@on_accounts.response(200, TagsOut)
@allow(staff="clients.write")
def untag_account(account_id: UUID, tag_id: UUID) -> dict[str, Any]:
    """Take a tag off a client."""
    with unit_of_work() as session:
        actions.untag_accounts(session, caller(), [account_id], tag_id=tag_id)
        return {"items": queries.tags_of(session, [account_id])[account_id]}
