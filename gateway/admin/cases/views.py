"""Cases in the admin: the list of all clients, a client's tab, one case, a new one, the report."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway import case_fields
from gateway.admin.cases.page import case_page
from gateway.admin.clients import own_filters
from gateway.admin.clients.account_form import advisers
from gateway.admin.clients.tabs import CLIENT_TABS
from gateway.case_fields import PRIORITIES, STATUSES
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.edge import downloads
from gateway.edge.access import staff_page
from gateway.edge.sessions import current_visitor
from gateway.forms import Form
from services.chassis.problems import Problem

pages = Blueprint("admin_cases", __name__)

Answer = str | Response | tuple[str, int]
SORTS = ("-created_at", "created_at", "-updated_at", "due")
CHIPS = ("", "mine", "unassigned", "overdue", "all")
"""Which cases: those not closed (the first one), mine, nobody's, those overdue, all."""


@pages.get("/admin/cases")
@staff_page("requests.read")
def list_cases() -> str:
    """The cases of all clients."""
    page, query = _listed()
    return render_template("admin/cases/list.html", page=page, query=query, **_around())


@pages.get("/admin/cases/export.csv")
@staff_page("clients.export")
def export() -> Response:
    """What the list shows, all of its pages, as a file."""
    wanted = {name: value for name, value in _asked(_query()).items() if name != "cursor"}
    wanted["separator"] = ";" if request.args.get("separator") == ";" else ","
    return downloads.send(clients().cases.export(**wanted))


@pages.get("/admin/cases/report")
@staff_page("requests.read")
def report() -> str:
    """How quickly cases are answered and solved."""
    form = Form({name: request.args.get(name, "").strip()[:10] for name in ("from", "to")})
    try:
        found = clients().cases.report(**form.values)
    except Problem as problem:
        form.refuse(problem)
        found = clients().cases.report()
    return render_template("admin/cases/report.html", report=found, form=form)


@pages.get("/admin/cases/new")
@staff_page("requests.write")
def new_case() -> str:
    """The form of a case that the firm opens; `account_id` names the client."""
    values = {"account_id": request.args.get("account_id", ""), "priority": "normal", "key": case_fields.new_key()}
    return _new_page(Form(values), clients().cases.form())


@pages.post("/admin/cases/new")
@staff_page("requests.write")
def open_case() -> Answer:
    """Open it; the client is notified."""
    asked = clients().cases.form()
    form = Form.posted("account_id", "key", *case_fields.form_names(asked["fields"]))
    form.require("account_id", _("Choose a client."))
    form.require("title", _("Say in a few words what it is about."))
    if form.is_valid():
        body = case_fields.body_of(form, asked["fields"]) | {"account_id": form.value("account_id")}
        try:
            made = clients().cases.open(body, form.value("key"))
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The case is open. The client is notified."))
            return redirect(url_for(".show_case", case_id=made["id"]), 303)
    return _new_page(form, asked), 422


@pages.get("/admin/cases/<uuid:case_id>")
@staff_page("requests.read")
def show_case(case_id: UUID) -> str:
    """One case with its thread, its fields, its targets and its history."""
    found = clients().cases.read(str(case_id))
    if found["unread"]:
        clients().cases.mark_read(str(case_id))
    return case_page(found, Form({"key": case_fields.new_key()}))


def tab(account_id: str) -> str:
    """Return the cases of one client."""
    page, query = _listed(account_id)
    counts = clients().cases.counts(account_id)
    return render_template(
        "admin/cases/tab.html", page=page, query=query, account_id=account_id, counts=counts, **_around()
    )


CLIENT_TABS["cases"] = tab


def _listed(account_id: str | None = None) -> tuple[Page, Json]:
    query = _query()
    try:
        return clients().cases.list(account_id=account_id, **_asked(query)), query
    except Problem as problem:
        if problem.status != 422:
            raise
        query |= {"cursor": None, "sort": "-created_at", "assignee": None, "q": "", "field": []}
        return clients().cases.list(account_id=account_id, **_asked(query)), query


def _query() -> Json:
    """Return what the address asks for."""
    show, sort = request.args.get("show", ""), request.args.get("sort", "")
    show = show if show in CHIPS else ""
    return {
        "show": show,
        "status": _one_of("status", STATUSES),
        "priority": _one_of("priority", PRIORITIES),
        "assignee": request.args.get("assignee") or None,
        "q": request.args.get("q", "").strip()[:100],
        "sort": sort if sort in SORTS else "due" if show == "overdue" else "-created_at",
        "field": own_filters.asked_of_own("case"),
        "cursor": request.args.get("cursor"),
    }


def _asked(query: Json) -> Json:
    """Return what the service is asked for a list."""
    show = query["show"]
    mine = {"mine": str(current_visitor().id), "unassigned": "none"}.get(show)
    return {
        "status": query["status"],
        "state": "all" if show == "all" or query["status"] else "open",
        "priority": query["priority"],
        "assignee": query["assignee"] or mine,
        "overdue": True if show == "overdue" else None,
        "q": query["q"],
        "field": query["field"] or None,
        "sort": query["sort"],
        "cursor": query["cursor"],
    }


def _one_of(name: str, known: tuple[str, ...]) -> str | None:
    value = request.args.get(name, "")
    return value if value in known else None


def _around() -> Json:
    """Return what the filters and the bulk bar of a list offer."""
    own = own_filters.filtered_fields("case")
    names = ("priority", "assignee", "status", *own_filters.all_names("case"))
    return {
        "staff": advisers(None),
        "form": Form({name: request.args.get(name, "") for name in names}),
        "own": own,
        "own_chosen": list(own_filters.chosen_of_own("case")),
        "choices_of_own": own_filters.choices_of,
    }


def _new_page(form: Form, asked: Json) -> str:
    account_id = form.value("account_id")
    account = clients().portal.account(account_id) if account_id else None
    rows = [] if account else clients().portal.accounts(status="active", sort="name", limit=200).rows
    return render_template(
        "admin/cases/new.html",
        form=form,
        account=account,
        accounts=[(row["id"], row["name"]) for row in rows],
        fields=asked["fields"],
        choices=case_fields.choices(asked),
        documents=case_fields.documents_for(asked["fields"], account_id) if account else [],
        staff=advisers(None),
    )
