"""Client requests in the admin: the list, a new one, one with its comments, and what is done with it."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gateway.admin.clients.tabs import CLIENT_TABS
from gateway.admin.requests import content
from gateway.case_fields import new_key
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.edge.access import staff_page
from gateway.formatting import today
from gateway.forms import Form, version_of
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
    """The form of a new request; `account_id` names the client, `template_id` the template that it starts from."""
    account_id, template_id = (request.args.get(name, "") for name in ("account_id", "template_id"))
    account = clients().portal.account(account_id) if account_id else None
    template = clients().requests.template(template_id) if template_id else {}
    form = content.filled(
        template, account["locale"] if account else None, account_id=account_id, template_id=template_id, key=new_key()
    )
    if template.get("due_days") is not None:
        form.values["due_on"] = (today() + timedelta(days=template["due_days"])).isoformat()
    return _new_page(form, account)


@pages.post("/admin/requests/new")
@staff_page("requests.write")
def create_request() -> Answer:
    """Ask the client; they are notified."""
    form = content.posted("account_id")
    if content.wants_more_lines():
        return _new_page(content.with_more_lines(form))
    body = content.body_of(form) | {"account_id": form.value("account_id"), "due_on": form.value("due_on") or None}
    if not form.require("account_id", _("Choose a client.")):
        return _new_page(form), 422
    try:
        created = clients().portal.create_request(body, form.value("key"))
    except Problem as problem:
        form.refuse(problem)
        content.put_beside_lines(form)
        return _new_page(form), 422
    flash(_("%(client)s is asked. They are notified.", client=created["account_name"]))
    return redirect(url_for(".show_request", request_id=created["id"]), 303)


@pages.get("/admin/requests/<uuid:request_id>")
@staff_page("requests.read")
def show_request(request_id: UUID) -> str:
    """One request with its comments and documents."""
    clients().portal.mark_request_read(str(request_id))
    return _request_page(str(request_id))


@pages.post("/admin/requests/<uuid:request_id>/reply")
@staff_page("requests.write", streams=True)
def reply(request_id: UUID) -> Answer:
    """Write to the client, with files that they see; or leave a note that only the firm sees."""
    found = clients().portal.request(str(request_id))
    received = receive_files(found["account_id"], share=_is_for_the_client, required=False)
    form = Form({name: received.fields.get(name, "").strip() for name in ("message", "internal", "key")})
    if received.error:
        form.add_error("file", received.error)
        return _request_page(str(request_id), form), 422
    if not form.value("message") and not received.ids:
        form.add_error("message", _("Write a message or choose a document."))
        return _request_page(str(request_id), form), 422
    internal = form.value("internal") == "yes"
    try:
        clients().portal.reply(
            str(request_id), form.value("message"), received.ids, internal=internal, key=form.value("key")
        )
    except Problem as problem:
        form.refuse(problem)
        return _request_page(str(request_id), form), 422
    flash(_("The note is kept; only the firm sees it.") if internal else _("The client is notified of your message."))
    return redirect(url_for(".show_request", request_id=request_id), 303)


@pages.post("/admin/requests/<uuid:request_id>/items/<uuid:item_id>/accept")
@staff_page("requests.write")
def accept(request_id: UUID, item_id: UUID) -> Response:
    """What the client sent for this item is right."""
    found = clients().requests.accept(str(request_id), str(item_id))
    closed = found["status"] == "closed"
    flash(_("Everything is accepted; the request is closed.") if closed else _("The item is accepted."))
    return redirect(url_for(".show_request", request_id=request_id), 303)


@pages.post("/admin/requests/<uuid:request_id>/items/<uuid:item_id>/reject")
@staff_page("requests.write")
def reject(request_id: UUID, item_id: UUID) -> Answer:
    """Send the item back to the client, who reads why."""
    name = f"reason_{item_id}"
    part = Form.posted(name)
    if part.require(name, _("Write why, so that the client knows what to send.")):
        try:
            clients().requests.reject(str(request_id), str(item_id), part.value(name))
        except Problem as problem:
            part.refuse(problem)
            if texts := part.errors.pop("reason", None):
                part.errors[name] = texts
        else:
            flash(_("The item is open again. The client is notified of the reason."))
            return redirect(url_for(".show_request", request_id=request_id), 303)
    return _request_page(str(request_id), part=part), 422


@pages.post("/admin/requests/<uuid:request_id>/due")
@staff_page("requests.write")
def change(request_id: UUID) -> Answer:
    """Set until when it is due, and whether the client is reminded."""
    form = Form.posted("due_on", "reminders", "version")
    changes = {"due_on": form.value("due_on") or None, "reminders": form.value("reminders") == "yes"}
    try:
        clients().requests.change(str(request_id), changes | {"version": version_of(form)})
    except Problem as problem:
        form.refuse(problem)
        return _request_page(str(request_id), due_form=form), 422
    flash(_("Saved."))
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


def _new_page(form: Form, account: Json | None = None) -> str:
    account_id = form.value("account_id")
    account = account or (clients().portal.account(account_id) if account_id else None)
    rows = [] if account else clients().portal.accounts(status="active", sort="name", limit=200).rows
    choices = [(row["id"], row["name"]) for row in rows]
    return render_template(
        "admin/requests/new.html", form=form, account=account, choices=choices, templates=content.template_choices()
    )


def _request_page(
    request_id: str, form: Form | None = None, *, part: Form | None = None, due_form: Form | None = None
) -> str:
    ask = clients().portal.request(request_id)
    due = {"due_on": ask["due_on"] or "", "reminders": "yes" if ask.get("reminders") else "", "version": ask["version"]}
    return render_template(
        "admin/requests/request.html",
        ask=ask,
        form=form or Form({"key": new_key()}),
        part=part or Form(),
        due_form=due_form or Form(due),
        titles={item["id"]: item["title"] for item in ask["items"]},
    )
