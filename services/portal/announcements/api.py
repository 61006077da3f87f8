"""HTTP API of announcements."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.portal.announcements import actions, queries
from services.portal.announcements.schemas import (
    AnnouncementChange,
    AnnouncementOut,
    AnnouncementPage,
    AnnouncementsQuery,
    NewAnnouncement,
)

blueprint = Blueprint(
    "announcements", __name__, url_prefix="/v1/announcements", description="What the firm tells its clients"
)


@blueprint.get("")
@blueprint.arguments(AnnouncementsQuery, location="query")
@blueprint.response(200, AnnouncementPage)
@allow(staff="settings.write")
def list_announcements(query: dict[str, Any]) -> dict[str, Any]:
    """List announcements, the latest start first. What a client is told stands in /v1/home and /v1/shell."""
    with reading() as session:
        return queries.announcements(session, **query)


@blueprint.post("")
@blueprint.arguments(NewAnnouncement)
@blueprint.response(201, AnnouncementOut)
@allow(staff="settings.write")
def announce(values: dict[str, Any]) -> dict[str, Any]:
    """Tell clients something for a time."""
    with unit_of_work() as session:
        return queries.announcement(session, actions.announce(session, caller(), **values).id)


@blueprint.get("/<uuid:announcement_id>")
@blueprint.response(200, AnnouncementOut)
@allow(staff="settings.write")
def get_announcement(announcement_id: UUID) -> dict[str, Any]:
    """Show an announcement."""
    with reading() as session:
        return queries.announcement(session, announcement_id)


@blueprint.put("/<uuid:announcement_id>")
@blueprint.arguments(AnnouncementChange)
@blueprint.response(200, AnnouncementOut)
@allow(staff="settings.write")
def change_announcement(values: dict[str, Any], announcement_id: UUID) -> dict[str, Any]:
    """Change an announcement; 409 `changed_meanwhile` where somebody else did so first."""
    with unit_of_work() as session:
        actions.change(session, announcement_id, **values)
        session.flush()
        return queries.announcement(session, announcement_id)


@blueprint.post("/<uuid:announcement_id>/end")
@blueprint.response(200, AnnouncementOut)
@allow(staff="settings.write")
def end_announcement(announcement_id: UUID) -> dict[str, Any]:
    """End an announcement now; 409 `not_begun` for one that is planned."""
    with unit_of_work() as session:
        actions.end(session, announcement_id)
        session.flush()
        return queries.announcement(session, announcement_id)


@blueprint.delete("/<uuid:announcement_id>")
@blueprint.response(204)
@allow(staff="settings.write")
def delete_announcement(announcement_id: UUID) -> None:
    """Delete an announcement."""
    with unit_of_work() as session:
        actions.remove(session, announcement_id)


@blueprint.post("/<uuid:announcement_id>/read")
@blueprint.response(204)
@allow(client=True)
def read_announcement(announcement_id: UUID) -> None:
    """Remember that the caller has read an announcement; it then stands on their Home no more."""
    with unit_of_work() as session:
        actions.mark_read(session, caller(), announcement_id)
