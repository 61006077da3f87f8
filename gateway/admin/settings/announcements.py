"""Announcements: what clients are told from when to when, all of them or some (S27)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import formatting
from gateway.admin.settings.by_language import field_names, per_language, put_beside, with_language
from gateway.clients import Json, clients
from gateway.dialogs import confirm
from gateway.edge.access import staff_page
from gateway.forms import Form, version_of
from gateway.languages import in_language
from gateway.shell import frames
from gateway.timezones import timezone_name
from services.chassis.problems import Problem

pages = Blueprint("admin_settings_announcements", __name__)

PATH = "/admin/settings/announcements"
STATES = ("current", "planned", "past")
MOST_FOUND = 20
Answer = str | Response | tuple[str, int]


@pages.get(PATH)
@staff_page("settings.write")
def show() -> str:
    """All announcements, or those of one state."""
    state = request.args.get("state", "")
    page = clients().portal.announcements(
        state=state if state in STATES else None, cursor=request.args.get("cursor"), limit=50
    )
    return render_template("admin/settings/announcements.html", page=page, state=state, zone=_zone_name(), at=_at)


@pages.get(f"{PATH}/new")
@staff_page("settings.write")
def blank() -> str:
    """The form of a new announcement."""
    return _page(Form({"audience": "all"}), None)


@pages.post(f"{PATH}/new")
@staff_page("settings.write")
def announce() -> Answer:
    """Announce it."""
    return _take(None)


@pages.get(f"{PATH}/<announcement_id>")
@staff_page("settings.write")
def edit(announcement_id: str) -> str:
    """The form of an announcement that is there."""
    found = clients().portal.announcement(announcement_id)
    return _page(_of(found), found, chosen=found["accounts"])


@pages.post(f"{PATH}/<announcement_id>")
@staff_page("settings.write")
def change(announcement_id: str) -> Answer:
    """Save it; clients who have not read it see the change at once."""
    return _take(clients().portal.announcement(announcement_id))


@pages.post(f"{PATH}/<announcement_id>/end")
@staff_page("settings.write")
def end(announcement_id: str) -> Response:
    """End it now."""
    clients().portal.end_announcement(announcement_id)
    frames().forget()
    flash(_("The announcement has ended."))
    return redirect(PATH, 303)


@pages.get(f"{PATH}/<announcement_id>/delete")
@staff_page("settings.write")
def ask_to_delete(announcement_id: str) -> str:
    """Ask before an announcement goes."""
    title = in_language(clients().portal.announcement(announcement_id)["titles"])
    return confirm(
        _("Delete this announcement?"),
        _("“%(title)s” goes, and with it who has read it. Clients see it no more.", title=title),
        f"{PATH}/{announcement_id}/delete",
        _("Delete"),
        PATH,
    )


@pages.post(f"{PATH}/<announcement_id>/delete")
@staff_page("settings.write")
def delete(announcement_id: str) -> Response:
    """Delete it."""
    clients().portal.delete_announcement(announcement_id)
    frames().forget()
    flash(_("The announcement is deleted."))
    return redirect(PATH, 303)


def _take(found: Json | None) -> Answer:
    names = ("audience", "starts_at", "ends_at", "version", "find", *field_names("titles"), *field_names("texts"))
    form = Form.posted(*names, lists=["account_ids", "tag_ids"])
    chosen = _chosen(form, found)
    if request.form.get("do") == "find":
        return _page(form, found, chosen=chosen, matches=_matches(form, chosen))
    body = _body(form)
    if form.is_valid():
        try:
            if found:
                clients().portal.change_announcement(found["id"], body | {"version": version_of(form)})
            else:
                clients().portal.announce(body)
        except Problem as problem:
            _refuse(form, problem, found)
        else:
            frames().forget()
            flash(_("Saved.") if found else _("Announced."))
            return redirect(PATH, 303)
    return _page(form, found, chosen=chosen), 422


def _refuse(form: Form, problem: Problem, found: Json | None) -> None:
    if problem.code == "changed_meanwhile" and found:
        form.values["version"] = found["version"]
    form.refuse(problem)
    for name in ("titles", "texts"):
        put_beside(form, name)
    for name in [name for name in form.errors if name.startswith(("account_ids.", "tag_ids."))]:
        form.errors.setdefault(name.partition(".")[0], []).extend(form.errors.pop(name))


def _body(form: Form) -> Json:
    body: Json = {"audience": form.value("audience") or "all"}
    body |= {name: per_language(form, name) for name in ("titles", "texts")}
    if body["audience"] == "accounts":
        body["account_ids"] = form.value("account_ids")
    if body["audience"] == "tags":
        body["tag_ids"] = form.value("tag_ids")
    for name in ("starts_at", "ends_at"):
        body[name] = _moment(form, name)
    return body


def _moment(form: Form, name: str) -> str | None:
    """Return the moment that was typed, which is the firm's time; say beside the field what is none."""
    text = str(form.value(name))
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=_zone()).isoformat()
    except ValueError:
        form.add_error(name, _("Write a day and a time, such as 2026-12-04T09:00."))
        return None


def _of(found: Json) -> Form:
    values: dict[str, Any] = {"audience": found["audience"], "version": found["version"]}
    values["tag_ids"] = [tag["id"] for tag in found.get("tags", ())]
    for name in ("titles", "texts"):
        values |= with_language(name, found[name])
    for name in ("starts_at", "ends_at"):
        values[name] = _typed(found[name])
    return Form(values)


def _typed(value: str | None) -> str:
    return datetime.fromisoformat(value).astimezone(_zone()).strftime("%Y-%m-%dT%H:%M") if value else ""


def _at(value: str | None) -> str:
    """Return a moment in the firm's time zone, as people say it."""
    return formatting.moment_in(value, str(frames().brand()["timezone"]))


def _zone() -> ZoneInfo:
    return ZoneInfo(str(frames().brand()["timezone"]))


def _zone_name() -> str:
    return timezone_name(str(frames().brand()["timezone"]))


def _chosen(form: Form, found: Json | None) -> list[Json]:
    """Return the ticked clients with the names that the form or the announcement has for them."""
    named = {account["id"]: account["name"] for account in (found or {}).get("accounts", ())}
    named |= {
        id: request.form.get(f"name_{id}", "") for id in form.value("account_ids") if f"name_{id}" in request.form
    }
    return [{"id": id, "name": named.get(id) or id} for id in dict.fromkeys(form.value("account_ids"))]


def _matches(form: Form, chosen: list[Json]) -> list[Json]:
    if not form.value("find"):
        return []
    known = {account["id"] for account in chosen}
    found = clients().portal.accounts(q=form.value("find"), limit=MOST_FOUND).rows
    return [account for account in found if account["id"] not in known]


def _tags() -> list[tuple[str, str]]:
    """Return the firm's tags as choices; whoever may not see clients is offered none."""
    try:
        return [(tag["id"], tag["name"]) for tag in clients().lists.tags()]
    except Problem as problem:
        if problem.status not in (403, 404):
            raise
        return []


def _page(
    form: Form, found: Json | None, *, chosen: list[Json] | None = None, matches: list[Json] | None = None
) -> str:
    return render_template(
        "admin/settings/announcement.html",
        form=form,
        found=found,
        chosen=chosen or [],
        matches=matches,
        tags=_tags(),
        zone=_zone_name(),
        path=f"{PATH}/{found['id']}" if found else f"{PATH}/new",
    )
