"""One request to many clients: written once, confirmed with how many they are, then sent, or again and again."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.admin.clients.listing import asked
from gateway.admin.requests import content
from gateway.case_fields import new_key
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.edge.access import staff_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_request_sending", __name__)

Answer = str | Response | tuple[str, int]
PATH = "/admin/requests/send"
EVERY = ("week", "month", "quarter", "year")
EXTRA = ("filters", "every", "starts_on", "ends_on")


@pages.get(PATH)
@staff_page("requests.write")
def to_list() -> Answer:
    """The form of a request to the clients of a list, as the address describes it."""
    filters = json.dumps({name: value for name, value in asked().items() if name != "sort"})
    return _form_page(content.filled({}, filters=filters, key=new_key()), [])


@pages.post(PATH)
@staff_page("requests.write")
def to_ticked() -> Answer:
    """The form of a request to the clients that were ticked; also with a template filled in, or more lines."""
    form, ids = _posted()
    if not ids and not form.value("filters"):
        flash(_("Tick the clients first."), "warning")
        return redirect("/admin/clients", 303)
    if content.wants_more_lines():
        return _form_page(content.with_more_lines(form), ids)
    if "fill" in request.form and form.value("template_id"):
        kept = {name: form.value(name) for name in (*EXTRA, "template_id", "key")}
        return _form_page(content.filled(clients().requests.template(form.value("template_id")), **kept), ids)
    if "back" in request.form:
        return _form_page(form, ids)
    kept = {name: form.value(name) for name in EXTRA}
    return _form_page(content.filled({}, **kept, key=form.value("key") or new_key()), ids)


@pages.post(f"{PATH}/confirm")
@staff_page("requests.write")
def confirm() -> Answer:
    """Say to how many it goes before it does."""
    form, ids = _posted()
    body = _body(form)
    if not form.is_valid():
        return _form_page(form, ids), 422
    try:
        found = clients().requests.recipients(_to(form, ids))
    except Problem as problem:
        return _refused(form, ids, problem)
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template("admin/requests/send_confirm.html", form=form, found=found, body=body, sent=sent)


@pages.post(f"{PATH}/start")
@staff_page("requests.write")
def start() -> Answer:
    """Send it, or have it come again."""
    form, ids = _posted()
    body = _body(form)
    if not form.is_valid():
        return _form_page(form, ids), 422
    try:
        if form.value("every"):
            days = {name: form.value(name) or None for name in ("starts_on", "ends_on")}
            series = {"to": _to(form, ids), "content": body, "every": form.value("every")} | days
            made = clients().requests.begin_series(series, form.value("key") or new_key())
            flash(_("The request comes again by itself."))
            return redirect(url_for("admin_request_series.show", series_id=made["id"]), 303)
        made = clients().requests.send_to_many(_to(form, ids), body, form.value("key") or new_key())
    except Problem as problem:
        return _refused(form, ids, problem)
    return redirect(url_for(".show", batch_id=made["id"]), 303)


@pages.get("/admin/requests/batches")
@staff_page("requests.read")
def list_batches() -> str:
    """What was sent to many clients."""
    try:
        page = clients().requests.batches(cursor=request.args.get("cursor"))
    except Problem as problem:
        if problem.status != 422:
            raise
        page = clients().requests.batches()
    return render_template("admin/requests/batches.html", page=page)


@pages.get("/admin/requests/batches/<uuid:batch_id>")
@staff_page("requests.read")
def show(batch_id: UUID) -> str:
    """How far it is, who got it, and who was left out and why."""
    chosen = request.args.get("show", "")
    query = {"status": chosen if chosen in ("sent", "left_out") else None, "cursor": request.args.get("cursor")}
    batch = clients().requests.batch(str(batch_id))
    try:
        rows = clients().requests.batch_rows(str(batch_id), **query)
    except Problem as problem:
        if problem.status != 422:
            raise
        rows = Page([])
    return render_template("admin/requests/batch.html", batch=batch, page=rows, shown=query["status"] or "")


@pages.get("/admin/requests/batches/<uuid:batch_id>/progress")
@staff_page("requests.read")
def progress(batch_id: UUID) -> Response | str:
    """How far it is, for the page that is open."""
    batch = clients().requests.batch(str(batch_id))
    part = render_template("admin/requests/batch_progress.html", batch=batch)
    if batch["status"] == "done":
        return Response(part, headers={"HX-Refresh": "true"})
    return part


def _posted() -> tuple[Form, list[str]]:
    return content.posted(*EXTRA), request.form.getlist("account_ids")


def _body(form: Form) -> Json:
    """Return what is asked; what is wrong with the form itself stands in it afterwards."""
    form.require("title", _("Give it a title."))
    if form.value("every") not in ("", *EVERY):
        form.values["every"] = ""
    if form.value("every"):
        form.require("starts_on", _("Say from when."))
    body = content.body_of(form) | {"due_days": content.whole_number(form, "due_days")}
    template_id = form.value("template_id")
    if template_id:
        template = clients().requests.template(template_id)
        if (template["title"], template["message"]) == (body["title"], body["message"]):
            body["texts"] = template["texts"]  # as it was written, each client reads it in their language
    return body


def _to(form: Form, ids: list[str]) -> dict[str, Any]:
    if ids:
        return {"account_ids": ids}
    try:
        filters = json.loads(form.value("filters"))
    except ValueError:
        filters = None
    return {"filters": filters if isinstance(filters, dict) else {}}


def _refused(form: Form, ids: list[str], problem: Problem) -> Answer:
    form.refuse(problem)
    for prefix in ("content.", "to."):
        for name in [name for name in form.errors if name.startswith(prefix)]:
            form.errors.setdefault(name.removeprefix(prefix), []).extend(form.errors.pop(name))
    content.put_beside_lines(form)
    for name in [name for name in form.errors if name.startswith(("account_ids", "filters"))]:
        form.errors.setdefault("", []).extend(form.errors.pop(name))
    return _form_page(form, ids), 422


def _form_page(form: Form, ids: list[str]) -> str:
    return render_template("admin/requests/send.html", form=form, ids=ids, templates=content.template_choices())
