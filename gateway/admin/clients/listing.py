"""The list of clients: search, filters, order, place and page size stand in the address; tags, and many at once."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from gateway.admin.clients.account_form import KINDS, advisers
from gateway.admin.clients.own_filters import (
    all_names,
    asked_of_own,
    choices_of,
    chosen_of_own,
    filtered_fields,
    sorted_by,
)
from gateway.clients import Json, clients
from gateway.components import with_query
from gateway.custom_fields import field_word
from gateway.edge import downloads
from gateway.edge.access import staff_page
from gateway.edge.redirects import safe_path
from gateway.formatting import day
from gateway.forms import Form, form_errors
from gateway.statuses import STATUSES
from services.chassis.problems import Problem

pages = Blueprint("admin_client_list", __name__)

Answer = str | Response | tuple[str, int]
Pairs = list[tuple[str, Any]]
LIST = "/admin/clients"
SORTED_BY = ("name", "tax_number", "client_since", "created_at", "updated_at")
SORTS = tuple(sign + name for name in SORTED_BY for sign in ("", "-"))
CHIPS: dict[str, dict[str, Any]] = {
    "": {"status": "active"},
    "archived": {"status": "archived"},
    "test": {"status": "all", "is_test": True},
}
"""The chips over the list and what they ask the portal service for."""
SIZES = (25, 50, 100)
NOBODY = "none"
LABELS = {
    "kind": _l("Kind of client"),
    "portal": _l("Portal"),
    "adviser": _l("Adviser"),
    "tag": _l("Tag"),
    "from": _l("Client since, from"),
    "to": _l("Client since, to"),
}
"""The filters of the address, and how their chips begin."""


@pages.get(LIST)
@staff_page("clients.read")
def list_clients() -> Answer:
    """The list as the address describes it."""
    size = request.args.get("size", SIZES[1], type=int)
    query = asked() | {
        "cursor": request.args.get("cursor"),
        "limit": size if size in SIZES else SIZES[1],
    }
    try:
        page = clients().portal.accounts(**query)
    except Problem as problem:
        if problem.status != 422 or not query["cursor"]:
            raise
        return redirect(with_query(cursor=None))
    choices, own = _choices(), filtered_fields()
    own_names = all_names()
    chip = request.args.get("show", "")
    return render_template(
        "admin/clients/list.html",
        page=page,
        query=query,
        chip=chip if chip in CHIPS else "",
        sizes=SIZES,
        labels=LABELS,
        choices=choices,
        chosen=list(_chosen(choices)),
        own=own,
        own_chosen=list(chosen_of_own()),
        own_names=own_names,
        own_column=sorted_by(query["sort"]),
        orders=_orders(own),
        form=Form({name: request.args.get(name, "") for name in ("sort", *LABELS, *own_names)}),
        kept={name: request.args.get(name) for name in ("q", "show", "sort", "size", *LABELS, *own_names)},
    )


def asked() -> dict[str, Any]:
    """Return what the address asks the portal service for, but for the place; what makes no sense is left out."""
    sort, adviser, tag = (request.args.get(name, "") for name in ("sort", "adviser", "tag"))
    query: dict[str, Any] = {
        "q": request.args.get("q", "").strip()[:100],
        "sort": sort if sort in SORTS or sorted_by(sort) else "name",
        **CHIPS.get(request.args.get("show", ""), CHIPS[""]),
    }
    if request.args.get("kind") in dict(KINDS):
        query["kind"] = request.args["kind"]
    if request.args.get("portal") in STATUSES["portal"]:
        query["portal_status"] = request.args["portal"]
    if adviser == NOBODY:
        query["no_adviser"] = True
    elif _is_id(adviser):
        query["adviser_id"] = adviser
    if _is_id(tag):
        query["tag_id"] = tag
    if own := asked_of_own():
        query["field"] = own
    return query | {f"since_{name}": found for name in ("from", "to") if (found := _day(request.args.get(name)))}


@pages.get(f"{LIST}/export.csv")
@staff_page("clients.export")
def export_clients() -> Response:
    """What the list shows, all of its pages, as a file; `rows=contacts` for the contact persons."""
    query = asked() | {"separator": ";" if request.args.get("separator") == ";" else ","}
    if request.args.get("rows") == "contacts":
        query["kind_of_rows"] = "contacts"
    return downloads.send(clients().lists.export(**query))


@pages.post(f"{LIST}/bulk")
@staff_page("clients.write")
def change_many() -> Response:
    """Do one thing to every client that was ticked, and return to the list as it was."""
    ids = request.form.getlist("account_ids")[:200]
    back = redirect(safe_path(request.form.get("path"), LIST), 303)
    act, tag = request.form.get("do", ""), request.form.get("tag", "").strip()
    if not ids or (act == "tag" and not tag):
        flash(_("Tick the clients first.") if not ids else _("Write the tag first."), "warning")
        return back
    known: dict[str, Json] = {
        "tag": {"add_tag": tag},
        "adviser": {"adviser_id": request.form.get("adviser_id") or None},
    }
    if act not in known:
        return back
    try:
        changed = clients().lists.change_many(ids, known[act])
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        for texts in form_errors(problem).values():
            flash(" ".join(texts), "warning")
        return back
    flash(ngettext("%(num)s client was changed.", "%(num)s clients were changed.", changed))
    return back


@pages.post(f"{LIST}/bulk/export")
@staff_page("clients.export")
def export_some() -> Response:
    """The clients that were ticked, as a file."""
    ids = request.form.getlist("account_ids")[:200]
    if not ids:
        flash(_("Tick the clients first."), "warning")
        return redirect(safe_path(request.form.get("path"), LIST), 303)
    return downloads.send(clients().lists.export_some(ids))


@pages.post(f"{LIST}/<uuid:account_id>/tags")
@staff_page("clients.write")
def tag(account_id: UUID) -> Response:
    """Put a tag on a client."""
    name = request.form.get("tag", "").strip()
    if name:
        try:
            clients().lists.tag(str(account_id), name)
        except Problem as problem:
            if problem.status not in (409, 422):
                raise
            for texts in form_errors(problem).values():
                flash(" ".join(texts), "warning")
    return redirect(safe_path(request.form.get("path"), f"{LIST}/{account_id}"), 303)


@pages.post(f"{LIST}/<uuid:account_id>/tags/<uuid:tag_id>/remove")
@staff_page("clients.write")
def untag(account_id: UUID, tag_id: UUID) -> Response:
    """Take a tag off a client."""
    clients().lists.untag(str(account_id), str(tag_id))
    return redirect(safe_path(request.form.get("path"), f"{LIST}/{account_id}"), 303)


pages.add_app_template_global(choices_of, "choices_of_own")


@pages.app_template_global()
def every_tag() -> list[Json]:
    """Return the firm's tags, for the field that puts one on; none where the service does not answer."""
    try:
        return clients().lists.tags()
    except Problem:
        return []


def _orders(own: list[Json]) -> Pairs:
    """Return by what the list can be sorted from its menu: the firm's own fields, too."""
    words = [(f"custom.{field['name']}", field_word(field)) for field in own]
    return [
        ("name", _("Name")),
        ("-client_since", _("Client since, the latest first")),
        ("-updated_at", _("Changed, the latest first")),
        *((name, word) for name, word in words),
        *((f"-{name}", _("%(field)s, downwards", field=word)) for name, word in words),
    ]


def _choices() -> dict[str, Pairs]:
    return {
        "kind": list(KINDS),
        "portal": [(value, status.word) for value, status in STATUSES["portal"].items()],
        "adviser": [(NOBODY, _("Nobody")), *advisers(None)],
        "tag": [(found["id"], found["name"]) for found in every_tag()],
    }


def _chosen(choices: dict[str, Pairs]) -> Iterator[tuple[str, Any]]:
    """Yield each filter that is on, with what it says."""
    for name in LABELS:
        value = request.args.get(name, "")
        if name in choices and value in dict(choices[name]):
            yield name, dict(choices[name])[value]
        elif name in ("from", "to") and (found := _day(value)):
            yield name, day(found)


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _day(text: str | None) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        return None
