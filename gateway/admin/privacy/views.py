"""A client's data as a whole: exports, legal hold, erasure and its report (B15)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from gateway.clients import Json, clients
from gateway.edge import downloads
from gateway.edge.access import staff_page
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_privacy", __name__)

CLIENT = "/admin/clients/<uuid:account_id>/data"
ERASURES = "/admin/erasures"
RUNNING = ("gathering", "assembling")
OPEN = ("asked", "planned", "erasing", "sweeping", "failed")
Answer = str | AnyResponse | tuple[str, int]


def _path(account_id: UUID | str) -> str:
    return f"/admin/clients/{account_id}/data"


@pages.get(CLIENT)
@staff_page("clients.erase")
def show(account_id: UUID) -> str:
    """Show what was and is done with a client's data as a whole."""
    return _page(account_id, Form())


@pages.post(f"{CLIENT}/exports")
@staff_page("clients.export", proof=True)
def ask_export(account_id: UUID) -> Answer:
    """Have an archive made, with what the client does not see or without."""
    form = Form.posted("everything")
    try:
        clients().privacy.ask_export(str(account_id), everything=form.value("everything") == "yes")
    except Problem as problem:
        form.refuse(problem)
        return _page(account_id, form), 422
    flash(_("The data is being gathered."))
    return redirect(_path(account_id), 303)


@pages.get(f"{CLIENT}/exports/<uuid:export_id>/archive")
@staff_page("clients.export", proof=True)
def archive(account_id: UUID, export_id: UUID) -> Response:
    """Give the archive of an export."""
    return downloads.send(clients().privacy.archive(str(export_id)))


@pages.post(f"{CLIENT}/hold")
@staff_page("clients.erase")
def set_hold(account_id: UUID) -> Answer:
    """Keep the client from being erased."""
    form = Form.posted("hold_reason", "until")
    try:
        hold = {"reason": form.value("hold_reason"), "until": form.value("until") or None}
        clients().privacy.set_hold(str(account_id), hold)
    except Problem as problem:
        form.refuse(problem)
        if "reason" in form.errors:
            form.errors["hold_reason"] = form.errors.pop("reason")
        return _page(account_id, form), 422
    flash(_("Nothing of this client is erased while the legal hold lasts."))
    return redirect(_path(account_id), 303)


@pages.post(f"{CLIENT}/hold/lift")
@staff_page("clients.erase", proof=True)
def lift_hold(account_id: UUID) -> AnyResponse:
    """Lift the legal hold."""
    clients().privacy.lift_hold(str(account_id))
    flash(_("The legal hold is lifted."))
    return redirect(_path(account_id), 303)


@pages.get(f"{CLIENT}/erase")
@staff_page("clients.erase", proof=True)
def ask_plan(account_id: UUID) -> str:
    """Ask for the client's name before the erasure is decided, and say what it means."""
    return _plan_page(account_id, Form({"keep_signed": "yes"}))


@pages.post(f"{CLIENT}/erase")
@staff_page("clients.erase", proof=True)
def plan(account_id: UUID) -> Answer:
    """Decide the erasure."""
    form = Form.posted("name", "reason", "keep_signed")
    decision: Json = {"name": form.value("name"), "reason": form.value("reason")}
    try:
        keep = form.value("keep_signed") == "yes"
        made = clients().privacy.plan_erasure(str(account_id), decision | {"keep_signed": keep})
    except Problem as problem:
        form.refuse(problem)
        return _plan_page(account_id, form), 422
    flash(_("The erasure is decided."))
    return redirect(f"{ERASURES}/{made['id']}", 303)


@pages.get(ERASURES)
@staff_page("clients.erase")
def list_erasures() -> str:
    """List erasures, the latest first."""
    query = {name: request.args[name] for name in ("status", "cursor") if request.args.get(name)}
    page = clients().privacy.erasures(**query)
    return render_template("admin/privacy/erasures.html", page=page, chosen=query.get("status", ""))


@pages.get(f"{ERASURES}/<uuid:erasure_id>")
@staff_page("clients.erase")
def report(erasure_id: UUID) -> str:
    """Show an erasure: what each part came to."""
    return render_template("admin/privacy/erasure.html", erasure=clients().privacy.erasure(str(erasure_id)))


@pages.get(f"{ERASURES}/<uuid:erasure_id>/report.json")
@staff_page("clients.erase")
def report_json(erasure_id: UUID) -> Any:
    """Give the report for programs."""
    return clients().privacy.erasure(str(erasure_id))


@pages.post(f"{ERASURES}/<uuid:erasure_id>/cancel")
@staff_page("clients.erase")
def call_off(erasure_id: UUID) -> AnyResponse:
    """Call an erasure off that has not begun."""
    return _done(erasure_id, lambda: clients().privacy.call_off(str(erasure_id)), _("The erasure is called off."))


@pages.post(f"{ERASURES}/<uuid:erasure_id>/retry")
@staff_page("clients.erase", proof=True)
def retry(erasure_id: UUID) -> AnyResponse:
    """Try the failed parts again."""
    return _done(erasure_id, lambda: clients().privacy.retry(str(erasure_id)), _("The failed parts are tried again."))


def _done(erasure_id: UUID, act: Any, sentence: str) -> AnyResponse:
    try:
        act()
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(_("This is not possible any more: the state has changed."), "warning")
    else:
        flash(sentence)
    return redirect(f"{ERASURES}/{erasure_id}", 303)


def _page(account_id: UUID, form: Form) -> str:
    data = clients().privacy.of_account(str(account_id))
    erasure = next((one for one in data["erasures"] if one["status"] in (*OPEN, "done")), None)
    running = any(export["status"] in RUNNING for export in data["exports"])
    hold = data["legal_hold"]
    context = {"data": data, "account": data["account"], "erasure": erasure, "running": running, "hold": hold}
    return render_template("admin/privacy/client.html", form=form, **context)


def _plan_page(account_id: UUID, form: Form) -> str:
    data = clients().privacy.of_account(str(account_id))
    return render_template("admin/privacy/plan.html", form=form, account=data["account"], data=data)
