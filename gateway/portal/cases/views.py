"""Cases in the portal: the list with search and status, a new one, one with its thread."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import case_fields
from gateway.case_fields import STATUSES
from gateway.clients import Json, clients
from gateway.edge.access import client_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form, show_conflict, version_of
from gateway.receiving import receive_files
from services.chassis.problems import Problem
from services.contracts.client_roles import WORKS

pages = Blueprint("portal_cases", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/cases")
@client_page(roles=WORKS)
def list_cases() -> str:
    """The client's cases, all or of one status, and what a search finds in them."""
    asked = clients().cases.form()
    shown = {field["name"] for field in asked["shown"]}
    status = request.args.get("status", "")
    query: Json = {
        "status": status if status in STATUSES and "status" in shown else None,
        "priority": _one_of("priority", asked["priorities"]) if "priority" in shown else None,
        "case_type": _one_of("case_type", [kind["value"] for kind in asked["types"]]) if "case_type" in shown else None,
        "q": request.args.get("q", "").strip()[:100],
        "cursor": request.args.get("cursor"),
    }
    try:
        page = clients().cases.list(**query)
    except Problem as problem:
        if problem.status != 422:
            raise
        query |= {"cursor": None, "q": ""}
        page = clients().cases.list(**query)
    return render_template(
        "portal/cases/list.html",
        page=page,
        query=query,
        shown=shown,
        choices=case_fields.choices(asked),
        form=Form({name: query[name] or "" for name in ("priority", "case_type")}),
    )


@pages.get("/cases/new")
@client_page(roles=WORKS)
def new_case() -> str:
    """The form of a new case: the fields that the firm chose (S41)."""
    return _new_page(Form({"key": case_fields.new_key(), "priority": "normal"}), clients().cases.form())


@pages.post("/cases/new")
@client_page(streams=True, roles=WORKS)
def open_case() -> Answer:
    """Open it. Files that arrived with a form that failed go with the next one."""
    asked = clients().cases.form()
    received = receive_files(str(current_visitor().account_id), required=False)
    names = (*case_fields.form_names(asked["fields"]), "key")
    form = Form({name: received.fields.get(name, "").strip() for name in names})
    form.values["documents"] = [*received.fields.getlist("documents"), *received.ids]
    if received.error:
        form.add_error("file", received.error)
    form.require("title", _("Say in a few words what it is about."))
    if form.is_valid():
        body = case_fields.body_of(form, asked["fields"]) | {"document_ids": form.value("documents")}
        try:
            made = clients().cases.open(body, form.value("key"))
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Your case is with the firm."))
            return redirect(url_for(".show_case", case_id=made["id"]), 303)
    return _new_page(form, asked), 422


@pages.get("/cases/<uuid:case_id>")
@client_page(roles=WORKS)
def show_case(case_id: UUID) -> str:
    """One case: its fields, its thread, and the reply."""
    found = clients().cases.read(str(case_id))
    if not current_visitor().acting and found["unread"]:
        clients().cases.mark_read(str(case_id))
    return _case_page(found, Form({"key": case_fields.new_key()}))


@pages.post("/cases/<uuid:case_id>/reply")
@client_page(streams=True, roles=WORKS)
def reply(case_id: UUID) -> Answer:
    """Write to the firm, with files or without."""
    received = receive_files(str(current_visitor().account_id), required=False)
    form = Form({name: received.fields.get(name, "").strip() for name in ("message", "key")})
    form.values["documents"] = [*received.fields.getlist("documents"), *received.ids]
    if received.error:
        form.add_error("file", received.error)
    elif not form.value("message") and not form.value("documents"):
        form.add_error("message", _("Write a message or choose a document."))
    if form.is_valid():
        comment = {"message": form.value("message"), "document_ids": form.value("documents")}
        try:
            clients().cases.comment(str(case_id), comment, form.value("key"))
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Your reply is with the firm."))
            return redirect(url_for(".show_case", case_id=case_id), 303)
    return _case_page(clients().cases.read(str(case_id)), form), 422


@pages.post("/cases/<uuid:case_id>/reopen")
@client_page(roles=WORKS)
def reopen(case_id: UUID) -> Answer:
    """Open a closed case again."""
    form = Form.posted("message")
    try:
        clients().cases.reopen(str(case_id), form.value("message"))
    except Problem as problem:
        form.refuse(problem)
        return _case_page(clients().cases.read(str(case_id)), form), 422
    flash(_("The case is open again."))
    return redirect(url_for(".show_case", case_id=case_id), 303)


@pages.get("/cases/<uuid:case_id>/edit")
@client_page(roles=WORKS)
def edit(case_id: UUID) -> Answer:
    """What the firm lets a client change of a case: the fields that are Optional."""
    case, asked = clients().cases.read(str(case_id)), clients().cases.form()
    fields = _open_fields(case)
    if not fields:
        return redirect(url_for(".show_case", case_id=case_id))
    return _edit_page(case, asked, case_fields.filled(case, fields))


@pages.post("/cases/<uuid:case_id>/edit")
@client_page(roles=WORKS)
def save(case_id: UUID) -> Answer:
    """Save them."""
    case, asked = clients().cases.read(str(case_id)), clients().cases.form()
    fields = _open_fields(case)
    form = Form.posted("version", *case_fields.form_names(fields))
    if "title" in form.values:
        form.require("title", _("Say in a few words what it is about."))
    if form.is_valid():
        try:
            clients().cases.change(str(case_id), case_fields.body_of(form, fields) | {"version": version_of(form)})
        except Problem as problem:
            if problem.code == "changed_meanwhile":
                show_conflict(form, case_fields.filled(case, fields))
            else:
                form.refuse(problem)
        else:
            flash(_("Saved."))
            return redirect(url_for(".show_case", case_id=case_id), 303)
    return _edit_page(case, asked, form), 422


def _open_fields(case: Json) -> list[Json]:
    return [field for field in case["fields"] if field["name"] in case["changeable"]]


def _edit_page(case: Json, asked: Json, form: Form) -> str:
    fields = _open_fields(case)
    return render_template(
        "portal/cases/edit.html",
        case=case,
        form=form,
        fields=fields,
        choices=case_fields.choices_with(case, asked),
        documents=case_fields.documents_for(fields, str(current_visitor().account_id)),
    )


def _one_of(name: str, known: list[str]) -> str | None:
    value = request.args.get(name, "")
    return value if value in known else None


def _new_page(form: Form, asked: Json) -> str:
    return render_template(
        "portal/cases/new.html",
        form=form,
        fields=asked["fields"],
        choices=case_fields.choices(asked),
        documents=case_fields.documents_for(asked["fields"], str(current_visitor().account_id)),
    )


def _case_page(case: Json, form: Form) -> str:
    can_edit = bool(_open_fields(case))
    return render_template("portal/cases/case.html", case=case, form=form, can_edit=can_edit)
