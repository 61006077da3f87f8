"""Client requests in the admin: the list, a new one, one with its comments, and what is done with it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gateway.admin.clients.tabs import CLIENT_TABS
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.edge.access import staff_page
from gateway.forms import Form
from gateway.receiving import receive_files
from services.chassis.problems import Problem

pages = Blueprint("admin_requests", __name__)

Answer = str | Response | tuple[str, int]
STATES = ("waiting", "open", "all")
SORTS = ("created_at", "-created_at", "due_on")


@pages.get("/admin/requests")
@staff_page("requests.read")
def list_requests() -> str:
    """The requests to all clients."""
    page, query = _listed()
    return render_template("admin/requests/list.html", page=page, query=query)


@pages.get("/admin/requests/new")
@staff_page("requests.write")
def new_request() -> str:
    """The form of a new request; `account_id` names the client."""
    return _new_page(Form({"account_id": request.args.get("account_id", "")}))


@pages.post("/admin/requests/new")
@staff_page("requests.write")
def create_request() -> Answer:
    """Ask the client; they are notified."""
    form = Form.posted("account_id", "title", "message", "due_on", "items")
    body = {
        "account_id": form.value("account_id"),
        "title": form.value("title"),
        "message": form.value("message"),
        "due_on": form.value("due_on") or None,
        "items": [{"title": line.strip()} for line in form.value("items").splitlines() if line.strip()],
    }
    if not form.require("account_id", _("Choose a client.")):
        return _new_page(form), 422
    try:
        created = clients().portal.create_request(body)
    except Problem as problem:
        form.refuse(problem)
        _gather_item_errors(form)
        return _new_page(form), 422
    flash(_("%(client)s is asked. They are notified.", client=created["account_name"]))
    return redirect(url_for(".show_request", request_id=created["id"]), 303)


@pages.get("/admin/requests/<uuid:request_id>")
@staff_page("requests.read")
def show_request(request_id: UUID) -> str:
    """One request with its comments and documents."""
    clients().portal.mark_request_read(str(request_id))
    return _request_page(str(request_id), Form())


@pages.post("/admin/requests/<uuid:request_id>/reply")
@staff_page("requests.write", streams=True)
def reply(request_id: UUID) -> Answer:
    """Write to the client, with files that they see; or leave a note that only the firm sees."""
    found = clients().portal.request(str(request_id))
    received = receive_files(found["account_id"], share=_is_for_the_client, required=False)
    form = Form({"message": received.fields.get("message", "").strip(), "internal": received.fields.get("internal")})
    if received.error:
        form.add_error("file", received.error)
        return _request_page(str(request_id), form), 422
    if not form.value("message") and not received.ids:
        form.add_error("message", _("Write a message or choose a document."))
        return _request_page(str(request_id), form), 422
    internal = form.value("internal") == "yes"
    try:
        clients().portal.reply(str(request_id), form.value("message"), received.ids, internal=internal)
    except Problem as problem:
        form.refuse(problem)
        return _request_page(str(request_id), form), 422
    flash(_("The note is kept; only the firm sees it.") if internal else _("The client is notified of your message."))
    return redirect(url_for(".show_request", request_id=request_id), 303)


@pages.post("/admin/requests/<uuid:request_id>/close")
@staff_page("requests.write")
def close(request_id: UUID) -> Response:
    """The firm has what it asked for."""
    clients().portal.close_request(str(request_id))
    flash(_("The request is closed."))
    return redirect(url_for(".show_request", request_id=request_id), 303)


@pages.post("/admin/requests/<uuid:request_id>/reopen")
@staff_page("requests.write")
def reopen(request_id: UUID) -> Response:
    """Ask again."""
    clients().portal.reopen_request(str(request_id))
    flash(_("The request is open again."))
    return redirect(url_for(".show_request", request_id=request_id), 303)


def tab(account_id: str) -> str:
    """Return the requests to one client."""
    page, query = _listed(account_id)
    return render_template("admin/requests/tab.html", page=page, query=query, account_id=account_id)


CLIENT_TABS["requests"] = tab


def _is_for_the_client(fields: MultiDict[str, str]) -> bool:
    return fields.get("internal") != "yes"


def _listed(account_id: str | None = None) -> tuple[Page, Json]:
    state, sort = request.args.get("show", "open"), request.args.get("sort", "-created_at")
    query: Json = {
        "state": state if state in STATES else "open",
        "sort": sort if sort in SORTS else "-created_at",
        "q": request.args.get("q", "").strip()[:100],
        "cursor": request.args.get("cursor"),
        "kind": "all" if account_id else None,  # a client's tab shows what is to sign beside what is to answer
    }
    try:
        return clients().portal.requests(account_id=account_id, **query), query
    except Problem as problem:
        if problem.status != 422:
            raise
        query |= {"cursor": None, "sort": "-created_at"}
        return clients().portal.requests(account_id=account_id, **query), query


def _new_page(form: Form) -> str:
    account_id = form.value("account_id")
    account = clients().portal.account(account_id) if account_id else None
    rows = [] if account else clients().portal.accounts(status="active", sort="name", limit=200).rows
    choices = [(row["id"], row["name"]) for row in rows]
    return render_template("admin/requests/new.html", form=form, account=account, choices=choices)


def _request_page(request_id: str, form: Form) -> str:
    return render_template("admin/requests/request.html", ask=clients().portal.request(request_id), form=form)


def _gather_item_errors(form: Form) -> None:
    """Put what is wrong with single items of the checklist beside the one field in which they are typed."""
    for name in [name for name in form.errors if name.startswith("items.")]:
        line = int(name.split(".")[1]) + 1 if name.split(".")[1].isdigit() else 1
        texts = " ".join(form.errors.pop(name))
        form.add_error("items", _("Line %(line)s: %(text)s", line=line, text=texts))
