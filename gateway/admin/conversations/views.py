"""Conversations in the admin: the inbox, a new one, one with notes and mentions, and what is done with it."""

from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answered

from gateway.admin.clients.tabs import CLIENT_TABS
from gateway.clients import Json, clients
from gateway.clients.transport import Page
from gateway.edge.access import staff_page
from gateway.forms import Form
from gateway.receiving import receive_files
from services.chassis.problems import Problem

pages = Blueprint("admin_conversations", __name__)

Answer = str | Answered | tuple[str, int]
FILTERS: dict[str, Json] = {
    "open": {"state": "open"},
    "waiting": {"waiting": True},
    "mine": {"assigned": "me", "state": "open"},
    "unassigned": {"assigned": "none", "state": "open"},
    "unread": {"unread": True},
    "closed": {"state": "closed"},
    "all": {},
}


@pages.get("/admin/conversations")
@staff_page("requests.read")
def list_conversations() -> str:
    """The inbox: conversations with all clients."""
    page, query = _listed()
    return render_template("admin/conversations/list.html", page=page, query=query)


@pages.get("/admin/conversations/new")
@staff_page("requests.write")
def new_conversation() -> str:
    """The form of a new conversation; `account_id` names the client."""
    return _new_page(Form({"account_id": request.args.get("account_id", ""), "key": str(uuid4())}))


@pages.post("/admin/conversations/new")
@staff_page("requests.write", streams=True)
def start() -> Answer:
    """Write to a client, with files where the address names the client; they are notified."""
    received = receive_files(request.args.get("account_id", ""), share=lambda _fields: True, required=False)
    form = Form({name: received.fields.get(name, "").strip() for name in ("account_id", "title", "text", "key")})
    form.values["documents"] = [*received.fields.getlist("documents"), *received.ids]
    if received.error:
        form.add_error("file", received.error)
        return _new_page(form), 422
    if not form.require("account_id", _("Choose a client.")):
        return _new_page(form), 422
    body: Json = {name: form.value(name) for name in ("account_id", "title", "text")}
    try:
        begun = clients().conversations.start(body | {"document_ids": form.value("documents")}, form.value("key"))
    except Problem as problem:
        form.refuse(problem)
        return _new_page(form), 422
    flash(_("The client is notified of your message."))
    return redirect(url_for(".show_conversation", conversation_id=begun["id"], sent="new"), 303)


@pages.get("/admin/conversations/<uuid:conversation_id>")
@staff_page("requests.read")
def show_conversation(conversation_id: UUID) -> str:
    """One conversation with its messages and notes."""
    found = clients().conversations.conversation(str(conversation_id), request.args.get("before"))
    _mark_read(found)
    return _page(found, Form({"key": str(uuid4())}))


@pages.get("/admin/conversations/<uuid:conversation_id>/news")
@staff_page("requests.read")
def news(conversation_id: UUID) -> str | Response:
    """The messages as they are now, or 204 while there is nothing that the page with `stamp` has not shown."""
    if clients().conversations.stamp(str(conversation_id)) == request.args.get("stamp"):
        return Response(status=204)
    found = clients().conversations.conversation(str(conversation_id))
    _mark_read(found)
    return render_template("admin/conversations/thread.html", talk=found)


@pages.post("/admin/conversations/<uuid:conversation_id>/reply")
@staff_page("requests.write", streams=True)
def reply(conversation_id: UUID) -> Answer:
    """Write to the client, with files that they see; or leave a note that only the firm sees."""
    id = str(conversation_id)
    found = clients().conversations.conversation(id)
    received = receive_files(found["account_id"], share=_is_for_the_client, required=False)
    form = Form({name: received.fields.get(name, "").strip() for name in ("text", "key", "internal")})
    form.values["mention"] = received.fields.getlist("mention")
    if received.error:
        form.add_error("file", received.error)
        return _page(found, form), 422
    internal = form.value("internal") == "yes"
    try:
        clients().conversations.post(
            id,
            form.value("text"),
            received.ids,
            key=form.value("key"),
            internal=internal,
            mention_ids=form.value("mention", []),
        )
    except Problem as problem:
        form.refuse(problem)
        return _page(found, form), 422
    flash(_("The note is kept; only the firm sees it.") if internal else _("The client is notified of your message."))
    return redirect(url_for(".show_conversation", conversation_id=id, sent=id), 303)


@pages.post("/admin/conversations/<uuid:conversation_id>/close")
@staff_page("requests.write")
def close(conversation_id: UUID) -> Answered:
    """The matter is settled; either side opens it again by writing."""
    clients().conversations.close(str(conversation_id))
    flash(_("The conversation is closed."))
    return _back(conversation_id)


@pages.post("/admin/conversations/<uuid:conversation_id>/reopen")
@staff_page("requests.write")
def reopen(conversation_id: UUID) -> Answered:
    """Open a closed conversation again."""
    clients().conversations.reopen(str(conversation_id))
    flash(_("The conversation is open again."))
    return _back(conversation_id)


@pages.post("/admin/conversations/<uuid:conversation_id>/assignee")
@staff_page("requests.write")
def assign(conversation_id: UUID) -> Answer:
    """Say who looks after it."""
    form = Form.posted("user_id")
    try:
        told = clients().conversations.assign(str(conversation_id), form.value("user_id") or None)
    except Problem as problem:
        form.refuse(problem)
        form.values["key"] = str(uuid4())
        return _page(clients().conversations.conversation(str(conversation_id)), form), 422
    name = (told["assignee"] or {}).get("name")
    flash(_("%(name)s looks after this conversation.", name=name) if name else _("Nobody looks after it now."))
    return _back(conversation_id)


def tab(account_id: str) -> str:
    """Return the conversations with one client."""
    page, query = _listed(account_id)
    return render_template("admin/conversations/tab.html", page=page, query=query, account_id=account_id)


CLIENT_TABS["conversations"] = tab


def _back(conversation_id: UUID) -> Answered:
    return redirect(url_for(".show_conversation", conversation_id=conversation_id), 303)


def _is_for_the_client(fields: MultiDict[str, str]) -> bool:
    return fields.get("internal") != "yes"


def _mark_read(found: Json) -> None:
    if found["unread"]:
        clients().conversations.mark_read(found["id"])


def _listed(account_id: str | None = None) -> tuple[Page, Json]:
    default = "all" if account_id else "open"
    shown = request.args.get("show", default)
    query: Json = {"show": shown if shown in FILTERS else default, "q": request.args.get("q", "").strip()[:100]}
    asked = FILTERS[query["show"]] | {"q": query["q"], "cursor": request.args.get("cursor"), "account_id": account_id}
    try:
        return clients().conversations.conversations(**asked), query
    except Problem as problem:
        if problem.status != 422:
            raise
        return clients().conversations.conversations(**asked | {"cursor": None, "q": ""}), query


def _new_page(form: Form) -> str:
    account_id = form.value("account_id")
    account = clients().portal.account(account_id) if account_id else None
    rows = [] if account else clients().portal.accounts(status="active", sort="name", limit=200).rows
    choices = [(row["id"], row["name"]) for row in rows]
    return render_template("admin/conversations/new.html", form=form, account=account, choices=choices)


def _page(found: Json, form: Form) -> str:
    staff = [(person["id"], person["name"]) for person in clients().conversations.staff()]
    assignee = (found.get("assignee") or {}).get("id", "")
    form.values.setdefault("user_id", assignee)
    return render_template("admin/conversations/conversation.html", talk=found, form=form, staff=staff)
