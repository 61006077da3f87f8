"""What staff does with cases: answers, moves, gives away, changes, many at once."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gateway import case_fields
from gateway.admin.cases.page import case_page
from gateway.admin.clients.account_form import advisers
from gateway.case_fields import STATUSES
from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.edge.redirects import safe_path
from gateway.forms import Form, show_conflict, version_of
from gateway.receiving import receive_files
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("admin_case_acts", __name__)

Answer = str | Response | tuple[str, int]
MOST_TEXT = 4000


@pages.post("/admin/cases/<uuid:case_id>/reply")
@staff_page("requests.write", streams=True)
def reply(case_id: UUID) -> Answer:
    """Write to the client, leave a note that only the firm sees, or put an answer kept ready into the message."""
    found = clients().cases.read(str(case_id))
    received = receive_files(found["account_id"], share=_is_for_the_client, required=False)
    names = ("message", "internal", "status", "key", "answer", "do")
    form = Form({name: received.fields.get(name, "").strip() for name in names})
    form.values["documents"] = [*received.fields.getlist("documents"), *received.ids]
    if received.error:
        form.add_error("file", received.error)
        return case_page(found, form), 422
    if form.value("do") == "insert":
        _insert(str(case_id), form)
        return case_page(found, form)
    if not form.value("message") and not form.value("documents"):
        form.add_error("message", _("Write a message or choose a document."))
        return case_page(found, form), 422
    try:
        clients().cases.comment(str(case_id), _comment(form), form.value("key"))
    except Problem as problem:
        form.refuse(problem)
        return case_page(clients().cases.read(str(case_id)), form), 422
    internal = form.value("internal") == "yes"
    flash(_("The note is kept; only the firm sees it.") if internal else _("The client is notified of your message."))
    return redirect(url_for("admin_cases.show_case", case_id=case_id), 303)


@pages.post("/admin/cases/<uuid:case_id>/status")
@staff_page("requests.write")
def move(case_id: UUID) -> Response:
    """Give it another status."""
    path = url_for("admin_cases.show_case", case_id=case_id)
    status = request.form.get("status", "")
    if status not in STATUSES:
        return redirect(path, 303)
    return _done(path, lambda: clients().cases.move(str(case_id), status), _("The status is changed."))


@pages.post("/admin/cases/<uuid:case_id>/assignee")
@staff_page("requests.write")
def assign(case_id: UUID) -> Response:
    """Give it to somebody of the staff, or to nobody."""
    chosen = request.form.get("assignee_id") or None
    path = url_for("admin_cases.show_case", case_id=case_id)
    return _done(path, lambda: clients().cases.assign(str(case_id), chosen), _("Saved."))


@pages.post("/admin/cases/bulk")
@staff_page("requests.write")
def change_many() -> Response:
    """Give the cases that are ticked to somebody, or close them."""
    path = safe_path(request.form.get("path"), "/admin/cases")
    ids = request.form.getlist("case_ids")
    if not ids:
        flash(_("Tick some cases first."), "warning")
        return redirect(path, 303)
    act: Json = {"close": True}
    if request.form.get("do") == "assign":
        act = {"assignee_id": request.form.get("assignee_id") or None}
    try:
        count = clients().cases.change_many(ids, act)
    except Problem as problem:
        if problem.status >= 500:
            raise
        flash(say_problem(problem), "error")
    else:
        flash(ngettext("%(num)s case is changed.", "%(num)s cases are changed.", count))
    return redirect(path, 303)


@pages.get("/admin/cases/<uuid:case_id>/edit")
@staff_page("requests.write")
def edit(case_id: UUID) -> str:
    """The fields of a case."""
    case, asked = clients().cases.read(str(case_id)), clients().cases.form()
    return _edit_page(case, asked, case_fields.filled(case, asked["fields"]))


@pages.post("/admin/cases/<uuid:case_id>/edit")
@staff_page("requests.write")
def save(case_id: UUID) -> Answer:
    """Save them."""
    case, asked = clients().cases.read(str(case_id)), clients().cases.form()
    form = Form.posted("version", *case_fields.form_names(asked["fields"]))
    if form.require("title", _("Say in a few words what it is about.")):
        body = case_fields.body_of(form, asked["fields"]) | {"version": version_of(form)}
        try:
            clients().cases.change(str(case_id), body)
        except Problem as problem:
            if problem.code == "changed_meanwhile":
                show_conflict(form, case_fields.filled(case, asked["fields"]))
            else:
                form.refuse(problem)
        else:
            flash(_("Saved."))
            return redirect(url_for("admin_cases.show_case", case_id=case_id), 303)
    return _edit_page(case, asked, form), 422


def _done(path: str, act: Callable[[], object], said: str) -> Response:
    try:
        act()
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        flash(say_problem(problem), "error")
    else:
        flash(said)
    return redirect(path, 303)


def _is_for_the_client(fields: MultiDict[str, str]) -> bool:
    return fields.get("internal") != "yes"


def _comment(form: Form) -> Json:
    internal = form.value("internal") == "yes"
    comment: Json = {"message": form.value("message"), "document_ids": form.value("documents"), "internal": internal}
    if form.value("status") in STATUSES and not internal:
        comment["status"] = form.value("status")
    return comment


def _insert(case_id: str, form: Form) -> None:
    """Put the chosen answer after what is typed."""
    found = {answer["id"]: answer["text"] for answer in clients().cases.filled_answers(case_id)}
    text = found.get(form.value("answer"), "")
    form.values["message"] = "\n\n".join(part for part in (form.value("message"), text) if part)[:MOST_TEXT]


def _edit_page(case: Json, asked: Json, form: Form) -> str:
    return render_template(
        "admin/cases/edit.html",
        case=case,
        form=form,
        fields=asked["fields"],
        choices=case_fields.choices_with(case, asked),
        documents=case_fields.documents_for(asked["fields"], case["account_id"]),
        staff=advisers(case.get("assignee")),
    )
