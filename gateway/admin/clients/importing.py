"""Imports of clients: send a file, say what its columns are, see what would happen, have it done."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge import downloads
from gateway.edge.access import staff_page
from gateway.edge.sessions import current_visitor
from gateway.edge.uploads import uploaded_files
from gateway.forms import Form
from gateway.service_messages import say, say_problem
from services.chassis.problems import Problem

pages = Blueprint("admin_client_imports", __name__)

Answer = str | Response | tuple[str, int]
PAGE = "/admin/clients/import"
RUNNING = ("checking", "importing")
FIELDS = {
    "name": _l("Client"),
    "kind": _l("Kind of client"),
    "tax_number": _l("Tax number"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "address": _l("Address"),
    "locale": _l("Language"),
    "client_since": _l("Client since"),
    "adviser": _l("Adviser"),
    "tags": _l("Tags"),
    "external_id": _l("Number in another system"),
    "contact.name": _l("Contact person: name"),
    "contact.email": _l("Contact person: e-mail"),
    "contact.mobile": _l("Contact person: mobile"),
    "contact.role": _l("Contact person: role"),
}
"""What a column may be; the firm's own fields come with their labels from the portal service."""
KEYS = (
    ("tax_number", _l("Tax number"), _l("Spaces and punctuation do not count.")),
    ("email", _l("E-mail"), _l("Of the client or of one of its contact persons.")),
    ("external_id", _l("Number in another system"), _l("The number that the client has where the file comes from.")),
)
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "utf-16": "UTF-16"}
SEPARATORS = {",": _l("comma"), ";": _l("semicolon"), "\t": _l("tab"), "|": _l("vertical bar")}
STATES = {
    "uploaded": (_l("Not tried yet"), "neutral", "circle-dashed"),
    "checking": (_l("Being tried"), "info", "loader"),
    "checked": (_l("Tried, nothing imported"), "info", "eye-check"),
    "importing": (_l("Running"), "info", "loader"),
    "done": (_l("Done"), "good", "circle-check"),
    "cancelled": (_l("Stopped"), "neutral", "ban"),
    "failed": (_l("Broke off"), "bad", "alert-triangle"),
}


@pages.get(PAGE)
@staff_page("clients.import")
def ask_file() -> str:
    """The form that takes a file, and what was imported and exported before."""
    return _ask()


@pages.post(PAGE)
@staff_page("clients.import", streams=True)
def send_file() -> Answer:
    """Pass the file on, and go where its columns are named."""
    fields: MultiDict[str, str] = MultiDict()
    for file in uploaded_files(fields):
        try:
            job = clients().lists.upload(file.name[:200], file.chunks)
        except Problem as problem:
            if problem.status not in (413, 422):
                raise
            return _ask(
                say(problem.detail) if problem.code == "not_csv" and problem.detail else say_problem(problem)
            ), 422
        return redirect(f"{PAGE}/{job['id']}", 303)
    return _ask(_("Choose a file first.")), 422


@pages.get(f"{PAGE}/<uuid:import_id>")
@staff_page("clients.import")
def show_import(import_id: UUID) -> str:
    """An import at its present step."""
    job = clients().lists.job(str(import_id))
    asks = job["status"] == "uploaded" or (job["status"] == "checked" and "columns" in request.args)
    return _columns(job, _form_of(job)) if asks else _show(job)


@pages.post(f"{PAGE}/<uuid:import_id>")
@staff_page("clients.import")
def name_columns(import_id: UUID) -> Answer:
    """Take what the columns are; every line is then tried."""
    job = clients().lists.job(str(import_id))
    form = Form.posted("key", "update", "tag", *(f"mapping.{place}" for place in range(len(job["header"]))))
    plan = {
        "mapping": [form.value(f"mapping.{place}") for place in range(len(job["header"]))],
        "key": form.value("key"),
        "update": form.value("update") == "yes",
        "tag": form.value("tag"),
    }
    try:
        clients().lists.check(str(import_id), plan)
    except Problem as problem:
        form.refuse(problem)
        form.errors[""] = form.errors.get("", []) + form.errors.pop("mapping", [])
        form.errors = {name: texts for name, texts in form.errors.items() if texts}
        return _columns(job, form), 422
    return redirect(f"{PAGE}/{import_id}", 303)


@pages.get(f"{PAGE}/<uuid:import_id>/progress")
@staff_page("clients.import")
def progress(import_id: UUID) -> Response:
    """The part of the page that says how far it is; once that is over, the page is loaded anew."""
    job = clients().lists.job(str(import_id))
    response = make_response(render_template("admin/clients/import_progress.html", job=job))
    if job["status"] not in RUNNING:
        response.headers["HX-Refresh"] = "true"
    return response


@pages.post(f"{PAGE}/<uuid:import_id>/start")
@staff_page("clients.import")
def start(import_id: UUID) -> Response:
    """Have the lines carried out."""
    return _act(import_id, "start")


@pages.post(f"{PAGE}/<uuid:import_id>/cancel")
@staff_page("clients.import")
def cancel(import_id: UUID) -> Response:
    """Stop; what was imported stays."""
    return _act(import_id, "cancel")


@pages.get(f"{PAGE}/<uuid:import_id>/report.csv")
@staff_page("clients.import")
def report(import_id: UUID) -> Response:
    """What is wrong with the lines, as a file."""
    return downloads.send(clients().lists.faults(str(import_id)))


def _act(import_id: UUID, act: str) -> Response:
    try:
        getattr(clients().lists, act)(str(import_id))
    except Problem as problem:
        if problem.status != 409:
            raise
        flash(say_problem(problem), "warning")
    return redirect(f"{PAGE}/{import_id}", 303)


def _ask(error: str | None = None) -> str:
    lists = clients().lists
    exports = lists.exports() if current_visitor().can("clients.export") else []
    return render_template(
        "admin/clients/import.html", error=error, jobs=lists.imports(), exports=exports, states=STATES
    )


def _form_of(job: Json) -> Form:
    values: dict[str, Any] = {f"mapping.{place}": name for place, name in enumerate(job["mapping"])}
    options = job["options"]
    return Form(values | {"key": options["key"], "update": "yes" if options["update"] else "", "tag": options["tag"]})


def _columns(job: Json, form: Form) -> str:
    fields = [(field["name"], FIELDS.get(field["name"], field["label"])) for field in job["fields"]]
    known = dict(fields)
    return render_template(
        "admin/clients/import_columns.html",
        job=job,
        form=form,
        fields=fields,
        keys=[key for key in KEYS if key[0] in known],
        encoding=ENCODINGS.get(job["encoding"], job["encoding"]),
        separator=SEPARATORS.get(job["separator"], job["separator"]),
    )


def _show(job: Json) -> str:
    if job["status"] not in STATES:
        abort(404)
    faults = [fault | {"reason": say(fault["reason"])} for fault in job["faults"]]
    return render_template(
        "admin/clients/import_job.html", job=job, faults=faults, state=STATES[job["status"]], running=RUNNING
    )
