"""The start page of the admin: what waits for the firm, by due time and person; and the counts of the frame."""

from datetime import datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from gateway.admin.clients.account_form import advisers
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.edge.access import staff_page
from gateway.edge.redirects import safe_path
from gateway.edge.sessions import current_visitor
from gateway.formatting import in_zone
from gateway.service_messages import say_problem
from gateway.shell import frames
from services.chassis import clock
from services.chassis.problems import Problem

pages = Blueprint("admin_work", __name__)

PATHS = {
    "request_replied": "/admin/requests/{id}",
    "conversation_waiting": "/admin/conversations/{id}",
    "mentioned": "/admin/conversations/{id}",
    "case_waiting": "/admin/cases/{id}",
    "document_uploaded": "/admin/documents/{id}",
    "uploads_finished": "/admin/clients/{account_id}?tab=documents",
    "document_rejected": "/admin/documents/{id}",
    "request_signed": "/admin/sign-requests/{id}",
    "request_declined": "/admin/sign-requests/{id}",
    "review_received": "/admin/reviews/{id}",
    "erasure_asked": "/admin/erasures/{id}",
    "invitation_undeliverable": "/admin/clients/{account_id}?tab=profile",
    "code_undeliverable": "/admin/clients/{account_id}?tab=profile",
}
SHOWN: dict[str, Json] = {
    "": {},
    "mine": {"assigned": "me"},
    "unassigned": {"assigned": "none"},
    "overdue": {"overdue": True},
    "later": {"snoozed": True},
}
"""Whose and which work: everybody's, mine, nobody's, what is overdue, what I have put off."""
MORNING = time(8)


@pages.get("/admin/")
@staff_page("requests.read")
def work_list() -> str:
    """The work list: of all or of one kind, of everybody or of one person."""
    page, query = _listed()
    return render_template(
        "admin/work/work.html",
        page=page,
        query=query,
        counts=(page.body or {}).get("counts") or {},
        staff=advisers(None),
        work_path=work_path,
    )


@pages.post("/admin/work/acts")
@staff_page("requests.write")
def act() -> Response:
    """Deal with the things that are ticked, give them to somebody, or put them off until tomorrow."""
    path = safe_path(request.form.get("path"), "/admin/")
    pairs = (entry.partition(":") for entry in request.form.getlist("entries")[:200])
    items = [{"kind": kind, "id": id} for kind, _colon, id in pairs]
    if not items:
        flash(_("Tick something first."), "warning")
        return redirect(path, 303)
    wanted = request.form.get("do", "")
    try:
        count = clients().portal.act_on_work(items, _act(wanted))
    except Problem as problem:
        if problem.status >= 500:
            raise
        flash(say_problem(problem), "error")
    else:
        flash(_said(wanted, count))
    return redirect(path, 303)


@pages.get("/admin/frame/counts")
@staff_page
def counts() -> str:
    """The figures of the frame as they are now, for htmx to put in their places."""
    visitor = current_visitor()
    frames().count_unread(visitor)
    frames().fresh(visitor)
    return render_template("admin/work/counts.html")


def work_path(row: Json) -> str:
    """Return the page on which a line of the work list is dealt with."""
    return PATHS.get(row["kind"], "/admin/clients/{account_id}").format(**row)


def _listed() -> tuple[Page, Json]:
    kind, show = request.args.get("kind", ""), request.args.get("show", "")
    query: Json = {"kind": kind if kind in PATHS else "", "show": show if show in SHOWN else ""}
    asked: Json = {"kind": query["kind"] or None, "limit": 50} | SHOWN[query["show"]]
    try:
        return clients().portal.work(cursor=request.args.get("cursor"), **asked), query
    except Problem as problem:
        if problem.status != 422:
            raise
        return clients().portal.work(**asked), query


def _act(wanted: str) -> Json:
    if wanted == "assign":
        return {"act": "assign", "assignee_id": request.form.get("assignee_id") or None}
    if wanted == "snooze":
        return {"act": "snooze", "until": _tomorrow().isoformat()}
    return {"act": "snooze"} if wanted == "wake" else {"act": "done"}


def _tomorrow() -> datetime:
    """Return the next day's morning where the visitor is."""
    now = in_zone(clock.now())
    return datetime.combine(now.date() + timedelta(days=1), MORNING, tzinfo=now.tzinfo)


def _said(wanted: str, count: int) -> str:
    if wanted == "assign":
        return ngettext("%(num)s thing is given.", "%(num)s things are given.", count)
    if wanted == "snooze":
        return _("It is back tomorrow morning, or once something new comes.")
    if wanted == "wake":
        return _("It is back on the list.")
    return ngettext("%(num)s thing is off the list.", "%(num)s things are off the list.", count)
